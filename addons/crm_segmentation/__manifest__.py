{
    "name": "CRM Segmentation",
    "summary": "Type dictionaries for contacts, companies and deals",
    "version": "19.0.1.0.0",
    "author": "CRM Suite",
    "license": "LGPL-3",
    "category": "Sales/CRM",
    "depends": ["contacts", "crm"],
    "data": [
        "security/ir.model.access.csv",
        "security/crm_segmentation_security.xml",
        "data/crm_type_data.xml",
        "views/crm_type_views.xml",
        "views/res_partner_views.xml",
        "views/crm_lead_views.xml",
        "views/crm_segmentation_menus.xml",
    ],
    "demo": [
        "demo/crm_type_demo.xml",
    ],
    "uninstall_hook": "uninstall_hook",
}
