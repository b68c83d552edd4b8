from . import crm_assignment_check
