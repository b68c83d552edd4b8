"""The files of terms are those of the addons as they are now."""

import polib
import pytest
from suite import paths, translations
from suite.templates import SUITE, alone

MEND = "run tools/translations, and translate what it says is left"


@pytest.fixture(scope="module")
def listed(odoo, all_templates):
    found = translations.export(odoo, all_templates.ensure(SUITE), list(paths.SUITE_ADDONS))
    for bridge in paths.bridges():
        found |= translations.export(odoo, all_templates.ensure(alone(bridge)), [bridge])
    return found


@pytest.mark.parametrize("addon", (*paths.SUITE_ADDONS, *paths.bridges()))
def test_the_file_has_the_terms_of_today(listed, addon):
    stored = polib.pofile(str(translations.folder(addon) / f"{addon}.pot"))
    today = {entry.msgid for entry in listed[addon]}
    assert {entry.msgid for entry in stored} == today, MEND
