# pylint: disable=consider-merging-classes-inherited
# (The model is large: each concern has a file of its own.)
from functools import partial

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL, OrderedSet, format_amount

from odoo.addons.crm_access.days import get_start_of_day

#: Operators on amounts, as SQL: all that say how much, and so depend on the currency.
COMPARED = {operator: SQL(operator) for operator in (">", ">=", "<", "<=", "=")}
COMPARED |= {"!=": SQL("<>"), "in": SQL("IN"), "not in": SQL("NOT IN")}


class CrmSegment(models.Model):
    """In which currency a segment counts, and when its days begin: its own, whoever looks."""

    _inherit = "crm.segment"

    def _get_rate_company(self):
        """Return the company whose currency rates count, as superuser."""
        self.ensure_one()
        if self.company_id:
            return self.company_id.sudo()  # sudo: of its rates
        # Rates are kept by the companies with the currency: the oldest one of these.
        oldest = self.env["res.company"]._get_oldest()
        found = oldest.search([("currency_id", "=", self.currency_id.id)], order="id", limit=1)
        return found or oldest

    def _convert_amount(self, amount, company_id):
        """Return an amount in the currency of its company as SQL of it in the segment's.

        :param SQL amount: the amount
        :param SQL company_id: the company of the row
        """
        self.ensure_one()
        return self.currency_id._convert_to_sql(
            amount, company_id, self._get_rate_company(), self._get_today()
        )

    def _convert_field(self, Model, alias, field, value, query):
        """Return an amount in the currency of its record as SQL of it in the segment's."""
        currency = Model._fields[field.get_currency_field(Model)]
        if currency.store and currency.column_type:
            key = Model._field_to_sql(alias, currency.name, query)
            others = self.env["res.currency"].with_context(active_test=False).search([])
            rates = self.currency_id._get_rates_from(
                others - self.currency_id, self._get_rate_company(), self._get_today()
            )
            return self.currency_id._multiply(value, key, rates)
        if "company_id" in Model._fields:
            return self._convert_amount(value, Model._field_to_sql(alias, "company_id", query))
        return value

    def _with_rates(self, Model, domain):
        """Return a domain whose amounts are compared in the currency of the segment."""
        return domain.map_conditions(partial(self._convert_condition, Model))

    def _convert_condition(self, Model, condition):
        operator, value = condition.operator, condition.value
        name, _dot, path = condition.field_expr.partition(".")
        field = Model._fields.get(name)
        if field is None:
            return condition
        if field.relational and path:
            # As Odoo reads a path.
            inner = Domain(path, operator, value)
            return Domain(name, "any", self._with_rates(Model.env[field.comodel_name], inner))
        nested = isinstance(value, Domain | list | tuple) and operator in ("any", "not any")
        if field.relational and nested:
            inner = self._with_rates(Model.env[field.comodel_name], Domain(value))
            return Domain(name, operator, inner)
        amounts = self._get_amounts(operator, value)
        if field.type != "monetary" or not field.store or not amounts:
            return condition
        if not self.currency_id._get_company_rates(self._get_rate_company(), self._get_today()):
            return condition  # one currency only
        places = self.currency_id.decimal_places

        def to_sql(model, alias, query):
            amount = model._field_to_sql(alias, name, query)
            amount = self._convert_field(model, alias, field, amount, query)
            amount = SQL("ROUND(COALESCE(%s, 0)::numeric, %s)", amount, places)
            return SQL("%s %s %s", amount, COMPARED[operator], amounts)

        return Domain.custom(to_sql=to_sql)

    @staticmethod
    def _get_amounts(operator, value):
        """Return what an amount is compared with, for SQL; nothing if with no amounts."""
        if operator not in COMPARED:
            return None
        several = operator in ("in", "not in")
        if several != isinstance(value, list | tuple | set | OrderedSet):
            return None
        amounts = tuple(value) if several else (value,)
        if not all(isinstance(amount, int | float) for amount in amounts):
            return None
        # No amount is 0, as everywhere in Odoo: False asks for it.
        amounts = tuple(SQL("%s::numeric", amount or 0) for amount in amounts)
        if several:
            return SQL("(%s)", SQL(", ").join(amounts)) if amounts else None
        return amounts[0]

    def _tell_amount(self, amount):
        """Return an amount with the segment's currency, as the reader writes it."""
        currency = self.currency_id or self.env.company.currency_id
        # Of whole amounts no decimals; of a currency without decimals Odoo would cut the zeros.
        whole = currency.decimal_places and amount == int(amount)
        return format_amount(self.env, amount, currency, trailing_zeroes=not whole)

    def _get_local(self, moment):
        """Return a moment as SQL of the day it was by the segment's time zone."""
        return SQL("timezone(%s, timezone('UTC', %s))::date", self._get_tz(), moment)

    def _get_days_ago(self, days):
        """Return in UTC when the day so many days ago began by the segment's time zone."""
        day = fields.Date.subtract(self._get_today(), days=days)
        return get_start_of_day(day, self._get_tz())
