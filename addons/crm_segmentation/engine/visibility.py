"""A record may be seen because another one may be seen: as SQL that asks for each row."""

from odoo.tools import SQL


def visible_sql(comodel, link):
    """The user's rights on another record, as a correlated condition.

    Not ``IN``: a subquery over all contacts would be hashed anew for each list of a few rows.

    :param comodel: model of the other record, in the user's environment
    :param link: SQL of the column that holds its id
    """
    if not comodel.has_access("read"):
        return SQL("FALSE")
    query = comodel.with_context(active_test=False)._search([])
    query.add_where(SQL("%s = %s", SQL.identifier(comodel._table, "id"), link))
    return SQL("EXISTS (%s)", query.select(SQL("1")))
