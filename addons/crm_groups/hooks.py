#: Fields of Odoo that inherit one which depends on a field of ours: see below.
INHERITED = {
    "res.users": ("property_product_pricelist",),
    "ir.cron": ("name", "automated_name", "warning", "webhook_sample_payload"),
}


def uninstall_hook(env):
    """Keep Odoo from deleting fields of its own with ours.

    The price of a contact depends on our groups, and users inherit that field from their
    contact; the name of a server action depends on our group, and scheduled actions inherit it.
    When a field is deleted, Odoo deletes the inherited fields that depend on it
    (``ir.model.fields._prepare_update``): fields of ``product`` and ``base``. The registry is
    made anew after the uninstallation, so forgetting the dependency is enough.
    """
    env.registry._discard_fields(
        [env[model]._fields[name] for model, names in INHERITED.items() for name in names]
    )
