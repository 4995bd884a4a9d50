"""Watching the clocks: who is told what, once a day, and when the warehouse must be built first."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from desk.cli import app
from desk.decisions.log import Decisions
from desk.messages.mail import MailServer
from desk.messages.watching import needs_build, watch
from desk.views.warehouse import Warehouse
from rulebook import LOCAL_TIME, load
from tests.clock_store import DAY, OFFICE, lay_clock_store

TOLD = f"outbox/{OFFICE}/整改期限_{DAY}_ankang-2024.txt"
SUMMARY = f"outbox/_cities/610900/整改期限汇总_{DAY}_ankang-2024.txt"


@pytest.fixture(scope="module")
def clocks(tmp_path_factory):
    return lay_clock_store(tmp_path_factory.mktemp("clocks")).store


@pytest.fixture
def store(clocks):
    """The store with an empty outbox."""
    yield clocks
    for key in (*clocks.keys("outbox"), *clocks.keys("mailed")):
        Path(clocks.location(key)).unlink()


def watch_in(store, day: date = DAY, **more):
    return watch(store, load(), Warehouse(store.location("warehouse.duckdb")), day, **more)


def test_who_gave_the_orders_is_told_what_is_overdue_and_what_falls_due_soon(store):
    watched = watch_in(store)
    assert (watched.new, watched.cities, watched.overdue, watched.soon) == ((OFFICE,), ("610900",), 1, 3)

    told = store.read_bytes(TOLD).decode()
    assert told.index("已逾期（1 家次）") < told.index("7 天内到期（1 家次）") < told.index("30 天内到期（2 家次）")
    assert "紫阳县　逾期水泥厂（能耗）：期限 2025-02-28，已逾期 3 天；安发改责改〔2024〕1号" in told
    assert "三天水泥厂（能耗）：期限 2025-03-06，还有 3 天" in told
    assert "1 overdue, 3 due within 30 days." in told
    assert not {"达标水泥厂", "无期化工厂", "红牌砖厂"} & set(told.replace("（", " ").split())


def test_the_city_has_a_summary_that_names_who_gave_the_order(store):
    watch_in(store)
    summary = store.read_bytes(SUMMARY).decode()
    assert "安康市发展和改革委员会，安发改责改〔2024〕1号" in summary and "30 天内到期（2 家次）" in summary


def test_a_message_is_written_once_a_day_however_often_somebody_looks(store):
    watch_in(store)
    store.write_bytes(TOLD, "已读".encode())
    again = watch_in(store)
    assert (again.new, again.already) == ((), (OFFICE,))
    assert store.read_bytes(TOLD).decode() == "已读"
    assert watch_in(store, DAY + timedelta(days=1)).new == (OFFICE,)


def test_a_mail_server_that_is_not_there_keeps_no_message_back(store):
    store.write_bytes("contacts.csv", f"reporter_code,mail\n{OFFICE},a@example.org\n".encode())
    watched = watch_in(store, mail_server=MailServer("127.0.0.1", 1, "desk@example.org"))
    assert (watched.mailed, watched.without_address) == (0, 1) and "127.0.0.1:1" in watched.mail_trouble
    assert store.exists(TOLD) and store.keys("mailed") == []


def test_the_warehouse_is_built_where_it_is_of_another_day_or_lacks_what_came_since(store):
    warehouse, decisions = Warehouse(store.location("warehouse.duckdb")), Decisions(store, load())
    today = datetime.fromtimestamp(warehouse.path.stat().st_mtime, UTC).astimezone(LOCAL_TIME).date()
    assert not needs_build(store, warehouse, decisions, today)
    assert needs_build(store, warehouse, decisions, today + timedelta(days=1))
    key = "findings/000003.parquet"
    store.write_bytes(key, b"")
    assert needs_build(store, warehouse, decisions, today)
    Path(store.location(key)).unlink()
    assert needs_build(store, Warehouse(store.location("no.duckdb")), decisions, today)


def test_huizong_watch_builds_first_where_it_must_and_says_who_was_told(tmp_path):
    store = lay_clock_store(tmp_path).store
    os.utime(store.location("warehouse.duckdb"), (0, 0))
    outcome = CliRunner().invoke(app, ["watch", "--store", str(store.root)])
    assert outcome.exit_code == 0, outcome.output
    # months after DAY all orders with a term are overdue
    assert "已逾期 4 家次" in outcome.output.replace("\n", "") and "已给 1 个单位放好提醒" in outcome.output.replace(
        "\n", ""
    )
    again = CliRunner().invoke(app, ["watch", "--store", str(store.root)])
    assert "1 个单位今天已经提醒过" in again.output.replace("\n", "")
