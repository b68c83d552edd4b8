"""Give a list field a value: a property of contacts or leads, or a field of their own."""

from functools import cached_property

from odoo.exceptions import UserError
from odoo.fields import Date

from .change import Change, register

PROPERTIES = {"res.partner": "properties", "crm.lead": "lead_properties"}
TYPES = ("selection", "many2one", "char", "integer", "float", "boolean", "date")


@register
class ListFieldChange(Change):
    """``{field: value}``: the label or name of a list field, or the name of a stored field.

    Choices are given by value or by label, other records by id or name.
    """

    code = "list_field"
    sequence = 55
    cascades = ("persons",)

    @classmethod
    def get_label(cls, env):
        return env._("Fill a list field")

    def check(self):
        if not self.vals:
            raise UserError(self.env._("Say which list field gets which value."))
        self.check_shapes()
        self.resolve("plan")

    @property
    def properties(self):
        """The field of the model that holds the list fields."""
        return self.env[self.model]._fields[PROPERTIES[self.model]]

    def get_definitions(self):
        """Return {id of what defines them (a sales team, for leads): definitions}."""
        field = self.properties
        container = self.env[self.model]._fields[field.definition_record].comodel_name
        if container == "properties.base.definition":
            # sudo: the list fields of contacts are everybody's, their definition is Odoo's.
            records = (
                self.env[container]
                .sudo()
                ._get_definition_for_property_field(self.model, field.name)
            )
        else:
            records = self.env[container].with_context(active_test=False).search([])
        return {record.id: record[field.definition_record_field] or [] for record in records}

    @cached_property
    def plan(self):
        """{key of vals: {id of what defines it: (property, value)}}, None for a stored field.

        :raises UserError: for what does not exist, naming what does
        """
        definitions = self.get_definitions()
        plan, known = {}, set()
        for key, value in self.vals.items():
            found = {}
            for container_id, properties in definitions.items():
                known.update(prop["string"] for prop in properties if prop["type"] != "separator")
                for prop in properties:
                    if key in (prop["name"], prop["string"]):
                        found[container_id] = (prop, value)
            if found:
                plan[key] = self._check_choices(key, found)
            elif self._is_plain_field(key):
                plan[key] = {None: (None, self._get_plain_value(key, value))}
            else:
                raise UserError(
                    self.env._(
                        "There is no list field “%(field)s” on %(model)s that you may fill. List "
                        "fields that exist: %(known)s.",
                        field=key,
                        model=self.env["ir.model"]._get(self.model).name,
                        known=", ".join(sorted(known)) or self.env._("none yet"),
                    )
                )
        return plan

    def _is_plain_field(self, name):
        Model = self.env[self.model]
        field = Model._fields.get(name)
        return bool(
            field
            and field.type in TYPES
            and field.store
            and not field.readonly
            and not field.company_dependent
            and not field.translate
            and name not in ("active", "company_id", "parent_id", "type", "stage_id")
            and Model._has_field_access(field, "write")
        )

    def _check_choices(self, key, found):
        good, choices = {}, []
        for container_id, (prop, value) in found.items():
            if prop["type"] not in ("selection", "tags"):
                good[container_id] = (prop, self._get_simple_value(prop["type"], key, value))
                continue
            options = [tuple(option[:2]) for option in prop.get(prop["type"]) or []]
            choices += [label for _value, label in options]
            values = value if isinstance(value, (list, tuple)) else [value] if value else []
            by_name = {label: code for code, label in options} | {
                code: code for code, _l in options
            }
            if all(one in by_name for one in values):
                codes = [by_name[one] for one in values]
                multiple = prop["type"] == "tags"
                good[container_id] = (prop, codes if multiple else codes[0] if codes else False)
        if not good:
            raise self._get_value_error(key, found.popitem()[1][1], choices)
        return good

    def _get_value_error(self, key, value, choices):
        return UserError(
            self.env._(
                "“%(value)s” is no value of “%(field)s”. Values that exist: %(choices)s.",
                value=value,
                field=key,
                choices=", ".join(choices),
            )
        )

    def _get_simple_value(self, kind, key, value):
        if not value and kind != "boolean":
            return False
        try:
            if kind == "date":
                return Date.to_string(Date.to_date(value))
            convert = {"integer": int, "float": float, "boolean": bool, "char": str}.get(kind)
            return convert(value) if convert else value
        except (ValueError, TypeError):
            raise self.get_misfit(key, value) from None

    def _get_plain_value(self, name, value):
        field = self.env[self.model]._fields[name]
        if isinstance(value, (list, tuple)) or (field.required and not value):
            raise self.get_misfit(name, value)
        if field.type == "many2one":
            by = self.env[field.comodel_name]._rec_name
            return self.find_one(field.comodel_name, name, value, by=by).id if value else False
        if field.type == "selection":
            options = field._description_selection(self.env)
            by_name = {label: code for code, label in options} | dict.fromkeys(
                (code for code, _label in options)
            )
            if value and value not in by_name:
                raise self._get_value_error(name, value, [label for _code, label in options])
            return (by_name[value] or value) if value else False
        return self._get_simple_value(field.type, name, value)

    def describe(self):
        texts = []
        for key, found in self.plan.items():
            label = key
            for prop, _value in found.values():
                if prop:
                    label = prop["string"]
                else:
                    label = self.env[self.model]._fields[key]._description_string(self.env)
            value = self.vals[key]
            shown = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else value
            texts.append(f"{label}: {shown if shown not in (False, None, '') else '–'}")
        return "; ".join(texts)

    def _get_container_ids(self, records):
        name = self.properties.definition_record
        if not records._fields[name].store:
            [container_id] = self.get_definitions()
            return dict.fromkeys(records.ids, container_id)
        return {key: row[name] for key, row in self.read_columns(records, [name]).items()}

    def get_states(self, records):
        plan, column = self.plan, self.properties.name
        plain = [key for key, found in plan.items() if None in found]
        containers = self._get_container_ids(records)
        states = {}
        for record_id, row in self.read_columns(records, [column, *plain]).items():
            state = {key: row[key] for key in plain}
            for key, found in plan.items():
                if containers[record_id] in found:
                    name = found[containers[record_id]][0]["name"]
                    state[key] = (row[column] or {}).get(name)
            states[record_id] = state
        return states

    def get_written(self, records):
        return [key for key, found in self.plan.items() if None in found]

    def is_reached(self, state, target):
        return all((state.get(key) or False) == value for key, value in target.items())

    def get_targets(self, records, states, origins):
        plan, targets, refused = self.plan, {}, {}
        containers = self._get_container_ids(records)
        for record_id in records.ids:
            target = {}
            for key, found in plan.items():
                hit = found.get(None) or found.get(containers[record_id])
                if hit:
                    target[key] = hit[1]
                else:
                    refused[record_id] = self.env._(
                        "Its sales team has no list field “%(field)s” with this value.", field=key
                    )
            targets[record_id] = target
        return {key: value for key, value in targets.items() if key not in refused}, refused

    def apply(self, records, targets):
        self._write(records, targets)

    def restore(self, records, befores):
        self._write(records, befores)

    def _write(self, records, values):
        """Write once for each different result: of a list field all others must be told too."""
        plan, column = self.plan, self.properties.name
        containers = self._get_container_ids(records)
        parts = {}
        for record_id, row in self.read_columns(records, [column]).items():
            vals, whole = {}, dict(row[column] or {})
            for key, value in values[record_id].items():
                hit = plan[key].get(containers[record_id])
                if not hit:
                    vals[key] = value or False
                    continue
                vals[column] = whole
                whole[hit[0]["name"]] = value
                if value is None:
                    # It had not been filled at all.
                    del whole[hit[0]["name"]]
            key = (containers[record_id], repr(sorted(vals.items())))
            parts.setdefault(key, (vals, []))[1].append(record_id)
        for vals, ids in parts.values():
            records.browse(ids).write(vals)
