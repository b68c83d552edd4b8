"""Segments and scores, measured after contacts.py in Odoo's shell by bin/bench.

Half of the contacts become persons of the companies only in the live segment's measurement.
"""
# ruff: noqa: F821

from contextlib import closing

import psycopg2

from odoo.fields import Command

LIMIT = 30 * max(1, CONTACTS / 200_000)


def make_documents(ids):
    """A deal for every second company, a message for every fourth, by SQL."""
    lead = env["crm.lead"].create({"name": "Bench deal", "type": "opportunity"})
    stage = env["crm.stage"].search([("is_won", "=", True)], limit=1)
    env.flush_all()
    own = "'id', 'name', 'partner_id', 'expected_revenue', 'won_status', 'date_closed', 'stage_id'"
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'crm_lead' "
        f"AND column_name NOT IN ({own})"
    )
    shared = ", ".join(f'"{name}"' for (name,) in env.cr.fetchall())
    env.cr.execute(
        f"""
        INSERT INTO crm_lead (name, partner_id, expected_revenue, won_status, date_closed,
                              stage_id, {shared})
        SELECT 'Bench ' || n, %s + (n * 2), n %% 5000,
               CASE n %% 3 WHEN 0 THEN 'won' WHEN 1 THEN 'lost' ELSE 'pending' END,
               now() - (n %% 700) * interval '1 day', %s, {shared}
          FROM crm_lead, generate_series(0, %s) AS n WHERE crm_lead.id = %s
        """,
        [ids[0], stage.id, len(ids) // 2 - 1, lead.id],
    )
    env.cr.execute(
        """
        INSERT INTO mail_message (model, res_id, date, message_type, create_date)
        SELECT 'res.partner', %s + n * 4, now() - (n %% 400) * interval '1 day', 'comment', now()
          FROM generate_series(0, %s) AS n
        """,
        [ids[0], len(ids) // 4 - 1],
    )
    env.cr.execute(
        "UPDATE res_partner SET is_company = id %% 5 <> 0, parent_id = NULL, "
        "commercial_partner_id = id WHERE id >= %s",
        [ids[0]],
    )
    env.cr.execute(
        "UPDATE res_partner SET parent_id = id - 1, commercial_partner_id = id - 1 "
        "WHERE id %% 5 = 0 AND id > %s",
        [ids[0]],
    )
    env.cr.commit()
    # As PostgreSQL does by itself after a while.
    with closing(psycopg2.connect(env.cr._cnx.dsn)) as connection:
        connection.autocommit = True
        for table in ("crm_lead", "mail_message", "res_partner"):
            connection.cursor().execute(f"VACUUM (ANALYZE) {table}")
    env.invalidate_all()


def ranges(*bounds):
    return [
        Command.create(
            {
                "value_from": low or 0,
                "value_to": high or 0,
                "open_from": low is None,
                "open_to": high is None,
                "points": points,
            }
        )
        for low, high, points in bounds
    ]


def make_score():
    steps = ranges((None, 100, 1), (100, 1000, 5), (1000, None, 10))
    fifths = {"kind": "measure", "scale": "fifths"}
    parameters = [
        {**fifths, "name": "Recency", "measure": "won_days", "better": "less"},
        {**fifths, "name": "Frequency", "measure": "won_count"},
        {**fifths, "name": "Amount", "measure": "won_amount"},
        {"name": "Open", "measure": "open_amount", "range_ids": steps},
        {"name": "Lost", "measure": "lost_count", "range_ids": ranges((1, None, -2))},
        {"name": "Won lately", "measure": "won_amount", "period_days": 365, "range_ids": steps},
        {"name": "Heard", "measure": "message_days", "range_ids": ranges((None, 90, 5))},
        {"name": "Persons", "measure": "person_count", "range_ids": ranges((1, None, 3))},
        {
            "name": "Colour",
            "kind": "field",
            "field_path": "color",
            "range_ids": ranges((None, 50, 1), (50, None, 2)),
        },
        {
            "name": "Reference",
            "kind": "conditions",
            "range_ids": [
                Command.create({"domain": repr([("ref", "ilike", "bench-1")]), "points": 4})
            ],
        },
    ]
    return env["crm.segment"].create(
        {
            "name": "Bench score",
            "method": "score",
            "company_id": False,
            "parameter_ids": [Command.create(values) for values in parameters],
            "class_ids": [
                Command.create({"name": name, "score_from": low})
                for name, low in (("A", 20), ("B", 10), ("C", -10))
            ],
        }
    )


def scores():
    score = make_score()
    env.cr.commit()
    first, _queries = clock(score._refresh)
    env.cr.commit()
    env.cr.execute("ANALYZE crm_segment_member")
    env.cr.commit()
    again, _queries = clock(score._refresh, 3)
    number = score.last_count
    note(f"score of {number} companies, 10 parameters", f"{first:.1f} s", first, LIMIT)
    note("the same, nothing changed", f"{again:.1f} s", again, LIMIT / 6)
    naive = naive_score(score)
    text = f"{naive / again:.0f} times ({naive:.0f} s, from 2000 companies)"
    note("faster than record by record", text, 20 * again / naive, 1)
    score.parameter_ids[3].weight = 3
    seconds, _queries = clock(score._refresh)
    note("after a change of weight", f"{seconds:.1f} s", seconds, LIMIT)
    env.cr.commit()
    return score


def naive_score(score):
    """What reading the same values record by record costs, for three of the ten."""
    companies = env["res.partner"].search([("is_company", "=", True)], limit=2000, order="id desc")

    def loop():
        Lead = env["crm.lead"].with_context(active_test=False)
        for company in companies:
            won = Lead.search([("partner_id", "child_of", company.id), ("won_status", "=", "won")])
            len(won), sum(won.mapped("expected_revenue")), won.mapped("date_closed")

    seconds, _queries = clock(loop)
    return seconds * score.last_count / len(companies)


def live():
    segment = env["crm.segment"].create(
        {
            "name": "Bench live",
            "company_id": False,
            "criterion_ids": [
                Command.create({"source": "self", "domain": repr([("color", "<", 80)])}),
                Command.create({"source": "deal", "domain": repr([("won_status", "=", "won")])}),
                Command.create(
                    {
                        "source": "message",
                        "condition": "none",
                        "domain": repr([("date", ">=", "today -90d")]),
                    }
                ),
                Command.create({"source": "person", "domain": repr([("email", "!=", False)])}),
            ],
        }
    )
    env.cr.commit()
    Partner = env["res.partner"]
    domain = [("segment_ids", "in", segment.ids)]
    Partner.search_count(domain)
    seconds, _queries = clock(lambda: Partner.search_count(domain), 5)
    found = Partner.search_count(domain)
    note(f"live segment over four tables: {found} of {CONTACTS}", f"{seconds:.2f} s", seconds, 1)
    seconds, _queries = clock(lambda: Partner.search(domain, limit=80), 5)
    note("its first page", f"{1000 * seconds:.0f} ms", seconds, 1)


def screens(ids):
    """Queries of the list and the form with our fields, beside without them."""
    Partner = env["res.partner"].with_user(env.ref("base.user_admin"))
    base = ["complete_name", "email", "phone", "country_id", "user_id"]
    ours = {
        "list": ["segment_class_ids"],
        "form": ["segment_ids", "segment_class_id", "segment_score", "segment_max_score"],
    }
    for name, fields in ours.items():
        plain = {field: {} for field in base}
        full = dict(plain)
        for field in fields:
            full[field] = {"fields": {"display_name": {}}} if field.endswith(("ids", "_id")) else {}
        domain = [("id", "in", list(ids[: 80 if name == "list" else 1]))]
        counts = []
        for spec in (full, plain):
            Partner.web_search_read(domain, spec, limit=80)
            counts.append(
                clock(lambda s=spec, d=domain: Partner.web_search_read(d, s, limit=80))[1]
            )
        more = counts[0] - counts[1]
        note(f"queries of the {name} more than without", f"{more}", more, 5)


ids = make_contacts()
make_documents(ids)
live()
scores()
screens(ids)
report()
