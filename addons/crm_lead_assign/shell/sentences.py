"""Filters in words: names in place of ids, labels in place of fields.

Many filters are put into words at once: what they name is looked up with one search for
each model they name records of.
"""

from collections import defaultdict

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import OrderedSet

from odoo.addons.crm_access.filter_names import find_records_called
from odoo.addons.crm_access.texts import is_value_missing, tell_missing

from .filters import get_filter_error, parse_filter

COLLECTIONS = (list, tuple, set, frozenset, OrderedSet)
#: Names written out before the rest is counted.
MAX_NAMES = 6


class Missing(str):
    """A name that stands for a record which is not there (any more)."""


class FilterSentences:
    """Puts stored filters into words.

    :param model: the model filters are about, as the user who reads: names of records
        that the user may not see are not given away
    """

    def __init__(self, model):
        self.model = model
        self.env = model.env
        self._names = {}

    def describe(self, texts):
        """``{text: words}``; an empty filter gives an empty text.

        Cost: one search for each model that is named in the filters.
        """
        domains, result = {}, {}
        for text in {text or "" for text in texts}:
            error = get_filter_error(self.model, text)
            if error:
                result[text] = self.env._("can't be used: %s", error)
            else:
                domains[text] = parse_filter(text)
        self._look_up(domains.values())
        for text, domain in domains.items():
            result[text] = "" if domain.is_true() else self._words(domain, self.model)
        return result

    # -- names ---------------------------------------------------------------------

    def _look_up(self, domains):
        """Read what all filters name, one search for each model."""
        wanted = defaultdict(set)
        for domain in domains:
            self._collect(domain, self.model, wanted)
        for name, values in wanted.items():
            self._names[name] = self._read_names(name, values)

    def _collect(self, domain, model, wanted):
        for condition in domain.iter_conditions():
            fields = self._path(condition, model)
            if fields and fields[-1].relational:
                comodel = self.env[fields[-1].comodel_name]
                if isinstance(condition.value, Domain):
                    self._collect(condition.value, comodel, wanted)
                elif condition.operator in ("any", "not any"):
                    self._collect(Domain(condition.value), comodel, wanted)
                else:
                    wanted[comodel._name].update(v for v in self._values(condition) if v)
            elif fields and fields[-1].name == "id":
                wanted[fields[-1].model_name].update(v for v in self._values(condition) if v)

    def _read_names(self, model_name, values):
        """``{id or name: name}``; what is not found is :class:`Missing`."""
        model = self.env[model_name].with_context(active_test=False)
        ids = {value for value in values if isinstance(value, int)}
        texts = [value for value in values if isinstance(value, str)]
        names = {value: Missing(self.env._("deleted (%s)", value)) for value in ids}
        names |= {text: Missing(self.env._("“%s” (does not exist)", text)) for text in texts}
        try:
            named = {text: one for text, one in find_records_called(model, texts).items() if one}
            found = model.search(Domain("id", "in", list(ids)))
            by_id = {record.id: record.display_name for record in found}
        except AccessError:
            return {value: self.env._("a record you may not see") for value in values}
        hidden = ids - set(by_id)
        if hidden:
            # sudo: only whether they are there; their names are not shown.
            there = model.sudo().browse(hidden).exists()
            names |= dict.fromkeys(there.ids, self.env._("a record you may not see"))
        # What was stored as a name is told in the reader's language, too.
        by_name = {text: one[:1].display_name for text, one in named.items()}
        return {**names, **by_id, **by_name}

    def _path(self, condition, model):
        """The fields of ``a.b.c``, or none when the path is no path of fields."""
        fields = []
        for name in condition.field_expr.split("."):
            field = model._fields.get(name) if model is not None else None
            if field is None:
                # ``date.year_number``, ``properties.name``: the last part is no field.
                break
            fields.append(field)
            model = self.env[field.comodel_name] if field.relational else None
        return fields

    @staticmethod
    def _values(condition):
        value = condition.value
        return list(value) if isinstance(value, COLLECTIONS) else [value]

    # -- words ---------------------------------------------------------------------

    def _words(self, domain, model, nested=False):
        if domain.is_true():
            return self.env._("always")
        if domain.is_false():
            return self.env._("never")
        operator = getattr(domain, "OPERATOR", None)
        if operator == "!":
            return self.env._("not (%s)", self._words(domain.child, model))
        if operator in ("&", "|"):
            word = self.env._(" and ") if operator == "&" else self.env._(" or ")
            text = word.join(self._words(child, model, True) for child in domain.children)
            return f"({text})" if nested else text
        if hasattr(domain, "field_expr"):
            return self._condition(domain, model)
        return str(domain)

    def _condition(self, condition, model):
        fields = self._path(condition, model)
        parts = condition.field_expr.split(".")
        labels = [field._description_string(self.env) for field in fields]
        label = " › ".join(labels + parts[len(fields) :])
        field = fields[-1] if fields and len(fields) == len(parts) else None
        operator = condition.operator
        if operator in ("any", "not any"):
            return self._any(condition, label, field)
        values = self._values(condition)
        missing = is_value_missing(operator, condition.value)
        if operator in ("=", "!=", "in", "not in"):
            # Of an empty list it is told what it does.
            told = [tell_missing(self.env)] if missing and values else values
            known = field if told is values else None
            return self._equals(label, known, operator in ("=", "in"), told)
        texts = self._operators(field).get(operator)
        if missing:
            return f"{label} {texts or operator} {tell_missing(self.env)}"
        value = self._value(field, values[0]) if len(values) == 1 else self._list(field, values)
        return f"{label} {texts or operator} {value}"

    def _any(self, condition, label, field):
        value = condition.value
        domain = value if isinstance(value, Domain) else Domain(value)
        inner = self._words(domain, self.env[field.comodel_name]) if field else str(value)
        if condition.operator == "any":
            return self.env._("%(field)s has: %(condition)s", field=label, condition=inner)
        return self.env._("%(field)s does not have: %(condition)s", field=label, condition=inner)

    def _equals(self, label, field, positive, values):
        if field is not None and field.type == "boolean" and len(values) == 1:
            yes = bool(values[0]) == positive
            return self.env._("%s: yes", label) if yes else self.env._("%s: no", label)
        given = [value for value in values if value is not False and value is not None]
        empty = len(given) < len(values)
        if not given and empty:
            return self.env._("%s is empty", label) if positive else self.env._("%s is set", label)
        if not given:
            return self.env._("never") if positive else self.env._("always")
        names = self._list(field, given)
        if positive:
            text = self.env._("%(field)s is %(values)s", field=label, values=names)
            return self.env._("%s or empty", text) if empty else text
        text = self.env._("%(field)s is not %(values)s", field=label, values=names)
        return self.env._("%s nor empty", text) if empty else text

    def _list(self, field, values):
        names = [str(self._value(field, value)) for value in values[:MAX_NAMES]]
        if len(values) > MAX_NAMES:
            names.append(self.env._("%s more", len(values) - MAX_NAMES))
        if len(names) == 1:
            return names[0]
        return self.env._("%(some)s or %(last)s", some=", ".join(names[:-1]), last=names[-1])

    def _value(self, field, value):
        if field is None:
            return value
        if field.relational or field.name == "id":
            model_name = field.comodel_name if field.relational else field.model_name
            return self._names.get(model_name, {}).get(value, value)
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        if field.type in ("integer", "float", "monetary") and isinstance(value, (int, float)):
            return f"{value:,g}" if abs(value) < 1e6 else f"{value:,.0f}"
        return value

    def _operators(self, field):
        is_date = field is not None and field.type in ("date", "datetime")
        return {
            ">": self.env._("is after") if is_date else self.env._("is more than"),
            ">=": self.env._("is from") if is_date else self.env._("is at least"),
            "<": self.env._("is before") if is_date else self.env._("is less than"),
            "<=": self.env._("is until") if is_date else self.env._("is at most"),
            "like": self.env._("contains"),
            "ilike": self.env._("contains"),
            "not like": self.env._("does not contain"),
            "not ilike": self.env._("does not contain"),
            "=like": self.env._("is like"),
            "=ilike": self.env._("is like"),
            "not =like": self.env._("is not like"),
            "not =ilike": self.env._("is not like"),
            "child_of": self.env._("is or belongs to"),
            "parent_of": self.env._("is or is above"),
        }
