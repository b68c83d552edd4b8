from . import crm_contact_group
from . import sale_order
