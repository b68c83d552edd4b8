# pylint: disable=consider-merging-classes-inherited
# (The model is large: each concern has a file of its own.)
from graphlib import CycleError, TopologicalSorter

from odoo import SUPERUSER_ID, api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.crm_access.names import get_told_name

from .crm_segment import TARGETS

#: Fields of contacts, leads and deals that say in which segments they are.
SEGMENT_FIELDS = {"segment_ids", "stored_segment_ids"}
#: Stands for the ids of records in a query that is kept for later.
IDS = object()
#: How many names a preview shows.
SAMPLE_SIZE = 10


def to_param(ids):
    """Return ids as a parameter of a query."""
    return ids if ids is IDS else list(ids)


class CrmSegment(models.Model):
    """What a saved filter means: its lines joined to one query, checked and put into words."""

    _inherit = "crm.segment"

    criterion_ids = fields.One2many(
        "crm.segment.criterion", "segment_id", string="Lines", copy=True
    )
    join = fields.Selection(
        [("all", "all of these lines"), ("any", "any of these lines")],
        required=True,
        default="all",
        string="Members Meet",
    )
    sentence = fields.Text(string="In Words", compute="_compute_sentence")
    needed_ids = fields.Many2many(
        "crm.segment",
        "crm_segment_need_rel",
        "segment_id",
        "needed_id",
        string="Uses the Segments",
        compute="_compute_needed_ids",
        store=True,
    )
    used_by_ids = fields.Many2many(
        "crm.segment",
        "crm_segment_need_rel",
        "needed_id",
        "segment_id",
        readonly=True,
    )

    @api.depends("method", "join", "applies_to", "criterion_ids.sentence")
    @api.depends_context("lang", "uid")
    def _compute_sentence(self):
        for segment in self:
            if segment.method != "filter":
                segment.sentence = False
                continue
            joint = self.env._(", and ") if segment.join == "all" else self.env._(", or ")
            lines = joint.join(segment.criterion_ids.mapped("sentence"))
            segment.sentence = self.env._(
                "%(who)s: %(what)s.",
                who=segment._get_target_label(),
                what=lines or self.env._("nobody yet, add a line"),
            )

    def _get_target_label(self):
        return dict(self._fields["applies_to"]._description_selection(self.env)).get(
            self.applies_to, ""
        )

    # Checks

    @api.depends("method", "criterion_ids.domain", "parameter_ids.range_ids.domain")
    def _compute_needed_ids(self):
        for segment in self:
            segment.needed_ids = segment._find_needed()

    def _get_domain_texts(self):
        """Return the texts of all domains that decide about the segment."""
        if self.method == "filter":
            return self.criterion_ids.mapped("domain")
        return self.parameter_ids.range_ids.mapped("domain")

    def _find_needed(self):
        """Return the segments that the conditions name."""
        ids, names = set(), set()
        for text in self._get_domain_texts():
            if not any(name in (text or "") for name in SEGMENT_FIELDS):
                continue
            try:
                conditions = list(self.criterion_ids._iter_conditions(text))
            except (ValueError, TypeError, SyntaxError):
                continue  # refused by its own check, with a better message
            for value in conditions:
                values = value if isinstance(value, list | tuple | set) else [value]
                ids |= {item for item in values if isinstance(item, int) and item}
                names |= {item for item in values if isinstance(item, str)}
        # sudo: what a segment means must not depend on who asks.
        everyone = self.env["crm.segment"].sudo().with_context(active_test=False)
        found = everyone.search(Domain("id", "in", list(ids)) | Domain("name", "in", list(names)))
        return found.with_env(self.env)

    @api.constrains("method", "criterion_ids", "parameter_ids")
    def _check_loop(self):
        self.env.flush_all()
        # sudo: a loop can lead through segments of other companies.
        everyone = self.sudo().with_context(active_test=False).search([])
        loop = everyone._sort_by_need()[1]
        if loop:
            raise ValidationError(
                self.env._(
                    "These segments need each other: %s. None can be known before the other: "
                    "take the segment out of one of them.",
                    " → ".join(map(get_told_name, self.sudo().browse(loop))),
                )
            )

    def _sort_by_need(self):
        """Return the segments, needed ones first, and the ids of a loop if there is one."""
        needs = {segment.id: segment.needed_ids.ids for segment in self}
        try:
            order = list(TopologicalSorter(needs).static_order())
        except CycleError as error:
            return self, error.args[1]
        return self.browse(id_ for id_ in order if id_ in needs), []

    @api.constrains("company_id", "criterion_ids")
    def _check_all_companies(self):
        """Only who sees all companies may make a segment that looks at documents of all."""
        companies = self.env["res.company"].sudo().search([])  # sudo: all there are
        # Constraints run as sudo: who the user is counts, not that.
        if self.env.uid == SUPERUSER_ID or not companies - self.env.user.company_ids:
            return
        for segment in self:
            sources = set(segment.criterion_ids.mapped("source")) - {"self", "company", "person"}
            if not segment.company_id and sources:
                raise ValidationError(
                    self.env._(
                        "The segment %s looks at documents of all companies, and you do not see "
                        "all of them. Choose a company for it.",
                        segment.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._refuse_while_used(self.env._("deleted"))

    def _refuse_while_used(self, what):
        users = self.sudo().used_by_ids.filtered("active") - self  # sudo: other companies' count
        if users:
            raise UserError(
                self.env._(
                    "%(names)s cannot be %(what)s: these segments use it: %(users)s. Take it out "
                    "of them first.",
                    names=", ".join((users.needed_ids & self).mapped("name")),
                    what=what,
                    users=", ".join(map(get_told_name, users)),
                )
            )

    # The query

    def _get_searched(self, model_name):
        """Return a model as segments see it, whoever asks."""
        # sudo: whom a segment means must not depend on who looks. Who saved a line has searched
        # with it in his own name (_validate). Language, time zone and companies are the
        # segment's for the same reason. Who is shown members sees those he may read.
        companies = self.company_id or self.env["res.company"].sudo().search([])
        partner = companies[:1].partner_id
        return (
            self.env[model_name]
            .sudo()
            .with_context(
                allowed_company_ids=companies.ids,
                crm_segment_chain=(*self.env.context.get("crm_segment_chain", ()), self.id),
                lang=partner.lang or "en_US",
                tz=partner.tz or "UTC",
                active_test=True,
            )
        )

    def _get_target_domain(self):
        """Return which records the segment is about at all.

        Archived ones are left out, unless a line speaks of that itself.
        """
        domain = Domain(TARGETS[self.applies_to][1])
        own = self.criterion_ids.filtered(lambda line: line.source == "self")
        if not any("'active'" in line.domain or '"active"' in line.domain for line in own):
            domain &= Domain("active", "=", True)
        if self.company_id:
            Model = self.env[self.model_name]
            domain &= Domain(Model._check_company_domain(self.company_id))
        return domain

    def _select_targets(self, ids=None):
        """Return the query object of all the segment is about (only ``ids``, where given)."""
        domain = self._get_target_domain()
        Model = self._get_searched(self.model_name).with_context(active_test=False)
        query = Model._search(domain)
        if ids is not None:
            query.add_where(SQL("%s = ANY(%s)", SQL.identifier(query.table, "id"), to_param(ids)))
        return query

    def _select_members(self, ids=None):
        """Return the query of the ids of those who meet the lines now.

        :param ids: look only at these; all if left out
        :rtype: SQL
        :raises ValidationError: when a line cannot be used any more
        """
        self.ensure_one()
        lines = self.criterion_ids
        if not lines:
            return SQL("SELECT NULL::integer AS id WHERE FALSE")
        if self.join == "all":
            query = self._select_targets(ids)
            for line in lines:
                query.add_where(line._to_condition(query, ids))
            return query.select()
        queries = []
        for line in lines:
            query = self._select_targets(ids)
            query.add_where(line._to_condition(query, ids))
            queries.append(query.select())
        return SQL(" UNION ").join(queries)

    def _refuse_loop(self):
        """Stop where a segment asks, by others, for itself: by a part of a name it can."""
        if self.id in self.env.context.get("crm_segment_chain", ()):
            raise ValidationError(
                self.env._(
                    "The segment %s needs itself, by way of other segments. Take it out of one "
                    "of them.",
                    self.name,
                )
            )

    def _select_known_members(self, ids=None):
        """Return the query of the members: stored where only that is right, else as of now."""
        self._refuse_loop()
        if self.method == "filter" and self.mode == "live":
            return self._select_members(ids)
        column = SQL.identifier("lead_id" if self.model_name == "crm.lead" else "partner_id")
        among = SQL(" AND m.%s = ANY(%s)", column, to_param(ids)) if ids is not None else SQL()
        return SQL(
            "SELECT m.%s AS id FROM crm_segment_member m WHERE m.segment_id = %s%s",
            column,
            self.id,
            among,
        )

    @api.model
    def _get_targets_of(self, model_name):
        """Return the kinds of segments that a model's records can be in."""
        return [target for target, (model, _domain) in TARGETS.items() if model == model_name]

    @api.model
    @tools.ormcache("model_name", "minute")
    def _get_member_templates(self, model_name, minute):
        """Return how to ask who of some records is in which active segment.

        Cached until a segment changes, and for a minute: days go by, and a condition "in or
        below" is looked up when it is put into SQL.

        :param str minute: the time, for the cache
        :return: tuples (segment id, company id, SQL text, parameters with ``IDS`` for the
            records)
        """
        # sudo: see _get_searched; the caller picks what his companies have.
        # Everybody of a kind is in its scores: no news.
        saved = Domain("method", "=", "filter")
        of_model = Domain("applies_to", "in", self._get_targets_of(model_name))
        segments = self.sudo().search(saved & of_model)
        found = []
        for segment in segments:
            try:
                members = segment._select_known_members(IDS)
            except UserError:
                continue  # the refresh notes what is wrong with it
            found.append((segment.id, segment.company_id.id, members.code, tuple(members.params)))
        return tuple(found)

    def _to_condition(self, alias, query):
        """Return "is in this segment" as a condition on rows of a query on the target's table.

        Where all lines must hold, they become conditions of that query itself: the table is not
        read a second time.
        """
        self.ensure_one()
        self._refuse_loop()
        live = self.method == "filter" and self.mode == "live"
        if not live or self.join == "any" or not self.criterion_ids or alias != query.table:
            return SQL("%s IN (%s)", SQL.identifier(alias, "id"), self._select_known_members())
        Model = self._get_searched(self.model_name)
        target = self._get_target_domain().optimize_full(Model)._to_sql(Model, alias, query)
        return SQL(" AND ").join(
            [target, *(line._to_condition(query) for line in self.criterion_ids)]
        )

    def _select_keys(self, line, query, ids=None, having=None, extra=None):
        """Return the query of the members that a source's rows belong to.

        Deals and messages of a company are those of its persons too, of a person its own. A
        lead or deal is asked for what its customer's company has.

        :param line: something with ``source`` and ``_get_link()``
        :param query: the query object of the source's rows
        :param SQL having: a condition on the rows of one member taken together
        :param SQL extra: further columns (aggregates of the rows of one member)
        """
        column = SQL.identifier(query.table, line._get_link()[0])
        of_lead = self.model_name == "crm.lead"
        by_customer = of_lead and line.source not in ("message", "activity")
        key = column
        if line.source != "person" and (by_customer or self.applies_to in ("company", "contact")):
            alias = query.make_alias(query.table, "segment_contact")
            same = SQL("%s = %s", SQL.identifier(alias, "id"), column)
            query.add_join("JOIN", alias, "res_partner", same)
            key = SQL.identifier(alias, "commercial_partner_id")
            if self.applies_to == "contact":
                both = SQL("(SELECT %s AS id UNION SELECT %s)", column, key)
                query.add_join("JOIN", "segment_key", SQL("LATERAL %s", both), SQL("TRUE"))
                key = SQL.identifier("segment_key", "id")
        if ids is not None and not by_customer:
            query.add_where(SQL("%s = ANY(%s)", key, to_param(ids)))
        else:
            query.add_where(SQL("%s IS NOT NULL", key))
        if having is not None or extra is not None:
            query.groupby, query.having = key, having
        columns = [SQL("%s AS id", key)] + ([extra] if extra is not None else [])
        found = query.select(*columns)
        if not by_customer:
            return found
        return SQL(
            "SELECT l.id FROM crm_lead l JOIN res_partner c ON c.id = l.partner_id "
            "WHERE c.commercial_partner_id IN (SELECT f.id FROM (%s) f)%s",
            found,
            SQL(" AND l.id = ANY(%s)", to_param(ids)) if ids is not None else SQL(),
        )

    # Preview

    def action_preview(self):
        """Show who is in the segment now: a number and the first names; changes nothing.

        :raises ValidationError: when a line cannot be used
        """
        self.ensure_one()
        preview = self.preview_members()
        names = ", ".join(preview["names"])
        message = self.env._("%s meet the lines now.", preview["count"])
        if preview["entering"] is not False:
            message += " " + self.env._(
                "%(entering)s would enter, %(leaving)s would leave.",
                entering=preview["entering"],
                leaving=preview["leaving"],
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.name,
                "message": f"{message} {names}",
                "type": "info",
                "sticky": True,
            },
        }

    def preview_members(self):
        """Tell who meets the lines now, of those the caller can read; changes nothing.

        :return: ``count``; ``names`` (the first ten); ``entering`` and ``leaving``, numbers
            against the stored members, ``False`` where none are stored; XML-RPC knows no ``None``
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        Model = self.env[self.model_name]
        # The inner query is the segment's, the outer search the caller's.
        now = Domain("id", "in", SQL("(%s)", self.sudo()._select_members()))
        result = {
            "count": Model.search_count(now),
            "names": Model.search(now, limit=SAMPLE_SIZE).mapped("display_name"),
            "entering": False,
            "leaving": False,
        }
        if self.is_stored and self.method == "filter":
            stored = Domain("stored_segment_ids", "in", self.ids)
            result["entering"] = Model.search_count(now & ~stored)
            result["leaving"] = Model.search_count(stored & ~now)
        return result
