from markupsafe import Markup, escape

from odoo import api, models
from odoo.exceptions import UserError

from ..merging import get_properties, is_edited, is_empty, join_notes, merge_properties
from ..system import KEY, Chosen, LeftOut
from ..texts import read_properties, read_text

#: Of these nobody wants to read that a merged contact had another one.
NOT_TOLD = {
    "active",
    "autopost_bills",
    "calendar_last_notif_ack",
    "color",
    "message_bounce",
    "partner_latitude",
    "partner_longitude",
    "signup_type",
}
#: There is one of each only, and the other contact has it until the merge is done.
NOT_CHOSEN = {"barcode"}


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """The merge of contacts, in which nothing is lost.

    Odoo fills the empty plain fields of the contact that stays. It passes by what is computed and
    edited by people all the same (the salesperson, custom fields), and what the user may not see;
    those are carried here, by Odoo's rule: its own value, else the last one of the others. Where
    they differ, whoever merges may choose; see :class:`..system.Chosen`. What differs is told in
    the chatter of the contact that stays.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_values(self, src_partners, dst_partner):
        """Carry what Odoo leaves behind, and leave what the system keeps: it will follow."""
        values = self._get_merged_values(src_partners, dst_partner)
        own = self._read_told(dst_partner)
        carried = self._get_carried_fields(values)
        mode = LeftOut(dst_partner._name, carried)
        result = super()._update_values(src_partners, dst_partner.with_context(**{KEY: mode}))
        carried |= self._get_chosen_fields(values)
        self._carry_values(dst_partner, {name: values[name] for name in carried})
        self._recompute_merged(dst_partner)
        self._log_left_behind(dst_partner, dst_partner, own)
        return result

    def _log_merge_operation(self, src_partners, dst_partner):
        """Tell in the chatter what the merged contacts held otherwise."""
        result = super()._log_merge_operation(src_partners, dst_partner)
        for source in src_partners:
            self._log_left_behind(source, dst_partner, self._read_told(source))
        return result

    # What the contact that stays will hold ------------------------------------------------

    @api.model
    def _get_merged_fields(self):
        """Return the fields that a merge fills: stored, no lists, and not kept by the system."""
        partners = self.env["res.partner"]
        kept = {*models.MAGIC_COLUMNS, *partners._get_system_fields()}
        return [
            name
            for name, field in partners._fields.items()
            if field.store
            and name not in kept
            and field.type not in ("one2many", "many2many")
            and not field.related
            and (field.compute is None or is_edited(field))
        ]

    @api.model
    def _get_merged_values(self, src_partners, dst_partner, held=None):
        """Say what the contact that stays will hold: its own, else what the last of the others has.

        :param src_partners: contacts that go, in the order in which Odoo goes through them
        :param dst_partner: contact that stays
        :param held: what it will hold itself by then, after a merge of others; see below
        :return: {field: value}, a record for a many2one, {property: value} for properties
        :rtype: dict
        """
        # sudo: what whoever merges may not see goes along.
        target = dst_partner.sudo()
        # A record and a mapping of values are read in the same way.
        chain = [held or target, *reversed(src_partners.sudo())]
        values, edited = {}, []
        for name in self._get_merged_fields():
            if is_edited(target._fields[name]):
                edited.append(name)
            else:
                values[name] = self._pick_merged(name, target, chain, None)
        # Whether they fit depends on the others.
        for name in edited:
            values[name] = self._pick_merged(name, target, chain, values)
        self._follow_parent(target, chain, values)
        return values

    @api.model
    def _get_merged_lists(self, src_partners, dst_partner):
        """Say what the lists of the contact that stays will hold: what all of them hold.

        :return: {field: records} of the stored lists that people edit
        :rtype: dict
        """
        # sudo: as for the values.
        everyone = dst_partner.sudo() + src_partners.sudo()
        kept = dst_partner._get_system_fields()
        return {
            name: everyone[name].sorted()
            for name, field in dst_partner._fields.items()
            if field.type == "many2many" and field.store and not field.compute and name not in kept
        }

    @api.model
    def _pick_merged(self, name, target, chain, values):
        field = target._fields[name]
        if name in self._get_summable_fields():
            return sum(contact[name] for contact in chain)
        if field.type == "properties":
            return merge_properties(
                [
                    (contact[name], {})
                    if isinstance(contact, dict)
                    else get_properties(contact, name)
                    for contact in chain
                ],
                chosen=self._get_chosen_properties(name, chain),
            )
        if field.type == "html" and not field.translate:
            return join_notes([contact[name] for contact in chain])
        chain = self._put_chosen_first(name, chain)
        found = [contact[name] for contact in chain if not is_empty(field, contact[name])]
        if field.company_dependent:
            # What holds for all contacts without a value of their own is nobody's value.
            common = field.get_company_dependent_fallback(target)
            return next((value for value in found if value != common), common)
        if values is not None:
            found = [value for value in found if self._fits_merged(name, value, values)]
        return found[0] if found else target[name].browse() if field.relational else False

    @api.model
    def _fits_merged(self, name, value, values):
        """Tell whether the contact that stays can hold a value of another.

        :param name: a computed field that people edit
        :param value: its value, not empty
        :param values: what the contact will hold in its plain fields
        """
        field, company = self.env["res.partner"]._fields[name], values["company_id"]
        if field.type != "many2one" or not field.check_company or not company:
            return True
        return bool(value.filtered_domain(value._check_company_domain(company)))

    @api.model
    def _follow_parent(self, target, chain, values):
        """Add what Odoo takes from the company that a contact has, or comes to by the merge."""
        parent = values["parent_id"]
        above = parent
        while above:
            if above == target or above in chain[1:]:
                # Odoo refuses circles, and leaves the contact without a company.
                parent = values["parent_id"] = parent.browse()
                return
            above = above.parent_id
        if not parent:
            return
        if not values["is_company"]:
            values["user_id"] = values["user_id"] or parent.user_id
        default = target.default_get(["lang"]).get("lang") or self.env.lang
        values["lang"] = values["lang"] or parent.lang or default
        if chain[0]["parent_id"] and "parent_id" not in Chosen.get(self.env):
            return
        values["company_name"] = False
        company = parent.commercial_partner_id
        for name in () if values["is_company"] else target._commercial_fields():
            if name in values and company[name]:
                values[name] = company[name]
        if values["type"] == "contact" and parent._get_address_values():
            values.update((name, parent[name]) for name in target._address_fields())

    @api.model
    def _get_chosen_fields(self, values):
        return {key for key in Chosen.get(self.env) if key in values}

    @api.model
    def _put_chosen_first(self, name, chain):
        """Return the contacts with the one first whose value was chosen, if it is among them."""
        contact_id = Chosen.get(self.env).get(name)
        for contact in chain[1:]:
            if contact.id == contact_id:
                return [contact, *(one for one in chain if one is not contact)]
        return chain

    @api.model
    def _get_chosen_properties(self, name, chain):
        """Return {property: number of the contact in the chain whose value was chosen}."""
        numbers = {contact.id: number for number, contact in enumerate(chain) if number}
        return {
            key.removeprefix(f"{name}."): numbers[contact_id]
            for key, contact_id in Chosen.get(self.env).items()
            if key.startswith(f"{name}.") and contact_id in numbers
        }

    @api.model
    def _may_choose(self, name):
        """Tell whether one of several values of a field can be chosen: not where all of it stays.

        Notes are put under one another, and sums are added up.
        """
        field = self.env["res.partner"]._fields[name]
        is_note = field.type == "html" and not field.translate
        return name in self._get_merged_fields() and not (
            is_note or name in NOT_CHOSEN or name in self._get_summable_fields()
        )

    # What Odoo leaves behind --------------------------------------------------------------

    @api.model
    def _get_carried_fields(self, values):
        """Return the fields that are not left to Odoo: computed ones, notes, what nobody shows."""
        shown = self.env["res.partner"].fields_get(attributes=["type"])
        fields = self.env["res.partner"]._fields
        return {
            name
            for name in values
            if not fields[name].company_dependent
            and (
                is_edited(fields[name])
                or fields[name].type == "html"
                and not fields[name].translate
                or name not in shown
            )
        }

    @api.model
    def _carry_values(self, dst_partner, values):
        """Write what Odoo has left; what a check of another addon refuses stays behind alone."""
        # sudo: contacts held it before, whoever merges them; the right to merge has been asked.
        target, wanted = dst_partner.sudo(), {}
        for name, value in values.items():
            field = target._fields[name]
            now = target[name]._values if field.type == "properties" else target[name]
            if value and value != now:
                wanted[name] = value.id if field.type == "many2one" else value
        if not wanted:
            return
        try:
            with self.env.cr.savepoint():
                target.write(wanted)
        except UserError:
            for name, value in wanted.items():
                self._carry_value(target, name, value)

    @api.model
    def _carry_value(self, target, name, value):
        try:
            with self.env.cr.savepoint():
                target.write({name: value})
        except UserError:
            # It is told in the chatter like all that differs.
            target.invalidate_recordset([name], flush=False)

    @api.model
    def _recompute_merged(self, dst_partner):
        """Compute anew what follows from records that have moved to it, past the ORM."""
        for field in dst_partner._fields.values():
            if field.store and field.compute and not field.related and not is_edited(field):
                self.env.add_to_compute(field, dst_partner)

    # What differs -------------------------------------------------------------------------

    @api.model
    def _get_told_fields(self):
        """Return the fields that every internal user may read about in the chatter."""
        fields = self.env["res.partner"]._fields
        passed_by = {*NOT_TOLD, *self._get_summable_fields()}
        return [
            name
            for name in self._get_merged_fields()
            if name not in passed_by
            and fields[name].type not in ("binary", "json")
            and (not fields[name].groups or "base.group_user" in fields[name].groups.split(","))
        ]

    @api.model
    def _read_told(self, partner):
        """Return {(field, property or False): (label, text)} of what a contact holds."""
        # sudo: the fields are those of every internal user; names of records are public ones.
        contact, told = partner.sudo(), {}
        names = self._get_told_fields()
        labels = contact.fields_get(names, ["string"])
        for name in names:
            if contact._fields[name].type == "properties":
                for entry in read_properties(contact, name):
                    told[name, entry["name"]] = (entry["label"], entry["text"])
            elif text := read_text(contact, name, is_public=True):
                told[name, False] = (labels[name]["string"], text)
        return told

    @api.model
    def _log_left_behind(self, source, dst_partner, held):
        """Note what a contact held and the one that stays does not, where there is a chatter.

        :param source: contact that held it
        :param dst_partner: contact that stays
        :param held: see ``_read_told``
        """
        kept = self._read_told(dst_partner)
        left = []
        for key, (label, text) in held.items():
            stays = kept.get(key, ("", ""))[1]
            # A note stays as a part of the joined one.
            is_note = dst_partner._fields[key[0]].type == "html"
            if text != stays and not (is_note and text in stays):
                left.append((label, text))
        if not left or not hasattr(dst_partner, "_message_log"):
            return
        title = self.env._("Before the merge, %(contact)s held:", contact=source.name or source.id)
        lines = [Markup("<li>%s: %s</li>") % line for line in left]
        body = Markup("<p>%s</p><ul>%s</ul>") % (escape(title), Markup("").join(lines))
        # sudo: whoever may merge contacts may note what they held.
        dst_partner.sudo()._message_log(body=body)
