"""What reporters find in their outbox after a batch."""

import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime

import openpyxl
import pyarrow as pa
import pytest

from exports import answer_batch
from exports.answers.answer import NO_DEADLINES, safe_stem
from exports.answers.deadline import Deadline
from rulebook import load
from store import Store
from tests.exports.annotation_samples import finding, workbook_bytes

BATCH = "000001"
FINDING_FIELDS = [
    "finding_id",
    "submission_id",
    "row_id",
    "rule",
    "severity",
    "sheet",
    "cell",
    "value",
    "message",
    "message_en",
    "remedy",
    "remedy_en",
]


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path)
    store.write_bytes("originals/abc", workbook_bytes())
    return store


def submission(**changes):
    return {
        "submission_id": "000123",
        "receipt_no": "000123",
        "batch": BATCH,
        "regime": "ankang-2024",
        "round": "annual",
        "form": "exit_statistics",
        "sha256": "abc",
        "file": "统计表.xlsx",
        "received_at": datetime(2024, 12, 30, 1, 15, tzinfo=UTC),
        "reporter_code": "610924",
        "declared_reporter": "紫阳县人民政府",
        "is_nil": False,
        "row_count": 2,
    } | changes


def answer(store, submissions, findings=(), workers=None, deadlines=NO_DEADLINES):
    """The names below the outbox once the batch was answered."""
    schema = pa.schema([(field, pa.string()) for field in FINDING_FIELDS])
    lines = [dict.fromkeys(FINDING_FIELDS) | {"finding_id": "f", "submission_id": "000123"} | line for line in findings]
    store.write_table(f"submissions/{BATCH}.parquet", pa.Table.from_pylist(submissions))
    store.write_table(f"findings/{BATCH}.parquet", pa.Table.from_pylist(lines, schema=schema))
    answer_batch(store, BATCH, load(), workers, deadlines)
    return [key.removeprefix("outbox/") for key in store.keys("outbox")]


def receipt_text(store, reporter="610924"):
    return store.read_bytes(f"outbox/{reporter}/000123_回执.txt").decode("utf-8-sig")


def test_a_correct_file_gets_a_receipt_and_no_annotated_copy(store):
    assert answer(store, [submission()]) == ["610924/000123_回执.json", "610924/000123_回执.txt"]
    text = receipt_text(store)
    assert "审核结果：已接收" in text and "紫阳县" in text and "Verdict: Accepted" in text


def test_the_receipt_tells_the_time_of_beijing_and_the_date_due(store):
    answer(store, [submission()])
    receipt = json.loads(store.read_bytes("outbox/610924/000123_回执.json"))
    assert receipt["received_at"] == "2024-12-30 09:15:00"
    assert receipt["due_on"] == load().regimes["ankang-2024"].owed("610924", "annual").isoformat()


def received_at(day: str, time: str) -> datetime:
    """The moment that is ``time`` of ``day`` in China."""
    return datetime.fromisoformat(f"{day}T{time}+08:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("day", "time", "told", "told_in_english"),
    [
        ("2024-12-30", "23:59:59", "按时收到", "in time"),
        ("2024-12-31", "00:00:00", "迟报 1 天", "this file came 1 day late"),
        ("2024-12-31", "23:59:59", "迟报 1 天", "this file came 1 day late"),
        ("2025-01-01", "00:00:00", "迟报 2 天", "this file came 2 days late"),
    ],
)
def test_the_day_due_ends_at_midnight_in_china_and_the_receipt_counts_the_days_after(
    store, day, time, told, told_in_english
):
    answer(store, [submission(received_at=received_at(day, time))])
    text = receipt_text(store)
    assert f"收到时间：{day} {time}（北京时间）" in text
    assert f"报送截止：2024-12-30（{told}）" in text and f"Due: 2024-12-30 ({told_in_english})" in text


@pytest.mark.parametrize(
    ("day", "time", "told"), [("2025-01-05", "23:59:59", "按时收到"), ("2025-01-06", "00:00:00", "迟报 1 天")]
)
def test_a_deadline_that_was_extended_is_the_one_the_receipt_tells(store, day, time, told):
    answer(store, [submission(received_at=received_at(day, time))], deadlines={"000123": Deadline(date(2025, 1, 5))})
    assert f"报送截止：2025-01-05（{told}）" in receipt_text(store)


@pytest.mark.parametrize(
    ("accepted_on", "days_late", "told"),
    [(date(2024, 12, 30), 0, "更正不算迟报"), (date(2025, 1, 2), 3, "按 2025-01-02 首次通过的报表计，迟报 3 天")],
)
def test_a_correction_is_as_late_as_the_table_that_was_accepted_first(store, accepted_on, days_late, told):
    deadline = Deadline(date(2024, 12, 30), accepted_on, date(2025, 3, 1))
    answer(store, [submission(received_at=received_at("2025-03-03", "09:00:00"))], deadlines={"000123": deadline})
    text = receipt_text(store)
    assert told in text and "迟报 63 天" not in text and f"of {accepted_on}" in text
    assert "强制重报：请于 2025-03-01 24时前报送（晚 2 天）" in text and "this file came 2 days after it" in text
    receipt = json.loads(store.read_bytes("outbox/610924/000123_回执.json"))
    assert (receipt["days_late"], receipt["accepted_on"]) == (days_late, accepted_on.isoformat())


def test_the_receipt_opens_in_notepad(store):
    answer(store, [submission()])
    data = store.read_bytes("outbox/610924/000123_回执.txt")
    assert data.startswith(b"\xef\xbb\xbf") and b"\r\n" in data


@pytest.mark.parametrize(("severity", "outcome"), [("reject", "未通过，请修改"), ("explain", "已接收")])
def test_a_finding_that_needs_work_brings_an_annotated_copy(store, severity, outcome):
    names = answer(store, [submission()], [finding("B3", severity)])
    assert "610924/000123_统计表_批注.xlsx" in names
    text = receipt_text(store)
    assert f"审核结果：{outcome}" in text and "000123_统计表_批注.xlsx" in text and "请填写数字" in text
    annotated = openpyxl.load_workbook(store.location("outbox/610924/000123_统计表_批注.xlsx"))
    assert "不是数字" in annotated["统计表"]["B3"].comment.text
    told = [cell.value for row in annotated.worksheets[0].iter_rows() for cell in row if cell.value]
    assert any("报送截止 Due：2024-12-30" in str(text) for text in told)


def test_a_note_alone_is_told_in_the_receipt(store):
    names = answer(store, [submission()], [finding("B3", "note", "F12")])
    assert not [name for name in names if "批注" in name]
    assert "F12" in receipt_text(store)


@pytest.mark.parametrize("severity", ["reject", "explain"])
def test_a_receipt_speaks_of_coloured_cells_only_where_the_copy_has_some(store, severity):
    answer(store, [submission()], [finding(None, severity, sheet=None)])
    text = receipt_text(store)
    assert "第一张表“修改清单”" in text and "标色" not in text and "coloured" not in text
    answer(store, [submission()], [finding(None, severity, sheet=None), finding("B3", severity)])
    assert "标色" in receipt_text(store) and "coloured" in receipt_text(store)


def test_an_unknown_reporter_has_a_folder_of_its_own(store):
    unknown = submission(reporter_code=None, declared_reporter=None, regime=None, round=None)
    assert answer(store, [unknown]) == ["_unknown/000123_回执.json", "_unknown/000123_回执.txt"]
    assert "未能识别" in receipt_text(store, "_unknown")


def test_a_nil_return_is_called_one(store):
    answer(store, [submission(is_nil=True, row_count=0)])
    assert "零报告" in receipt_text(store) and "nil return" in receipt_text(store)


def test_a_document_is_kept_and_not_measured_against_the_due_date_of_the_table(store):
    answer(store, [submission(form="document", file="2024年总结.pdf")])
    text = receipt_text(store)
    assert "附件材料" in text and "报送截止" not in text and "行数据" not in text


def test_whose_photo_cannot_be_told_hears_what_its_name_must_tell(store):
    answer(store, [submission(form="document", file="DSC0001.jpg")])
    text = receipt_text(store)
    assert "要有企业名称和“拆除前”" in text and "不需要再做什么" not in text


@pytest.mark.parametrize(("form", "counts"), [("exit_statistics", True), ("rectification", False)])
def test_only_an_exit_table_is_said_to_be_in_the_rollup(store, form, counts):
    answer(store, [submission(form=form)], [finding("B3", "explain")])
    text = receipt_text(store)
    assert ("数据已计入汇总" in text) == ("Your figures count" in text) == counts


def test_answering_again_changes_no_byte(store):
    names = answer(store, [submission()], [finding("B3")])
    first = [store.read_bytes(f"outbox/{name}") for name in names]
    assert answer(store, [submission()], [finding("B3")]) == names
    assert [store.read_bytes(f"outbox/{name}") for name in names] == first


def test_many_copies_are_made_by_several_processes(store):
    submissions = [submission(submission_id=f"{number:06d}") for number in range(21)]
    findings = [finding("B3") | {"submission_id": line["submission_id"]} for line in submissions]
    with ProcessPoolExecutor(2, multiprocessing.get_context("forkserver")) as workers:
        names = answer(store, submissions, findings, workers)
    assert sum("批注" in name for name in names) == 21


@pytest.mark.parametrize(
    ("sent", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\表.xlsx", "表"),
        ("上报.zip!县/表.xls", "表"),
        ("注意!.xlsx", "注意!"),
        ("..", "文件"),
        ("", "文件"),
        ('a<b>:"|?*\n.xlsx', "a_b______"),
        ("表" * 100 + ".xlsx", "表" * 40),
    ],
)
def test_a_name_as_sent_becomes_a_safe_part_of_a_file_name(sent, safe):
    assert safe_stem(sent) == safe
