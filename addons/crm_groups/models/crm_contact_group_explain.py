# pylint: disable=consider-merging-classes-inherited
# (The model is large: each concern has a file of its own.)
import re

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.crm_access.names import get_told_name
from odoo.addons.crm_access.texts import is_value_missing, tell_count, tell_missing

#: "-30d" in a relative date.
SHIFT = re.compile(r"([-+])(\d+)([dwmy])")
#: A rule that moves more than this share of all contacts is worth a second look.
WARN_SHARE = 0.2


class CrmContactGroup(models.Model):
    """A rule said in words, and what saving it would do."""

    _inherit = "crm.contact.group"

    rule_sentence = fields.Char(string="In Words", compute="_compute_rule_sentence")
    rule_preview = fields.Html(
        string="What Would Change",
        compute="_compute_rule_preview",
        sanitize=False,
        help="Shown while a rule is being changed, before it is saved.",
    )

    @api.depends("domain", "kind", "applies_to")
    @api.depends_context("lang")
    def _compute_rule_sentence(self):
        for group in self:
            sentence = False
            if group.kind != "manual":
                try:
                    sentence = group._say_rule(group._parse_rule(group.domain))
                except ValidationError as error:
                    sentence = str(error)
            group.rule_sentence = sentence

    def _say_rule(self, rule):
        who = {
            "company": self.env._("Companies"),
            "person": self.env._("Persons"),
            "both": self.env._("Contacts"),
        }[self.applies_to or "both"]
        said = self._say_domain(list(rule), self.env["res.partner"])
        return self.env._("%(who)s where %(conditions)s", who=who, conditions=said)

    @api.model
    def _say_domain(self, items, model):
        """Say a domain in prefix notation in words; fields and values by their names."""
        stack = []
        for item in reversed(items):
            if item == "!":
                stack.append(self.env._("not (%s)", stack.pop()))
            elif item in ("&", "|"):
                words = self.env._("and") if item == "&" else self.env._("or")
                left, right = stack.pop(), stack.pop()
                joined = f"{left} {words} {right}"
                stack.append(f"({joined})" if item == "|" else joined)
            else:
                stack.append(self._say_condition(item, model))
        words = self.env._("and")
        return f" {words} ".join(reversed(stack))

    @api.model
    def _say_condition(self, condition, model):
        path, operator, value = condition
        labels, field = [], None
        for name in str(path).split("."):
            field = model._fields.get(name) if model is not None else None
            labels.append(field.get_description(self.env, ["string"])["string"] if field else name)
            if field and field.relational:
                model = self.env[field.comodel_name]
        where = " › ".join(labels)
        if operator in ("any", "not any"):
            inner = self._say_domain(list(Domain(value)), model)
            return f"{where} ({inner})"
        kind = field.type if field is not None else None
        if isinstance(value, bool) and kind == "boolean":
            said = self._say_value(value if operator in ("=", "in") else not value, field)
            return f"{where} {self._say_operator('=')} {said}"
        if is_value_missing(operator, value):
            words = self._say_operator(operator)
            if kind in ("date", "datetime"):
                words = self._say_day_operator(operator)
            return f"{where} {words} {tell_missing(self.env)}"
        if value is False or value is None:
            empty = operator in ("=", "in")
            text = self.env._("is not set") if empty else self.env._("is set")
            return f"{where} {text}"
        if kind in ("date", "datetime"):
            return f"{where} {self._say_day_operator(operator)} {self._say_day(value)}"
        if operator in ("=ilike", "=like") and str(value).strip("%") != value:
            return f"{where} {self._say_pattern(str(value))}"
        return f"{where} {self._say_operator(operator)} {self._say_value(value, field)}"

    @api.model
    def _say_pattern(self, pattern):
        """Say what the rule editor writes for "starts with" and "ends with"."""
        if pattern.startswith("%") and pattern.endswith("%"):
            words = self.env._("contains")
        elif pattern.endswith("%"):
            words = self.env._("starts with")
        else:
            words = self.env._("ends with")
        return f"{words} {pattern.strip('%')}"

    @api.model
    def _say_day_operator(self, operator):
        return {
            ">": self.env._("is after"),
            ">=": self.env._("is on or after"),
            "<": self.env._("is before"),
            "<=": self.env._("is on or before"),
        }.get(operator) or self._say_operator(operator)

    @api.model
    def _say_day(self, value):
        """Say "today -1m +3d" as "today − 1 months + 3 days"; other days as they are."""
        units = {
            "d": self.env._("days"),
            "w": self.env._("weeks"),
            "m": self.env._("months"),
            "y": self.env._("years"),
        }
        words = []
        for word in str(value).split():
            shift = SHIFT.fullmatch(word)
            if shift:
                sign, number, unit = shift.groups()
                words.append(f"{'−' if sign == '-' else '+'} {number} {units[unit]}")
            else:
                words.append(self.env._("today") if word == "today" else word)
        return " ".join(words)

    @api.model
    def _say_operator(self, operator):
        return {
            "=": self.env._("is"),
            "!=": self.env._("is not"),
            "in": self.env._("is"),
            "not in": self.env._("is not"),
            "ilike": self.env._("contains"),
            "not ilike": self.env._("does not contain"),
            ">": self.env._("is more than"),
            ">=": self.env._("is at least"),
            "<": self.env._("is less than"),
            "<=": self.env._("is at most"),
            "child_of": self.env._("is in or below"),
            "like": self.env._("contains"),
            "not like": self.env._("does not contain"),
        }.get(operator, operator)

    @api.model
    def _say_value(self, value, field):
        values = list(value) if isinstance(value, list | tuple | set) else [value]
        if field is not None and field.relational:
            ids = [item for item in values if isinstance(item, int)]
            found = self.env[field.comodel_name].browse(ids).exists()
            # Of what is gone the number is all there is to say.
            gone = [f"#{id_}" for id_ in ids if id_ not in found.ids]
            texts = [item for item in values if isinstance(item, str)]
            values = [*map(get_told_name, found), *gone, *texts]
        elif field is not None and field.type == "selection":
            options = dict(field._description_selection(self.env))
            values = [options.get(item, item) for item in values]
        elif field is not None and field.type == "boolean":
            values = [self.env._("yes") if item else self.env._("no") for item in values]
        words = self.env._("or")
        return f" {words} ".join(str(item) for item in values)

    @api.depends("domain", "kind", "applies_to", "company_id", "pricelist_id", "access")
    @api.depends_context("lang")
    def _compute_rule_preview(self):
        for group in self:
            origin = group._origin
            changed = not origin or any(
                group[name] != origin[name] for name in ("domain", "kind", "applies_to")
            )
            # Opening a saved group counts nothing: that could take seconds.
            group.rule_preview = changed and group._make_rule_preview()

    def _make_rule_preview(self):
        if self.kind == "manual" or not self.env["crm.contact.group"].has_access("write"):
            return False
        try:
            preview = self._preview(self.domain)
        except ValidationError as error:
            return Markup("<p class='text-danger'>%s</p>") % error.args[0]
        Partner = self.env["res.partner"]
        lines = [self._describe_matching(preview)]
        for key, text in (
            ("entering", self.env._("%s would enter:", preview["entering"])),
            ("leaving", self.env._("%s would leave:", preview["leaving"])),
        ):
            names = Partner.browse(preview[f"{key}_ids"]).mapped("display_name")
            more = " …" if preview[key] > len(names) else ""
            if names:
                lines.append(f"{text} {', '.join(names)}{more}")
        lines += self._describe_effects(preview)
        body = Markup("<br/>").join(lines)
        warning = self._describe_share(preview)
        if warning:
            body += Markup("<p class='text-warning fw-bold mb-0'>%s</p>") % warning
        return Markup("<div class='alert alert-info mb-0' role='status'>%s</div>") % body

    def _describe_effects(self, preview):
        """Say how prices and access change for who enters and leaves."""
        lines = []
        moving = preview["entering"] + preview["leaving"]
        if not moving:
            return lines
        pricelist = self.effective_pricelist_id
        if pricelist:
            lines.append(
                self.env._(
                    "Price level %(pricelist)s: up to %(entering)s get it, up to %(leaving)s "
                    "lose it.",
                    pricelist=pricelist.name,
                    entering=preview["entering"],
                    leaving=preview["leaving"],
                )
            )
        if self.access_in_force != "open":
            lines.append(
                tell_count(
                    moving,
                    self.env._(
                        "Access: nothing changes before a manager applies it to this contact."
                    ),
                    self.env._(
                        "Access: nothing changes before a manager applies it to these %s contacts."
                    ),
                )
            )
        return lines

    def _describe_share(self, preview):
        """Warn of a rule that moves a large part of all contacts."""
        total = self.env["res.partner"].search_count([]) or 1
        share = (preview["entering"] + preview["leaving"]) / total
        # sudo: a setting that everybody's preview follows.
        parameter = self.env["ir.config_parameter"].sudo().get_param("crm_groups.warn_share")
        try:
            limit = float(parameter or WARN_SHARE)
        except ValueError:
            # A slip in a setting keeps nobody from saving a group.
            limit = WARN_SHARE
        if share <= limit:
            return False
        return self.env._(
            "This moves %(share)d %% of all contacts. Look twice at the rule.", share=100 * share
        )

    def _describe_closing(self):
        """Say what archiving or deleting the group does to members, prices and access."""
        self.ensure_one()
        # sudo: the numbers are of all companies' contacts, as is the effect.
        group = self.sudo()
        Partner = group.env["res.partner"].with_context(active_test=False)
        members = Partner.search_count([("contact_group_ids", "in", group.ids)])
        lines = [
            tell_count(
                members,
                self.env._("1 contact is no longer in %(group)s."),
                self.env._("%(count)s contacts are no longer in %(group)s."),
                group=group.name,
            )
        ]
        if group.effective_pricelist_id:
            lines.append(
                self.env._(
                    "Prices: those who have %(pricelist)s from it get what their other groups, "
                    "their country or the default give.",
                    pricelist=group.effective_pricelist_id.name,
                )
            )
        if group.access_in_force != "open":
            lines.append(
                self.env._("Access: contacts that no other group protects are open to everybody.")
            )
        if group.child_ids:
            lines.append(
                self.env._(
                    "Subgroups: %s keep their members. They must be moved before this group can "
                    "be deleted.",
                    ", ".join(group.child_ids.mapped("name")),
                )
            )
        users = group.used_by_ids.filtered(lambda g: g.active and g.kind == "smart")
        if users:
            lines.append(
                self.env._(
                    "Not possible yet: the rules of these groups use it: %s.",
                    ", ".join(users.mapped("complete_name")),
                )
            )
        lines.append(self.env._("Archived, the group and its members can be brought back."))
        return lines
