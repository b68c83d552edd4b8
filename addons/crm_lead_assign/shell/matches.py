"""Which leads pass which filters: one search for each distinct filter."""

import logging

from odoo.fields import Domain

from odoo.addons.crm_access.domains import limit_time

from ..engine.facts import EVERYTHING
from .filters import parse_search_filter

_logger = logging.getLogger(__name__)


class RuleMatches:
    """Numbers the distinct filters; says which leads pass them, a bit for each.

    Filters are searched as the user who runs the assignment, but days are those of the team: who
    starts it elsewhere, or the schedule, gives out the same leads. One that can't be searched
    matches nothing, and is in ``errors``.
    """

    def __init__(self, env):
        self.env = env
        self.domains = {}
        self.errors = {}
        self._bits = {}
        self._tz = {}
        self._next = EVERYTHING << 1

    def bit(self, *texts, domain=None, tz=None):
        """The bit of a filter: all of ``texts`` (as stored) and ``domain`` together.

        :param tz: name of the time zone of the days in it
        """
        texts = tuple(sorted({text for text in texts if text and text.strip() != "[]"}))
        if not texts and domain is None:
            return EVERYTHING
        key = (texts, str(domain), tz)
        if key not in self._bits:
            self._bits[key] = self._next
            self._tz[self._next] = tz
            try:
                parts = [parse_search_filter(self.env["crm.lead"], text) for text in texts]
                whole = Domain.AND(parts + ([domain] if domain is not None else []))
                whole.validate(self.env["crm.lead"])
                self.domains[self._next] = whole
            except Exception as error:  # the ORM has no one kind of error for a bad domain
                self.errors[self._next] = str(error) or type(error).__name__
            self._next <<= 1
        return self._bits[key]

    def get_domain(self, bit):
        """The domain of a rule; everything for the empty one."""
        return self.domains.get(bit, Domain.TRUE)

    def mentions(self, bits, names):
        """Whether one of the rules asks for one of these fields."""
        return any(
            condition.field_expr.split(".")[0] in names
            for bit in bits
            if bit in self.domains
            for condition in self.domains[bit].iter_conditions()
        )

    def match(self, leads, among, bits=None):
        """Set the bits of ``leads`` that pass.

        :param leads: ``{id: engine lead}``
        :param among: the domain that these leads come from; what else it finds is ignored
        :param bits: only these rules; all without
        """
        wanted = [bit for bit in (self.domains if bits is None else bits) if bit in self.domains]
        if not leads or not wanted:
            return
        try:
            with self.env.cr.savepoint(), limit_time(self.env.cr):
                found = [(bit, self._search(bit, among)) for bit in wanted]
        except Exception:
            found = [(bit, self._search_alone(bit, among)) for bit in wanted]
        for bit, ids in found:
            for lead_id in ids:
                lead = leads.get(lead_id)
                if lead is not None:
                    lead.matches |= bit

    def _search(self, bit, among):
        leads = self.env["crm.lead"]
        if tz := self._tz.get(bit):
            leads = leads.with_context(tz=tz)
        query = leads._search(self.domains[bit] & among)
        return [row[0] for row in self.env.execute_query(query.select())]

    def _search_alone(self, bit, among):
        try:
            with self.env.cr.savepoint(), limit_time(self.env.cr):
                return self._search(bit, among)
        except Exception as error:  # one bad filter does not stop the others
            _logger.info("A lead assignment filter can't be searched: %s", error)
            self.errors[bit] = str(error) or type(error).__name__
            return []
