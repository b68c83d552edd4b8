"""Where things are. All that is made on a machine lies in one ignored folder."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LOCAL = Path(os.environ.get("CRM_SUITE_HOME") or ROOT / ".local").resolve()
ADDONS = ROOT / "addons"
CONFIG = ROOT / "config"
TOOLS = ROOT / "tools"

VENV = LOCAL / "venv"
ODOO = LOCAL / "odoo"
LOGS = LOCAL / "logs"
STATE = LOCAL / "state"
FILESTORE = LOCAL / "data"

#: The four addons a user installs, in the order they are shown.
SUITE_ADDONS = (
    "crm_groups",
    "crm_segmentation",
    "crm_marketing_ladder",
    "crm_lead_assign",
)

#: Odoo addons that the tests of an addon want beside it.
TESTED_WITH = {"crm_groups_sale": ("sale_stock", "stock_account")}


def venv_python() -> Path:
    return VENV / "bin" / "python"
