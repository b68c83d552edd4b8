from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import OPERATIONS
from .segment_common import SegmentCommon

NONE, READ, ALL = (False,) * 4, (True, False, False, False), (True,) * 4
# Who may do what: definitions; members, moves and score lines; the preview.
#   role             definitions  results  preview
RIGHTS = {
    "public": (NONE, NONE, NONE),
    "portal": (NONE, NONE, NONE),
    "internal": (READ, NONE, NONE),
    "salesman": (READ, READ, NONE),
    "all_leads": (READ, READ, NONE),
    "sales_manager": (ALL, READ, ALL),
}
DEFINITIONS = (
    "crm.segment",
    "crm.segment.criterion",
    "crm.segment.class",
    "crm.segment.parameter",
    "crm.segment.range",
)
RESULTS = ("crm.segment.member", "crm.segment.move", "crm.segment.score.line")


@tagged("post_install", "-at_install")
class TestSegmentSecurity(SegmentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.score = cls._create_score(cls._amount_parameter())
        cls.score.action_refresh()
        cls._create_deal(cls.beta, "won", 2000, "2026-03-01")  # a move
        cls.filter = cls._create_segment(("deal", [("won_status", "=", "won")]))
        cls.env.flush_all()

    def _perform(self, model, user, operation):
        Model = self.env[model].with_user(user)
        if operation == "create":
            return Model.create(self._get_values(model))
        if operation == "read":
            return self._get_record(model).with_user(user).read(["display_name"])
        if operation == "write":
            return self._get_record(model).with_user(user).write(self._get_change(model))
        record = self._get_record(model)
        if model in DEFINITIONS:
            record = self.env[model].create(self._get_values(model))
        return record.with_user(user).unlink()

    def _get_record(self, model):
        if model == "crm.segment.preview":
            previews = self.env[model].with_user(self.sales_manager)  # one's own alone
            return previews.create({"segment_id": self.score.id})
        return self.env[model].search([], order="id", limit=1)

    def _get_change(self, model):
        if model in ("crm.segment.criterion", "crm.segment.range"):
            return {"sequence": 3}
        if model in DEFINITIONS:
            return {"name": "Changed"}
        return {"segment_id": self.score.id}

    def _get_values(self, model):
        score = {"segment_id": self.score.id}
        if model == "crm.segment.class":
            lowest = min(self.score.class_ids.mapped("score_from"))
            return {**score, "name": "Lower", "score_from": lowest - 1}
        if model == "crm.segment.range":
            # As superuser: the parameter is not what is tried.
            empty = self.env["crm.segment.parameter"].create(
                {**score, "name": "Empty", "measure": "won_count", "weight": 0}
            )
            return {"parameter_id": empty.id, "points": 1, "open_to": True}
        return {
            "crm.segment": {"name": "New"},
            "crm.segment.criterion": {"segment_id": self.filter.id, "source": "deal"},
            "crm.segment.parameter": {**score, "name": "P", "measure": "won_count"},
        }.get(model, score)

    def test_matrix(self):
        """Each role does each operation on each model, as the table says."""
        models = [(name, 0) for name in DEFINITIONS] + [(name, 1) for name in RESULTS]
        models.append(("crm.segment.preview", 2))
        for role, rights in RIGHTS.items():
            user = self.users_by_role[role]
            for model, place in models:
                for operation, allowed in zip(OPERATIONS, rights[place], strict=True):
                    with self.subTest(role=role, model=model, operation=operation):
                        self.env.invalidate_all()
                        if allowed:
                            self._perform(model, user, operation)
                        else:
                            with self.assertRaises(AccessError):
                                self._perform(model, user, operation)

    def test_actions_by_role(self):
        for role in ("internal", "salesman"):
            user = self.users_by_role[role]
            with self.subTest(role), self.assertRaises(AccessError):
                self.score.with_user(user).action_refresh()
        self.score.with_user(self.sales_manager).action_refresh()
        salesman = self.alpha.with_user(self.salesman)
        self.assertEqual(salesman.get_score_explanation()[0]["class"], "A")
        with self.assertRaises(AccessError):
            self.alpha.with_user(self.users_by_role["internal"]).get_score_explanation()

    def test_portal_user_does_not_see_how_he_is_sorted(self):
        portal = self.users_by_role["portal"]
        names = portal.partner_id.with_user(portal).fields_get()
        for name in ("segment_ids", "stored_segment_ids", "segment_class_ids", "segment_score"):
            self.assertNotIn(name, names)
        with self.assertRaises(AccessError):
            portal.partner_id.with_user(portal).read(["segment_class_id"])

    def test_internal_user_opens_a_contact(self):
        values = self.alpha.with_user(self.users_by_role["internal"]).read(
            ["segment_ids", "segment_class_id", "segment_score", "segment_class_ids"]
        )
        self.assertEqual(values[0]["segment_score"], 20)

    def test_salesman_writes_a_contact_of_a_stored_segment(self):
        kept = self._create_segment(("self", [("city", "=", "Ourtown")]), keep_history=True)
        kept.action_refresh()
        self.alpha.with_user(self.salesman).city = "Ourtown"
        self.assertTrue(self._member(kept, self.alpha))

    def test_wizards_name_what_one_may_read(self):
        """Every many2one of a wizard of ours would tell the name of any record."""
        theirs = self._create_score(self._amount_parameter(), company_id=self.company_b.id)
        named = {
            "segment_id": theirs,
            "parameter_id": theirs.parameter_ids,
            "class_id": theirs.class_ids[:1],
            "from_class_id": theirs.class_ids[:1],
            "to_class_id": theirs.class_ids[:1],
        }
        manager = self.local_manager
        own = self.env["crm.segment.preview"].with_user(manager)
        own = own.create({"segment_id": self.score.id})
        cases = [
            (model, name, {"preview_id": own.id, name: record.id})
            for name, record in named.items()
            for model in (
                "crm.segment.preview",
                "crm.segment.preview.parameter",
                "crm.segment.preview.class",
                "crm.segment.preview.change",
            )
            if name in self.env[model]._get_asked_fields()
        ]
        self.assertEqual(len(cases), 5)
        for model, name, values in cases:
            Model = self.env[model].with_user(manager)
            if "preview_id" not in Model._fields:
                del values["preview_id"]
            with self.subTest(model=model, field=name):
                with self.assertRaises(AccessError), self.cr.savepoint():
                    Model.create(values)
                with self.assertRaises(AccessError):
                    Model.onchange({name: values[name]}, [name], {name: {}})
        with self.assertRaises(AccessError):
            own.segment_id = theirs

    def test_a_filter_does_not_look_into_documents_of_other_companies(self):
        """It is searched as superuser: letter by letter it would tell of them."""
        paths = (
            "opportunity_ids.name",
            "child_ids.opportunity_ids.name",
            # By way of what has no company itself.
            "meeting_ids.opportunity_id.name",
        )
        for path in paths:
            domain = [(path, "ilike", "secret")]
            values = {
                "name": "Curious",
                "company_id": self.env.company.id,
                "applies_to": "company",
                "criterion_ids": [Command.create({"domain": str(domain)})],
            }
            told = self.assertRaisesRegex(ValidationError, "documents of all companies")
            with self.subTest(path=path), told:
                self.env["crm.segment"].with_user(self.local_manager).create(values)
        score = self._create_score(self._amount_parameter(), company_id=self.env.company.id)
        conditions = {
            "name": "Curious",
            "kind": "conditions",
            "segment_id": score.id,
            "range_ids": [Command.create({"domain": str(domain), "points": 5})],
        }
        with self.assertRaisesRegex(ValidationError, "documents of all companies"):
            self.env["crm.segment.parameter"].with_user(self.local_manager).create(conditions)

    def test_words_name_what_the_reader_may_read(self):
        theirs = self.env["res.partner"].create(
            {"name": "Secret Ltd", "is_company": True, "company_id": self.company_b.id}
        )
        segment = self._create_segment(("self", [("parent_id", "=", theirs.id)]))
        self.assertIn("Secret Ltd", segment.criterion_ids.sentence)
        mine = segment.criterion_ids.with_user(self.local_manager)
        self.assertNotIn("Secret Ltd", mine.sentence)
        self.assertNotIn("Secret Ltd", segment.with_user(self.local_manager).sentence or "")

    def test_other_company(self):
        mine = self._create_segment(
            ("deal", [("won_status", "=", "won")]), company_id=self.env.company.id, name="Mine"
        )
        theirs = self._create_segment(
            ("deal", [("won_status", "=", "won")]), company_id=self.company_b.id, name="Theirs"
        )
        Segment = self.env["crm.segment"].with_user(self.local_manager)
        self.assertIn(mine, Segment.search([]))
        self.assertNotIn(theirs, Segment.search([]))
        with self.assertRaises(AccessError):
            theirs.with_user(self.local_manager).name = "Changed"
        with self.assertRaises(AccessError):
            Segment.create({"name": "For B", "company_id": self.company_b.id})
        # It looks at its own company's deals.
        self.env["crm.lead"].search([]).company_id = self.env.company
        self.assertEqual(self._find(mine), self.alpha + self.beta)
        self.assertFalse(self._find(theirs))
        Partner = self.env["res.partner"].with_user(self.local_manager)
        self.assertFalse(Partner.search([("segment_ids", "in", theirs.ids)]))
        with self.assertRaisesRegex(AccessError, "All companies share"):
            Segment.create(
                {
                    "name": "All companies' deals",
                    "company_id": False,
                    "criterion_ids": [Command.create({"source": "deal"})],
                }
            )

    def test_members_of_another_company_are_out_of_sight(self):
        hidden = self.env["res.partner"].create(
            {"name": "Hidden", "is_company": True, "company_id": self.company_b.id}
        )
        self.score.action_refresh()
        self.assertTrue(self._member(self.score, hidden))
        for model in ("crm.segment.member", "crm.segment.score.line"):
            found = (
                self.env[model]
                .with_user(self.local_manager)
                .search([("segment_id", "=", self.score.id)])
            )
            self.assertNotIn(hidden, found.sudo().partner_id)
            self.assertIn(self.alpha, found.sudo().partner_id)
        segment = self._create_segment(("self", [("name", "=", "Hidden")]))
        self.assertEqual(self._find(segment), hidden)
        self.assertFalse(
            self.env["res.partner"]
            .with_user(self.local_manager)
            .search([("segment_ids", "in", segment.ids)])
        )
        self.assertEqual(segment.with_user(self.local_manager).preview_members()["count"], 0)

    def test_own_leads_only(self):
        theirs = self._create_lead(type="lead", name="Theirs", user_id=self.sales_manager.id)
        mine = self._create_lead(type="lead", name="Mine", user_id=self.salesman.id)
        segment = self._create_segment(
            ("self", [("id", "in", (theirs + mine).ids)]), applies_to="lead", keep_history=True
        )
        segment.action_refresh()
        domain = [("segment_id", "=", segment.id)]
        Member = self.env["crm.segment.member"]
        self.assertEqual(Member.with_user(self.salesman).search(domain).lead_id, mine)
        self.assertEqual(
            Member.with_user(self.users_by_role["all_leads"]).search(domain).lead_id.sudo(),
            theirs + mine,
        )
        self.assertEqual(
            self.env["crm.lead"]
            .with_user(self.salesman)
            .search([("segment_ids", "in", segment.ids)]),
            mine,
        )

    def test_nobody_learns_by_a_segment_what_he_may_not_read(self):
        with self.assertRaisesRegex(ValidationError, "signup_type"):
            self._create_line_as_manager("[('signup_type', '!=', False)]")

    def _create_line_as_manager(self, domain):
        return (
            self.env["crm.segment.criterion"]
            .with_user(self.sales_manager)
            .create({"segment_id": self.filter.id, "source": "self", "domain": domain})
        )
