# pylint: disable=consider-merging-classes-inherited
# (Making real fields is a concern of its own.)
from lxml import etree

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .crm_list_field import CHOICES, PROPERTY_FIELDS

#: Type of the real field and of its column, by type of the property.
REAL_TYPES = {
    "selection": ("many2one", None),
    "tags": ("many2many", None),
    "char": ("char", "varchar"),
    "text": ("text", "text"),
    "integer": ("integer", "int4"),
    "float": ("float", "float8"),
    "date": ("date", "date"),
    "boolean": ("boolean", "bool"),
}
#: Views that show the real field: (external id, path, position) by model.
VIEWS = {
    "res.partner": {
        "form": ("base.view_partner_form", ["//sheet/group//field[@name='crm_type_id']"]),
        "list": ("base.view_partner_tree", ["//field[@name='category_id']"]),
        "search": ("base.view_res_partner_filter", ["//field[@name='category_id']"]),
    },
    "crm.lead": {
        "form": (
            "crm.crm_lead_view_form",
            ["(//field[@name='deal_type_id'])[1]", "(//field[@name='deal_type_id'])[2]"],
        ),
        "list": ("crm.crm_case_tree_view_oppor", ["//field[@name='deal_type_id']"]),
        "search": ("crm.view_crm_case_opportunities_filter", ["//field[@name='tag_ids']"]),
    },
}
#: Where it is kept which columns were made here: only the system writes external ids.
MADE = "__crm_list_field__"
#: What of the settings a real field and its views show.
REAL_FOLLOWS = {"name", "description", "is_mandatory", "active", "team_ids"}


class CrmListField(models.Model):
    """From property to real field and back."""

    _inherit = "crm.list.field"

    real_preview = fields.Text("What Will Happen", compute="_compute_real_preview")

    @api.depends("storage", "type", "value_ids")
    @api.depends_context("lang")
    def _compute_real_preview(self):
        for field in self:
            count = field._count_filled() if field._origin else 0
            if field.storage == "field":
                field.real_preview = self.env._(
                    "The column “%(column)s” and what shows it are removed; the values of "
                    "%(count)s records go back into the property. Filters and rules that name the "
                    "column stop working.",
                    column=field.field_name or "",
                    count=count,
                )
                continue
            field.real_preview = self.env._(
                "A column “%(column)s” is made on %(model)s%(values)s. The values of %(count)s "
                "records move into it, and the property goes. Forms, lists, filters and groups "
                "show the new field in its place. Everybody's screens reload. It can be undone.",
                column=field._get_real_name(),
                model=dict(self._fields["model"]._description_selection(self.env))[field.model],
                values=self.env._(" with a dictionary of %s values", len(field.value_ids))
                if field.type in CHOICES
                else "",
                count=count,
            )

    def write(self, vals):
        result = super().write(vals)
        if REAL_FOLLOWS & set(vals):
            self.filtered("field_id")._follow_real()
        return result

    def _follow_real(self):
        """The real field and what shows it follow the settings: label, help, whom it is for."""
        for field in self:
            # sudo: as they were made.
            column = field._get_made_column()
            if not column:
                continue
            column.write({"field_description": field.name, "help": field.description})
            field._get_made_views().unlink()
            if field.active:
                field._make_views()

    def _get_real_name(self):
        return f"x_{self.code}"

    def action_open_real(self):
        """Ask before anything is done, saying what will be."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_segmentation.crm_list_field_action_real"
        )
        return action | {"res_id": self.id}

    def action_make_real(self):
        """Make a column of the property and move the values into it.

        Two or three statements, whatever the number of records. The registry is loaded anew, as
        after any new field: some seconds in which others wait.

        :raises UserError: for a type that no column can hold, or where it is one already
        """
        self.check_access("write")
        for field in self:
            if field.type not in REAL_TYPES or field.storage != "property":
                raise UserError(self.env._("“%s” cannot be made a real field.", field.name))
            if field._get_real_name() in self.env[field.model]._fields:
                raise UserError(
                    self.env._(
                        "There is a field “%(name)s” on %(model)s already. Rename the list field.",
                        name=field._get_real_name(),
                        model=field.model,
                    )
                )
            field._make_column()
            field._fill_column()
            field._drop_property_values()
            field._as_system().storage = "field"
            field._make_views()
        return self._reload()

    def action_make_property(self):
        """The way back: values into the property, the column and its views go.

        :raises UserError: where it is a property already
        """
        self.check_access("write")
        for field in self:
            if field.storage != "field":
                raise UserError(self.env._("“%s” is a property already.", field.name))
            if not field._get_made_column():
                raise UserError(
                    self.env._(
                        "“%(field)s” cannot be made a property: the column “%(column)s” of "
                        "%(model)s was not made from here, and stays. Archive the list field, or "
                        "ask an administrator.",
                        field=field.name,
                        column=field._get_real_name(),
                        model=field.model,
                    )
                )
            field._fill_property()
            field._drop_column()
            field._as_system().storage = "property"
        return self._reload()

    def _reload(self):
        return {"type": "ir.actions.client", "tag": "reload"}

    # -- column ------------------------------------------------------------------------

    def _make_column(self):
        ttype, _column = REAL_TYPES[self.type]
        vals = {
            "name": self._get_real_name(),
            "field_description": self.name,
            "help": self.description,
            "model_id": self.env["ir.model"]._get_id(self.model),
            "ttype": ttype,
            "state": "manual",
            "index": ttype in ("many2one", "integer", "date"),
            "copied": True,
        }
        if self.type in CHOICES:
            vals |= {"relation": "crm.list.value", "domain": f"[('field_id', '=', {self.id})]"}
        if ttype == "many2one":
            vals["on_delete"] = "restrict"
        # sudo: fields belong to administrators; who may edit list fields may make this one.
        column = self.env["ir.model.fields"].sudo().create(vals)
        self.sudo().field_id = column
        # sudo: nobody else says what was made here.
        self.env["ir.model.data"].sudo().create(
            {
                "module": MADE,
                "name": f"field_{self.id}",
                "model": column._name,
                "res_id": column.id,
                "noupdate": True,
            }
        )

    def _get_made_column(self):
        """Return the field of Odoo that was made of this list field, if it is there.

        What this record points at is not believed: whoever may edit list fields would have any
        field of Odoo relabelled, or deleted with its data.

        :return: ``ir.model.fields``, as superuser: fields belong to administrators
        """
        self.ensure_one()
        # sudo: see above.
        column = self.sudo().env.ref(f"{MADE}.field_{self.id}", raise_if_not_found=False)
        own = (
            column
            and column._name == "ir.model.fields"
            and column.state == "manual"
            and column.model == self.model
            and column.name == self._get_real_name()
            and column == self.sudo().field_id
        )
        return column if own else self.env["ir.model.fields"].sudo().browse()

    def _get_made_views(self):
        """Return the views that were made to show the real field, as superuser."""
        # sudo: views belong to administrators; only those that look as they were made here.
        bases = {self.env.ref(xml_id).id for xml_id, _paths in VIEWS[self.model].values()}
        return self.sudo().view_ids.filtered(
            lambda view: (
                not view.xml_id
                and view.model == self.model
                and view.inherit_id.id in bases
                and view.name == self._get_view_name(view.type)
            )
        )

    def _get_view_name(self, view_type):
        return f"{self.model}.{view_type}.list.field.{self.code}"

    def _drop_column(self):
        self._get_made_views().unlink()
        column = self._get_made_column()
        # sudo: as it was made.
        self.sudo().field_id = False
        column.unlink()

    def _get_names(self):
        """Identifiers for the statements below."""
        field = self.env[self.model]._fields[self._get_real_name()]
        names = {
            "table": SQL.identifier(self.env[self.model]._table),
            "props": SQL.identifier(PROPERTY_FIELDS[self.model]),
            "code": self.code,
            "id": self.id,
        }
        if field.type == "many2many":
            relation, own, other = field.relation, field.column1, field.column2
            names |= {
                "rel": SQL.identifier(relation),
                "own": SQL.identifier(own),
                "other": SQL.identifier(other),
            }
        else:
            names["column"] = SQL.identifier(field.name)
        return names

    def _fill_column(self):
        """Values from the properties into the column, choices that are gone as archived ones."""
        self.env.flush_all()
        names = self._get_names()
        if self.type in CHOICES:
            self._keep_gone_choices(names)
        if self.type == "selection":
            statement = """
                UPDATE %(table)s rec SET %(column)s = value.id FROM crm_list_value value
                 WHERE value.field_id = %(id)s AND rec.%(props)s ->> %(code)s = value.code"""
        elif self.type == "tags":
            statement = """
                INSERT INTO %(rel)s (%(own)s, %(other)s)
                SELECT DISTINCT rec.id, value.id FROM %(table)s rec
                  CROSS JOIN LATERAL jsonb_array_elements_text(
                      CASE jsonb_typeof(rec.%(props)s -> %(code)s) WHEN 'array'
                           THEN rec.%(props)s -> %(code)s ELSE '[]' END) tag
                  JOIN crm_list_value value ON value.code = tag AND value.field_id = %(id)s
                    ON CONFLICT DO NOTHING"""
        else:
            names["type"] = SQL(REAL_TYPES[self.type][1])
            keep = "" if self.type == "boolean" else " AND (rec.%(props)s -> %(code)s) <> 'false'"
            statement = """
                UPDATE %(table)s rec SET %(column)s = (rec.%(props)s ->> %(code)s)::%(type)s
                 WHERE rec.%(props)s ->> %(code)s <> ''""" + keep  # fmt: skip
        self.env.cr.execute(SQL(statement, **names))
        self.env.invalidate_all()

    def _keep_gone_choices(self, names):
        """Make archived values of choices that records have and the list has not any more."""
        found = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT gone.code FROM %(table)s rec
                  CROSS JOIN LATERAL jsonb_array_elements_text(
                      CASE jsonb_typeof(rec.%(props)s -> %(code)s)
                           WHEN 'array' THEN rec.%(props)s -> %(code)s
                           WHEN 'string' THEN jsonb_build_array(rec.%(props)s -> %(code)s)
                           ELSE '[]' END) gone (code)
                 WHERE gone.code <> '' AND NOT EXISTS (
                     SELECT FROM crm_list_value value
                      WHERE value.field_id = %(id)s AND value.code = gone.code)
                """,
                **names,
            )
        )
        self.env["crm.list.value"].create(
            [
                {"field_id": self.id, "code": code, "name": code, "active": False}
                for (code,) in found
            ]
        )
        self.env.flush_all()

    def _drop_property_values(self):
        names = self._get_names()
        self.env.cr.execute(
            SQL(
                "UPDATE %(table)s SET %(props)s = %(props)s - %(code)s WHERE %(props)s ? %(code)s",
                **names,
            )
        )
        self.env.invalidate_all()

    def _fill_property(self):
        self.env.flush_all()
        names = self._get_names()
        if self.type == "selection":
            value = SQL(
                "(SELECT value.code FROM crm_list_value value WHERE value.id = rec.%(column)s)",
                **names,
            )
        elif self.type == "tags":
            value = SQL(
                "(SELECT jsonb_agg(value.code ORDER BY value.sequence) FROM %(rel)s link"
                "   JOIN crm_list_value value ON value.id = link.%(other)s"
                "  WHERE link.%(own)s = rec.id)",
                **names,
            )
        else:
            value = SQL("rec.%(column)s", **names)
        self.env.cr.execute(
            SQL(
                """
                UPDATE %(table)s rec
                   SET %(props)s = COALESCE(rec.%(props)s, '{}')
                                   || jsonb_build_object(%(code)s::text, %(value)s)
                 WHERE %(value)s IS NOT NULL
                """,
                value=value,
                **names,
            )
        )
        self.env.invalidate_all()

    # -- views --------------------------------------------------------------------------

    def _make_views(self):
        vals_list = []
        for view_type, (xml_id, paths) in VIEWS[self.model].items():
            data = etree.Element("data")
            for path in paths:
                spot = etree.SubElement(data, "xpath", expr=path, position="after")
                etree.SubElement(spot, "field", self._get_view_attributes(view_type))
            if view_type == "search" and self.type in ("selection", "tags", "boolean", "date"):
                group = etree.SubElement(data, "xpath", expr="//group", position="inside")
                name = self._get_real_name()
                etree.SubElement(
                    group,
                    "filter",
                    name=f"group_{name}",
                    string=self.name,
                    context=str({"group_by": name}),
                )
            vals_list.append(
                {
                    "name": self._get_view_name(view_type),
                    "model": self.model,
                    "inherit_id": self.env.ref(xml_id).id,
                    "priority": 99,
                    "arch": etree.tostring(data, encoding="unicode"),
                }
            )
        # sudo: views belong to administrators; these show the field that was just made.
        self.sudo().view_ids = self.env["ir.ui.view"].sudo().create(vals_list)

    def _get_view_attributes(self, view_type):
        attributes = {"name": self._get_real_name()}
        if view_type == "search":
            return attributes
        if self.type == "tags":
            attributes |= {"widget": "many2many_tags", "options": str({"color_field": "color"})}
        elif self.type == "selection":
            attributes["options"] = str({"no_create": True, "no_open": True})
        if view_type == "list":
            attributes["optional"] = "hide"
            return attributes
        if self._must_be_filled():
            attributes["required"] = "1"
        if self.team_ids and self.model == "crm.lead":
            attributes["invisible"] = f"team_id not in {self.team_ids.ids}"
        return attributes
