# pylint: disable=consider-merging-classes-inherited
from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.crm_access.system import Chosen
from odoo.addons.crm_access.texts import format_value, read_properties, read_text

#: What is compared side by side, in this order; after it whatever else differs.
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

#: What nobody compares: pictures and marks of the system.
NOT_COMPARED = {
    "active",
    "autopost_bills",
    "calendar_last_notif_ack",
    "channel_ids",
    "color",
    "image_1920",
    "meeting_ids",
    "message_bounce",
    "partner_latitude",
    "partner_longitude",
    "peppol_eas",
    "peppol_endpoint",
    "signup_type",
}


class CrmDuplicateGroup(models.Model):
    """Duplicates side by side."""

    _inherit = "crm.duplicate.group"

    def get_comparison(self):
        """What the contacts of a group hold, side by side, and why they could be one.

        :return: ``members`` (``id``, ``name``, ``has_login``), ``keep_id`` (who stays by default),
            ``rows`` (``key``, ``label``, ``values`` in the order of the members, ``differs``,
            ``fills``: the merge takes over what the one that stays has not, ``can_choose``: of
            several values one can be chosen), ``after`` (see
            ``get_after_merge``), ``reasons`` (``a``, ``b``, ``criterion``, ``value``),
            ``can_merge``
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        partners = self._get_partners()
        # sudo: whether there is a login decides who stays.
        logins = partners.sudo().filtered("user_ids")
        wizard = self.env["base.partner.merge.automatic.wizard"]
        kept = self._get_kept(partners)
        return {
            "members": [
                {"id": p.id, "name": p.display_name, "has_login": p in logins} for p in partners
            ],
            "keep_id": kept.id,
            "rows": self._prepare_rows(partners),
            "after": self._prepare_after(partners - kept, kept),
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

    def get_after_merge(self, keep_id, partner_ids, chosen=None):
        """What the contact that stays would hold after a merge, which is not done.

        :param keep_id: id of the contact that stays
        :param partner_ids: ids of the contacts of the group that are merged
        :param chosen: as for ``action_merge``
        :return: key of a row of ``get_comparison`` → text
        :rtype: dict
        :raises UserError: the contact that stays is not in the group
        """
        self.ensure_one()
        self.check_access("read")
        partners = self._get_partners()
        kept = self._get_kept(partners, keep_id)
        sources = partners.filtered(lambda p: p.id in partner_ids) - kept
        group = self._choose(chosen, sources + kept)
        return group._prepare_after(sources, kept)

    def _choose(self, chosen, partners):
        """Return the group with the values that were chosen, for what merges its contacts.

        :param chosen: key of a row of ``get_comparison`` → id of the contact whose value stays
        :param partners: the contacts that become one
        :raises UserError: that names what cannot be chosen and what can
        """
        if not chosen:
            return self
        if not isinstance(chosen, dict):
            raise UserError(
                self.env._("What is chosen must be a mapping of rows to contacts: {'city': 7}.")
            )
        everyone = self._get_partners()
        rows = {row["key"]: row for row in self._prepare_rows(everyone) if row["can_choose"]}
        for key, partner_id in chosen.items():
            if key not in rows:
                raise UserError(
                    self.env._(
                        "“%(key)s”: of this no value can be chosen. It can be of: %(keys)s.",
                        key=key,
                        keys=", ".join(rows) or self.env._("nothing, they do not differ"),
                    )
                )
            if partner_id not in partners.ids:
                raise UserError(
                    self.env._(
                        "“%(label)s”: the contact no. %(id)s is not one of those that are merged: "
                        "%(names)s.",
                        label=rows[key]["label"],
                        id=partner_id,
                        names=", ".join(f"{p.display_name} ({p.id})" for p in partners),
                    )
                )
            if not rows[key]["values"][everyone.ids.index(partner_id)]:
                raise UserError(
                    self.env._(
                        "“%(label)s”: %(contact)s has no value to choose.",
                        label=rows[key]["label"],
                        contact=partners.browse(partner_id).display_name,
                    )
                )
        return Chosen(chosen).on(self)

    def _prepare_rows(self, partners):
        """Put what the contacts hold into rows; those that nobody asks for only if they differ."""
        wizard = self.env["base.partner.merge.automatic.wizard"]
        filled = {
            *wizard._get_merged_fields(),
            *wizard._get_merged_lists(partners.browse(), partners.browse()),
        }
        names = dict.fromkeys((*COMPARED, *sorted(filled - NOT_COMPARED)))
        rows = []
        for name, info in partners.fields_get(list(names), ["string"]).items():
            names[name] = info["string"]
        for name in filter(names.get, names):
            if partners._fields[name].type == "properties":
                rows += self._prepare_property_rows(partners, name)
                continue
            values = [read_text(partner, name) for partner in partners]
            if any(values) and (name in COMPARED or len(set(values)) > 1):
                rows.append(self._prepare_row(name, names[name], values, name in filled))
        return rows

    def _prepare_property_rows(self, partners, name):
        labels, texts = {}, []
        for partner in partners:
            entries = read_properties(partner, name)
            labels.update((entry["name"], entry["label"]) for entry in entries)
            texts.append({entry["name"]: entry["text"] for entry in entries})
        return [
            self._prepare_row(f"{name}.{key}", label, [text.get(key, "") for text in texts], True)
            for key, label in labels.items()
        ]

    def _prepare_row(self, key, label, values, fills):
        wizard = self.env["base.partner.merge.automatic.wizard"]
        differs = len(set(filter(None, values))) > 1
        return {
            "key": key,
            "label": label,
            "values": values,
            "differs": differs,
            "fills": fills,
            "can_choose": differs and fills and wizard._may_choose(key.partition(".")[0]),
        }

    def _prepare_after(self, sources, target):
        """Say as text what the contact that stays would hold.

        :return: key of a row → text
        :rtype: dict
        """
        wizard = self.env["base.partner.merge.automatic.wizard"]
        portions, held = self._get_portions(sources), None
        for part in portions or [sources]:
            held = wizard._get_merged_values(part, target, held)
        lists = wizard._get_merged_lists(sources, target)
        values = {
            **held,
            # As on the form: tags and groups that the user may read.
            **{name: rows.sudo(False)._filtered_access("read") for name, rows in lists.items()},
            **self._count_after(sources, target),
            "create_date": target.create_date,
        }
        after = {}
        for name in target.fields_get(list(values), ["string"]):
            if target._fields[name].type == "properties":
                texts = self._format_properties(target + sources, name, values[name])
                after.update((f"{name}.{key}", text) for key, text in texts.items())
            else:
                after[name] = format_value(target, name, values[name])
        return after

    def _format_properties(self, partners, name, values):
        """Say merged properties as text: as the contact says it from which each value comes."""
        texts = {}
        for partner in partners:
            own = partner[name]._values or {}
            for entry in read_properties(partner, name):
                if values.get(entry["name"]) == own.get(entry["name"]):
                    texts.setdefault(entry["name"], entry["text"])
        return texts

    def _count_after(self, sources, target):
        """Count what comes together: deals, and relations without those that would be doubled."""
        everyone, counts = target + sources, {"opportunity_count": 0}
        if self.env.user.has_group("sales_team.group_sale_salesman"):
            leads = self.env["crm.lead"].with_context(active_test=False)
            domain = everyone._get_contact_opportunities_domain()
            counts["opportunity_count"] = leads.search_count(domain)
        # sudo: as in the merge; counted are those that the user sees.
        relations = self.env["crm.relation"].sudo()
        sides = ["left_partner_id", "right_partner_id"]
        stay, _doubled = relations._plan_parties(sides, sources, target)
        domain = Domain("id", "in", [row[0] for row in stay]) & relations._get_current_domain()
        return {**counts, "relation_count": relations.sudo(False).search_count(domain)}
