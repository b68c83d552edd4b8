from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL


class ResCurrency(models.Model):
    """Amounts of several companies in one currency, as Odoo's own reports convert them.

    Odoo keeps the amounts of a lead or an order in the currency of its company. Whoever adds them
    up over companies converts each with the rate of one day, and with the rates of one company:
    that of whoever reads, or whose sum it is. What is of no company is in the currency of the sum
    already.
    """

    _inherit = "res.currency"

    def _get_company_rates(self, company=None, date=None):
        """Return what one unit of the currency of each company is worth in this currency.

        The same as :meth:`_convert` without rounding. No query where all companies have this
        currency, else one for the rates.

        :param company: whose rates count; the current one if left out
        :param date: the day of the rates; today if left out
        :return: {company id: rate}, of companies with another currency alone
        :rtype: dict
        """
        others = {
            company_id: currency_id
            for company_id, currency_id in self.env["res.company"]._get_currencies().items()
            if currency_id != self.id
        }
        rates = self._get_rates_from(self.browse(set(others.values())), company, date)
        return {company_id: rates[currency_id] for company_id, currency_id in others.items()}

    def _get_rates_from(self, currencies, company=None, date=None):
        """Return {currency id: what one unit is worth in this currency}. One query."""
        self.ensure_one()
        if not currencies:
            return {}
        # sudo: rates are no secrets, and a sum does not depend on who asks.
        company = (company or self.env.company).sudo()
        date = date or company._get_today()
        rates = (currencies | self).sudo()._get_rates(company, date)
        return {currency.id: rates[self.id] / rates[currency.id] for currency in currencies}

    def _convert_to_sql(self, amount, company_id, company=None, date=None):
        """Return an amount in the currency of its company as SQL of that amount in this one.

        :param SQL amount: the amount
        :param SQL company_id: the company of the row; empty for what is in this currency already
        :param company: whose rates count; the current one if left out
        :param date: the day of the rates; today if left out
        :rtype: SQL
        """
        return self._multiply(amount, company_id, self._get_company_rates(company, date))

    @api.model
    def _multiply(self, amount, key, rates):
        """Return an amount multiplied by the rate of its key as SQL; others stay as they are."""
        keys = defaultdict(list)
        for id_, rate in rates.items():
            keys[rate].append(id_)
        if not keys:
            return amount
        cases = SQL(" ").join(
            SQL("WHEN %s IN %s THEN %s", key, tuple(ids), rate) for rate, ids in keys.items()
        )
        return SQL("(%s * CASE %s ELSE 1 END)", amount, cases)

    def _add_up(self, sums, company=None, date=None):
        """Return the total of sums of companies in this currency, rounded.

        :param sums: pairs (company id or nothing, amount)
        """
        rates = self._get_company_rates(company, date)
        return self.round(sum((amount or 0.0) * rates.get(id_, 1.0) for id_, amount in sums))
