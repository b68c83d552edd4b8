"""Lines in the histories of many records by one statement."""

from odoo.tools import SQL
from odoo.tools.mail import generate_tracking_message_id


def log_changes(records, field, old, new):
    """Write into each record's history that a many2one changed, as Odoo's tracking does.

    Two statements, whatever the number of records, where Odoo's own tracking takes several for
    each. Nobody is notified.

    :param records: records whose field changed; nothing happens for models without a history
    :param field: the field
    :param old: what it was, the same for all
    :param new: what it is
    """
    env = records.env
    if not records or not hasattr(records, "_message_log_batch"):
        return
    author_id, email_from = env["mail.thread"]._message_compute_author()
    reply_to = env["mail.thread"]._notify_get_reply_to(default=email_from, author_id=author_id)
    env["mail.message"].flush_model()
    rows = env.execute_query(
        SQL(
            """
            INSERT INTO mail_message (
                model, res_id, body, author_id, email_from, reply_to, message_type, subtype_id,
                is_internal, email_add_signature, message_id, date,
                create_uid, create_date, write_uid, write_date)
            SELECT %(model)s, record_id, '', %(author)s, %(email)s, %(reply_to)s, 'notification',
                   %(note)s, TRUE, FALSE, %(message)s, %(now)s, %(uid)s, %(now)s, %(uid)s, %(now)s
              FROM unnest(%(ids)s) AS record_id
            RETURNING id
            """,
            model=records._name,
            author=author_id or None,
            email=email_from or None,
            reply_to=reply_to[False] or None,
            note=env["ir.model.data"]._xmlid_to_res_id("mail.mt_note"),
            message=generate_tracking_message_id("message-notify"),
            now=env.cr.now(),
            uid=env.uid,
            ids=records.ids,
        )
    )
    env.cr.execute(
        SQL(
            """
            INSERT INTO mail_tracking_value (
                mail_message_id, field_id, old_value_integer, old_value_char,
                new_value_integer, new_value_char, create_uid, create_date, write_uid, write_date)
            SELECT message_id, %(field)s, %(old)s, %(old_name)s, %(new)s, %(new_name)s,
                   %(uid)s, %(now)s, %(uid)s, %(now)s
              FROM unnest(%(messages)s) AS message_id
            """,
            field=env["ir.model.fields"]._get(records._name, field.name).id,
            old=old.id or None,
            old_name=old.display_name or "",
            new=new.id or None,
            new_name=new.display_name or "",
            uid=env.uid,
            now=env.cr.now(),
            messages=[row[0] for row in rows],
        )
    )
    env["mail.message"].invalidate_model()
    records.invalidate_recordset(["message_ids"])
