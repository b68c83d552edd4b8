from odoo import models


class MailFollowers(models.Model):
    """Who follows a lead that was given out while it was being made."""

    _inherit = "mail.followers"

    def _insert_followers(
        self,
        res_model,
        res_ids,
        partner_ids,
        subtypes=None,
        customer_ids=None,
        check_existing=True,
        existing_policy="skip",
    ):
        """Look whether they follow already, also on a new lead; see Odoo's.

        Odoo has whoever makes a record follow it without looking. An automation rule that assigns
        on save comes before that: where the lead went to who makes it, he follows it by then, and
        the lead would be lost for a second row. One query for each creation.
        """
        return super()._insert_followers(
            res_model,
            res_ids,
            partner_ids,
            subtypes=subtypes,
            customer_ids=customer_ids,
            check_existing=check_existing or res_model == "crm.lead",
            existing_policy=existing_policy,
        )
