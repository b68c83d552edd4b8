from . import crm_owner_handover
from . import crm_owner_pass
