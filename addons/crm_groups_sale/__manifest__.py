{
    "name": "CRM Contact Groups: Sales",
    "version": "19.0.1.0.0",
    "summary": "Re-price draft quotations after a change of price level; access by quotation",
    "author": "CRM Suite",
    "license": "LGPL-3",
    "category": "Sales/CRM",
    "depends": ["crm_groups", "sale"],
    "data": [
        "security/ir.model.access.csv",
        "security/crm_groups_sale_security.xml",
        "wizards/crm_contact_group_reprice_views.xml",
        "views/crm_contact_group_views.xml",
    ],
    "auto_install": True,
}
