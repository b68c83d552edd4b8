from . import crm_lead, crm_type, res_partner
from . import crm_bulk_operation
from . import crm_bulk_operation_line
from . import crm_bulk_operation_plan
from . import crm_bulk_operation_run
from . import crm_bulk_operation_background
from . import crm_bulk_operation_api
from . import crm_bulk_operation_screens
from . import mail_followers
