"""Leads of the same enquiry, for all leads of a run at once."""

from odoo.fields import Domain
from odoo.tools.mail import email_normalize_all

from ..engine import duplicates


def find_duplicates(env, lead_ids, settings):
    """Which open leads are the same enquiry as others: ``{lead: frozenset of leads}``.

    By e-mail address as Odoo does; by phone and company where switched on. What comes
    from a shared mailbox is the same only when subject and text are the same too. Leads of
    different companies are never the same. Cost: two queries, one more where shared
    mailboxes write.
    """
    if not lead_ids or not settings.merge_duplicates:
        return {}
    columns = ["id", "company_id", "email_from", "email_normalized"]
    if settings.duplicate_phone:
        columns.append("phone_sanitized")
    if settings.duplicate_company:
        columns += ["partner_id", "partner_name"]
    own = _read(env, Domain("id", "in", list(lead_ids)), columns)
    wanted = Domain("email_normalized", "in", list({e for row in own for e in _emails(row)}))
    if settings.duplicate_phone:
        wanted |= Domain("phone_sanitized", "in", _values(own, "phone_sanitized"))
    if settings.duplicate_company:
        names = _values(own, "partner_name")
        companies = env["res.partner"].browse(_values(own, "partner_id")).commercial_partner_id
        wanted |= Domain("partner_id.commercial_partner_id", "in", companies.ids)
        wanted |= Domain("partner_name", "in", names)
    among = Domain("won_status", "=", "pending") & Domain("active", "=", True)
    rows = _read(env, among & wanted, columns)
    mailboxes = env["crm.shared.mailbox"]._get_shared_mailboxes()
    shared = {row["id"] for row in rows if any(e in mailboxes for e in _emails(row))}
    texts = _texts(env, shared)
    commercial = _commercial_partners(env, _values(rows, "partner_id"))
    found = duplicates.groups(
        {
            row["id"]: (
                [("shared", row["email_normalized"], texts.get(row["id"]))]
                if row["id"] in shared
                else list(_keys(row, commercial))
            )
            for row in rows
        }
    )
    company_of = {row["id"]: row["company_id"] for row in rows}
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


def _read(env, domain, columns):
    model = env["crm.lead"].with_context(active_test=False)
    model.flush_model(columns[1:])
    query = model._search(domain, order="id")
    rows = env.execute_query(
        query.select(*(model._field_to_sql(query.table, name, query) for name in columns))
    )
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _values(rows, column):
    return list({row[column] for row in rows if row.get(column)})


def _texts(env, lead_ids):
    """Subject and text of leads from shared mailboxes."""
    rows = _read(env, Domain("id", "in", list(lead_ids)), ["id", "name", "description"])
    return {row["id"]: ((row["name"] or "").strip().lower(), row["description"]) for row in rows}


def _commercial_partners(env, partner_ids):
    return {
        partner.id: partner.commercial_partner_id.id
        for partner in env["res.partner"].browse(partner_ids)
    }


def _emails(row):
    """The addresses of a lead; most have one, which is normalised and stored."""
    if (row["email_from"] or "").count("@") > 1:
        return email_normalize_all(row["email_from"])
    return [row["email_normalized"]] if row["email_normalized"] else []


def _keys(row, commercial):
    for email in _emails(row):
        yield "email", email
    if row.get("phone_sanitized"):
        yield "phone", row["phone_sanitized"]
    if row.get("partner_id"):
        yield "company", commercial[row["partner_id"]]
    elif row.get("partner_name"):
        yield "name", row["partner_name"].strip().lower()
