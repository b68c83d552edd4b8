from odoo import api, fields, models

SEVERITIES = ("error", "warning", "info")


class CrmAssignmentCheck(models.TransientModel):
    """A finding about the rules, with its mend. Made anew each time somebody looks."""

    _name = "crm.assignment.check"
    _description = "Lead Assignment Rule Check"
    _order = "sequence, kind, figure desc, id"
    _rec_name = "text"

    sequence = fields.Integer()
    severity = fields.Selection(
        [("error", "To be mended"), ("warning", "To be looked at"), ("info", "To know")],
        readonly=True,
    )
    kind = fields.Selection(
        [
            ("broken_filter", "Filter can't be used"),
            ("slow_filter", "Slow filter"),
            ("dead_id", "Names something deleted"),
            ("archived_id", "Names something archived"),
            ("unknown_name", "Unknown name"),
            ("unknown_value", "Unknown value"),
            ("never_matches", "Rule never matches"),
            ("contradiction", "Filters exclude each other"),
            ("overlap", "Several teams match"),
            ("no_team", "No team matches"),
            ("no_member", "No member matches"),
            ("no_members", "Team without members"),
            ("left_out", "Left out of the schedule"),
            ("archived_user", "Archived person"),
            ("paused", "Paused"),
            ("no_capacity", "No capacity"),
            ("other_company", "Works for another company"),
            ("several_teams", "In several teams"),
            ("fallback_archived", "Fallback is archived"),
            ("fallback_missing", "No fallback"),
            ("archived_territory", "Archived territory"),
        ],
        string="Finding",
        readonly=True,
    )
    team_id = fields.Many2one("crm.team", readonly=True, ondelete="cascade")
    member_id = fields.Many2one("crm.team.member", readonly=True, ondelete="cascade")
    territory_id = fields.Many2one("crm.territory", readonly=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True, ondelete="cascade")
    text = fields.Text(string="What was Found", readonly=True)
    mend = fields.Text(string="How to Mend It", readonly=True)
    figure = fields.Integer(readonly=True, help="Leads, days, seconds or capacity: see the text.")
    lead_ids = fields.Json(readonly=True)
    has_leads = fields.Boolean(compute="_compute_has_leads")

    @api.depends("lead_ids")
    def _compute_has_leads(self):
        for row in self:
            row.has_leads = bool(row.lead_ids)

    @api.model
    def _create_rows(self, checks):
        """Rows of :meth:`crm.team.get_assignment_checks` for the screen."""
        # sudo: nobody writes findings but the check; create_uid stays who asked.
        return self.sudo().create(
            [{**row, "sequence": SEVERITIES.index(row["severity"])} for row in checks]
        )

    def action_open(self):
        """The record that is to be mended."""
        self.ensure_one()
        if self.kind in ("archived_territory", "never_matches") and self.territory_id:
            record = self.territory_id
        elif self.kind == "several_teams":
            record = self.user_id
        else:
            record = self.member_id or self.team_id
        if not record:
            return self.env["ir.actions.act_window"]._for_xml_id("crm.crm_config_settings_action")
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
            "name": record.display_name,
        }

    def action_open_leads(self):
        """The leads it is about, lost and archived ones included."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lead",
            "views": [(False, "list"), (False, "form")],
            "name": self.text,
            "domain": [("id", "in", self.lead_ids or [])],
            "context": {"active_test": False},
        }
