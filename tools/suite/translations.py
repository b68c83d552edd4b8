"""The addons' terms and their translations: i18n/<addon>.pot and i18n/<language>.po.

Odoo itself lists the terms of an installed addon; the files keep only what a translator
needs, so that they change when a term does and not with every line of code.
"""

import json
import re
from collections.abc import Iterable

import polib

from . import paths
from .shell import Shell
from .templates import BESIDE, SUITE, Templates

#: Languages that the suite speaks completely, beside English.
LANGUAGES = ("pl", "ru", "uk", "vi")

#: What a translation must have just as its source has it: placeholders, tags, entities.
FIXED = re.compile(r"%\(\w+\)[#0\- +]*[\d.]*[a-z]|%[sdif]|%%|\$?\{[^{}]*\}|</?[a-zA-Z][^>]*>|&\w+;")
#: Attributes that are read by people, in tags that are part of a term.
SPOKEN = re.compile(r"""\b(title|placeholder|aria-label|alt|data-tooltip)=(["\']).+?\2""")
#: Where Odoo's website keeps what it says itself about models, also about those we extend.
OF_WEBSITE = "model:ir.model,website_form_label:"
#: A term stands where its addon, its kind and its record say; lines move too often.
SCRIPT = """
import io, json
from odoo.tools.translate import trans_export
terms = {{}}
for name in {addons!r}:
    buffer = io.BytesIO()
    trans_export(False, [name], buffer, "po", env)
    terms[name] = buffer.getvalue().decode()
print("TERMS", json.dumps(terms))
"""


def export(odoo, database: str, addons: Iterable[str]) -> dict[str, polib.POFile]:
    """The terms of installed addons, as Odoo lists them.

    :raises SuiteError: when it can't
    """
    with Shell(odoo, database, "--log-level=error") as shell:
        output = shell.run(SCRIPT.format(addons=list(addons)))
    found = json.loads(re.search(r"TERMS (.*)$", output, re.MULTILINE)[1])
    return {name: _plain(name, polib.pofile(text)) for name, text in found.items()}


def export_all(templates: Templates, addons: Iterable[str]) -> dict[str, polib.POFile]:
    """The terms of these addons, each where it belongs.

    The suite's own are listed without the addons that some bridges are for: those give our
    models fields and labels of their own, which Odoo would list as ours.
    """
    found = {}
    beside = [name for name in addons if name in paths.BESIDE_BRIDGES]
    suite = [name for name in addons if name not in beside]
    for template, names in ((SUITE, suite), (BESIDE, beside)):
        if names:
            database = templates.standing_copy(template, "terms")
            found |= export(templates.odoo, database, names)
    return found


def _plain(addon: str, found: polib.POFile) -> polib.POFile:
    """The same terms without dates and counters, and without those of the website."""
    template = polib.POFile(wrapwidth=99)
    template.metadata = _metadata("")
    for entry in found:
        entry.flags = []
        entry.occurrences = [place for place in entry.occurrences if OF_WEBSITE not in place[0]]
        if entry.occurrences:
            template.append(entry)
    return template


def _metadata(language: str) -> dict:
    facts = {
        "Project-Id-Version": "Odoo Server 19.0",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    return {**facts, "Language": language} if language else facts


def folder(addon: str):
    return paths.ADDONS / addon / "i18n"


def update(addon: str, template: polib.POFile) -> dict[str, int]:
    """Write the template and bring each language's file to its terms.

    :return: how many terms each language lacks
    """
    folder(addon).mkdir(exist_ok=True)
    template.save(str(folder(addon) / f"{addon}.pot"))
    missing = {}
    for language in LANGUAGES:
        path = folder(addon) / f"{language}.po"
        known = {}
        if path.exists():
            known = {entry.msgid: entry.msgstr for entry in polib.pofile(str(path))}
        translated = polib.POFile(wrapwidth=99)
        translated.metadata = _metadata(language)
        for entry in template:
            translated.append(
                polib.POEntry(
                    msgid=entry.msgid,
                    msgstr=known.get(entry.msgid, ""),
                    occurrences=entry.occurrences,
                    comment=entry.comment,
                )
            )
        translated.save(str(path))
        missing[language] = len(translated.untranslated_entries())
    return missing


def _fixed(text: str) -> list[str]:
    return sorted(FIXED.findall(SPOKEN.sub(r"\1=", text)))


def faults(addon: str, language: str) -> list[str]:
    """What is wrong with a language's file beside the addon's terms, in words."""
    path = folder(addon) / f"{language}.po"
    if not path.exists():
        return [f"{addon} has no {language}.po: run tools/translations"]
    terms = {entry.msgid for entry in polib.pofile(str(folder(addon) / f"{addon}.pot"))}
    translated = {entry.msgid: entry for entry in polib.pofile(str(path)) if not entry.obsolete}
    found = [f"not a term any more: {text!r}" for text in translated.keys() - terms]
    for text in terms:
        entry = translated.get(text)
        if entry is None or not entry.msgstr or entry.fuzzy:
            found.append(f"not translated: {text!r}")
        elif _fixed(text) != _fixed(entry.msgstr):
            found.append(f"other placeholders or tags: {text!r}: {entry.msgstr!r}")
        elif SPOKEN.search(text) and text == entry.msgstr:
            found.append(f"an attribute is not translated: {text!r}")
    return sorted(found)
