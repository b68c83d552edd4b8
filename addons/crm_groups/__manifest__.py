{
    "name": "CRM Contact Groups",
    "version": "19.0.1.0.0",
    "summary": "Contact groups in a tree, filled by hand or by rule, that carry a price level",
    "author": "CRM Suite",
    "license": "LGPL-3",
    "category": "Sales/CRM",
    "depends": ["contacts", "product", "sales_team"],
    "data": [
        # Rights
        "security/crm_groups_groups.xml",
        "security/ir.model.access.csv",
        "security/crm_groups_security.xml",
        # Data
        "data/ir_cron_data.xml",
        # Views
        "views/crm_contact_group_member_views.xml",
        "views/crm_contact_group_views.xml",
        "views/res_partner_views.xml",
        "views/crm_groups_menus.xml",
    ],
    "demo": [
        "demo/product_pricelist_demo.xml",
        "demo/crm_contact_group_demo.xml",
    ],
    "uninstall_hook": "uninstall_hook",
}
