from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import SegmentationCommon

SHOWN = {"name": {}, "user_id": {"fields": {"display_name": {}}}}


@tagged("post_install", "-at_install")
class TestOutOfReach(SegmentationCommon):
    """A save that gives a deal to somebody else succeeds, and says who got it and why."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        [cls.colleague] = cls._create_users({"seg_colleague": "sales_team.group_sale_salesman"})
        cls.type_deal.write({"assign_mode": "user", "user_id": cls.colleague.id})
        cls.Lead = cls.env["crm.lead"].with_user(cls.salesman).with_context(tracking_disable=False)

    def _make(self, number=1, **vals):
        return self.Lead.create(
            [{"name": f"Deal {n}", "user_id": self.salesman.id, **vals} for n in range(number)]
        )

    def _check_told(self, answer, deal):
        self.assertEqual(set(answer), {"id", "out_of_reach"})
        self.assertEqual(answer["id"], deal.id)
        for told in (deal.sudo().name, self.colleague.name, self.type_deal.name):
            self.assertIn(told, answer["out_of_reach"])
        self.assertEqual(deal.sudo().user_id, self.colleague)
        self.env.invalidate_all()
        self.assertFalse(deal.has_access("read"))

    def test_new_in_a_form(self):
        """As the form sends it: with and without the salesperson that it has proposed."""
        for proposed in ({}, {"user_id": self.colleague.id}, {"user_id": self.salesman.id}):
            for context in (
                {},
                {"default_user_id": self.salesman.id},
                {"default_user_id": self.colleague.id},
            ):
                with self.subTest(proposed=proposed, context=context):
                    [answer] = self.Lead.with_context(**context).web_save(
                        {"name": "Mine", "deal_type_id": self.type_deal.id, **proposed}, SHOWN
                    )
                    deal = self.Lead.browse(answer["id"])
                    stays = proposed.get("user_id") == self.salesman.id or (
                        context.get("default_user_id") == self.salesman.id and not proposed
                    )
                    if stays:
                        self.assertEqual(answer["user_id"]["id"], self.salesman.id)
                    else:
                        self._check_told(answer, deal)

    def test_new_in_turn_whose_turn_has_passed(self):
        """The queue has gone on since the form has proposed somebody: the next one gets it."""
        [other] = self._create_users({"seg_other": "sales_team.group_sale_salesman"})
        self.type_deal.write(
            {
                "assign_mode": "queue",
                "queue_ids": [Command.create({"user_id": u.id}) for u in self.colleague | other],
            }
        )
        owners = self.env["res.users"]
        for _number in range(2):
            [answer] = self.Lead.web_save(
                {
                    "name": "Mine",
                    "deal_type_id": self.type_deal.id,
                    "user_id": self.colleague.id,
                },
                SHOWN,
            )
            owner = self.Lead.browse(answer["id"]).sudo().user_id
            self.assertIn(owner.name, answer["out_of_reach"])
            owners |= owner
        self.assertEqual(owners, self.colleague | other)

    def test_for_others_stays_refused(self):
        """Whom the type does not bring, a salesperson cannot make deals for."""
        with self.assertRaises(AccessError), self.cr.savepoint():
            self.Lead.web_save(
                {
                    "name": "Mine",
                    "deal_type_id": self.type_deal.id,
                    "user_id": self.sales_manager.id,
                },
                SHOWN,
            )

    def test_saved_in_a_form_or_a_line(self):
        deal = self._make(user_id=False)
        [answer] = deal.web_save({"deal_type_id": self.type_deal.id}, SHOWN)
        self._check_told(answer, deal)

    def test_left_with_a_change(self):
        """Nothing is read back when a form is left: it is told all the same."""
        deal = self._make(user_id=False)
        [answer] = deal.web_save({"deal_type_id": self.type_deal.id}, {})
        self._check_told(answer, deal)

    def test_many_at_once(self):
        """What stays is read back, what goes is told; in the order in which they were asked."""
        free, mine = self._make(2, user_id=False), self._make(2)
        deals = self.Lead.union(*[pair for both in zip(free, mine, strict=True) for pair in both])
        for save in (
            lambda vals: deals.web_save(vals, SHOWN),
            lambda vals: deals.web_save_multi([vals] * len(deals), SHOWN),
        ):
            free.sudo().write({"user_id": False, "deal_type_id": False})
            mine.sudo().write({"deal_type_id": False})
            answers = save({"deal_type_id": self.type_deal.id})
            self.assertEqual([answer["id"] for answer in answers], deals.ids)
            for deal, answer in zip(deals, answers, strict=True):
                if deal in free:
                    self._check_told(answer, deal)
                else:
                    self.assertEqual(answer["user_id"]["id"], self.salesman.id)

    def test_given_away_by_hand(self):
        """Without a type there is no reason to tell, but who has it now."""
        deal = self._make()
        [answer] = deal.web_save({"user_id": self.colleague.id}, SHOWN)
        self.assertIn(self.colleague.name, answer["out_of_reach"])
        self.assertNotIn(self.type_deal.name, answer["out_of_reach"])

    def test_who_did_not_see_it_learns_nothing(self):
        deal = self._make()
        deal.sudo().user_id = self.colleague
        for save in (
            lambda: deal.web_save({"name": "Other"}, SHOWN),
            lambda: deal.web_save({}, SHOWN),
            lambda: deal.web_save_multi([{}], SHOWN),
            lambda: deal.web_read(SHOWN),
            lambda: self._make().web_save({"name": "Mine"}, SHOWN, next_id=deal.id),
        ):
            self.env.invalidate_all()
            with self.assertRaises(AccessError), self.cr.savepoint():
                save()


@tagged("post_install", "-at_install")
class TestOutOfReachTour(HttpCase):
    def setUp(self):
        super().setUp()
        self.users = SegmentationCommon._create_users.__func__(
            self,
            {
                "seg_tour_mine": "sales_team.group_sale_salesman",
                "seg_tour_other": "sales_team.group_sale_salesman",
            },
        )
        self.tender = self.env["crm.type"].create(
            {
                "name": "Tour Tender",
                "code": "tour_tender",
                "kind": "deal",
                "assign_mode": "user",
                "user_id": self.users[1].id,
            }
        )

    def _make_deals(self, **vals):
        return self.env["crm.lead"].create(
            [{"name": f"Tour Deal {n}", "type": "opportunity", **vals} for n in range(4)]
        )

    def test_form(self):
        """The form says who got the deal, and goes back to the list."""
        self._make_deals(user_id=self.users[0].id)
        action = self.env.ref("crm.crm_lead_opportunities")
        self.start_tour(
            f"/odoo/action-{action.id}?view_type=list",
            "crm_segmentation_out_of_reach",
            login="seg_tour_mine",
        )
        deal = self.env["crm.lead"].search([("name", "=", "Tour New Deal")])
        self.assertEqual((deal.user_id, deal.deal_type_id), (self.users[1], self.tender))

    def test_list(self):
        """So does a list, for several lines at once and for one."""
        deals = self._make_deals(user_id=False)
        view = self.env["ir.ui.view"].create(
            {
                "name": "tour",
                "model": "crm.lead",
                "arch": "<list editable='bottom' multi_edit='1'><field name='name'/>"
                "<field name='deal_type_id'/></list>",
            }
        )
        action = self.env["ir.actions.act_window"].create(
            {
                "name": "Tour Deals",
                "res_model": "crm.lead",
                "view_mode": "list",
                "view_id": view.id,
                "domain": repr([("name", "like", "Tour Deal")]),
            }
        )
        self.start_tour(
            f"/odoo/action-{action.id}",
            "crm_segmentation_out_of_reach_list",
            login="seg_tour_mine",
        )
        self.assertEqual(deals[:3].user_id, self.users[1])
        self.assertFalse(deals[3].user_id)

    def test_board(self):
        """So does a board, where a new deal gets the default type."""
        self.env["crm.type"].search([("is_default", "=", True)]).is_default = False
        self._make_deals(user_id=self.users[0].id)
        self.tender.is_default = True
        action = self.env["ir.actions.act_window"].create(
            {
                "name": "Tour Deals",
                "res_model": "crm.lead",
                "view_mode": "kanban",
                "view_id": self.env.ref("crm.crm_case_kanban_view_leads").id,
                # As in a colleague's column of a board by salesperson.
                "context": repr(
                    {"default_type": "opportunity", "default_user_id": self.users[1].id}
                ),
                "domain": repr([("name", "like", "Tour")]),
            }
        )
        self.start_tour(
            f"/odoo/action-{action.id}",
            "crm_segmentation_out_of_reach_board",
            login="seg_tour_mine",
        )
        deal = self.env["crm.lead"].search([("name", "=", "Tour Board Deal")])
        self.assertEqual(deal.user_id, self.users[1])
