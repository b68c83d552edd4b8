from odoo import api, models, tools
from odoo.exceptions import AccessError


class Base(models.AbstractModel):
    """Records that name contacts: only by who sees the contact.

    Odoo lets everybody write any number into a many2one, and then shows what follows from it:
    the name, the address that a document copies, the e-mail of an attendee. So a contact that a
    group hides can't be named either, on no model. What code does as superuser is not asked, nor
    what a record names already. A wizard shows the name of what its many2one holds as any record
    does; it may hold what the records name that it was opened on.

    Costs nothing as long as no group restricts access; two queries for each call that names
    protected contacts.
    """

    _inherit = "base"

    @api.model_create_multi
    def create(self, vals_list):
        if names := self._get_contact_fields_to_ask():
            named = {id_ for vals in vals_list for id_ in self._read_named_contacts(vals, names)}
            self._check_named_contacts(named - self._get_contacts_of_origin())
        records = super().create(vals_list)
        if names and self._transient:
            # What is to be computed as its user would be by whoever flushes, at last.
            records._recompute_recordset(names)
        return records

    def write(self, vals):
        # Most writes name no contact: that is looked at first.
        if names := self._get_contact_fields() & vals.keys():
            names &= self._get_contact_fields_to_ask()
            self._check_named_contacts(
                set(self._read_named_contacts(vals, names)) - self._get_named_contacts(names)
            )
        return super().write(vals)

    def onchange(self, values, field_names, fields_spec):
        if names := self._get_contact_fields_to_ask():
            self._check_named_contacts(
                set(self._read_named_contacts(values, names)) - self._get_named_contacts(names)
            )
        return super().onchange(values, field_names, fields_spec)

    @api.model
    def default_get(self, fields):
        """Leave out contacts that the user does not see; without them the record can be made."""
        values = super().default_get(fields)
        for name in self._get_contact_fields_to_ask() & values.keys():
            named = set(self._read_named_contacts(values, {name}))
            if self._get_unseen_contacts(named - self._get_contacts_of_origin()):
                del values[name]
        return values

    @api.model
    @tools.ormcache("self._name")
    def _get_contact_fields(self):
        """Return the names of the fields by which a record can name contacts."""
        if self._abstract:
            return frozenset()
        # Of the contacts in a many2many, Odoo shows what the user may read; a wizard keeps nothing.
        types = ("many2one",) if self._transient else ("many2one", "many2many")
        return frozenset(
            name
            for name, field in self._fields.items()
            if field.comodel_name == "res.partner"
            and field.type in types
            and (field.store or field.inverse)
        )

    @api.model
    def _get_contact_fields_to_ask(self):
        """Return these names, or none where nothing has to be asked."""
        if self.env.su or not self.env["crm.contact.group"]._get_restricting_groups():
            return frozenset()
        return self._get_contact_fields()

    @api.model
    def _read_named_contacts(self, values, names):
        """Return the ids of the contacts that values for a record name."""
        for name in names & values.keys():
            value = values[name]
            if isinstance(value, dict):  # as the web client sends a many2one
                value = value.get("id")
            if self._fields[name].type == "many2one":
                yield from self._read_ids([value[0] if isinstance(value, tuple) else value])
            else:
                yield from self._read_commands(value)

    @staticmethod
    def _read_ids(values):
        """Return the ids of saved contacts among these.

        :raises ValueError: for texts and fractions, which the database takes for a number
        """
        for value in values:
            if isinstance(value, (str, float)) and value:
                raise ValueError(f"{value!r} is no id of a contact: give a whole number.")
        return [id_ for id_ in values if isinstance(id_, int) and id_ > 0]

    @classmethod
    def _read_commands(cls, value):
        """Return the ids in the value of a many2many: commands, ids or records."""
        if isinstance(value, models.BaseModel):
            return cls._read_ids(value.ids)
        ids = []
        for command in value if isinstance(value, (list, tuple)) else []:
            if isinstance(command, int):
                ids.append(command)
            elif isinstance(command, (list, tuple)) and command:
                ids += command[1:2] if command[0] == 4 else []
                ids += command[2] if command[0] == 6 and len(command) > 2 else []
        return cls._read_ids(ids)

    def _get_named_contacts(self, names):
        """Return the ids of the contacts that these records name already."""
        # sudo: what is there is no news, whether the user sees it or not.
        records = self.sudo()
        named = {id_ for name in names for id_ in records[name].ids}
        return named | self._get_contacts_of_origin()

    @api.model
    def _get_contacts_of_origin(self):
        """Return the ids of the contacts that the records name which a wizard was opened on."""
        context = self.env.context
        origin = context.get("active_model")
        if not self._transient or not isinstance(origin, str) or origin not in self.env:
            return set()
        ids = context.get("active_ids") or [context.get("active_id")]
        records = self.env[origin].browse(
            [id_ for id_ in ids if type(id_) is int] if isinstance(ids, (list, tuple)) else []
        )
        if not records or records._transient or not records.has_access("read"):
            return set()
        readable = records.exists()._filtered_access("read")
        return readable._get_named_contacts(records._get_contact_fields())

    @api.model
    def _get_unseen_contacts(self, contact_ids):
        """Return the protected contacts among these that the user does not see."""
        Partner = self.env["res.partner"]
        if not contact_ids:
            return Partner
        # sudo: of the protection only; then with the user's own rights.
        protected = Partner.sudo().browse(contact_ids).exists().filtered("access_scope_id")
        protected = protected.sudo(False)
        return protected - protected._filtered_access("read")

    @api.model
    def _check_named_contacts(self, contact_ids):
        """Refuse contacts that a group hides from the user.

        :raises AccessError: that names the contact by its number only
        """
        unseen = self._get_unseen_contacts(contact_ids)
        if unseen:
            raise AccessError(
                self.env._(
                    "A contact group hides the contact no. %s from you, so you can't enter it "
                    "here. Choose another one, or ask somebody who sees it to enter it and to "
                    "hand the record over to you.",
                    ", ".join(map(str, sorted(unseen.ids))),
                )
            )
