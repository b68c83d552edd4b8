from odoo import api, fields, models
from odoo.tools.sql import column_exists, create_column

from ..sme import classify


class CrmCompanySizeMixin(models.AbstractModel):
    """How big a company is: employees, turnover, and the EU's class that follows."""

    _name = "crm.company.size.mixin"
    _description = "Company Size"

    # Internal users only: how big one takes a customer for is not for the customer's eyes.
    employee_count = fields.Integer(
        "Number of Employees",
        groups="base.group_user",
        help="How many people work for the company.",
    )
    revenue_band = fields.Selection(
        [
            ("0_2", "Up to € 2 million"),
            ("2_10", "€ 2 to 10 million"),
            ("10_50", "€ 10 to 50 million"),
            ("50_250", "€ 50 to 250 million"),
            ("250_1000", "€ 250 million to 1 billion"),
            ("1000", "Over € 1 billion"),
        ],
        "Yearly Revenue",
        groups="base.group_user",
    )
    sme_class = fields.Selection(
        [("micro", "Micro"), ("small", "Small"), ("medium", "Medium"), ("large", "Large")],
        "Company Size",
        compute="_compute_sme_class",
        store=True,
        index="btree_not_null",
        groups="base.group_user",
        help="By the European Union's definition: micro up to 9 employees and € 2 million, small "
        "up to 49 and € 10 million, medium up to 249 and € 50 million. The higher of the two "
        "counts.",
    )

    def _auto_init(self):
        # With the columns there, installation does not walk through all records.
        if (
            self._auto
            and not self._abstract
            and not column_exists(self.env.cr, self._table, "sme_class")
        ):
            create_column(self.env.cr, self._table, "sme_class", "varchar")
        return super()._auto_init()

    @api.depends("employee_count", "revenue_band")
    def _compute_sme_class(self):
        for record in self:
            record.sme_class = classify(record.employee_count, record.revenue_band)
