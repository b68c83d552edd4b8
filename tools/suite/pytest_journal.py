"""Pytest plugin: says in a file what is going on, for the runner to show and to keep.

The file is named by ``CRM_SUITE_JOURNAL``; ``reports.Journal`` reads it.
"""

import json
import os
from pathlib import Path

JOURNAL = Path(os.environ["CRM_SUITE_JOURNAL"])


def write(**event) -> None:
    with JOURNAL.open("a", encoding="utf-8") as file:
        file.write(json.dumps(event) + "\n")


#: The id of each test with its file's whole path: a command line takes it from anywhere.
names: dict[str, str] = {}


def pytest_collection_finish(session):
    for item in session.items:
        names[item.nodeid] = "::".join([str(item.path), *item.nodeid.split("::")[1:]])
    write(collected=len(session.items))


def pytest_runtest_logstart(nodeid, location):
    write(started=nodeid.split("::", 1)[-1])


def pytest_runtest_logreport(report):
    write(
        test=names[report.nodeid],
        phase=report.when,
        outcome=report.outcome,
        seconds=report.duration,
        reason=reason(report) if report.skipped else "",
    )


def reason(report) -> str:
    """Why a test is skipped, in the words of who skips it."""
    text = report.longrepr[-1] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return text.removeprefix("Skipped: ")
