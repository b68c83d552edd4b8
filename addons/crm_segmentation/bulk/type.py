"""Change of type, from the dictionary of the record's kind."""

from functools import cached_property

from odoo.exceptions import UserError

from ..models.crm_type import COMPANY, CONTACT, DEAL
from .change import LEAD, PARTNER, register
from .field import FieldChange

FIELD = {PARTNER: "crm_type_id", LEAD: "deal_type_id"}
KINDS = {PARTNER: (CONTACT, COMPANY), LEAD: (DEAL,)}


@register
class TypeChange(FieldChange):
    """``crm_type_id`` of contacts, ``deal_type_id`` of deals: id or code, or false for none."""

    code = "type"
    sequence = 30

    @classmethod
    def get_label(cls, env):
        return env._("Change the type")

    @property
    def keys(self):
        return (FIELD[self.model],)

    def check_values(self):
        self.require(*self.keys)
        crm_type = self.crm_type
        if crm_type and not crm_type.active:
            raise UserError(
                self.env._("The type “%s” is archived. Choose another one.", crm_type.name)
            )

    @cached_property
    def crm_type(self):
        """The type wished for.

        :raises UserError: that names the codes that exist, when there is none
        """
        value = self.vals.get(FIELD[self.model])
        types = self.env["crm.type"]
        if not value:
            return types
        field = "code" if isinstance(value, str) else "id"
        kinds = KINDS[self.model]
        found = types
        if isinstance(value, (str, int)) and value is not True:
            found = types.with_context(active_test=False).search(
                [(field, "=", value), ("kind", "in", kinds)], limit=2
            )
        if len(found) == 1:
            return found.with_env(self.env)
        fitting = types.search([("kind", "in", kinds)])
        raise UserError(
            self.env._(
                "%(field)s “%(value)s”: there is no such type, or more than one. Codes that "
                "exist: %(codes)s.",
                field=FIELD[self.model],
                value=value,
                codes=", ".join(fitting.mapped("code")) or self.env._("none yet"),
            )
        )

    def describe(self):
        return self.env._("Type: %s", self.crm_type.name or self.env._("none"))

    def get_kept(self, model_name):
        return (FIELD[model_name],)

    def get_targets(self, records, states, origins):
        crm_type, field = self.crm_type, FIELD[records._name]
        names = ["company_id"] + (["is_company"] if records._name == PARTNER else [])
        facts = self.read_columns(records, names)
        targets, refused = {}, {}
        for record_id in records.ids:
            kind = DEAL
            if records._name == PARTNER:
                kind = COMPANY if facts[record_id]["is_company"] else CONTACT
            company = self.env["res.company"].browse(facts[record_id]["company_id"] or ())
            if not crm_type or crm_type._fits(kind, company):
                targets[record_id] = {field: crm_type.id or None}
            elif crm_type.kind == kind:
                refused[record_id] = self.env._("The type belongs to another company.")
            elif crm_type.kind == COMPANY:
                refused[record_id] = self.env._("It is a person, and the type is for companies.")
            else:
                refused[record_id] = self.env._("It is a company, and the type is for persons.")
        return targets, refused

    def get_restore_problems(self, records, befores):
        field = FIELD[records._name]
        ids = {befores[record_id][field] for record_id in records.ids} - {None}
        # sudo: a type of a company that one does not see is still there.
        there = set(self.env["crm.type"].sudo().browse(ids).exists().ids)
        text = self.env._("Its former type has been deleted.")
        return {
            record_id: text
            for record_id in records.ids
            if befores[record_id][field] and befores[record_id][field] not in there
        }
