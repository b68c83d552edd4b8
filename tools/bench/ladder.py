"""Speed of crm_marketing_ladder, read by Odoo's shell: figures as JSON on the last line.

100 000 leads, 200 pains, 300 differentiators and 5 000 contents are written straight into the
tables. Each figure stands beside the naive way in the same run; where that takes minutes, it is
measured on a part and said so.
"""

import json
import time

from odoo import sql_db

SIZES = {"leads": OPTIONS["leads"], "pains": 200, "differentiators": 300, "contents": 5000}  # noqa: F821
RUNS = 5
DATA = """
INSERT INTO crm_sales_directorate (name, company_id, sequence, active)
SELECT jsonb_build_object('en_US', 'Bench ' || d), %(company)s, d, TRUE
  FROM generate_series(1, 4) d;
INSERT INTO crm_sales_directorate_member_rel (directorate_id, user_id)
SELECT id, %(user)s FROM crm_sales_directorate WHERE name->>'en_US' IN ('Bench 1', 'Bench 2');
INSERT INTO crm_pain (name, directorate_id, company_id, active)
SELECT 'Pain ' || n, d.id, %(company)s, TRUE
  FROM generate_series(1, %(pains)s) n
  JOIN crm_sales_directorate d ON d.name->>'en_US' = 'Bench ' || (1 + n %% 4);
INSERT INTO crm_differentiator (name, directorate_id, company_id, active, criterion_match, type)
SELECT 'Differentiator ' || n, d.id, %(company)s, TRUE, 'fully', 'important'
  FROM generate_series(1, %(differentiators)s) n
  JOIN crm_sales_directorate d ON d.name->>'en_US' = 'Bench ' || (1 + n %% 4);
CREATE TEMP TABLE p ON COMMIT DROP AS
SELECT id, directorate_id, row_number() OVER (PARTITION BY directorate_id ORDER BY id) AS n
  FROM crm_pain;
CREATE TEMP TABLE f ON COMMIT DROP AS
SELECT id, directorate_id, row_number() OVER (PARTITION BY directorate_id ORDER BY id) AS n
  FROM crm_differentiator;
CREATE TEMP TABLE s ON COMMIT DROP AS
SELECT id, row_number() OVER (ORDER BY sequence, id) AS n FROM crm_ladder_of_recognition;
CREATE TEMP TABLE d ON COMMIT DROP AS
SELECT id, row_number() OVER (ORDER BY id) AS n FROM crm_sales_directorate
 WHERE name->>'en_US' LIKE 'Bench %%';
INSERT INTO crm_marketing_message (name, directorate_id, company_id, state, active, ladder_step_id)
SELECT 'Message ' || g.n, d.id, %(company)s, 'active', TRUE, s.id
  FROM generate_series(1, 100) AS g(n)
  JOIN d ON d.n = 1 + g.n %% 4 JOIN s ON s.n = 1 + g.n %% 6;
INSERT INTO crm_content (name, state, active, directorate_id, company_id, ladder_step_id, sequence,
                         expedite, pain_id, marketing_message_id, author_id)
SELECT 'Content ' || g.n, CASE WHEN g.n %% 3 = 0 THEN 'backlog' ELSE 'published' END, TRUE, d.id,
       %(company)s, s.id, 10, FALSE, p.id,
       (SELECT min(id) + g.n %% 100 FROM crm_marketing_message), %(user)s
  FROM generate_series(1, %(contents)s) AS g(n)
  JOIN d ON d.n = 1 + g.n %% 4
  JOIN s ON s.n = 1 + (g.n / 7) %% 6
  JOIN p ON p.directorate_id = d.id AND p.n = 1 + (g.n * 13) %% (%(pains)s / 4);
INSERT INTO crm_content_covered_pain_rel (content_id, pain_id) SELECT id, pain_id FROM crm_content;
INSERT INTO crm_lead (name, type, active, company_id, directorate_id, ladder_step_id, ladder_date,
                      expected_revenue, won_status, date_closed, probability, user_id)
SELECT 'Lead ' || g.n, 'opportunity', g.n %% 4 <> 1, %(company)s, d.id, s.id,
       now() - (g.n %% 90) * interval '1 day', 100 + g.n %% 900,
       CASE g.n %% 4 WHEN 0 THEN 'won' WHEN 1 THEN 'lost' ELSE 'pending' END,
       CASE WHEN g.n %% 4 < 2 THEN now() - (g.n %% 700) * interval '1 day' END, 10, %(user)s
  FROM generate_series(1, %(leads)s) AS g(n)
  JOIN d ON d.n = 1 + (g.n / 5) %% 4 JOIN s ON s.n = 1 + (g.n / 3) %% 6;
INSERT INTO crm_lead_pain_rel (lead_id, pain_id)
SELECT l.id, p.id FROM crm_lead l CROSS JOIN generate_series(0, 1) AS k(k)
  JOIN p ON p.directorate_id = l.directorate_id
        AND p.n = 1 + (l.id * 7 + k.k * 11) %% (%(pains)s / 4)
 WHERE l.name LIKE 'Lead %%';
INSERT INTO crm_lead_criterion (lead_id, differentiator_id, importance, our_match, rival_match)
SELECT l.id, f.id, 'important', 'fully', 'partly' FROM crm_lead l
  CROSS JOIN generate_series(0, 1) AS k(k)
  JOIN f ON f.directorate_id = l.directorate_id
        AND f.n = 1 + (l.id * 5 + k.k * 17) %% (%(differentiators)s / 4)
 WHERE l.name LIKE 'Lead %%';
INSERT INTO crm_ladder_move (lead_id, to_step_id, from_step_id, direction, date, left_date,
                             left_direction, days, conversion, directorate_id, company_id)
SELECT l.id, s.id, prior.id, CASE WHEN prior.id IS NULL THEN 'enter' ELSE 'up' END,
       l.ladder_date - (own.n - s.n) * interval '20 days',
       CASE WHEN s.n < own.n THEN l.ladder_date - (own.n - s.n - 1) * interval '20 days' END,
       CASE WHEN s.n < own.n THEN 'up' END, 20, CASE WHEN s.n < own.n THEN 100 ELSE 0 END,
       l.directorate_id, l.company_id
  FROM crm_lead l JOIN s own ON own.id = l.ladder_step_id JOIN s ON s.n <= own.n
  LEFT JOIN s prior ON prior.n = s.n - 1
 WHERE l.name LIKE 'Lead %%';
INSERT INTO crm_content_sending (lead_id, content_id, marketing_message_id, date, is_credited,
                                 directorate_id, company_id)
SELECT l.id, c.id, c.marketing_message_id, now() - interval '5 days', l.id %% 3 = 0,
       l.directorate_id, l.company_id
  FROM crm_lead l
  JOIN LATERAL (SELECT id, marketing_message_id FROM crm_content
                 WHERE id = (SELECT min(id) FROM crm_content) + l.id %% %(contents)s) c ON TRUE
 WHERE l.name LIKE 'Lead %%' AND l.id %% 2 = 0;
"""


def make_data(env):
    user = env["res.users"].create(
        {
            "name": "Bench Marketeer",
            "login": "bench_marketeer",
            "group_ids": [
                (4, env.ref(name).id)
                for name in (
                    "base.group_user",
                    "crm_marketing_ladder.group_marketeer",
                    "sales_team.group_sale_salesman",
                )
            ],
        }
    )
    env.flush_all()
    env.cr.execute(DATA, {**SIZES, "company": env.company.id, "user": user.id})
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.registry.clear_cache()
    env.invalidate_all()
    return user


def timed(env, function, runs=RUNS):
    """Best time of several runs, and the number of queries of one; caches empty each time."""
    best = None
    for _run in range(runs):
        env.flush_all()
        env.invalidate_all()
        queries, started = sql_db.sql_counter, time.perf_counter()
        function()
        seconds = time.perf_counter() - started
        if best is None or seconds < best[0]:
            best = (seconds, sql_db.sql_counter - queries)
    return best


def naive_map(env, pains, steps):
    for pain in pains:
        for step in steps:
            env["crm.content"].search_count(
                [
                    ("state", "=", "published"),
                    ("covered_pain_ids", "in", pain.ids),
                    ("ladder_step_id", "=", step.id),
                ]
            )
            leads = env["crm.lead"].search(
                [
                    ("won_status", "=", "pending"),
                    ("pain_ids", "in", pain.ids),
                    ("ladder_step_id", "=", step.id),
                ]
            )
            sum(leads.mapped("expected_revenue"))


def naive_funnel(env, steps):
    for step in steps:
        moves = env["crm.ladder.move"].search([("to_step_id", "=", step.id)])
        sum(1 for move in moves if move.left_direction == "up")
        sorted(move.days for move in moves if move.left_direction == "up")
        leads = env["crm.lead"].search(
            [("ladder_step_id", "=", step.id), ("won_status", "=", "pending")]
        )
        sum(1 for lead in leads if lead.is_ladder_stuck)


def naive_wins(env, pains):
    for pain in pains:
        for status in ("won", "lost"):
            env["crm.lead"].with_context(active_test=False).search_count(
                [("pain_ids", "in", pain.ids), ("won_status", "=", status)]
            )


def naive_next_best(env, lead):
    contents = env["crm.content"].search([("state", "=", "published")])
    sorted(
        contents,
        key=lambda content: (
            len(content.covered_pain_ids & lead.pain_ids),
            content.ladder_step_id == lead.ladder_step_id,
            -len(content.sending_ids),
        ),
    )[:5]


def measure(env):
    user = make_data(env)
    analysis = env["crm.ladder.analysis"]
    steps = env["crm.ladder.of.recognition"].search([])
    sample = env["crm.pain"].search([], limit=10)
    parts = len(env["crm.pain"].search([])) / len(sample)
    lead = env["crm.lead"].search([("name", "=", "Lead 1002")])

    rows = [
        (
            "coverage map",
            timed(env, analysis.get_coverage_map),
            timed(env, lambda: naive_map(env, sample, steps), 1)[0] * parts,
            1.0,
        ),
        (
            "ladder funnel",
            timed(env, analysis.get_ladder_funnel),
            timed(env, lambda: naive_funnel(env, steps), 1)[0],
            1.0,
        ),
        (
            "what wins",
            timed(env, analysis.get_what_wins),
            timed(env, lambda: naive_wins(env, sample), 1)[0] * parts,
            3.0,
        ),
        (
            "next best content",
            timed(env, lambda: lead.with_user(user).get_next_best_content(limit=5), 9),
            timed(env, lambda: naive_next_best(env, lead), 1)[0],
            0.05,
        ),
    ]
    lists = [
        (label, read_list(env[model].with_user(user), extra))
        for label, model, extra in (
            ("list of contents", "crm.content", ("state", "ladder_step_id", "pain_id")),
            ("list of pains", "crm.pain", ("product_id",)),
        )
    ]
    ruled = [timed(env, read, 40)[0] for _label, read in lists]
    switch_off_directorate_rules(env)
    free = [timed(env, read, 40)[0] for _label, read in lists]
    return {
        **SIZES,
        "rows": [
            {"name": name, "seconds": own[0], "queries": own[1], "naive": naive, "limit": limit}
            for name, own, naive, limit in rows
        ],
        "rules": [
            {"name": label, "seconds": own, "ratio": own / without}
            for (label, _read), own, without in zip(lists, ruled, free, strict=True)
        ],
    }


def switch_off_directorate_rules(env):
    """The same user reads the same list; only the rules of the directorates are gone."""
    rules = env["ir.rule"].search(
        [("model_id.model", "in", ("crm.content", "crm.pain")), ("groups", "!=", False)]
    )
    rules.active = False
    env.flush_all()
    env.registry.clear_cache()


def read_list(records, extra):
    """What the web client asks for to show a page of a list."""
    named = {"fields": {"display_name": {}}}
    specification = {
        name: named if records._fields[name].relational else {}
        for name in ("name", "directorate_id", *extra)
    }
    return lambda: records.web_search_read([], specification, limit=80)


print("RESULT", json.dumps(measure(env)))  # noqa: F821
