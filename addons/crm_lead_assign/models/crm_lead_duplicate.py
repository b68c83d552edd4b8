# pylint: disable=consider-merging-classes-inherited
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine import duplicates

#: Up to so many keys the index finds the leads; more are faster found in one walk.
FEW = 100


class CrmLead(models.Model):
    """Leads found by what they are compared by, however it is written."""

    _inherit = "crm.lead"

    duplicate_keys = fields.Text(
        compute="_compute_duplicate_keys",
        store=True,
        groups=fields.NO_ACCESS,
        export_string_translation=False,
        technical=True,
    )

    _duplicate_keys_idx = models.Index("USING gin (string_to_array(duplicate_keys, E'\\n'))")

    @api.depends(
        "email_from",
        "phone",
        "phone_sanitized",
        "partner_name",
        "partner_id.commercial_partner_id.name",
    )
    def _compute_duplicate_keys(self):
        """E-mail addresses, phone numbers and company, one a line."""
        for lead in self:
            keys = duplicates.make_keys(
                email=lead.email_from,
                phone=lead.phone,
                sanitized=lead.phone_sanitized,
                sanitize=lambda number, lead=lead: lead._phone_format(number=number),
                company=lead.partner_id.commercial_partner_id.name or lead.partner_name,
            )
            lead.duplicate_keys = "\n".join(keys) or False

    @api.model
    def _get_duplicate_domain(self, keys):
        """Find the leads that have one of these keys."""

        def to_sql(model, alias, query):
            own = SQL("string_to_array(%s, E'\\n')", SQL.identifier(alias, "duplicate_keys"))
            if len(keys) <= FEW:
                return SQL("%s && %s", own, keys)
            return SQL("EXISTS (SELECT FROM unnest(%s) own WHERE own = ANY(%s))", own, keys)

        return Domain.custom(to_sql=to_sql) if keys else Domain.FALSE

    @api.model
    def _read_last_owners(self, keys, condition):
        """Return who got the last lead with each of these keys. One query.

        :param keys: list of keys
        :param condition: SQL on ``lead``
        :rtype: dict
        """
        if not keys:
            return {}
        self.flush_model(["duplicate_keys", "user_id", "date_open"])
        own = SQL("string_to_array(lead.duplicate_keys, E'\\n')")
        among = SQL("%s && %s", own, keys) if len(keys) <= FEW else SQL("TRUE")
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT DISTINCT ON (own) own, lead.user_id
                      FROM crm_lead lead
                CROSS JOIN LATERAL unnest(%(own)s) own
                     WHERE %(among)s
                       AND own = ANY(%(keys)s)
                       AND lead.user_id IS NOT NULL
                       AND %(condition)s
                  ORDER BY own, lead.date_open DESC, lead.id DESC
                    """,
                    own=own,
                    among=among,
                    keys=keys,
                    condition=condition,
                )
            )
        )

    @api.model
    def _read_last_owners_of_customers(self, partner_ids, condition):
        """Return who got the last lead of each of these contacts. One query.

        :param condition: SQL on ``lead``
        :rtype: dict
        """
        if not partner_ids:
            return {}
        self.flush_model(["partner_id", "user_id", "date_open"])
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT DISTINCT ON (lead.partner_id) lead.partner_id, lead.user_id
                      FROM crm_lead lead
                     WHERE lead.partner_id = ANY(%s)
                       AND lead.user_id IS NOT NULL
                       AND %s
                  ORDER BY lead.partner_id, lead.date_open DESC, lead.id DESC
                    """,
                    list(partner_ids),
                    condition,
                )
            )
        )
