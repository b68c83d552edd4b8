"""Lines in the histories of many records by a few statements."""

from odoo.addons.crm_bulk_history.history import insert_notes, insert_tracking_values


def log_changes(records, field, old, new):
    """Write into each record's history that a many2one changed, as Odoo's tracking does.

    Two statements, whatever the number of records, where Odoo's own tracking takes several for
    each. Nobody is notified.

    :param records: records whose field changed; nothing happens for models without a history
    :param field: the field
    :param old: what it was, the same for all
    :param new: what it is
    """
    if not hasattr(records, "_message_log_batch"):
        return
    env = records.env
    values = {
        "field_id": env["ir.model.fields"]._get(records._name, field.name).id,
        "old_value_integer": old.id or None,
        "old_value_char": old.display_name or "",
        "new_value_integer": new.id or None,
        "new_value_char": new.display_name or "",
    }
    messages = insert_notes(records, "")
    insert_tracking_values(env, [(message, values) for message in messages.values()])
