from . import crm_contact_group
from . import crm_contact_group_rule
from . import crm_contact_group_member
from . import product_pricelist
from . import res_partner
