"""Uploading through the desk: the verdict on the page, what is refused, and that names and cells do no harm."""

import re
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path

import pytest

from desk.decisions.acts import Actor, Draft
from desk.delivery.intake import Intake, Worker
from desk.web import uploads
from desk.web.body_limit import ROOM_FOR_FIELDS_BYTES
from ingestion import limits
from ingestion.receipt import read_receipts
from rulebook import load
from tests.desk.web.conftest import CEMENT, CHEMICALS, NEXT_YEAR, REGIME, ROUND, Signed, write_exit_table
from tests.desk.web.endless import PIECE_BYTES, send_endlessly

ADDRESS = f"/cycles/{REGIME}/{ROUND}/upload"
WRONG = [*CHEMICALS[:6], "节能"]


@pytest.fixture(scope="module")
def worker():
    worker = Worker()
    yield worker
    worker.stop()


@pytest.fixture
def desk(signed, worker) -> Signed:
    """The desk of the frame's tests, over a worker that all tests of this file share."""
    signed.desk.__dict__["intake"] = Intake(signed.desk.store, load(), worker, seconds_to_wait=120)
    return signed


@pytest.fixture
def table(tmp_path):
    """The bytes of an exit table with these rows."""
    return lambda *rows: write_exit_table(tmp_path / "table.xlsx", "紫阳县人民政府", list(rows)).read_bytes()


def send(desk: Signed, *files: tuple[str, bytes], user: str = "ziyang", **fields):
    data = {"csrf": desk.csrf(user)} | fields
    return desk.client(user).post(ADDRESS, data=data, files=[("files", file) for file in files])


def text_of(response) -> str:
    """What a person reads on the page."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", response.text)))


def receipts(desk: Signed) -> list:
    keys = desk.desk.store.keys("receipts")
    return [receipt for key in keys for receipt in read_receipts(desk.desk.store, Path(key).stem)]


def act(desk: Signed, kind: str, **fields) -> None:
    draft = Draft(kind=kind, reason="测试", regime=REGIME, round=ROUND, **fields)
    desk.desk.decisions.record(draft, Actor("steward", "审核员", "steward", "610900"), None)


# ---- the verdict ----


def test_a_bad_table_is_answered_with_cell_message_remedy_and_its_annotated_copy(desk, table):
    page = send(desk, ("统计表.xlsx", table(CEMENT, WRONG)))
    receipt = receipts(desk)[-1]
    text = text_of(page)
    assert page.status_code == 200
    assert f"{receipt.number:06d}" in text and receipt.sha256 in text
    assert "未通过，请修改" in text and "G6" in text and "节能" in text
    assert (receipt.channel, receipt.folder, receipt.sender) == ("upload", "610924", "ziyang")
    copy = desk.client("ziyang").get(re.search(r'href="([^"]*/annotated)"', page.text)[1])
    assert (copy.status_code, copy.content[:2]) == (200, b"PK")
    for link in re.findall(r'href="([^"]*/submissions/[^"]*)"', page.text):
        assert desk.client("ziyang").get(link).status_code == 200
    assert desk.builds == [(REGIME, ROUND)]


def test_several_files_have_each_their_own_receipt_and_verdict(desk, table):
    page = send(desk, ("甲.xlsx", table(CEMENT)), ("乙.xlsx", table(WRONG)), ("说明.pdf", b"%PDF-1.7"))
    _, first, second, third, *_ = page.text.split("<section")
    assert "已接收" in first and "未通过，请修改" in second and "附件材料" in third
    assert [receipt.name for receipt in receipts(desk)[-3:]] == ["甲.xlsx", "乙.xlsx", "说明.pdf"]


def test_a_photo_whose_path_tells_too_little_is_told_so_at_once(desk):
    pictures = [("IMG_1.jpg", b"\xff\xd8\xff 1"), ("宏源水泥有限公司拆除前.jpg", b"\xff\xd8\xff 2")]
    _, untold, told, *_ = send(desk, *pictures).text.split("<section")
    assert "看不出阶段和企业" in untold and "不需要再做什么" not in untold
    assert "看不出" not in told and "附件材料" in told


def test_a_file_sent_again_keeps_its_receipt_and_sets_off_no_build(desk, table):
    data = table(CEMENT)
    send(desk, ("甲.xlsx", data))
    count = len(receipts(desk))
    page = send(desk, ("甲.xlsx", data))
    assert "以前收到过" in text_of(page) and len(receipts(desk)) == count
    assert len(desk.builds) == 1


def test_the_same_bytes_under_another_name_are_told_to_count_once(desk, table):
    data = table(CHEMICALS)
    send(desk, ("甲.xlsx", data))
    first = receipts(desk)[-1].number
    told = text_of(send(desk, ("乙.xlsx", data)))
    assert f"完全相同（回执 {first:06d}" in told and "建仓后计入汇总" not in told and "迟报" not in told
    page = desk.client("ziyang").get(f"/cycles/{REGIME}/{ROUND}/reporters/610924").text
    assert page.count("与前一份相同") == 1
    assert "建仓后计入汇总" in text_of(send(desk, ("丙.xlsx", table(CEMENT, CHEMICALS))))
    assert "建仓后计入汇总" in text_of(send(desk, ("丁.xlsx", data))), "after another version the old one is new"


def test_a_workbook_of_another_county_stays_with_who_sent_it(desk, table):
    told = send(desk, ("甲.xlsx", table(CEMENT)), user="hanbin")
    (submission,) = desk.desk.records.pending(REGIME, ROUND)
    assert submission.reporter_code == "610902" and "S07" in told.text
    assert desk.client("ziyang").get(f"/submissions/{submission.submission_id}").status_code == 403


def test_what_is_not_judged_in_time_is_kept_and_its_build_waits_for_the_verdict(desk, worker, table):
    store = desk.desk.store
    desk.desk.__dict__["intake"] = Intake(store, load(), worker, seconds_to_wait=0)
    judged_at_build = []
    object.__setattr__(
        desk.desk,
        "start_build",
        lambda *_: judged_at_build.append(len(store.keys("findings")) == len(store.keys("receipts"))),
    )
    page = send(desk, ("甲.xlsx", table(CEMENT)))
    assert "审核还没有完成" in text_of(page) and f"{receipts(desk)[-1].number:06d}" in text_of(page)
    assert judged_at_build == [True]


def test_every_cell_is_told_as_text_never_as_part_of_the_page(desk, table):
    evil = '<script>alert("1")</script>'
    page = send(desk, (f"{evil}.xlsx", table([*CEMENT[:2], evil, *CEMENT[3:6], f"{evil}&"])))
    assert page.status_code == 200 and "alert" in unescape(page.text)
    assert "<script>alert" not in page.text


# ---- time ----


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        ("2024-12-30 23:59:59", []),
        ("2024-12-31 00:00:00", ["迟报 1 天"]),
        ("2025-01-01 00:00:00", ["迟报 2 天"]),
    ],
)
def test_the_day_due_ends_at_midnight_in_china(desk, table, monkeypatch, moment, told):
    withdraw_what_came_before(desk)
    stop_the_clock(monkeypatch, moment)
    text = text_of(send(desk, ("甲.xlsx", table(CEMENT))))
    assert moment in text and "截止 2024-12-30" in text
    assert re.findall(r"迟报 \d+ 天", text) == told


@pytest.mark.parametrize(
    ("moment", "is_late"), [(f"{NEXT_YEAR}-03-31 23:59:59", False), (f"{NEXT_YEAR}-04-01 00:00:00", True)]
)
def test_a_deadline_a_steward_put_off_is_the_one_that_counts(desk, table, monkeypatch, moment, is_late):
    withdraw_what_came_before(desk)
    act(desk, "extend", reporter_code="610924", due=date(NEXT_YEAR, 3, 31))
    stop_the_clock(monkeypatch, moment)
    text = text_of(send(desk, ("甲.xlsx", table(CEMENT))))
    assert f"截止 {NEXT_YEAR}-03-31" in text
    assert ("迟报 1 天" in text) is is_late
    receipt = next(key for key in reversed(desk.desk.store.keys("outbox/610924")) if key.endswith("回执.txt"))
    assert ("迟报 1 天" in desk.desk.store.read_bytes(receipt).decode()) is is_late


def withdraw_what_came_before(desk):
    """紫阳县 sent its table in time: what corrects it is not late."""
    for number in ("000001", "000002"):
        act(desk, "withdraw", submission_id=number)


def test_a_correction_of_a_table_accepted_in_time_is_not_called_late_and_names_the_day_demanded(
    desk, table, monkeypatch
):
    act(desk, "demand", reporter_code="610924", due=date(NEXT_YEAR, 3, 31))
    stop_the_clock(monkeypatch, f"{NEXT_YEAR}-03-31 23:59:59")
    text = text_of(send(desk, ("甲.xlsx", table(CEMENT, CHEMICALS))))
    assert "2024-12-20 收到的报表已按时通过，更正不算迟报" in text and re.findall(r"迟报 \d+ 天", text) == []
    assert f"强制重报要求 {NEXT_YEAR}-03-31 24时前报送：按期收到" in text
    receipt = next(key for key in reversed(desk.desk.store.keys("outbox/610924")) if key.endswith("回执.txt"))
    written = desk.desk.store.read_bytes(receipt).decode()
    assert "更正不算迟报" in written and f"强制重报：请于 {NEXT_YEAR}-03-31 24时前报送（按期收到）" in written


def test_after_a_return_the_first_table_accepted_since_is_judged(desk, table, monkeypatch):
    act(desk, "return", submission_id="000002")
    stop_the_clock(monkeypatch, "2025-01-02 09:00:00")
    assert "迟报 3 天" in text_of(send(desk, ("甲.xlsx", table(CEMENT, CHEMICALS))))
    stop_the_clock(monkeypatch, "2025-01-05 09:00:00")
    again = text_of(send(desk, ("乙.xlsx", table(CHEMICALS))))
    assert "按 2025-01-02 首次通过的报表计，迟报 3 天" in again and "迟报 6 天" not in again


def stop_the_clock(monkeypatch, moment_in_china: str) -> None:
    now = datetime.fromisoformat(f"{moment_in_china}+08:00").astimezone(UTC)

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return now

    monkeypatch.setattr(uploads, "datetime", Clock)


# ---- who and for whom ----


@pytest.mark.parametrize("user", ["hanbin", "viewer", "signer", "province", "foreign"])
def test_nobody_else_sends_for_a_reporter(desk, table, user):
    before = len(receipts(desk))
    page = send(desk, ("甲.xlsx", table(CEMENT)), user=user, reporter="610924")
    assert (page.status_code, len(receipts(desk))) == (403, before)


def test_a_steward_sends_what_says_itself_from_whom_it_is(desk, table):
    page = send(desk, ("甲.xlsx", table(CEMENT)), user="steward")
    assert page.status_code == 200
    assert receipts(desk)[-1].folder is None and "/outbox" not in page.text
    assert any("回执" in key for key in desk.desk.store.keys("outbox/610924"))


def test_somebody_with_two_units_says_for_which(desk, table):
    desk.grant("ziyang", "reporter", "610926")
    assert send(desk, ("甲.xlsx", table(CEMENT))).status_code == 400
    assert send(desk, ("甲.xlsx", table(CEMENT)), reporter="610924").status_code == 200


def test_a_form_of_another_page_is_refused(desk, table):
    before = len(receipts(desk))
    assert send(desk, ("甲.xlsx", table(CEMENT)), csrf="x").status_code == 400
    assert len(receipts(desk)) == before


def test_a_sealed_cycle_refuses_and_keeps_nothing(desk, table):
    before = len(receipts(desk))
    act(desk, "seal")
    page = send(desk, ("甲.xlsx", table(CEMENT)))
    assert page.status_code == 400 and "已经封存" in text_of(page)
    assert (len(receipts(desk)), desk.builds) == (before, [])


@pytest.mark.parametrize("files", [[], [("", b"")]])
def test_a_form_without_a_file_says_so(desk, files):
    page = send(desk, *files)
    assert page.status_code == 400 and "选择文件" in text_of(page)


# ---- names ----


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../../etc/报送.xlsx", "报送.xlsx"),
        ("C:\\tmp\\报送.xlsx", "报送.xlsx"),
        ("报\x1b[2J\u202e送.xlsx", "报[2J送.xlsx"),
        ("报" * 300 + ".xlsx", "报" * 38 + ".xlsx"),
    ],
)
def test_names_with_paths_control_characters_and_300_characters_do_no_harm(desk, table, name, kept):
    data = table(WRONG)
    before = files_below(desk)
    page = send(desk, (name, data))
    assert (page.status_code, receipts(desk)[-1].name) == (200, kept)
    assert "未通过，请修改" in text_of(page)
    assert all(path.is_relative_to(desk.desk.store_root) for path in files_below(desk) - before)


def files_below(desk: Signed) -> set[Path]:
    return {path for path in desk.desk.store_root.parent.rglob("*") if path.is_file()}


# ---- size ----


@pytest.mark.parametrize("length", [None, "999999999999"])
def test_a_body_over_the_limit_is_refused_before_it_was_read_to_its_end(desk, monkeypatch, length):
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", 1024**2)
    asked = [0]
    status, page = send_endlessly(desk.app, ADDRESS, "files", "ziyang", asked, length)
    assert status == 413 and "没有收下" in page
    assert asked[0] == 0 if length else asked[0] <= limits.MAX_FILE_BYTES + ROOM_FOR_FIELDS_BYTES + PIECE_BYTES


def test_who_may_not_send_is_refused_before_anything_is_read(desk):
    asked = [0]
    status, _ = send_endlessly(desk.app, ADDRESS, "files", "viewer", asked)
    assert (status, asked) == (403, [0])


def test_a_file_at_the_limit_is_taken(desk, table, monkeypatch):
    data = table(CEMENT)
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", len(data))
    assert send(desk, ("甲.xlsx", data)).status_code == 200


def test_a_body_that_is_no_form_is_told_so(desk):
    for content, kind in ((b"x", "text/plain"), (b"--b\r\nrubbish", "multipart/form-data; boundary=b")):
        page = desk.client("ziyang").post(ADDRESS, content=content, headers={"content-type": kind})
        assert page.status_code == 400 and "Traceback" not in page.text


# ---- the form ----


def test_the_form_on_the_reporters_page_works_without_scripts(desk, table):
    page = desk.client("ziyang").get(f"/cycles/{REGIME}/{ROUND}/reporters/610924").text
    form = re.search(r'<form class="upload".*?</form>', page, re.S)[0]
    assert 'method="post"' in form and 'enctype="multipart/form-data"' in form
    assert re.search(r'<input type="file" name="files" multiple', form)
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    action = re.search(r'action="([^"]*)"', form)[1]
    answer = desk.client("ziyang").post(action, data=fields, files=[("files", ("甲.xlsx", table(CEMENT)))])
    assert answer.status_code == 200 and receipts(desk)[-1].folder == "610924"
