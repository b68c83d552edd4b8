{
    "name": "CRM Bulk History",
    "summary": "Notes, tracked changes and followers of many records by a few statements",
    "version": "19.0.1.0.0",
    "author": "CRM Suite",
    "license": "LGPL-3",
    "category": "Hidden/Tools",
    "depends": ["mail"],
}
