# pylint: disable=consider-merging-classes-inherited
# (The model is large: each concern has a file of its own.)
from functools import partial

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.crm_access.filter_names import (
    find_records_called,
    in_every_language,
    to_judge,
)
from odoo.addons.crm_access.names import get_told_name

from ..engine.dependencies import find_loop, sort_by_need
from ..engine.rules import Rule, find_tests

#: Fields of a contact that say in which groups it is.
GROUP_FIELDS = {"contact_group_ids", "all_contact_group_ids", "price_group_id"}
NEGATIVE = {"!=": "=", "not in": "in", "not ilike": "ilike", "not any": "any", "not like": "like"}


class CrmContactGroup(models.Model):
    """Rules that refer to other groups: what needs what, in which order, and no loops."""

    _inherit = "crm.contact.group"

    rule_group_ids = fields.Many2many(
        comodel_name="crm.contact.group",
        relation="crm_contact_group_rule_rel",
        column1="group_id",
        column2="needed_id",
        string="Groups in the Rule",
        compute="_compute_rule_group_ids",
        store=True,
        help="The rule of this group asks for members of these groups, which are rebuilt first.",
    )
    used_by_ids = fields.Many2many(
        comodel_name="crm.contact.group",
        relation="crm_contact_group_rule_rel",
        column1="needed_id",
        column2="group_id",
        string="Used in the Rules Of",
        readonly=True,
    )

    @api.depends("kind", "domain")
    def _compute_rule_group_ids(self):
        for group in self:
            try:
                group.rule_group_ids = group._find_needed_groups()
            except ValidationError:
                # An unusable rule is refused by its own check, with a better message.
                group.rule_group_ids = False

    @api.constrains("kind", "domain", "parent_id")
    def _check_rule_loop(self):
        self.env.flush_all()
        # sudo: a loop can lead through groups the user does not see.
        everyone = self.sudo().with_context(active_test=False).search([("kind", "=", "smart")])
        loop = find_loop(everyone._get_needs())
        if loop:
            raise ValidationError(
                self.env._(
                    "The rules of these groups need each other: %s. None can be filled before "
                    "the other: take the group out of one of the rules.",
                    " → ".join(map(get_told_name, self.sudo().browse(loop))),
                )
            )

    def _get_needs(self):
        """Return {group id: ids of the groups that its rule needs} of smart groups."""
        needs = {}
        for group in self:
            try:
                needs[group.id] = group._find_needed_groups().ids
            except ValidationError:
                needs[group.id] = []
        return needs

    def _sort_by_dependency(self):
        """Return the groups so that each comes after those its rule needs.

        A loop that got past the check (by SQL, or by a group moved in the tree) is left in the
        given order: each of its groups is rebuilt all the same.
        """
        try:
            order = sort_by_need(self._get_needs())
        except ValueError:
            return self
        return self.browse(order)

    def _find_needed_groups(self):
        """Return the groups that the rule refers to, subgroups included where it says so.

        :raises ValidationError: when the rule cannot be read
        """
        self.ensure_one()
        if self.kind == "manual":
            return self.browse()
        if not any(name in (self.domain or "") for name in GROUP_FIELDS):
            return self.browse()
        # sudo: whom a rule means must not depend on who asks.
        everyone = self.sudo().with_context(active_test=False)
        found = everyone.browse()
        for wanted in self._iter_group_conditions(self._parse_rule(self.domain)):
            found |= everyone.search(in_every_language(everyone, wanted))
        return found.with_env(self.env)

    @api.model
    def _iter_group_conditions(self, rule):
        """Yield a domain on groups for each condition of a rule that is about groups."""
        for condition in rule.iter_conditions():
            steps = condition.field_expr.split(".")
            operator = NEGATIVE.get(condition.operator, condition.operator)
            place = next((i for i, step in enumerate(steps) if step in GROUP_FIELDS), None)
            if place is None:
                if operator == "any":
                    yield from self._iter_group_conditions(Domain(condition.value))
                continue
            rest = ".".join(steps[place + 1 :])
            yield self._get_group_condition(rest, operator, condition.value)

    @api.model
    def _get_group_condition(self, rest, operator, value):
        if operator == "any":
            return Domain(value)
        if rest:
            return Domain(rest, operator, value)
        values = value if isinstance(value, list | tuple | set) else [value]
        if not any(values):
            # "In no group": this group is one of those that are meant.
            return Domain.TRUE
        if operator in ("child_of", "parent_of", "="):
            operator = "in" if operator == "=" else operator
        names = [item for item in values if isinstance(item, str)]
        ids = [item for item in values if isinstance(item, int) and item]
        if operator not in ("child_of", "parent_of", "in"):
            return Domain("display_name", operator, value)
        condition = Domain("id", operator, ids) if ids else Domain.FALSE
        if names:
            # sudo: whom a rule means must not depend on who asks.
            everyone = self.sudo().with_context(active_test=False)
            named = in_every_language(everyone, Domain("display_name", "in", names))
            matching = everyone.search(named)
            condition |= Domain("id", operator, matching.ids)
        return condition

    def _check_needed_groups(self):
        """Refuse to rebuild when a group in the rule is gone: everybody would leave."""
        self.ensure_one()
        if not any(name in (self.domain or "") for name in GROUP_FIELDS):
            return
        missing = [
            str(item)
            for condition in self._parse_rule(self.domain).iter_conditions()
            if condition.field_expr.split(".")[-1] in GROUP_FIELDS
            for item in self._find_unknown_groups(condition)
        ]
        if missing:
            raise self._get_rule_error(
                self.env._("these groups are archived or do not exist: %s", ", ".join(missing))
            )

    @api.model
    def _find_unknown_groups(self, condition):
        value = condition.value
        values = value if isinstance(value, list | tuple | set) else [value]
        if condition.operator in ("any", "not any") or not any(values):
            return []
        # sudo: groups of other companies exist too.
        Group = self.sudo()
        ids = [item for item in values if isinstance(item, int) and not isinstance(item, bool)]
        active = Group.search([("id", "in", ids)])
        unknown = [
            Group.with_context(active_test=False).browse(id_).exists().complete_name or id_
            for id_ in ids
            if id_ not in active.ids
        ]
        names = [item for item in values if isinstance(item, str)]
        if condition.operator in ("=", "!=", "in", "not in", "child_of"):
            found = find_records_called(Group, names)
            unknown += [name for name in names if not found[name].filtered("active")]
        return unknown

    def _refuse_while_used(self, what):
        """Refuse what would leave a rule without a group it needs."""
        # sudo: rules of other companies count as well.
        users = self.sudo().used_by_ids.filtered(lambda g: g.kind == "smart" and g.active) - self
        if users:
            raise UserError(
                self.env._(
                    "%(groups)s cannot be %(what)s: the rules of these groups use it: %(users)s. "
                    "Take it out of their rules first.",
                    groups=", ".join((users.rule_group_ids & self).mapped("complete_name")),
                    what=what,
                    users=", ".join(map(get_told_name, users)),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used_in_rules(self):
        self._refuse_while_used(self.env._("deleted"))

    @api.model
    @tools.ormcache()
    def _get_smart_rules(self):
        """Return what is needed to judge a contact by all rules, needed groups first.

        Cached until a group changes (see ``crm.contact.group.write``). Unusable rules are left
        out; the nightly rebuild notes what is wrong with them.

        :return: tuple of ``Rule``
        """
        groups = self._search_for_cache([("kind", "=", "smart")]).sorted("id")
        needs = groups._get_needs()
        rules, levels = [], {}
        for group in groups._sort_by_dependency():
            levels[group.id] = 1 + max(
                (levels.get(needed, 0) for needed in needs[group.id]), default=0
            )
            try:
                group._check_needed_groups()
                Partner, rule = group._prepare_rule(group.domain)
            except ValidationError:
                continue
            # As it is written, too: what is searched in all languages does not tell its field.
            written = (rule, group._parse_rule(group.domain))
            names = {c.field_expr.split(".")[0] for one in written for c in one.iter_conditions()}
            watched = self._expand_watched(Partner, names | {"active"})
            rules.append(
                Rule(
                    group_id=group.id,
                    domain=rule,
                    judged=to_judge(Partner, rule),
                    company_id=Partner.env.company.id,
                    watched=frozenset(watched),
                    needs=frozenset(needs[group.id]),
                    level=levels[group.id],
                    tests=find_tests(rule.optimize(Partner), partial(self._is_plain_test, Partner)),
                )
            )
        return tuple(sorted(rules, key=lambda rule: rule.level))

    @api.model
    def _is_plain_test(self, contacts, field_name, value):
        """Tell whether "field in values" is what Odoo's domain means by it, in Python."""
        field = contacts._fields.get(field_name)
        if not field or not field.store or field.company_dependent or not value:
            return False
        if field.type in ("many2one", "integer"):
            return isinstance(value, int) and not isinstance(value, bool)
        return (
            field.type in ("char", "selection") and not field.translate and isinstance(value, str)
        )

    @api.model
    def _expand_watched(self, contacts, names):
        """Add to fields of a contact those they are computed from."""
        watched, todo = set(), list(names)
        while todo:
            name = todo.pop()
            if name in watched or name not in contacts._fields:
                continue
            watched.add(name)
            depends = contacts.pool.field_depends.get(contacts._fields[name], ())
            todo.extend(path.split(".")[0] for path in depends)
        return watched
