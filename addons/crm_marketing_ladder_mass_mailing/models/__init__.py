from . import crm_marketing_list, mailing_mailing
