# pylint: disable=consider-merging-classes-inherited
# (The card is a concern of its own.)
from copy import deepcopy

from lxml import etree

from odoo import api, fields, models
from odoo.fields import Properties
from odoo.tools import SQL


class KeptProperties(Properties):
    """Properties that outlive their definition: without it they are not shown, and not lost."""

    def _compute(self, records):
        for record in records.sudo():
            kept = dict(record[self.name]._values or {})
            values = self._add_default_values(
                record.env,
                {self.name: kept, self.definition_record: record[self.definition_record]},
            )
            new = self._list_to_dict(values) if isinstance(values, list) else values
            record[self.name] = {**kept, **new}


class ResPartner(models.Model):
    """A contact with the card of its groups."""

    _inherit = "res.partner"

    card_id = fields.Many2one(
        comodel_name="crm.contact.card",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="set null",
        groups="base.group_user",
        technical=True,
    )
    group_properties = KeptProperties(
        string="Fields of Its Groups",
        definition="card_id.properties_definition",
        copy=True,
        groups="base.group_user",
    )
    card_hidden_parts = fields.Char(
        related="card_id.hidden_parts", groups="base.group_user", technical=True
    )
    card_required_parts = fields.Char(
        related="card_id.required_parts", groups="base.group_user", technical=True
    )
    card_first_parts = fields.Char(
        related="card_id.first_parts", groups="base.group_user", technical=True
    )

    @api.onchange("contact_group_ids")
    def _onchange_contact_groups_card(self):
        """Show the fields of a group as soon as it is chosen on the card."""
        sources = self.env["crm.contact.group"]._get_card_sources()
        # sudo: groups of the company may be elsewhere; cards are the system's.
        groups = self.sudo().contact_group_ids._origin
        company = self.sudo().commercial_partner_id._origin  # sudo: as above
        if company != self._origin:
            groups |= company.contact_group_ids
        chosen = sorted({source for group, source in sources if group in groups.ids})
        key = ",".join(map(str, chosen))
        cards = self.env["crm.contact.card"].sudo()  # sudo: as above
        self.card_id = cards._get_by_key([key])[key].id if key else False

    def _refresh_cards(self, group_ids=None):
        """Give contacts the card of their groups, set by set; persons have their company's too.

        :param group_ids: the groups that have changed; nothing is done unless one has a card
        """
        sources = self.env["crm.contact.group"]._get_card_sources()
        if group_ids is not None and not {row[0] for row in sources} & set(group_ids):
            return
        self.env.flush_all()
        affected = SQL(
            "card_id IS NOT NULL OR id IN (SELECT partner_id FROM "
            "crm_contact_group_res_partner_rel WHERE group_id = ANY(%(ids)s)) "
            "OR commercial_partner_id IN (SELECT partner_id FROM "
            "crm_contact_group_res_partner_rel WHERE group_id = ANY(%(ids)s))",
            ids=list({row[0] for row in sources}),
        )
        if self:
            affected = SQL(
                "commercial_partner_id IN "
                "(SELECT commercial_partner_id FROM res_partner WHERE id = ANY(%s))",
                self.ids,
            )
        wanted = SQL(
            """
            WITH affected AS MATERIALIZED (
                SELECT id, commercial_partner_id FROM res_partner WHERE %(affected)s
            ), membership AS (
                SELECT a.id, r.group_id FROM affected a
             LEFT JOIN crm_contact_group_res_partner_rel r ON r.partner_id = a.id
                 UNION
                SELECT a.id, r.group_id FROM affected a
                  JOIN crm_contact_group_res_partner_rel r
                    ON r.partner_id = a.commercial_partner_id
            ), wanted AS MATERIALIZED (
                SELECT m.id, array_to_string(
                           array_agg(DISTINCT s.source_id ORDER BY s.source_id)
                           FILTER (WHERE s.source_id IS NOT NULL), ',') AS key
                  FROM membership m
             LEFT JOIN unnest(%(groups)s::int[], %(sources)s::int[]) AS s(group_id, source_id)
                    ON s.group_id = m.group_id
              GROUP BY m.id
            )
            """,
            affected=affected,
            groups=[row[0] for row in sources],
            sources=[row[1] for row in sources],
        )
        self._plan_for_many(True)
        keys = self.env.execute_query(
            SQL("%s SELECT DISTINCT key FROM wanted WHERE key IS NOT NULL", wanted)
        )
        # sudo: cards are the system's.
        cards = self.env["crm.contact.card"].sudo()._get_by_key([key for (key,) in keys])
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                %(wanted)s
                UPDATE res_partner p SET card_id = s.id
                  FROM wanted w
             LEFT JOIN unnest(%(keys)s::varchar[], %(ids)s::int[]) AS s(key, id)
                    ON s.key = w.key
                 WHERE p.id = w.id AND p.card_id IS DISTINCT FROM s.id
             RETURNING p.id
                """,
                wanted=wanted,
                keys=list(cards),
                ids=[card.id for card in cards.values()],
            )
        )
        self._plan_for_many(False)
        if rows:
            self.browse([id_ for (id_,) in rows]).invalidate_recordset(["card_id"], flush=False)

    @api.model_create_multi
    def create(self, vals_list):
        # The card follows from the groups, which are known after the creation only.
        properties = [vals.pop("group_properties", None) for vals in map(dict, vals_list)]
        partners = super().create(
            [{k: v for k, v in vals.items() if k != "group_properties"} for vals in vals_list]
        )
        for partner, values in zip(partners, properties, strict=True):
            if values:
                partner.group_properties = values
        return partners

    def write(self, vals):
        if not vals.get("group_properties"):
            return super().write(vals)
        # The client sends the fields it shows; those of groups that were left are kept.
        field = self._fields["group_properties"]
        result = True
        for partner in self:
            new = field.convert_to_cache(vals["group_properties"], partner) or {}
            kept = dict(partner.group_properties._values or {})
            values = dict(vals, group_properties={**kept, **new})
            result = super(ResPartner, partner).write(values)
        return result

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, self.env.context.get("contact_group_columns"))

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "form" and arch.xpath("//field[@name='card_hidden_parts']"):
            self._apply_card_parts(arch)
        columns = self.env.context.get("contact_group_columns")
        if view_type == "list" and columns:
            self._apply_columns(arch, str(columns).split(","))
        return arch, view

    @api.model
    def _apply_card_parts(self, arch):
        """Have the form hide, require and put first the parts that the contact's groups say."""
        # sudo: a list of settings.
        parts = self.env["crm.contact.card.part"].sudo().search([])
        first = []
        for part in parts.filtered(lambda part: not part.is_page):
            for node in arch.xpath(f"//field[@name='{part.code}'][not(ancestor::field)]"):
                self._add_condition(
                    node, "invisible", f"',{part.code},' in (card_hidden_parts or '')"
                )
                self._add_condition(
                    node, "required", f"',{part.code},' in (card_required_parts or '')"
                )
                first.append((part.code, node))
        # Before the pages: a field that is put first is shown though its page may be hidden.
        self._put_fields_first(arch, first)
        for part in parts.filtered("is_page"):
            for node in arch.xpath(f"//page[@name='{part.code}'][not(ancestor::field)]"):
                self._add_condition(
                    node, "invisible", f"',{part.code},' in (card_hidden_parts or '')"
                )
                # For the client, which puts the page first (see contact_card_pages.js).
                node.set("data-card-part", part.code)
                # The first page is open, which is this one unless a group puts another first.
                node.attrib.pop("autofocus", None)

    @api.model
    def _put_fields_first(self, arch, first):
        """Add a block at the top of the form with the fields that a group can put there.

        The form has each of them twice then, and shows it at one of the two places.

        :param list first: (code of the part, node of the field in the form)
        """
        below = arch.xpath("//sheet/group")
        if not below:
            return
        block, conditions = etree.Element("group", name="card_first"), []
        for code, node in first:
            if node.get("invisible") in ("1", "True"):
                continue
            condition = f"',{code},' in (card_first_parts or '')"
            copy = deepcopy(node)
            copy.tail = None
            for attribute in ("id", "nolabel", "colspan"):
                copy.attrib.pop(attribute, None)
            self._add_condition(copy, "invisible", f"not {condition}")
            entry = copy
            for above in node.iterancestors():
                self._add_condition(copy, "invisible", above.get("invisible"))
                if above.get("groups"):  # who may not see the page may not see its field either
                    entry, inner = etree.Element("t", groups=above.get("groups")), entry
                    entry.append(inner)
            block.append(entry)
            conditions.append(condition)
            self._add_condition(node, "invisible", condition)
            around = node.getparent()
            if around.tag == "div" and len(around.xpath(".//field[not(@invisible='1')]")) == 1:
                # The icon beside the field goes with it.
                self._add_condition(around, "invisible", node.get("invisible"))
        columns = etree.Element("group", invisible=f"not ({' or '.join(conditions) or 'False'})")
        columns.append(block)
        below[0].addprevious(columns)

    @api.model
    def _add_condition(self, node, attribute, condition):
        before = node.get(attribute)
        if not condition or before in ("1", "True"):
            return
        node.set(attribute, f"({before}) or ({condition})" if before else condition)

    @api.model
    def _apply_columns(self, arch, columns):
        """Show the columns of the group; those of the list that it does not name start hidden."""
        for node in arch.xpath("/list/field[@optional]"):
            node.set("optional", "show" if node.get("name") in columns else "hide")
        present = {node.get("name") for node in arch.xpath("/list/field")}
        for name in columns:
            if name in self._fields and name not in present:
                etree.SubElement(arch, "field", {"name": name, "optional": "show"})
