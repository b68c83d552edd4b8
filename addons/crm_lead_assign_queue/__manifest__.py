{
    "name": "CRM Lead Assignment: Job Queue",
    "summary": "Scheduled lead assignment shared by several Odoo nodes",
    "version": "19.0.1.0.0",
    "author": "CRM Suite",
    "license": "LGPL-3",
    "category": "Sales/CRM",
    "depends": ["crm_lead_assign", "queue_job"],
    "data": ["data/queue_job_data.xml"],
    "auto_install": True,
}
