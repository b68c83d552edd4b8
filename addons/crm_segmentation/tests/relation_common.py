from .common import SegmentationCommon


class RelationCommon(SegmentationCommon):
    """Companies, persons and a deal to relate, and a type of each sort."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Tracking writes the history that these tests look at.
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=False))
        Partner = cls.env["res.partner"]
        cls.north, cls.south, cls.west = Partner.create(
            [
                {"name": f"Relation {name}", "is_company": True}
                for name in ("North", "South", "West")
            ]
        )
        cls.jane, cls.mark = Partner.create([{"name": "Jane Related"}, {"name": "Mark Related"}])
        cls.deal = cls.env["crm.lead"].create({"name": "Related Deal", "type": "opportunity"})
        cls.branch = cls._create_relation_type(
            "t_branch", "TBranch", "THeadquarters", "company", "company", is_hierarchical=True
        )
        cls.rival = cls._create_relation_type(
            "t_rival", "TRival", False, "company", "company", is_symmetric=True
        )
        cls.adviser = cls._create_relation_type("t_adviser", "TAdviser", "TAdvised")
        cls.decider = cls._create_relation_type(
            "t_decider", "TDecider", "TDecides On", "contact", "deal"
        )

    @classmethod
    def _create_relation_type(cls, code, name, inverse, left="any", right="any", **vals):
        return cls.env["crm.relation.type"].create(
            {
                "code": code,
                "name": name,
                "inverse_name": inverse,
                "left_kind": left,
                "right_kind": right,
                **vals,
            }
        )

    @classmethod
    def _relate(cls, relation_type, left, right, **vals):
        side = "right_lead_id" if right._name == "crm.lead" else "right_partner_id"
        return cls.env["crm.relation"].create(
            {"type_id": relation_type.id, "left_partner_id": left.id, side: right.id, **vals}
        )
