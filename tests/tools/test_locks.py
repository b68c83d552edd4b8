"""Two commands at once: the second says what is running, a dead one holds nothing."""

import os
import subprocess
import sys

import pytest
from suite import paths
from suite.locks import Busy, Lock, read_holder

HOLD = """
import sys
sys.path.insert(0, {tools!r})
from pathlib import Path
from suite import paths
paths.STATE = Path({state!r})
from suite.locks import Lock
lock = Lock("run-x", "bin/run on the database x").acquire()
lock.note(url="http://localhost:1234", port=1234)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def state(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "STATE", tmp_path)
    return tmp_path


@pytest.fixture
def holder(state):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD.format(tools=str(paths.TOOLS), state=str(state))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()


def test_second_says_what_is_running(holder):
    with pytest.raises(Busy) as caught:
        Lock("run-x").acquire()
    text = str(caught.value)
    assert "bin/run on the database x" in text
    assert "http://localhost:1234" in text
    assert str(holder.pid) in text


def test_another_name_is_free(holder):
    with Lock("run-y").acquire() as lock:
        assert read_holder(lock.path)["pid"] == os.getpid()


def test_a_killed_holder_holds_nothing(holder):
    holder.kill()
    holder.wait()
    with Lock("run-x").acquire() as lock:
        assert read_holder(lock.path)["pid"] == os.getpid()


def test_waiting_goes_on_when_released(holder):
    holder.stdin.close()
    with Lock("run-x").acquire(wait=True) as lock:
        assert holder.wait() == 0
        assert read_holder(lock.path)["pid"] == os.getpid()
