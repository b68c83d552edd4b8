{
    "name": "CRM Marketing Ladder: Contact Groups",
    "summary": "Marketing lists from contact groups",
    "version": "19.0.1.0.0",
    "author": "CRM Suite",
    "license": "LGPL-3",
    "category": "Sales/CRM",
    "depends": ["crm_marketing_ladder", "crm_groups"],
    "data": ["views/crm_marketing_list_views.xml"],
    "auto_install": True,
}
