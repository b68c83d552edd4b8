from . import crm_lead, crm_type, res_partner
