from datetime import timedelta

from odoo import fields

from .common import SegmentationCommon

PARAMETER = "crm_segmentation.owner_"


class OwnerCommon(SegmentationCommon):
    """Two salespeople, a sales administrator, and contacts of theirs.

    Existing contacts of the database are kept out of the release.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        names = ("owner_anna", "owner_ben")
        groups = "sales_team.group_sale_salesman"
        cls.anna, cls.ben = cls._create_users(dict.fromkeys(names, groups))
        cls.boss = cls.local_manager
        cls.partners = cls.env["res.partner"].with_context(tracking_disable=True)
        cls.company = cls.partners.create({"name": "Owner Company", "is_company": True})
        cls.free = cls.partners.create({"name": "Free Contact"})
        cls.env["res.partner"].search([("user_id", "!=", False)]).keep_owner = True
        cls.changes = cls.env["crm.owner.change"]

    @classmethod
    def _set(cls, name, value):
        cls.env["ir.config_parameter"].set_param(PARAMETER + name, value)

    @classmethod
    def _own(cls, user, name="Owned Contact", **vals):
        return cls.partners.create({"name": name, "user_id": user.id, **vals})

    def _age(self, partners, days):
        """Let contacts and their history be so many days older."""
        self.env.flush_all()
        past = fields.Datetime.now() - timedelta(days=days)
        for table, column in (
            ("res_partner SET create_date", "id"),
            ("crm_owner_change SET date", "partner_id"),
            ("mail_message SET date", "res_id"),
        ):
            self.env.cr.execute(
                f"UPDATE {table} = %s WHERE {column} = ANY(%s)"
                + (" AND model = 'res.partner'" if column == "res_id" else ""),
                [past, partners.ids],
            )
        self.env.invalidate_all()

    def _last(self, partner):
        return self.changes.search([("partner_id", "=", partner.id)], limit=1)
