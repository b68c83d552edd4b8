"""The embedded database servers' folders: what an interrupted start or a crash leaves."""

import pytest
from suite import paths, postgres
from suite.postgres import Cluster


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "LOCAL", tmp_path)
    monkeypatch.setattr(postgres, "BOOT", tmp_path / "boot_id")
    postgres.BOOT.write_text("today")

    def make(**facts):
        made = Cluster("data", "", **facts)
        made.data.mkdir()
        return made

    return make


def test_an_unfinished_folder_is_put_aside(cluster):
    made = cluster()
    (made.data / "somebody's").touch()
    made.put_aside_unfinished()
    assert not made.data.exists()
    [aside] = paths.LOCAL.glob("data.unfinished-*")
    assert (aside / "somebody's").exists()


@pytest.mark.parametrize(
    ("durable", "booted", "running", "kept"),
    [
        (False, "yesterday", True, False),
        (False, "yesterday", False, True),
        (False, "today", True, True),
        (True, "yesterday", True, True),
    ],
)
def test_a_crash_of_the_machine_spoils_the_tests_databases_alone(
    cluster, durable, booted, running, kept
):
    made = cluster(durable=durable)
    made.ready.write_text(booted)
    if running:
        (made.data / "postmaster.pid").write_text("1")
    made.put_aside_unfinished()
    assert made.data.exists() == kept


def test_the_two_servers_share_nothing():
    assert postgres.WORK.data != postgres.TESTS.data
    assert "fsync = off" in postgres.TESTS.settings
    assert "fsync" not in postgres.WORK.settings
    assert "full_page_writes" not in postgres.SETTINGS
