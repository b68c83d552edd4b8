"""bin/bench: speed, measured on real data of a known size."""

import argparse
import json
import re
import subprocess

from .. import bench_ladder, paths
from ..console import SuiteError, say, step
from ..processes import die_with_parent

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
        choices=["assign", "ladder"],
        default="assign",
        help="default: %(default)s",
    )
    parser.add_argument("--leads", type=int, default=2000, help="default: %(default)s")
    return parser.parse_args(argv)


def main(arguments: argparse.Namespace, source) -> int:
    from .. import postgres
    from ..locks import Lock
    from ..odoo import Odoo
    from ..templates import BASE, Templates

    with Lock("bench", "bin/bench").acquire(), postgres.running() as variables:
        odoo = Odoo(source, variables)
        templates = Templates(odoo)
        if arguments.what == "ladder":
            return bench_ladder.run(odoo, templates, measure)
        database = templates.fresh_copy(BASE, "suite_bench")
        try:
            with step(f"Native assignment of {arguments.leads} leads, 5 teams of 10"):
                result = measure(odoo, database, "assign", {"leads": arguments.leads})
        finally:
            templates.databases.drop(database)
    report(result)
    return 0


def measure(odoo, database: str, name: str, options: dict) -> dict:
    """Run tools/bench/<name>.py in Odoo's shell; return what it measured."""
    script = (paths.TOOLS / "bench" / f"{name}.py").read_text(encoding="utf-8")
    done = subprocess.run(
        odoo.command("shell", f"--database={database}", "--no-http", "--log-level=error"),
        input=f"OPTIONS = {options!r}\nexec({script!r})\n",
        env=odoo.env(),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=die_with_parent(),
    )
    found = re.search(r"^RESULT (.*)$", done.stdout, re.MULTILINE)
    if done.returncode or not found:
        raise SuiteError(f"the measurement broke off:\n{done.stdout}{done.stderr}")
    return json.loads(found.group(1))


def report(result: dict) -> None:
    leads, seconds = result["leads"], result["seconds"]
    if result["assigned"] != leads:
        raise SuiteError(f"only {result['assigned']} of {leads} leads were assigned")
    say(
        f"native: {leads} leads in {seconds:.1f} s = {leads / seconds:.0f} leads/s, "
        f"{1000 * seconds / leads:.1f} ms/lead ({1000 * result['cpu_seconds'] / leads:.1f} CPU), "
        f"{result['queries'] / leads:.1f} queries/lead"
    )
