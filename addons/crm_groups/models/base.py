from odoo import api, models, tools
from odoo.exceptions import AccessError

from odoo.addons.crm_access.naming import find_named, has_made_records, read_commands, read_ids


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
        names = self._get_contact_fields_to_ask()
        if self._must_ask_for_contacts():
            for vals in vals_list:
                self._check_is_saved(vals)
        if names:
            named = {id_ for vals in vals_list for id_ in self._read_named_contacts(vals, names)}
            self._check_named_contacts(named - self._get_contacts_of_origin())
        records = super().create(vals_list)
        if names and self._transient:
            # What is to be computed as its user would be by the user of the flush, at last.
            records._recompute_recordset(names)
        if names and self._get_contact_sides():
            self._check_changed_contacts(records._get_linked_contacts(self._get_contact_sides()))
        return records

    def write(self, vals):
        # Most writes name no contact: that is looked at first.
        if names := self._get_contact_fields() & vals.keys():
            names &= self._get_contact_fields_to_ask()
            self._check_named_contacts(
                set(self._read_named_contacts(vals, names)) - self._get_named_contacts(names)
            )
        if has_made_records(self, vals) and self._must_ask_for_contacts():
            self._check_is_saved(vals)
        sides = self._get_contact_sides() & vals.keys()
        if not sides or not self._must_ask_for_contacts():
            return super().write(vals)
        before = self._get_linked_contacts(sides)
        result = super().write(vals)
        self._check_changed_contacts(self._get_linked_contacts(sides) ^ before)
        return result

    def unlink(self):
        sides = self._get_contact_sides()
        if sides and self._must_ask_for_contacts():
            self._check_changed_contacts(self._get_linked_contacts(sides))
        return super().unlink()

    def onchange(self, values, field_names, fields_spec):
        if self._must_ask_for_contacts():
            self._check_named_contacts(self._find_named_contacts(values))
        return super().onchange(values, field_names, fields_spec)

    @api.model
    def default_get(self, fields):
        """Leave out contacts that the user does not see; without them the record can be made."""
        values = super().default_get(fields)
        if not self._must_ask_for_contacts():
            return values
        return {name: value for name, value in values.items() if self._may_propose(name, value)}

    @api.model
    def _may_propose(self, name, value):
        try:
            named = self._find_named_contacts({name: value})
        except ValueError:
            return False
        made = has_made_records(self, {name: value})
        return not made and not self._get_unseen_contacts(named)

    def _find_named_contacts(self, values):
        """Return the ids of the contacts that values for a record name anew, in its lines, too.

        :raises ValueError: for ids that are none
        """
        named = set()
        for records, field, model, ids in find_named(self, values):
            # Of the contacts in a many2many, Odoo shows what the user may read.
            if model != "res.partner" or records._transient and field.type != "many2one":
                continue
            if ids:
                names = {field.name} & records._get_contact_fields()
                named |= set(ids) - records._get_named_contacts(names)
        return named - self._get_contacts_of_origin()

    @api.model
    def _check_is_saved(self, vals):
        """Refuse records that are made on the way, and from which fields are computed.

        :raises ValueError: that names the field
        """
        for name, value in vals.items():
            if has_made_records(self, {name: value}):
                raise ValueError(f"{name}: give the id of a record, not {value!r:.80}.")

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
    @tools.ormcache("self._name")
    def _is_asked_when_named(self):
        """Ask for documents, too, which tell of their customer."""
        if super()._is_asked_when_named():
            return True
        apart = ("res.partner", "res.users", "res.company")
        return (
            not self._abstract
            and not self._transient
            and self._name not in apart
            and "message_follower_ids" in self._fields
            and any(self._fields[name].type == "many2one" for name in self._get_contact_fields())
        )

    @api.model
    def _must_ask_for_contacts(self):
        """Tell whether some contacts may be hidden from the user: by a group or a company."""
        if self.env.su:
            return False
        if self.env["crm.contact.group"]._get_restricting_groups():
            return True
        return self.env.user._is_internal() and self.env["res.company"]._has_several()

    @api.model
    @tools.ormcache("self._name")
    def _get_contact_sides(self):
        """Return the names of the many2many fields that change a field of the contacts, too."""
        if self._abstract or self._name == "res.partner":
            return frozenset()
        return frozenset(
            name
            for name, field in self._fields.items()
            if field.comodel_name == "res.partner"
            and field.type == "many2many"
            and field.store
            and any(one.store for one in self.pool.field_inverses[field])
        )

    def _get_linked_contacts(self, names):
        """Return the ids of the contacts in these many2many fields of the records."""
        # sudo: whether the user sees them is asked afterwards.
        records = self.sudo()
        return {id_ for name in names for id_ in records[name].ids}

    @api.model
    def _check_changed_contacts(self, contact_ids):
        """Refuse a change of contacts from the other side to who may not edit them.

        :raises AccessError: that names the contact by its number only, where it is hidden
        """
        self._check_named_contacts(contact_ids)
        contacts = self.env["res.partner"].browse(contact_ids)
        # sudo: of the protection only; then with the user's own rights.
        protected = contacts.filtered(lambda contact: contact.sudo().access_scope_id)
        if protected:
            protected.check_access("write")

    @api.model
    def _get_contact_fields_to_ask(self):
        """Return these names, or none where nothing has to be asked."""
        return self._get_contact_fields() if self._must_ask_for_contacts() else frozenset()

    @api.model
    def _read_named_contacts(self, values, names):
        """Return the ids of the contacts that values for a record name.

        :raises ValueError: for texts and fractions, which the database takes for a number
        """
        for name in names & values.keys():
            one = self._fields[name].type == "many2one"
            yield from (read_ids if one else read_commands)(values[name])

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
        records = records.exists()
        if not records or records._transient or not records.has_access("read"):
            return set()
        readable = records._filtered_access("read")
        # Not those in lists: of these, Odoo shows whom the user sees.
        fields = records._fields
        names = {n for n in records._get_contact_fields() if fields[n].type == "many2one"}
        return readable._get_named_contacts(names)

    def _mail_get_partners(self, introspect_fields=False):
        """Leave out customers that the user does not see: nobody is suggested to write to them."""
        partners = super()._mail_get_partners(introspect_fields=introspect_fields)
        if not self._must_ask_for_contacts():
            return partners
        told = {id_ for customers in partners.values() for id_ in customers.ids}
        unseen = self._get_unseen_contacts(told)
        return {id_: customers - unseen for id_, customers in partners.items()}

    @api.model
    def _get_unseen_contacts(self, contact_ids):
        """Return those of these contacts that a group or their company hides from the user.

        Of his companies all count, whichever he has chosen for now. Customers, who see nobody but
        themselves, are asked for protected contacts only.
        """
        if not contact_ids:
            return self.env["res.partner"]
        # No more of them than the rules ask: Odoo does not ask again for what is in its cache.
        Partner = self.env["res.partner"].with_context(
            prefetch_fields=False, allowed_company_ids=self.env.user._get_company_ids()
        )
        by_company = self.env.user._is_internal()
        # sudo: of the protection only; then with the user's own rights.
        kept = (
            Partner.sudo()
            .browse(contact_ids)
            .exists()
            .filtered(lambda one: one.access_scope_id or by_company and one.company_id)
        )
        kept = kept.sudo(False)
        return self.env["res.partner"].browse((kept - kept._filtered_access("read")).ids)

    @api.model
    def _check_named_contacts(self, contact_ids):
        """Refuse contacts that a group hides from the user.

        :raises AccessError: that names the contact by its number only
        """
        unseen = self._get_unseen_contacts(contact_ids)
        if unseen:
            raise AccessError(
                self.env._(
                    "A contact group or its company hides the contact no. %s from you, so you "
                    "can't enter it here. Choose another one, or ask somebody who sees it to enter "
                    "it and to hand the record over to you.",
                    ", ".join(map(str, sorted(unseen.ids))),
                )
            )
