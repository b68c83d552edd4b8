from . import crm_deal_type_report
