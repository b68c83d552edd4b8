# pylint: disable=consider-merging-classes-inherited
from odoo import models
from odoo.tools import format_date

#: What is compared side by side, in this order.
COMPARED = (
    "name",
    "parent_id",
    "crm_type_id",
    "function",
    "email",
    "phone",
    "vat",
    "ref",
    "street",
    "zip",
    "city",
    "country_id",
    "website",
    "user_id",
    "category_id",
    "company_id",
    "relation_count",
    "opportunity_count",
    "create_date",
)


class CrmDuplicateGroup(models.Model):
    """Duplicates side by side."""

    _inherit = "crm.duplicate.group"

    def get_comparison(self):
        """What the contacts of a group hold, side by side, and why they could be one.

        :return: ``members`` (``id``, ``name``, ``has_login``), ``keep_id`` (who stays by default),
            ``rows`` (``label``, ``values`` in the order of the members, ``differs``, ``fills``: the
            merge takes over what the one that stays has not), ``reasons`` (``a``, ``b``,
            ``criterion``, ``value``), ``can_merge``
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        partners = self._get_partners()
        # sudo: whether there is a login decides who stays.
        logins = partners.sudo().filtered("user_ids")
        wizard = self.env["base.partner.merge.automatic.wizard"]
        return {
            "members": [
                {"id": p.id, "name": p.display_name, "has_login": p in logins} for p in partners
            ],
            "keep_id": self._get_kept(partners).id,
            "rows": self._prepare_rows(partners),
            "reasons": [
                {
                    "a": match.partner_a_id.display_name,
                    "b": match.partner_b_id.display_name,
                    "criterion": match.criterion_id.name,
                    "value": match.value,
                }
                for match in self.match_ids
            ],
            "can_merge": self.has_access("write") and wizard.has_access("create"),
        }

    def _prepare_rows(self, partners):
        labels = partners.fields_get(COMPARED, ["string"])
        rows = []
        for name in COMPARED:
            if name not in labels:
                continue
            values = [self._format_value(partner, name) for partner in partners]
            if any(values):
                row = {"label": labels[name]["string"], "values": values}
                field = partners._fields[name]
                row["differs"] = len(set(filter(None, values))) > 1
                # What Odoo's merge fills when it is empty: see its _update_values.
                row["fills"] = field.type != "many2many" and not field.compute
                rows.append(row)
        return rows

    def _format_value(self, partner, name):
        value, field = partner[name], partner._fields[name]
        if field.relational:
            # sudo: of a linked record the name is shown, as on the form.
            return ", ".join(value.sudo().mapped("display_name"))
        if field.type == "datetime":
            return format_date(self.env, value)
        return str(value) if value else ""
