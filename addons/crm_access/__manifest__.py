{
    "name": "CRM Access",
    "summary": "Fields that the system keeps can't be written from outside",
    "version": "19.0.1.0.0",
    "author": "CRM Suite",
    "license": "LGPL-3",
    "category": "Hidden/Tools",
    "depends": ["base"],
}
