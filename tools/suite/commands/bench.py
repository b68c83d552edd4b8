"""bin/bench: speed, measured on real data of a known size."""

import argparse
import json
import re

from .. import bench_assign, bench_contacts, bench_ladder, paths
from ..console import SuiteError
from ..shell import Shell

PURPOSE = "run"

DESCRIPTION = """\
Measure the speed of the suite beside Odoo's native way, in one run on one machine.
Read the figures as ratios: another machine has other seconds.
"""


def parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/bench",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "what",
        nargs="?",
        choices=["assign", "groups", "segmentation", "ladder"],
        default="assign",
        help="default: %(default)s",
    )
    parser.add_argument("--leads", type=int, default=8000, help="default: %(default)s")
    parser.add_argument(
        "--full", action="store_true", help="of assign: also growth, memory, preview, creation"
    )
    parser.add_argument(
        "--contacts",
        type=int,
        default=200_000,
        help="of groups and segmentation; default: %(default)s",
    )
    parser.add_argument(
        "--part",
        action="append",
        default=[],
        help="of segmentation: one part only (tools/bench/segmentation_<part>.py)",
    )
    return parser.parse_args(argv)


def main(arguments: argparse.Namespace, source) -> int:
    from .. import postgres
    from ..locks import Lock
    from ..odoo import Odoo
    from ..templates import Templates

    with Lock("bench", "bin/bench").acquire(), postgres.WORK.running() as variables:
        odoo = Odoo(source, variables)
        templates = Templates(odoo)
        if arguments.what in ("groups", "segmentation"):
            return bench_contacts.run(
                odoo, templates, measure, arguments.what, arguments.contacts, arguments.part
            )
        if arguments.what == "ladder":
            return bench_ladder.run(odoo, templates, measure)
        return bench_assign.run(odoo, templates, measure, arguments.leads, arguments.full)


def measure(odoo, database: str, names: str | list[str], options: dict) -> dict:
    """Run tools/bench/<name>.py, one after another, in Odoo's shell; return what was measured."""
    names = [names] if isinstance(names, str) else names
    folder = paths.TOOLS / "bench"
    script = "\n".join((folder / f"{name}.py").read_text(encoding="utf-8") for name in names)
    with Shell(odoo, database, "--log-level=error") as shell:
        output = shell.run(f"OPTIONS = {options!r}\nexec({script!r})\n")
    found = re.search(r"^RESULT (.*)$", output, re.MULTILINE)
    if not found:
        raise SuiteError(f"the measurement broke off:\n{output}")
    return json.loads(found.group(1))
