{
    "name": "CRM Contact Groups: Website",
    "version": "19.0.1.0.0",
    "summary": "Visitors of the website who are hidden contacts stay hidden",
    "author": "CRM Suite",
    "license": "LGPL-3",
    "category": "Sales/CRM",
    "depends": ["crm_groups", "website"],
    "data": ["security/crm_groups_website_security.xml"],
    "auto_install": True,
}
