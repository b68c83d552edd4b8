import io
import json
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, split_every

from odoo.addons.crm_access import fold
from odoo.addons.crm_access.texts import tell_count

from ..engine import duplicates

_logger = logging.getLogger(__name__)

#: Contacts whose keys are made at a time.
AT_ONCE = 20000

#: Who can be a duplicate at all: not the addresses of a contact, and not our own people.
AMONG = """
      FROM res_partner p
     WHERE p.active
       AND %(filled)s
       AND COALESCE(p.type, 'contact') = 'contact'
       AND p.partner_share IS NOT FALSE
       AND NOT EXISTS (SELECT FROM res_company WHERE res_company.partner_id = p.id)
"""

#: The keys of plain values, and whose are not.
PLAIN = f"""
    SELECT p.id, COALESCE(p.company_id, 0) AS company, COALESCE(p.is_company, FALSE) AS is_company,
           %(key)s AS key, %(besides)s AS besides
    {AMONG} AND %(plain)s
"""
OTHERS = f"SELECT p.id {AMONG} AND %(plain)s IS NOT TRUE ORDER BY p.id"

CONTACTS = """
    SELECT p.id, COALESCE(p.company_id, 0), COALESCE(p.is_company, FALSE), p.country_id, %(columns)s
      FROM res_partner p
     WHERE p.id = ANY(%(ids)s)
"""

KEYED = """
    CREATE TEMPORARY TABLE crm_duplicate_keyed
           (id int, company int, is_company boolean, key text, besides text) ON COMMIT DROP
"""

#: Values that more than one contact has, with these contacts. Contacts of different companies, and
#: a company and a person, are never the same.
#: OFFSET 0: the key is worked out once for each.
SHARED = f"""
    CREATE TEMPORARY TABLE crm_duplicate_key ON COMMIT DROP AS
    SELECT key, company, is_company, count(*) AS number,
           array_agg(id) AS ids, array_agg(besides) AS besides
      FROM (({PLAIN} OFFSET 0) UNION ALL SELECT * FROM crm_duplicate_keyed) keyed
     GROUP BY key, company, is_company
    HAVING count(*) > 1
"""

#: A contact and its own parent are never the same. Who was said to be somebody else stays so.
PAIRS = """
    INSERT INTO crm_duplicate_match
           (partner_a_id, partner_b_id, criterion_id, value, search_id,
            create_uid, create_date, write_uid, write_date)
    SELECT DISTINCT ON (a.id, b.id) a.id, b.id, %(criterion)s, shared.key, %(search)s,
           %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
      FROM crm_duplicate_key shared
      CROSS JOIN unnest(shared.ids, shared.besides) one (id, besides)
      CROSS JOIN unnest(shared.ids, shared.besides) other (id, besides)
      JOIN res_partner a ON a.id = one.id
      JOIN res_partner b ON b.id = other.id
     WHERE shared.number <= %(most)s
       AND one.id < other.id
       AND b.id IS DISTINCT FROM a.parent_id
       AND a.id IS DISTINCT FROM b.parent_id
       AND %(condition)s
       AND NOT EXISTS (SELECT FROM crm_duplicate_exclusion x
                        WHERE x.partner_a_id = one.id AND x.partner_b_id = other.id)
     ORDER BY a.id, b.id, shared.key
        ON CONFLICT (partner_a_id, partner_b_id, criterion_id)
        DO UPDATE SET value = EXCLUDED.value, search_id = EXCLUDED.search_id
"""

#: What else must agree, as it is compared: of persons alone, who are of one company.
BESIDES = """
    SELECT DISTINCT unnest(besides) FROM crm_duplicate_key WHERE NOT is_company AND number <= %s
"""

TOO_COMMON = """
    SELECT key, number FROM crm_duplicate_key WHERE number > %s ORDER BY number DESC, key LIMIT 10
"""


#: Signs that part the columns and rows of COPY.
ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _escape(text):
    return text.translate(ESCAPED)


class CrmDuplicateSearch(models.Model):
    """One search for duplicates over all contacts: a step per criterion, then the groups.

    Each step is one statement over all contacts and is committed; a search that was cut off goes
    on with the step it was at.
    """

    _name = "crm.duplicate.search"
    _description = "Duplicate Search"
    _order = "id desc"

    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("running", "Running"),
            ("done", "Done"),
            ("failed", "Failed"),
        ],
        default="waiting",
        required=True,
        readonly=True,
        index=True,
    )
    user_id = fields.Many2one("res.users", "Asked By", readonly=True)
    date_start = fields.Datetime("Started", readonly=True)
    date_end = fields.Datetime("Finished", readonly=True)
    duration = fields.Float("Seconds", readonly=True, aggregator=None)
    step = fields.Integer("Steps Done", readonly=True, aggregator=None)
    progress = fields.Integer(compute="_compute_progress", export_string_translation=False)
    pair_count = fields.Integer("Pairs", readonly=True, aggregator=None)
    group_count = fields.Integer("Groups", readonly=True, aggregator=None)
    sure_count = fields.Integer("Sure Groups", readonly=True, aggregator=None)
    left_out = fields.Json(
        "Values Left Out",
        readonly=True,
        help="Values that too many contacts share: criterion, value, contacts.",
    )
    left_out_text = fields.Text("Left Out", compute="_compute_left_out_text")
    error = fields.Char(readonly=True)

    @api.depends("user_id", "date_start", "create_date")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        for search in self:
            moment = fields.Datetime.context_timestamp(
                search, search.date_start or search.create_date or fields.Datetime.now()
            )
            search.display_name = self.env._("Search of %s", moment.strftime("%Y-%m-%d %H:%M"))

    @api.depends("step", "state")
    def _compute_progress(self):
        steps = self.env["crm.duplicate.criterion"].search_count([]) + 1
        for search in self:
            done = search.state == "done"
            search.progress = 100 if done else min(99, 100 * search.step // steps)

    @api.depends("left_out")
    @api.depends_context("lang")
    def _compute_left_out_text(self):
        names = {c.code: c.name for c in self.env["crm.duplicate.criterion"].search([])}
        for search in self:
            search.left_out_text = "\n".join(
                self.env._(
                    "%(criterion)s %(value)s: %(count)s contacts share it",
                    criterion=names.get(row["criterion"], row["criterion"]),
                    value=row["value"],
                    count=row["count"],
                )
                for row in search.left_out or []
            )

    @api.model
    def action_start(self):
        """Search in the background, now; one search at a time.

        :return: action that opens the search
        :rtype: dict
        """
        self.browse().check_access("create")
        search = self.search([("state", "in", ("waiting", "running"))], limit=1)
        if not search:
            if not self.env["crm.duplicate.criterion"].search_count([]):
                raise UserError(
                    self.env._("No criterion is in use: switch one on under Duplicate Criteria.")
                )
            search = self._as_system().create({"user_id": self.env.uid})
        # sudo: whoever may start a search may start the job behind it.
        self.env.ref("crm_segmentation.ir_cron_search_duplicates").sudo()._trigger()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": search.id,
            "views": [(False, "form")],
        }

    def action_view_groups(self):
        """Open the duplicates found."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "crm_segmentation.crm_duplicate_group_action"
        )

    @api.model
    def _cron_search_duplicates(self):
        """Go on with the search that waits or was cut off; without one, begin a new one.

        Commits after each step.
        """
        search = self.search([("state", "in", ("running", "waiting"))], order="id", limit=1)
        if not search:
            search = self.create({})
        if search.try_lock_for_update():
            search._run()

    def _run(self):
        """Do the steps that are left, each in a transaction of its own."""
        self.ensure_one()
        criteria = self.env["crm.duplicate.criterion"].search([])
        if self.state == "waiting":
            self._as_system().write({"state": "running", "date_start": fields.Datetime.now()})
        cron = self.env["ir.cron"]
        try:
            for number, criterion in enumerate(criteria[self.step :], self.step + 1):
                self._find_pairs(criterion)
                self._as_system().step = number
                if not cron._commit_progress(1, remaining=len(criteria) + 1 - number):
                    return
            self._finish()
        except Exception as error:
            self.env.cr.rollback()
            _logger.exception("Duplicate search %s failed", self.id)
            self._as_system().write({"state": "failed", "error": str(error)[:500]})
        cron._commit_progress(1, remaining=0)

    @api.model
    def _search_now(self):
        """Do a whole search within this transaction.

        :return: the search
        """
        search = self._as_system().create({"state": "running", "date_start": fields.Datetime.now()})
        for criterion in self.env["crm.duplicate.criterion"].search([]):
            search._find_pairs(criterion)
        search._finish()
        return search

    def _find_pairs(self, criterion):
        """Store who agrees on one criterion: one walk through all contacts."""
        wanted = duplicates.KEYS[criterion.code]
        self.env["res.partner"].flush_model()
        self.env["crm.duplicate.exclusion"].flush_model()
        cr = self.env.cr
        cr.execute("DROP TABLE IF EXISTS crm_duplicate_key")
        self._make_keys(wanted)
        cr.execute(SQL(SHARED, **wanted.get_plain()))
        self._drop_fillers(wanted)
        self._fold_besides(criterion)
        cr.execute("ANALYZE crm_duplicate_key")
        cr.execute(
            SQL(
                PAIRS,
                criterion=criterion.id,
                search=self.id,
                uid=self.env.uid,
                most=criterion.max_shared,
                condition=wanted.condition,
            )
        )
        common = self.env.execute_query(SQL(TOO_COMMON, criterion.max_shared))
        self._as_system().left_out = (self.left_out or []) + [
            {"criterion": criterion.code, "value": value, "count": count} for value, count in common
        ]
        cr.execute("DROP TABLE crm_duplicate_key, crm_duplicate_keyed, crm_duplicate_besides")
        self.env["crm.duplicate.match"].invalidate_model()

    def _make_keys(self, wanted):
        """Put the keys of all values that are not plain into a table of this transaction.

        In Python, which leads are compared by, too: the database knows neither marks nor letters
        of other scripts well enough.
        """
        cr = self.env.cr
        cr.execute("DROP TABLE IF EXISTS crm_duplicate_keyed")
        cr.execute(KEYED)
        cr.execute(SQL(OTHERS, filled=wanted.filled, plain=wanted.plain))
        others = [partner_id for (partner_id,) in cr.fetchall()]
        countries = self.env["res.country"].search([])
        ways = {country.id: (country.code, self._sanitizer(country)) for country in countries}
        ways[None] = "", self._sanitizer(countries.browse())
        columns = SQL(", ").join(SQL.identifier("p", name) for name in wanted.columns)
        for ids in split_every(AT_ONCE, others, list):
            contacts = self.env.execute_query(SQL(CONTACTS, columns=columns, ids=ids))
            lines = [
                f"{number}\t{company}\t{is_company}\t{_escape(key)}\t"
                f"{besides and _escape(besides)}\n"
                for number, company, is_company, country_id, *values in contacts
                for key, besides in wanted.keys(values, *ways[country_id])
                if len(key) >= wanted.shortest
            ]
            # Several times as fast as INSERT.
            cr.copy_from(io.StringIO("".join(lines)), "crm_duplicate_keyed")

    def _drop_fillers(self, wanted):
        """What plain values had in common and is none: asked only of keys that several have."""
        if not wanted.is_filler:
            return
        keys = self.env.execute_query(SQL("SELECT DISTINCT key FROM crm_duplicate_key"))
        fillers = [key for (key,) in keys if wanted.is_filler(key)]
        if fillers:
            self.env.cr.execute("DELETE FROM crm_duplicate_key WHERE key = ANY(%s)", [fillers])

    def _fold_besides(self, criterion):
        """Names of persons who have a number in common, as they are compared."""
        cr = self.env.cr
        cr.execute("DROP TABLE IF EXISTS crm_duplicate_besides")
        cr.execute(
            "CREATE TEMPORARY TABLE crm_duplicate_besides (value text PRIMARY KEY, folded text) "
            "ON COMMIT DROP"
        )
        if criterion.code != "phone":
            return
        found = self.env.execute_query(SQL(BESIDES, criterion.max_shared))
        names = {name: fold.fold_name(name) for (name,) in found}
        cr.execute(
            "INSERT INTO crm_duplicate_besides SELECT * FROM json_each_text(%s::json)",
            [json.dumps(names, ensure_ascii=False)],
        )

    def _sanitizer(self, country):
        """Function that puts the code of the country before a number, if it is a valid one."""
        return lambda number: self.env["res.partner"]._phone_format(number=number, country=country)

    def _finish(self):
        cr = self.env.cr
        # What no criterion found this time is no reason any more.
        cr.execute(
            SQL("DELETE FROM crm_duplicate_match WHERE search_id IS DISTINCT FROM %s", self.id)
        )
        groups, sure = self.env["crm.duplicate.group"]._rebuild()
        cr.execute("SELECT count(DISTINCT (partner_a_id, partner_b_id)) FROM crm_duplicate_match")
        pairs = cr.fetchone()[0]
        end = fields.Datetime.now()
        self._as_system().write(
            {
                "state": "done",
                "date_end": end,
                "duration": (end - self.date_start).total_seconds(),
                "pair_count": pairs,
                "group_count": groups,
                "sure_count": sure,
            }
        )
        if self.user_id:
            self.user_id._bus_send(
                "simple_notification",
                {
                    "type": "success",
                    "message": tell_count(
                        groups,
                        self.env._("The search for duplicates is done: 1 group (sure: %(sure)s)."),
                        self.env._(
                            "The search for duplicates is done: %(groups)s groups, %(sure)s of "
                            "them sure."
                        ),
                        groups=groups,
                        sure=sure,
                    ),
                },
            )
