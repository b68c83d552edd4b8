# pylint: disable=consider-merging-classes-inherited
from odoo import api, models
from odoo.tools import SQL

#: Of one property: a contact that goes is replaced, in a list of contacts as well.
REPOINT = """
    UPDATE %(table)s t
       SET %(column)s = jsonb_set(t.%(column)s, ARRAY[%(name)s], CASE
               WHEN jsonb_typeof(t.%(column)s -> %(name)s) = 'number' THEN to_jsonb(%(target)s::int)
               ELSE (SELECT jsonb_agg(DISTINCT CASE WHEN one <@ %(sources)s::jsonb
                                                    THEN to_jsonb(%(target)s::int) ELSE one END)
                       FROM jsonb_array_elements(t.%(column)s -> %(name)s) one)
               END)
     WHERE t.%(column)s ? %(name)s
       AND %(defined)s
       AND CASE jsonb_typeof(t.%(column)s -> %(name)s)
               WHEN 'number' THEN t.%(column)s -> %(name)s <@ %(sources)s::jsonb
               WHEN 'array' THEN EXISTS (
                   SELECT FROM jsonb_array_elements(t.%(column)s -> %(name)s) one
                    WHERE one <@ %(sources)s::jsonb)
               ELSE FALSE
               END
"""


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """The merge of contacts, after which custom fields elsewhere point to the one that stays.

    Odoo leaves them pointing to nobody: they have no foreign key.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_reference_fields(self, src_partners, dst_partner):
        """Repoint custom fields. One statement for each property that holds contacts."""
        result = super()._update_reference_fields(src_partners, dst_partner)
        self.env.flush_all()
        for model in self.env.registry.models.values():
            if not model._auto or model._abstract or model._transient:
                continue
            for field in model._fields.values():
                if field.type == "properties" and field.store and not field.inherited:
                    self._repoint_properties(field, src_partners, dst_partner)
        self.env.invalidate_all()
        return result

    @api.model
    def _repoint_properties(self, field, src_partners, dst_partner):
        for name, defined in self._get_contact_properties(field):
            self.env.cr.execute(
                SQL(
                    REPOINT,
                    table=SQL.identifier(self.env[field.model_name]._table),
                    column=SQL.identifier(field.name),
                    name=name,
                    defined=defined,
                    target=dst_partner.id,
                    sources=str(src_partners.ids),
                )
            )

    @api.model
    def _get_contact_properties(self, field):
        """Return the properties that hold contacts.

        :return: (name, condition on the records that it is defined for)
        :rtype: list
        """
        container = self.env[field.model_name]._fields[field.definition_record]
        definitions = self.env[container.comodel_name]
        definition = SQL.identifier("c", field.definition_record_field)
        rows = self.env.execute_query(
            SQL(
                "SELECT entry ->> 'name', array_agg(c.id)"
                "  FROM %s c, jsonb_array_elements("
                "       CASE jsonb_typeof(%s) WHEN 'array' THEN %s ELSE '[]' END) entry"
                " WHERE entry ->> 'comodel' = 'res.partner' GROUP BY 1",
                SQL.identifier(definitions._table),
                definition,
                definition,
            )
        )
        if container.store:
            column = SQL.identifier("t", container.name)
            return [(name, SQL("%s = ANY(%s)", column, ids)) for name, ids in rows]
        # One definition for all records of the model.
        # sudo: which custom fields there are is no secret.
        one = self.env[field.model_name].sudo().new()[container.name]
        return [(name, SQL("TRUE")) for name, ids in rows if one.id in ids]
