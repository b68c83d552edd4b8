"""tools/translations: the addons' terms and what is left to translate."""

import argparse

from .. import paths
from ..console import say

PURPOSE = "test"

DESCRIPTION = """\
List each addon's terms anew (i18n/ADDON.pot), bring the languages' files to them and
say what is left to translate. Translations are kept; those of dropped terms go.
"""


def parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tools/translations",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("addon", nargs="*", help="default: all")
    return parser.parse_args(argv)


def main(arguments: argparse.Namespace, source) -> int:
    from .. import postgres, translations
    from ..locks import Lock
    from ..odoo import Odoo
    from ..templates import Templates

    with Lock("test", "tools/translations").acquire(), postgres.TESTS.running() as variables:
        templates = Templates(Odoo(source, variables))
        wanted = arguments.addon or [*paths.SUITE_ADDONS, *paths.bridges()]
        left = 0
        for name, terms in translations.export_all(templates, wanted).items():
            missing = translations.update(name, terms)
            left += sum(missing.values())
            text = ", ".join(f"{count} in {language}" for language, count in missing.items())
            say(f"  {name}: {len(terms)} terms; to translate: {text}")
    return 1 if left else 0
