# The mixin first: models that others inherit from must be there before them.
from . import crm_type_decision
from . import list_field_size
from . import crm_lead
from . import crm_type
from . import res_partner
from . import crm_stage
from . import crm_type_bring
from . import crm_type_import
from . import crm_type_merge
from . import crm_type_queue
from . import ir_fields_converter
from . import crm_lead_list_field
from . import crm_list_field
from . import crm_list_field_real
from . import crm_list_value
from . import crm_team
from . import res_partner_list_field
