from odoo import models
from odoo.tools import SQL

from ..history import forget_plans


class MailFollowers(models.Model):
    """Followers of many records by one statement, in a bulk change."""

    _inherit = "mail.followers"

    def _insert_followers(
        self,
        res_model,
        res_ids,
        partner_ids,
        subtypes=None,
        customer_ids=None,
        check_existing=True,
        existing_policy="skip",
    ):
        """As Odoo's, set by set: Odoo creates a record for each record and partner.

        Only where the subtypes are given and who follows already is left alone. The same rows
        come out.
        """
        if (
            not self.env.context.get("crm_bulk_history")
            or not subtypes
            or not partner_ids
            or not res_ids
            or existing_policy != "skip"
        ):
            return super()._insert_followers(
                res_model,
                res_ids,
                partner_ids,
                subtypes=subtypes,
                customer_ids=customer_ids,
                check_existing=check_existing,
                existing_policy=existing_policy,
            )
        forget_plans(self.env)
        pairs = [(partner, subtype) for partner in partner_ids for subtype in subtypes[partner]]
        self.env.cr.execute(
            SQL(
                """
                WITH new AS (
                    INSERT INTO mail_followers (res_model, res_id, partner_id)
                         SELECT %(model)s, record, partner
                           FROM unnest(%(records)s::int[]) AS record,
                                unnest(%(partners)s::int[]) AS partner
                    ON CONFLICT DO NOTHING
                      RETURNING id, partner_id)
                INSERT INTO mail_followers_mail_message_subtype_rel
                            (mail_followers_id, mail_message_subtype_id)
                     SELECT new.id, pair.subtype
                       FROM new
                       JOIN unnest(%(pair_partners)s::int[], %(pair_subtypes)s::int[])
                            AS pair (partner, subtype) ON pair.partner = new.partner_id
                """,
                model=res_model,
                records=list(res_ids),
                partners=list(partner_ids),
                pair_partners=[partner for partner, _subtype in pairs],
                pair_subtypes=[subtype for _partner, subtype in pairs],
            )
        )
        self.env[res_model].browse(res_ids).invalidate_recordset(
            ["message_follower_ids", "message_partner_ids"], flush=False
        )
        return None
