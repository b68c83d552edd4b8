"""The list of Odoo's own tests that are left out."""

import subprocess
import sys

import pytest
from suite import paths
from suite.pytest_core import LIST, read_list

#: A session as the core stage has it, with Odoo's files in small.
PLUGIN = """
import pytest
from suite import pytest_core

@pytest.fixture(scope="session")
def load_registry():
    pass

@pytest.fixture(scope="session", autouse=True)
def assignment_in_one_transaction():
    pass

pytest_core.assignment_in_one_transaction = None
pytest_collection_modifyitems = pytest_core.pytest_collection_modifyitems
"""


@pytest.fixture
def folder(tmp_path):
    """A file for each that the list names, with its tests and one more."""
    (tmp_path / "conftest.py").write_text(PLUGIN)
    files: dict[str, dict[str, list[str]]] = {}
    for name in read_list():
        file, group, test = name.split("::")
        files.setdefault(file, {}).setdefault(group, []).append(test)
    for file, groups in files.items():
        lines = []
        for group, tests in groups.items():
            lines.append(f"class {group}:")
            lines += [f"    def {test}(self): assert False" for test in tests]
        lines += ["def test_other(): pass", ""]
        (tmp_path / file).write_text("\n".join(lines))
    return tmp_path


def collect(folder, *what):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:odoo", "-p", "no:cacheprovider"]
    return subprocess.run(
        [*command, *what],
        cwd=folder,
        env={"PYTHONPATH": str(paths.TOOLS)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_all_that_is_listed_is_skipped(folder):
    done = collect(folder, ".")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(read_list())} skipped" in done.stdout


def test_a_name_that_is_gone_is_told(folder):
    name = next(iter(read_list())).split("::")
    path = folder / name[0]
    path.write_text(path.read_text().replace(name[2], "test_renamed"))
    done = collect(folder, ".")
    assert done.returncode != 0
    assert f"{LIST.name} names tests that are not there" in done.stdout + done.stderr


def test_single_tests_again(folder):
    """As bin/test --failed asks for them: the other files are not read at all."""
    names = [name for name in read_list() if name.startswith("test_res_partner.py")]
    done = collect(folder, "test_res_partner.py::test_other", names[0])
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed, 1 skipped" in done.stdout
