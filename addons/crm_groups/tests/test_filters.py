"""The rule of a group means the same for everybody."""

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.crm_access.tests.filters import FilterCases

from .common import CrmGroupsCommon


@tagged("post_install", "-at_install")
class TestFilters(FilterCases, CrmGroupsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_users()
        cls._create_named()
        cls.contacts = cls._create_found("res.partner", "category_id", ref="crm-groups-filter")
        cls.russian = cls.user_manager.copy({"login": "groups_russian", "lang": "ru_RU"})
        cls.group = cls._create_group(
            "By country", kind="smart", domain="[('ref', '=', 'none')]", company_id=False
        )

    def _make(self, env, text):
        self.group.with_env(env).domain = text
        return self.group

    def _preview(self, group, _env):
        # Of all that match, and not the first ten alone.
        Partner, rule = group._prepare_rule(group.domain)
        self.assertEqual(group._preview(group.domain)["matching"], Partner.search_count(rule))
        return Partner.search(rule).ids

    def _rebuild(self, group, env):
        group.action_rebuild()
        members = env["crm.contact.group.member"].search(
            [("group_id", "=", group.id), ("state", "=", "in")]
        )
        return members.partner_id.ids

    def _follow(self, group, env):
        """As a contact is saved, in Python: those who are in stay, and nobody else enters."""
        before = self._rebuild(group, env)
        env["crm.contact.group"]._follow_contacts([one.id for one in self.contacts.values()])
        members = self.Member.search([("group_id", "=", group.id), ("state", "=", "in")])
        self.assertEqual(set(members.partner_id.ids), set(before))
        return members.partner_id.ids

    def test_every_filter(self):
        self.assertEqual(self._get_stored_filters("crm_groups"), {("crm.contact.group", "domain")})
        self._assert_same_for_everybody(
            "domain",
            "category_id",
            self.contacts,
            self._make,
            {"preview": self._preview, "rebuild": self._rebuild, "follow": self._follow},
            self.user_manager,
            (self.user_manager, self.russian),
        )

    def test_what_is_refused(self):
        self._assert_refused(self._make, ValidationError)

    def test_a_preview_takes_what_a_save_takes(self):
        ids = [self.contacts[name].id for name in ("us", "ca")]
        for rule in (
            "[[country_id, 'in', ['United States', 'Канада']], ['ref', '=', 'crm-groups-filter']]",
            [["country_id", "in", ["US", "Canada"]], ["ref", "=", "crm-groups-filter"]],
        ):
            with self.subTest(rule=rule):
                preview = self.group.with_user(self.user_manager).preview_rule(rule)
                self.assertEqual(preview["matching"], 2)
                self.assertEqual(set(preview["entering_ids"]), set(ids))

    def test_renamed_and_archived(self):
        self.group.with_context(lang="ru_RU").domain = "[('category_id', '=', 'Важный покупатель')]"
        vip = self.tags["res.partner.category"][0]
        for change in ({"name": "Renamed"}, {"active": False}):
            vip.write(change)
            for way in (self._preview, self._rebuild, self._follow):
                self.assertEqual(way(self.group, self.env), self.contacts["us"].ids)

    def test_names_of_groups_in_two_languages(self):
        self.group.with_context(lang="ru_RU").name = "По странам"
        for lang, name in (("en_US", "By country"), ("ru_RU", "По странам")):
            self.assertEqual(self.group.with_context(lang=lang).display_name, name)
