from . import account_move
from . import crm_contact_group
from . import portal_mixin
from . import res_partner_bank
from . import sale_order
from . import sale_order_line
