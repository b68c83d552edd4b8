from . import test_crm_type, test_deal_type, test_partner_type, test_performance, test_security
