from . import calendar_attendee
from . import crm_lead
