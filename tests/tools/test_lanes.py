"""Jobs in two lanes: who does what, in which order, and what a failure does to the rest."""

import threading

import pytest
from suite import lanes, paths
from suite.console import SuiteError
from suite.lanes import Job, Lanes
from suite.reports import Counts, Report


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "STATE", tmp_path)


def passes(_show):
    return Report(Counts(passed=1))


def fails(_show):
    return Report(Counts(failed=1))


def job(name, work=passes, **facts):
    return Job("stage", name, work, **facts)


def test_both_lanes_work_at_once():
    together = threading.Barrier(2, timeout=30)

    def meets(_show):
        together.wait()  # raises when the other never comes
        return Report(Counts(passed=1))

    done = Lanes([job("a", meets), job("b", meets)]).run()
    assert {one.lane for one in done} == {1, 2}


def test_one_lane_owns_the_browser():
    running = threading.Semaphore(1)

    def alone(_show):
        assert running.acquire(blocking=False)
        running.release()
        return Report(Counts(passed=1))

    done = Lanes([job(str(number), alone, browser=True) for number in range(6)]).run()
    assert [one.lane for one in done] == [lanes.BROWSER_LANE] * 6


def test_what_is_needed_comes_first():
    jobs = [job("b", needs=("a",), seconds=90), job("c", needs=("b",)), job("a", seconds=1)]
    done = [one.name for one in Lanes(jobs).run()]
    assert done == ["a", "b", "c"]


def test_the_longest_way_is_begun_first():
    jobs = [job("short"), job("long", seconds=50), job("last", seconds=100, needs=("first",))]
    jobs.append(job("first", seconds=10))
    waiting = [one.name for one in Lanes(jobs).waiting]
    assert waiting == ["first", "last", "long", "short"]


def test_seconds_of_the_last_time_count():
    Lanes([job("a"), job("b")]).run()
    (paths.STATE / lanes.TIMES).write_text('{"a": 1, "b": 500}')
    assert [one.name for one in Lanes([job("a"), job("b")]).waiting] == ["b", "a"]


def test_without_what_it_needs_a_job_fails():
    done = Lanes([job("a", fails), job("b", needs=("a",)), job("c")]).run()
    counts = {one.name: one.report.counts for one in done}
    assert counts == {"a": Counts(failed=1), "b": Counts(failed=1), "c": Counts(passed=1)}


def test_an_error_with_a_mend_fails_one_job():
    def raises(_show):
        raise SuiteError("no browser")

    done = Lanes([job("a", raises), job("b")]).run()
    assert sum(one.report.counts.failed for one in done) == 1
    assert sum(one.report.counts.passed for one in done) == 1


def test_a_fault_of_ours_ends_the_run():
    def raises(_show):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Lanes([job("a", raises)]).run()
