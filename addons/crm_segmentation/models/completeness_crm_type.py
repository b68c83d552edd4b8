# pylint: disable=consider-merging-classes-inherited
# (Completeness is a concern of its own.)
from odoo import api, fields, models, tools
from odoo.tools import SQL

from .crm_type import COMPANY, CONTACT

#: What most want to know; offered where a type requires nothing yet.
USUAL_FIELDS = {
    COMPANY: ("email", "phone", "country_id", "city", "vat", "industry_id", "user_id"),
    CONTACT: ("email", "phone", "function", "parent_id"),
}
#: With more contacts than this, a change of the requirements is worked off by the schedule.
AT_ONCE = 50000


class CrmType(models.Model):
    """Which fields a contact of the type must have, and how many do."""

    _inherit = "crm.type"

    requirement_ids = fields.One2many(
        "crm.type.requirement", "type_id", string="Required Fields", copy=True
    )
    has_requirements = fields.Boolean(
        compute="_compute_has_requirements", store=True, technical=True
    )
    completeness_pending = fields.Boolean(readonly=True, copy=False, technical=True)

    @api.depends("requirement_ids")
    def _compute_has_requirements(self):
        for crm_type in self:
            crm_type.has_requirements = bool(crm_type.requirement_ids)

    def action_suggest_requirements(self):
        """Require the fields that most want to know of a contact."""
        for crm_type in self:
            # sudo: fields are for administrators to see; requirements are the manager's.
            there = set(crm_type.sudo().requirement_ids.field_id.mapped("name"))
            names = [n for n in USUAL_FIELDS.get(crm_type.kind, ()) if n not in there]
            self.env["crm.type.requirement"].create(
                [
                    {
                        "type_id": crm_type.id,
                        "field_id": self.env["ir.model.fields"]._get("res.partner", name).id,
                        "sequence": 10 * number,
                    }
                    for number, name in enumerate(names, 1)
                ]
            )

    def action_view_incomplete(self):
        """Open the contacts of the type that lack something, by what they lack."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_segmentation.res_partner_action_incomplete"
        )
        return action | {
            "domain": [("crm_type_id", "=", self.id), ("completeness_gap_ids", "!=", False)],
            "context": {"search_default_group_gap": 1},
        }

    @api.model
    @tools.ormcache()
    def _get_watched_fields(self):
        """Names of contact fields whose change may change the completeness."""
        requirements = self.env["crm.type.requirement"].sudo().search([])
        if not requirements:
            return frozenset()
        names = {"crm_type_id", "is_company"}
        for requirement in requirements:
            field = requirement._get_partner_field()
            names.add(field.name if field else "properties")
            if field and field.type == "one2many" and field.comodel_name == "res.partner":
                names.add(field.inverse_name)
        return frozenset(names)

    def _requirements_changed(self):
        self.env.registry.clear_cache()
        small = self.browse()
        for crm_type in self:
            count = (
                self.env["res.partner"]
                .sudo()
                .with_context(active_test=False)
                .search_count([("crm_type_id", "=", crm_type.id)], limit=AT_ONCE + 1)
            )
            if count <= AT_ONCE:
                small |= crm_type
        large = self - small
        if large:
            large.sudo().completeness_pending = True
            self.env.ref("crm_segmentation.ir_cron_completeness").sudo()._trigger()
        small._update_completeness()

    @api.model
    def _cron_update_completeness(self):
        """Work out the completeness of all contacts (scheduled action, root).

        Contacts are kept up to date as they are saved; this sees what was written past Odoo, and
        requirements of types with very many contacts. Idempotent, one type after the other, each
        in a transaction of its own: a killed process goes on with the type it was at.
        """
        types = self.with_context(active_test=False).search(
            [("requirement_ids", "!=", False)], order="completeness_pending DESC, id"
        )
        self.env["ir.cron"]._commit_progress(remaining=len(types))
        for crm_type in types:
            crm_type._update_completeness()
            crm_type._as_system().completeness_pending = False
            if not self.env["ir.cron"]._commit_progress(1):
                break

    def _update_completeness(self, partner_ids=None):
        """Work out percentage and gaps of contacts, in three statements for each type.

        Rows that stay as they are, are not written. Call it after types or required fields of
        contacts were written past Odoo.

        :param partner_ids: only these contacts; by default all of the types in ``self``. With
            contacts and without types: whatever types they have.
        """
        types = self
        if partner_ids is not None and not self:
            types = self._get_types_of(partner_ids)
        Partner = self.env["res.partner"]
        Partner.flush_model()
        self.env["crm.type.requirement"].flush_model()
        among = SQL("AND p.id = ANY(%s)", list(partner_ids)) if partner_ids is not None else SQL()
        for crm_type in types:
            crm_type._update_type_completeness(among)
        if partner_ids is not None:
            self._clear_completeness(among)
        Partner.invalidate_model(["completeness", "completeness_gap_ids"], flush=False)

    def _get_types_of(self, partner_ids):
        self.env["res.partner"].flush_model(["crm_type_id"])
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT p.crm_type_id FROM res_partner p JOIN crm_type_requirement r"
                " ON r.type_id = p.crm_type_id WHERE p.id = ANY(%s)",
                list(partner_ids),
            )
        )
        return self.browse([row[0] for row in rows])

    def _update_type_completeness(self, among):
        # sudo: the list fields and fields that are required may be hidden from who saves a contact.
        requirements = self.sudo().requirement_ids
        total = sum(requirements.mapped("weight"))
        cases = [
            SQL("CASE WHEN %s THEN NULL ELSE %s END", r._get_filled_sql(), r.id)
            for r in requirements
        ]
        weights = [
            SQL("CASE WHEN %s THEN %s ELSE 0 END", r._get_filled_sql(), r.weight)
            for r in requirements
        ]
        gaps = SQL("array_remove(ARRAY[%s]::int[], NULL)", SQL(", ").join(cases))
        points = SQL(" + ").join(weights) if weights else SQL("0")
        percent = SQL("(100 * (%s)) / %s", points, total) if total else SQL("NULL::int")
        where = SQL("p.crm_type_id = %s %s", self.id, among)
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM crm_completeness_gap_rel gap USING res_partner p
                 WHERE gap.partner_id = p.id AND %s AND NOT gap.requirement_id = ANY(%s)
                """,
                where,
                gaps,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_completeness_gap_rel (partner_id, requirement_id)
                SELECT p.id, unnest(%s) FROM res_partner p WHERE %s
                    ON CONFLICT DO NOTHING
                """,
                gaps,
                where,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                UPDATE res_partner p SET completeness = %(percent)s
                 WHERE %(where)s AND p.completeness IS DISTINCT FROM %(percent)s
                """,
                percent=percent,
                where=where,
            )
        )

    def _clear_completeness(self, among):
        """Contacts whose type requires nothing have no percentage."""
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM crm_completeness_gap_rel gap
                 USING res_partner p, crm_type_requirement r
                 WHERE gap.partner_id = p.id AND gap.requirement_id = r.id
                   AND r.type_id IS DISTINCT FROM p.crm_type_id %s
                """,
                among,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                UPDATE res_partner p SET completeness = NULL
                 WHERE p.completeness IS NOT NULL %s AND NOT EXISTS (
                     SELECT FROM crm_type_requirement r WHERE r.type_id = p.crm_type_id)
                """,
                among,
            )
        )
