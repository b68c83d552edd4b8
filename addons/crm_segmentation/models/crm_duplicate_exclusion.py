from odoo import api, fields, models
from odoo.tools import SQL


class CrmDuplicateExclusion(models.Model):
    """Two contacts that somebody has said are not the same: never proposed again."""

    _name = "crm.duplicate.exclusion"
    _inherit = "crm.duplicate.visibility"
    _description = "Not a Duplicate"
    _order = "id desc"
    _contact_columns = ("partner_a_id", "partner_b_id")

    partner_a_id = fields.Many2one(
        "res.partner", "Contact", required=True, index=True, ondelete="cascade", readonly=True
    )
    partner_b_id = fields.Many2one(
        "res.partner",
        "Is Not the Same As",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    create_uid = fields.Many2one("res.users", "Said By", readonly=True)
    create_date = fields.Datetime("Said On", readonly=True)

    _pair_uniq = models.UniqueIndex("(partner_a_id, partner_b_id)")

    @api.model
    def _remember(self, pairs):
        """Store that these are different; what is stored already stays. One statement.

        :param pairs: (smaller id, larger id)
        :return: number of new pairs
        """
        if not pairs:
            return 0
        values = SQL(", ").join(
            SQL("(%s, %s, %s, now() AT TIME ZONE 'UTC')", a, b, self.env.uid)
            for a, b in sorted(pairs)
        )
        self.env.cr.execute(
            SQL(
                "INSERT INTO crm_duplicate_exclusion "
                "(partner_a_id, partner_b_id, create_uid, create_date) VALUES %s "
                "ON CONFLICT (partner_a_id, partner_b_id) DO NOTHING",
                values,
            )
        )
        count = self.env.cr.rowcount
        self.invalidate_model()
        return count
