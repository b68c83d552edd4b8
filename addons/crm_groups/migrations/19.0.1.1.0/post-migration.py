from odoo import SUPERUSER_ID, api
from odoo.tools.convert import convert_file


def migrate(cr, version):
    """Fill what 19.0.1.0.0 did not store yet, and have the rules ask the new fields.

    The record rules are not written by an update, so that a customer's own changes stay; their
    old text would go on working, slowly.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    convert_file(env, "crm_groups", "security/crm_groups_security.xml", {}, mode="init")
    env.registry.clear_cache()
    contacts = env["res.partner"]
    contacts._refresh_access_scopes()
    contacts._refresh_price_groups()
    contacts._refresh_cards()
