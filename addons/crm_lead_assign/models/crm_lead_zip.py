# pylint: disable=consider-merging-classes-inherited
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine import postal


class CrmLead(models.Model):
    """Leads found by codes, ranges and beginnings of ZIP codes, as territories have them."""

    _inherit = "crm.lead"

    zip_within = fields.Char(
        "ZIP Code within",
        compute="_compute_zip_within",
        search="_search_zip_within",
        exportable=False,
        help="To search for: codes, ranges and beginnings, such as 10115, 20000-22999 or EC1*.",
    )

    @api.depends("zip")
    def _compute_zip_within(self):
        for lead in self:
            lead.zip_within = lead.zip

    @api.model
    def _search_zip_within(self, operator, value):
        """Find the leads whose ZIP code one of the parts holds; each is brought into one form once.

        :raises UserError: with the first part that can't be read
        """
        if operator != "in":
            return NotImplemented
        parts = []
        for text in filter(None, value):
            try:
                parts += postal.parse(str(text))
            except postal.PostalError as error:
                raise UserError(self.env._("ZIP codes: %s can't be read.", error.part)) from None
        if not parts:
            return Domain.FALSE
        return Domain("zip", "!=", False) & Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "EXISTS (SELECT FROM (SELECT %s AS code OFFSET 0) z WHERE %s)",
                normal_sql(model._field_to_sql(alias, "zip", query)),
                SQL(" OR ").join(map(part_sql, parts)),
            )
        )


def normal_sql(column):
    """As ``postal.normalise``."""
    code = SQL("upper(normalize(%s, NFKC))", column)
    for pattern, replacement in postal.STEPS:
        code = SQL("regexp_replace(%s, %s, %s, 'g')", code, pattern, replacement)
    return code


def part_sql(part):
    """As ``postal.Part.holds``."""
    if part.low is None:
        return SQL("code ~ %s", part.pattern)
    if isinstance(part.low, int):
        value = SQL("CAST(substring(code FROM %s) AS numeric)", part.pattern)
    else:
        value = SQL("replace(substring(code FROM %s), ' ', '') COLLATE \"C\"", part.pattern)
    return SQL("%s BETWEEN %s AND %s", value, part.low, part.high)
