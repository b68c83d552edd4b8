from odoo.tests import new_test_user

from .common import SegmentationCommon


class DuplicateCommon(SegmentationCommon):
    """A sales administrator who may merge contacts, and a way to search among a few."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.merger = new_test_user(
            cls.env, "seg_merger", "sales_team.group_sale_manager,base.group_partner_manager"
        )

    @classmethod
    def _partner(cls, name, **vals):
        return cls.env["res.partner"].create({"name": name, "is_company": True, **vals})

    @classmethod
    def _search(cls):
        search = cls.env["crm.duplicate.search"]._search_now()
        cls.env.invalidate_all()
        return search

    @classmethod
    def _group_of(cls, partner):
        return cls.env["crm.duplicate.member"].search([("partner_id", "=", partner.id)]).group_id

    @classmethod
    def _criteria_of(cls, partner):
        matches = cls.env["crm.duplicate.match"].search(
            ["|", ("partner_a_id", "=", partner.id), ("partner_b_id", "=", partner.id)]
        )
        return set(matches.criterion_id.mapped("code"))
