from odoo.exceptions import AccessDenied
from odoo.http import Controller, request, route

from ..domains import find_search_fault, read_plain_filter, write_filter


class FilterFieldController(Controller):
    """What the field of a filter asks while somebody writes one."""

    @route("/crm_access/filter/read", type="jsonrpc", auth="user")
    def read_filter(self, model, text):
        """Read the text of a filter as it would be saved, with the rights of the user.

        Cost: that of a save's check, and one search for each condition with a name.

        :param str model: the name of the model that is searched
        :param str text: what is written
        :return: ``fault`` (a text that says what is wrong and where; empty if nothing is), ``text``
            (what would be saved) and ``domain`` (literals to search with, the same for everybody)
        :rtype: dict
        :raises AccessDenied: for customers: they write no filters
        """
        if not request.env.user._is_internal():
            raise AccessDenied()
        records = request.env.get(model)
        if records is None:
            return {"fault": request.env._("There is no model “%s”.", model), "text": text}
        written = write_filter(records, text)
        if fault := find_search_fault(records, written):
            return {"fault": fault, "text": text}
        domain = read_plain_filter(records, written)
        return {"fault": "", "text": written or "[]", "domain": list(domain)}
