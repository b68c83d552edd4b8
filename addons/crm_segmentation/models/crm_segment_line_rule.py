# pylint: disable=consider-merging-classes-inherited
# (The model is large: each concern has a file of its own.)
import re
from datetime import timedelta

from babel.dates import format_timedelta

from odoo import models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import babel_locale_parse, get_lang

from odoo.addons.crm_access.domains import (
    find_fault,
    find_search_fault,
    read_domain,
    read_filter,
    say_fault,
)
from odoo.addons.crm_access.names import get_told_name
from odoo.addons.crm_access.texts import is_value_missing, tell_missing

from ..engine.segment_ranges import INFINITE
from ..engine.segment_sentence import describe
from .crm_segment_criterion import MANY

#: Which of a source's records count at all.
SCOPES = {
    "deal": [
        ("type", "=", "opportunity"),
        "|",
        ("active", "=", True),
        ("won_status", "=", "lost"),
    ],
    "lead": [("type", "=", "lead"), "|", ("active", "=", True), ("won_status", "=", "lost")],
    "person": [
        ("parent_id", "!=", False),
        ("is_company", "=", False),
        ("type", "in", ["contact", False]),
    ],
    "message": [("message_type", "in", ["email", "email_outgoing", "comment"])],
}
#: Column of a source that leads to the contact (or record), and the one that is added up.
LINKS = {
    "person": ("commercial_partner_id", None),
    "deal": ("partner_id", "expected_revenue"),
    "lead": ("partner_id", "expected_revenue"),
    "message": ("res_id", None),
    "activity": ("res_id", None),
}
#: Units of relative dates: what Babel calls them, and their length in days as it counts them.
DATE_UNITS = {"d": ("day", 1), "w": ("week", 7), "m": ("month", 30), "y": ("year", 365)}


class CrmSegmentCriterion(models.Model):
    """A line as a condition for the database: one subquery, whatever the number of records."""

    _inherit = "crm.segment.criterion"

    def _validate(self):
        """Make sure that the line can be searched, with the rights of the current user.

        :raises ValidationError: it names the segment, the line and what is wrong
        """
        self.ensure_one()
        segment = self.segment_id
        if not self._fits_target():
            raise self._get_error(
                self.env._(
                    "“%(what)s” is nothing that %(target)s have",
                    what=self._get_label("source"),
                    target=segment._get_target_label(),
                )
            )
        if self.condition in ("count", "amount") and self.source not in MANY:
            raise self._get_error(
                self.env._("“%s” is one record: nothing to count", self._get_label("source"))
            )
        if self.condition == "amount" and not self._get_link()[1]:
            raise self._get_error(
                self.env._("“%s” has no amount to add up", self._get_label("source"))
            )
        if self.condition in ("count", "amount") and self.threshold <= 0:
            raise self._get_error(self.env._("“At Least” must be more than 0"))
        domain = self._parse()
        if self.source == "self" and domain.is_true():
            raise self._get_error(
                self.env._("it has no condition and would take in everything; add one")
            )
        fault = find_search_fault(self.env[self._get_source_model()], self.domain, as_system=True)
        if fault:
            raise self._get_error(fault)

    def _get_label(self, name):
        labels = dict(self._fields[name]._description_selection(self.env))
        return labels.get(self[name], self[name])

    def _get_error(self, error):
        text = str(error).strip().rstrip(".")
        return ValidationError(
            self.env._(
                "The segment %(segment)s cannot be used, line “%(line)s”: %(error)s. Open the "
                "segment and correct or remove that line.",
                segment=self.segment_id.name or self.env._("(new)"),
                line=self._get_label("source"),
                error=text,
            )
        )

    def _parse(self):
        """Read the conditions as they are written: values only, nothing is executed."""
        self.ensure_one()
        try:
            return read_domain(self.domain)
        except ValueError as error:
            raise self._get_error(say_fault(self.env, error)) from error

    def _get_link(self):
        """Return the column that leads to the contact, and the column with the amount."""
        return LINKS[self.source]

    def _get_scope(self):
        """Return which records of the source count, beside the user's conditions."""
        scope = Domain(SCOPES.get(self.source, []))
        if self.source in ("message", "activity"):
            field = "model" if self.source == "message" else "res_model"
            scope &= Domain(field, "=", self.segment_id.model_name)
        return scope

    def _prepare_domain(self):
        """Return the source's model as segments see it, and the whole domain.

        :raises ValidationError: when the conditions cannot be used (any more)
        """
        self.ensure_one()
        Model = self.segment_id._get_searched(self._get_source_model())
        if fault := find_fault(Model, self.domain):
            raise self._get_error(fault)
        domain = self.segment_id._with_rates(Model, read_filter(Model, self.domain))
        domain &= self._get_scope()
        if "company_id" in Model._fields and self.source != "self":
            domain &= self.segment_id.company_id._get_served_domain(Model)
        if self.source in ("deal", "lead"):
            Model = Model.with_context(active_test=False)  # lost ones are archived
        return Model, domain

    def _to_condition(self, query, ids=None):
        """Return the line as a condition on rows of the target.

        :param query: the query object on the target's table, which joins may be added to
        :param ids: look only at these records of the target; all if left out
        :rtype: SQL
        """
        self.ensure_one()
        Model, domain = self._prepare_domain()
        if self.source == "self":
            rule = domain.optimize_full(Model)._to_sql(Model, query.table, query)
            return SQL("(%s) IS NOT TRUE", rule) if self.condition == "none" else SQL("(%s)", rule)
        if self.source in ("company", "customer"):
            matching = self._select_owners(Model, domain)
        else:
            rows = Model._search(domain)
            keys = self.segment_id._select_keys(self, rows, ids, self._get_having(rows))
            matching = SQL("(%s)", keys)
        # A semi-join and an anti-join: by hash, whatever the number of rows.
        if self.condition == "none":
            return SQL(
                "NOT EXISTS (SELECT FROM %s AS k(id) WHERE k.id = %s)",
                matching,
                SQL.identifier(query.table, "id"),
            )
        return SQL("%s IN %s", SQL.identifier(query.table, "id"), matching)

    def _select_owners(self, Model, domain):
        """Return the query of the targets whose company or customer matches."""
        found = Model._search(domain)
        target = self.segment_id._get_searched(self.segment_id.model_name)
        if self.source == "customer":
            path = Domain("partner_id", "any", Domain("id", "in", found))
        elif self.segment_id.model_name == "crm.lead":
            company = Domain("commercial_partner_id", "in", found.subselect())
            path = Domain(
                "partner_id", "any", company & Domain("commercial_partner_id", "!=", False)
            )
        else:
            path = Domain("parent_id", "!=", False) & Domain(
                "commercial_partner_id", "in", found.subselect()
            )
        return target.with_context(active_test=False)._search(path).subselect()

    def _get_having(self, query):
        """Return the condition on the records of one member taken together, if there is one."""
        if self.condition == "count" and self.threshold > 1:
            return SQL("COUNT(*) >= %s", self.threshold)
        if self.condition == "amount":
            # Rounded as Odoo does after a conversion: a rate must not keep out who is just there.
            places = self.segment_id.currency_id.decimal_places
            total = SQL("ROUND(SUM(%s)::numeric, %s)", self._get_amount(query), places)
            return SQL("%s >= %s", total, self.threshold)
        return None

    def _get_amount(self, query):
        """Return the amount of a row in the currency of the segment, as SQL."""
        return self.segment_id._get_amount(self.source, query.table)

    # In words

    def _describe(self):
        """Say in words what the line asks for."""
        self.ensure_one()
        try:
            domain = self._parse()
            items = [] if domain.is_true() else list(domain)
            words = describe(
                [self._plain(item) for item in items],
                self._describe_condition,
                {"&": self.env._(" and "), "|": self.env._(" or ")},
                self.env._("not ({})"),
            )
        except (ValidationError, KeyError, IndexError, TypeError, ValueError):
            return self.env._("conditions that cannot be read")
        negative = self.condition == "none"
        if self.source == "self":
            return self.env._("not: %s", words) if negative else words
        texts = {
            "has": self.env._("has %(source)s"),
            "none": self.env._("has no %(source)s"),
            "count": self.env._("has at least %(number)g %(source)s"),
            "amount": self.env._("has %(source)s that add up to at least %(amount)s"),
        }
        if self.source in ("company", "customer"):
            texts["has"] = self.env._("%(source)s is such")
            texts["none"] = self.env._("%(source)s is not such")
        source = self._get_source_words()[self.source]
        told = {"source": source, "number": self.threshold}
        if self.condition == "amount":
            told["amount"] = self.segment_id._tell_amount(self.threshold)
        text = texts[self.condition] % told
        return f"{text}: {words}" if words else text

    def _get_source_words(self):
        """Return {source: what it is called within a sentence}; a hook for more sources.

        Words of their own: a label begins with a capital, and what "its" does to a word differs
        between languages.
        """
        return {
            "company": self.env._("its company"),
            "customer": self.env._("its customer"),
            "person": self.env._("persons"),
            "deal": self.env._("deals"),
            "lead": self.env._("leads"),
            "message": self.env._("messages and e-mails"),
            "activity": self.env._("planned activities"),
        }

    @staticmethod
    def _plain(item):
        return tuple(item) if isinstance(item, list) else item

    def _describe_condition(self, name, operator, value):
        """Say one condition in words: "Country is Germany or Austria"."""
        Model, labels, field = self.env[self._get_source_model()], [], None
        for step in str(name).split("."):
            field = Model._fields.get(step) if Model is not None else None
            if not field:
                labels.append(step)
                Model = None
                continue
            labels.append(field._description_string(self.env))
            Model = self.env[field.comodel_name] if field.relational else None
        missing = is_value_missing(operator, value)
        if not isinstance(value, list | tuple | set):
            value = [value]
        is_boolean = field is not None and field.type == "boolean"
        if is_boolean and operator in ("!=", "not in") and len(value) == 1:
            operator, value = "=", [not item for item in value]
        elif (
            operator in ("=", "!=", "in", "not in")
            and list(value) in ([False], [None])
            and not is_boolean
        ):
            empty = operator in ("=", "in")
            words = self.env._("is not set") if empty else self.env._("is set")
            return f"{' · '.join(labels)} {words}"
        if field is not None and field.type in ("date", "datetime"):
            operator = {">": "after", ">=": "since", "<": "before", "<=": "until"}.get(
                operator, operator
            )
        texts = [self._describe_value(field, item) for item in value]
        if missing:
            texts = [tell_missing(self.env)]
        return self.env._(
            "%(field)s %(operator)s %(value)s",
            field=" · ".join(labels),
            operator=self._get_operator_words().get(operator, operator),
            value=self.env._(" or ").join(texts),
        )

    def _get_operator_words(self):
        is_, is_not = self.env._("is"), self.env._("is not")
        return {
            "=": is_,
            "in": is_,
            "!=": is_not,
            "not in": is_not,
            ">": self.env._("is more than"),
            ">=": self.env._("is at least"),
            "<": self.env._("is less than"),
            "<=": self.env._("is at most"),
            "after": self.env._("is after"),
            "since": self.env._("is since"),
            "before": self.env._("is before"),
            "until": self.env._("is until"),
            "ilike": self.env._("contains"),
            "not ilike": self.env._("does not contain"),
            "child_of": self.env._("is in or below"),
            "any": self.env._("has such"),
            "not any": self.env._("has no such"),
        }

    def _describe_value(self, field, value):
        if field is None:
            return str(value)
        if isinstance(value, bool):
            return self.env._("yes") if value else self.env._("no")
        if field.type == "selection":
            return str(dict(field._description_selection(self.env)).get(value, value))
        if field.relational and isinstance(value, int):
            record = self.env[field.comodel_name].browse(value).exists()
            return get_told_name(record) if record else self.env._("(deleted)")
        if field.type in ("date", "datetime") and isinstance(value, str):
            return self._describe_date(value)
        if field.type == "monetary" and isinstance(value, int | float):
            return self.segment_id._tell_amount(value)
        if isinstance(value, Domain | list | tuple):
            return "…"
        return str(value)

    def _describe_date(self, value):
        """Say a relative date in words: "today -90d" is "90 days ago"."""
        found = re.fullmatch(r"(?:today )?([-+])(\d+)([dwmy])", value)
        if value == "today =1d":
            return self.env._("the first of this month")
        if not found:
            return value
        sign, number, unit = found.groups()
        name, days = DATE_UNITS[unit]
        return format_timedelta(
            timedelta(days=int(f"{sign}{number}") * days),
            granularity=name,
            threshold=INFINITE,  # "90 days", not "3 months": as it was written
            add_direction=True,
            locale=babel_locale_parse(get_lang(self.env).code),
        )

    @staticmethod
    def _iter_conditions(text):
        """Yield the values of the conditions of a domain's text that are about segments."""
        todo = [read_domain(text)]
        while todo:
            for condition in todo.pop().iter_conditions():
                name = condition.field_expr.split(".")[-1]
                if name in ("segment_ids", "stored_segment_ids"):
                    yield condition.value
                elif condition.operator in ("any", "not any"):
                    todo.append(Domain(condition.value))
