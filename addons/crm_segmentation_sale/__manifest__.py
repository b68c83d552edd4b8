{
    "name": "CRM Segmentation: Sales",
    "summary": "Orders in segments and scores",
    "version": "19.0.1.0.0",
    "author": "CRM Suite",
    "license": "LGPL-3",
    "category": "Sales/CRM",
    "depends": ["crm_segmentation", "sale"],
    "data": ["data/crm_segment_data.xml"],
    "auto_install": True,
}
