from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.crm_access.tests.shared import OutsiderCases

from .segment_common import SegmentCommon

MINE = "crm_segmentation"
SEEN = ("res.partner", "crm.lead")
#: Of a deal that one may see, everybody reads the customer.
EXCEPT = ("crm.deal.type.report",)


@tagged("post_install", "-at_install")
class TestRecordVisibility(OutsiderCases, SegmentCommon):
    """Who may not see a contact or deal finds it in no list of anything else.

    Made from the registry: a model of this addon with a contact or deal in it that no row is made
    for here fails the test.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.rule"].create(
            {
                "name": "Test: Alpha is hidden, from whatever addon",
                "model_id": cls.env["ir.model"]._get_id("res.partner"),
                "domain_force": "[('ref', '!=', 'hidden')]",
                "groups": [Command.link(cls.env.ref("sales_team.group_sale_salesman").id)],
            }
        )
        cls.deal = cls._create_deal(cls.gamma, "pending", 10, name="Hidden deal")
        cls._fill()
        cls.alpha.ref = "hidden"
        cls.deal.user_id = cls.sales_manager
        cls.env.flush_all()

    @classmethod
    def _fill(cls):
        """Make a row about Alpha, and about a deal, in each model that can have one."""
        score = cls._create_score(cls._amount_parameter())
        score.action_refresh()
        deals = cls._create_segment(
            ("self", [("name", "=", "Hidden deal")]), applies_to="deal", keep_history=True
        )
        deals.action_refresh()
        cls.env["crm.segment.move"].create(
            [
                {
                    "segment_id": deals.id,
                    **about,
                    "kind": "left",
                    "date": "2026-03-01 10:00:00",
                }
                for about in ({"lead_id": cls.deal.id}, {"partner_id": cls.alpha.id})
            ]
        )
        cls.alpha.user_id = cls.sales_manager  # an owner change
        operation = cls.env["crm.owner.operation"].create(
            {"kind": "company", "company_id": cls.env.company.id, "user_id": cls.salesman.id}
        )
        cls.env["crm.owner.operation.line"].create(
            [
                {"operation_id": operation.id, "state": "done", "partner_id": cls.alpha.id},
                {"operation_id": operation.id, "state": "done", "lead_id": cls.deal.id},
            ]
        )
        cls._fill_duplicates()
        cls._fill_relations()

    @classmethod
    def _fill_relations(cls):
        names = {"name": "TListed", "inverse_name": "TLists", "left_kind": "any"}
        contacts, deals = cls.env["crm.relation.type"].create(
            [
                {"code": "t_contact", "right_kind": "any", **names},
                {"code": "t_deal", "right_kind": "deal", **names},
            ]
        )
        for kind, left, side, right in (
            (contacts, cls.alpha, "right_partner_id", cls.beta),
            (contacts, cls.beta, "right_partner_id", cls.alpha),
            (deals, cls.beta, "right_lead_id", cls.deal),
        ):
            cls.env["crm.relation"].create(
                {"type_id": kind.id, "left_partner_id": left.id, side: right.id}
            )

    @classmethod
    def _fill_duplicates(cls):
        pair = {"partner_a_id": cls.alpha.id, "partner_b_id": cls.beta.id}
        turned = {"partner_a_id": cls.beta.id, "partner_b_id": cls.alpha.id}
        cls.group = cls.env["crm.duplicate.group"].create({"anchor": cls.alpha.id})
        cls.env["crm.duplicate.member"].create(
            [{"group_id": cls.group.id, "partner_id": contact.id} for contact in cls.companies]
        )
        criterion = cls.env.ref("crm_segmentation.crm_duplicate_criterion_email").id
        for values in (pair, turned):
            cls.env["crm.duplicate.match"].create(
                {"group_id": cls.group.id, "criterion_id": criterion, **values}
            )
            cls.env["crm.duplicate.exclusion"].create(values)
        cls.env["crm.duplicate.merge"].create({"name": "Was one", "partner_id": cls.alpha.id})

    def _get_listing_models(self):
        for name, model in self.env.items():
            if model._abstract or model._transient or name in EXCEPT:
                continue
            if model._original_module != MINE:
                continue
            for field in model._fields.values():
                if field.type == "many2one" and field.comodel_name in SEEN:
                    yield name, field.name

    def test_hidden_is_in_no_list(self):
        models = list(self._get_listing_models())
        self.assertGreaterEqual(len(models), 12)
        for model, field in models:
            hidden = {"res.partner": self.alpha, "crm.lead": self.deal}[
                self.env[model]._fields[field].comodel_name
            ]
            with self.subTest(model=model, field=field):
                rows = self.env[model].search([(field, "=", hidden.id)])
                self.assertTrue(rows, "No row is made for this model: see _fill")
                self._assert_tells_nothing(rows, field)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def _assert_tells_nothing(self, rows, field):
        mine = rows.with_user(self.salesman)
        if not mine.browse().has_access("read"):
            return
        self.assertFalse(mine.search([("id", "in", rows.ids)]))
        group_by = field if rows._fields[field].store else "id"
        self.assertFalse(mine._read_group([("id", "in", rows.ids)], [group_by], ["__count"]))
        self.assertFalse(mine._filtered_access("read"))
        with self.assertRaises(AccessError):
            mine.read(["display_name"])

    def test_the_others_are_there(self):
        """What is hidden takes nothing else along."""
        for model in ("crm.segment.member", "crm.segment.score.line", "crm.duplicate.member"):
            with self.subTest(model=model):
                rows = self.env[model].search([("partner_id", "in", self.companies.ids)])
                mine = rows.with_user(self.salesman)
                wanted = rows.filtered(lambda row: row.partner_id != self.alpha)
                self.assertEqual(mine.search([("id", "in", rows.ids)]).sudo(), wanted)
                self.assertEqual(mine._filtered_access("read").sudo(), wanted)

    def test_name_of_what_is_pointed_at(self):
        """Odoo reads it as superuser: it must not tell of others all the same."""
        member = self.group.member_ids.filtered(lambda m: m.partner_id == self.beta)
        [values] = member.with_user(self.salesman).read(["group_id"])
        self.assertNotIn("Alpha", values["group_id"][1])
        self.assertIn("Beta", values["group_id"][1])

    def test_values_of_a_bulk_change(self):
        bulk = (
            self.env["crm.bulk.operation"]
            .with_user(self.salesman)
            .create(
                {
                    "domain": [("id", "in", self.beta.ids)],
                    "operation": "watch",
                    "vals": {},
                }
            )
        )
        bulk.action_apply()
        line = bulk.line_ids
        self.assertEqual(len(line), 1)
        for name in ("before", "target", "after"):
            with self.subTest(field=name), self.assertRaises(AccessError):
                line.read([name])
        self.assertTrue(line.record_name)

    # Companies ----------------------------------------------------------------------------

    def _get_foreign_rows(self):
        """Rows that belong to company B, by the ways they can."""
        company_b = self.company_b.id
        segment = self._create_segment(
            ("deal", [("won_status", "=", "won")]), company_id=company_b, keep_history=True
        )
        operation = self.env["crm.owner.operation"].create(
            {"kind": "company", "company_id": company_b}
        )
        types = self._create_type("company", "b_one", company_id=company_b)
        types |= self._create_type("company", "b_two", company_id=company_b)
        merge = self.env["crm.type.merge"].create(
            {"source_ids": types.ids, "target_id": types[0].id}
        )
        city = self.env["ir.model.fields"]._get("res.partner", "city")
        return [
            segment,
            self.env["crm.segment.change"].create({"segment_id": segment.id}),
            operation,
            self.env["crm.owner.operation.line"].create(
                {"operation_id": operation.id, "state": "done", "partner_id": self.beta.id}
            ),
            merge,
            self.env["crm.type.merge.line"].create(
                {
                    "merge_id": merge.id,
                    "source_id": types[1].id,
                    "model": "res.partner",
                    "field_name": "crm_type_id",
                }
            ),
            self.env["crm.type.queue"].create(
                {"type_id": types[0].id, "user_id": self.salesman.id}
            ),
            self.env["crm.type.requirement"].create({"type_id": types[0].id, "field_id": city.id}),
        ]

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_another_company(self):
        for row in self._get_foreign_rows():
            with self.subTest(model=row._name):
                mine = row.with_user(self.local_manager)
                self.assertFalse(mine.search([("id", "=", row.id)]))
                self.assertFalse(mine.has_access("read"))

    def test_forms_of_others(self):
        """What somebody has filled in is read by nobody else."""
        names = [
            name
            for name, model in self.env.items()
            if model._transient and model._original_module == MINE
        ]
        self.assertGreaterEqual(len(names), 10)
        for name in names:
            with self.subTest(model=name):
                rules = self.env["ir.rule"].with_user(self.sales_manager)
                found = rules._compute_domain(name, "read")
                self.assertIn(("create_uid", self.sales_manager.id), self._get_equal(found))

    def _get_equal(self, domain):
        return {
            (condition.field_expr, value)
            for condition in domain.iter_conditions()
            for value in (condition.value if condition.operator == "in" else [condition.value])
        }

    def test_portal_user_is_told_nothing(self):
        portal = self.users_by_role["portal"]
        partner = portal.partner_id.with_user(portal)
        for name in (
            "get_segmentation_glance",
            "get_owner_explanation",
            "get_relations",
            "get_score_explanation",
            "action_explain_score",
            "action_undo_type_decision",
        ):
            with self.subTest(method=name), self.assertRaises(UserError):
                getattr(partner, name)()

    def test_outsiders_read_no_field_of_ours(self):
        users = [self.users_by_role[role] for role in ("portal", "public")]
        # A setting, which the form asks for: Odoo takes no field with groups for that.
        self._assert_outsiders_read_nothing(users, "crm_segmentation", ["owner_required"])
