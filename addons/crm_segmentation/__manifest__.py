{
    "name": "CRM Segmentation",
    "summary": "Type dictionaries for contacts, companies and deals",
    "version": "19.0.1.0.0",
    "author": "CRM Suite",
    "license": "LGPL-3",
    "category": "Sales/CRM",
    "depends": ["contacts", "crm"],
    "data": [
        "security/bulk_groups.xml",
        "security/ir.model.access.csv",
        "security/crm_segmentation_security.xml",
        "data/crm_type_data.xml",
        "views/crm_type_views.xml",
        "views/res_partner_views.xml",
        "views/crm_lead_views.xml",
        "views/crm_segmentation_menus.xml",
        "security/bulk_security.xml",
        "data/bulk_cron_data.xml",
        "wizards/crm_bulk_change_views.xml",
        "wizards/crm_bulk_undo_views.xml",
        "views/crm_bulk_operation_views.xml",
        "views/bulk_menus.xml",
    ],
    "demo": [
        "demo/crm_type_demo.xml",
        "demo/bulk_demo.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "crm_segmentation/static/src/**/*",
        ],
        "web.assets_tests": [
            "crm_segmentation/static/tests/tours/*.js",
        ],
    },
    "uninstall_hook": "uninstall_hook",
}
