"""tools/pythons: the tests on every Python of this machine."""

import argparse
import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from .. import odoo_source, paths
from ..console import SuiteError, say, step
from ..environment import MAXIMUM_PYTHON, MINIMUM_PYTHON
from ..launcher import SOURCE_VARIABLE
from ..locks import Lock
from ..processes import die_with_parent

#: It makes environments of other Pythons; it needs none itself.
PURPOSE = None
HOMES = paths.LOCAL / "pythons"
TESTS = ("--fast", "crm_lead_assign")
RESULT = re.compile(r"^Total: (.*)$", re.MULTILINE)
ERROR = re.compile(r"^Error: (.*)$", re.MULTILINE)
PROBE = (
    "import json, os, platform, sys;"
    "print(json.dumps([platform.python_version(), os.path.realpath(sys.executable)]))"
)

DESCRIPTION = """\
Run bin/test --fast crm_lead_assign on every Python that Odoo 19.0 runs on and this
machine has: on the PATH, of pyenv, of uv. Each has an environment and a database
server of its own in .local/pythons; Odoo itself is shared. One after the other.
"""


@dataclass(frozen=True)
class Interpreter:
    version: str
    path: str

    @property
    def series(self) -> tuple[int, ...]:
        return tuple(map(int, self.version.split(".")[:2]))

    @property
    def home(self) -> Path:
        return HOMES / self.version


@dataclass(frozen=True)
class Outcome:
    interpreter: Interpreter
    passed: bool
    result: str
    seconds: float


def parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tools/pythons",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "version", nargs="*", help="such as 3.13 or 3.11.7; default: every one that is found"
    )
    parser.add_argument("--list", action="store_true", help="only say what is found")
    parser.add_argument(
        "--test",
        dest="tests",
        type=str.split,
        default=list(TESTS),
        metavar="ARGUMENTS",
        help='of bin/test, in quotes; default: "--fast crm_lead_assign"',
    )
    return parser.parse_args(argv)


def main(arguments: argparse.Namespace) -> int:
    found = chosen(find_interpreters(candidates()), arguments.version)
    for interpreter in found:
        say(f"  Python {interpreter.version:<8} {interpreter.path}")
    if arguments.list:
        return 0
    with Lock("pythons", "tools/pythons").acquire():
        with Lock("environment", "making the environment").acquire(wait=True):
            source = odoo_source.find()
        outcomes = [run(interpreter, source, arguments.tests) for interpreter in found]
    say()
    for line in table(outcomes):
        say(line)
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def candidates() -> list[Path]:
    """The places where Pythons lie; some of them may be no Python, or no longer be there."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or "~/.pyenv").expanduser()
    data = Path(os.environ.get("XDG_DATA_HOME") or "~/.local/share").expanduser()
    uv = Path(os.environ.get("UV_PYTHON_INSTALL_DIR") or data / "uv" / "python")
    # A shim starts one of pyenv's versions, which are all looked at.
    folders = [Path(name) for name in os.get_exec_path() if Path(name) != pyenv / "shims"]
    return [
        Path(sys.executable),
        *(path for folder in folders for path in sorted(folder.glob("python3*"))),
        *sorted(pyenv.glob("versions/3.*/bin/python3")),
        *sorted(uv.glob("cpython-3.*/bin/python3")),
    ]


def find_interpreters(paths_to_try: list[Path]) -> list[Interpreter]:
    """The Pythons that Odoo runs on, one of each version, the oldest first.

    Environments and links are no Pythons of their own.
    """
    found: dict[str, Interpreter] = {}
    # Of python3-config and the like nothing is asked.
    pythons = [path for path in paths_to_try if re.fullmatch(r"python3?(\.\d+)?", path.name)]
    for path in dict.fromkeys(path.resolve() for path in pythons):
        interpreter = probe(path)
        if interpreter and MINIMUM_PYTHON <= interpreter.series <= MAXIMUM_PYTHON:
            found.setdefault(interpreter.version, interpreter)
    return sorted(found.values(), key=lambda interpreter: version_key(interpreter.version))


def probe(path: Path) -> Interpreter | None:
    """Ask a Python what it is; None when it does not answer as one."""
    try:
        done = subprocess.run(
            [path, "-I", "-c", PROBE], capture_output=True, text=True, check=False, timeout=30
        )
        version, executable = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return Interpreter(version, executable)


def version_key(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)]


def chosen(found: list[Interpreter], wanted: list[str]) -> list[Interpreter]:
    """Those that were asked for; all without a wish.

    :raises SuiteError: when there is none, or a wish is for none of them
    """
    least, most = (".".join(map(str, series)) for series in (MINIMUM_PYTHON, MAXIMUM_PYTHON))
    for wish in wanted or [""]:
        if not any(fits(interpreter, wish) for interpreter in found):
            there = ", ".join(interpreter.version for interpreter in found) or "none"
            raise SuiteError(
                f"no Python {wish or f'{least} to {most}'} on this machine (found: {there}). "
                "Looked for on the PATH, in pyenv's versions and among uv's."
            )
    return [
        interpreter
        for interpreter in found
        if not wanted or any(fits(interpreter, wish) for wish in wanted)
    ]


def fits(interpreter: Interpreter, wish: str) -> bool:
    return not wish or f"{interpreter.version}.".startswith(f"{wish}.")


def run(interpreter: Interpreter, source, tests: list[str]) -> Outcome:
    """Run bin/test with one Python in a home of its own; its output goes to a log there."""
    log = interpreter.home / "logs" / "pythons.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with step(f"Python {interpreter.version}: bin/test {' '.join(tests)}"), log.open("w") as file:
        code = subprocess.run(
            [interpreter.path, str(paths.ROOT / "bin" / "test"), *tests],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            env=environment(interpreter, source),
            check=False,
            preexec_fn=die_with_parent(),
        ).returncode
    output = log.read_text(errors="replace")
    passed, result = read_result(output, code)
    if not passed:
        say(f"    {result} ({log})")
    return Outcome(interpreter, passed, result, time.monotonic() - started)


def environment(interpreter: Interpreter, source) -> dict:
    ours = (SOURCE_VARIABLE, "CRM_SUITE_PYTHON", "VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH")
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, "CRM_SUITE_HOME": str(interpreter.home), "ODOO_SOURCE": source.python_path}


def read_result(output: str, code: int) -> tuple[bool, str]:
    """Whether bin/test passed, and its counts or what it broke off with."""
    counts = RESULT.findall(output)
    if counts:
        return code == 0, counts[-1]
    errors = ERROR.findall(output)
    return False, f"broke off with exit code {code}" + (f": {errors[-1]}" if errors else "")


def table(outcomes: list[Outcome]) -> list[str]:
    rows = [("Python", "", "Result", "Seconds")]
    for outcome in outcomes:
        word = "passed" if outcome.passed else "FAILED"
        rows.append((outcome.interpreter.version, word, outcome.result, f"{outcome.seconds:.0f}"))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]])
        for row in rows
    ]
