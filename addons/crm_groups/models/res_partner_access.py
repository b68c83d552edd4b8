# pylint: disable=consider-merging-classes-inherited
# (Access is a concern of its own.)
from odoo import api, fields, models, tools
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.crm_access.naming import read_ids

#: Keys of the context with which the display name says more than the name.
MORE_THAN_NAMES = ("show_address", "show_email", "show_vat", "partner_show_db_id")


class ResPartner(models.Model):
    """A contact with its protection: one column that the record rules look at."""

    _inherit = "res.partner"

    access_scope_id = fields.Many2one(
        comodel_name="crm.contact.access.scope",
        string="Protected By",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="set null",
        groups="base.group_user",
    )
    allowance_ids = fields.One2many(
        comodel_name="crm.contact.allowance",
        inverse_name="partner_id",
        string="Allowed for a Reason",
        copy=False,
        groups="base.group_user",
        technical=True,
    )
    # Kept by SQL, contact by contact: a path over the company in the rule made each list join
    # all contacts with all contacts.
    allowed_user_ids = fields.Many2many(
        comodel_name="res.users",
        relation="crm_contact_allowed_user_rel",
        column1="partner_id",
        column2="user_id",
        string="Let In for a Reason",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="Of protected contacts: the salesperson of the company, and of its documents.",
        technical=True,
    )

    def _refresh_access_scopes(self, group_ids=None):
        """Point contacts to the scope of the groups that protect them, set by set.

        Persons follow their company, and count their own groups too. The partners of internal
        users and of companies are never protected: without them nobody could work. Three
        statements, whatever the number; without contacts, all that are or should be protected.

        :param group_ids: the groups that have changed; nothing is done unless one protects
        """
        Group = self.env["crm.contact.group"]
        restricting = [group_id for group_id, _access in Group._get_restricting_groups()]
        if group_ids is not None and not set(restricting) & set(group_ids):
            return
        # sudo: protection does not depend on who asks.
        Scope = self.env["crm.contact.access.scope"].sudo()
        if not restricting and not Scope.search_count([], limit=1):
            return
        self.env.flush_all()
        wanted = self._get_wanted_scopes(restricting)
        self._plan_for_many(True)
        keys = self.env.execute_query(
            SQL("%s SELECT DISTINCT key FROM wanted WHERE key IS NOT NULL", wanted)
        )
        scopes = Scope._get_by_key([key for (key,) in keys])
        rows = self.env.execute_query(
            SQL(
                """
                %(wanted)s
                UPDATE res_partner p SET access_scope_id = s.id
                  FROM wanted w
             LEFT JOIN unnest(%(keys)s::varchar[], %(ids)s::int[]) AS s(key, id)
                    ON s.key = w.key
                 WHERE p.id = w.id AND p.access_scope_id IS DISTINCT FROM s.id
             RETURNING p.id
                """,
                wanted=wanted,
                keys=list(scopes),
                ids=[scope.id for scope in scopes.values()],
            )
        )
        if rows:
            self.browse([id_ for (id_,) in rows]).invalidate_recordset(
                ["access_scope_id"], flush=False
            )
        self._refresh_allowed_users(wanted)
        self._plan_for_many(False)

    @api.model
    def _refresh_allowed_users(self, wanted):
        """Let in the salespersons of the companies and of documents, for the whole families.

        A person whom other groups protect than the company is not the company's salesperson's:
        anybody may become that of a company that no group protects.
        """
        self.env.execute_query(
            SQL(
                """
                %s, allowed AS (
                    SELECT a.id, e.user_id FROM affected a
                      JOIN res_partner p ON p.id = a.id AND p.access_scope_id IS NOT NULL
                      JOIN res_partner e ON e.id = a.commercial_partner_id
                     WHERE e.user_id IS NOT NULL AND e.access_scope_id = p.access_scope_id
                     UNION
                    SELECT a.id, w.user_id FROM affected a
                      JOIN res_partner p ON p.id = a.id AND p.access_scope_id IS NOT NULL
                      JOIN crm_contact_allowance w ON w.partner_id = a.commercial_partner_id
                ), gone AS (
                    DELETE FROM crm_contact_allowed_user_rel r
                          WHERE r.partner_id IN (SELECT id FROM affected)
                            AND (r.partner_id, r.user_id) NOT IN (SELECT id, user_id FROM allowed)
                )
                INSERT INTO crm_contact_allowed_user_rel (partner_id, user_id)
                     SELECT id, user_id FROM allowed
                ON CONFLICT DO NOTHING
                  RETURNING partner_id
                """,
                wanted,
            )
        )
        self.invalidate_model(["allowed_user_ids"], flush=False)
        self._forget_reach()

    def _get_wanted_scopes(self, restricting):
        """Return the CTEs ``affected`` (contacts to look at) and ``wanted`` (id, key)."""
        if self:
            affected = SQL(
                """
                SELECT id, commercial_partner_id FROM res_partner
                 WHERE commercial_partner_id IN (
                       SELECT commercial_partner_id FROM res_partner WHERE id = ANY(%s))
                """,
                self.ids,
            )
        else:
            affected = SQL(
                """
                WITH members AS (
                    SELECT DISTINCT partner_id FROM crm_contact_group_member
                     WHERE restricts AND group_id = ANY(%s))
                SELECT id, commercial_partner_id FROM res_partner
                 WHERE access_scope_id IS NOT NULL
                 UNION
                SELECT c.id, c.commercial_partner_id FROM res_partner c
                 WHERE c.id IN (SELECT partner_id FROM members)
                 UNION
                SELECT c.id, c.commercial_partner_id FROM res_partner c
                 WHERE c.commercial_partner_id IN (SELECT partner_id FROM members)
                """,
                restricting,
            )
        return SQL(
            """
            WITH affected AS MATERIALIZED (%(affected)s),
            membership AS (
                SELECT a.id, m.group_id FROM affected a
             LEFT JOIN crm_contact_group_member m
                    ON m.partner_id = a.id AND m.restricts AND m.group_id = ANY(%(restricting)s)
                 UNION
                SELECT a.id, m.group_id FROM affected a
                  JOIN crm_contact_group_member m
                    ON m.partner_id = a.commercial_partner_id
                   AND m.restricts AND m.group_id = ANY(%(restricting)s)
                 WHERE a.id <> a.commercial_partner_id
            ), free AS (
                SELECT partner_id FROM res_company WHERE partner_id IS NOT NULL
                 UNION SELECT partner_id FROM res_users WHERE NOT share
            ), wanted AS MATERIALIZED (
                -- One row for each contact, without a key if nothing protects it: joining the
                -- contacts with the protected ones once more would be the square of both.
                SELECT id, array_to_string(array_agg(group_id ORDER BY group_id) FILTER (
                           WHERE group_id IS NOT NULL
                             AND id NOT IN (SELECT partner_id FROM free)), ',') AS key
                  FROM membership GROUP BY id
            )
            """,
            affected=affected,
            restricting=restricting,
        )

    @api.model_create_multi
    def create(self, vals_list):
        protecting = self.env["crm.contact.group"]._get_restricting_groups()
        if protecting:
            default = self.env.context.get("default_parent_id")
            self._check_parents([vals.get("parent_id", default) for vals in vals_list])
        partners = super().create(vals_list)
        followers = partners.filtered("parent_id")
        if followers and protecting:
            followers._refresh_access_scopes()
        return partners

    def write(self, vals):
        if vals.get("parent_id") and self.env["crm.contact.group"]._get_restricting_groups():
            # sudo: who is there already is no news.
            self._check_parents([vals["parent_id"]], known=self.sudo().parent_id)
        # A copy: core takes is_company out of what it is given.
        result = super().write(dict(vals))
        if {"parent_id", "is_company", "company_type"} & set(vals):
            self._refresh_followers()
        elif "user_id" in vals and self.env["crm.contact.group"]._get_restricting_groups():
            self._refresh_access_scopes()
        return result

    def _compute_display_name(self):
        """Tell no more than the name of whom the user does not see, whatever the context asks for.

        Odoo gives the name of a many2one as superuser, with address, e-mail and VAT on demand.
        """
        keys = [name for name in MORE_THAN_NAMES if self.env.context.get(name)]
        unseen = self.browse()
        mine = self.with_user(self.env.uid)
        if keys and self.env.su and mine._must_ask_for_contacts():
            unseen = mine._get_unseen_contacts(set(self._origin.ids)).with_env(self.env)
        unseen = self.filtered(lambda contact: contact._origin in unseen)
        result = super(ResPartner, self - unseen)._compute_display_name()
        plain = unseen.with_context(**dict.fromkeys(keys, False))
        super(ResPartner, plain)._compute_display_name()
        for contact, named in zip(unseen, plain, strict=True):
            contact.display_name = named.display_name
        return result

    def _is_seen_by_all(self):
        # sudo: of the protection only.
        return not self.sudo().access_scope_id and super()._is_seen_by_all()

    @api.model
    def _check_parents(self, parents, known=None):
        """Ask for the right to edit a protected company before a person is put into it."""
        parents = self.browse(
            {id_ for one in parents for id_ in read_ids(one)} - set(known.ids if known else ())
        )
        # sudo: of the protection only; then with the user's own rights.
        parents.filtered(lambda p: p.sudo().access_scope_id).check_access("write")

    def _refresh_followers(self):
        """Persons who came to another company, or left theirs, follow the groups of that one."""
        if self.env["crm.contact.group"]._get_restricting_groups():
            self._refresh_access_scopes()
        self._refresh_price_groups()
        if self.env["crm.contact.group"]._get_card_sources():
            self._refresh_cards()

    def _get_out_of_reach_reason(self):
        """Name the groups that protect the contact, as far as its user knows them."""
        reason = super()._get_out_of_reach_reason()
        groups = self.sudo().access_scope_id.group_ids  # sudo: named by the user's own rights
        if not groups:
            return reason
        names = sorted({self._get_told_name(group) for group in groups})
        told = self.env._("Protected by: %(groups)s.", groups=", ".join(names))
        return " ".join(filter(None, [reason, told]))

    # Hidden contacts make no duplicates -------------------------------------------------

    @api.model
    def _find_hidden(self, emails):
        """Find contacts that exist and that the user may not see, of his companies only.

        For who works here alone: a visitor must not learn whom we know.

        :param emails: normalised addresses, compared as they are
        :return: {address: contact}, with nothing of the contact but its number
        """
        emails = set(filter(None, emails))
        restricting = self.env["crm.contact.group"]._get_restricting_groups()
        if self.env.su or self.env.user.share or not emails or not restricting:
            return {}
        visible = self.search([("email_normalized", "in", list(emails))])
        unknown = emails - set(visible.mapped("email_normalized"))
        # sudo: they are linked, nothing of them is shown.
        found = self.sudo().search(
            Domain("email_normalized", "in", list(unknown))
            & Domain("access_scope_id", "!=", False)
            & Domain(self._check_company_domain(self.env.companies)),
            order="id",
        )
        hidden = {}
        for partner in found:
            hidden.setdefault(partner.email_normalized, partner.with_env(self.env))
        # What was read as superuser must not be there for the user to read.
        found.invalidate_recordset(flush=False)
        return hidden

    @api.model
    def _find_or_create_from_emails(
        self,
        emails,
        ban_emails=None,
        filter_found=None,
        additional_values=None,
        no_create=False,
        sort_key=None,
        sort_reverse=True,
    ):
        """Link hidden contacts instead of making them again; see the method of mail.

        Only where contacts would be made: whoever just looks finds what he sees.
        """

        def find(banned):
            return super(ResPartner, self)._find_or_create_from_emails(
                emails,
                banned,
                filter_found,
                additional_values,
                no_create,
                sort_key,
                sort_reverse,
            )

        parsed = [tools.parse_contact_from_email(email)[1] for email in emails]
        wanted = {email for email in parsed if email and email not in (ban_emails or [])}
        if no_create or self.env.su or not wanted:
            return find(ban_emails)
        hidden = self._find_hidden(wanted)
        if not hidden:
            return find(ban_emails)
        found = find([*(ban_emails or []), *hidden])
        return [hidden.get(email) or partner for email, partner in zip(parsed, found, strict=True)]

    @api.depends_context("uid")
    def _compute_same_vat_partner_id(self):
        """Tell of contacts that the user sees; Odoo looks for them as superuser."""
        result = super()._compute_same_vat_partner_id()
        if not self.env.su and self.env["crm.contact.group"]._get_restricting_groups():
            for name in ("same_vat_partner_id", "same_company_registry_partner_id"):
                for partner in self:
                    partner[name] = partner[name].sudo(False)._filtered_access("read")
        return result

    # Explain ------------------------------------------------------------------------------

    def get_access_reasons(self):
        """Tell who can see the contact and why.

        :return: a list of dicts with ``user_id``, ``user`` (name), ``reason`` (``open``,
            ``readonly``, ``see_all``, ``internal``, ``salesperson``, ``grant``, ``company``,
            ``document``, ``manual``), ``write`` (bool) and ``detail`` (of what group, company or
            document), one per internal user and reason; users without a line cannot see it
        :rtype: list
        :raises AccessError: when the caller may not read the contact, or is no internal user
        """
        self.ensure_one()
        if not self.env.su and not self.env.user._is_internal():
            # A customer reads his own contact, and shall not read by it who works here on what.
            raise AccessError(
                self.env._(
                    "Who can see %s and why is told to internal users only.", self.display_name
                )
            )
        self.check_access("read")
        contact = self.sudo()  # sudo: the reasons lie in settings that not everybody reads
        users = self.env["res.users"].sudo().search([("share", "=", False)])
        scope, entity = contact.access_scope_id, contact.commercial_partner_id
        # What groups allow, Odoo's own rights to contacts can still forbid.
        editors = self.env["ir.model.access"]._get_access_groups(self._name, "write")
        can_edit = users.filtered(lambda user: editors.matches(user._get_group_ids()))
        lines = []

        def add(who, reason, write, detail=""):
            lines.extend(
                {
                    "user_id": user.id,
                    "user": user.name,
                    "reason": reason,
                    "write": write and user in can_edit,
                    "detail": detail,
                }
                for user in who & users
            )

        if not scope:
            add(users, "open", True)
            return lines
        if not contact.partner_share:
            add(users, "internal", True)
            return lines
        add(users.filtered(lambda u: u.has_group("crm_groups.group_all_contacts")), "see_all", True)
        owners = contact.user_id
        if entity.access_scope_id == scope:
            owners |= entity.user_id
        add(owners, "salesperson", True)
        for group in scope.group_ids:
            allowed = group._get_allowed_users()
            add(allowed & scope.user_ids, "grant", True, self._get_told_name(group))
            if scope.access == "hidden":
                readers = scope.reader_ids - scope.user_ids
                add(allowed & readers, "grant", False, self._get_told_name(group))
            outside = group._get_users_of_other_companies()
            name = self._get_told_name(group.company_id)
            add((outside - allowed) & scope.user_ids, "company", True, name)
            if scope.access == "hidden":
                add((outside - allowed) & readers, "company", False, name)
        for allowance in entity.allowance_ids:
            add(allowance.user_id, allowance.reason, True, self._get_document_told(allowance))
        if scope.access == "readonly":
            known = {line["user_id"] for line in lines}
            add(users.filtered(lambda u: u.id not in known), "readonly", False)
        return lines

    @api.model
    def _get_document_told(self, allowance):
        """Return the name of the document that lets somebody in, if the caller may read it."""
        if not allowance.res_model or allowance.res_model not in self.env:
            return ""
        document = self.env[allowance.res_model].browse(allowance.res_id).exists()
        return self._get_told_name(document) if document else ""

    @api.model
    def _get_told_name(self, record):
        """Return the name of a record as the caller may read it, not as superuser."""
        record = record.with_env(self.env)
        if record.has_access("read"):
            return record.display_name
        return self.env._("(not visible to you)")
