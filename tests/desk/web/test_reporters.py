"""A reporter's page: what it owes and sent, its own alone, and the ways on from there."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime

import openpyxl
import pytest

import ingestion
from desk.decisions.log import Actor, Draft
from desk.decisions.room import InThisProcess
from desk.delivery.intake import Intake
from desk.web.acts import room_of
from exports.wording import ROUND_ZH
from ingestion import Delivery
from rulebook import LOCAL_TIME, load
from tests.desk.web.conftest import NEXT_YEAR, REGIME, ROUND

STEWARD = Actor("steward", "审核员", "steward", "610900")
CYCLE = f"/cycles/{REGIME}/{ROUND}/reporters"


@pytest.fixture
def page(signed):
    """The text of a reporter's page as one person sees it."""

    def get(code, user="steward", cycle=CYCLE):
        answer = signed.client(user).get(f"{cycle}/{code}")
        assert answer.status_code == 200, answer.text
        return answer.text

    return get


def _decide(signed, **draft):
    return signed.desk.decisions.record(Draft(reason="来电说明", regime=REGIME, round=ROUND, **draft), STEWARD, None)


def _of_submission(signed, kind, submission_id, reason):
    return signed.desk.decisions.record(Draft(kind, reason, submission_id=submission_id), STEWARD, None)


def test_it_tells_what_is_owed_when_it_came_and_every_version(page):
    html = page("610924", "ziyang")
    assert "紫阳县" in html and str(load().regimes[REGIME].owed("610924", ROUND)) in html
    assert "按时报送" in html and "计入汇总" in html and "已被新表替代" in html
    assert "统计表（修订）.xlsx" in html and "2024-12-27 10:30:00" in html


@pytest.mark.parametrize(
    ("code", "state"), [("610902", "迟报"), ("610921", "审核未通过"), ("610922", "零报告"), ("610923", "逾期未报")]
)
def test_every_state_is_named(page, code, state):
    assert state in page(code)


def test_a_file_that_is_received_and_not_judged_yet_is_on_the_page(signed, page):
    delivery = Delivery("新表.xlsx", b"bytes", "610924", "upload", datetime.now(UTC), "ziyang")
    ingestion.receive_files(signed.desk.store, [delivery], REGIME, ROUND, load())
    assert "新表.xlsx：已收到，正在审核" in page("610924")
    assert "新表.xlsx" not in page("610923")


def test_an_extension_is_shown_at_once_with_the_day_of_the_plan_beside(signed, page):
    planned = load().regimes[REGIME].owed("610923", ROUND)
    decision = _decide(signed, kind="extend", reporter_code="610923", due=date(NEXT_YEAR, 1, 15))
    html = page("610923")
    assert f"{NEXT_YEAR}-01-15" in html and f"原定 {planned}" in html
    _decide(signed, kind="undo", undoes=decision.sequence)
    assert "原定" not in page("610923")


def test_a_demand_is_shown_before_the_build_knows_of_it(signed, page):
    assert "重报中" not in page("610924")
    _decide(signed, kind="demand", reporter_code="610924")
    assert "重报中" in page("610924")


def test_who_must_send_again_reads_why_until_that_is_undone(signed, page):
    answered = _of_submission(signed, "return", "000001", "旧版有误")
    open_one = _of_submission(signed, "return", "000002", "与台账不符")
    html = page("610924", "ziyang")
    (alert,) = re.findall(r'role="alert">(.*?)</p>', html, re.DOTALL)
    assert "与台账不符" in alert and "/submissions/000002" in alert
    assert "旧版有误" in html, f"decision {answered.sequence} is listed, but a later version answers it"
    _decide(signed, kind="undo", undoes=open_one.sequence)
    assert 'role="alert"' not in page("610924", "ziyang")
    _decide(signed, kind="demand", reporter_code="610924")
    assert "来电说明" in re.search(r'role="alert">(.*?)</p>', page("610924", "ziyang"), re.DOTALL)[1]


def _alerts(html):
    return re.findall(r'role="alert">(.*?)</p>', html, re.DOTALL)


def test_a_table_that_is_demanded_and_returned_is_not_said_to_count_and_not_to(signed, page):
    _decide(signed, kind="demand", reporter_code="610924")
    assert "现有数据仍计入" in _alerts(page("610924"))[0]
    _of_submission(signed, "return", "000002", "与台账不符")
    demanded, returned = sorted(_alerts(page("610924")), key=lambda alert: "退回" in alert)
    assert "不计入汇总" in returned and "仍计入" not in demanded and "要求重新报送" in demanded


def test_who_never_sent_anything_is_not_asked_to_send_it_again(page):
    assert set(re.findall(r"/acts/(\w+)\?", page("610923"))) == {"extend", "excuse"}


def test_a_page_tells_what_took_its_table_away_and_what_brought_it_on_both_sides(signed, page):
    signed.desk.__dict__["intake"] = Intake(signed.desk.store, load(), InThisProcess(), seconds_to_wait=120)
    moved = signed.desk.decisions.record(
        Draft("identify", "实为宁陕县", submission_id="000004", new_reporter_code="610923"), STEWARD, None
    )
    signed.desk.intake.correct(moved)
    (alert,) = _alerts(page("610922", "steward"))
    assert "已更正为其他单位" in alert and "实为宁陕县" in alert
    for code in ("610922", "610923"):
        assert "改为 宁陕县 610923" in page(code), code
    client = signed.client("steward")
    first, became = (client.get(f"/submissions/{number}").text for number in ("000004", "000006"))
    assert "/submissions/000006" in first and "这份报表是宁陕县的" in first
    assert "改为 宁陕县 610923" in first and "改为 宁陕县 610923" in became

    undo = _decide(signed, kind="undo", undoes=moved.sequence)
    became = client.get("/submissions/000006").text
    assert "更正已经撤销" in became and "/submissions/000004" in became and "更正已撤销" in became
    assert f"（第 {undo.sequence} 号）" in became and not re.findall(r"/acts/\w+\?", became)
    assert "更正已撤销" in page("610923") and f"撤销第 {moved.sequence} 号" in page("610923")
    log = client.get("/decisions", params={"reporter": "610923"}).text
    assert f'id="decision-{moved.sequence}"' in log and f'id="decision-{undo.sequence}"' in log
    assert _alerts(page("610922")) == []


def test_a_reporter_reaches_every_round_and_unit_it_reports_for_from_its_page(signed, page):
    signed.grant("ziyang", "reporter", "370102")
    html = page("610924", "ziyang")
    for place in ("ankang-2024/plan/reporters/610924", "shandong-2017/annual/reporters/370102"):
        assert f'href="/cycles/{place}"' in html, place
        assert signed.client("ziyang").get(f"/cycles/{place}").status_code == 200
    assert 'href="/?show=all"' in html
    assert "/cycles/shandong-2017/annual/reporters/370102" in signed.client("ziyang").get("/?show=all").text
    assert 'aria-label="您的其他轮次和单位"' not in page("610924", "steward")


def test_a_table_due_today_is_told_so(signed, page):
    _decide(signed, kind="extend", reporter_code="610923", due=datetime.now(LOCAL_TIME).date())
    assert "今天截止" in page("610923") and "还有 0 天" not in page("610923")


@pytest.mark.parametrize("route", ["", "/workbook", "/messages/x.txt"])
@pytest.mark.parametrize("user", ["hanbin", "fgw", "foreign"])
def test_a_foreign_unit_is_refused(signed, route, user):
    assert signed.client(user).get(f"{CYCLE}/610924{route}").status_code == 403


def test_a_reporter_that_is_none_is_not_there_and_not_told_to_those_who_may_not_look(signed):
    assert signed.client("steward").get(f"{CYCLE}/999999").status_code == 404
    assert signed.client("ziyang").get(f"{CYCLE}/999999").status_code == 403
    assert signed.client("steward").get(f"/cycles/{REGIME}/yearly/reporters/610924").status_code == 404


@pytest.mark.parametrize(
    ("user", "acts", "uploads"),
    [
        ("steward", {"demand", "extend", "excuse"}, True),
        ("ziyang", set(), True),
        ("viewer", set(), False),
        ("province", set(), False),
    ],
)
def test_only_what_is_ones_own_to_do_is_offered(page, user, acts, uploads):
    html = page("610924", user)
    assert set(re.findall(r"/acts/(\w+)\?", html)) == acts
    assert ('type="file"' in html) == uploads


def test_a_sealed_cycle_takes_no_more_files_and_no_acts(signed, page):
    _decide(signed, kind="seal")
    html = page("610924", "steward")
    assert 'type="file"' not in html and "/acts/" not in html and "已封存" in html
    assert "/workbook" not in html
    answer = signed.client("ziyang").get(f"{CYCLE}/610924/workbook")
    assert answer.status_code == 400 and "已封存" in answer.text


def test_the_blank_workbook_is_that_reporters(signed):
    answer = signed.client("ziyang").get(f"{CYCLE}/610924/workbook")
    workbook = openpyxl.load_workbook(io.BytesIO(answer.content))
    texts = [str(value) for row in workbook.worksheets[0].iter_rows(values_only=True) for value in row if value]
    assert any("紫阳县" in text for text in texts)
    assert answer.headers["content-disposition"].startswith("attachment")


def test_the_blank_workbook_names_the_day_the_table_was_put_off_to(signed):
    _decide(signed, kind="extend", reporter_code="610924", due=date(NEXT_YEAR, 11, 22))
    answer = signed.client("ziyang").get(f"{CYCLE}/610924/workbook")
    text = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]["A2"].value
    assert f"请于 {NEXT_YEAR}-11-22 24时（北京时间）前报送" in text


def test_of_the_issued_workbooks_a_cycle_lists_its_own(signed):
    names = {key: f"2024年落后产能退出情况统计表_{word}_紫阳县.xlsx" for key, word in ROUND_ZH.items()}
    for name in names.values():
        signed.desk.store.write_bytes(f"outbox/610924/{name}", b"")
    for key, name in names.items():
        html = signed.client("ziyang").get(f"/cycles/{REGIME}/{key}/reporters/610924").text
        assert [other for other in names.values() if other in html] == [name]


def test_messages_are_read_on_the_page_and_can_be_saved_but_answers_and_strange_files_cannot(signed, page):
    store = signed.desk.store
    store.write_bytes("outbox/610924/催报_2025-01-02.txt", "请尽快报送 <b>统计表</b>".encode("utf-8-sig"))
    store.write_bytes("outbox/610902/催报_2025-01-03.txt", "别人的".encode())
    store.write_bytes("outbox/610924/20250102-090000_12_未收下.txt", "没有收下".encode())
    html = page("610924", "ziyang")
    assert "没有收下" in html
    assert "请尽快报送 &lt;b&gt;统计表&lt;/b&gt;" in html and "别人的" not in html
    assert "_回执.txt" not in html, "receipts stand with their submissions"
    client = signed.client("ziyang")
    assert "请尽快报送" in client.get(f"{CYCLE}/610924/messages/催报_2025-01-02.txt").text
    for name in ("催报_2025-01-03.txt", "000001_回执.txt", "..%2F610902%2F催报_2025-01-03.txt"):
        assert client.get(f"{CYCLE}/610924/messages/{name}").status_code == 404


def test_a_notice_of_what_was_undone_is_marked(signed, page):
    room = room_of(signed.desk)
    returned = room.decide(Draft("return", "不符", submission_id="000002"), STEWARD, None)
    name = f"退回_{returned.sequence:06d}.txt"

    def heading():
        return re.search(rf"<summary>{name}(.*?)</summary>", page("610924", "ziyang"), re.DOTALL)[1]

    assert heading() == ""
    undone = room.decide(Draft("undo", "退错了", undoes=returned.sequence), STEWARD, None)
    assert "已撤销" in heading() and f"第 {undone.sequence} 号决定" in heading()
    assert "通知作废" in page("610924", "ziyang")


def test_before_the_first_build_what_is_owed_is_the_plans(signed, page):
    signed.desk.warehouse.path.unlink()
    html = page("610924", "ziyang")
    assert str(load().regimes[REGIME].owed("610924", ROUND)) in html
    assert "还没有建仓" in html and "待建仓" in html
