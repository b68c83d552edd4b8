from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class ResPartner(models.Model):
    """A contact with its segments, its scores and classes."""

    _name = "res.partner"
    _inherit = ["res.partner", "segment.member.mixin"]

    # What persons, deals and messages say about their company is found without reading them.
    _commercial_id_index = models.Index("(commercial_partner_id, id)")

    # Many2many on the table of the members itself: nothing to keep in step, and lists can be
    # grouped and the search panel counted by it.
    stored_segment_ids = fields.Many2many(
        "crm.segment",
        relation="crm_segment_member",
        column1="partner_id",
        column2="segment_id",
        string="Stored Segments",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="Segments that store their members. To group lists; live segments are not here.",
    )
    segment_class_ids = fields.Many2many(
        "crm.segment.class",
        relation="crm_segment_member",
        column1="partner_id",
        column2="class_id",
        string="Classes",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="The class in each score.",
    )
    segment_class_id = fields.Many2one(
        "crm.segment.class",
        string="Class",
        compute="_compute_segment_class",
        search="_search_segment_class_id",
        groups="base.group_user",
        help="The class in the first of the scores.",
    )
    segment_score = fields.Float(
        string="Score", compute="_compute_segment_class", groups="base.group_user"
    )
    segment_max_score = fields.Float(
        compute="_compute_segment_class", groups="base.group_user", export_string_translation=False
    )
    segment_class_since = fields.Datetime(
        string="In This Class Since", compute="_compute_segment_class", groups="base.group_user"
    )
    segment_class_color = fields.Integer(
        compute="_compute_segment_class", groups="base.group_user", export_string_translation=False
    )

    @api.depends_context("allowed_company_ids")
    def _compute_segment_class(self):
        """Show the first score, in the order of the list of scores, of which there is a class.

        One query, past the access of scores: every internal user who sees the contact sees it.
        """
        self.env["crm.segment.member"].flush_model()
        self.env["crm.segment"].flush_model()
        self.env["crm.segment.class"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (m.partner_id)
                       m.partner_id, m.class_id, c.color, m.score, s.max_score, m.class_since
                  FROM crm_segment_member m
                  JOIN crm_segment s ON s.id = m.segment_id AND s.active
                  JOIN crm_segment_class c ON c.id = m.class_id
                 WHERE m.partner_id = ANY(%s)
                   AND (s.company_id IS NULL OR s.company_id = ANY(%s))
              ORDER BY m.partner_id, s.sequence, s.id
                """,
                self._origin.ids,
                self.env.companies.sudo().parent_ids.ids,  # sudo: of the tree of companies
            )
        )
        first = {partner_id: found for partner_id, *found in rows}
        for partner in self:
            class_id, color, score, max_score, since = first.get(
                partner._origin.id, (False, 0, 0, 0, False)
            )
            partner.segment_class_id = class_id
            partner.segment_class_color = color or 0
            partner.segment_score = score or 0
            partner.segment_max_score = max_score or 0
            partner.segment_class_since = since

    @api.model
    def _search_segment_class_id(self, operator, value):
        if operator not in ("in", "any", "not any", "not in"):
            return NotImplemented
        return Domain("segment_class_ids", operator, value)

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        self.env["crm.segment"]._follow("res.partner", partners.ids)
        return partners

    def write(self, vals):
        # A copy: core takes is_company out of what it is given.
        result = super().write(dict(vals))
        self.env["crm.segment"]._follow("res.partner", self.ids, vals)
        return result

    @api.model
    def search_panel_select_multi_range(self, field_name, **kwargs):
        """Name classes without their score: in the panel they stand below it."""
        if field_name == "segment_class_ids" and kwargs.get("group_by") == "segment_id":
            self = self.with_context(crm_segment_class_short=True)
        return super().search_panel_select_multi_range(field_name, **kwargs)

    @api.model
    def _search_panel_domain_image(self, field_name, domain, set_count=False, limit=False):
        """Leave out the members of saved filters: they stand in the same table without a class,
        for which the panel has no name."""
        if field_name != "segment_class_ids":
            return super()._search_panel_domain_image(field_name, domain, set_count, limit)
        groups = self._read_group(domain, [field_name], ["__count"], limit=limit or None)
        return {
            found.id: {
                "id": found.id,
                "display_name": found.display_name,
                **({"__count": count} if set_count else {}),
            }
            for found, count in groups
            if found
        }

    def action_explain_score(self):
        """Show which line gave how many points: of the one score, or a list of all scores.

        :raises AccessError: when the caller may not read scores
        """
        self.ensure_one()
        members = self.env["crm.segment.member"].search(
            [("partner_id", "=", self.id), ("class_id", "!=", False)]
        )
        members = members.sorted(lambda m: (m.segment_id.sequence, m.segment_id.id))
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Why This Class? %s", self.display_name),
            "res_model": "crm.segment.member",
            "view_mode": "list,form",
            "domain": [("id", "in", members.ids)],
            "target": "current",
        }
        if len(members) == 1 or self.env.context.get("crm_segment_first"):
            action.update(view_mode="form", res_id=members[:1].id, views=[(False, "form")])
        return action

    def get_score_explanation(self):
        """Tell the scores of a contact line by line, for the screen and for integrations.

        :return: for each score a dict: ``segment``, ``class``, ``score``, ``max_score``,
            ``since`` (text of a date and time, or ``False``), and ``lines``: dicts with
            ``parameter``, ``value``, ``reason``, ``points``, ``weight``, ``result``
        :rtype: list
        :raises AccessError: when the caller may not read the contact or scores
        """
        self.ensure_one()
        self.check_access("read")
        members = self.env["crm.segment.member"].search(
            [("partner_id", "=", self.id), ("segment_id.method", "=", "score")]
        )
        return [
            {
                "segment": member.segment_id.name,
                "class": member.class_id.name or False,
                "score": member.score,
                "max_score": member.max_score,
                "since": fields.Datetime.to_string(member.class_since),
                "lines": [
                    {
                        "parameter": line.parameter_id.name or False,
                        "value": line.value_text,
                        "reason": line.reason,
                        "points": line.raw_points,
                        "weight": line.weight,
                        "result": line.points,
                    }
                    for line in member.line_ids
                ],
            }
            for member in members.sorted(lambda m: (m.segment_id.sequence, m.segment_id.id))
        ]
