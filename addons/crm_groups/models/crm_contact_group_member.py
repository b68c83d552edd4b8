from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.http import request

#: What a caller may say of himself in the context; by rule is what a rule does.
TOLD_SOURCES = ("import", "action", "api")


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
    date_from = fields.Date(string="Member Since", default=fields.Date.context_today)
    date_to = fields.Date(
        string="Member Until",
        help="The last day in the group; the day after, the membership is past. Of an excluded "
        "contact: until when it was a member; it stays excluded.",
    )
    reason = fields.Char()
    # What a rule does to a group that protects its contacts waits here for a manager: an edit
    # of one field must not open or close contacts (see crm_contact_group_access).
    restricts = fields.Boolean(
        readonly=True, help="Counts for the access to the contact.", technical=True
    )
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
    _restricts_index = models.Index("(partner_id, group_id) WHERE restricts")
    _overdue_index = models.Index("(date_to) WHERE state = 'in' AND date_to IS NOT NULL")

    @api.depends("partner_id", "group_id")
    @api.depends_context("lang")
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
                domain = group.company_id._get_served_domain(partners)
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
        vals_list = [self._without_system_fields(vals) for vals in vals_list]
        self._check_readable(vals_list)
        # By hand counts for the access at once; what a rule does is applied by a manager.
        members = super(CrmContactGroupMember, self._as_system()).create(
            [
                dict(
                    vals,
                    restricts=vals.get("state", "in") == "in" and vals.get("source") != "rule",
                )
                for vals in vals_list
            ]
        )
        members = members.with_env(self.env)
        members._check_may_move()
        self._sync_contact_groups(members._get_pairs())
        self._after_change(members._get_pairs(only_in=True), [])
        return members

    def write(self, vals):
        if not self._may_write_system_fields():
            vals = self._without_system_fields(vals)
            self._check_may_move()
            return self._as_system().write(vals)
        # Who changes a row by hand has decided: from now on the rule leaves it alone.
        if vals.get("state") in ("in", "excluded") and "source" not in vals:
            vals = dict(vals, source=self._get_hand_source(), user_id=self.env.uid)
        if vals.get("state") == "in" and "date_to" not in vals:
            # Opened again: the end of last time would close it the next night.
            vals = dict(vals, date_to=False)
        if not {"group_id", "partner_id", "state"} & set(vals):
            return super().write(vals)
        rest = self - self._write_day_of_change(vals)
        if rest != self:
            return rest.write(vals) if rest else True
        self._check_readable([vals])
        if "state" in vals:
            vals = dict(vals, restricts=vals["state"] == "in")
        if vals.get("state") == "in":
            self.filtered(lambda m: m.state != "in")._keep_period()
        pairs, before = self._get_pairs(), set(self._get_pairs(only_in=True))
        result = super().write(vals)
        if {"group_id", "partner_id"} & set(vals):
            # Rules are checked before a write: here also what the rows have become.
            self.check_access("write")
            self._check_may_move()
        rows = self._as_system(False)
        rows._sync_contact_groups(pairs + self._get_pairs())
        after = set(self._get_pairs(only_in=True))
        left = sorted(before - after)
        if vals.get("state") == "past":
            left = rows._return_to_rule(pairs, left)
        rows._after_change(sorted(after - before), left)
        return result

    def _write_day_of_change(self, vals):
        """Write ``vals`` with today as the day, where a stay begins or ends without one.

        :return: the rows that are written
        """
        today = fields.Date.context_today(self)
        rows = self.browse()
        if vals.get("state") == "in" and "date_from" not in vals:
            rows = self.filtered(lambda m: m.state != "in")
            if rows:
                rows.write(dict(vals, date_from=today))
        elif vals.get("state") in ("past", "excluded") and "date_to" not in vals:
            rows = self.filtered(lambda m: m.state == "in" and (not m.date_to or m.date_to > today))
            if rows:
                rows._end(vals)
        return rows

    @api.model
    def _check_readable(self, vals_list):
        """Refuse groups and contacts the user may not read.

        Before the constraints, which run as superuser and name what does not fit.
        """
        for name, model in (("group_id", "crm.contact.group"), ("partner_id", "res.partner")):
            default = self.env.context.get(f"default_{name}")
            ids = {vals.get(name, default) for vals in vals_list} - {None, False}
            self.env[model].browse(ids).check_access("read")

    def _check_may_move(self):
        """Ask for each group that restricts access; see the method of the group."""
        for group, members in self.grouped("group_id").items():
            group._check_may_move(members.partner_id.ids)

    def unlink(self):
        self._check_may_move()
        pairs, before = self._get_pairs(), self._get_pairs(only_in=True)
        self._keep_period()
        result = super().unlink()
        self._sync_contact_groups(pairs)
        self._after_change([], self._return_to_rule(pairs, before))
        return result

    def _keep_period(self):
        """Keep the stay that the rows tell about, before they tell about another one."""
        stays = self.filtered("date_from")
        if not stays:
            return
        today = fields.Date.context_today(self)
        # sudo: the history is written by what happens, never by users.
        self.env["crm.contact.group.period"].sudo().create(
            [
                {
                    "group_id": stay.group_id.id,
                    "partner_id": stay.partner_id.id,
                    "date_from": stay.date_from,
                    "date_to": today if stay.state == "in" else stay.date_to or today,
                    "source": stay.source,
                    "reason": stay.reason,
                    "user_id": stay.user_id.id,
                }
                for stay in stays
            ]
        )

    @api.model
    def _get_hand_source(self):
        """Return the source of what is decided now, by a person or in his name."""
        context = self.env.context
        if context.get("crm_groups_source") in TOLD_SOURCES:
            return context["crm_groups_source"]
        if self._is_imported():
            return "import"
        # The older XML-RPC hides its request from models: there the context has to say so.
        is_call = request and request.httprequest.path.startswith("/json/2/")
        return "api" if is_call else "manual"

    def _get_pairs(self, only_in=False):
        """Return the (group id, contact id) of the rows, of those that are in if so wished."""
        return [
            (member.group_id.id, member.partner_id.id)
            for member in self
            if member.state == "in" or not only_in
        ]

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
