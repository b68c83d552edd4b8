from dataclasses import dataclass
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

#: What counts as activity, in the order the documentation lists it.
KINDS = [
    ("owned", "Got this owner"),
    ("message", "Message or note"),
    ("activity", "Activity done"),
    ("planned", "Activity planned"),
    ("meeting", "Meeting"),
    ("deal", "Deal changed"),
    ("order", "Order changed"),
]


@dataclass(frozen=True)
class HandedOver:
    """In the context: whose contacts are to be handed over. A caller from outside has none."""

    user_ids: tuple


class CrmOwnerActivity(models.AbstractModel):
    """When somebody last worked with a contact: the engine of the release, in SQL.

    A company and its persons count as one: who talks to the buyer looks after the company too.
    What systems write by themselves doesn't count: notifications, mailings, what OdooBot does.
    """

    _name = "crm.owner.activity"
    _description = "Activity with Contacts"

    @api.model
    def _get_sources(self):
        """Say what counts as activity. Another addon appends what it knows.

        :return: SELECTs of three columns: the contact, when (UTC), and a code of ``KINDS``
        :rtype: list
        """
        spoken = SQL(
            "(m.message_type IN ('comment', 'email') OR m.mail_activity_type_id IS NOT NULL) "
            "AND m.author_id IS DISTINCT FROM %s",
            self.env.ref("base.partner_root").id,
        )
        kind = SQL("CASE WHEN m.mail_activity_type_id IS NULL THEN 'message' ELSE 'activity' END")
        sources = [
            SQL(
                "SELECT m.res_id, m.date, %s FROM mail_message m "
                "WHERE m.model = 'res.partner' AND %s",
                kind,
                spoken,
            ),
            SQL(
                "SELECT l.partner_id, m.date, %s FROM mail_message m "
                "JOIN crm_lead l ON l.id = m.res_id AND l.partner_id IS NOT NULL "
                "WHERE m.model = 'crm.lead' AND %s",
                kind,
                spoken,
            ),
            SQL(
                "SELECT a.res_id, a.date_deadline::timestamp, 'planned' FROM mail_activity a "
                "WHERE a.res_model = 'res.partner' AND a.active AND a.date_deadline >= %s",
                self.env.company._get_today(),
            ),
            SQL(
                "SELECT l.partner_id, a.date_deadline::timestamp, 'planned' FROM mail_activity a "
                "JOIN crm_lead l ON l.id = a.res_id AND l.partner_id IS NOT NULL "
                "WHERE a.res_model = 'crm.lead' AND a.active AND a.date_deadline >= %s",
                self.env.company._get_today(),
            ),
            SQL(
                "SELECT r.res_partner_id, e.start, 'meeting' FROM calendar_event e "
                "JOIN calendar_event_res_partner_rel r ON r.calendar_event_id = e.id "
                "WHERE e.active"
            ),
            self._get_document_source("crm_lead", "deal", ["date_last_stage_update"]),
        ]
        if "sale.order" in self.env:
            sources.append(self._get_document_source("sale_order", "order", ["date_order"]))
        return sources

    @api.model
    def _get_document_source(self, table, kind, columns):
        """Documents of contacts: made, moved on, or last changed by a person.

        :param str table: a table with ``partner_id`` and the columns that Odoo logs in
        :param list columns: more columns of times that count
        """
        times = SQL(", ").join(SQL.identifier("d", column) for column in columns)
        return SQL(
            "SELECT d.partner_id, GREATEST(d.create_date, %s, "
            "CASE WHEN d.write_uid <> 1 THEN d.write_date END), %s "
            "FROM %s d WHERE d.partner_id IS NOT NULL",
            times,
            kind,
            SQL.identifier(table),
        )

    @api.model
    def _flush_sources(self):
        """Write to the database what the SELECTs read."""
        for name in ("mail.message", "mail.activity", "calendar.event", "crm.lead", "res.partner"):
            self.env[name].flush_model()
        if "sale.order" in self.env:
            self.env["sale.order"].flush_model()

    @api.model
    def _get_candidates_domain(self):
        """Contacts with an owner that a release may touch at all."""
        return (
            Domain("user_id", "!=", False)
            & Domain("keep_owner", "=", False)
            & Domain("partner_share", "=", True)
            # any!: an owner may be out of the caller's companies.
            & Domain("user_id", "any!", [("keep_contacts", "=", False)])
        )

    @api.model
    def _get_idle_query(self, days, notice_days):
        """The contacts that are idle for so long that they are to be announced or released.

        One pass over each source, whatever the number of contacts. The contacts are those the
        caller may see.

        :param int days: after how many days without activity a contact is released
        :param int notice_days: how many days before that its owner is told
        :return: a SELECT of partner_id, user_id, idle_since (timestamp), kind (what happened
            then), release_on (date) and announced (date or NULL)
        :rtype: SQL
        """
        self._flush_sources()
        today = self.env.company._get_today()
        touched = SQL(" UNION ALL ").join(SQL("(%s)", source) for source in self._get_sources())
        candidates = self.env["res.partner"]._search(self._get_candidates_domain())
        # NULL dates lose: GREATEST and max() leave them out.
        return SQL(
            """
            WITH candidate AS (
                SELECT p.id, p.user_id, p.commercial_partner_id AS account, p.release_notice_date,
                       COALESCE((SELECT max(c.date) FROM crm_owner_change c
                                  WHERE c.partner_id = p.id AND c.new_user_id = p.user_id),
                                p.create_date, %(forever)s) AS owned_since
                  FROM res_partner p
                 WHERE p.id IN %(candidates)s
            ), touched (partner_id, at, kind) AS (%(touched)s),
            last AS (
                SELECT DISTINCT ON (p.commercial_partner_id)
                       p.commercial_partner_id AS account, t.at, t.kind
                  FROM touched t
                  JOIN res_partner p ON p.id = t.partner_id
                 WHERE t.at IS NOT NULL
              ORDER BY p.commercial_partner_id, t.at DESC
            ), idle AS (
                SELECT c.id AS partner_id, c.user_id, c.release_notice_date AS announced,
                       GREATEST(c.owned_since, l.at) AS idle_since,
                       CASE WHEN l.at > c.owned_since THEN l.kind ELSE 'owned' END AS kind
                  FROM candidate c
             LEFT JOIN last l ON l.account = c.account
            )
            SELECT partner_id, user_id, idle_since, kind,
                   GREATEST(idle_since::date + %(days)s,
                            CASE WHEN %(notice)s > 0
                                 THEN COALESCE(announced, %(today)s) + %(notice)s END
                   ) AS release_on, announced
              FROM idle
             WHERE idle_since < %(cutoff)s
            """,
            candidates=candidates.subselect(),
            touched=touched,
            days=days,
            notice=notice_days,
            today=today,
            forever=fields.Datetime.to_datetime("1970-01-01"),
            cutoff=fields.Datetime.to_datetime(today) - timedelta(days=days - notice_days - 1),
        )
