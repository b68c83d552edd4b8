{
    "name": "CRM Lead Assignment",
    "summary": "Scheduled lead assignment that says why a lead has nobody yet",
    "version": "19.0.1.0.0",
    "author": "CRM Suite",
    "license": "LGPL-3",
    "category": "Sales/CRM",
    "depends": ["crm"],
    "data": [
        "security/ir.model.access.csv",
        "security/crm_lead_assign_security.xml",
        "data/ir_cron_data.xml",
        "data/crm_shared_mailbox_data.xml",
        "views/crm_lead_views.xml",
        "views/crm_team_views.xml",
        "views/crm_team_member_views.xml",
        "views/ir_cron_views.xml",
        "views/crm_lead_assign_menus.xml",
        # Hand-over, what-if and rule check: each with its menu.
        "security/crm_assignment_simulation_security.xml",
        "views/crm_handover_views.xml",
        "views/crm_assignment_simulation_views.xml",
    ],
    "demo": [
        "demo/crm_team_demo.xml",
        "demo/crm_lead_demo.xml",
    ],
    "assets": {
        "web.assets_tests": ["crm_lead_assign/static/tests/tours/*.js"],
    },
    "pre_init_hook": "pre_init_hook",
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
