"""What a job of bin/test found: counts, times, which tests failed."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree


@dataclass
class Counts:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __iadd__(self, other: "Counts") -> "Counts":
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        return self

    def __str__(self) -> str:
        text = f"{self.passed} passed, {self.failed} failed"
        return text + (f", {self.skipped} skipped" if self.skipped else "")


@dataclass
class Report:
    """:param seconds: of each test, by its id
    :param failed: ids of tests that failed at last
    :param again: ids of tests that passed at a second try only
    :param skipped: why, by the ids of tests
    """

    counts: Counts = field(default_factory=Counts)
    seconds: dict[str, float] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)


def read_junit(path: Path, exit_code: int) -> Counts:
    """Counts of one pytest run; a run that broke off counts as one failure."""
    counts = Counts()
    try:
        suites = list(ElementTree.parse(path).getroot().iter("testsuite"))
    except (OSError, ElementTree.ParseError):
        return Counts(failed=1)
    for suite in suites:
        wrong = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped = int(suite.get("skipped", 0))
        counts += Counts(int(suite.get("tests", 0)) - wrong - skipped, wrong, skipped)
    # 5: nothing collected. Any other code without a failed test is a crash.
    if exit_code not in (0, 1) and not counts.failed:
        counts.failed += 1
    return counts


@dataclass
class Journal:
    """What ``pytest_journal`` writes while its run goes on: a line for each test and phase."""

    path: Path
    collected: int = 0
    done: int = 0
    current: str = ""
    report: Report = field(default_factory=Report)
    position: int = 0

    def follow(self) -> "Journal":
        """Read what came since the last time."""
        if not self.path.exists():
            return self
        with self.path.open(encoding="utf-8") as file:
            file.seek(self.position)
            while (line := file.readline()).endswith("\n"):
                self.position = file.tell()
                self.take(json.loads(line))
        return self

    def take(self, event: dict) -> None:
        name = event.get("test")
        if "collected" in event:
            self.collected = event["collected"]
        elif "started" in event:
            self.current = event["started"]
        elif event["outcome"] == "rerun":
            self.report.again.append(name)
        else:
            seconds = self.report.seconds
            seconds[name] = seconds.get(name, 0) + event["seconds"]
            if event["outcome"] == "failed" and name not in self.report.failed:
                self.report.failed.append(name)
            if event["outcome"] == "skipped":
                self.report.skipped[name] = event["reason"]
            self.done += event["phase"] == "teardown"

    def close(self, counts: Counts) -> Report:
        self.follow()
        report = self.report
        report.counts = counts
        report.again = sorted(set(report.again) - set(report.failed))
        return report
