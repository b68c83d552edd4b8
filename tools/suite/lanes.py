"""Jobs done in two lanes at once: one for each core, and one browser for both.

What most depends on comes first, then the longest, by the seconds it took the last time, so
that the lanes end together. Jobs that drive a browser belong to the first lane: two browsers at
once would make every step of both slow.
"""

import json
import queue
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from . import paths
from .console import STATUS, SuiteError, say, steps_shown_by
from .reports import Counts, Report

LANES = (1, 2)
BROWSER_LANE = 1
TIMES = "test-seconds.json"
#: How often a log that is no terminal is told how far we are.
LOG_SECONDS = 60


@dataclass
class Job:
    """:param work: does it; is given a function that shows how far it is, returns a report
    :param stage: what it counts for
    :param needs: names of jobs that have to be done before
    :param browser: whether it drives a browser
    :param seconds: what it takes, as long as it was never measured
    """

    stage: str
    name: str
    work: Callable[[Callable[[str], None]], Report]
    needs: tuple[str, ...] = ()
    browser: bool = False
    seconds: float = 30
    #: Filled in when it is done.
    took: float = 0
    lane: int = 0
    report: Report | None = None


@dataclass
class Lanes:
    jobs: list[Job]
    started: float = field(default_factory=time.monotonic)

    def __post_init__(self):
        self.changed = threading.Condition()
        known = read_times()
        for job in self.jobs:
            job.seconds = known.get(job.name, job.seconds)
        self.waiting = sorted(self.jobs, key=lambda job: -self.way_to_go(job))
        self.shown: dict[int, str] = {}
        self.done: list[Job] = []

    def way_to_go(self, job: Job) -> float:
        """The seconds from the start of a job to the end of the last that needs it."""
        after = [self.way_to_go(other) for other in self.jobs if job.name in other.needs]
        return job.seconds + max(after, default=0)

    def run(self) -> list[Job]:
        """Do all jobs; return them in the order in which they ended."""
        stopped: queue.Queue = queue.Queue()
        threads = [
            threading.Thread(target=self.work, args=(lane, stopped), daemon=True) for lane in LANES
        ]
        for thread in threads:
            thread.start()
        ended, said = 0, time.monotonic()
        while ended < len(threads):
            try:
                error = stopped.get(timeout=0.5)
                ended += 1
                if error:
                    raise error
            except queue.Empty:
                pass
            STATUS.show(self.line())
            if not sys.stdout.isatty() and time.monotonic() - said > LOG_SECONDS:
                said = time.monotonic()
                say(self.line())
        STATUS.show("")
        write_times({job.name: job.took for job in self.jobs if job.took})
        return self.done

    def line(self) -> str:
        minutes, seconds = divmod(int(time.monotonic() - self.started), 60)
        lanes = " | ".join(f"lane {lane}: {self.shown[lane]}" for lane in sorted(self.shown))
        return f"  {minutes}:{seconds:02} {len(self.done)} of {len(self.jobs)} jobs | {lanes}"

    def work(self, lane: int, stopped: queue.Queue) -> None:
        error = None
        try:
            while job := self.next(lane):
                self.do(job, lane)
        except BaseException as caught:  # what ends a lane ends the run
            error = caught
        self.shown.pop(lane, None)
        stopped.put(error)

    def next(self, lane: int) -> Job | None:
        """Take the first job that this lane may do; wait while there is none yet.

        :return: None when nothing is left for this lane
        """
        with self.changed:
            while mine := [job for job in self.waiting if lane == BROWSER_LANE or not job.browser]:
                done = {job.name for job in self.done}
                ready = [job for job in mine if done.issuperset(job.needs)]
                if lane == BROWSER_LANE:
                    ready.sort(key=lambda job: not job.browser)
                if ready:
                    self.waiting.remove(ready[0])
                    return ready[0]
                self.shown[lane] = f"waits for {', '.join(set(mine[0].needs) - done)}"
                self.changed.wait()
            return None

    def do(self, job: Job, lane: int) -> None:
        started = time.monotonic()
        job.lane = lane

        def show(text: str = "") -> None:
            self.shown[lane] = f"{job.name} {text}".rstrip()

        show()
        with steps_shown_by(show):
            try:
                self.check_needs(job)
                job.report = job.work(show)
            except SuiteError as error:
                say(f"\n{job.name}: {error}")
                job.report = Report(Counts(failed=1))
        job.took = time.monotonic() - started
        with self.changed:
            self.done.append(job)
            self.changed.notify_all()
        say(f"  {job.name}: {job.report.counts} in {job.took:.0f} s (lane {lane})")

    def check_needs(self, job: Job) -> None:
        failed = [other.name for other in self.done if other.report.counts.failed]
        if lacking := set(failed) & set(job.needs):
            raise SuiteError(f"not done: {', '.join(lacking)} failed.")


def read_times() -> dict[str, float]:
    try:
        return json.loads((paths.STATE / TIMES).read_text())
    except (OSError, ValueError):
        return {}


def write_times(seconds: dict[str, float]) -> None:
    times = read_times() | {name: round(took, 1) for name, took in seconds.items()}
    paths.STATE.mkdir(parents=True, exist_ok=True)
    (paths.STATE / TIMES).write_text(json.dumps(times, indent=1, sort_keys=True))
