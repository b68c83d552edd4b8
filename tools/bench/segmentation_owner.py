"""Owners of contacts, measured after contacts.py in Odoo's shell by bin/bench.

The release on many contacts, the taking of a page of them, and what the history of owners adds
to a plain change of owner.
"""
# ruff: noqa: F821

from odoo.tests import new_test_user

from odoo.addons.crm_segmentation.models.res_partner_owner import ResPartner as Owned


def make_history(ids, users):
    """An owner for each contact, a note for half of them, a deal for one in ten.

    One in ten has had no activity for long; the rest has had some.
    """
    first, last = ids[0], ids[-1]
    env.cr.execute(
        "UPDATE res_partner SET user_id = (%s::int[])[1 + id %% 20], "
        "create_date = now() - interval '300 days' WHERE id BETWEEN %s AND %s",
        [users.ids, first, last],
    )
    env.cr.execute(
        "INSERT INTO mail_message (model, res_id, date, message_type, author_id, create_date) "
        "SELECT 'res.partner', id, now() - CASE WHEN id %% 10 = 0 THEN interval '200 days' "
        "ELSE interval '20 days' END, 'comment', %s, now() "
        "FROM res_partner WHERE id BETWEEN %s AND %s AND id %% 10 <> 1",
        [users[0].partner_id.id, first, last],
    )
    env.cr.execute(
        "INSERT INTO crm_lead (name, type, active, partner_id, user_id, write_uid, create_date, "
        "write_date, stage_id, company_id) "
        "SELECT 'Bench', 'opportunity', TRUE, id, user_id, user_id, now() - interval '30 days', "
        "now() - interval '30 days', (SELECT min(id) FROM crm_stage), 1 "
        "FROM res_partner WHERE id BETWEEN %s AND %s AND id %% 10 = 1",
        [first, last],
    )
    env.cr.commit()
    env.cr.execute("ANALYZE res_partner, mail_message, crm_lead")
    env.invalidate_all()


def release():
    parameters = env["ir.config_parameter"]
    parameters.set_param("crm_segmentation.owner_release_days", "90")
    parameters.set_param("crm_segmentation.owner_release_notice_days", "7")
    env.cr.commit()
    operations = env["crm.owner.operation"]
    query = env["crm.owner.activity"]._get_idle_query
    seconds, _queries = clock(lambda: env.execute_query(query(90, 7)), 3)
    note(f"who is idle, among {CONTACTS}", f"{seconds:.2f} s", seconds, 10)
    before = memory()
    seconds, queries = clock(operations._cron_release)
    announced = env["res.partner"].search_count([("release_notice_date", "!=", False)])
    text = f"{seconds:.1f} s, {announced} contacts, {queries} queries"
    note("the night that announces", text, seconds, 30)
    env.cr.execute("UPDATE res_partner SET release_notice_date = release_notice_date - 7")
    env.cr.commit()
    native = odoos_own_way()
    seconds, queries = clock(operations._cron_release)
    free = env["res.partner"].search_count([("free_reason", "=", "inactive")])
    rate = seconds / free
    text = f"{seconds:.1f} s, {free} contacts; {1000 * rate:.2f} / {1000 * native:.2f} ms each"
    note("the night that releases, beside Odoo's write", text, rate / native, 1)
    note("its memory", f"{memory() - before:.0f} MiB more at the peak")
    seconds, _queries = clock(operations._cron_release)
    note("a night with nothing to do", f"{seconds:.2f} s", seconds, 10)
    return operations.search([("kind", "=", "release")], limit=1)


def odoos_own_way(count=1000):
    """Seconds that Odoo needs to take the owner from a contact, with the tracking at the end."""
    owned = env["res.partner"].search([("user_id", "!=", False), ("ref", "!=", False)], limit=count)

    def free():
        Owned.write = lambda self, vals: super(Owned, self).write(vals)
        owned.write({"user_id": False})
        env.cr.precommit.run()

    ours = Owned.write
    try:
        seconds, _queries = clock(free)
    finally:
        Owned.write = ours
        env.cr.rollback()
        env.invalidate_all()
    return seconds / count


def undo(operation):
    count, native = operation.done_count, odoos_own_way()

    def put_back():
        operation.action_undo()
        while operation._undo_lines(1000):  # what the schedule does with a large one
            pass

    seconds, _queries = clock(put_back)
    rate = seconds / count
    text = f"{seconds:.1f} s; {1000 * rate:.2f} / {1000 * native:.2f} ms each"
    note(f"undo of {count}, beside Odoo's write", text, rate / native, 1)
    env.cr.rollback()
    env.invalidate_all()


def take(user):
    Partner = env["res.partner"].with_user(user)
    seconds, _queries = clock(
        lambda: Partner.web_search_read(
            [("is_free_contact", "=", True)], {"complete_name": {}}, limit=80, count_limit=10001
        ),
        3,
    )
    note("list of free contacts, one page", f"{1000 * seconds:.0f} ms", seconds, 0.5)
    env["ir.config_parameter"].set_param("crm_segmentation.owner_take_limit", "1000")
    found = Partner.search([("is_free_contact", "=", True)], limit=300)
    one_by_one, chosen, warm = found[:100], found[100:200], found[200:]
    warm.take_ownership()
    seconds, queries = clock(chosen.take_ownership)

    def singly():
        for contact in one_by_one:
            contact.user_id = user
            env.flush_all()

    native, native_queries = clock(singly)
    text = f"{seconds:.2f} / {native:.2f} s ({queries}/{native_queries} queries)"
    note("taking 100, beside Odoo's write one by one", text, seconds / native, 0.5)
    env.cr.rollback()
    env.invalidate_all()


def added_to_a_write(ids, users):
    """Our write beside the same write with our part cut out, in turns."""
    contacts = (
        env["res.partner"].with_context(mail_auto_subscribe_no_notify=True).browse(ids[:5000])
    )
    ours, core = Owned.write, lambda self, vals: super(Owned, self).write(vals)
    measured = {True: [], False: []}
    queries = {}
    contacts.write({"user_id": users[-1].id})
    for number in range(10):
        with_us = number % 2 == 0
        Owned.write = ours if with_us else core
        seconds, queries[with_us] = clock(lambda n=number: contacts.write({"user_id": users[n].id}))
        measured[with_us].append(seconds)
    Owned.write = ours
    # The fastest of each: what else the machine does only ever adds.
    slow, fast = min(measured[True]), min(measured[False])
    text = f"{slow:.2f} / {fast:.2f} s = {slow / fast:.2f}"
    text += f" ({queries[True]}/{queries[False]} queries)"
    note("a plain change of owner on 5000, beside without", text, slow / fast, 1.25)
    env.cr.rollback()
    env.invalidate_all()


ids = make_contacts()
users = env["res.users"]
for number in range(20):
    users += new_test_user(env, f"bench_owner_{number}", "sales_team.group_sale_salesman")
make_history(ids, users)
operation = release()
undo(operation)
take(users[0])
added_to_a_write(ids, users)
report()
