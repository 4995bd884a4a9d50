"""Files that come by the desk: kept, judged and answered at once, in their order, whatever breaks."""

import json
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import expectations
import ingestion
from desk.decisions.acts import Actor, Draft
from desk.decisions.log import Decisions
from desk.delivery import intake as intake_module
from desk.delivery.intake import LONGEST_NAME_BYTES, Intake, Refused, Worker, finish_corrections, safe_name
from ingestion import Delivery
from ingestion.receipt import read_receipts
from rulebook import load
from store import Store
from tests.desk.conftest import ROWS, write_exit_table
from tests.ingestion.samples import zipped

REGIME, ROUND = "ankang-2024", "annual"
NOON = datetime(2024, 12, 30, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def worker():
    worker = Worker()
    yield worker
    worker.stop()


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def intake(store, worker) -> Intake:
    return Intake(store, load(), worker, seconds_to_wait=120)


@pytest.fixture(scope="module")
def tables(tmp_path_factory) -> dict[str, bytes]:
    """A table that is fine, its version with a row less, one with a wrong category."""
    folder: Path = tmp_path_factory.mktemp("tables")
    wrong = [ROWS[0], [*ROWS[1][:6], "节能"]]
    return {
        name: write_exit_table(folder / f"{name}.xlsx", rows).read_bytes()
        for name, rows in {"good": ROWS, "shorter": ROWS[:1], "wrong": wrong}.items()
    }


def delivery(data: bytes, name: str = "统计表.xlsx", **fields) -> Delivery:
    told = {"folder": "610924", "channel": "upload", "received_at": NOON, "sender": "ziyang"}
    return Delivery(name=name, data=data, **(told | fields))


def findings_of(store: Store, batch: str) -> list[tuple[str, str]]:
    return [(one["submission_id"], one["rule"]) for one in store.read_table(f"findings/{batch}.parquet").to_pylist()]


def decide(store: Store, kind: str, **fields) -> None:
    return Decisions(store).record(
        Draft(kind=kind, reason="测试", **fields), Actor("s", "审核员", "steward", "610900"), None
    )


# ---- taking in ----


def test_files_are_received_judged_and_answered_each_with_its_own_verdict(store, intake, tables):
    good, wrong = intake.take_in([delivery(tables["good"]), delivery(tables["wrong"], "改.xlsx")], REGIME, ROUND)
    assert (good.receipt_no, good.submission_ids, good.is_new, good.verdict) == (1, ("000001",), True, "accepted")
    assert (wrong.receipt_no, wrong.file, wrong.verdict, wrong.batch) == (2, "改.xlsx", "rejected", good.batch)
    assert (good.received_at, read_receipts(store, good.batch)[0].sender) == (NOON, "ziyang")
    assert any(
        key.endswith("000002_改_批注.xlsx") for key in json.loads(store.read_bytes(f"answers/{good.batch}.json"))
    )


def test_the_same_file_again_keeps_its_receipt_and_verdict(store, intake, tables):
    (first,) = intake.take_in([delivery(tables["wrong"])], REGIME, ROUND)
    (again,) = intake.take_in([delivery(tables["wrong"], received_at=NOON + timedelta(days=3))], REGIME, ROUND)
    assert (again.is_new, again.receipt_no, again.received_at) == (False, first.receipt_no, NOON)
    assert again.verdict == "rejected"
    assert store.keys("receipts") == ["receipts/000001.jsonl"]


def test_an_archive_is_rejected_when_one_of_its_members_is(intake, tables):
    data = zipped({"甲.xlsx": tables["good"], "乙.xlsx": tables["wrong"], "总结.pdf": b"%PDF-1.7"})
    (taken,) = intake.take_in([delivery(data, "报送.zip")], REGIME, ROUND)
    assert (taken.submission_ids, taken.verdict) == (("000001-1", "000001-2", "000001-3"), "rejected")


def test_a_version_is_compared_with_one_that_a_collection_received_before_and_did_not_judge_yet(store, intake, tables):
    """The collection stopped after its receipts: had the upload overtaken it, the row left out would not be told."""
    ingestion.receive_files(store, [delivery(tables["good"], channel="folder")], REGIME, ROUND, load())
    (taken,) = intake.take_in([delivery(tables["shorter"])], REGIME, ROUND)
    assert (taken.submission_ids[0], "S18") in findings_of(store, taken.batch)
    assert not store.exists("answers/000001.json")  # the collection's own to give


def test_judging_waits_for_another_process_that_judges(store, worker, tables):
    impatient = Intake(store, load(), worker, seconds_to_wait=0.3)
    with store.lock("judge"):
        (taken,) = impatient.take_in([delivery(tables["good"])], REGIME, ROUND)
        assert (taken.verdict, store.exists(f"findings/{taken.batch}.parquet")) == (None, False)
    impatient.finish(taken.batch)
    (again,) = impatient.take_in([delivery(tables["good"])], REGIME, ROUND)
    assert again.verdict == "accepted"


def test_what_a_collection_judges_at_the_same_time_comes_out_the_same(store, intake, tables):
    (taken,) = intake.take_in([delivery(tables["wrong"])], REGIME, ROUND)
    before = store.read_bytes(f"findings/{taken.batch}.parquet")
    ingestion.read_batch(store, taken.batch, load())
    expectations.judge_batch(store, taken.batch, load())
    assert store.read_bytes(f"findings/{taken.batch}.parquet") == before


# ---- what is not taken ----


def test_a_sealed_cycle_takes_nothing_and_keeps_nothing_until_the_seal_is_undone(store, intake, tables):
    seal = decide(store, "seal", regime=REGIME, round=ROUND)
    with pytest.raises(Refused) as refused:
        intake.take_in([delivery(tables["good"])], REGIME, ROUND)
    assert "已经封存" in refused.value.message_zh
    assert (store.keys("receipts"), store.keys("originals")) == ([], [])
    assert intake.take_in([delivery(tables["good"])], REGIME, "midyear")[0].is_new
    decide(store, "undo", undoes=seal.sequence)
    assert intake.take_in([delivery(tables["good"])], REGIME, ROUND)[0].is_new


@pytest.mark.parametrize(("name", "told"), [("", "没有文件名"), ("  ", "没有文件名"), ("~$表.xlsx", "临时文件")])
def test_what_is_no_file_to_keep_is_refused_with_all_that_came_with_it(store, intake, tables, name, told):
    with pytest.raises(Refused) as refused:
        intake.take_in([delivery(tables["good"]), delivery(tables["wrong"], name)], REGIME, ROUND)
    assert told in refused.value.message_zh
    assert store.keys("receipts") == []


def test_a_file_over_the_limit_is_refused_one_at_the_limit_is_taken(store, intake, tables, monkeypatch):
    size = len(tables["good"])
    monkeypatch.setattr(intake_module.limits, "MAX_FILE_BYTES", size)
    assert intake.take_in([delivery(tables["good"])], REGIME, ROUND)[0].is_new
    with pytest.raises(Refused) as refused:
        intake.take_in([delivery(tables["good"] + b"\0", "大.xlsx")], REGIME, ROUND)
    assert "大.xlsx" in refused.value.message_zh


def test_nothing_sent_is_told(intake):
    with pytest.raises(Refused) as refused:
        intake.take_in([], REGIME, ROUND)
    assert "选择文件" in refused.value.message_zh


# ---- a steward's correction ----


def test_a_corrected_file_is_taken_in_again_for_the_right_reporter_with_its_first_time(store, intake, tables):
    (first,) = intake.take_in([delivery(tables["good"])], REGIME, ROUND)
    decision = decide(store, "identify", submission_id="000001", new_reporter_code="610926")
    (corrected,) = intake.correct(decision)
    (line,) = store.read_table(f"submissions/{corrected.batch}.parquet").to_pylist()
    assert (line["reporter_code"], line["told_by"], line["corrects"]) == ("610926", "decision", "000001")
    assert (line["sha256"], line["file"], line["received_at"]) == (first.sha256, first.file, NOON)
    assert (line["channel"], read_receipts(store, corrected.batch)[0].sender) == ("desk", "s")
    assert (corrected.submission_ids[0], "S07") not in findings_of(store, corrected.batch)
    assert (corrected.submission_ids[0], "S15") not in findings_of(store, corrected.batch)


def test_whose_a_file_is_that_contradicts_itself_a_steward_may_say_even_if_it_is_where_it_lies(store, intake, tables):
    """Nobody may waive S07: without this its only way out were to send it again."""
    (first,) = intake.take_in([delivery(tables["good"], folder="610929")], REGIME, ROUND)
    (line,) = store.read_table(f"submissions/{first.batch}.parquet").to_pylist()
    assert (line["reporter_code"], line["told_by"], first.verdict) == ("610929", "folder", "rejected")
    (corrected,) = intake.correct(
        decide(store, "identify", submission_id=first.submission_ids[0], new_reporter_code="610929")
    )
    (line,) = store.read_table(f"submissions/{corrected.batch}.parquet").to_pylist()
    assert (line["reporter_code"], line["told_by"]) == ("610929", "decision")
    assert not {"S07", "S15"} & {rule for _, rule in findings_of(store, corrected.batch)}


def test_a_correction_made_twice_is_taken_in_once(store, intake, tables):
    intake.take_in([delivery(tables["good"])], REGIME, ROUND)
    decision = decide(store, "identify", submission_id="000001", new_reporter_code="610926")
    first, second = intake.correct(decision), intake.correct(decision)
    assert [taken.is_new for taken in (*first, *second)] == [True, False]


def test_of_an_archive_only_the_member_is_corrected(store, intake, tables):
    archive = zipped({"甲.xlsx": tables["good"], "乙.xlsx": tables["shorter"]})
    intake.take_in([delivery(archive, "报送.zip")], REGIME, ROUND)
    decision = decide(store, "identify", submission_id="000001-2", new_reporter_code="610926")
    (corrected,) = intake.correct(decision)
    assert (corrected.submission_ids, corrected.file) == (("000002",), "报送.zip!乙.xlsx")


@pytest.mark.parametrize("how", ["the desk starts", "a build"])
def test_a_correction_that_was_decided_and_not_taken_in_is_made_up_for(store, intake, tables, how):
    """A crash came between the decision and the receipt."""
    intake.take_in([delivery(tables["good"])], REGIME, ROUND)
    decide(store, "identify", submission_id="000001", new_reporter_code="610926")
    for _ in range(2):
        if how == "a build":
            finish_corrections(store, load())
        else:
            intake.resume()
    (receipt,) = read_receipts(store, "000002")
    assert (receipt.corrects, receipt.reporter, receipt.received_at) == ("000001", "610926", NOON)
    assert store.keys("receipts")[1:] == ["receipts/000002.jsonl"] and store.exists("answers/000002.json")


def test_what_was_uploaded_into_another_cycle_and_not_judged_is_judged_when_the_desk_starts(store, intake, tables):
    ingestion.receive_files(store, [delivery(tables["good"])], REGIME, "midyear", load())
    ingestion.receive_files(store, [delivery(tables["good"], channel="folder")], REGIME, ROUND, load())
    assert intake.resume() == [(REGIME, "midyear")]
    assert list(ingestion.unfinished_batches(store)) == ["000002"]  # the collection's own


# ---- the worker ----


def test_a_worker_that_died_is_replaced_before_anybody_notices(store, worker, intake, tables):
    process_id = worker.run(os.getpid)
    os.kill(process_id, signal.SIGKILL)
    assert intake.take_in([delivery(tables["good"])], REGIME, ROUND)[0].verdict == "accepted"


def test_what_breaks_the_worker_twice_is_given_up_and_the_next_is_done():
    worker = Worker(prepare=int)
    with pytest.raises(BrokenProcessPool):
        worker.run(os._exit, 1)
    assert worker.run(sum, (1, 2)) == 3
    worker.stop()


def test_what_takes_too_long_is_ended_and_the_next_is_done():
    worker = Worker(prepare=int, seconds_to_give_up=2)
    with pytest.raises(TimeoutError):
        worker.run(time.sleep, 600)
    assert worker.run(sum, (1, 2)) == 3
    worker.stop()


@pytest.mark.parametrize("seconds", [0, 600])
def test_a_worker_that_is_stopped_is_gone_and_no_other_takes_its_place(monkeypatch, seconds):
    monkeypatch.setattr(intake_module, "SECONDS_TO_STOP", 0.1)
    worker = Worker(prepare=int)
    process_id = worker.run(os.getpid)
    with ThreadPoolExecutor(1) as others:
        work = others.submit(worker.run, time.sleep, seconds)
        wait([work], 1)
        worker.stop()
    assert (work.exception() is None) is (seconds == 0)
    with pytest.raises(ProcessLookupError):
        os.kill(process_id, 0)
    with pytest.raises(RuntimeError):
        worker.run(os.getpid)


def test_a_batch_that_cannot_be_judged_is_kept_and_holds_up_no_other(store, intake, tables):
    (broken,) = intake.take_in([delivery(tables["good"], "甲.xlsx")], REGIME, ROUND)
    for key in (f"findings/{broken.batch}.parquet", f"answers/{broken.batch}.json", f"originals/{broken.sha256}"):
        Path(store.location(key)).unlink()
    (other,) = intake.take_in([delivery(tables["wrong"], "乙.xlsx")], REGIME, ROUND)
    (again,) = intake.take_in([delivery(tables["good"], "甲.xlsx")], REGIME, ROUND)
    assert (other.verdict, again.verdict, again.is_new) == ("rejected", None, False)


# ---- names ----


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("统计表.xlsx", "统计表.xlsx"),
        ("C:\\Users\\张\\桌面\\统计表.xlsx", "统计表.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("报送/610924/表.xls/", "表.xls"),
        ("统计\x00\r\n\x1b[31m表\x7f.xlsx", "统计  [31m表.xlsx"),
        ("\u202exslx.表", "xslx.表"),
        ("统计\u3000表.xlsx", "统计 表.xlsx"),
        ("表\udcff.xlsx", "表.xlsx"),
        (".xlsx", "xlsx"),
        ("..", "文件"),
        ("", "文件"),
        (None, "文件"),
        ("\u200b.xlsx", "xlsx"),
        ("没有后缀", "没有后缀"),
    ],
)
def test_a_name_is_the_last_part_of_what_was_sent_without_what_nobody_reads(raw, name):
    assert safe_name(raw) == name


@pytest.mark.parametrize("raw", ["表" * 300 + ".xlsx", "a." + "b" * 300, "x" * 300, "." * 300, "表 " * 300 + ". .et"])
def test_a_long_name_is_cut_and_keeps_its_ending(raw):
    name = safe_name(raw)
    assert 0 < len(name.encode()) <= LONGEST_NAME_BYTES
    assert name.endswith(".xlsx") or not raw.endswith(".xlsx")
