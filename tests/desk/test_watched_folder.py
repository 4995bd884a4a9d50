"""The inbox is taken when nobody is writing into it."""

from pathlib import Path

import pytest

from desk.delivery import watched_folder
from desk.delivery.watched_folder import wait_until_settled


@pytest.fixture
def clock(monkeypatch) -> list[float]:
    """Now, as the watcher sees it; files are written at 1000."""
    now = [1000.0]
    monkeypatch.setattr(watched_folder.time, "time", lambda: now[0])
    monkeypatch.setattr(watched_folder, "_last_change", lambda inbox: 1000.0)
    return now


def waits(clock: list[float], inbox: Path) -> list[float]:
    slept = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock[0] += seconds

    wait_until_settled(inbox, sleep)
    return slept


def test_a_file_written_just_now_is_waited_for(clock, tmp_path):
    clock[0] += watched_folder.QUIET_SECONDS - 0.1
    assert waits(clock, tmp_path) == [watched_folder.QUIET_SECONDS]


def test_nothing_is_waited_for_once_it_is_quiet(clock, tmp_path):
    clock[0] += watched_folder.QUIET_SECONDS
    assert waits(clock, tmp_path) == []


def test_a_file_that_is_written_without_end_keeps_nobody_back(clock, tmp_path, monkeypatch):
    monkeypatch.setattr(watched_folder, "_last_change", lambda inbox: clock[0])
    assert sum(waits(clock, tmp_path)) == watched_folder.LONGEST_WAIT_SECONDS


def test_a_copy_that_keeps_the_old_time_is_new_all_the_same(tmp_path):
    import os

    (tmp_path / "610924").mkdir()
    file = tmp_path / "610924" / "统计表.xlsx"
    file.write_bytes(b"half")
    os.utime(file, (0, 0))
    slept = []
    wait_until_settled(tmp_path, slept.append)
    assert slept
