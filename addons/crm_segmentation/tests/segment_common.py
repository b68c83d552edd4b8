from odoo.fields import Command
from odoo.tests import new_test_user

from .common import SegmentationCommon

#: A line for the companies made here, where a test counts the members.
OURS = ("self", [("ref", "=", "segment")])


class SegmentCommon(SegmentationCommon):
    """Three companies with a person each, and deals that were won, lost or are open.

    The database may have others: what is found is looked for among those made here.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.last_ids = {
            name: max(cls.env[name].with_context(active_test=False).search([]).ids, default=0)
            for name in ("res.partner", "crm.lead")
        }
        Partner = cls.env["res.partner"]
        cls.companies = Partner.create(
            [
                {"name": f"Segment {name}", "is_company": True, "ref": "segment"}
                for name in ("Alpha", "Beta", "Gamma")
            ]
        )
        cls.alpha, cls.beta, cls.gamma = cls.companies
        cls.persons = Partner.create(
            [
                {"name": f"Person of {company.name}", "parent_id": company.id, "ref": "segment"}
                for company in cls.companies
            ]
        )
        cls._create_deal(cls.alpha, "won", 1000, "2026-01-10")
        cls._create_deal(cls.persons[0], "won", 500, "2026-02-10")
        cls._create_deal(cls.beta, "won", 200, "2025-06-01")
        cls._create_deal(cls.beta, "lost", 900, "2026-02-20")
        cls._create_deal(cls.gamma, "pending", 20000)
        cls.env.flush_all()

    @classmethod
    def _create_deal(cls, partner, status, amount, closed=False, **vals):
        deal = cls._create_lead(
            partner_id=partner.id, expected_revenue=amount, user_id=False, **vals
        )
        if status == "won":
            deal.action_set_won()
        elif status == "lost":
            deal.action_set_lost()
        if closed:
            deal.date_closed = f"{closed} 12:00:00"
        cls.env.flush_all()
        return deal

    @classmethod
    def _create_segment(cls, *lines, **vals):
        """Create a saved filter of lines: (source, domain) or a dict."""
        values = [
            line if isinstance(line, dict) else {"source": line[0], "domain": repr(line[1])}
            for line in lines
        ]
        return cls.env["crm.segment"].create(
            {
                "name": "Test Segment",
                "company_id": False,
                "criterion_ids": [Command.create(line) for line in values],
                **vals,
            }
        )

    @classmethod
    def _create_score(cls, *parameters, classes=((0, "C"), (10, "B"), (20, "A")), **vals):
        return cls.env["crm.segment"].create(
            {
                "name": "Test Score",
                # The first of several is the one that contacts show.
                "sequence": -1,
                "method": "score",
                "company_id": False,
                "parameter_ids": [Command.create(parameter) for parameter in parameters],
                "class_ids": [
                    Command.create({"name": name, "score_from": low}) for low, name in classes
                ],
                **vals,
            }
        )

    @classmethod
    def _ranges(cls, *ranges):
        """Return commands for ranges (from, below, points); None is an open end."""
        return [
            Command.create(
                {
                    "value_from": low or 0,
                    "value_to": high or 0,
                    "open_from": low is None,
                    "open_to": high is None,
                    "points": points,
                }
            )
            for low, high, points in ranges
        ]

    @classmethod
    def _amount_parameter(cls, **vals):
        return {
            "name": "Amount",
            "kind": "measure",
            "measure": "won_amount",
            "range_ids": cls._ranges((None, 500, 5), (500, 1200, 10), (1200, None, 20)),
            **vals,
        }

    def _find(self, segment, among=None, **context):
        Model = self.env[segment.model_name].with_context(**context)
        found = Model.search([("segment_ids", "in", segment.ids), self._made_here(Model)])
        return found if among is None else found & among

    def _made_here(self, model):
        return ("id", ">", self.last_ids[model._name])

    def _member(self, segment, partner):
        return self.env["crm.segment.member"].search(
            [("segment_id", "=", segment.id), ("partner_id", "=", partner.id)]
        )

    @classmethod
    def _new_user(cls, login, groups):
        return new_test_user(cls.env, login, groups=groups)
