def uninstall_hook(env):
    """Keep Odoo from deleting a field of its own with ours.

    The price of a contact depends on our groups, and users inherit that field from their
    contact. When a field is deleted, Odoo deletes the inherited fields that depend on it
    (``ir.model.fields._prepare_update``): the price of users, which is ``product``'s. The
    registry is made anew after the uninstallation, so forgetting the dependency is enough.
    """
    env.registry._discard_fields([env["res.users"]._fields["property_product_pricelist"]])
