"""bin/test: lint, tests of the addons, of the tools, of the screens, of Odoo."""

import argparse

from .. import paths
from ..console import say

PURPOSE = "test"

DESCRIPTION = """\
Test the suite on a real Odoo and a real PostgreSQL: lint, the tools, the addons,
installing and uninstalling, access from outside, the browser, and Odoo's own CRM
tests with our addons installed. The last line counts.
"""


def parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/test",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("addon", nargs="?", help="test this addon alone")
    parser.add_argument(
        "--fast",
        action="store_true",
        help="lint, the tools, and the addons' own tests, without their tours",
    )
    parser.add_argument(
        "--stage", action="append", choices=STAGES, help="run this stage only (may be repeated)"
    )
    parser.add_argument("--failed", action="store_true", help="run again what failed the last time")
    arguments = parser.parse_args(argv)
    known = [manifest.parent.name for manifest in paths.ADDONS.glob("*/__manifest__.py")]
    if arguments.addon and arguments.addon not in known:
        parser.error(f"no addon {arguments.addon}; there are: {', '.join(sorted(known))}")
    return arguments


STAGES = (
    "lint",
    "tools",
    "addons",
    "install",
    "external",
    "browser",
    "core",
    "containers",
    "roles",
)
SLOW = ("install", "external", "browser", "core", "containers", "roles")
WITH_BROWSER = ("browser", "core")
OF_ONE_ADDON = ("lint", "addons", "browser")


def stages_of(arguments: argparse.Namespace) -> list[str]:
    return arguments.stage or [
        name
        for name in STAGES
        if not (arguments.fast and name in SLOW)
        and not (arguments.addon and name not in OF_ONE_ADDON)
    ]


def begin(arguments: argparse.Namespace) -> None:
    """See to the programs that the stages need, before the environment is made for them.

    :raises SuiteError: where a browser is needed and missing, with the command that installs it
    """
    from ..programs import find_browser, find_pdf_maker

    stages = stages_of(arguments)
    if set(stages) & set(WITH_BROWSER):
        find_browser()
    if "addons" in stages:
        find_pdf_maker()


def main(arguments: argparse.Namespace, source) -> int:
    from .. import postgres
    from ..locks import Lock
    from ..odoo import Odoo
    from ..testing import Stages

    stages = stages_of(arguments)
    with Lock("test", "bin/test").acquire(), postgres.TESTS.running() as variables:
        run = Stages(Odoo(source, variables), arguments.addon)
        run.run(stages, only_failed=arguments.failed)
    say()
    for line in run.summary():
        say(line)
    say(f"\nTotal: {run.total}")
    return 1 if run.total.failed or not run.total.passed else 0
