"""Every term of every addon is translated, with its placeholders and tags."""

import polib
import pytest
from suite import paths, translations

ADDONS = (*paths.SUITE_ADDONS, *paths.bridges())


@pytest.mark.parametrize("language", translations.LANGUAGES)
@pytest.mark.parametrize("addon", ADDONS)
def test_translation_is_complete(addon, language):
    assert translations.faults(addon, language) == []


@pytest.mark.parametrize(
    "source, translation",
    [
        ("%(count)s contacts", "%(number)s contacts"),
        ("%s of %s", "%s"),
        ("{name} is here", "is here"),
        ("<b>Bold</b> text", "<b>Bold</i> text"),
        ("5 %% of", "5 % of"),
        ("a &amp; b", "a b"),
        ("missing", ""),
        ('<i class="x" title="Tasks"/>', '<i class="x" title="Tasks"/>'),
    ],
)
def test_the_check_finds_a_fault(monkeypatch, tmp_path, source, translation):
    write(monkeypatch, tmp_path, source, translation)
    assert len(translations.faults("a", "ru")) == 1


def test_what_is_read_in_a_tag_may_differ(monkeypatch, tmp_path):
    write(monkeypatch, tmp_path, '<i class="x" title="Tasks"/>', '<i class="x" title="Задачи"/>')
    assert translations.faults("a", "ru") == []


def write(monkeypatch, tmp_path, source, translation):
    monkeypatch.setattr(translations.paths, "ADDONS", tmp_path)
    (tmp_path / "a" / "i18n").mkdir(parents=True)
    for name, text in (("a.pot", ""), ("ru.po", translation)):
        file = polib.POFile()
        file.append(polib.POEntry(msgid=source, msgstr=text))
        file.save(str(tmp_path / "a" / "i18n" / name))
