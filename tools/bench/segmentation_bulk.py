"""Bulk operations, measured after contacts.py in Odoo's shell by bin/bench.

The native way is what Odoo's list does when one edits many rows: one write for each record.
"""
# ruff: noqa: F821

from odoo import tools
from odoo.tests import new_test_user

MANY = min(5000, CONTACTS)
#: The native way is measured on fewer: it takes the same time for each record.
NATIVE = min(250, MANY)


def make_users():
    groups = "sales_team.group_sale_manager,base.group_partner_manager"
    return [new_test_user(env, f"bench_bulk_{n}", groups) for n in range(4)]


def native(ids, user):
    records = env["res.partner"].with_user(user).browse(ids[-NATIVE:])
    values = [{"user_id": user.id}] * NATIVE

    def edit():
        records.web_save_multi(values, {"display_name": {}})
        env.cr.flush()

    seconds, queries = clock(edit)
    whole = seconds * MANY / NATIVE
    note(
        f"Odoo's list edit of {MANY}",
        f"{whole:.1f} s ({NATIVE} took {seconds:.2f} s), {queries * MANY // NATIVE} queries",
    )
    return whole


def tracked(ids):
    env.cr.execute(
        "SELECT count(*) FROM mail_tracking_value value JOIN mail_message message "
        "ON message.id = value.mail_message_id WHERE message.model = 'res.partner' "
        "AND message.res_id >= %s AND message.res_id <= %s",
        [ids[0], ids[-1]],
    )
    return env.cr.fetchone()[0]


def owner(ids, users, whole):
    manager, *owners = users
    chosen = list(ids[:MANY])
    Bulk = env["crm.bulk.operation"].with_user(manager)
    vals = {
        "domain": [("id", "in", chosen)],
        "operation": "owner",
        "vals": {"user_ids": [user.id for user in owners]},
    }

    def run(function):
        seconds, queries = clock(lambda: (function(), env.cr.flush()))
        return seconds, queries

    dry = Bulk.create(vals)
    seconds, queries = run(dry.action_preview)
    note(f"dry run on {MANY}", f"{seconds:.2f} s, {queries} queries", seconds, 3)
    before = tracked(chosen)
    seconds, queries = run(dry.action_apply)
    assert dry.changed_count == MANY, dry.changed_count
    note(f"owner of {MANY} changed", f"{seconds:.2f} s, {queries} queries", seconds, 3)
    text = f"{whole / seconds:.0f} times faster"
    note("beside Odoo's list edit", text, seconds / whole, 1 / 20)
    lines = tracked(chosen) - before
    note("tracked changes in the histories", f"{lines} of {MANY}", -lines, -MANY)
    back, queries = run(dry.action_undo)
    assert dry.undone_count == MANY, dry.undone_count
    text = f"{back:.2f} s, {queries} queries = {back / seconds:.2f} of the change"
    note("undone", text, back / seconds, 1.25)
    env.cr.commit()


def everything(ids, users):
    """A dry run on all there is, as rows in the database."""
    bulk = (
        env["crm.bulk.operation"]
        .with_user(users[0])
        .create(
            {
                "domain": [("id", ">=", ids[0]), ("id", "<=", ids[-1])],
                "operation": "owner",
                "vals": {"user_id": users[1].id},
            }
        )
    )
    before = memory()
    seconds, queries = clock(bulk.action_preview)
    text = f"{seconds:.1f} s, {queries} queries, {memory() - before:.0f} MiB more at the peak"
    note(f"dry run on {CONTACTS}", text)
    env.cr.rollback()


tools.config["test_enable"] = False
IDS = make_contacts()
USERS = make_users()
env.cr.commit()
owner(IDS, USERS, native(IDS, USERS[1]))
everything(IDS, USERS)
report()
