"""tools/pythons: which Pythons it finds, and that what fails with one is said."""

import os
import platform
import subprocess
import sys

import pytest
from suite import odoo_source, paths
from suite.commands import pythons
from suite.commands.pythons import Interpreter
from suite.console import SuiteError


def call(tmp_path, *arguments):
    env = {
        **os.environ,
        "CRM_SUITE_HOME": str(tmp_path / "home"),
        "ODOO_SOURCE": odoo_source.find().python_path,
    }
    return subprocess.run(
        [sys.executable, paths.TOOLS / "pythons", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=env,
    )


def test_the_running_python_is_found(tmp_path):
    done = call(tmp_path, "--list", platform.python_version())
    assert done.returncode == 0, done.stderr
    assert platform.python_version() in done.stdout
    assert not (tmp_path / "home").exists()


def test_only_pythons_are_found_and_each_once(tmp_path):
    real = tmp_path / "python3"
    real.symlink_to(sys.executable)
    again = tmp_path / "python3.99"
    again.symlink_to(sys.executable)
    # As a shim of pyenv does for a version that is not chosen.
    shim = tmp_path / "python3.10"
    shim.write_text("#!/bin/sh\necho 'python3.10: command not found' >&2\nexit 127\n")
    shim.chmod(0o755)
    gone = tmp_path / "python3.12"
    gone.symlink_to(tmp_path / "nowhere")
    other = tmp_path / "python3-config"
    other.symlink_to(sys.executable)
    [found] = pythons.find_interpreters([shim, gone, other, real, again])
    assert found == Interpreter(platform.python_version(), os.path.realpath(sys.executable))


def test_versions_are_chosen():
    found = [Interpreter(version, "p") for version in ("3.10.13", "3.11.2", "3.11.7", "3.13.0")]
    assert pythons.chosen(found, []) == found
    assert pythons.chosen(found, ["3.13", "3.11"]) == found[1:]
    assert pythons.chosen(found, ["3.11.7"]) == [found[2]]
    with pytest.raises(SuiteError, match=r"no Python 3\.1 on .*3\.10\.13, 3\.11\.2"):
        pythons.chosen(found, ["3.11", "3.1"])
    with pytest.raises(SuiteError, match=r"no Python 3\.10 to 3\.13 .*found: none"):
        pythons.chosen([], [])


@pytest.mark.parametrize(
    ("output", "code", "expected"),
    [
        ("\nTotal: 3 passed, 0 failed\n", 0, (True, "3 passed, 0 failed")),
        ("\nTotal: 2 passed, 1 failed\n", 1, (False, "2 passed, 1 failed")),
        ("\nError: no network\n", 1, (False, "broke off with exit code 1: no network")),
        ("", 0, (False, "broke off with exit code 0")),
    ],
)
def test_results_are_read(output, code, expected):
    assert pythons.read_result(output, code) == expected


def test_a_failure_is_said(tmp_path):
    """The real command on the real bin/test, which refuses the addon."""
    version = platform.python_version()
    done = call(tmp_path, version, "--test", "no_such_addon")
    assert done.returncode == 1
    assert f"{version}  FAILED  broke off with exit code 2" in done.stdout
    log = tmp_path / "home" / "pythons" / version / "logs" / "pythons.log"
    assert "no addon no_such_addon" in log.read_text()
