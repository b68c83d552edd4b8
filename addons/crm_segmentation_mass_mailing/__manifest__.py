{
    "name": "CRM Segmentation: Mailings",
    "summary": "Write to a segment with Email Marketing",
    "version": "19.0.1.0.0",
    "author": "CRM Suite",
    "license": "LGPL-3",
    "category": "Sales/CRM",
    "depends": ["crm_segmentation", "mass_mailing"],
    "data": ["views/crm_segment_views.xml"],
    "auto_install": True,
}
