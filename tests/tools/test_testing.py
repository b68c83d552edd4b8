"""The counts of bin/test can't hide a failure."""

import subprocess
import sys

from suite import paths
from suite.templates import bad_log_lines
from suite.testing import Counts, read_junit

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
