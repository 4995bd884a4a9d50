"""``huizong report`` writes with a second process; when that is stopped a sentence says so, and nothing is written."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from typer.testing import CliRunner

from desk.cli import app
from desk.delivery import workers
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
