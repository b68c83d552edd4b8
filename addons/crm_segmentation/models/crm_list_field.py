import re

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import SQL

from odoo.addons.crm_access.system import Switch
from odoo.addons.crm_access.texts import tell_count

#: Definitions are being read, do not write them back.
PULLING = Switch("crm_list_field_pulling")
#: The definitions are written when all of a creation is there.
WAITING = Switch("crm_list_field_waiting")
#: Where the values and the definitions of each model are.
PROPERTY_FIELDS = {"res.partner": "properties", "crm.lead": "lead_properties"}
CHOICES = ("selection", "tags")


class CrmListField(models.Model):
    """A field of one's own on contacts or deals: one of Odoo's properties, made easy.

    The definition of the property stays where Odoo keeps it (one for contacts, one on each sales
    team for deals); this record adds what a property lacks (description, mandatory, order, one
    place for all teams), and keeps both in step.
    """

    _name = "crm.list.field"
    _inherit = ["crm.shared.mixin", "crm.code.mixin"]
    _description = "List Field"
    _order = "model, sequence, id"
    _shared_by = None
    _code_within = ("model",)
    _code_stem = "field"

    name = fields.Char("Label", required=True)
    code = fields.Char(
        compute="_compute_code",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="Technical name, for imports and integrations. It stays when the label is changed.",
    )
    model = fields.Selection(
        [("res.partner", "Contacts and companies"), ("crm.lead", "Leads and deals")],
        "On",
        required=True,
        default="res.partner",
    )
    type = fields.Selection(
        [
            ("selection", "One choice"),
            ("tags", "Several choices"),
            ("char", "Text"),
            ("text", "Long text"),
            ("integer", "Whole number"),
            ("float", "Number"),
            ("date", "Date"),
            ("boolean", "Yes or no"),
            ("other", "Other"),
        ],
        required=True,
        default="selection",
    )
    value_ids = fields.One2many("crm.list.value", "field_id", string="Choices", copy=True)
    sequence = fields.Integer(default=10)
    description = fields.Text(help="What to enter, for the people who fill it in.")
    is_mandatory = fields.Boolean(
        "Mandatory", help="A form with this field is not saved while the field is empty."
    )
    active = fields.Boolean(default=True)
    team_ids = fields.Many2many(
        "crm.team", string="Only for Teams", help="Deals of these teams. Empty for all teams."
    )
    storage = fields.Selection(
        [("property", "Property"), ("field", "Real field")],
        "Kept As",
        default="property",
        required=True,
        readonly=True,
        copy=False,
        help="A property is light and quick to make. A real field has a column and an index of "
        "its own: filters, groups and reports over many records are fast, and it can be used in "
        "assignment rules and automation.",
    )
    field_id = fields.Many2one("ir.model.fields", readonly=True, copy=False, ondelete="set null")
    field_name = fields.Char(related="field_id.name", string="Field Name")
    view_ids = fields.Many2many("ir.ui.view", readonly=True, copy=False)
    usage_count = fields.Integer("Filled In", compute="_compute_usage_count")

    _code_uniq = models.UniqueIndex(
        "(model, code)", "There is a field with this technical name already."
    )

    def _compute_usage_count(self):
        for field in self:
            field.usage_count = field._count_filled() if field._origin else 0

    @api.constrains("code")
    def _check_code(self):
        for field in self:
            if not re.fullmatch(r"[a-z0-9_]{1,40}", field.code):
                raise ValidationError(
                    self.env._(
                        "“%s” cannot be a technical name: use up to 40 small letters, digits "
                        "and underscores.",
                        field.code,
                    )
                )

    @api.constrains("type")
    def _check_type(self):
        for field in self.filtered(lambda f: f.type == "other"):
            if not PULLING.is_on(self.env):
                raise ValidationError(
                    self.env._(
                        "Choose another type for “%s”: this one cannot be made here.", field.name
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        # Pushed once the names are known to be good, and once for all choices.
        quiet = WAITING.on(self)
        records = super(CrmListField, quiet).create(vals_list).with_env(self.env)
        records._push_definitions()
        self.env.registry.clear_cache()
        return records

    def write(self, vals):
        if "type" in vals:
            self._check_type_change(vals["type"])
        if {"code", "model"} & set(vals):
            self._check_identity_change(vals)
        before = self._get_containers() if {"team_ids", "active"} & set(vals) else None
        result = super().write(vals)
        self._push_definitions(before)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        containers = self._get_containers()
        names = {(field.model, field.code) for field in self}
        result = super().unlink()
        self._write_definitions(containers, removed=names)
        self.env.registry.clear_cache()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_filled(self):
        for field in self:
            count = field._count_filled()
            if field.storage == "field" or count:
                raise UserError(
                    tell_count(
                        count,
                        self.env._(
                            "“%(field)s” cannot be deleted: 1 record has a value. Archive it "
                            "instead; the value stays and it is out of sight."
                        ),
                        self.env._(
                            "“%(field)s” cannot be deleted: %(count)s records have a value. "
                            "Archive it instead; the values stay and it is out of sight."
                        ),
                        field=field.name,
                    )
                )

    def _check_type_change(self, new_type):
        for field in self.filtered(lambda f: f.type != new_type):
            count = field._count_filled()
            if count:
                raise UserError(
                    tell_count(
                        count,
                        self.env._(
                            "The type of “%(field)s” cannot be changed: 1 record has a value. "
                            "Make a new field."
                        ),
                        self.env._(
                            "The type of “%(field)s” cannot be changed: %(count)s records have a "
                            "value. Make a new field."
                        ),
                        field=field.name,
                    )
                )

    def _check_identity_change(self, vals):
        for field in self:
            changes = any(name in vals and vals[name] != field[name] for name in ("code", "model"))
            if changes and (field.storage == "field" or field._count_filled()):
                raise UserError(
                    self.env._(
                        "The technical name and the place of “%s” cannot be changed once it has "
                        "values or is a real field.",
                        field.name,
                    )
                )

    # -- definitions ------------------------------------------------------------------

    def _get_containers(self):
        """The records that hold the definitions of these fields; see below."""
        return self._get_model_containers(set(self.mapped("model")))

    @api.model
    def _get_model_containers(self, models_):
        """The records that hold the definitions of properties of some models.

        :return: list of (record, name of its definition field)
        """
        containers = []
        # sudo: definitions belong to administrators and teams; who may edit list fields may here.
        if "res.partner" in models_:
            base = self.env["properties.base.definition"].sudo()
            definition = base._get_definition_for_property_field("res.partner", "properties")
            containers.append((definition, "properties_definition"))
        if "crm.lead" in models_:
            teams = self.env["crm.team"].sudo().with_context(active_test=False).search([])
            containers += [(team, "lead_properties_definition") for team in teams]
        return containers

    def _push_definitions(self, before=None):
        """Write the definitions where Odoo looks for them; the others there stay as they are."""
        if not PULLING.is_on(self.env) and not WAITING.is_on(self.env):
            self._write_definitions(before or self._get_containers())

    @api.model
    def _write_definitions(self, containers, removed=()):
        lists = self.with_context(active_test=False).search([])
        for container, name in containers:
            model = "crm.lead" if container._name == "crm.team" else "res.partner"
            mine = {field.code: field for field in lists if field.model == model}
            current = {entry["name"]: entry for entry in container[name] or []}
            wanted = [
                field._get_definition(current.get(field.code))
                for field in lists
                if field.model == model and field._belongs_to(container)
            ]
            others = [
                entry
                for code, entry in current.items()
                if code not in mine and (model, code) not in removed
            ]
            if wanted + others != list(current.values()):
                container[name] = wanted + others

    def _belongs_to(self, container):
        self.ensure_one()
        return (
            self.active
            and self.storage == "property"
            and (self.model != "crm.lead" or not self.team_ids or container in self.team_ids)
        )

    def _get_definition(self, current=None):
        """The definition of the property, keeping what this record knows nothing of."""
        self.ensure_one()
        definition = dict(current or {})
        definition |= {"name": self.code, "string": self.name}
        if self.type != "other":
            definition["type"] = self.type
        values = self.value_ids.filtered("active")
        if self.type == "selection":
            definition["selection"] = [[value.code, value.name] for value in values]
        elif self.type == "tags":
            definition["tags"] = [[value.code, value.name, value.color] for value in values]
        return self._add_form_keys(definition)

    @api.model
    def _pull_definitions(self):
        """Make records for properties that were made in Odoo's own way, and follow their changes.

        Called whenever the settings screen is opened.
        """
        known = {
            (field.model, field.code): field
            for field in self.with_context(active_test=False).search([])
        }
        pulling = PULLING.on(self)
        seen = set()
        for model in PROPERTY_FIELDS:
            for container, name in self._get_model_containers({model}):
                for number, entry in enumerate(container[name] or []):
                    key = (model, entry["name"])
                    if key in seen or not re.fullmatch(r"[a-z0-9_]{1,40}", entry["name"]):
                        continue
                    seen.add(key)
                    known[key] = pulling._pull_definition(known.get(key), model, number, entry)
        gone = [
            field.id
            for key, field in known.items()
            if key not in seen and field.storage == "property" and field.active
        ]
        pulling.browse(gone).write({"active": False})

    @api.model
    def _pull_definition(self, field, model, number, entry):
        kinds = dict(self._fields["type"]._description_selection(self.env))
        vals = {
            "name": entry.get("string") or entry["name"],
            "type": entry["type"] if entry["type"] in kinds else "other",
            "active": True,
        }
        if not field:
            field = self.create({"model": model, "code": entry["name"], "sequence": number, **vals})
        else:
            field = field.with_env(self.env)
            changed = {name: value for name, value in vals.items() if field[name] != value}
            if changed:
                field.write(changed)
        if field.type in CHOICES:
            field._pull_values(entry.get(field.type) or [])
        return field

    def _pull_values(self, options):
        values = {v.code: v for v in self.with_context(active_test=False).value_ids}
        commands = []
        for number, (code, name, *color) in enumerate(options):
            vals = {"name": name or code, "sequence": number, "active": True}
            vals |= {"color": color[0]} if color else {}
            value = values.pop(code, None)
            if value is None:
                commands.append(Command.create({"code": code, **vals}))
            elif any(value[key] != new for key, new in vals.items()):
                commands.append(Command.update(value.id, vals))
        commands += [Command.update(v.id, {"active": False}) for v in values.values() if v.active]
        if commands:
            self.value_ids = commands

    @api.model
    def action_open_settings(self):
        """Open the settings screen, with what was made elsewhere since."""
        self.check_access("write")
        # sudo: what Odoo has is followed, nothing is said by the user, who may be of one company.
        self.sudo()._pull_definitions()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "crm_segmentation.crm_list_field_action"
        )

    # -- values -----------------------------------------------------------------------

    def _count_filled(self):
        """How many records have a value; one statement."""
        self.ensure_one()
        table = SQL.identifier(self.env[self.model]._table)
        if self.storage == "field" and self._get_made_column():
            # sudo: a value that the user may not see is a value.
            model = self.env[self.model].sudo().with_context(active_test=False)
            return model.search_count([(self._get_real_name(), "!=", False)])
        self.env[self.model].flush_model([PROPERTY_FIELDS[self.model]])
        column = SQL.identifier(PROPERTY_FIELDS[self.model])
        empty = ["null", "false", '""', "[]"]
        [[count]] = self.env.execute_query(
            SQL(
                "SELECT count(*) FROM %(table)s WHERE %(column)s ? %(code)s"
                " AND NOT (%(column)s -> %(code)s)::text = ANY(%(empty)s)",
                table=table, column=column, code=self.code, empty=empty,
            )
        )  # fmt: skip
        return count

    def _count_value(self, value):
        """How many records have one of the choices."""
        self.ensure_one()
        if self.storage == "field" and self._get_made_column():
            # sudo: see above.
            model = self.env[self.model].sudo().with_context(active_test=False)
            return model.search_count([(self._get_real_name(), "in", value.ids)])
        self.env[self.model].flush_model([PROPERTY_FIELDS[self.model]])
        [[count]] = self.env.execute_query(
            SQL(
                "SELECT count(*) FROM %s WHERE (%s -> %s) @> to_jsonb(%s::text)",
                SQL.identifier(self.env[self.model]._table),
                SQL.identifier(PROPERTY_FIELDS[self.model]),
                self.code,
                value.code,
            )
        )
        return count
