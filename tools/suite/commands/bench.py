"""bin/bench: speed, measured on real data of a known size."""

import argparse
import json
import re
import subprocess

from .. import paths
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
        "what", nargs="?", choices=["assign"], default="assign", help="default: %(default)s"
    )
    parser.add_argument("--leads", type=int, default=8000, help="default: %(default)s")
    parser.add_argument(
        "--full", action="store_true", help="also linearity, memory, preview and creation"
    )
    return parser.parse_args(argv)


def main(arguments: argparse.Namespace, source) -> int:
    from .. import postgres
    from ..locks import Lock
    from ..odoo import Odoo
    from ..templates import Templates

    with Lock("bench", "bin/bench").acquire(), postgres.running() as variables:
        odoo = Odoo(source, variables)
        templates = Templates(odoo)
        assign(odoo, templates, arguments.leads, arguments.full)
    return 0


def assign(odoo, templates, leads: int, full: bool) -> None:
    """Native assignment and ours, each on a database of its own, one after the other."""
    from ..templates import BASE, alone

    def run(title, template, **options):
        database = templates.fresh_copy(template, "suite_bench")
        try:
            with step(title):
                return measure(odoo, database, "assign", options)
        finally:
            templates.databases.drop(database)

    ours = alone("crm_lead_assign")
    shape = {"leads": leads, "teams": 5}
    own = run(f"crm_lead_assign, {leads} leads, 5 teams of 10", ours, case="assign", **shape)
    native = run(f"Odoo's own, {leads} leads, 5 teams of 10", BASE, case="assign", **shape)
    report("native", native)
    report("ours", own)
    say(
        f"ratio: {native['seconds'] / own['seconds']:.1f} times faster "
        f"({native['cpu_seconds'] / own['cpu_seconds']:.1f} in CPU of Odoo's process)"
    )
    say(
        f"floor: {1000 * own['floor'] / leads:.2f} ms/lead for the same rows by bare SQL; "
        f"ours is {own['seconds'] / own['floor']:.1f} times that"
    )
    if full:
        assign_full(run, ours)


def assign_full(run, ours) -> None:
    """How it grows, what it takes, and what it adds to creating a lead."""
    for teams in (1, 5):
        pace = {}
        for leads in (4000, 64000):
            title = f"{leads} leads, {teams} team(s) of 10"
            result = run(title, ours, case="assign", leads=leads, teams=teams)
            report(title, result)
            pace[leads] = result["seconds"] / leads
        say(f"{teams} team(s): ms/lead at 64 000 is {pace[64000] / pace[4000]:.2f} times at 4 000")
    large = run("100 000 leads", ours, case="assign", leads=100000, teams=5)
    report("100 000 leads", large)
    say(f"peak memory of Odoo's process: {large['memory_mb']:.0f} MB")
    preview = run("Preview of 100 000 leads", ours, case="preview", leads=100000, teams=9)
    say(f"preview: {preview['rules']} rules, 100 000 leads: {preview['seconds']:.1f} s")
    created = run("Creating 500 leads", ours, case="create", leads=500, teams=1)
    say(f"on creation: {created['added_ms']:.2f} ms added to create")


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


def report(name: str, result: dict) -> None:
    leads, seconds = result["leads"], result["seconds"]
    if result["assigned"] != leads:
        raise SuiteError(f"only {result['assigned']} of {leads} leads were assigned")
    say(
        f"{name}: {leads} leads in {seconds:.1f} s = {leads / seconds:.0f} leads/s, "
        f"{1000 * seconds / leads:.2f} ms/lead ({1000 * result['cpu_seconds'] / leads:.2f} CPU), "
        f"{result['queries'] / leads:.2f} queries/lead"
    )
