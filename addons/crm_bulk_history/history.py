"""What Odoo writes into the histories of many records one by one, by a few statements.

Write the records under :data:`BULK`, so that Odoo neither tracks nor notifies record by record,
then insert the notes and the tracked values here. The rows are those Odoo makes.
"""

from odoo.tools import SQL
from odoo.tools.mail import generate_tracking_message_id

#: Context of the writes that are told here.
BULK = {
    "mail_notrack": True,
    "mail_auto_subscribe_no_notify": True,
    "crm_bulk_history": True,
}
#: Columns of a tracked value beside its field and its message, and their types.
VALUES = {
    "old_value_integer": "int",
    "new_value_integer": "int",
    "old_value_float": "float8",
    "new_value_float": "float8",
    "old_value_char": "text",
    "new_value_char": "text",
    "old_value_text": "text",
    "new_value_text": "text",
    "old_value_datetime": "timestamp",
    "new_value_datetime": "timestamp",
    "currency_id": "int",
}


def insert_notes(records, bodies):
    """Insert a note into the history of each record, as ``_message_log_batch`` does.

    Cost: one statement, and the author.

    :param records: records with a history
    :param bodies: {record id: HTML}, or one text for all
    :return: {record id: id of its message}
    :rtype: dict
    """
    if not records:
        return {}
    env = records.env
    if not isinstance(bodies, dict):
        bodies = dict.fromkeys(records.ids, bodies)
    thread = env["mail.thread"]
    author_id, email_from = thread._message_compute_author()
    reply_to = thread._notify_get_reply_to(default=email_from, author_id=author_id)[False]
    rows = env.execute_query(
        SQL(
            """
            INSERT INTO mail_message (
                model, res_id, body, author_id, email_from, reply_to, message_type,
                subtype_id, is_internal, email_add_signature, message_id, date,
                create_uid, create_date, write_uid, write_date)
            SELECT %(model)s, new.res_id, new.body, %(author)s, %(email)s, %(reply_to)s,
                   'notification', %(note)s, TRUE, FALSE, %(message)s, %(now)s,
                   %(uid)s, %(now)s, %(uid)s, %(now)s
              FROM unnest(%(ids)s::int[], %(bodies)s::text[]) AS new (res_id, body)
            RETURNING res_id, id
            """,
            model=records._name,
            author=author_id or None,
            email=email_from or None,
            reply_to=reply_to or None,
            note=env["ir.model.data"]._xmlid_to_res_id("mail.mt_note"),
            message=generate_tracking_message_id("message-notify"),
            now=env.cr.now(),
            uid=env.uid,
            ids=records.ids,
            bodies=[str(bodies[record_id]) for record_id in records.ids],
        )
    )
    records.invalidate_recordset(["message_ids"], flush=False)
    return dict(rows)


def remove_followers(records, pairs):
    """Take followers from records, as ``message_unsubscribe`` does, without asking for rights.

    Cost: one statement.

    :param records: records with a history
    :param pairs: list of (record id, partner id)
    """
    if not pairs:
        return
    env = records.env
    env["mail.followers"].flush_model(["res_model", "res_id", "partner_id"])
    env.cr.execute(
        SQL(
            """
            DELETE FROM mail_followers follower
                  USING unnest(%s::int[], %s::int[]) AS gone (res_id, partner_id)
                  WHERE follower.res_model = %s
                    AND follower.res_id = gone.res_id
                    AND follower.partner_id = gone.partner_id
            """,
            [record_id for record_id, _partner_id in pairs],
            [partner_id for _record_id, partner_id in pairs],
            records._name,
        )
    )
    env["mail.followers"].invalidate_model(flush=False)
    records.invalidate_recordset(["message_follower_ids", "message_partner_ids"], flush=False)


def forget_plans(env):
    """Have the checks of foreign keys planned anew, for tables that are growing right now.

    PostgreSQL keeps the plan of such a check for the whole session. Made while the table was
    nearly empty, it reads the whole table for each row that refers to it: on a new database
    5 000 followers took 20 times longer at the end than at the start. Statistics, which would
    mend it, come after the transaction only. Cost: one statement, and a plan for each key used.
    """
    env.cr.execute("DISCARD PLANS")


def insert_tracking_values(env, rows):
    """Insert tracked changes of messages. Cost: two statements.

    :param rows: list of (message id, values as ``_create_tracking_values`` returns them)
    """
    if not rows:
        return
    given = [name for name in VALUES if any(name in values for _message, values in rows)]
    columns = [
        SQL("%s::int[]", [message for message, _values in rows]),
        SQL("%s::int[]", [values["field_id"] for _message, values in rows]),
    ]
    columns += [
        SQL(f"%s::{VALUES[name]}[]", [_to_column(name, values) for _message, values in rows])
        for name in given
    ]
    forget_plans(env)
    env.cr.execute(
        SQL(
            """
            INSERT INTO mail_tracking_value (
                mail_message_id, field_id, %(names)s,
                create_uid, create_date, write_uid, write_date)
            SELECT new.*, %(uid)s, %(now)s, %(uid)s, %(now)s
              FROM unnest(%(columns)s) AS new
            """,
            names=SQL(", ").join(SQL.identifier(name) for name in given),
            uid=env.uid,
            now=env.cr.now(),
            columns=SQL(", ").join(columns),
        )
    )


def _to_column(name, values):
    value = values.get(name)
    if name.endswith("_integer"):
        return int(value) if value is not None else None
    return None if value is False else value
