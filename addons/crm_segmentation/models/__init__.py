from . import crm_lead
from . import crm_type
from . import res_partner
