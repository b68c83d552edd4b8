"""What measurements on many contacts share: run in Odoo's shell before them by bin/bench.

``env`` and ``OPTIONS`` are there already. A measurement calls ``note()`` for each figure and
``report()`` at its end.
"""

import json
import resource
import statistics
import time

from odoo import sql_db

CONTACTS = OPTIONS["contacts"]  # noqa: F821
LINES = []
env = env  # noqa: F821


def note(name, text, value=None, limit=None):
    ok = limit is None or value <= limit
    LINES.append({"name": name, "text": text, "limit": limit, "ok": ok})


def clock(function, times=1):
    """Return the median seconds and the queries of the last run."""
    seconds = []
    for _number in range(times):
        env.flush_all()
        env.invalidate_all()
        queries, start = sql_db.sql_counter, time.perf_counter()
        function()
        env.flush_all()
        seconds.append(time.perf_counter() - start)
        queries = sql_db.sql_counter - queries
    return statistics.median(seconds), queries


def memory():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def make_contacts():
    """Contacts by SQL: companies, a third of them with a person."""
    template = env["res.partner"].create({"name": "Bench template", "is_company": True})
    env.flush_all()
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'res_partner' "
        "AND column_name NOT IN ('id', 'name', 'complete_name', 'ref', 'email', "
        "'email_normalized', 'color', 'commercial_partner_id', 'user_id')"
    )
    shared = ", ".join(f'"{name}"' for (name,) in env.cr.fetchall())
    env.cr.execute("SELECT max(id) FROM res_partner")
    first = env.cr.fetchone()[0] + 1
    env.cr.execute(
        f"""
        INSERT INTO res_partner (id, name, complete_name, ref, email, email_normalized, color,
                                 commercial_partner_id, {shared})
        SELECT %s + n, 'Bench ' || n, 'Bench ' || n, 'bench-' || n %% 1000,
               'bench' || n || '@example.com', 'bench' || n || '@example.com', n %% 100,
               %s + n, {shared}
          FROM res_partner, generate_series(0, %s) AS n WHERE res_partner.id = %s
        """,
        [first, first, CONTACTS - 1, template.id],
    )
    env.cr.execute("SELECT setval('res_partner_id_seq', (SELECT max(id) FROM res_partner))")
    env.cr.commit()
    env.cr.execute("ANALYZE res_partner")
    env.invalidate_all()
    return range(first, first + CONTACTS)


def report():
    """Hand the figures to bin/bench and leave nothing behind."""
    env.cr.rollback()
    print("RESULT", json.dumps({"lines": LINES}))
