from . import crm_segment
from . import mailing_mailing
