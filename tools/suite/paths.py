"""Where things are. All that is made on a machine lies in one ignored folder."""

import ast
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
TESTED_WITH = {
    "crm_groups_sale": ("sale_stock", "stock_account", "point_of_sale", "website_sale"),
}


def bridges() -> dict[str, list[str]]:
    """Addons that install themselves where another one is, each with what it depends on.

    They are installed with the suite only where that other one is, and tested apart.
    """
    found = {}
    for manifest in sorted(ADDONS.glob("*/__manifest__.py")):
        if manifest.parent.name not in SUITE_ADDONS:
            found[manifest.parent.name] = ast.literal_eval(manifest.read_text("utf-8"))["depends"]
    return found


def venv_python() -> Path:
    return VENV / "bin" / "python"
