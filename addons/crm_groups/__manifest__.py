{
    "name": "CRM Contact Groups",
    "version": "19.0.1.1.0",
    "summary": "The contact base as a tree that prices, protects and fills itself",
    "author": "CRM Suite",
    "license": "LGPL-3",
    "category": "Sales/CRM",
    "depends": ["contacts", "crm_access", "product", "sales_team", "web_hierarchy"],
    "data": [
        # Rights
        "security/crm_groups_groups.xml",
        "security/ir.model.access.csv",
        "security/crm_groups_security.xml",
        # Data
        "data/crm_contact_card_part_data.xml",
        "data/ir_cron_data.xml",
        # Views
        "wizards/crm_contact_access_check_views.xml",
        "wizards/crm_contact_group_bulk_views.xml",
        "wizards/crm_contact_group_closing_views.xml",
        "wizards/crm_contact_group_price_check_views.xml",
        "wizards/crm_contact_group_tags_views.xml",
        "views/crm_contact_group_history_views.xml",
        "views/crm_contact_group_operation_views.xml",
        "views/ir_actions_server_views.xml",
        "views/product_pricelist_views.xml",
        "views/crm_contact_group_member_views.xml",
        "views/crm_contact_group_views.xml",
        "views/res_partner_views.xml",
        "views/crm_groups_menus.xml",
    ],
    "demo": [
        "demo/product_pricelist_demo.xml",
        "demo/crm_contact_group_demo.xml",
    ],
    "assets": {
        "web.assets_backend": ["crm_groups/static/src/**/*"],
        "web.assets_tests": ["crm_groups/static/tests/tours/*.js"],
    },
    "uninstall_hook": "uninstall_hook",
}
