"""bin/: help and wrong options answer at once; the project's own files are in order."""

import subprocess
import sys

import pytest
from suite import paths
from suite.commands import run


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
