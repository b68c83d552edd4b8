"""The changelog names the version that each addon has."""

import ast
import re

import pytest
from suite import paths
from suite.testing import all_addons

#: An addon that is named without a version has its first.
FIRST = "19.0.1.0.0"
ENTRY = re.compile(r"\*\*(\w+) (\d[\d.]*)\*\*|`(\w+)`")


def get_versions(changelog: str) -> dict[str, str]:
    """``{addon: version}`` of each addon's newest entry; the newest is at the top."""
    found = {}
    for name, version, mentioned in ENTRY.findall(changelog):
        found.setdefault(name or mentioned, version or FIRST)
    return found


@pytest.mark.parametrize("addon", all_addons())
def test_changelog_and_manifest_agree(addon):
    manifest = ast.literal_eval((paths.ADDONS / addon / "__manifest__.py").read_text("utf-8"))
    versions = get_versions((paths.ROOT / "CHANGELOG.md").read_text("utf-8"))
    assert versions.get(addon) == manifest["version"]


def test_the_newest_entry_counts():
    text = "- **crm_a 19.0.1.1.0**: more. Bridge `crm_b`.\n- **crm_a 19.0.1.0.0**: first."
    assert get_versions(text) == {"crm_a": "19.0.1.1.0", "crm_b": FIRST}
