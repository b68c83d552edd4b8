{
    "name": "CRM Marketing Ladder: Mailings",
    "summary": "Write to a marketing list with Email Marketing",
    "version": "19.0.1.0.0",
    "author": "CRM Suite",
    "license": "LGPL-3",
    "category": "Sales/CRM",
    "depends": ["crm_marketing_ladder", "mass_mailing"],
    "data": ["views/crm_marketing_list_views.xml"],
    "auto_install": True,
}
