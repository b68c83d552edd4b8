"""Names of records for messages, as the user, or everybody, may read them."""


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


def get_public_name(record):
    """Return the name of a record for a text that others keep reading, such as a history.

    Of a record that not every internal user sees, it is the number.
    """
    return record.display_name or "" if record._is_seen_by_all() else f"no. {record.id}"


def get_plain_text(text):
    """Return a code or name as it is compared: without regard to capitals and blanks."""
    return " ".join(str(text).split()).casefold()
