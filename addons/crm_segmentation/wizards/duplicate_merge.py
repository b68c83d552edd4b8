# pylint: disable=consider-merging-classes-inherited
from odoo import api, models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Every merge of contacts, from wherever it is started, leaves a record."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Keep what the merged contacts held before anything moves, and tidy up behind them."""
        self.env["crm.duplicate.merge"]._keep(src_partners, dst_partner)
        self._move_duplicates(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)

    @api.model
    def _move_duplicates(self, src_partners, dst_partner):
        """Whoever is gone is no duplicate; whom he was told from, the other is told from too."""
        self.env.flush_all()
        sources = tuple(src_partners.ids)
        cr = self.env.cr
        cr.execute(
            SQL(
                """
                INSERT INTO crm_duplicate_exclusion
                       (partner_a_id, partner_b_id, create_uid, create_date)
                SELECT LEAST(other, %(target)s), GREATEST(other, %(target)s),
                       create_uid, create_date
                  FROM (SELECT CASE WHEN partner_a_id IN %(sources)s THEN partner_b_id
                                    ELSE partner_a_id END AS other, create_uid, create_date
                          FROM crm_duplicate_exclusion
                         WHERE partner_a_id IN %(sources)s OR partner_b_id IN %(sources)s) moved
                 WHERE other <> %(target)s AND other NOT IN %(sources)s
                    ON CONFLICT (partner_a_id, partner_b_id) DO NOTHING
                """,
                target=dst_partner.id,
                sources=sources,
            )
        )
        for table in ("crm_duplicate_exclusion", "crm_duplicate_match"):
            cr.execute(
                SQL(
                    "DELETE FROM %s WHERE partner_a_id IN %s OR partner_b_id IN %s",
                    SQL.identifier(table),
                    sources,
                    sources,
                )
            )
        cr.execute(SQL("DELETE FROM crm_duplicate_member WHERE partner_id IN %s", sources))
        self.env.invalidate_all()
