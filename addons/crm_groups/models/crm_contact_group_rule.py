# pylint: disable=consider-merging-classes-inherited
# (The model is large: each concern has a file of its own.)
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.crm_access.domains import (
    find_fault,
    find_search_fault,
    read_domain,
    read_filter,
    say_fault,
    write_filter,
)
from odoo.addons.crm_access.texts import tell_count

from .crm_contact_group import SAMPLE_SIZE


class CrmContactGroup(models.Model):
    """The rule that fills a group: its text, its check, its preview."""

    _name = "crm.contact.group"
    _inherit = ["crm.contact.group", "crm.filter.mixin"]
    _filters = {"domain": "res.partner"}

    kind = fields.Selection(
        selection=[
            ("manual", "By hand"),
            ("smart", "By rule, kept up to date"),
            ("snapshot", "By rule, once"),
        ],
        string="Filled",
        default="manual",
        required=True,
        index=True,
    )
    domain = fields.Char(string="Rule", default="[]")

    @api.constrains("kind", "domain")
    def _check_rule(self):
        for group in self:
            if group.kind != "manual":
                group._validate_rule(group.domain)

    def action_preview_rule(self):
        """Tell on the screen who would enter and leave at the next rebuild."""
        self.ensure_one()
        preview = self.preview_rule()
        Partner = self.env["res.partner"]
        entering = Partner.browse(preview["entering_ids"]).mapped("display_name")
        leaving = Partner.browse(preview["leaving_ids"]).mapped("display_name")
        lines = [
            self._describe_matching(preview),
            self.env._("Would enter: %s.", preview["entering"]),
            ", ".join(entering),
            self.env._("Would leave: %s.", preview["leaving"]),
            ", ".join(leaving),
            *self._describe_effects(preview),
            self._describe_share(preview),
        ]
        message = " ".join(line for line in lines if line)
        return self._prepare_notification(message, sticky=True)

    @api.model
    def _describe_matching(self, preview):
        return tell_count(
            preview["matching"],
            self.env._("1 contact matches the rule; in the group already: %(inside)s."),
            self.env._(
                "%(matching)s contacts match the rule; %(inside)s of them are in the group already."
            ),
            matching=preview["matching"],
            inside=preview["inside"],
        )

    @api.model
    def _prepare_notification(self, message, **params):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"message": message, "type": "info", **params},
        }

    def preview_rule(self, domain=None):
        """Tell who would enter and leave if the group were kept by a rule; changes nothing.

        Of the contacts that the caller can read; a rebuild looks at all.

        :param domain: the rule to try, a domain or its text; the group's own if left out
        :return: ``matching``, of which ``inside`` are in the group already and ``entering`` would
            enter (the others are excluded by hand), ``leaving`` (numbers), ``entering_ids``,
            ``leaving_ids`` (the first ids)
        :rtype: dict
        :raises ValidationError: when the rule cannot be used
        :raises AccessError: when the caller may not write the group
        """
        self.ensure_one()
        self.check_access("write")
        return self._preview(self.domain if domain is None else domain)

    def _preview(self, text):
        """Do the work of :meth:`preview_rule`, also for a group that is not saved yet."""
        text = write_filter(self.env["res.partner"], text)  # as it will be saved
        self._validate_rule(text)
        Partner, rule = self._prepare_rule(text)
        # sudo: a membership of a contact of another company counts too.
        Member = self.env["crm.contact.group.member"].sudo()
        decided = Member._search(
            [("group_id", "=", self._origin.id), ("state", "in", ["in", "excluded"])]
        )
        entering = rule & Domain("id", "not in", decided.subselect("partner_id"))
        inside = Member._search([("group_id", "=", self._origin.id), ("state", "=", "in")])
        inside = rule & Domain("id", "in", inside.subselect("partner_id"))
        by_rule = Member._search(
            [
                ("group_id", "=", self._origin.id),
                ("state", "=", "in"),
                ("source", "=", "rule"),
                ("partner_id", "not in", Partner._search(rule)),
            ]
        )
        leaving = Domain("id", "in", by_rule.subselect("partner_id"))
        everyone = Partner.with_context(active_test=False)
        # With the caller's rights: a number is an answer too, about any field of a contact.
        own = Partner.sudo(False)
        return {
            "matching": own.search_count(rule),
            "inside": own.search_count(inside),
            "entering": own.search_count(entering),
            "leaving": own.with_context(active_test=False).search_count(leaving),
            "entering_ids": self._get_readable_sample(Partner, entering),
            "leaving_ids": self._get_readable_sample(everyone, leaving),
        }

    @api.model
    def _get_readable_sample(self, contacts, domain):
        """Return the first ids of a domain that the caller, not sudo, can read."""
        sample = contacts.search(domain, limit=SAMPLE_SIZE * 10)
        return sample.sudo(False)._filtered_access("read").ids[:SAMPLE_SIZE]

    def _prepare_rule(self, text):
        """Return the contacts to search, and the whole domain of the members by rule."""
        self.ensure_one()
        # sudo: whom a rule means must not depend on who presses the button. Whoever saved the
        # rule has searched with it in his own name (see _validate_rule). The language, the time
        # zone and the company are the group's, not the caller's, for the same reason.
        company = self.company_id or self.env["res.company"]._get_oldest()
        Partner = self._get_rule_contacts(company, self._get_tz())
        self._parse_rule(text)
        if fault := find_fault(Partner, text):
            raise self._get_rule_error(fault)
        rule = read_filter(Partner, text)
        if self.applies_to != "both":
            rule &= Domain("is_company", "=", self.applies_to == "company")
        rule &= self.company_id._get_served_domain(Partner)
        return Partner, rule

    @api.model
    def _get_rule_contacts(self, company, tz):
        """Return the model of the contacts as rules of groups of a company see it.

        :param tz: name of the time zone whose day is "today"
        """
        # sudo: see _prepare_rule. Contact access is no concern of a rule either.
        return (
            self.env["res.partner"]
            .sudo()
            .with_context(
                allowed_company_ids=company.ids,
                lang=company.partner_id.lang or "en_US",
                tz=tz,
                active_test=True,
            )
        )

    def _get_day_case(self, group_id):
        """Return "today" by the time zones of these groups as SQL.

        :param SQL group_id: the group of the row
        """
        ids = defaultdict(list)
        for group, tz in self._map_tz().items():
            ids[fields.Date.context_today(self.with_context(tz=tz))].append(group.id)
        if len(ids) == 1:
            return SQL("%s::date", *ids)
        cases = (
            SQL("WHEN %s IN %s THEN %s::date", group_id, tuple(own), day)
            for day, own in ids.items()
        )
        return SQL("CASE %s END", SQL(" ").join(cases))

    def _parse_rule(self, text):
        """Read the text of a rule as it is written: values only, nothing is executed."""
        try:
            rule = read_domain(text)
        except ValueError as error:
            raise self._get_rule_error(say_fault(self.env, error)) from error
        if rule.is_true():
            raise ValidationError(
                self.env._(
                    "The rule of the group %s has no condition and would take in every contact. "
                    "Add at least one condition.",
                    self.complete_name,
                )
            )
        return rule

    def _validate_rule(self, text):
        """Make sure that a rule can be searched, with the rights of the current user."""
        self._parse_rule(text)
        if fault := find_search_fault(self.env["res.partner"], text, as_system=True):
            raise self._get_rule_error(fault)

    def _get_rule_error(self, error):
        return ValidationError(
            self.env._(
                "The rule of the group %(group)s cannot be used: %(error)s. Open the group, "
                "correct or remove that condition, and try the preview.",
                group=self.complete_name or self.env._("(new)"),
                error=str(error).strip().rstrip("."),
            )
        )
