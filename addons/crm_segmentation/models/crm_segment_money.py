# pylint: disable=consider-merging-classes-inherited
# (The model is large: each concern has a file of its own.)
from datetime import datetime, time

import pytz

from odoo import fields, models
from odoo.tools import SQL, format_amount


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
        local = pytz.timezone(self._get_tz()).localize(datetime.combine(day, time.min))
        return local.astimezone(pytz.UTC).replace(tzinfo=None)
