"""The files of terms are those of the addons as they are now."""

import polib
import pytest
from suite import paths, translations

MEND = "run tools/translations, and translate what it says is left"
ADDONS = (*paths.SUITE_ADDONS, *paths.bridges())


@pytest.fixture(scope="module")
def listed(all_templates):
    return translations.export_all(all_templates, ADDONS)


@pytest.mark.parametrize("addon", ADDONS)
def test_the_file_has_the_terms_of_today(listed, addon):
    stored = polib.pofile(str(translations.folder(addon) / f"{addon}.pot"))
    today = {entry.msgid for entry in listed[addon]}
    assert {entry.msgid for entry in stored} == today, MEND
