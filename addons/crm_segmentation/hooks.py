from odoo.tools import sql


def uninstall_hook(env):
    """Let go of the types before Odoo deletes them.

    Odoo deletes the records of a module before its columns, and the foreign keys of contacts and
    deals refuse that with an error in the log for each type. Their descriptions would stay behind.
    """
    # What was made from here for heavy use goes back to what Odoo itself knows: properties.
    lists = env["crm.list.field"].with_context(active_test=False)
    made = lists.search([("storage", "=", "field")])
    made.filtered(lambda field: field._get_made_column()).action_make_property()
    lists._forget_form_keys()
    constraints = env["ir.model.constraint"].search(
        [("module.name", "=", "crm_segmentation"), ("type", "=", "f")]
    )
    constraints.unlink()
    # Settings of contact owners are parameters, which Odoo leaves behind.
    env["ir.config_parameter"].search([("key", "=like", "crm_segmentation.owner_%")]).unlink()
    # Odoo keeps the index of a field of its own that we had indexed.
    sql.drop_index(env.cr, "res_partner__user_id_index", "res_partner")
