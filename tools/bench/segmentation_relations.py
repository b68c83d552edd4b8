"""Relations, measured after contacts.py in Odoo's shell by bin/bench.

500 000 relations (two and a half per contact) beside the two shapes that OCA's
partner_multi_relation has had: the SQL view that shows each relation twice, by UNION ALL (up to
18.0), and the addon of 19.0 itself, when it is there to be installed.
"""
# ruff: noqa: F821

RELATIONS = CONTACTS * 5 // 2
#: Everybody knows this one: a hub of some thousands of relations.
HUB_SHARE = 100


def make_relations(ids):
    first = ids[0]
    partner = env.ref("crm_segmentation.crm_relation_type_partner")
    dealer = env.ref("crm_segmentation.crm_relation_type_dealer_manufacturer")
    supplier = env.ref("crm_segmentation.crm_relation_type_supplier_customer")
    env.cr.execute(
        """
        INSERT INTO crm_relation (type_id, left_partner_id, right_partner_id, date_from,
                                  create_uid, create_date, write_uid, write_date)
        SELECT CASE n %% 3 WHEN 0 THEN %(partner)s WHEN 1 THEN %(dealer)s ELSE %(supplier)s END,
               least(a, b), greatest(a, b), CASE WHEN n %% 4 = 0 THEN DATE '2024-01-01' END,
               1, now(), 1, now()
          FROM (SELECT n, %(first)s + (n * 7919::bigint %% %(contacts)s)::int AS a,
                       CASE WHEN n %% %(hub)s = 0 THEN %(first)s
                            ELSE %(first)s + (n * 104729::bigint / 3 %% %(contacts)s)::int END AS b
                  FROM generate_series(1, %(relations)s) n) pairs
         WHERE a <> b
            ON CONFLICT DO NOTHING
        """,
        {
            "partner": partner.id,
            "dealer": dealer.id,
            "supplier": supplier.id,
            "first": first,
            "contacts": CONTACTS,
            "hub": HUB_SHARE,
            "relations": RELATIONS,
        },
    )
    count = env.cr.rowcount
    env.cr.commit()
    env.cr.execute("ANALYZE crm_relation")
    env.cr.commit()
    env.invalidate_all()
    return count


def make_view():
    """The shape of OCA's view: each relation twice, its id made of the row number."""
    env.cr.execute(
        """
        CREATE VIEW bench_relation_all AS
        SELECT row_number() OVER () AS id, * FROM (
            SELECT left_partner_id AS this_id, right_partner_id AS other_id, type_id,
                   FALSE AS is_inverse, date_from, date_to FROM crm_relation
             UNION ALL
            SELECT right_partner_id, left_partner_id, type_id, TRUE, date_from, date_to
              FROM crm_relation) both_sides
        """
    )
    env.cr.commit()


def sql(query, *parameters):
    def run():
        env.cr.execute(query, parameters)
        return env.cr.fetchall()

    return run


def beside(name, ours, theirs, whose):
    for function in (ours, theirs):
        function()
    mine, queries = clock(ours, 7)
    other, _queries = clock(theirs, 3)
    text = (
        f"{1000 * mine:.1f} ms ({queries} queries) / {1000 * other:.0f} ms = 1/{other / mine:.0f}"
    )
    note(f"{name}, beside {whose}", text, mine / other, 1.5)
    return mine


def measure_ours(ids):
    from odoo.tests import new_test_user

    user = new_test_user(env, "bench_relations", "sales_team.group_sale_salesman")
    env.cr.commit()
    Partner = env["res.partner"].with_user(user)
    Relation = env["crm.relation"].with_user(user)
    one, hub = ids[CONTACTS // 2], ids[0]
    specification = {
        name: {"fields": {"display_name": {}}}
        for name in ("type_id", "left_partner_id", "right_partner_id")
    } | {"date_from": {}, "date_to": {}, "left_role": {}, "right_role": {}}
    view = "bench_relation_all"
    beside(
        "relations of one contact",
        lambda: Partner.browse(one).get_relations(),
        sql(f"SELECT * FROM {view} WHERE this_id = %s", one),
        "the view",
    )
    beside(
        "count on the card",
        lambda: Partner.browse(one).relation_count,
        sql(f"SELECT count(*) FROM {view} WHERE this_id = %s", one),
        "the view",
    )
    beside(
        "list of all, first 80",
        lambda: Relation.web_search_read([], specification, limit=80, count_limit=10001),
        sql(f"SELECT * FROM {view} ORDER BY type_id, id LIMIT 80"),
        "the view",
    )
    found = (
        f"SELECT p.id FROM res_partner p WHERE p.active AND p.id IN (SELECT this_id FROM {view} v "
        "JOIN crm_relation_type t ON t.id = v.type_id WHERE v.other_id IN "
        "(SELECT id FROM res_partner WHERE complete_name ILIKE %s) AND t.name->>'en_US' ILIKE %s) "
        "LIMIT 80"
    )
    text = f"Bench {CONTACTS // 2}"
    beside(
        "whose partner is X, by name",
        lambda: Partner.search([("relation_search", "ilike", f"partner: {text}")], limit=80),
        sql(found, f"%{text}%", "%partner%"),
        "the view",
    )
    # What a list shows: contacts, in their order.
    related = (
        "SELECT p.id FROM res_partner p WHERE p.active AND p.id IN "
        f"(SELECT this_id FROM {view} WHERE other_id = %s) ORDER BY p.complete_name, p.id LIMIT 80"
    )
    beside(
        "related to X",
        lambda: Partner.search([("related_partner_ids", "in", [one])], limit=80),
        sql(related, one),
        "the view",
    )
    beside(
        "related to a hub",
        lambda: Partner.search([("related_partner_ids", "in", [hub])], limit=80),
        sql(related, hub),
        "the view",
    )
    steps = (
        f"SELECT * FROM {view} WHERE this_id IN (SELECT other_id FROM {view} WHERE this_id = %s)"
    )
    beside(
        "network of one contact, two steps",
        lambda: Relation.get_network("res.partner", one, 2),
        sql(steps, one),
        "the view",
    )
    seconds, queries = clock(lambda: Relation.get_network("res.partner", hub, 2), 3)
    note("network of a hub", f"{1000 * seconds:.0f} ms ({queries} queries)", queries, 20)


def measure_writing(ids):
    people = env["res.partner"].browse(ids[10:5010]).with_context(tracking_disable=True)
    seconds, queries = clock(lambda: people.add_relation("supplier_customer", [ids[5]]))
    note("adding 5000 relations", f"{seconds:.2f} s, {queries} queries", seconds, 10)
    seconds, queries = clock(lambda: people.add_relation("supplier_customer", [ids[5]]))
    note("the same again, all there", f"{seconds:.2f} s, {queries} queries", seconds, 3)


def measure_oca(ids):
    """OCA's addon itself on the same relations; nothing without it."""
    module = env["ir.module.module"].search([("name", "=", "partner_multi_relation")])
    if not module:
        env["ir.module.module"].update_list()
        module = module.search([("name", "=", "partner_multi_relation")])
    if not module:
        note("OCA partner_multi_relation", "not here to be measured")
        return
    module.button_immediate_install()
    fresh = env(user=1)
    fresh.transaction.reset()
    fresh.cr.execute(
        """
        INSERT INTO res_partner_relation_type (id, name, name_inverse, handle_invalid_onchange)
        SELECT id + 1000, name, COALESCE(inverse_name, name), 'ignore' FROM crm_relation_type;
        INSERT INTO res_partner_relation
               (left_partner_id, right_partner_id, type_id, date_start, active)
        SELECT left_partner_id, right_partner_id, type_id + 1000, date_from, TRUE
          FROM crm_relation WHERE right_partner_id IS NOT NULL;
        """
    )
    fresh.cr.commit()
    fresh.cr.execute("ANALYZE res_partner_relation")
    Partner = fresh["res.partner"]
    one = ids[CONTACTS // 2]

    def timed(function):
        start = time.perf_counter()
        function()
        return time.perf_counter() - start

    domain = [("search_relation_partner_id", "=", one)]
    ours = [("related_partner_ids", "in", [one])]
    for name, theirs, mine in (
        ("related to X", domain, ours),
        (
            "whose partner is X",
            [*domain, ("search_relation_type_id", "ilike", "partner")],
            [("relation_search", "ilike", f"partner: Bench {CONTACTS // 2}")],
        ),
    ):
        fresh.invalidate_all()
        slow = timed(lambda d=theirs: Partner.search(d, limit=80))
        fresh.invalidate_all()
        fast = timed(lambda d=mine: Partner.search(d, limit=80))
        note(
            f"{name}, beside OCA 19.0",
            f"{1000 * fast:.0f} / {1000 * slow:.0f} ms = 1/{slow / fast:.0f}, {memory():.0f} MiB",
        )
    fresh.invalidate_all()
    slow = timed(lambda: Partner.browse(one).relation_count)
    note("count on the card, OCA 19.0", f"{1000 * slow:.0f} ms (no index on the sides)")


ids = make_contacts()
made = make_relations(ids)
note("relations", str(made))
make_view()
measure_ours(ids)
measure_writing(ids)
env.cr.commit()
measure_oca(ids)
report()
