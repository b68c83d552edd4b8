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

#: What several of them need. It comes with the first that is installed and may stay after the last.
LIBRARY_ADDONS = ("crm_access", "crm_bulk_history")

#: Bridges to Odoo or OCA addons that the suite does not stand on, and those addons with what a
#: shop beside them has: all in one database, where these bridges are tested.
BESIDE_BRIDGES = (
    "crm_groups_mass_mailing",
    "crm_groups_sale",
    "crm_groups_website",
    "crm_lead_assign_queue",
    "crm_lead_assign_website",
    "crm_marketing_ladder_mass_mailing",
    "crm_segmentation_mass_mailing",
)
BESIDE_ADDONS = (
    "base_automation",
    "mass_mailing",
    "point_of_sale",
    "queue_job",
    "sale_stock",
    "stock_account",
    "website_crm",
    "website_sale",
)


def bridges() -> dict[str, list[str]]:
    """The addons beside the four, each with what it depends on.

    Most are bridges: they install themselves where another addon is. All are tested apart.
    """
    manifests = sorted(ADDONS.glob("*/__manifest__.py"))
    names = [path.parent.name for path in manifests if path.parent.name not in SUITE_ADDONS]
    return {name: depends(name) for name in names}


def depends(addon: str) -> list[str]:
    """The addons that one of ours names in its manifest."""
    return ast.literal_eval((ADDONS / addon / "__manifest__.py").read_text("utf-8"))["depends"]


def venv_python() -> Path:
    return VENV / "bin" / "python"
