{
    "name": "CRM Access",
    "summary": "Who may write, share, name and filter what: rules that the other addons stand on",
    "version": "19.0.1.0.0",
    "author": "CRM Suite",
    "license": "LGPL-3",
    "category": "Hidden/Tools",
    # The web client, for its onchange and its field of domains; the general settings, for the
    # company's time zone.
    "depends": ["web", "base_setup"],
    "data": ["views/res_company_views.xml", "views/res_config_settings_views.xml"],
    "assets": {
        "web.assets_backend": ["crm_access/static/src/**/*"],
        "web.assets_tests": ["crm_access/static/tests/tours/**/*"],
    },
}
