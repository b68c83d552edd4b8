from . import crm_contact_group_reprice
from . import payment_link_wizard
