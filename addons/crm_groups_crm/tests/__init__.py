from . import test_calendar_attendee
from . import test_lead_access
from . import test_lead_document
