{
    "name": "CRM Contact Groups: Leads",
    "version": "19.0.1.0.0",
    "summary": "The salesperson of a lead sees its protected contact",
    "author": "CRM Suite",
    "license": "LGPL-3",
    "category": "Sales/CRM",
    "depends": ["crm_groups", "crm"],
    "auto_install": True,
}
