"""Names of records for messages, as the user may read them."""


def get_told_name(record):
    """Return the name of a record for a message, with the rights of the user.

    Constraints run as superuser, and what lies in the way may be out of the user's sight: then it
    is told that there is something, and not what. Of a record that is just being made the name is
    what the user has typed.
    """
    mine = record.sudo(False)
    if not record._origin or not mine or mine.has_access("read"):
        return record.display_name or ""
    return record.env._("(not visible to you)")
