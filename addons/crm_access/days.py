"""Days in a time zone, in the way Odoo stores moments: in UTC, without a zone."""

from datetime import datetime, time

from pytz import UTC, timezone


def get_start_of_day(day, tz):
    """Return in UTC when a day begins in a time zone.

    :param datetime.date day: the day
    :param str tz: name of the time zone
    :rtype: datetime
    """
    local = timezone(tz).localize(datetime.combine(day, time.min))
    return local.astimezone(UTC).replace(tzinfo=None)
