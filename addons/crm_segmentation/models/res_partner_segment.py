from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """A contact with its segments, its scores and classes."""

    _name = "res.partner"
    _inherit = ["res.partner", "segment.member.mixin"]

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
        """Show the first score, in the order of the list of scores, of which there is a class."""
        members = self._get_score_members()
        for partner in self:
            member = members.get(partner._origin.id, [None])[0]
            partner.segment_class_id = member and member.class_id
            partner.segment_class_color = member.class_id.color if member else 0
            partner.segment_score = member.score if member else 0
            partner.segment_max_score = member.segment_id.max_score if member else 0
            partner.segment_class_since = member and member.class_since

    def _get_score_members(self):
        """Return {contact id: members of scores, the first score first}."""
        # sudo: the class is shown to every internal user who sees the contact
        Member = self.env["crm.segment.member"].sudo()
        companies = [False, *self.env.companies.ids]
        rows = Member.search_fetch(
            [
                ("partner_id", "in", self.ids),
                ("class_id", "!=", False),
                ("segment_id.active", "=", True),
                ("segment_id.company_id", "in", companies),
            ],
            ["partner_id", "segment_id", "class_id", "score", "class_since"],
            order="id",
        )
        found = {}
        for row in rows.sorted(lambda m: (m.segment_id.sequence, m.segment_id.id)):
            found.setdefault(row.partner_id.id, []).append(row)
        return found

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
        result = super().write(vals)
        self.env["crm.segment"]._follow("res.partner", self.ids, vals)
        return result

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
