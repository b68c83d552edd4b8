{
    "name": "CRM Contact Groups: Mailings",
    "version": "19.0.1.0.0",
    "summary": "A mailing reaches the contacts that whoever chose its recipients sees",
    "author": "CRM Suite",
    "license": "LGPL-3",
    "category": "Sales/CRM",
    "depends": ["crm_groups", "mass_mailing"],
    "data": [
        "security/crm_groups_mass_mailing_security.xml",
        "views/mailing_mailing_views.xml",
    ],
    "auto_install": True,
}
