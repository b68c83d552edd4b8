{
    "name": "CRM Lead Assignment: Website Forms",
    "summary": "Website leads of teams that are left out of the schedule keep their owner",
    "version": "19.0.1.0.0",
    "author": "CRM Suite",
    "license": "LGPL-3",
    "category": "Sales/CRM",
    "depends": ["crm_lead_assign", "website_crm"],
    "auto_install": True,
}
