"""Files on an SFTP server are taken once, when they are whole, and not before they can have come."""

import json
import os
from datetime import UTC, datetime, timedelta

import paramiko
import pytest

from desk.delivery.sftp_drop import CHANNEL, collect_drop
from ingestion import limits
from ingestion.receipt import read_receipts
from rulebook import load
from store import Store
from tests.servers import HOST, PASSWORD, USER, sftp_server

REGIME, ROUND = "ankang-2024", "annual"
NOON = datetime(2024, 12, 30, 4, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def upload(tmp_path):
    """Puts a file on the server, as a program that keeps the time of change."""
    root = tmp_path / "served"
    (root / "up").mkdir(parents=True)

    def put(path: str, data: bytes, changed_at: datetime = NOON) -> None:
        target = root / "up" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        os.utime(target, (changed_at.timestamp(),) * 2)

    put.root = root
    return put


@pytest.fixture
def client(upload):
    with sftp_server(upload.root) as port, paramiko.SSHClient() as ssh:
        ssh.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        ssh.connect(HOST, port, USER, PASSWORD, look_for_keys=False, allow_agent=False)
        yield ssh.open_sftp()


def collect(client, store: Store, settle=lambda: None) -> list[str]:
    return collect_drop(client, store, REGIME, ROUND, load(), "/up", settle)


def receipts(store: Store) -> list[tuple]:
    return [
        (receipt.folder, receipt.name, receipt.channel, receipt.received_at)
        for key in store.keys("receipts")
        for receipt in read_receipts(store, key[-12:-6])
    ]


def logged(store: Store) -> list[dict]:
    return [
        json.loads(line)
        for key in store.keys(f"channels/{CHANNEL}")
        if key.endswith(".jsonl")
        for line in store.read_bytes(key).decode().splitlines()
    ]


def test_a_file_is_of_its_folder_and_came_when_it_was_changed(client, upload, store):
    upload("610924/统计表.xlsx", b"one")
    upload("610924/附件/照片.jpg", b"two", NOON + timedelta(hours=1))
    upload("散放.xlsx", b"three", NOON + timedelta(hours=2))
    assert collect(client, store) == ["000001"]
    assert receipts(store) == [
        ("610924", "统计表.xlsx", "sftp", NOON),
        ("610924", "附件/照片.jpg", "sftp", NOON + timedelta(hours=1)),
        (None, "散放.xlsx", "sftp", NOON + timedelta(hours=2)),
    ]


def test_nothing_is_fetched_twice(client, upload, store):
    upload("610924/统计表.xlsx", b"one")
    collect(client, store)

    def must_not_wait():
        raise AssertionError("there is nothing new")

    collect(client, store, must_not_wait)
    for key in store.keys("channels"):
        (store.root / key).unlink()
    collect(client, store)
    assert len(receipts(store)) == 1, "the receipts tell, too, when the log is lost"


def test_a_corrected_file_is_a_new_version(client, upload, store):
    upload("610924/统计表.xlsx", b"one")
    collect(client, store)
    upload("610924/统计表.xlsx", b"two", NOON + timedelta(days=1))
    collect(client, store)
    assert len(receipts(store)) == 2


def test_a_file_that_is_still_being_written_is_left_for_the_next_look(client, upload, store):
    upload("610924/统计表.xlsx", b"half")
    upload("610924/other.xlsx.filepart", b"half")
    upload("610924/~$统计表.xlsx", b"lock")
    upload("610922/统计表.xlsx", b"whole")
    collect(client, store, settle=lambda: upload("610924/统计表.xlsx", b"half and more"))
    assert [folder for folder, *_ in receipts(store)] == ["610922"]
    collect(client, store)
    assert [folder for folder, *_ in receipts(store)] == ["610922", "610924"]


def test_a_time_the_sender_kept_does_not_make_a_file_early(client, upload, store):
    collect(client, store)
    first_look = datetime.now(UTC)
    upload("610924/统计表.xlsx", b"sent today", NOON)
    collect(client, store)
    ((_, _, _, received_at),) = receipts(store)
    assert first_look - timedelta(minutes=5) < received_at <= first_look


def test_a_time_in_the_future_is_now(client, upload, store):
    upload("610924/统计表.xlsx", b"clock is wrong", datetime.now(UTC) + timedelta(days=2))
    collect(client, store)
    assert receipts(store)[0][3] <= datetime.now(UTC)


def test_what_is_over_the_limit_is_refused_with_a_note(client, upload, store, monkeypatch):
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", 10)
    upload("610924/大.xlsx", b"x" * 11)
    upload("nobody/大.xlsx", b"x" * 11)
    assert collect(client, store) == []
    assert {entry["title"] for entry in logged(store)} == {"610924/大.xlsx", "nobody/大.xlsx"}
    (note,) = store.keys("outbox")
    assert note.startswith("outbox/610924/")


def test_signs_that_end_lines_break_no_record(client, upload, store):
    upload("61\u20280924/a\u2028.xlsx", b"one")
    collect(client, store)
    assert collect(client, store) == ["000001"]
    assert [(folder, name) for folder, name, *_ in receipts(store)] == [("61 0924", "a.xlsx")]


def test_a_name_that_is_not_utf8_keeps_back_its_folder_only(client, upload, store, caplog):
    upload(os.fsdecode(b"610922/" + "统计表.xlsx".encode("gbk")), b"named by old Windows")
    upload("610924/统计表.xlsx", b"one")
    collect(client, store)
    assert [folder for folder, *_ in receipts(store)] == ["610924"]
    assert "610922" in caplog.text and "UTF-8" in caplog.text
