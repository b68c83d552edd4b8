"""What a person sees: steps with progress, and errors that name the mend."""

import shutil
import sys
import threading
import time
from contextlib import contextmanager
from typing import NoReturn


class SuiteError(Exception):
    """An error for the user: its text says what is wrong and how to mend it."""


class Status:
    """The last line of a terminal, written again and again; elsewhere it shows nothing."""

    def __init__(self):
        self.text = ""
        self.lock = threading.RLock()

    def show(self, text: str) -> None:
        with self.lock:
            self.text = text
            if sys.stdout.isatty():
                width = shutil.get_terminal_size((100, 20)).columns - 1
                print("\r\x1b[2K" + text[:width], end="", flush=True)

    def print(self, text: str) -> None:
        """Print lines above the status."""
        with self.lock:
            shown = self.text
            if shown:
                self.show("")
            print(text, flush=True)
            if shown:
                self.show(shown)


STATUS = Status()
#: In a thread that works beside others, ``lane`` takes what a step would show.
_thread = threading.local()


def say(text: str = "") -> None:
    STATUS.print(text)


def fail(error: object) -> NoReturn:
    print(f"\nError: {error}", file=sys.stderr, flush=True)
    raise SystemExit(1)


@contextmanager
def steps_shown_by(show):
    """Hand the titles of this thread's steps to ``show(text)`` instead of the last line."""
    _thread.show = show
    try:
        yield
    finally:
        _thread.show = None


class Step:
    """One named step. Past two seconds it shows that it lives, and for how long.

    On a terminal one line is rewritten; elsewhere (a log, CI) a line is printed
    when the step starts to take long and when it ends, so logs stay short.
    """

    def __init__(self, title: str):
        self.title = title
        self.detail = ""
        self.started = time.monotonic()
        self._stop = threading.Event()
        self._tty = sys.stdout.isatty()
        self._announced = False
        self._show = getattr(_thread, "show", None)
        self._thread = threading.Thread(target=self._tick, daemon=True)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    def update(self, detail: str) -> None:
        self.detail = detail

    def _line(self) -> str:
        detail = f": {self.detail}" if self.detail else ""
        return f"  {self.title}{detail} ({self.seconds:.0f} s)"

    def _tick(self) -> None:
        if not self._tty:
            if not self._stop.wait(2):
                self._announced = True
                say(f"  {self.title} …")
            while not self._stop.wait(30):
                say(self._line())
            return
        while not self._stop.wait(0.5):
            STATUS.show(self._line())

    def __enter__(self) -> "Step":
        if self._show:
            self._show(self.title)
        else:
            self._thread.start()
        return self

    def __exit__(self, kind, error, trace) -> None:
        if not self._show:
            self._stop.set()
            self._thread.join()
            STATUS.show("")
        outcome = "failed" if error else "done"
        if error or self.seconds >= 0.5 or self._announced:
            detail = f" ({self.detail})" if self.detail and not error else ""
            say(f"  {self.title}: {outcome}{detail} in {self.seconds:.1f} s")


@contextmanager
def step(title: str):
    with Step(title) as running:
        yield running
