from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL


class CrmContactGroupMember(models.Model):
    """The one row about a contact in a group: in, kept out or past, by whom and until when.

    These rows are the truth. The relation behind ``res.partner.contact_group_ids`` is a copy of
    the rows that are in, kept in step here, so that contacts can be searched, grouped and
    imported by group at the price of a plain many2many.
    """

    _name = "crm.contact.group.member"
    _description = "Contact Group Membership"
    _order = "date_from desc, id desc"

    group_id = fields.Many2one(
        comodel_name="crm.contact.group", required=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        required=True,
        ondelete="cascade",
        index=True,
    )
    state = fields.Selection(
        selection=[("in", "In"), ("excluded", "Excluded"), ("past", "Past")],
        default="in",
        required=True,
        help="Excluded contacts stay out even when the rule would take them in.",
    )
    source = fields.Selection(
        selection=[
            ("manual", "By hand"),
            ("rule", "By rule"),
            ("import", "Import"),
            ("action", "Action"),
            ("api", "Other system"),
        ],
        default=lambda self: self._get_hand_source(),
        required=True,
        readonly=True,
    )
    date_from = fields.Date(string="Since", default=fields.Date.context_today)
    date_to = fields.Date(
        string="Until", help="The last day in the group; the day after, the membership is past."
    )
    reason = fields.Char()
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Decided By",
        default=lambda self: self.env.user,
        readonly=True,
        index="btree_not_null",
    )

    _contact_uniq = models.Constraint(
        "UNIQUE(group_id, partner_id)",
        "The contact already has a membership in this group, perhaps an excluded or past one. "
        "Change that one instead.",
    )
    _date_order = models.Constraint(
        "CHECK(date_to >= date_from)",
        "A membership cannot end before it begins: correct one of the two dates.",
    )
    _overdue_index = models.Index("(date_to) WHERE state = 'in' AND date_to IS NOT NULL")

    @api.depends("partner_id", "group_id")
    def _compute_display_name(self):
        for member in self:
            member.display_name = self.env._(
                "%(contact)s in %(group)s",
                contact=member.partner_id.display_name or "",
                group=member.group_id.display_name or "",
            )

    @api.constrains("group_id", "partner_id", "state")
    def _check_contact(self):
        """Refuse contacts the group is not for. (A rule never brings any: it carries the same
        conditions, see ``crm.contact.group._prepare_rule``.)
        """
        for group, members in self.filtered(lambda m: m.state == "in").grouped("group_id").items():
            # sudo: to compare the company of a contact that was perhaps just given away.
            partners = members.sudo().partner_id
            wrong = partners.browse()
            if group.applies_to != "both":
                wrong = partners.filtered(
                    lambda p, group=group: p.is_company != (group.applies_to == "company")
                )
            if wrong:
                raise ValidationError(
                    self.env._(
                        "The group %(group)s is for %(kind)s, which these contacts are not: "
                        "%(contacts)s",
                        group=group.complete_name,
                        kind=self._get_kind_label(group),
                        contacts=", ".join(wrong[:10].mapped("display_name")),
                    )
                )
            if group.company_id:
                domain = partners._check_company_domain(group.company_id)
                wrong = partners - partners.with_context(active_test=False).filtered_domain(domain)
            if wrong:
                raise ValidationError(
                    self.env._(
                        "The group %(group)s belongs to %(company)s, these contacts to another "
                        "company: %(contacts)s",
                        group=group.complete_name,
                        company=group.company_id.name,
                        contacts=", ".join(wrong[:10].mapped("display_name")),
                    )
                )

    @api.model
    def _get_kind_label(self, group):
        labels = dict(group._fields["applies_to"]._description_selection(self.env))
        return labels[group.applies_to].lower()

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._without_forged(vals) for vals in vals_list]
        self._check_readable(vals_list)
        members = super().create(vals_list)
        self._sync_contact_groups(members._get_pairs())
        return members

    def write(self, vals):
        vals = self._without_forged(vals)
        # Who changes a row by hand has decided: from now on the rule leaves it alone.
        if vals.get("state") in ("in", "excluded") and "source" not in vals:
            # sudo keeps the user: it is still who decides.
            vals = dict(vals, source=self._get_hand_source(), user_id=self.env.uid)
        if vals.get("state") == "in" and "date_to" not in vals:
            # Opened again: the end of last time would close it the next night.
            vals = dict(vals, date_to=False)
        if not {"group_id", "partner_id", "state"} & set(vals):
            return super().write(vals)
        self._check_readable([vals])
        pairs = self._get_pairs()
        result = super().write(vals)
        if {"group_id", "partner_id"} & set(vals):
            # Rules are checked before a write: here also what the rows have become.
            self.check_access("write")
        self._sync_contact_groups(pairs + self._get_pairs())
        return result

    def _without_forged(self, vals):
        """Leave out who decided, and "by rule": these are recorded, not told."""
        if self.env.su:
            return vals
        forged = {"user_id"} if vals.get("user_id") != self.env.uid else set()
        if vals.get("source") == "rule":
            forged.add("source")
        return {name: value for name, value in vals.items() if name not in forged}

    @api.model
    def _check_readable(self, vals_list):
        """Refuse groups and contacts the user may not read.

        Before the constraints, which run as superuser and name what does not fit.
        """
        for name, model in (("group_id", "crm.contact.group"), ("partner_id", "res.partner")):
            ids = {vals[name] for vals in vals_list if vals.get(name)}
            self.env[model].browse(ids).check_access("read")

    def unlink(self):
        pairs = self._get_pairs()
        result = super().unlink()
        self._sync_contact_groups(pairs)
        return result

    @api.model
    def _get_hand_source(self):
        """Return the source of what is decided now, by a person or in his name."""
        context = self.env.context
        return context.get("crm_groups_source") or (
            "import" if context.get("import_file") else "manual"
        )

    def _get_pairs(self):
        return [(member.group_id.id, member.partner_id.id) for member in self]

    @api.model
    def _find(self, pairs):
        """Return the rows of some (group id, contact id), in one search."""
        wanted = set(pairs)
        return self.search_fetch(
            [
                ("group_id", "in", list({group_id for group_id, _partner_id in wanted})),
                ("partner_id", "in", list({partner_id for _group_id, partner_id in wanted})),
            ],
            ["group_id", "partner_id", "state", "source", "date_from"],
        ).filtered(lambda m: (m.group_id.id, m.partner_id.id) in wanted)

    @api.model
    def _join(self, pairs, reason=None, until=None):
        """Put contacts in by hand; see ``crm.contact.group.add_contacts``."""
        self.check_access("write")
        members = self._find(pairs)
        known = set(members._get_pairs())
        values = {
            "state": "in",
            "source": self._get_hand_source(),
            "date_to": fields.Date.to_date(until) or False,
            "reason": reason,
            "user_id": self.env.uid,
        }
        today = fields.Date.context_today(self)
        new = self.create(
            [
                dict(values, group_id=group_id, partner_id=partner_id, date_from=today)
                for group_id, partner_id in pairs
                if (group_id, partner_id) not in known
            ]
        )
        back = members.filtered(lambda m: m.state != "in")
        back.write(dict(values, date_from=today))
        changed = (members - back).filtered(lambda m: m.source == "rule" or reason or until)
        changed.write(values)
        return {
            "added": len(new) + len(back),
            "updated": len(changed),
            "unchanged": len(members) - len(back) - len(changed),
        }

    def _leave(self):
        """Take the contacts out by hand and return how many were in."""
        self.check_access("write")
        members = self.filtered(lambda m: m.state == "in")
        ruled = members.filtered(lambda m: m.group_id.kind == "smart")
        ruled._end({"state": "excluded"})
        (members - ruled)._end({"state": "past"})
        return len(members)

    def _end(self, vals):
        """Write ``vals`` and today as the end; of what has yet to begin, its first day.

        It may have begun "tomorrow": in the time zone of a colleague, or by plan.
        """
        today = fields.Date.context_today(self)
        for start, members in self.grouped("date_from").items():
            members.write(dict(vals, date_to=max(today, start or today)))

    @api.model
    def _exclude(self, pairs, reason=None):
        """Keep contacts out by hand; see ``crm.contact.group.exclude_contacts``."""
        self.check_access("write")
        members = self._find(pairs)
        known = set(members._get_pairs())
        values = {
            "state": "excluded",
            "source": self._get_hand_source(),
            "reason": reason,
            "user_id": self.env.uid,
        }
        new = self.create(
            [
                dict(values, group_id=group_id, partner_id=partner_id, date_from=False)
                for group_id, partner_id in pairs
                if (group_id, partner_id) not in known
            ]
        )
        changed = members.filtered(lambda m: m.state != "excluded" or reason)
        changed.filtered(lambda m: m.state == "in")._end({})
        changed.write(values)
        done = len(new) + len(changed)
        return {"excluded": done, "unchanged": len(pairs) - done}

    @api.model
    def _end_overdue(self):
        """Make past what had an end, so that in a smart group the rule decides again."""
        today = fields.Date.context_today(self)
        self.search([("state", "=", "in"), ("date_to", "<", today)]).write({"state": "past"})

    @api.model
    def _apply_rule(self, group, matching):
        """Let contacts enter and leave a group by its rule, in one statement.

        Rows by hand and exclusions are left as they are. Ids that are already in are tested
        for before the insert: ``ON CONFLICT`` alone would use up a row id for each of them,
        night after night; it is there for a row another user adds meanwhile.

        :param group: one group, which the caller has locked
        :param matching: the query of the contacts that match
        :return: the ids of the contacts that entered, and of those that left
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                WITH matching AS MATERIALIZED (%(matching)s),
                gone AS (
                    UPDATE crm_contact_group_member m
                       SET state = 'past', date_to = GREATEST(%(today)s, m.date_from),
                           write_uid = %(uid)s, write_date = %(now)s
                     WHERE m.group_id = %(group)s AND m.state = 'in' AND m.source = 'rule'
                       AND NOT EXISTS (SELECT FROM matching p WHERE p.id = m.partner_id)
                 RETURNING m.partner_id
                ), back AS (
                    UPDATE crm_contact_group_member m
                       SET state = 'in', source = 'rule', date_from = %(today)s, date_to = NULL,
                           reason = NULL, user_id = NULL,
                           write_uid = %(uid)s, write_date = %(now)s
                     WHERE m.group_id = %(group)s AND m.state = 'past'
                       AND EXISTS (SELECT FROM matching p WHERE p.id = m.partner_id)
                 RETURNING m.partner_id
                ), new AS (
                    INSERT INTO crm_contact_group_member
                                (group_id, partner_id, state, source, date_from,
                                 create_uid, create_date, write_uid, write_date)
                         SELECT %(group)s, p.id, 'in', 'rule', %(today)s,
                                %(uid)s, %(now)s, %(uid)s, %(now)s
                           FROM matching p
                          WHERE NOT EXISTS (
                                SELECT FROM crm_contact_group_member m
                                 WHERE m.group_id = %(group)s AND m.partner_id = p.id)
                    ON CONFLICT (group_id, partner_id) DO NOTHING
                      RETURNING partner_id
                ), entered AS (
                    SELECT partner_id FROM back UNION ALL SELECT partner_id FROM new
                ), linked AS (
                    INSERT INTO crm_contact_group_res_partner_rel (group_id, partner_id)
                         SELECT %(group)s, partner_id FROM entered
                    ON CONFLICT DO NOTHING
                ), unlinked AS (
                    DELETE FROM crm_contact_group_res_partner_rel r
                          USING gone
                          WHERE r.group_id = %(group)s AND r.partner_id = gone.partner_id
                )
                SELECT partner_id, TRUE FROM entered
                 UNION ALL
                SELECT partner_id, FALSE FROM gone
                """,
                matching=matching.select(),
                group=group.id,
                uid=self.env.uid,
                today=fields.Date.context_today(self),
                now=self.env.cr.now(),
            )
        )
        self.invalidate_model(flush=False)
        entered = [partner_id for partner_id, is_in in rows if is_in]
        left = [partner_id for partner_id, is_in in rows if not is_in]
        self._notify_contact_groups(entered + left)
        return entered, left

    @api.model
    def _sync_contact_groups(self, pairs):
        """Bring the contacts' field in step with the rows of some (group id, contact id)."""
        if not pairs:
            return
        self.flush_model(["group_id", "partner_id", "state"])
        group_ids, partner_ids = zip(*pairs, strict=True)
        rows = self.env.execute_query(
            SQL(
                """
                WITH pair AS (
                    SELECT DISTINCT p.group_id, p.partner_id, m.id IS NOT NULL AS is_in
                      FROM unnest(%(groups)s::int[], %(partners)s::int[])
                           AS p(group_id, partner_id)
                 LEFT JOIN crm_contact_group_member m
                        ON m.group_id = p.group_id AND m.partner_id = p.partner_id
                       AND m.state = 'in'
                ), linked AS (
                    INSERT INTO crm_contact_group_res_partner_rel (group_id, partner_id)
                         SELECT group_id, partner_id FROM pair WHERE is_in
                    ON CONFLICT DO NOTHING
                      RETURNING partner_id
                ), unlinked AS (
                    DELETE FROM crm_contact_group_res_partner_rel r
                          USING pair
                          WHERE r.group_id = pair.group_id AND r.partner_id = pair.partner_id
                            AND NOT pair.is_in
                      RETURNING r.partner_id
                )
                SELECT partner_id FROM linked UNION SELECT partner_id FROM unlinked
                """,
                groups=list(group_ids),
                partners=list(partner_ids),
            )
        )
        self._notify_contact_groups([partner_id for (partner_id,) in rows])

    @api.model
    def _notify_contact_groups(self, partner_ids):
        """Tell the ORM that the groups of contacts have changed behind its back."""
        if not partner_ids:
            return
        partners = self.env["res.partner"].browse(partner_ids)
        partners.invalidate_recordset(["contact_group_ids"], flush=False)
        partners.modified(["contact_group_ids"])
        self.env["crm.contact.group"].invalidate_model(
            ["member_ids", "manual_member_ids", "member_count", "total_member_count"], flush=False
        )
