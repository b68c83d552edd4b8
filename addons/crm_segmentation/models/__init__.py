from . import crm_lead, crm_type, res_partner
from . import crm_lead_owner
from . import crm_owner_activity
from . import crm_owner_change
from . import crm_owner_operation
from . import crm_owner_operation_apply
from . import crm_owner_operation_line
from . import crm_owner_operation_release
from . import res_company_owner
from . import res_config_settings_owner
from . import res_partner_owner
from . import res_partner_owner_check
from . import res_partner_owner_explain
from . import res_partner_owner_pass
from . import res_partner_owner_take
from . import res_partner_owner_watch
from . import res_users_owner
