{
    "name": "CRM Marketing Ladder: Segments",
    "summary": "Marketing lists from segments",
    "version": "19.0.1.0.0",
    "author": "CRM Suite",
    "license": "LGPL-3",
    "category": "Sales/CRM",
    "depends": ["crm_marketing_ladder", "crm_segmentation"],
    "data": ["views/crm_marketing_list_views.xml"],
    "auto_install": True,
}
