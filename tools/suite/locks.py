"""Locks between processes. The kernel drops them when a process dies.

A lock's file says who holds it, so that a second run can tell.
"""

import fcntl
import json
import os
import time
from contextlib import contextmanager
from pathlib import Path

from . import paths
from .console import SuiteError, say


class Busy(SuiteError):
    """Somebody else holds the lock; ``holder`` says who (a dict, maybe empty)."""

    def __init__(self, name: str, holder: dict):
        self.holder = holder
        super().__init__(describe(name, holder))


def describe(name: str, holder: dict) -> str:
    since = holder.get("since")
    ago = f", started {time.strftime('%H:%M:%S', time.localtime(since))}" if since else ""
    what = holder.get("what", name)
    place = f" on {holder['url']}" if holder.get("url") else ""
    return f"already running: {what}{place} (process {holder.get('pid', '?')}{ago})."


class Lock:
    """An exclusive lock on ``.local/state/<name>.lock``."""

    def __init__(self, name: str, what: str = ""):
        self.name = name
        self.what = what or name
        self.path = paths.STATE / f"{name}.lock"
        self._file = None

    def acquire(self, wait: bool = False) -> "Lock":
        """Take the lock. :raises Busy: when it is held and ``wait`` is false."""
        paths.STATE.mkdir(parents=True, exist_ok=True)
        file = self.path.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = read_holder(self.path)
            if not wait:
                file.close()
                raise Busy(self.name, holder) from None
            say(f"  Waiting: {describe(self.name, holder)}")
            fcntl.flock(file, fcntl.LOCK_EX)
        self._file = file
        self.note()
        return self

    def note(self, **facts) -> None:
        """Write who holds the lock, for whoever finds it held."""
        facts = {"pid": os.getpid(), "what": self.what, "since": time.time(), **facts}
        self._file.seek(0)
        self._file.truncate()
        self._file.write(json.dumps(facts))
        self._file.flush()

    def release(self) -> None:
        if self._file:
            self._file.seek(0)
            self._file.truncate()
            self._file.close()
            self._file = None

    def __enter__(self) -> "Lock":
        return self

    def __exit__(self, *_exc) -> None:
        self.release()


def read_holder(path: Path) -> dict:
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return {}


@contextmanager
def shared(path: Path):
    """Count as one user of what ``path`` stands for; many may, at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield file
