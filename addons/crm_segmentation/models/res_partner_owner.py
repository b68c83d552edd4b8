# pylint: disable=consider-merging-classes-inherited
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_owner_change import REASONS, OwnerDefault, OwnerReason

PARAMETER = "crm_segmentation.owner_"
NOTICE_DAYS = 7
#: Kept by the system; nobody writes them by hand.
SYSTEM_FIELDS = {"free_since", "free_reason", "former_owner_id", "release_notice_date"}


class ResPartner(models.Model):
    """A contact and its owner: Odoo's salesperson, with a history that says why."""

    _inherit = "res.partner"

    # Odoo has no index here; free contacts, releases and handovers ask for it.
    user_id = fields.Many2one(index=True)
    owner_change_ids = fields.One2many(
        "crm.owner.change", "partner_id", string="Owner Changes", groups="base.group_user"
    )
    owner_since = fields.Datetime(compute="_compute_card_facts", groups="base.group_user")
    owner_reason = fields.Selection(
        REASONS, string="Why This Owner", compute="_compute_card_facts", groups="base.group_user"
    )
    is_free_contact = fields.Boolean(
        string="Free Contact",
        compute="_compute_card_facts",
        search="_search_is_free_contact",
        groups="base.group_user",
        help="A company or person without owner, whose company has none either.",
    )
    free_since = fields.Datetime(readonly=True, copy=False, groups="base.group_user")
    free_reason = fields.Selection(
        REASONS,
        string="Why Free",
        readonly=True,
        copy=False,
        groups="base.group_user",
        falsy_value_label="Never had an owner",
    )
    former_owner_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_user",
    )
    keep_owner = fields.Boolean(
        copy=False,
        groups="base.group_user",
        help="Never released for want of activity. Only sales administrators change this.",
    )
    release_notice_date = fields.Date(
        string="Release Announced On", readonly=True, copy=False, groups="base.group_user"
    )
    release_on = fields.Date(
        string="Free On", compute="_compute_release_on", groups="base.group_user"
    )
    # For everybody: the form asks for it, and it tells nothing of a contact.
    owner_required = fields.Boolean(compute="_compute_owner_required")

    @api.model
    def _search_is_free_contact(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: the contacts of companies themselves are no one's, also of those out of reach.
        companies = self.env["res.company"].sudo()._search([])
        own = companies.subselect(SQL.identifier("res_company", "partner_id"))
        domain = (
            Domain("user_id", "=", False)
            & Domain("active", "=", True)
            & Domain("type", "=", "contact")
            & Domain("partner_share", "=", True)
            # Nor are the people who work there, whether they are users or not.
            & Domain("commercial_partner_id", "not in", own)
            # any!: a company may be hidden from whoever sees its person.
            & Domain("commercial_partner_id", "any!", [("user_id", "=", False)])
        )
        if {True, False} <= set(value):
            return Domain.TRUE
        return domain if True in value else ~domain

    @api.depends("release_notice_date")
    def _compute_release_on(self):
        notice = timedelta(days=self._get_owner_number("release_notice_days", NOTICE_DAYS))
        for partner in self:
            announced = partner.release_notice_date
            partner.release_on = announced and announced + notice

    def _compute_owner_required(self):
        self.owner_required = self._get_owner_setting("required") == "True"

    @api.depends("parent_id")
    def _compute_user_id(self):
        """Give a new contact its company's owner, else the one who creates it.

        Only while creating: who takes an owner away from a contact means it.
        """
        result = super()._compute_user_id()
        new = self.filtered(lambda p: not p._origin and p.type in ("contact", False))
        default = self._get_default_owner() if new else None  # in a form, or as create says
        for partner in new:
            above = partner.parent_id.user_id
            if above and not partner.is_company and partner.user_id in (default, above.browse()):
                partner.user_id = above
            elif not partner.user_id and default:
                partner.user_id = default
        return result

    @api.model_create_multi
    def create(self, vals_list):
        for told in self._with_defaults(vals_list, ["keep_owner"]):
            self._check_owner_fields({name: value for name, value in told.items() if value})
        default = self._get_default_owner(automatic=self.env.su)
        creating = self.with_context(crm_owner_default=OwnerDefault(default.id))
        partners = super(ResPartner, creating).create(vals_list).with_env(self.env)
        partners._check_owner_present()
        # sudo: history is written by what is done, never by users.
        owners = {partner: partner.user_id.id for partner in partners.sudo()}
        given = {
            partner.id
            for partner, vals in zip(partners, vals_list, strict=True)
            if "user_id" in vals or "default_user_id" in self.env.context
        }
        rows = {"given": [], "parent": [], "create": []}
        for partner, user_id in owners.items():
            if not user_id:
                continue
            inherited = not partner.is_company and partner.parent_id.user_id.id == user_id
            kind = "given" if partner.id in given else "parent" if inherited else "create"
            rows[kind].append((partner.id, None, user_id))
        change = self.env["crm.owner.change"]
        reason = self._get_owner_reason()
        for kind, changes in rows.items():
            plain = reason.code == "hand" and kind != "given"
            change._record(changes, kind if plain else reason.code, reason.operation_id)
        return partners

    def write(self, vals):
        self._check_owner_fields(vals)
        if not {"user_id", "parent_id"} & vals.keys():
            return super().write(vals)
        # sudo: history is written by what is done, whatever the user may read.
        contacts = self.sudo()
        contacts.fetch(["user_id"])
        before = {partner.id: partner.user_id.id for partner in contacts}
        if "user_id" in vals:
            self._check_owner_exists(vals["user_id"])
            self._check_owner_removal(vals)
        result = super().write(vals)
        rows = [
            (partner.id, before[partner.id] or None, partner.user_id.id or None)
            for partner in contacts
            if before[partner.id] != partner.user_id.id
        ]
        self._check_taken_by_hand(rows)
        reason = self._get_owner_reason()
        if reason.code == "hand" and "user_id" not in vals:
            reason = OwnerReason("parent")
        self._note_owner_changes(rows, reason)
        return result

    def _set_owner(self, user, reason, operation=None):
        """Change the owner of these contacts: the one door for all that is done to many.

        Tracking and followers as ever, but no message per contact to the new owner (which is
        what makes Odoo's own way take a minute for 5 000); who calls sends one summary. The
        history of owner changes is kept by `write`, with this reason.

        :param user: the owner to be; an empty recordset frees the contacts
        :param str reason: a code of ``REASONS``
        :param operation: the ``crm.owner.operation`` it is a part of
        :raises AccessError: when the caller may not write one of the contacts
        """
        context = {
            "crm_owner_reason": OwnerReason(reason, operation.id if operation else None),
            "mail_auto_subscribe_no_notify": True,
        }
        owners = self.sudo().grouped("user_id")  # sudo: as in write
        # An addon that posts a subtype on this change wants Odoo's own message for each.
        quiet = self.env.context.get("tracking_disable") or self.env.context.get("mail_notrack")
        batch = not quiet and not any(
            contacts[0]._track_subtype({"user_id": owner}) for owner, contacts in owners.items()
        )
        if batch:
            context["mail_notrack"] = True
        result = self.with_context(**context).write({"user_id": user.id or False})
        if batch:
            owners.pop(user, None)
            self._log_owner_tracking(owners, user, reason)
        return result

    def _log_owner_tracking(self, owners, user, reason):
        """Write the line in each contact's chatter, with the reason, all at once.

        Odoo creates such a message for each record on its own, a thousand in three seconds.

        :param dict owners: owner before → contacts
        :param user: the owner now
        :param str reason: a code of ``REASONS``
        """
        label = dict(
            self.env["crm.owner.change"]._fields["reason"]._description_selection(self.env)
        )
        info = self.fields_get(["user_id"], ["string", "type"])["user_id"]
        tracking = self.env["mail.tracking.value"].sudo()  # sudo: as Odoo creates them
        values = []
        for owner, contacts in owners.items():
            messages = self.browse(contacts.ids)._message_log_batch(
                dict.fromkeys(contacts.ids, label[reason])
            )
            value = tracking._create_tracking_values(owner, user, "user_id", info, contacts[0])
            values += [{**value, "mail_message_id": message.id} for message in messages]
        tracking.create(values)

    def _note_owner_changes(self, rows, reason):
        """Keep the history and the marks of free contacts: at most three statements.

        :param list rows: (contact id, user id before or None, user id now or None)
        :param OwnerReason reason: why
        """
        if not rows:
            return
        self.env["crm.owner.change"]._record(rows, reason.code, reason.operation_id)
        freed = [(partner_id, before) for partner_id, before, now in rows if now is None]
        owned = [partner_id for partner_id, _before, now in rows if now is not None]
        if owned:
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE res_partner
                       SET free_since = NULL, free_reason = NULL, former_owner_id = NULL,
                           release_notice_date = NULL
                     WHERE id = ANY(%s)
                       AND (free_since IS NOT NULL OR release_notice_date IS NOT NULL)
                    """,
                    owned,
                )
            )
        if freed:
            ids, former = zip(*freed, strict=True)
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE res_partner p
                       SET free_since = %s, free_reason = %s, former_owner_id = f.user_id,
                           release_notice_date = NULL
                      FROM unnest(%s::int[], %s::int[]) AS f(id, user_id)
                     WHERE p.id = f.id
                    """,
                    fields.Datetime.now(),
                    reason.code,
                    list(ids),
                    list(former),
                )
            )
        partners = self.browse([row[0] for row in rows])
        partners.invalidate_recordset(SYSTEM_FIELDS, flush=False)

    @api.model
    def _get_owner_setting(self, name):
        """Read a setting of contact owners.

        :return: the text of it, or False
        """
        # sudo: settings hold for whoever works with contacts.
        return self.env["ir.config_parameter"].sudo().get_param(PARAMETER + name)

    @api.model
    def _get_owner_number(self, name, default=0):
        """Read a whole number of the settings; what is no number counts as 0 (switched off)."""
        text = self._get_owner_setting(name)
        if text is False:
            return default
        return int(text) if text.isdecimal() else 0

    @api.model
    def _get_default_owner(self, automatic=False):
        """Say who owns a contact that is created without owner.

        People of the Sales app own what they create. An import, a web form, the mail gateway
        and other departments have the fallback of the settings.

        :param bool automatic: no person stands behind it. A computation can't tell, it always
            runs with superuser rights; so `create` says it and leaves the answer in the context
        :rtype: res.users
        """
        users = self.env["res.users"]
        told = self.env.context.get("crm_owner_default")
        if isinstance(told, OwnerDefault):
            return users.browse(told.user_id or ())
        # sudo: the fallback may be of another company.
        fallback = users.sudo().browse(self._get_owner_number("fallback_id") or ()).exists()
        fallback = fallback.filtered(lambda user: user.active and not user.share).sudo(False)
        sales = self.env.uid != SUPERUSER_ID and self.env.user.has_group(
            "sales_team.group_sale_salesman"
        )
        creator = sales and self._get_owner_setting("default") != "none"
        if self._is_imported():
            must = creator and self._get_owner_setting("required") == "True"
            return fallback or (users.browse(self.env.uid) if must else users)
        return users.browse(self.env.uid) if creator and not automatic else fallback

    @api.model
    def _get_owner_reason(self):
        """Say why an owner changes now.

        :rtype: OwnerReason
        """
        reason = self.env.context.get("crm_owner_reason")
        if isinstance(reason, OwnerReason):
            return reason
        if self._is_imported():
            return OwnerReason("import")
        return OwnerReason("automatic" if self.env.su else "hand")
