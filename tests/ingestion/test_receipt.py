"""An inbox becomes originals and receipts; nothing is taken in twice."""

import json
import os
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from multiprocessing import get_context

import pytest

import ingestion
from ingestion import Delivery, Reception
from ingestion import receipt as receipts_module
from ingestion.receipt import read_receipts
from store import Store
from tests.ingestion.samples import comma_separated, row, table, the_rulebook, xlsx, zipped

FILE = comma_separated(table(row()))
OTHER = comma_separated(table(row(capacity="31万吨")))


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def put(inbox, name: str, data: bytes = FILE) -> None:
    path = inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def receive(store, inbox, round="annual") -> list[str]:
    return ingestion.receive(store, inbox, "ankang-2024", round, the_rulebook())


def finish(store: Store, batch: str) -> None:
    """The last stage leaves its mark on the batch."""
    store.write_bytes(f"answers/{batch}.json", b"[]")


def taken_in(store) -> list[tuple]:
    batches = [key.removeprefix("receipts/").removesuffix(".jsonl") for key in store.keys("receipts")]
    return [(one.number, one.folder, one.name) for batch in batches for one in read_receipts(store, batch)]


def test_a_receipt_says_what_came_when_and_for_what(store, inbox):
    put(inbox, "610924/表.csv")
    os.utime(inbox / "610924" / "表.csv", (1735000000, 1735000000))
    assert receive(store, inbox) == ["000001"]
    line = json.loads(store.read_bytes("receipts/000001.jsonl"))
    assert line == {
        "number": 1,
        "sha256": sha256(FILE).hexdigest(),
        "name": "表.csv",
        "channel": "folder",
        "folder": "610924",
        "received_at": "2024-12-24T00:26:40+00:00",
        "regime": "ankang-2024",
        "round": "annual",
        "rulebook_digest": the_rulebook().digest,
        "bytes": len(FILE),
        "members": [],
        "same_as": None,
        "sender": None,
        "reporter": None,
        "corrects": None,
    }
    assert store.read_bytes(f"originals/{line['sha256']}") == FILE


def test_loose_files_have_no_folder_and_deeper_ones_keep_their_path(store, inbox):
    put(inbox, "散件.csv")
    put(inbox, "610924/补报/表.csv", OTHER)
    receive(store, inbox)
    assert {(folder, name) for _, folder, name in taken_in(store)} == {(None, "散件.csv"), ("610924", "补报/表.csv")}


def test_lock_files_hidden_files_and_the_times_file_are_left_out(store, inbox):
    for name in ("~$表.xlsx", ".DS_Store", "_received.csv"):
        put(inbox, f"610924/{name}")
    assert (receive(store, inbox), taken_in(store)) == ([], [])


@pytest.mark.parametrize(("place", "name"), [("610924/_received.csv", "表.csv"), ("_received.csv", "610924/表.csv")])
@pytest.mark.parametrize(
    "time",
    [
        "2024-12-28 16:03",
        "2024-12-28 16:03:00",
        "2024-12-28T16:03:00+08:00",
        "2024-12-28T08:03:00Z",
        "2024/12/28 16:03",
        "2024年12月28日 16:03",
        "２０２４年１２月２８日１６时３分",
    ],
)
def test_the_time_of_arrival_is_the_channels(store, inbox, place, name, time):
    put(inbox, "610924/表.csv")
    put(inbox, place, f"file,received_at\n{name},{time}\n".encode("utf-8-sig"))
    receive(store, inbox)
    assert read_receipts(store, "000001")[0].received_at == datetime(2024, 12, 28, 8, 3, tzinfo=UTC)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig"])
def test_a_times_file_may_be_written_on_windows_in_excel(store, inbox, encoding):
    put(inbox, "610924/表.csv")
    put(inbox, "_received.csv", "序号,文件,收到时间\r\n1,610924\\表.csv,2024/12/2\r\n,,\r\n".encode(encoding))
    receive(store, inbox)
    assert read_receipts(store, "000001")[0].received_at == datetime(2024, 12, 1, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        ("file,received_at\n表.csv,昨天\n", 2),
        ("file,received_at\n表.csv,2099-01-01T00:00:00+08:00\n", 2),
        ("file,received_at\n\n,2024-12-20\n", 3),
        ("表.csv,2024-12-20\n", 1),
    ],
)
def test_of_a_line_of_the_times_file_that_is_not_understood_the_user_is_told(store, inbox, caplog, lines, number):
    put(inbox, "表.csv")
    put(inbox, "_received.csv", lines.encode())
    receive(store, inbox)
    (message,) = caplog.messages
    assert f"_received.csv 第 {number} 行：" in message and "请" in message


@pytest.mark.parametrize("time", ["昨天", "2099-01-01T00:00:00+08:00"])
def test_a_time_that_cannot_be_leaves_the_files_own(store, inbox, time):
    put(inbox, "表.csv")
    os.utime(inbox / "表.csv", (1735000000, 1735000000))
    put(inbox, "_received.csv", f"file,received_at\n表.csv,{time}\n".encode("gb18030"))
    receive(store, inbox)
    assert read_receipts(store, "000001")[0].received_at == datetime.fromtimestamp(1735000000, UTC)


def test_files_are_numbered_by_arrival_then_by_name(store, inbox):
    times = {"乙.csv": "2024-12-01 08:00", "甲.csv": "2024-12-02 08:00", "丙.csv": "2024-12-01 08:00"}
    for number, name in enumerate(times):
        put(inbox, name, FILE + str(number).encode())
    lines = "".join(f"{name},{time}\n" for name, time in times.items())
    put(inbox, "_received.csv", f"file,received_at\n{lines}".encode())
    receive(store, inbox)
    assert [name for _, _, name in taken_in(store)] == ["丙.csv", "乙.csv", "甲.csv"]


def test_collecting_the_same_inbox_again_takes_in_nothing(store, inbox):
    put(inbox, "610924/表.csv")
    for batch in receive(store, inbox):
        finish(store, batch)
    before = {key: store.read_bytes(key) for key in store.keys("")}
    assert receive(store, inbox) == []
    assert {key: store.read_bytes(key) for key in store.keys("")} == before


def test_a_name_that_holds_the_end_of_a_line_of_text_is_kept_like_any_other(store, inbox):
    put(inbox, "610924/表\u2028二.csv")
    finish(store, *receive(store, inbox))
    assert receive(store, inbox) == []
    assert [name for _, _, name in taken_in(store)] == ["表\u2028二.csv"]


def test_a_file_with_other_bytes_under_the_same_name_is_new(store, inbox):
    put(inbox, "610924/表.csv")
    receive(store, inbox)
    put(inbox, "610924/表.csv", OTHER)
    receive(store, inbox)
    assert [number for number, _, _ in taken_in(store)] == [1, 2]


def test_going_back_to_earlier_bytes_is_new_and_says_which_receipt_brought_them(store, inbox):
    for data in (FILE, OTHER, FILE):
        put(inbox, "610924/表.csv", data)
        receive(store, inbox)
    assert [read_receipts(store, f"00000{batch}")[0].same_as for batch in (1, 2, 3)] == [None, None, 1]


def test_the_receipt_that_is_named_is_the_one_that_counts(store, inbox):
    for name, data in (("甲", FILE), ("乙", OTHER), ("丙", FILE), ("丁", FILE), ("戊", FILE)):
        put(inbox, f"610924/{name}.csv", data)
        receive(store, inbox)
    batches = [f"00000{number}" for number in range(1, 6)]
    assert [read_receipts(store, batch)[0].same_as for batch in batches] == [None, None, 1, 3, 3]


def test_the_same_bytes_under_another_name_are_noticed(store, inbox):
    put(inbox, "610924/表.csv")
    receive(store, inbox)
    put(inbox, "610924/表(1).csv")
    (_, batch) = receive(store, inbox)
    ingestion.read_batch(store, batch, the_rulebook())
    observations = store.read_table(f"observations/{batch}.parquet").to_pylist()
    assert [json.loads(one["params"]) for one in observations if one["observation"] == "same_bytes"] == [{"receipt": 1}]


def test_the_same_bytes_in_another_folder_or_cycle_are_no_repetition(store, inbox):
    put(inbox, "610924/表.csv")
    receive(store, inbox)
    receive(store, inbox, round="midyear")
    put(inbox, "610926/表.csv")
    receive(store, inbox)
    assert [read_receipts(store, f"00000{batch}")[0].same_as for batch in (1, 2, 3)] == [None, None, None]


def test_a_batch_that_a_crash_left_unfinished_is_returned_again_in_its_own_cycle(store, inbox):
    put(inbox, "610924/表.csv")
    assert receive(store, inbox) == ["000001"]
    assert receive(store, inbox) == ["000001"]
    assert receive(store, inbox, round="midyear") == ["000002"]
    finish(store, "000001")
    assert receive(store, inbox) == []


def test_a_batch_holds_so_many_files_and_no_more(store, inbox, monkeypatch):
    monkeypatch.setattr(receipts_module, "FILES_PER_BATCH", 2)
    for number in range(5):
        put(inbox, f"{number}.csv", FILE + bytes([48 + number]))
    assert receive(store, inbox) == ["000001", "000002", "000003"]
    assert [len(read_receipts(store, f"00000{batch}")) for batch in (1, 2, 3)] == [2, 2, 1]
    assert [number for number, _, _ in taken_in(store)] == [1, 2, 3, 4, 5]


def test_the_members_of_an_archive_are_kept_beside_it(store, inbox):
    workbook = xlsx(table(row()))
    put(inbox, "610924/报.zip", zipped({"甲.xlsx": workbook, "乙.csv": FILE, "总结.docx": b"x"}))
    receive(store, inbox)
    (receipt,) = read_receipts(store, "000001")
    assert [member.name for member in receipt.members] == ["报.zip!甲.xlsx", "报.zip!乙.csv", "报.zip!总结.docx"]
    assert [store.read_bytes(f"originals/{member.sha256}") for member in receipt.members] == [workbook, FILE, b"x"]


def test_a_document_of_an_archive_has_its_own_line_as_if_sent_by_itself(store, inbox):
    put(inbox, "610924/报.zip", zipped({"甲.xlsx": xlsx(table(row())), "照片.jpg": b"\xff\xd8\xff"}))
    receive(store, inbox)
    ingestion.read_batch(store, "000001", the_rulebook())
    lines = store.read_table("submissions/000001.parquet").to_pylist()
    assert [(line["submission_id"], line["form"], line["reporter_code"]) for line in lines] == [
        ("000001-1", "exit_statistics", "610924"),
        ("000001-2", "document", "610924"),
    ]


def test_progress_is_told_on_the_way(store, inbox, monkeypatch):
    monkeypatch.setattr(receipts_module, "_FILES_BETWEEN_PROGRESS", 2)
    for number in range(4):
        put(inbox, f"{number}.csv")
    told = []
    ingestion.receive(store, inbox, "ankang-2024", "annual", the_rulebook(), told.append)
    assert told == ["收件 receive 2/4", "收件 receive 4/4"]


def test_each_new_batch_is_told_when_all_its_receipts_are_written(store, inbox, monkeypatch):
    monkeypatch.setattr(receipts_module, "FILES_PER_BATCH", 2)
    for number in range(3):
        put(inbox, f"{number}.csv")
    told = []

    def hear(batch: str) -> None:
        told.append((batch, len(read_receipts(store, batch))))

    cycle = ("ankang-2024", "annual", the_rulebook())
    assert ingestion.receive(store, inbox, *cycle, received=hear) == ["000001", "000002"]
    assert told == [("000001", 2), ("000002", 1)]
    # one that was told of already is returned until it is answered, and not told of again
    assert ingestion.receive(store, inbox, *cycle, received=hear) == ["000001", "000002"] and len(told) == 2


def test_an_inbox_that_is_not_there_is_no_empty_inbox(store, inbox):
    with pytest.raises(NotADirectoryError, match="收件目录不存在"):
        receive(store, inbox / "不在")
    assert store.keys("receipts") == []


# ---- deliveries of other channels ----

TUESDAY = datetime(2024, 12, 24, 1, 30, 15, tzinfo=UTC)
WEDNESDAY = TUESDAY + timedelta(days=1)
THURSDAY = TUESDAY + timedelta(days=2)


def delivery(data: bytes = FILE, name: str = "表.csv", channel: str = "upload", **fields) -> Delivery:
    return Delivery(**{"folder": "610924", "received_at": TUESDAY} | fields, name=name, data=data, channel=channel)


def take_in(store: Store, *deliveries: Delivery, round: str = "annual") -> Reception:
    return ingestion.receive_files(store, deliveries, "ankang-2024", round, the_rulebook())


def take_in_many(root: str, sender: str) -> list[int]:
    """In a process of its own: one delivery after the other."""
    store = Store(root)
    return [
        take_in(store, delivery(name=f"{sender}{number}.csv", sender=sender)).receipts[0].number for number in range(8)
    ]


def test_a_delivery_has_its_original_and_its_receipt_with_its_channel_and_sender(store):
    shanghai = timezone(timedelta(hours=8))
    reception = take_in(
        store, delivery(channel="mail", sender="ziyang@example.cn", received_at=TUESDAY.astimezone(shanghai))
    )
    (receipt,) = read_receipts(store, "000001")
    assert reception == Reception([receipt], [True], ["000001"], ["000001"])
    assert (receipt.channel, receipt.sender, receipt.folder) == ("mail", "ziyang@example.cn", "610924")
    assert (receipt.received_at, receipt.received_at.utcoffset()) == (TUESDAY, timedelta(0))
    assert store.read_bytes(f"originals/{receipt.sha256}") == FILE


def test_a_delivery_made_again_gets_its_first_receipt_and_makes_no_batch(store):
    first = take_in(store, delivery(), delivery(OTHER, "乙.csv"))
    again = take_in(store, delivery(OTHER, "乙.csv", received_at=WEDNESDAY), delivery(FILE, "丙.csv"))
    assert again.is_new == [False, True]
    assert again.receipts[0] == first.receipts[1]
    assert again.batch_of_receipt == ["000001", "000002"]
    assert [number for number, _, _ in taken_in(store)] == [1, 2, 3]


def test_channels_share_one_ledger(store, inbox):
    put(inbox, "610924/表.csv")
    receive(store, inbox)
    assert take_in(store, delivery()).is_new == [False]
    assert take_in(store, delivery(OTHER)).receipts[0].number == 2
    assert [batch_receipts[0].channel for batch_receipts in (read_receipts(store, f"00000{n}") for n in (1, 2))] == [
        "folder",
        "upload",
    ]


def test_the_same_delivery_for_another_cycle_is_new(store):
    take_in(store, delivery())
    assert take_in(store, delivery(), round="midyear").is_new == [True]


def test_an_upload_that_goes_back_to_earlier_bytes_is_new(store):
    for data in (FILE, OTHER):
        take_in(store, delivery(data))
    assert take_in(store, delivery(FILE)).is_new == [True]


def test_a_mailbox_read_again_from_its_beginning_brings_nothing_new(store):
    messages = [
        delivery(data, channel="mail", received_at=sent)
        for data, sent in ((FILE, TUESDAY), (FILE, TUESDAY + timedelta(hours=1)), (OTHER, WEDNESDAY), (FILE, THURSDAY))
    ]
    assert take_in(store, *messages[:3]).is_new == [True, False, True]
    assert take_in(store, *messages).is_new == [False, False, False, True]
    assert take_in(store, *messages).is_new == [False] * 4


def test_batches_that_a_crash_left_are_named_with_the_new_one(store):
    take_in(store, delivery())
    assert take_in(store, delivery(OTHER)).batches == ["000001", "000002"]
    finish(store, "000001")
    assert take_in(store, delivery(OTHER)).batches == ["000002"]


def test_two_processes_that_receive_at_the_same_time_lose_nothing(store):
    with ProcessPoolExecutor(2, get_context("spawn")) as processes:
        numbers = list(processes.map(take_in_many, [str(store.root)] * 2, ["甲", "乙"]))
    assert sorted(numbers[0] + numbers[1]) == list(range(1, 17))
    assert {name for _, _, name in taken_in(store)} == {f"{sender}{n}.csv" for sender in "甲乙" for n in range(8)}


def test_a_receipt_written_before_there_were_senders_and_corrections_is_still_read(store):
    take_in(store, delivery())
    line = json.loads(store.read_bytes("receipts/000001.jsonl"))
    for field in ("sender", "reporter", "corrects"):
        del line[field]
    store.write_bytes("receipts/000001.jsonl", json.dumps(line).encode())
    (receipt,) = read_receipts(store, "000001")
    assert (receipt.sender, receipt.reporter, receipt.corrects) == (None, None, None)


def test_a_file_whose_reporter_is_put_right_is_new_beside_the_first_and_no_repetition_of_it(store):
    take_in(store, delivery())
    corrected = delivery(channel="desk", reporter="610926", corrects="000001")
    reception = take_in(store, corrected)
    assert (reception.is_new, reception.receipts[0].same_as) == ([True], None)
    assert take_in(store, corrected).receipts == reception.receipts
    assert take_in(store, delivery()).is_new == [False]


def test_the_reporter_a_steward_decided_stands_before_what_the_file_says(store):
    """The table's 填报单位 is 紫阳县 (610924), its folder 汉滨区's: without a decision that is a contradiction."""
    said_by_two = delivery(folder="610902")
    take_in(store, said_by_two, delivery(folder="610902", channel="desk", reporter="610926", corrects="000001"))
    ingestion.read_batch(store, "000001", the_rulebook())
    lines = store.read_table("submissions/000001.parquet").to_pylist()
    assert [(line["reporter_code"], line["told_by"], line["corrects"]) for line in lines] == [
        ("610902", "folder", None),
        ("610926", "decision", "000001"),
    ]
    contradicted = [
        one["submission_id"]
        for one in store.read_table("observations/000001.parquet").to_pylist()
        if one["observation"].startswith("reporter_")
    ]
    assert contradicted == ["000001"]


def test_a_document_whose_reporter_is_put_right_is_theirs(store):
    take_in(store, delivery(b"%PDF-1.7", "总结.pdf", channel="desk", reporter="610926", corrects="000001"))
    ingestion.read_batch(store, "000001", the_rulebook())
    (line,) = store.read_table("submissions/000001.parquet").to_pylist()
    assert (line["form"], line["reporter_code"], line["told_by"]) == ("document", "610926", "decision")
