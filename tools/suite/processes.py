"""Child processes that never outlive us and always leave a log."""

import ctypes
import os
import signal
import subprocess
from pathlib import Path

from . import paths
from .console import SuiteError

PR_SET_PDEATHSIG = 1


def die_with_parent(signum: int = signal.SIGKILL):
    """A ``preexec_fn``: the kernel ends the child when we die, even by SIGKILL.

    Without it a killed first run would leave an installer working on the same
    folder or database that the next run starts to use. Linux only; elsewhere
    it does nothing.
    """
    parent = os.getpid()
    # Found before the child is there: after a fork beside other threads nothing may be loaded.
    prctl = getattr(ctypes.CDLL(None), "prctl", None)

    def prepare() -> None:
        if prctl is None:
            return
        prctl(PR_SET_PDEATHSIG, signum)
        if os.getppid() != parent:  # we died before the call above
            os.kill(os.getpid(), signum)

    return prepare


def run_logged(command: list, log: str, *, env: dict | None = None, cwd: Path | None = None) -> str:
    """Run to the end, all output to ``.local/logs/<log>``; return that output.

    :raises SuiteError: on a non-zero exit, with the log's last lines.
    """
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    target = paths.LOGS / log
    with target.open("w") as file:
        done = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=cwd,
            preexec_fn=die_with_parent(),
        )
    output = target.read_text(errors="replace")
    if done.returncode:
        tail = "\n".join("    " + line for line in output.splitlines()[-15:])
        raise SuiteError(
            f"{Path(str(command[0])).name} ended with {done.returncode}; "
            f"its last lines ({target}):\n{tail}"
        )
    return output
