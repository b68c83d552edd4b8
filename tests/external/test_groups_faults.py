"""Contact groups with real processes: a rebuild killed by kill -9, two at once."""

import pytest
from helpers.database import COPY_CONTACT, WORKING, Database
from suite.templates import alone

MEMBERS = 30_000
GROUPS = 4


def set_up(members: int, groups: int) -> str:
    """Return the script that makes contacts, and smart groups that would take all of them."""
    return f"""
{COPY_CONTACT}
template = env["res.partner"].create({{"name": "Template", "ref": "template"}})
copy_contact(template, {members}, ref="'member'")
env["crm.contact.group"].create(
    [{{"name": f"Group {{n}}", "kind": "smart", "domain": "[('ref', '=', 'member')]"}}
     for n in range({groups})]
)
env.cr.commit()
"""


NIGHT = "env.ref('crm_groups.ir_cron_rebuild_smart_groups').method_direct_trigger()\n"
BUTTON = """
from odoo.exceptions import UserError
group = env["crm.contact.group"].search([("kind", "=", "smart")], order="id", limit=1)
try:
    print("ENTERED", group.action_rebuild()[0]["entered"])
except UserError as error:
    print("REFUSED", error)
env.cr.commit()
"""

#: A group that does with its contacts all that a group can do, and then is gone.
USED = """
group = env["crm.contact.group"].search([("kind", "=", "smart")], limit=1)
env.ref("base.group_user").implied_ids += env.ref("product.group_product_pricelist")
pricelist = env["product.pricelist"].create({"name": "Wholesale"})
group.write({
    "pricelist_id": pricelist.id,
    "access": "hidden",
    "member_properties_definition": [{"name": "bonus", "string": "Bonus", "type": "integer"}],
})
group.action_rebuild()
group.action_apply_access()
env.cr.commit()
seller = env["res.users"].with_context(no_reset_password=True).create({
    "name": "Seller", "login": "seller", "group_ids": [(4, env.ref("base.group_user").id)]})
contacts = env["res.partner"].search([("ref", "=", "member")])
print("PRICED", len(contacts.filtered("price_group_id")))
print("SEEN", len(contacts.with_user(seller)._filtered_access("read")))
env.cr.commit()
"""
UNINSTALL = """
env["ir.module.module"].search([("name", "=", "crm_groups")]).button_immediate_uninstall()
"""
AFTERWARDS = """
contacts = env["res.partner"].search([("ref", "=", "member")])
seller = env["res.users"].search([("login", "=", "seller")])
print("SEEN", len(contacts.with_user(seller)._filtered_access("read")))
contacts[0].write({"name": "Still a contact"})
default = env["product.pricelist"]._get_country_pricelist_multi([])[False]
print("PRICE", contacts[0].property_product_pricelist == default)
"""
CONTACTS = """
    SELECT md5(string_agg(concat_ws('|', id, name, ref, commercial_partner_id, active), ';'
                          ORDER BY id))
      FROM res_partner WHERE ref = 'member'
"""

#: For each group, whether it is whole: all members, none, or something between.
WHOLE_GROUPS = f"""
    SELECT count(*) FROM crm_contact_group g
     WHERE kind = 'smart' AND {MEMBERS} = (
           SELECT count(*) FROM crm_contact_group_member m WHERE m.group_id = g.id)
"""
#: What must hold whatever happened: no group half-built, none said to be clean that is not.
FACTS = {
    "half-built": f"""
        SELECT count(*) FROM (
            SELECT count(*) AS members FROM crm_contact_group_member GROUP BY group_id) counted
         WHERE members <> {MEMBERS}
    """,
    "members without the contact's field": """
        SELECT count(*) FROM crm_contact_group_member m WHERE state = 'in' AND NOT EXISTS (
            SELECT FROM crm_contact_group_res_partner_rel r
             WHERE r.group_id = m.group_id AND r.partner_id = m.partner_id)
    """,
    "contact's field without member": """
        SELECT count(*) FROM crm_contact_group_res_partner_rel r WHERE NOT EXISTS (
            SELECT FROM crm_contact_group_member m
             WHERE m.state = 'in' AND r.group_id = m.group_id AND r.partner_id = m.partner_id)
    """,
    "said to be clean and empty": """
        SELECT count(*) FROM crm_contact_group g
         WHERE kind = 'smart' AND build_state = 'clean' AND NOT EXISTS (
               SELECT FROM crm_contact_group_member m WHERE m.group_id = g.id)
    """,
}
WHOLE = dict.fromkeys(FACTS, 0)


@pytest.fixture(scope="module")
def copies(all_templates):
    with Database(all_templates, alone("crm_groups"), "suite_test_groups_faults") as copies:
        yield copies


@pytest.fixture
def database(copies):
    """Contacts for some smart groups that have yet to be built."""
    return copies.make(set_up(MEMBERS, GROUPS))


def test_night_killed_in_the_middle(database):
    database.kill_when(NIGHT, WHOLE_GROUPS, lambda count: count > 0)
    done = database.value(WHOLE_GROUPS)
    assert 0 < done < GROUPS
    assert database.values(FACTS) == WHOLE
    states = "SELECT array_agg(DISTINCT build_state) FROM crm_contact_group WHERE kind = 'smart'"
    assert "clean" in database.value(states)
    assert len(database.value(states)) > 1
    database.run(NIGHT)
    assert database.values(FACTS) == WHOLE
    assert database.value(WHOLE_GROUPS) == GROUPS
    assert database.value(states) == ["clean"]


def test_button_killed_while_the_members_are_written(database):
    # The statement that writes them; the server shows its first kilobyte.
    writing = WORKING.format("state = 'active' AND query LIKE '%WITH matching AS MATERIALIZED%'")
    database.kill_when(BUTTON, writing, lambda count: count > 0)
    assert database.value("SELECT count(*) FROM crm_contact_group_member") == 0
    assert database.values(FACTS) == WHOLE
    assert f"ENTERED {MEMBERS}" in database.run(BUTTON)
    assert database.value(WHOLE_GROUPS) == 1
    assert database.values(FACTS) == WHOLE


def test_two_at_once(database):
    """One does it; the other is told so, or comes when nothing is left to do."""
    started = [database.start(BUTTON) for _number in range(2)]
    outputs = [script.finish() for script in started]
    entered = [f"ENTERED {MEMBERS}" in output for output in outputs]
    assert sorted(entered) == [False, True], outputs
    other = outputs[entered.index(False)]
    assert "being rebuilt or edited" in other or "ENTERED 0" in other
    assert database.value(WHOLE_GROUPS) == 1
    assert database.values(FACTS) == WHOLE


def test_uninstalled_with_100_000_members(copies):
    """The contacts stay as they were: all of them, with Odoo's own prices, seen by everybody."""
    members = 100_000
    database = copies.make(set_up(members, groups=1))
    output = database.run(USED)
    assert f"PRICED {members}" in output
    assert "SEEN 0" in output
    before = database.value(CONTACTS)
    database.run(UNINSTALL)
    left = """
        SELECT count(*) FROM information_schema.tables WHERE table_name LIKE 'crm_contact_group%'
    """
    assert database.value(left) == 0
    assert database.value(CONTACTS) == before
    output = database.run(AFTERWARDS)
    assert f"SEEN {members}" in output
    assert "PRICE True" in output
