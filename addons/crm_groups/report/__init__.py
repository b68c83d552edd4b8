from . import crm_contact_group_history
