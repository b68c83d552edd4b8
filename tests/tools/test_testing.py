"""The counts of bin/test cannot hide a failure."""

import json
import subprocess
import sys

import pytest
from suite import lanes, paths, testing
from suite.checks import Check, Checks
from suite.console import SuiteError
from suite.odoo import Odoo
from suite.reports import Counts, Journal, Report, read_junit
from suite.templates import bad_log_lines

REPORT = '<testsuites><testsuite tests="5" failures="1" errors="1" skipped="1"/></testsuites>'


def test_counts_of_a_report(tmp_path):
    path = tmp_path / "junit.xml"
    path.write_text(REPORT)
    assert read_junit(path, 1) == Counts(2, 2, 1)
    assert str(Counts(2, 2, 1)) == "2 passed, 2 failed, 1 skipped"


def test_a_run_without_a_report_has_failed(tmp_path):
    assert read_junit(tmp_path / "none.xml", 0).failed == 1


def test_a_crash_without_a_failed_test_has_failed(tmp_path):
    path = tmp_path / "junit.xml"
    path.write_text('<testsuites><testsuite tests="3"/></testsuites>')
    assert read_junit(path, 0).failed == 0
    assert read_junit(path, 3).failed == 1
    assert read_junit(path, -9).failed == 1


def event(test, phase, outcome, seconds=1, reason=""):
    facts = {"test": test, "phase": phase, "outcome": outcome}
    return {**facts, "seconds": seconds, "reason": reason}


def test_a_journal_is_read_while_it_is_written(tmp_path):
    journal = Journal(tmp_path / "journal.jsonl")
    assert journal.follow().done == 0
    lines = [{"collected": 2}, event("a", "setup", "passed"), event("a", "call", "passed")]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    last = json.dumps(event("a", "teardown", "passed"))
    journal.path.write_text(text + last[:10])
    assert (journal.follow().collected, journal.done) == (2, 0)
    journal.path.write_text(text + last + "\n")
    assert journal.follow().done == 1
    assert journal.report.seconds == {"a": 3}


def test_what_passed_at_a_second_try_only_is_named(tmp_path):
    journal = Journal(tmp_path / "journal.jsonl")
    for outcome in ("rerun", "passed"):
        journal.take(event("a", "call", outcome))
    for outcome in ("rerun", "failed"):
        journal.take(event("b", "call", outcome))
    journal.take(event("c", "setup", "skipped", reason="no engine"))
    report = journal.close(Counts(1, 1, 1))
    assert (report.again, report.failed) == (["a"], ["b"])
    assert report.skipped == {"c": "no engine"}


@pytest.fixture
def state(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "STATE", tmp_path / "state")
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    return tmp_path


def test_a_folder_that_passed_is_not_read_again(state):
    """The command counts its calls, and fails where a file says so."""
    folders = (state / "one", state / "two")
    for folder in folders:
        folder.mkdir()
        (folder / "x.py").write_text("good")
    script = 'echo "$@" >> calls; ! grep -rq bad "$@"'
    check = Check("check", ("sh", "-c", script, "sh"), folders, ())

    def run():
        return Checks([check])(lambda _text: None).counts

    def calls():
        return (state / "calls").read_text().splitlines()

    assert run() == run() == Counts(passed=1)
    assert calls() == ["one two"]
    (folders[1] / "x.py").write_text("bad")
    assert run() == run() == Counts(failed=1)
    assert calls()[1:] == ["two", "two"]
    (folders[1] / "x.py").write_text("good again")
    assert run() == Counts(passed=1)


@pytest.fixture
def stages(state):
    return testing.Stages(Odoo(None, {}))


def test_failed_tests_alone_are_run_again(stages):
    def jobs():
        return [stages.job("tools", name, ["tests/tools"]) for name in ("a", "b", "c")]

    with pytest.raises(SuiteError, match="no test failed"):
        stages.that_failed(jobs())
    stages.done = jobs()
    for job, report in zip(
        stages.done,
        (Report(Counts(1)), Report(Counts(0, 1), failed=["x.py::test"]), Report(Counts(0, 1))),
        strict=True,
    ):
        job.report = report
    stages.keep_failed()
    again = stages.that_failed(jobs())
    assert {job.name: job.work.what for job in again} == {"b": ["x.py::test"], "c": ["tests/tools"]}
    # Another stage's run does not forget them; passing does.
    stages.done = jobs()[:2]
    for job in stages.done:
        job.report = Report(Counts(1))
    stages.keep_failed()
    assert [job.name for job in stages.that_failed(jobs())] == ["c"]


def test_the_end_names_what_failed(stages):
    [job] = stages.done = [stages.job("tools", "tools and files", ["tests/tools"])]
    job.report = Report(Counts(1, 1), {"/a/x.py::slow": 9.5}, ["/a/x.py::bad"], ["/a/x.py::late"])
    job.report.skipped = {"/a/x.py::y": "no engine", "/a/x.py::z": "no engine"}
    text = "\n".join(stages.summary())
    assert "9.5 s  tools and files: x.py::slow" in text
    assert "Skipped:\n  2: no engine" in text
    assert "Passed at a second try only:\n  tools and files: x.py::late" in text
    assert "bin/test --failed):\n  tools and files: x.py::bad" in text


def test_the_log_shows_what_failed(tmp_path):
    log = tmp_path / "log"
    log.write_text("....F\n==== FAILURES ====\nassert 1 == 2\n")
    assert testing.failures(log).splitlines()[1:] == ["assert 1 == 2"]
    log.write_text("Segmentation fault\n")
    assert testing.failures(log) == "Segmentation fault"


def test_shards_hold_every_file_once(tmp_path, state):
    files = [tmp_path / f"test_{number}.py" for number in range(9)]
    for number, path in enumerate(files):
        path.write_text("x" * number * 100)
    shards = testing.split(files, 2)
    assert sorted(path for shard in shards for path in shard) == files
    sizes = [sum(path.stat().st_size for path in shard) for shard in shards]
    assert abs(sizes[0] - sizes[1]) <= 400


def test_shards_take_as_long_as_each_other_by_the_last_time(stages):
    files = [paths.ROOT / f"test_{number}.py" for number in range(4)]
    for path in files:
        path.write_text("x")
    [job] = stages.done = [stages.job("addons", "tests", files)]
    job.report = Report(seconds={f"{files[0]}::a": 20, f"{files[0]}::b": 10, f"{files[3]}::c": 9})
    lanes.write_times(stages.seconds_of_files())
    assert testing.split(files, 2) == [files[:1], files[1:]]


def test_warnings_in_a_log_are_found():
    line = "2026-01-01 00:00:00,000 1 {} db odoo.addons.crm_groups.models: something"
    log = "\n".join([line.format("INFO"), line.format("WARNING"), line.format("ERROR")])
    assert bad_log_lines(log) == [line.format("WARNING"), line.format("ERROR")]


def test_warnings_of_the_platform_are_known():
    line = "2026-01-01 00:00:00,000 1 WARNING db odoo.service.db: Unable to create PostgreSQL"
    assert bad_log_lines(line + " extensions : no") == []


def test_tests_that_are_gone_are_named(tmp_path):
    for folder, names in (("old", "ab"), ("new", "bc")):
        (tmp_path / folder).mkdir()
        cases = "".join(f'<testcase classname="t" name="{name}"/>' for name in names)
        (tmp_path / folder / "junit-x.xml").write_text(f"<testsuite>{cases}</testsuite>")
    command = [sys.executable, paths.TOOLS / "compare_tests", tmp_path / "old", tmp_path / "new"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout == "Gone: 1\n  t::a\nNew: 1\n  t::c\n"
