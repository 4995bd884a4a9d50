"""Mails become deliveries once, by the time of the server, of the reporter whose address it is."""

import json
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage

import pytest

from desk.delivery import channels
from desk.delivery.channels import ChannelLog
from desk.delivery.mailbox import CHANNEL, attachments, collect_mail, plain_text
from ingestion import limits
from ingestion.receipt import read_receipts
from rulebook import load
from store import Store
from tests.servers import MailServer, mail_server

REGIME, ROUND = "ankang-2024", "annual"
NOON = datetime(2024, 12, 30, 4, 0, tzinfo=UTC)
COUNTY_MAIL = "ziyang@example.cn"
WORKBOOK = b"a workbook"
EXCEL = {"maintype": "application", "subtype": "vnd.ms-excel"}


@pytest.fixture
def store(tmp_path) -> Store:
    store = Store(tmp_path / "store")
    contacts = f"610924,{COUNTY_MAIL}\n610900,steward@example.cn\n610922,both@example.cn\n610923,both@example.cn\n"
    store.write_bytes("contacts.csv", f"reporter_code,mail\n{contacts}".encode())
    return store


@pytest.fixture
def server():
    with mail_server() as server:
        yield server


def mail(*files: tuple[str, bytes], sender: str = COUNTY_MAIL, text: str = "见附件") -> EmailMessage:
    message = EmailMessage()
    message["From"] = f"紫阳县经贸局 <{sender}>"
    message["Subject"] = "报送统计表"
    message["Date"] = "Mon, 01 Jan 2018 00:00:00 +0800"
    message["Message-ID"] = "<always@the.same>"
    message.set_content(text)
    for name, data in files:
        message.add_attachment(data, filename=name, **EXCEL)
    return message


def collect(server: MailServer, store: Store, **where) -> list[str]:
    with server.client() as client:
        return collect_mail(client, store, REGIME, ROUND, load(), **where)


def receipts(store: Store) -> list[tuple]:
    return [
        (receipt.folder, receipt.name, receipt.channel, receipt.sender, receipt.received_at)
        for key in store.keys("receipts")
        for receipt in read_receipts(store, key[-12:-6])
    ]


def logged(store: Store) -> list[dict]:
    return [
        json.loads(line)
        for key in store.keys(f"channels/{CHANNEL}")
        for line in store.read_bytes(key).decode().splitlines()
    ]


def test_a_mail_is_its_reporters_at_the_time_the_server_received_it(server, store):
    server.deliver(mail(("统计表.xlsx", WORKBOOK), sender="Ziyang@Example.cn"), NOON)
    assert collect(server, store) == ["000001"]
    assert receipts(store) == [("610924", "统计表.xlsx", "mail", COUNTY_MAIL, NOON)]
    assert rb"\Seen" in server.flags()[0]


@pytest.mark.parametrize("sender", ["someone@example.cn", "steward@example.cn", "both@example.cn"])
def test_an_address_that_is_not_one_reporters_leaves_it_to_the_workbook(server, store, sender):
    server.deliver(mail(("统计表.xlsx", WORKBOOK), sender=sender), NOON)
    collect(server, store)
    assert receipts(store) == [(None, "统计表.xlsx", "mail", sender, NOON)]


def test_nothing_is_taken_twice_even_if_flags_and_numbers_change(server, store):
    message = mail(("统计表.xlsx", WORKBOOK))
    server.deliver(message, NOON)
    collect(server, store)
    with server.client() as client:
        client.select("INBOX")
        client.uid("STORE", "1:*", "-FLAGS", r"(\Seen)")
    collect(server, store)
    server.deliver(message, NOON + timedelta(hours=1))
    collect(server, store)
    assert len(receipts(store)) == 1
    assert [len(entry["files"]) for entry in logged(store)] == [1, 0]


def test_two_mails_with_one_message_id_are_two(server, store):
    server.deliver(mail(("统计表.xlsx", WORKBOOK)), NOON)
    server.deliver(mail(("统计表.xlsx", b"corrected")), NOON + timedelta(hours=1))
    collect(server, store)
    assert len(receipts(store)) == 2


def test_a_crash_before_the_log_is_written_loses_nothing_and_repeats_nothing(server, store, monkeypatch):
    for hour, data in enumerate([WORKBOOK, b"corrected"]):
        server.deliver(mail(("统计表.xlsx", data)), NOON + timedelta(hours=hour))
    with monkeypatch.context() as patch:
        patch.setattr(ChannelLog, "add", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
        with pytest.raises(OSError, match="disk full"):
            collect(server, store)
    assert not any(rb"\Seen" in flags for flags in server.flags())
    before = receipts(store)
    assert collect(server, store) == ["000001"]
    assert receipts(store) == before and len(before) == 2
    assert [entry["files"][0]["receipt_no"] for entry in logged(store)] == [1, 2]


def test_a_mail_without_attachment_is_answered_and_recorded(server, store):
    message = mail(text="网盘链接：…")
    message.add_attachment(b"logo", maintype="image", subtype="png", filename="logo.png", disposition="inline")
    server.deliver(message, NOON)
    server.deliver(mail(sender="someone@example.cn"), NOON)
    assert collect(server, store) == []
    assert [entry["refused"][0]["reason"][:9] for entry in logged(store)] == ["这封邮件没有附件，"] * 2
    (note,) = store.keys("outbox")
    assert note.startswith("outbox/610924/20241230-120000_")
    assert "没有附件" in store.read_bytes(note).decode("utf-8-sig")


def test_what_an_open_workbook_left_behind_is_not_taken_and_told_where_nothing_else_came(server, store):
    server.deliver(mail(("~$统计表.xlsx", b"lock")), NOON)
    server.deliver(mail(("~$统计表.xlsx", b"lock"), ("统计表.xlsx", WORKBOOK)), NOON)
    collect(server, store)
    first, second = logged(store)
    assert (first["refused"][0]["name"], first["files"]) == ("~$统计表.xlsx", [])
    assert "临时文件" in first["refused"][0]["reason"]
    assert (second["refused"], [file["name"] for file in second["files"]]) == ([], ["统计表.xlsx"])


def test_what_is_over_the_limit_is_refused_and_the_rest_taken(server, store, monkeypatch):
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", 100)
    server.deliver(mail(("大.xlsx", b"x" * 101), ("小.xlsx", b"x" * 100)), NOON)
    collect(server, store)
    assert [name for _, name, *_ in receipts(store)] == ["小.xlsx"]
    assert [refused["name"] for entry in logged(store) for refused in entry["refused"]] == ["大.xlsx"]


def test_a_mail_over_the_limit_is_not_fetched(server, store, monkeypatch):
    monkeypatch.setattr("desk.delivery.mailbox.MAX_MAIL_BYTES", 1000)
    server.deliver(mail(("大.xlsx", b"x" * 1000)), NOON)
    collect(server, store)
    (entry,) = logged(store)
    assert (entry["sha256"], entry["files"], len(entry["refused"])) == (None, [], 1)


def test_mails_before_the_first_day_and_in_other_folders_are_left_alone(server, store):
    with server.client() as client:
        client.create("baobiao")
    server.deliver(mail(("旧.xlsx", b"old")), NOON - timedelta(days=2), "baobiao")
    server.deliver(mail(("新.xlsx", b"new")), NOON, "baobiao")
    server.deliver(mail(("别处.xlsx", b"elsewhere")), NOON)
    collect(server, store, folder="baobiao", since=date(2024, 12, 29))
    assert [name for _, name, *_ in receipts(store)] == ["新.xlsx"]


def test_many_mails_are_received_in_groups(server, store, monkeypatch):
    monkeypatch.setattr(channels, "FILES_PER_BATCH", 2)
    for number in range(5):
        server.deliver(mail((f"{number}.xlsx", b"%d" % number)), NOON)
    collect(server, store)
    assert len(receipts(store)) == 5
    assert len(store.keys(f"channels/{CHANNEL}")) == 3


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (b'filename="=?GB2312?B?zbO8xrHtLnhsc3g=?="', "统计表.xlsx"),
        (b"filename*=GBK''%CD%B3%BC%C6%B1%ED.xlsx", "统计表.xlsx"),
        ('filename="统计表.xlsx"'.encode("gb18030"), "统计表.xlsx"),
        ('filename="统计表.xlsx"'.encode(), "统计表.xlsx"),
        (b'filename="../../etc/passwd.xlsx"', "passwd.xlsx"),
        (b'filename="=?unknown?B?zbO8xrHtLnhsc3g=?="', "统计表.xlsx"),
        (b"x=1", "文件"),
    ],
)
def test_names_are_read_as_mail_programs_write_them(server, store, header, name):
    raw = b"From: a@example.cn\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; "
    server.deliver(raw + header + b"\r\n\r\nbytes\r\n", NOON)
    collect(server, store)
    assert [entry["files"][0]["name"] for entry in logged(store)] == [name]


def test_forwarded_mails_give_their_files_and_signatures_none():
    inner = mail(("统计表.xlsx", WORKBOOK))
    outer = mail(("说明.docx", b"text"))
    outer.add_attachment(inner)
    outer.add_attachment(b"sig", maintype="application", subtype="pkcs7-signature", filename="smime.p7s")
    outer.add_attachment(b"logo", maintype="image", subtype="png", filename="logo.png", cid="<logo>")
    outer.add_attachment(b"photo", maintype="image", subtype="jpeg", filename="现场照片.jpg")
    assert attachments(outer) == [("说明.docx", b"text"), ("统计表.xlsx", WORKBOOK), ("现场照片.jpg", b"photo")]


def test_a_mail_nobody_can_take_apart_is_kept_whole_and_keeps_back_no_other(server, store):
    header = (
        b"From: ziyang@example.cn\r\nContent-Disposition: attachment; filename*0*=GBK''%CD; filename*=x; filename*1=y"
    )
    server.deliver(header + b"\r\n\r\nbytes\r\n", NOON)
    server.deliver(mail(("统计表.xlsx", WORKBOOK)), NOON)
    collect(server, store)
    assert [name for _, name, *_ in receipts(store)] == ["无法拆开的邮件.eml", "统计表.xlsx"]


def test_signs_that_end_lines_break_no_record(server, store):
    message = mail(("统计表\u2028.xlsx", WORKBOOK))
    del message["Subject"]
    server.deliver(b"Subject: =?utf-8?Q?a=E2=80=A8b?=\r\n" + bytes(message), NOON)
    collect(server, store)
    assert collect(server, store) == ["000001"]
    assert [(entry["title"], entry["files"][0]["name"]) for entry in logged(store)] == [("ab", "统计表.xlsx")]


def test_a_subject_that_cannot_be_decoded_stays_as_it_is():
    assert plain_text("=?utf-8?B?abcde?=") == "=?utf-8?B?abcde?="
