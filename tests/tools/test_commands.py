"""bin/: help, wrong options and what is missing answer at once; the project's own files are
in order."""

import os
import shutil
import subprocess
import sys

import pytest
from suite import paths
from suite.commands import run
from suite.commands import test as test_command
from suite.console import SuiteError

#: bin/test as a user who may install nothing: it is root who runs tests in containers.
AS_NOBODY = f"""
import os, sys
sys.path.insert(0, {str(paths.TOOLS)!r})
import suite.commands.test, suite.launcher, suite.programs
if os.geteuid() == 0:
    os.setuid(65534)
suite.launcher.main("test")
"""


def call(*arguments):
    return subprocess.run(
        [sys.executable, *map(str, arguments)], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "name",
    ["bin/run", "bin/test", "bin/bench", "tools/lock", "tools/pythons", "tools/translations"],
)
def test_help(name):
    done = call(paths.ROOT / name, "--help")
    assert done.returncode == 0
    assert name in done.stdout


def test_wrong_options_are_named():
    for arguments, words in (
        (["--from", "/no/such/folder"], "no such folder"),
        (["--database", "a b"], "letters, digits"),
        (["--port", "many"], "invalid int value"),
    ):
        done = call(paths.ROOT / "bin" / "run", *arguments)
        assert done.returncode == 2
        assert words in done.stderr
    done = call(paths.ROOT / "bin" / "test", "no_such_addon")
    assert done.returncode == 2
    assert "crm_groups" in done.stderr


def test_default_database(tmp_path):
    assert run.parse([]).database == "crm_demo"
    folder = tmp_path / "My Data"
    folder.mkdir()
    assert run.parse(["--from", str(folder)]).database == "my_data"
    assert run.parse(["--from", str(folder), "--database", "x"]).database == "x"


def test_run_says_at_once_what_it_will_do(tmp_path):
    process = subprocess.Popen(
        [sys.executable, paths.ROOT / "bin" / "run", "--no-serve", "--database=nothing_yet"],
        env={**os.environ, "CRM_SUITE_HOME": str(tmp_path / "home"), "PGHOST": ""},
        stdout=subprocess.PIPE,
        text=True,
    )
    text = "".join(process.stdout.readline() for _line in range(3))
    made = list((tmp_path / "home").glob("venv/*"))
    process.kill()
    process.communicate()
    assert "Odoo's CRM, the four addons and a sample company" in text
    for words in ("Python environment, ", "database server, the database nothing_yet", "minutes"):
        assert words in text.split("To be made:")[1]
    # It is said before the first thing is made: the environment alone takes a quarter of a minute.
    assert not made


def test_run_says_what_is_here_already(monkeypatch):
    monkeypatch.setenv("PGHOST", "elsewhere")
    lines = list(run.plan(run.parse(["--port=8071"])))
    assert "http://localhost:8071" in lines[0]
    assert lines[1] == "  Here already: Python environment, Odoo 19.0, database server"
    assert "the database crm_demo" in lines[2]
    assert "5 seconds" in lines[2]
    # A database that is dropped first has to be made for sure.
    assert "To be made: the database crm_demo" in list(run.plan(run.parse(["--reset"])))[2]


@pytest.fixture
def no_programs(tmp_path, monkeypatch):
    """A PATH with apt-get alone; returns the folder that stands in for .local."""
    folder = tmp_path / "bin"
    folder.mkdir()
    if found := shutil.which("apt-get"):
        (folder / "apt-get").symlink_to(found)
    monkeypatch.setenv("PATH", str(folder))
    home = tmp_path / "home"
    monkeypatch.setenv("CRM_SUITE_HOME", str(home))
    return home


@pytest.mark.parametrize("options", [[], ["--stage=browser"], ["crm_groups"]])
def test_without_a_browser_bin_test_names_the_command_and_starts_nothing(no_programs, options):
    done = call("-c", AS_NOBODY, *options)
    assert done.returncode == 1
    assert "apt-get install chromium" in done.stderr
    assert done.stdout == ""
    assert not no_programs.exists()


def test_stages_without_a_browser_need_none(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    test_command.begin(test_command.parse(["--stage=tools", "--stage=lint"]))
    assert capsys.readouterr().out == ""
    test_command.begin(test_command.parse(["--fast"]))
    assert "apt-get install wkhtmltopdf" in capsys.readouterr().out
    with pytest.raises(SuiteError, match="apt-get install chromium"):
        test_command.begin(test_command.parse(["--stage=core"]))


def test_layout():
    """What the repository's first level holds, and nothing else."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=paths.ROOT, capture_output=True, text=True, check=True
    )
    assert {line.split("/")[0] for line in listed.stdout.splitlines()} == {
        ".ci",
        ".env.example",
        ".gitignore",
        ".pylintrc",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "LICENSE",
        "README.md",
        "addons",
        "bin",
        "config",
        "docker-compose.yml",
        "docs",
        "requirements-oca.txt",
        "requirements-test.txt",
        "requirements.txt",
        "ruff.toml",
        "tests",
        "tools",
    }


def test_locks_have_hashes_and_no_addresses():
    for path in paths.ROOT.glob("requirements*.txt"):
        text = path.read_text(encoding="utf-8")
        pins = [line for line in text.splitlines() if "==" in line and not line.startswith(" ")]
        assert pins
        assert all(line.endswith("\\") for line in pins)
        assert "://" not in text


def test_readmes_are_generated():
    done = call(paths.TOOLS / "readme.py", "--check")
    assert done.returncode == 0, done.stdout + done.stderr
