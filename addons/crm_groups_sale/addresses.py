"""Addresses that documents take from their customer by themselves."""


def leave_out_unseen(documents, name):
    """Take the customer for an address that a group hides from whose deed it is.

    Odoo computes it as superuser, and the document shows and prints it.

    :param documents: quotations or invoices, with a customer as ``partner_id``
    :param str name: the field of the address, computed just now
    """
    mine = documents.with_user(documents.env.user)
    if not mine._must_ask_for_contacts():
        return
    unseen = set(mine._get_unseen_contacts(set(documents[name]._origin.ids)).ids)
    for document in documents:
        if document[name]._origin.id in unseen:
            document[name] = document.partner_id
