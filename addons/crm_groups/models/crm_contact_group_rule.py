# pylint: disable=consider-merging-classes-inherited
# (The model is large: each concern has a file of its own.)
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.crm_access.domains import find_fault, find_search_fault, read_domain

from .crm_contact_group import SAMPLE_SIZE


class CrmContactGroup(models.Model):
    """The rule that fills a group: its text, its check, its preview."""

    _inherit = "crm.contact.group"

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
            self.env._("%s contacts match the rule.", preview["matching"]),
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
        :return: ``matching``, ``entering``, ``leaving`` (numbers), ``entering_ids``,
            ``leaving_ids`` (the first ids)
        :rtype: dict
        :raises ValidationError: when the rule cannot be used
        :raises AccessError: when the caller may not write the group
        """
        self.ensure_one()
        self.check_access("write")
        return self._preview(self.domain if domain is None else str(domain))

    def _preview(self, text):
        """Do the work of :meth:`preview_rule`, also for a group that is not saved yet."""
        self._validate_rule(text)
        Partner, rule = self._prepare_rule(text)
        # sudo: a membership of a contact of another company counts too.
        Member = self.env["crm.contact.group.member"].sudo()
        decided = Member._search(
            [("group_id", "=", self._origin.id), ("state", "in", ["in", "excluded"])]
        )
        entering = rule & Domain("id", "not in", decided.subselect("partner_id"))
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
        company = self.company_id or self.env["res.company"].sudo().search([], order="id", limit=1)
        Partner = self._get_rule_contacts(company)
        rule = self._parse_rule(text)
        if self.applies_to != "both":
            rule &= Domain("is_company", "=", self.applies_to == "company")
        if self.company_id:
            rule &= Domain(Partner._check_company_domain(self.company_id))
        if fault := find_fault(Partner, text):
            raise self._get_rule_error(fault)
        return Partner, rule

    @api.model
    def _get_rule_contacts(self, company):
        """Return the model of the contacts as rules of groups of a company see it."""
        # sudo: see _prepare_rule. Contact access is no concern of a rule either.
        return (
            self.env["res.partner"]
            .sudo()
            .with_context(
                allowed_company_ids=company.ids,
                lang=company.partner_id.lang or "en_US",
                tz=company.partner_id.tz or "UTC",
                active_test=True,
            )
        )

    def _parse_rule(self, text):
        """Read the text of a rule: values only, nothing is executed."""
        try:
            rule = read_domain(text)
        except ValueError as error:
            raise self._get_rule_error(error) from error
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
