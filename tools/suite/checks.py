"""Commands that find faults by reading files, and what they need not read again."""

import hashlib
import json
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from . import paths
from .console import say
from .locks import Lock
from .processes import die_with_parent
from .reports import Report

PASSED = "checks-passed.json"


@dataclass(frozen=True)
class Check:
    """A command that is given folders.

    What a folder says depends on its files and ``settings`` alone, so a folder that passed is
    not read again until one of them changes.
    """

    title: str
    command: tuple
    folders: tuple[Path, ...]
    settings: tuple[Path, ...]

    def key(self, folder: Path) -> str:
        digest = hashlib.sha256()
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        for path in [*files, *self.settings]:
            if "__pycache__" not in path.parts:
                digest.update(str(path).encode())
                digest.update(path.read_bytes())
        return digest.hexdigest()[:16]

    def name(self, folder: Path) -> str:
        return f"{self.title}: {folder.relative_to(paths.ROOT)}"


@dataclass
class Checks:
    """Several checks in one job; each counts as one test."""

    checks: list[Check]

    def __call__(self, show) -> Report:
        report = Report()
        for check in self.checks:
            show(check.title)
            started = time.monotonic()
            if passes(check):
                report.counts.passed += 1
            else:
                report.counts.failed += 1
                report.failed.append(check.title)
            report.seconds[check.title] = time.monotonic() - started
        return report


def passes(check: Check) -> bool:
    known = read_passed()
    keys = {check.name(folder): check.key(folder) for folder in check.folders}
    left = [
        folder for folder in check.folders if known.get(name := check.name(folder)) != keys[name]
    ]
    if not left:
        return True
    done = subprocess.run(
        [*check.command, *(folder.relative_to(paths.ROOT) for folder in left)],
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=die_with_parent(),
    )
    if done.returncode:
        say(f"{check.title} failed:\n{done.stdout}{done.stderr}")
        return False
    keep_passed(keys)
    return True


def read_passed() -> dict[str, str]:
    try:
        return json.loads((paths.STATE / PASSED).read_text())
    except (OSError, ValueError):
        return {}


def keep_passed(keys: dict[str, str]) -> None:
    with Lock("checks", "keeping what passed").acquire(wait=True):
        known = read_passed() | keys
        (paths.STATE / PASSED).write_text(json.dumps(known, indent=1, sort_keys=True))
