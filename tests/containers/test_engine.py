"""The engine of the tests' own leaves nothing behind, however it ends."""

import os
import shutil
import subprocess
import sys

import psutil
import pytest
from compose_project import wait_for
from suite import containers, paths
from suite.processes import die_with_parent

#: Starts an engine, says so, and waits to be killed or told to go on.
RUN = """
from suite import containers
with containers.own() as engine:
    print(engine.process.pid, flush=True)
    input()
"""


@pytest.fixture
def home(engine, tmp_path):
    """A folder for another engine, so that the one in use stays."""
    if not engine.stand_ins:
        pytest.skip("this machine's own engine is used")
    # Compose is there already: nothing is to be fetched.
    shutil.copytree(containers.HOME / "client", tmp_path / "containers" / "client")
    return tmp_path


def start(home) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", RUN],
        env={**os.environ, "CRM_SUITE_HOME": str(home), "PYTHONPATH": str(paths.TOOLS)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=die_with_parent(),
    )


def processes_of(home) -> list[str]:
    return [
        process.info["name"]
        for process in psutil.process_iter(["name", "cmdline"])
        if str(home / "containers") in " ".join(process.info["cmdline"] or ())
    ]


def test_a_killed_run_leaves_nothing_that_runs(home):
    """The kernel ends the engine with us; the next run starts over what is left of it."""
    first = start(home)
    assert int(first.stdout.readline())
    assert "dockerd" in processes_of(home)
    first.kill()
    first.wait()
    wait_for(lambda: not processes_of(home), lambda: processes_of(home), seconds=20)
    second = start(home)
    assert int(second.stdout.readline())
    second.communicate("go on\n", timeout=60)
    assert second.returncode == 0
    assert processes_of(home) == []
