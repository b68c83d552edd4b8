"""Leads of the same enquiry, for all leads of a run at once."""

from typing import NamedTuple

from odoo.fields import Domain
from odoo.tools import SQL

from ..engine import duplicates


class _Row(NamedTuple):
    """A lead, as far as it is compared."""

    id: int
    company: int | None
    keys: list[str]
    #: Commercial partner; 0 where companies are not compared.
    customer: int | None = 0

    @property
    def emails(self):
        return duplicates.read_addresses(self.keys)


def find_duplicates(env, lead_ids, settings):
    """Which open leads are the same enquiry as others: ``{lead: frozenset of leads}``.

    By e-mail address; by phone and company where switched on, a customer being the company of
    its name. What comes from a shared mailbox is the same only when subject and text are the
    same too. Leads of different companies are never the same. Cost: two queries, one more where
    shared mailboxes write.
    """
    if not lead_ids or not settings.merge_duplicates:
        return {}
    kinds = [duplicates.EMAIL]
    if settings.duplicate_phone:
        kinds.append(duplicates.PHONE)
    if settings.duplicate_company:
        kinds.append(duplicates.NAME)
    own = _read(env, Domain("id", "in", list(lead_ids)), kinds)
    wanted = env["crm.lead"]._get_duplicate_domain(list({key for row in own for key in row.keys}))
    if settings.duplicate_company:
        companies = list({row.customer for row in own if row.customer})
        wanted |= Domain("partner_id.commercial_partner_id", "in", companies)
    among = Domain("won_status", "=", "pending") & Domain("active", "=", True)
    rows = _read(env, among & wanted, kinds)
    mailboxes = env["crm.shared.mailbox"]._get_shared_mailboxes()
    shared = {row.id for row in rows if any(email in mailboxes for email in row.emails)}
    texts = _texts(env, shared)
    customers = _customers_by_name(row for row in rows if row.id not in shared)
    found = duplicates.groups(
        {
            row.id: (
                [("shared", *row.emails, texts.get(row.id))]
                if row.id in shared
                else list(_keys(row, customers))
            )
            for row in rows
        }
    )
    company_of = {row.id: row.company for row in rows}
    return {
        lead_id: mates
        for lead_id in lead_ids
        if lead_id in found and len(mates := _of_company(lead_id, found[lead_id], company_of)) > 1
    }


def _of_company(lead_id, together, company_of):
    """Those of ``together`` that one company can have in one lead with ``lead_id``."""
    own = company_of[lead_id]
    companies = {company_of[mate] for mate in together} - {None}
    if own:
        return frozenset(mate for mate in together if company_of[mate] in (None, own))
    if len(companies) > 1:
        return frozenset(mate for mate in together if not company_of[mate])
    return together


def _read(env, domain, kinds):
    model = env["crm.lead"].with_context(active_test=False)
    model.flush_model(["company_id", "partner_id", "duplicate_keys"])
    env["res.partner"].flush_model(["commercial_partner_id"])
    query = model._search(domain, order="id")
    # Columns, not fields: nobody reads the keys but the assignment.
    columns = [SQL.identifier(query.table, name) for name in ("id", "company_id", "duplicate_keys")]
    if duplicates.NAME in kinds:
        partner = query.left_join(query.table, "partner_id", "res_partner", "id", "partner_id")
        columns.append(SQL.identifier(partner, "commercial_partner_id"))
    return [
        _Row(lead_id, company, duplicates.read_keys(text, *kinds), *customer)
        for lead_id, company, text, *customer in env.execute_query(query.select(*columns))
    ]


def _texts(env, lead_ids):
    """Subject and text of leads from shared mailboxes."""
    model = env["crm.lead"].with_context(active_test=False)
    leads = model.search_fetch([("id", "in", list(lead_ids))], ["name", "description"])
    return {lead.id: ((lead.name or "").strip().lower(), lead.description) for lead in leads}


def _customers_by_name(rows):
    """``{key of a name: the only customer that has it}``: two of one name may be two companies."""
    customers = {}
    for row in rows:
        for key in row.keys if row.customer else ():
            if key.startswith(duplicates.NAME):
                customers.setdefault(key, set()).add(row.customer)
    return {key: next(iter(found)) for key, found in customers.items() if len(found) == 1}


def _keys(row, customers):
    for key in row.keys:
        if not key.startswith(duplicates.NAME):
            yield key
        elif not row.customer:
            yield customers.get(key, key)
    if row.customer:
        yield row.customer
