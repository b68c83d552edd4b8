from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..models.crm_owner_operation import AT_ONCE


class CrmOwnerHandover(models.TransientModel):
    """Ask who takes over the contacts and open deals of users, and show it beforehand."""

    _name = "crm.owner.handover"
    _description = "Hand Over Contacts"

    from_user_ids = fields.Many2many(
        "res.users",
        "crm_owner_handover_from_rel",
        string="From",
        required=True,
        context={"active_test": False},
    )
    mode = fields.Selection(
        [
            ("one", "One colleague"),
            ("turn", "Several in turn"),
            ("free", "Nobody: they are free"),
        ],
        string="To",
        required=True,
        default="one",
    )
    new_user_id = fields.Many2one("res.users", string="Colleague", domain="[('share', '=', False)]")
    new_user_ids = fields.Many2many(
        "res.users",
        "crm_owner_handover_to_rel",
        string="Colleagues",
        domain="[('share', '=', False)]",
    )
    with_contacts = fields.Boolean(string="Contacts", default=True)
    with_deals = fields.Boolean(string="Open Leads and Deals", default=True)
    with_activities = fields.Boolean(string="Planned Activities", default=True)
    contact_count = fields.Integer(compute="_compute_counts")
    deal_count = fields.Integer(compute="_compute_counts")
    activity_count = fields.Integer(compute="_compute_counts")
    misfit_count = fields.Integer(compute="_compute_counts")
    line_ids = fields.Many2many(
        "crm.owner.handover.line", string="Who Gets What", compute="_compute_counts"
    )

    @api.depends(
        "from_user_ids",
        "mode",
        "new_user_id",
        "new_user_ids",
        "with_contacts",
        "with_deals",
        "with_activities",
    )
    def _compute_counts(self):
        for wizard in self:
            rows = wizard._count_plan() if wizard._may_hand_over() else []
            wizard.contact_count = sum(row["contacts"] for row in rows)
            wizard.deal_count = sum(row["deals"] for row in rows)
            wizard.activity_count = sum(row["activities"] for row in rows)
            wizard.misfit_count = sum(row["misfits"] for row in rows)
            commands = [
                Command.create(
                    {
                        "user_id": row["new_user_id"],
                        "contact_count": row["contacts"],
                        "deal_count": row["deals"],
                        "activity_count": row["activities"],
                    }
                )
                for row in rows
                if wizard._get_receivers() or wizard.mode == "free"
            ]
            wizard.line_ids = [Command.clear(), *commands]

    def preview(self):
        """Say who would get how many, without a change.

        Cost: one statement, whatever the number of contacts.

        :return: list of dicts with ``user_id`` (False: free), ``contacts``, ``deals``,
            ``activities`` planned with them, and ``misfits``, records of companies the user does
            not work in, which are left alone
        :rtype: list
        """
        self.ensure_one()
        self._check_may_hand_over()
        return [
            {
                "user_id": row["new_user_id"] or False,
                "contacts": row["contacts"],
                "deals": row["deals"],
                "activities": row["activities"],
                "misfits": row["misfits"],
            }
            for row in self._count_plan()
        ]

    def action_apply(self):
        """Hand over, and show what was done; it can be undone there.

        A company, its persons and their deals go to the same colleague.

        :raises UserError: when nobody is chosen, or there is nothing to hand over
        :raises AccessError: for anybody but sales administrators and who may archive users
        """
        self.ensure_one()
        self._check_may_hand_over()
        if not self.from_user_ids:
            raise UserError(self.env._("Choose whose contacts are handed over."))
        if self.mode != "free" and not self._get_receivers():
            raise UserError(self.env._("Choose who takes over, or that the contacts are free."))
        # sudo: operations are written by what is done, never by users.
        operation = (
            self.env["crm.owner.operation"]
            .sudo()
            .create(
                {
                    "kind": "handover",
                    "state": "running",
                    "user_id": self.env.uid,
                    "description": ", ".join(self.from_user_ids.mapped("name")),
                }
            )
        )
        count = self._insert_lines(operation)
        if not count:
            raise UserError(
                self.env._(
                    "%s has no contacts and no open deals that you could hand over.",
                    ", ".join(self.from_user_ids.mapped("name")),
                )
            )
        operation = operation.sudo(self.env.su)
        if count > AT_ONCE:
            operation._continue_later()
        else:
            operation._apply_lines(AT_ONCE)
            operation._finish()
        return operation._get_form_action()

    @api.model
    def _may_hand_over(self):
        """Say whether the user may: a sales administrator, or who may archive users."""
        user = self.env.user
        return (
            self.env.su
            or user.has_group("sales_team.group_sale_manager")
            or user.has_group("base.group_erp_manager")
        )

    def _check_may_hand_over(self):
        if not self._may_hand_over():
            raise AccessError(
                self.env._("Only a sales administrator can hand over contacts of others.")
            )

    def _get_receivers(self):
        if self.mode == "free":
            return self.env["res.users"]
        return self.new_user_id if self.mode == "one" else self.new_user_ids

    def _get_plan_query(self):
        """Who would get what: company by company in turn, so that one account stays together.

        :return: a SELECT of partner_id, lead_id, old_user_id, new_user_id, old_team_id, misfit
            (the new owner does not work in the record's company) and activity_ids (what the old
            owner has planned with it)
        :rtype: SQL
        """
        env = self.env
        if env.user.has_group("base.group_erp_manager"):
            # sudo: who archives users sees to all they leave behind, in all companies.
            env = self.sudo().env
        owners = self.from_user_ids._origin.ids
        contacts = [("user_id", "in", owners)] if self.with_contacts else [(0, "=", 1)]
        deals = [("user_id", "in", owners), ("won_status", "=", "pending")]
        receivers = self._get_receivers()._origin
        self.env["mail.activity"].flush_model(["res_model", "res_id", "user_id", "active"])
        return SQL(
            """
            WITH item AS (
                SELECT p.id AS partner_id, NULL::int AS lead_id, p.user_id AS old_user_id,
                       NULL::int AS old_team_id, p.company_id, p.commercial_partner_id AS account
                  FROM res_partner p WHERE p.id IN %(contacts)s
             UNION ALL
                SELECT NULL, l.id, l.user_id, l.team_id, l.company_id,
                       COALESCE(c.commercial_partner_id, -l.id)
                  FROM crm_lead l LEFT JOIN res_partner c ON c.id = l.partner_id
                 WHERE l.id IN %(deals)s
            ), planned AS (
                SELECT res_model, res_id, user_id, to_jsonb(array_agg(id ORDER BY id)) AS ids
                  FROM mail_activity
                 WHERE %(activities)s AND active AND user_id = ANY(%(owners)s)
                   AND res_model IN ('res.partner', 'crm.lead')
              GROUP BY res_model, res_id, user_id
            ), turned AS (
                SELECT *, (%(users)s::int[])[
                          1 + (dense_rank() OVER (ORDER BY account) - 1) %% %(number)s
                       ] AS new_user_id
                  FROM item
            )
            SELECT partner_id, lead_id, old_user_id, new_user_id, old_team_id,
                   company_id IS NOT NULL AND new_user_id IS NOT NULL AND NOT EXISTS (
                       SELECT 1 FROM res_company_users_rel r
                        WHERE r.cid = turned.company_id AND r.user_id = turned.new_user_id
                   ) AS misfit, planned.ids AS activity_ids
              FROM turned
         LEFT JOIN planned ON planned.user_id = old_user_id
               AND planned.res_id = COALESCE(lead_id, partner_id)
               AND planned.res_model = CASE WHEN lead_id IS NULL THEN 'res.partner'
                                            ELSE 'crm.lead' END
            """,
            contacts=env["res.partner"]._search(contacts).subselect(),
            deals=env["crm.lead"]._search(deals if self.with_deals else [(0, "=", 1)]).subselect(),
            owners=list(owners),
            activities=bool(self.with_activities),
            users=receivers.ids or [None],
            number=len(receivers) or 1,
        )

    def _count_plan(self):
        self.env["res.partner"].flush_model(["user_id", "company_id", "commercial_partner_id"])
        self.env["crm.lead"].flush_model(["user_id", "partner_id", "company_id", "team_id"])
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT new_user_id, count(partner_id) AS contacts, count(lead_id) AS deals,
                       COALESCE(sum(jsonb_array_length(activity_ids))
                                FILTER (WHERE NOT misfit), 0)::int AS activities,
                       count(*) FILTER (WHERE misfit) AS misfits
                  FROM (%s) AS plan GROUP BY new_user_id ORDER BY 2 DESC, 3 DESC, 1
                """,
                self._get_plan_query(),
            )
        )

    def _insert_lines(self, operation):
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_owner_operation_line (operation_id, partner_id, lead_id,
                            old_user_id, new_user_id, old_team_id, activity_ids, state, why)
                     SELECT %s, partner_id, lead_id, old_user_id, new_user_id, old_team_id,
                            activity_ids,
                            CASE WHEN misfit THEN 'skipped'
                                 WHEN old_user_id = new_user_id THEN 'skipped'
                                 ELSE 'planned' END,
                            CASE WHEN misfit THEN 'company'
                                 WHEN old_user_id = new_user_id THEN 'same' END
                       FROM (%s) AS plan
                   ORDER BY lead_id NULLS FIRST, new_user_id, partner_id
                """,
                operation.id,
                self._get_plan_query(),
            )
        )
        count = self.env.cr.rowcount
        operation.invalidate_recordset(flush=False)
        return count


class CrmOwnerHandoverLine(models.TransientModel):
    """How many contacts and deals a colleague would get."""

    _name = "crm.owner.handover.line"
    _description = "Share of a Handover"

    user_id = fields.Many2one("res.users", string="Colleague")
    contact_count = fields.Integer(string="Contacts")
    deal_count = fields.Integer(string="Deals")
    activity_count = fields.Integer(string="Planned Activities")
