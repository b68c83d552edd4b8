from . import base_partner_merge
from . import crm_contact_access_check
from . import crm_contact_group_bulk
from . import crm_contact_group_closing
from . import crm_contact_group_price_check
from . import crm_contact_group_tags
