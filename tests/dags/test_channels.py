"""Mailbox and SFTP server through the real DAGs, hooks and protocols: the answers lie in the outbox, once."""

import json
import os
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from desk.airflow.environment import DAGS
from desk.airflow.run import prepare_airflow, run_dags
from desk.decisions.acts import Actor, Draft
from desk.decisions.log import Decisions
from rulebook import load
from store import Store
from tests.desk.conftest import ROWS, write_exit_table
from tests.servers import HOST, PASSWORD, USER, mail_server, sftp_server

CYCLE = {"regime": "ankang-2024", "round": "annual"}
MORNING = datetime(2024, 12, 30, 1, 0, tzinfo=UTC)
CHANNELS = ["collect_mail", "collect_sftp"]


@pytest.fixture
def conf(tmp_path) -> dict[str, str]:
    return CYCLE | {"store": str(tmp_path / "store")}


@pytest.fixture
def table(tmp_path) -> bytes:
    return write_exit_table(tmp_path / "紫阳县.xlsx", ROWS).read_bytes()


@pytest.fixture
def channels(tmp_path, table, monkeypatch):
    """A mail of Ziyang with its table and a file of Shiquan that is no table, and the connections to both servers."""
    drop = tmp_path / "served" / "610922"
    drop.mkdir(parents=True)
    (drop / "统计表.xlsx").write_bytes(b"no workbook")
    os.utime(drop / "统计表.xlsx", (MORNING.timestamp(),) * 2)
    with mail_server() as mailbox, sftp_server(drop.parent) as sftp_port:
        where = {"host": HOST, "login": USER, "password": PASSWORD}
        imap = where | {"conn_type": "imap", "port": mailbox.port, "extra": {"use_ssl": False}}
        sftp = where | {"conn_type": "sftp", "port": sftp_port, "extra": {"no_host_key_check": True, "folder": "/"}}
        monkeypatch.setenv("AIRFLOW_CONN_HUIZONG_IMAP", json.dumps(imap))
        monkeypatch.setenv("AIRFLOW_CONN_HUIZONG_SFTP", json.dumps(sftp))
        message = EmailMessage()
        message["From"] = "ziyang@example.cn"
        message.set_content("见附件")
        message.add_attachment(table, maintype="application", subtype="vnd.ms-excel", filename="统计表.xlsx")
        mailbox.deliver(message, MORNING)
        yield mailbox


def answers(store: Path) -> dict[str, dict]:
    """The receipts in the outbox, by reporter."""
    return {path.parent.name: json.loads(path.read_text()) for path in sorted((store / "outbox").rglob("*_回执.json"))}


def test_a_channel_waits_until_somebody_switches_it_on(airflow_home, monkeypatch):
    prepare_airflow(airflow_home)
    monkeypatch.syspath_prepend(str(DAGS))
    from airflow.dag_processing.dagbag import DagBag

    dags = DagBag(str(DAGS)).dags
    assert [dags[name].is_paused_upon_creation for name in ("collect_submissions", *CHANNELS)] == [None, True, True]
    assert {dags[name].schedule for name in ("collect_submissions", *CHANNELS)} == {"*/5 * * * *"}


def test_each_channel_is_answered_once(airflow_home, conf, channels):
    store = Path(conf["store"])
    store.mkdir()
    (store / "contacts.csv").write_text("reporter_code,mail\n610924,ziyang@example.cn\n")
    run_dags(airflow_home, conf, CHANNELS)
    told = answers(store)
    assert {code: receipt["verdict"] for code, receipt in told.items()} == {"610924": "accepted", "610922": "rejected"}
    assert {receipt["received_at"] for receipt in told.values()} == {"2024-12-30 09:00:00"}
    assert rb"\Seen" in channels.flags()[0]

    before = sorted(str(path) for path in store.rglob("*.json*"))
    run_dags(airflow_home, conf, CHANNELS)
    assert sorted(str(path) for path in store.rglob("*.json*")) == before


def test_a_sealed_cycle_leaves_everything_where_it_is(airflow_home, conf, channels, tmp_path, table):
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "紫阳县.xlsx").write_bytes(table)
    store = Store(conf["store"])
    seal = Draft(kind="seal", reason="已上报省厅", regime=CYCLE["regime"], round=CYCLE["round"])
    Decisions(store, load()).record(seal, Actor("signer", "王处长", "signer", "610900"), seen=None)
    run_dags(airflow_home, conf | {"inbox": str(inbox)}, [*CHANNELS, "collect_submissions"])
    assert store.keys("receipts") == store.keys("channels") == []
    assert rb"\Seen" not in channels.flags()[0]
