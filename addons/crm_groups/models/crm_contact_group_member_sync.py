from odoo import api, models
from odoo.tools import SQL

from ..switches import FOLLOWING

#: A rule that looks at one of them asks for the groups of the contact's company.
COMPANY_FIELDS = {"all_contact_group_ids", "commercial_partner_id", "parent_id"}


class CrmContactGroupMember(models.Model):
    """How memberships change by the set: in SQL, and what follows from a change."""

    _inherit = "crm.contact.group.member"

    #: More contacts than this wait for the cron, with the groups whose rules ask for them.
    FOLLOW_LIMIT = 5000

    @api.model
    def _apply_rule(self, group, matching):
        """Let contacts enter and leave a group by its rule, in one statement.

        :param group: one group, which the caller has locked
        :param matching: the query of the contacts that match
        :return: the ids of the contacts that entered, and of those that left
        """
        pairs = SQL(
            "SELECT %s AS group_id, p.id AS partner_id FROM (%s) AS p(id)",
            group.id,
            matching.select(),
        )
        entered, left = self._apply_matches(pairs, SQL("m.group_id = %s", group.id), group)
        return [partner_id for _id, partner_id in entered], [partner_id for _id, partner_id in left]

    @api.model
    def _apply_matches(self, matching, within, groups):
        """Bring the memberships by rule in step with what matches, in one statement.

        Rows by hand and exclusions are left as they are. Rows that are already in are tested
        for before the insert: ``ON CONFLICT`` alone would use up a row id for each of them,
        night after night; it is there for a row another user adds meanwhile. A stay that is
        over is kept as a period before its row is used again.

        Differences of sets and no anti-joins: right after an import or a first build the
        database does not know how many rows there are, and would compare each with each.

        :param SQL matching: a query of (group_id, partner_id)
        :param SQL within: a condition on rows ``m``: which memberships are looked at;
            it must take in those of all pairs that match
        :param groups: the groups of these memberships
        :return: (group id, contact id) of those that entered, and of those that left
        """
        self.flush_model()
        day = groups._get_day_case
        rows = self.env.execute_query(
            SQL(
                """
                WITH matching AS MATERIALIZED (%(matching)s),
                leaving AS (
                    SELECT m.group_id, m.partner_id FROM crm_contact_group_member m
                     WHERE %(within)s AND m.state = 'in' AND m.source = 'rule'
                    EXCEPT
                    SELECT group_id, partner_id FROM matching
                ), gone AS (
                    UPDATE crm_contact_group_member m
                       SET state = 'past', date_to = GREATEST(%(its_today)s, m.date_from),
                           write_uid = %(uid)s, write_date = %(now)s
                      FROM leaving l
                     WHERE m.group_id = l.group_id AND m.partner_id = l.partner_id
                 RETURNING m.group_id, m.partner_id
                ), returning_ AS (
                    SELECT m.group_id, m.partner_id FROM crm_contact_group_member m
                     WHERE %(within)s AND m.state = 'past'
                 INTERSECT
                    SELECT group_id, partner_id FROM matching
                ), again AS MATERIALIZED (
                    SELECT m.id, m.group_id, m.partner_id, m.date_from, m.date_to, m.source,
                           m.reason, m.user_id
                      FROM crm_contact_group_member m
                      JOIN returning_ r
                        ON m.group_id = r.group_id AND m.partner_id = r.partner_id
                ), arriving AS (
                    SELECT group_id, partner_id FROM matching
                    EXCEPT
                    SELECT m.group_id, m.partner_id FROM crm_contact_group_member m
                     WHERE %(within)s
                ), kept AS (
                    INSERT INTO crm_contact_group_period
                                (group_id, partner_id, date_from, date_to, source, reason, user_id)
                         SELECT group_id, partner_id, date_from, date_to, source, reason, user_id
                           FROM again WHERE date_from IS NOT NULL
                ), back AS (
                    UPDATE crm_contact_group_member m
                       SET state = 'in', source = 'rule', date_from = %(its_today)s,
                           date_to = NULL,
                           reason = NULL, user_id = NULL,
                           write_uid = %(uid)s, write_date = %(now)s
                      FROM again
                     WHERE m.id = again.id
                 RETURNING m.group_id, m.partner_id
                ), new AS (
                    INSERT INTO crm_contact_group_member
                                (group_id, partner_id, state, source, date_from,
                                 create_uid, create_date, write_uid, write_date)
                         SELECT group_id, partner_id, 'in', 'rule', %(today)s,
                                %(uid)s, %(now)s, %(uid)s, %(now)s
                           FROM arriving
                    ON CONFLICT (group_id, partner_id) DO NOTHING
                      RETURNING group_id, partner_id
                ), entered AS (
                    SELECT group_id, partner_id FROM back
                     UNION ALL
                    SELECT group_id, partner_id FROM new
                ), linked AS (
                    INSERT INTO crm_contact_group_res_partner_rel (group_id, partner_id)
                         SELECT group_id, partner_id FROM entered
                    ON CONFLICT DO NOTHING
                ), unlinked AS (
                    DELETE FROM crm_contact_group_res_partner_rel r
                          USING gone
                          WHERE r.group_id = gone.group_id AND r.partner_id = gone.partner_id
                )
                SELECT group_id, partner_id, TRUE FROM entered
                 UNION ALL
                SELECT group_id, partner_id, FALSE FROM gone
                """,
                matching=matching,
                within=within,
                uid=self.env.uid,
                today=day(SQL("group_id")),
                its_today=day(SQL("m.group_id")),
                now=self.env.cr.now(),
            )
        )
        self.invalidate_model(flush=False)
        entered = [(group_id, partner_id) for group_id, partner_id, is_in in rows if is_in]
        left = [(group_id, partner_id) for group_id, partner_id, is_in in rows if not is_in]
        self._notify_contact_groups({partner_id for _id, partner_id in entered + left})
        self._after_change(entered, left)
        return entered, left

    @api.model
    def _sync_contact_groups(self, pairs):
        """Bring the contacts' field in step with the rows of some (group id, contact id)."""
        if not pairs:
            return
        self.flush_model(["group_id", "partner_id", "state", "restricts"])
        group_ids, partner_ids = zip(*pairs, strict=True)
        rows = self.env.execute_query(
            SQL(
                """
                WITH pair AS (
                    SELECT DISTINCT p.group_id, p.partner_id, m.id IS NOT NULL AS is_in
                      FROM unnest(%(groups)s::int[], %(partners)s::int[])
                           AS p(group_id, partner_id)
                 LEFT JOIN crm_contact_group_member m
                        ON m.group_id = p.group_id AND m.partner_id = p.partner_id
                       AND m.state = 'in'
                ), linked AS (
                    INSERT INTO crm_contact_group_res_partner_rel (group_id, partner_id)
                         SELECT group_id, partner_id FROM pair WHERE is_in
                    ON CONFLICT DO NOTHING
                      RETURNING group_id, partner_id
                ), unlinked AS (
                    DELETE FROM crm_contact_group_res_partner_rel r
                          USING pair
                          WHERE r.group_id = pair.group_id AND r.partner_id = pair.partner_id
                            AND NOT pair.is_in
                      RETURNING r.group_id, r.partner_id
                )
                SELECT group_id, partner_id, TRUE FROM linked
                 UNION ALL
                SELECT group_id, partner_id, FALSE FROM unlinked
                """,
                groups=list(group_ids),
                partners=list(partner_ids),
            )
        )
        self._notify_contact_groups({partner_id for _group_id, partner_id, _is_in in rows})

    @api.model
    def _notify_contact_groups(self, partner_ids):
        """Tell the ORM that the groups of contacts have changed behind its back."""
        if not partner_ids:
            return
        partners = self.env["res.partner"].browse(partner_ids)
        partners.invalidate_recordset(["contact_group_ids"], flush=False)
        partners.modified(["contact_group_ids"])
        self.env["crm.contact.group"].invalidate_model(
            ["member_ids", "manual_member_ids", "member_count", "total_member_count"], flush=False
        )

    @api.model
    def _after_change(self, entered, left):
        """Do what follows when contacts have entered or left groups.

        Called with all changes of one operation at once, after the relation behind the
        contacts' field is in step. An override adds what follows; it must be set-based.

        :param entered: (group id, contact id) of those that are in now
        :param left: (group id, contact id) of those that no longer are
        """
        pairs = [*entered, *left]
        if not pairs:
            return
        group_ids = {group_id for group_id, _id in pairs}
        partner_ids = list({partner_id for _id, partner_id in pairs})
        contacts = self.env["res.partner"].browse(partner_ids)
        contacts._refresh_price_groups(group_ids)
        contacts._refresh_access_scopes(group_ids)
        contacts._refresh_cards(group_ids)
        if not FOLLOWING.is_on(self.env):
            self._follow_groups(group_ids, partner_ids)
        staying = self.env.context.get("crm_groups_staying", ())
        entered = [pair for pair in entered if pair not in staying]
        self.env["crm.contact.group"]._run_entry_actions(entered, left)

    @api.model
    def _return_to_rule(self, pairs, left):
        """Let the rules decide about contacts that people no longer decide about.

        :param pairs: (group id, contact id) of the rows that are gone or past
        :param left: those of them that were in
        :return: those of ``left`` that the rule does not keep in
        """
        Group = self.env["crm.contact.group"]
        smart = {rule.group_id for rule in Group._get_smart_rules()}
        pairs = [pair for pair in pairs if pair[0] in smart]
        if not pairs:
            return left
        group_ids = {group_id for group_id, _id in pairs}
        partner_ids = list({partner_id for _id, partner_id in pairs})
        if len(partner_ids) > self.FOLLOW_LIMIT:
            # sudo: a rule does not depend on who has ended the memberships.
            Group.sudo().browse(group_ids)._await_rebuild()
            return left
        # Who stays in has not entered: no action on entering.
        Group = Group.with_context(crm_groups_staying=frozenset(left))
        back = Group._follow_contacts(partner_ids, set(), released_groups=group_ids)
        return [pair for pair in left if pair not in back]

    @api.model
    def _follow_groups(self, group_ids, partner_ids):
        """Look again at the rules that ask for members of groups that have changed."""
        rules = self.env["crm.contact.group"]._get_smart_rules()
        rules = [rule for rule in rules if rule.needs & group_ids]
        if not rules:
            return
        if len(partner_ids) <= self.FOLLOW_LIMIT:
            if any(rule.watched & COMPANY_FIELDS for rule in rules):
                # sudo: the rule means all persons of the company, whoever has changed it.
                partner_ids = (
                    self.env["res.partner"]
                    .sudo()
                    .search(
                        [
                            "|",
                            ("id", "in", partner_ids),
                            ("commercial_partner_id", "in", partner_ids),
                        ]
                    )
                    .ids
                )
            self.env["crm.contact.group"]._follow_contacts(partner_ids, set(), group_ids)
            return
        # sudo: the rules of other companies' groups wait too.
        groups = self.env["crm.contact.group"].sudo()
        groups.browse([rule.group_id for rule in rules])._await_rebuild()
