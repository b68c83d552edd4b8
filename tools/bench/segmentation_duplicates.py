"""Duplicates, measured after contacts.py in Odoo's shell by bin/bench.

One contact in ten is there twice or more. Beside it the native way: Odoo's own search for one
field of its merge wizard, and a merge.
"""
# ruff: noqa: F821


def make_duplicates(ids):
    """Every tenth contact agrees with its neighbour on e-mail, phone, VAT, or name and city."""
    first = ids[0]
    env.cr.execute(
        """
        UPDATE res_partner SET
               phone = '+32 2 ' || (1000000 + n), phone_sanitized = '+322' || (1000000 + n),
               vat = 'BE ' || (100000000 + n), city = 'Town ' || n %% 1000
          FROM (SELECT id AS partner, id - %(first)s AS n FROM res_partner
                 WHERE id >= %(first)s) numbered
         WHERE partner = res_partner.id
        """,
        {"first": first},
    )
    for every, column, value in (
        (40, "email_normalized", "twin.email_normalized"),
        (40, "phone_sanitized", "twin.phone_sanitized"),
        (80, "vat", "replace(twin.vat, ' ', '.')"),
        (80, "name", "upper(twin.name) || ' GmbH'"),
    ):
        offset = {"email_normalized": 1, "phone_sanitized": 11, "vat": 21, "name": 31}[column]
        # What people have typed goes with what Odoo has made of it.
        along = {"name": "city", "email_normalized": "email", "phone_sanitized": "phone"}
        also = f", {along[column]} = twin.{along[column]}" if column in along else ""
        env.cr.execute(
            f"UPDATE res_partner p SET {column} = {value}{also} FROM res_partner twin "
            f"WHERE p.id >= %s AND (p.id - %s) %% {every} = {offset} AND twin.id = p.id - 1",
            [first, first],
        )
    # Values that say nothing: an address that a thousand contacts share.
    env.cr.execute(
        "UPDATE res_partner SET email = 'info@shop.com', email_normalized = 'info@shop.com' "
        "WHERE id >= %s AND (id - %s) %% 200 = 77",
        [first, first],
    )
    env.cr.commit()
    env.cr.execute("ANALYZE res_partner")
    env.cr.commit()
    env.invalidate_all()


def search():
    found = {}

    def run():
        found["search"] = env["crm.duplicate.search"]._search_now()

    seconds, queries = clock(run)
    return seconds, queries, found["search"]


def native(field):
    """Odoo's own wizard, for one field: the same statement and a record for each group."""
    wizard = env["base.partner.merge.automatic.wizard"].create({f"group_by_{field}": True})
    query = wizard._generate_query([field], 0)
    seconds, _queries = clock(lambda: wizard._process_query(query))
    return seconds


make_duplicates(make_contacts())
before = memory()
first, queries, done = search()
env.cr.commit()
pairs, groups, sure = done.pair_count, done.group_count, done.sure_count
note("search by four criteria", f"{first:.1f} s, {queries} queries", first, 30 * CONTACTS / 200_000)
note(
    "found",
    f"{pairs} pairs, {groups} groups, {sure} sure; left out {len(done.left_out or [])} values",
)
note("its memory", f"{memory() - before:.0f} MiB more at the peak", memory() - before, 300)
again, queries, _done = search()
env.cr.commit()
note("the same again, nothing changed", f"{again:.1f} s, {queries} queries", again, first * 1.5)
wizard = native("email")
note("Odoo's wizard, e-mail alone", f"{wizard:.1f} s; ours for four {first:.1f} s")
env.cr.rollback()
seconds, queries = clock(
    lambda: (
        env["crm.duplicate.group"]
        .with_user(env.ref("base.user_admin"))
        .web_search_read([], {"display_name": {}, "reason": {}, "member_count": {}}, limit=80)
    )
)
note("list of duplicates, first 80", f"{1000 * seconds:.0f} ms, {queries} queries", queries, 40)
some = env["crm.duplicate.group"].search([], limit=5)
seconds, queries = clock(lambda: some.with_user(env.ref("base.user_admin")).action_merge())
note("a merge by Odoo", f"{seconds / 5:.2f} s, {queries // 5} queries each")
env.cr.rollback()
report()
