"""A collection by the command line keeps to what was decided: a sealed cycle, an extended deadline, a broken log."""

import json
import os
import shutil
import signal
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest
from typer.testing import CliRunner

from desk.decisions.acts import Actor, Draft
from desk.decisions.log import Decisions
from rulebook import load
from store import Store
from tests.desk.processes import has_ended, started_by, wait_until

CYCLE = {"regime": "ankang-2024", "round": "annual"}
STEWARD = Actor("wang", "王芳", "steward", "610900")


@pytest.fixture
def collect(tmp_path, good_workbook):
    """Collects one county's table, which came on the third day after it was due."""
    from desk.cli import app

    office = tmp_path / "inbox" / "610924"
    office.mkdir(parents=True)
    shutil.copy(good_workbook, office)
    (office / "_received.csv").write_text("file,received_at\n紫阳县.xlsx,2025-01-02 09:00\n", encoding="utf-8")
    options = ["--regime", CYCLE["regime"], "--round", CYCLE["round"]]
    return lambda: CliRunner().invoke(
        app, ["collect", "--inbox", str(tmp_path / "inbox"), "--store", str(tmp_path / "store"), *options]
    )


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "store")


def decide(store, kind, **fields):
    now = datetime(2024, 12, 25, 4, tzinfo=UTC)
    return Decisions(store, load()).record(Draft(kind, "查实", **CYCLE, **fields), STEWARD, None, now)


def test_a_sealed_cycle_takes_nothing_until_it_is_opened_again(collect, store):
    seal = decide(store, "seal")
    refused = collect()
    assert refused.exit_code == 2, refused.output
    assert refused.stderr.splitlines()[-1].startswith("这个轮次已经封存") and "Traceback" not in refused.output
    assert (store.keys("originals"), store.keys("receipts")) == ([], [])
    Decisions(store, load()).record(Draft("undo", "还有一份要收", undoes=seal.sequence), STEWARD, None)
    taken = collect()
    assert taken.exit_code == 0, taken.output
    assert len(store.keys("receipts")) == 1


@pytest.mark.parametrize(("due", "days_late"), [(None, 3), (date(2025, 1, 1), 1), (date(2025, 1, 2), 0)])
def test_the_receipt_knows_the_day_a_deadline_was_put_off_to(collect, store, due, days_late):
    if due is not None:
        decide(store, "extend", reporter_code="610924", due=due)
    taken = collect()
    assert taken.exit_code == 0, taken.output
    [receipt] = [key for key in store.keys("outbox") if key.endswith(".json")]
    assert json.loads(store.read_bytes(receipt))["days_late"] == days_late


def test_decisions_that_cannot_be_read_end_the_call_in_a_sentence(collect, store):
    store.write_bytes("decisions/000001.json", b"{")
    refused = collect()
    assert refused.exit_code == 2, refused.output
    assert refused.stderr.splitlines()[-1].startswith("decisions/000001.json") and store.keys("receipts") == []


def test_workers_take_in_what_one_process_takes_in(collect, store, tmp_path, monkeypatch):
    office = tmp_path / "inbox" / "610924"
    for number in range(3):
        shutil.copy(office / "紫阳县.xlsx", office / f"又一份{number}.xlsx")
        os.utime(office / f"又一份{number}.xlsx", (1_735_000_000 + number,) * 2)
    assert collect().exit_code == 0
    alone = {key: store.read_bytes(key) for key in store.keys("outbox")}
    shutil.rmtree(store.root)

    monkeypatch.setattr("ingestion.reading.FEWEST_FILES_FOR_WORKERS", 1)
    monkeypatch.setattr("ingestion.reading.FILES_PER_TASK", 1)
    monkeypatch.setattr("exports.answers.answer.LEAST_WEIGHT_FOR_WORKERS", 1)
    assert collect().exit_code == 0
    assert {key: store.read_bytes(key) for key in store.keys("outbox")} == alone and len(alone) == 8


def test_the_workers_of_a_collection_that_is_killed_end_with_it(collect, tmp_path):
    cycle = ["--regime", CYCLE["regime"], "--round", CYCLE["round"]]
    arguments = ["--inbox", str(tmp_path / "inbox"), "--store", str(tmp_path / "store"), *cycle]
    with subprocess.Popen([sys.executable, "-c", "from desk.cli import app; app()", "collect", *arguments]) as killed:
        wait_until(lambda: started_by(killed.pid))
        workers = started_by(killed.pid)
        killed.send_signal(signal.SIGKILL)
    wait_until(lambda: all(map(has_ended, workers)))
