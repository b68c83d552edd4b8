from .common import SegmentationCommon


class BulkCommon(SegmentationCommon):
    """Contacts and deals to be changed in bulk, and the people who own them.

    Tracking is on: the lines in the history belong to what is tested.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={"no_reset_password": True})
        groups = "sales_team.group_sale_salesman_all_leads,base.group_partner_manager"
        names = ("bulk_north", "bulk_south", "bulk_west")
        cls.north, cls.south, cls.west = cls._create_users(dict.fromkeys(names, groups))
        cls.contacts = cls.env["res.partner"].create(
            [
                {"name": f"Bulk {number}", "is_company": True, "user_id": cls.north.id}
                for number in range(6)
            ]
        )
        cls.deals = cls.env["crm.lead"].create(
            [
                {
                    "name": f"Bulk deal {number}",
                    "type": "opportunity",
                    "user_id": cls.north.id,
                    "partner_id": cls.contacts[number].id,
                }
                for number in range(2)
            ]
        )
        cls.env.flush_all()

    @classmethod
    def _bulk(cls, operation, vals, records=None, user=None, **more):
        records = cls.contacts if records is None else records
        return (
            cls.env["crm.bulk.operation"]
            .with_user(user or cls.sales_manager)
            .create(
                {
                    "model": records._name,
                    "domain": [("id", "in", records.ids)],
                    "operation": operation,
                    "vals": vals,
                    **more,
                }
            )
        )

    def _owners(self, records=None):
        records = self.contacts if records is None else records
        records.invalidate_recordset()
        return records.mapped(lambda record: record.user_id.login)

    def _get_reasons(self, answer):
        return {reason["reason"]: reason["count"] for reason in answer["reasons"]}
