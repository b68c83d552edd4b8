"""Contact groups, measured after contacts.py in Odoo's shell by bin/bench.

Each figure is a ratio against the bare or native way in the same run.
"""
# ruff: noqa: F821

import statistics

from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.product.models.product_pricelist import ProductPricelist

MEMBERS = min(100_000, CONTACTS // 2)


def rebuild(ids):
    Group = env["crm.contact.group"]
    top = ids[0] + MEMBERS
    group = Group.create(
        {
            "name": "Bench big",
            "kind": "smart",
            "domain": str([("id", ">=", ids[0]), ("id", "<", top)]),
        }
    )
    env.cr.commit()

    def bare():
        env.cr.execute(
            "INSERT INTO crm_contact_group_member (group_id, partner_id, state, source, "
            "date_from, create_uid, create_date, write_uid, write_date) "
            "SELECT %s, id, 'in', 'rule', CURRENT_DATE, 1, now(), 1, now() "
            "FROM res_partner WHERE active AND id >= %s AND id < %s",
            [group.id, ids[0], top],
        )
        env.cr.execute(
            "INSERT INTO crm_contact_group_res_partner_rel (group_id, partner_id) "
            "SELECT %s, id FROM res_partner WHERE active AND id >= %s AND id < %s",
            [group.id, ids[0], top],
        )

    def undone(function):
        env.cr.execute("SAVEPOINT bench")
        seconds, _queries = clock(function)
        env.cr.execute("ROLLBACK TO SAVEPOINT bench")
        env.invalidate_all()
        return seconds

    # In turn, so that what else the machine does hits both.
    rounds = [(undone(bare), undone(group.action_rebuild)) for _round in range(5)]
    bare, first = (statistics.median(way) for way in zip(*rounds, strict=True))
    group.action_rebuild()
    env.cr.commit()
    env.cr.execute("ANALYZE crm_contact_group_member")
    again, _queries = clock(group.action_rebuild, 3)
    text = f"{first:.2f} s / bare {bare:.2f} s = {first / bare:.2f}"
    note(f"rebuild of {MEMBERS} members, first", text, first / bare, 1.5)
    note(
        "the same, nothing changed",
        f"{again:.2f} s = {again / bare:.2f} of bare",
        again / bare,
        0.2,
    )
    return group


def fifty_groups():
    Group = env["crm.contact.group"]
    groups = Group.create(
        [
            {"name": f"Bench {n}", "kind": "smart", "domain": str([("color", "in", [n, n + 50])])}
            for n in range(50)
        ]
    )
    env.cr.commit()
    before = memory()
    seconds, _queries = clock(groups.action_rebuild)
    env.cr.commit()
    grown = memory() - before
    note(f"50 groups on {CONTACTS} contacts", f"{seconds:.1f} s", seconds, 120)
    note("its memory", f"{grown:.0f} MiB more at the peak", grown, 300)
    groups.unlink()
    env.cr.commit()


def on_save():
    Group = env["crm.contact.group"]
    rules = Group.create(
        [
            {
                "name": f"Bench rule {n}",
                "kind": "smart",
                "domain": str([("city", "=", f"Town {n}"), ("email", "!=", False)]),
            }
            for n in range(200)
        ]
    )
    env.cr.commit()
    Group._get_smart_rules()
    contact = env["res.partner"].create({"name": "Bench one", "email": "one@example.com"})
    quiet = contact.with_context(crm_groups_no_follow=True)
    towns = iter(f"Town {n}" for n in range(100))
    with_rules, queries = clock(lambda: contact.write({"city": next(towns)}), 11)
    without, bare = clock(lambda: quiet.write({"city": next(towns)}), 11)
    extra = 1000 * (with_rules - without)
    note(
        "200 rules on saving a contact", f"{extra:.1f} ms, {queries - bare} queries more", extra, 20
    )

    def values():
        return [
            {"name": f"Import {n}", "city": f"Town {n % 300}", "email": f"i{n}@example.com"}
            for n in range(1000)
        ]

    Partner = env["res.partner"].with_context(tracking_disable=True)
    clock(lambda: Partner.create(values()))
    seconds, _queries = clock(lambda: Partner.create(values()), 3)
    without, _queries = clock(
        lambda: Partner.with_context(crm_groups_no_follow=True).create(values()), 3
    )
    text = f"{seconds - without:.2f} s more ({seconds:.2f} / {without:.2f})"
    note("200 rules on an import of 1000 contacts", text, seconds - without, 1.5)
    rules.unlink()
    env.cr.commit()


def access(ids):
    user = new_test_user(env, "bench_sales", "sales_team.group_sale_salesman")
    mine = env["crm.contact.group"].create({"name": "Bench mine", "access": "hidden"})
    theirs = env["crm.contact.group"].create({"name": "Bench theirs", "access": "hidden"})
    env["crm.contact.group.grant"].create({"group_id": mine.id, "user_id": user.id})
    share = CONTACTS // 10
    env.cr.execute(
        "INSERT INTO crm_contact_group_member (group_id, partner_id, state, source, restricts) "
        "SELECT CASE WHEN id %% 2 = 0 THEN %s ELSE %s END, id, 'in', 'manual', TRUE "
        "FROM res_partner WHERE id >= %s AND id < %s",
        [mine.id, theirs.id, ids[-1] - 2 * share, ids[-1]],
    )
    env.cr.execute(
        "UPDATE res_partner SET user_id = %s WHERE id %% 100 = 7 AND id >= %s", [user.id, ids[0]]
    )
    env.invalidate_all()
    seconds, _queries = clock(env["res.partner"]._refresh_access_scopes)
    note(f"protecting {2 * share} contacts", f"{seconds:.1f} s")
    env.cr.commit()
    env.cr.execute("ANALYZE res_partner")
    rules = env.ref("crm_groups.res_partner_rule_access_read") + env.ref(
        "crm_groups.res_partner_rule_access_write"
    )
    Partner = env["res.partner"].with_user(user)
    specification = {"complete_name": {}, "email": {}, "phone": {}}
    calls = {
        "contacts list": lambda: Partner.web_search_read(
            [], specification, limit=80, count_limit=10001
        ),
        "contacts count": lambda: Partner.search_count([]),
        "name search": lambda: Partner.name_search("Bench 12345", limit=8),
        "reading 80": lambda: Partner.browse(ids[:80]).read(["name", "email"]),
    }
    for call in calls.values():
        call()
    measured = {name: ([], []) for name in calls}
    for _round in range(5):
        for number, active in enumerate((True, False)):
            rules.active = active
            env.flush_all()
            for name, call in calls.items():
                call()
                measured[name][number].append(clock(call, 3)[0])
    rules.active = True
    for name, (with_rules, without) in measured.items():
        fast, slow = 1000 * statistics.median(without), 1000 * statistics.median(with_rules)
        limit = None if name == "reading 80" else 1.3
        note(
            f"{name} with access rules",
            f"{slow:.1f} / {fast:.1f} ms = {slow / fast:.2f}",
            slow / fast,
            limit,
        )
    env.cr.commit()


def prices(group, ids):
    env.ref("base.group_user").implied_ids += env.ref("product.group_product_pricelist")
    group.pricelist_id = env["product.pricelist"].create({"name": "Bench list"})
    env.cr.commit()
    Pricelist = env["product.pricelist"]
    for whose, chosen in (("500 members", ids[:500]), ("500 others", ids[-500:])):
        chosen = list(chosen)
        ours = lambda ids=chosen: Pricelist._get_partner_pricelist_multi(ids)  # noqa: E731
        core = lambda ids=chosen: ProductPricelist._get_partner_pricelist_multi(  # noqa: E731
            Pricelist, ids
        )
        ours(), core()
        rounds = [(clock(ours), clock(core)) for _round in range(15)]
        seconds, native = (
            statistics.median(each[0] for each in way) for way in zip(*rounds, strict=True)
        )
        (_s, queries), (_s, bare) = rounds[-1]
        text = f"{1000 * seconds:.0f} / {1000 * native:.0f} ms = {seconds / native:.2f}"
        text += f" ({queries}/{bare} queries)"
        note(f"pricelist of {whose} beside core's", text, seconds / native, 1.3)


def bulk(ids):
    groups = env["crm.contact.group"].create([{"name": "Bench bulk"}, {"name": "Bench single"}])
    chosen = list(ids[:5000])
    context = {"active_ids": chosen, "active_domain": []}
    Wizard = env["crm.contact.group.bulk"].with_context(**context)
    seconds, _queries = clock(lambda: Wizard.create({"group_id": groups[0].id}).action_apply())
    contacts = env["res.partner"].browse(chosen[:200])

    def one_by_one():
        for contact in contacts:
            contact.contact_group_ids = [Command.link(groups[1].id)]
            env.flush_all()

    single, _queries = clock(one_by_one)
    single *= 5000 / 200
    note("5000 contacts into a group from the list", f"{seconds:.2f} s", seconds, 2)
    text = f"{single / seconds:.0f} times ({single:.0f} s)"
    note("faster than one by one", text, 10 * seconds / single, 1)


def screens(ids):
    """Queries of the list and the card with our fields, beside without them and our rules."""
    Partner = env["res.partner"].with_user(env.ref("base.user_admin"))
    fields = ["complete_name", "email", "phone", "country_id", "category_id"]
    card = [*fields, "property_product_pricelist", "child_ids", "user_id"]
    ours = {
        "list": ["contact_group_ids"],
        "form": ["contact_group_ids", "price_level_reason", "price_level_source"],
    }
    rules = (
        env["ir.rule"]
        .search([("model_id.model", "=", "res.partner")])
        .filtered(lambda r: r.get_external_id()[r.id].startswith("crm_groups."))
    )
    for name, base in (("list", fields), ("form", card)):
        specification = {field: {} for field in base}
        for field in ours[name]:
            specification[field] = (
                {"fields": {"display_name": {}}} if field.endswith("_ids") else {}
            )
        domain = [("id", "in", list(ids[: 80 if name == "list" else 1]))]
        counts = []
        for active, spec in ((True, specification), (False, {field: {} for field in base})):
            rules.active = active
            Partner.web_search_read(domain, spec, limit=80)
            counts.append(
                clock(lambda s=spec, d=domain: Partner.web_search_read(d, s, limit=80))[1]
            )
        rules.active = True
        more = counts[0] - counts[1]
        note(
            f"queries of the {name} more than without",
            f"{more} ({counts[0]} / {counts[1]})",
            more,
            5,
        )


ids = make_contacts()
big = rebuild(ids)
fifty_groups()
on_save()
access(ids)
prices(big, ids)
bulk(ids)
screens(ids)
report()
