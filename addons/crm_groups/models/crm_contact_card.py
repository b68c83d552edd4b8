from odoo import api, fields, models
from odoo.fields import Command


class CrmContactCard(models.Model):
    """What the card of a contact looks like: the fields and parts of all groups it is in.

    Odoo's property fields have one definition per record. A contact can be in several groups, so
    each set of groups that occurs has a card with the definitions of all of them; few exist,
    however many contacts.
    """

    _name = "crm.contact.card"
    _description = "Card of Contacts"
    _rec_name = "key"

    key = fields.Char(required=True, readonly=True, help="The ids of the groups.")
    group_ids = fields.Many2many(
        comodel_name="crm.contact.group",
        relation="crm_contact_card_group_rel",
        column1="card_id",
        column2="group_id",
        readonly=True,
    )
    properties_definition = fields.PropertiesDefinition(readonly=True)
    hidden_parts = fields.Char(readonly=True, help="Codes between commas, as is the next one.")
    required_parts = fields.Char(readonly=True)
    first_parts = fields.Char(readonly=True)

    _key_uniq = models.UniqueIndex("(key)")

    @api.model
    def _get_by_key(self, keys):
        """Return {key: card}, making those that are missing."""
        cards = {card.key: card for card in self.search([("key", "in", list(keys))])}
        for key in keys:
            if key not in cards:
                ids = [int(part) for part in key.split(",")]
                cards[key] = self.create({"key": key, "group_ids": [Command.set(ids)]})
                cards[key]._refresh()
        return cards

    def _refresh(self):
        """Put together what the groups define, from the top of the tree down.

        A part that one group requires is not hidden by another.
        """
        for card in self:
            definition, seen = [], set()
            for group in card.group_ids.sorted("tree_order"):
                for field in group.member_properties_definition or []:
                    if field["name"] not in seen:
                        seen.add(field["name"])
                        definition.append(field)
            required = card.group_ids.required_part_ids
            hidden = card.group_ids.hidden_part_ids - required
            card.properties_definition = definition
            card.hidden_parts = self._join_codes(hidden)
            card.required_parts = self._join_codes(required)
            card.first_parts = self._join_codes(card.group_ids.first_part_ids - hidden)

    @api.model
    def _join_codes(self, parts):
        return f",{','.join(parts.mapped('code'))}," if parts else False


class CrmContactCardPart(models.Model):
    """A field or page of the contact's form that groups can hide or require."""

    _name = "crm.contact.card.part"
    _inherit = "crm.shared.mixin"
    _description = "Part of the Contact's Card"
    _order = "sequence, id"
    _shared_by = None

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Name of the field or page in the form.")
    sequence = fields.Integer(default=10)
    is_page = fields.Boolean(help="A page cannot be required.")

    _code_uniq = models.UniqueIndex("(code)")
