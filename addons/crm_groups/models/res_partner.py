from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class ResPartner(models.Model):
    """A contact with the groups it is in."""

    _inherit = "res.partner"

    # A plain stored many2many, so that search, child_of, grouping and import work at its price.
    # The membership rows are the truth (crm.contact.group.member keeps this relation in step);
    # what is written here is carried over to them in create and write.
    contact_group_ids = fields.Many2many(
        comodel_name="crm.contact.group",
        relation="crm_contact_group_res_partner_rel",
        column1="partner_id",
        column2="group_id",
        string="Contact Groups",
        # Portal users read their own contact with all its fields, and may read no group.
        groups="base.group_user",
        help="Groups added here stay even when their rule does not match. A contact taken out "
        "of a group that is filled by a rule is excluded from it.",
    )

    all_contact_group_ids = fields.Many2many(
        comodel_name="crm.contact.group",
        string="Groups, the Company's Included",
        compute="_compute_all_contact_group_ids",
        search="_search_all_contact_group_ids",
        groups="base.group_user",
        help="The groups of the contact, and those of its company, which it follows.",
    )
    group_responsible = fields.Char(
        string="Responsible",
        compute="_compute_group_responsible",
        groups="base.group_user",
        help="The users who look after the groups of the contact and of its company.",
    )

    @api.depends("contact_group_ids", "commercial_partner_id.contact_group_ids")
    def _compute_all_contact_group_ids(self):
        for partner in self:
            # sudo: the company may be hidden from who reads the person.
            company = partner.sudo().commercial_partner_id
            if company._origin == partner._origin:
                company = company.browse()
            partner.all_contact_group_ids = partner.contact_group_ids | company.contact_group_ids

    def _search_all_contact_group_ids(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        if operator == "in" and False in value:
            # Neither the contact nor its company is in a group.
            some = self._search_all_contact_group_ids("in", set(value) - {False})
            return some | ~self._search_all_contact_group_ids("any", Domain.TRUE)
        if isinstance(value, Domain) and not value.is_true():
            # What the caller asks of the groups is asked with his own rights, and not those below.
            operator, value = "in", self.env["crm.contact.group"]._search(value)
        own = Domain("contact_group_ids", operator, value)
        # sudo: the company may be hidden from who sees the person.
        companies = self.sudo().with_context(active_test=False)._search(own)
        return own | Domain("commercial_partner_id", "in", companies)

    @api.depends("all_contact_group_ids.user_id", "all_contact_group_ids.user_ids")
    def _compute_group_responsible(self):
        """Say who is responsible, and through which group."""
        for partner in self:
            # sudo: the responsible users may be of another company.
            groups = partner.all_contact_group_ids.sudo()
            partner.group_responsible = "; ".join(
                self.env._(
                    "%(users)s, of %(group)s",
                    users=", ".join((group.user_ids or group.user_id).mapped("name")),
                    group=group.complete_name,
                )
                for group in groups
                if group.user_ids or group.user_id
            )

    @api.depends(
        "contact_group_ids.sequence",
        "contact_group_ids.effective_pricelist_id",
        "commercial_partner_id.contact_group_ids.sequence",
        "commercial_partner_id.contact_group_ids.effective_pricelist_id",
    )
    def _compute_product_pricelist(self):
        # Only for the dependencies; the groups come in by _get_partner_pricelist_multi.
        return super()._compute_product_pricelist()

    def _inverse_product_pricelist(self):
        """Never store the groups' price level as the contact's own.

        Core compares with the country's list only. With a group in between, "nothing of its
        own" means the group's list, and the country's list is a deviation worth storing.
        """
        by_group = self._get_group_pricelists()
        grouped = self.filtered(lambda partner: partner.id in by_group)
        chosen = {partner: partner.property_product_pricelist for partner in grouped}
        for partner, pricelist in chosen.items():
            same = pricelist == by_group[partner.id]
            partner.specific_property_product_pricelist = False if same else pricelist
        return super(ResPartner, self - grouped)._inverse_product_pricelist()

    @api.model
    def search_panel_select_multi_range(self, field_name, **kwargs):
        """Put the name of a group before those above it: the panel cuts the end off.

        One query more than Odoo's.
        """
        result = super().search_panel_select_multi_range(field_name, **kwargs)
        if field_name == "contact_group_ids" and "values" in result:
            groups = self.env["crm.contact.group"].browse([v["id"] for v in result["values"]])
            for group, value in zip(groups, result["values"], strict=True):
                path = group.complete_name.split(" / ")
                value["display_name"] = " ‹ ".join(reversed(path))
        return result

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        # Not the values are looked at: groups can come from defaults too. Right after the
        # creation the field is in the cache, this costs no query.
        # sudo: the field is not for every user who can create a contact.
        grouped = partners.sudo().with_context(active_test=False).filtered("contact_group_ids")
        partners.browse(grouped.ids)._sync_memberships()
        self.env["crm.contact.group"]._follow_contacts(partners.ids)
        return partners

    def write(self, vals):
        # A copy: core takes is_company out of what it is given.
        result = super().write(dict(vals))
        if "contact_group_ids" in vals:
            self._sync_memberships()
        if {"company_id", "is_company", "company_type"} & set(vals):
            self._leave_unfitting_groups()
        self.env["crm.contact.group"]._follow_contacts(self.ids, set(vals))
        return result

    def _message_post_after_hook(self, message, msg_vals):
        """A mail or a logged call is an event that rules may ask for."""
        result = super()._message_post_after_hook(message, msg_vals)
        self.env["crm.contact.group"]._follow_contacts(self.ids, {"message_ids", "activity_ids"})
        return result

    def _leave_unfitting_groups(self):
        """End the memberships in groups that are not for such contacts any more."""
        # sudo: a contact given to another company leaves groups the user may not see.
        rows = self.env["crm.contact.group.member"].sudo()
        rows = rows.search([("partner_id", "in", self.ids), ("state", "=", "in")])
        for group, members in rows.grouped("group_id").items():
            fitting = members.partner_id
            if group.applies_to != "both":
                is_company = group.applies_to == "company"
                fitting = fitting.filtered(lambda p, wanted=is_company: p.is_company == wanted)
            if group.company_id:
                domain = fitting._check_company_domain(group.company_id)
                fitting = fitting.with_context(active_test=False).filtered_domain(domain)
            unfitting = members.filtered(lambda m, kept=fitting: m.partner_id not in kept)
            if unfitting:
                group.with_env(self.env)._check_may_move(unfitting.partner_id.ids)
                unfitting._end({"state": "past"})

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        if "contact_group_ids" in (default or {}):
            return vals_list
        allowed = self.env["crm.contact.group.member"].has_access("create")
        for partner, vals in zip(self, vals_list, strict=True):
            if not vals.get("contact_group_ids"):
                continue
            # The rules judge the copy for themselves; and who may not write memberships can
            # still duplicate a contact.
            groups = partner.contact_group_ids.filtered(lambda g: g.kind != "smart" and allowed)
            vals["contact_group_ids"] = [fields.Command.set(groups.ids)]
        return vals_list

    def _sync_memberships(self):
        """Carry what was written on ``contact_group_ids`` over to the membership rows.

        One query finds the differences, so a thousand contacts cost as much as one, and
        whoever changed nothing needs no right on memberships.
        """
        if not self.ids:
            return
        Member = self.env["crm.contact.group.member"]
        Member.flush_model(["group_id", "partner_id", "state"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT r.group_id, r.partner_id, NULL
                  FROM crm_contact_group_res_partner_rel r
                 WHERE r.partner_id IN %(partners)s
                   AND NOT EXISTS (
                       SELECT FROM crm_contact_group_member m
                        WHERE m.group_id = r.group_id AND m.partner_id = r.partner_id
                          AND m.state = 'in')
                 UNION ALL
                SELECT m.group_id, m.partner_id, m.id
                  FROM crm_contact_group_member m
                 WHERE m.partner_id IN %(partners)s AND m.state = 'in'
                   AND NOT EXISTS (
                       SELECT FROM crm_contact_group_res_partner_rel r
                        WHERE r.group_id = m.group_id AND r.partner_id = m.partner_id)
                """,
                partners=tuple(self.ids),
            )
        )
        joined = [(group_id, partner_id) for group_id, partner_id, row_id in rows if not row_id]
        left = [row_id for _group_id, _partner_id, row_id in rows if row_id]
        if not rows:
            return
        Group = self.env["crm.contact.group"]
        Member = Group._get_membership()
        Group.browse({group_id for group_id, _id in joined}).check_access("read")
        for group_id in {group_id for group_id, _partner_id, _row_id in rows}:
            Group.browse(group_id)._check_may_move([row[1] for row in rows if row[0] == group_id])
        if joined:
            Member._join(joined)
        if left:
            Member.browse(left)._leave()

    def _plan_for_many(self, on):
        """Have the database join many contacts by hash while a statement about them runs.

        Right after a rebuild its statistics are of the time before: it takes a hundred thousand
        new rows for one, and compares each with each. Nothing is done for a few contacts.
        """
        if not self or len(self) > 1000:
            self.env.cr.execute(
                SQL("SET LOCAL enable_nestloop TO %s", SQL("off") if on else SQL("on"))
            )

    def _get_group_pricelists(self, without_own=False):
        """Return the price level that the groups give, for the contacts that get one.

        :param without_own: leave out the contacts that have a pricelist of their own
        :return: a dict {contact id: pricelist}
        """
        levels = self._get_price_levels(without_own)
        Pricelist = self.env["product.pricelist"]
        lists = {
            pricelist_id: Pricelist.browse(pricelist_id) for _id, pricelist_id in levels.values()
        }
        return {partner_id: lists[level[1]] for partner_id, level in levels.items()}

    def _get_price_deciders(self):
        """Return the group that decides about the price level, for contacts that have one.

        :return: a dict {contact id: group}
        """
        # sudo: prices are asked for by portal and public visitors, who read no group.
        Group = self.env["crm.contact.group"].sudo()
        return {
            partner_id: Group.browse(group_id)
            for partner_id, (group_id, _pricelist_id) in self._get_price_levels().items()
        }

    def _get_price_levels(self, without_own=False):
        """Return which group decides about the price level, and which level that is.

        The groups of the commercial entity decide, as its own pricelist would. Of several, the
        one with the lowest sequence. One query for any number of saved contacts, none while no
        group of the company has a price level.

        :return: a dict {contact id: (group id, pricelist id)}
        """
        levels = self._get_usable_levels()
        if not levels:
            return {}
        # In a form the contact is an unsaved copy, and its groups may be changed there.
        saved = self.browse([id_ for id_ in self._ids if id_])
        result = saved._get_saved_levels(levels, without_own)
        for partner in self - saved:
            own = partner.specific_property_product_pricelist
            if without_own and own._get_partner_pricelist_multi_filter_hook():
                continue
            entity = partner.sudo().commercial_partner_id  # sudo: as in _get_price_deciders
            if entity._origin == partner._origin:
                entity = partner.sudo()  # sudo: as above
            groups = set(entity.contact_group_ids._origin.ids)
            result.update((partner.id, level) for level in reversed(levels) if level[0] in groups)
        return result

    def _get_usable_levels(self):
        """Return (group id, pricelist id) of the user's company, the deciding groups first.

        A website leaves out the pricelists that are not for it.
        """
        company_id = self.env.company.id
        rows = self.env["crm.contact.group"]._get_priced_groups()
        rows = sorted((row[3], row[1], row[4]) for row in rows if row[0] == company_id)
        # sudo: prices are asked for by portal and public visitors, who read no pricelist.
        Pricelist = self.env["product.pricelist"].sudo()
        pricelists = Pricelist.browse({row[2] for row in rows})
        usable = set(pricelists._get_partner_pricelist_multi_filter_hook().ids)
        return [row[1:] for row in rows if row[2] in usable]

    def _get_saved_levels(self, levels, without_own=False):
        """Return {contact id: level} of saved contacts, in one query.

        It looks contact by contact into the index: going by the members of a large group, as
        PostgreSQL may while it has no statistics of them, would take twenty times as long.

        :param levels: see :meth:`_get_usable_levels`
        :param without_own: leave out the contacts that have a pricelist of their own
        """
        if not self:
            return {}
        names = [
            "commercial_partner_id",
            "contact_group_ids",
            "specific_property_product_pricelist",
        ]
        self.flush_model(names)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.id, (p.specific_property_product_pricelist ->> %(company)s)::int,
                       level.place
                  FROM res_partner p
            CROSS JOIN LATERAL (
                       SELECT min(v.place) AS place
                         FROM crm_contact_group_res_partner_rel r
                         JOIN unnest(%(groups)s) WITH ORDINALITY AS v(group_id, place)
                           ON v.group_id = r.group_id
                        WHERE r.partner_id = p.commercial_partner_id
                       ) AS level
                 WHERE p.id = ANY(%(partners)s) AND level.place IS NOT NULL
                """,
                company=str(self.env.company.id),
                groups=[group_id for group_id, _pricelist_id in levels],
                partners=list(self._ids),
            )
        )
        owned = set()
        if without_own:
            # sudo: whether the pricelist counts does not depend on who asks.
            Pricelist = self.env["product.pricelist"].sudo()
            own = Pricelist.browse({own_id for _id, own_id, _place in rows if own_id}).exists()
            owned = set(own._get_partner_pricelist_multi_filter_hook().ids)
        return {
            partner_id: levels[place - 1]
            for partner_id, own_id, place in rows
            if own_id not in owned
        }
