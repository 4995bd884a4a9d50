"""``huizong report`` writes with a second process; when that is stopped a sentence says so, and nothing is written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from typer.testing import CliRunner

from desk.cli import app
from desk.delivery import workers
from exports import verify_pack
from store import IN_WORK
from tests.desk.processes import has_ended, started_by, wait_until
from tests.exports.pack.conftest import write_warehouse


def test_a_stopped_process_is_told_in_a_sentence(tmp_path, monkeypatch):
    store = tmp_path / "store"
    store.mkdir()
    write_warehouse(store / "warehouse.duckdb")
    stopped = ProcessPoolExecutor(1, get_context("spawn"), initializer=os._exit, initargs=(1,))
    monkeypatch.setattr(workers, "offer_writer", lambda: stopped)

    elsewhere = tmp_path / "elsewhere"
    arguments = ["--store", str(store), "--regime", "ankang-2024", "--round", "annual", "-o", str(elsewhere)]
    answer = CliRunner().invoke(app, ["report", *arguments])

    assert answer.exit_code == 3 and "请再运行一次" in answer.output
    assert list(elsewhere.iterdir()) == []


def test_a_report_that_was_killed_leaves_the_pack_whole_no_process_and_nothing_the_next_does_not_clear(tmp_path):
    store, pack = tmp_path / "store", tmp_path / "pack"
    store.mkdir()
    write_warehouse(store / "warehouse.duckdb")
    arguments = ["--store", str(store), "--regime", "ankang-2024", "--round", "annual", "-o", str(pack)]
    assert CliRunner().invoke(app, ["report", *arguments]).exit_code == 0

    with subprocess.Popen([sys.executable, "-c", "from desk.cli import app; app()", "report", *arguments]) as killed:
        wait_until(lambda: any(pack.glob(f"{IN_WORK}*")))
        (writer,) = started_by(killed.pid)
        killed.send_signal(signal.SIGKILL)
    wait_until(lambda: has_ended(writer))
    assert list(pack.glob(f"{IN_WORK}*")) and verify_pack(pack) == []

    assert CliRunner().invoke(app, ["report", *arguments]).exit_code == 0
    assert not list(pack.glob(".*")) and verify_pack(pack) == []
