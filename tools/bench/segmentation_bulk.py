"""Bulk operations, measured after contacts.py in Odoo's shell by bin/bench.

The native way is what Odoo's list does when one edits many rows: one write for each record.
"""
# ruff: noqa: F821

import os
import time
from pathlib import Path

from odoo.tests import new_test_user

MANY = min(5000, CONTACTS)
#: The native way is measured on fewer: it takes the same time for each record.
NATIVE = min(100, MANY)
#: The best of so many runs counts: what else the machine does must not tell.
ROUNDS = 2


def make_users():
    groups = "sales_team.group_sale_manager,base.group_partner_manager"
    return [new_test_user(env, f"bench_bulk_{n}", groups) for n in range(4)]


def worked():
    """Processor seconds of this process and of its database connection so far.

    What else the machine does makes the clock tell little; with the database elsewhere there is
    the clock only.
    """
    env.cr.execute("SELECT pg_backend_pid()")
    stat = Path(f"/proc/{env.cr.fetchone()[0]}/stat")
    if not stat.exists():
        return time.perf_counter()
    ticks = stat.read_text().rsplit(")", 1)[1].split()[11:13]
    return time.process_time() + sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def measure(function):
    """Return processor seconds and a text with them, the clock's seconds and the queries."""
    env.flush_all()
    start = worked()
    seconds, queries = clock(lambda: (function(), env.cr.flush()))
    work = worked() - start
    return work, f"{work:.2f} s of work ({seconds:.2f} s by the clock), {queries} queries"


def edit(ids, manager, user):
    """What the manager's list does; whoever gets contacts from another is told of each."""
    records = env["res.partner"].with_user(manager).browse(ids[-NATIVE:])
    values = [{"user_id": user.id}] * NATIVE
    return measure(lambda: records.web_save_multi(values, {"name": {}}))


def native(ids, users):
    """Odoo's way, on a part of the records; the best of some, as of ours."""
    work, text = min(edit(ids, users[0], user) for user in users[1:])
    whole = work * MANY / NATIVE
    note(f"Odoo's list edit of {NATIVE}", text)
    note(f"the same of {MANY}", f"{whole:.1f} s of work")
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

    before = tracked(chosen)
    runs = [], [], []
    for _number in range(ROUNDS):
        bulk = Bulk.create(vals)
        for figures, function in zip(
            runs, (bulk.action_preview, bulk.action_apply, bulk.action_undo), strict=True
        ):
            figures.append(measure(function))
        assert (bulk.changed_count, bulk.undone_count) == (MANY, MANY)
    (dry, dry_text), (done, done_text), (back, back_text) = map(min, runs)
    note(f"dry run on {MANY}", dry_text, dry, 3)
    note(f"owner of {MANY} changed", done_text, done, 3)
    note("beside Odoo's list edit", f"{whole / done:.0f} times faster", done / whole, 1 / 20)
    note("undone", f"{back_text} = {back / done:.2f} of the change", back / done, 1.25)
    told, wanted = tracked(chosen) - before, 2 * ROUNDS * MANY
    note("changes tracked in the histories", f"{told} of {wanted}", wanted - told, 0)
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
    work, text = measure(bulk.action_preview)
    more = memory() - before
    note(f"dry run on {CONTACTS}", f"{text}, {more:.0f} MiB more at the peak")
    env.cr.rollback()


IDS = make_contacts()
USERS = make_users()
# Without it PostgreSQL believes that users are among the first contacts, as they were in the
# template, and walks through all contacts for each look at these.
env.cr.execute("ANALYZE res_users")
env.cr.commit()
owner(IDS, USERS, native(IDS, USERS))
everything(IDS, USERS)
report()
