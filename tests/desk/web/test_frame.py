"""What all pages share: the login, the language, the refusals, the forms' token."""

import errno
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from desk.web.frame import Visitor as FrameVisitor
from desk.web.frame import _csrf_of, check_csrf
from desk.web.refusals import Wrong
from store import Store


def test_who_is_not_signed_in_is_taken_to_the_login_and_back(signed):
    answer = signed.client("").get("/cycles/ankang-2024/annual", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/auth/login?next=/cycles/ankang-2024/annual"


def test_who_was_given_no_post_is_told_so_in_chinese(signed):
    answer = signed.client("nobody").get("/")
    assert answer.status_code == 403
    assert "还没有被授予任何身份" in answer.text


def test_every_address_lies_below_the_place_where_airflow_mounts_the_desk(signed):
    server = FastAPI()
    server.mount("/huizong", signed.app)
    client = TestClient(server, headers={"x-user": "viewer"}, raise_server_exceptions=False)
    for path in ("/huizong/", "/huizong/no/such/page", "/huizong/people", "/huizong/cycles/ankang-2024/annual"):
        addresses = re.findall(r'(?:href|src|action)="([^"#][^"]*)"', client.get(path).text)
        assert len(addresses) > 3
        assert [one for one in addresses if not one.startswith(("/huizong/", "data:", "?"))] == []
    assert client.get("/huizong/static/desk.css").status_code == 200
    assert client.get("/huizong/", headers={"x-user": ""}, follow_redirects=False).status_code == 303


def test_a_page_runs_what_the_desk_serves_and_stands_in_no_strange_frame(signed):
    for path in ("/", "/no/such/page", "/cycles/ankang-2024/annual"):
        answer = signed.client("viewer").get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'self'" in policy and "unsafe" not in policy
        assert answer.headers["x-frame-options"] == "SAMEORIGIN"
        assert re.findall(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=", answer.text) == []


def test_head_is_answered_as_get_is_without_the_page(signed):
    client = signed.client("viewer")
    for path in ("/", "/cycles/ankang-2024/annual", "/no/such/page"):
        head, get = client.head(path), client.get(path)
        assert (head.status_code, head.headers["content-type"]) == (get.status_code, get.headers["content-type"])
        assert head.content == b""


def test_every_person_sees_the_cycles_that_are_open_to_them(signed):
    assert "安康" in signed.client("viewer").get("/").text
    assert "威海" not in signed.client("viewer").get("/").text
    assert "威海" in signed.client("admin").get("/").text


def test_a_reporter_is_taken_to_the_own_page(signed):
    answer = signed.client("ziyang").get("/", follow_redirects=False)
    assert answer.headers["location"].endswith("/cycles/ankang-2024/annual/reporters/610924")


def test_the_language_is_switched_and_stays(signed):
    client = signed.client("viewer")
    assert client.get("/").text.index("轮次") and 'lang="zh-CN"' in client.get("/").text
    answer = client.get("/language", params={"to": "en", "back": "http://testserver/"}, follow_redirects=False)
    assert answer.status_code == 303
    page = client.get("/").text
    assert '<html lang="en">' in page and "Cycles" in page


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example/", "/\\\\elsewhere.example", ""])
def test_the_switch_of_the_language_leads_nowhere_but_to_our_pages(signed, back):
    answer = signed.client("viewer").get("/language", params={"to": "en", "back": back}, follow_redirects=False)
    assert answer.headers["location"] == "/"


def test_a_page_that_is_not_there_says_so(signed):
    answer = signed.client("viewer").get("/no/such/page")
    assert answer.status_code == 404
    assert "没有这个页面" in answer.text


def test_a_cycle_that_is_not_there_says_so(signed):
    assert "没有名为“nowhere-2024”的方案" in signed.client("viewer").get("/cycles/nowhere-2024/annual").text
    assert "没有名为“weekly”的轮次" in signed.client("viewer").get("/cycles/ankang-2024/weekly").text


def test_an_error_of_ours_is_told_in_a_sentence_and_shows_no_traceback(signed, monkeypatch):
    monkeypatch.setattr(type(signed.desk), "access_of", lambda desk, user: 1 / 0)
    answer = signed.client("viewer").get("/")
    assert answer.status_code == 500
    assert "系统内部出错，不是您的操作有误" in answer.text
    assert "ZeroDivisionError" not in answer.text


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [(errno.ENOSPC, 507, "磁盘已满"), (errno.EROFS, 503, "不能写入"), (errno.EACCES, 503, "不能写入")],
)
def test_a_store_that_takes_nothing_more_is_told_and_nothing_is_decided(signed, monkeypatch, error, status, words):
    def fail(store, key, data):
        raise OSError(error, "cannot write", key)

    before = signed.desk.decisions.last_sequence()
    monkeypatch.setattr(Store, "write_bytes", fail)
    form = {
        "user": "li",
        "role": "viewer",
        "unit": "610900",
        "reason": "试",
        "seen": before,
        "csrf": signed.csrf("admin"),
    }
    answer = signed.client("admin").post("/acts/grant", data=form)
    assert (answer.status_code, words in answer.text, "没有保存" in answer.text) == (status, True, True)
    assert signed.desk.decisions.last_sequence() == before


@pytest.mark.parametrize("path", ["/", "/cycles/ankang-2024/annual?done=1"])
def test_a_decision_nobody_can_read_stops_the_desk_in_words(signed, path):
    signed.desk.store.write_bytes("decisions/000009.json", b"{")
    answer = signed.client("viewer").get(path)
    assert answer.status_code == 503
    assert "huizong decisions --check" in answer.text and "decisions/000009.json" in answer.text


def test_a_damaged_warehouse_is_told_on_the_board(signed):
    Path(signed.desk.store.location("warehouse.duckdb")).write_bytes(b"half a file")
    page = signed.client("steward").get("/cycles/ankang-2024/annual")
    assert page.status_code == 200
    assert "数据仓库文件已损坏" in page.text and "现在建仓" in page.text


def test_a_form_without_the_token_of_this_person_changes_nothing(signed):
    before = signed.desk.decisions.last_sequence()
    form = {"user": "somebody", "role": "viewer", "unit": "610900", "reason": "试"}
    for token in ("", "f" * 64, signed.csrf("viewer")):
        answer = signed.client("admin").post("/acts/grant", data={**form, "csrf": token})
        assert answer.status_code == 400
        assert "这个页面放得太久了" in answer.text
    assert signed.desk.decisions.last_sequence() == before


def test_a_token_holds_today_and_tomorrow(signed):
    today = datetime.now(UTC).date()
    visitor = FrameVisitor("admin", "admin", None, "zh", "")
    for days in (0, 1):
        check_csrf(signed.desk, visitor, _csrf_of(signed.desk, "admin", today - timedelta(days)))
    for days in (2, -1):
        with pytest.raises(Wrong):
            check_csrf(signed.desk, visitor, _csrf_of(signed.desk, "admin", today - timedelta(days)))


def test_only_an_administrator_sees_who_has_which_post(signed):
    assert "610900-fgw" in signed.client("admin").get("/people").text
    for user in ("steward", "viewer", "ziyang"):
        assert signed.client(user).get("/people").status_code == 403


@pytest.mark.parametrize("digits", [1, 5000])
def test_only_who_made_a_decision_is_told_that_it_is_kept(signed, digits):
    number = "1" * digits
    assert [signed.client(user).get("/", params={"done": number}).status_code for user in ("admin", "viewer")] == [
        200
    ] * 2
    assert "已记录" not in signed.client("viewer").get("/", params={"done": number}).text
    assert ("已记录" in signed.client("admin").get("/", params={"done": number}).text) == (digits == 1)
    assert "还没有被授予任何身份" in signed.client("nobody").get("/", params={"done": number}).text


def test_a_form_that_saw_no_decision_there_can_be_is_not_whole(signed):
    form = {"submission": "000002", "reason": "试", "seen": "9" * 5000, "csrf": signed.csrf("steward")}
    answer = signed.client("steward").post("/acts/return", data=form)
    assert answer.status_code == 400
    assert "这个页面不完整" in answer.text


def test_a_language_there_is_none_of_is_chinese(signed):
    client = signed.client("nobody")
    client.cookies.set("huizong_language", "xx")
    assert '<html lang="zh-CN">' in client.get("/").text


def test_pages_are_not_kept_by_the_browser(signed):
    assert signed.client("viewer").get("/").headers["cache-control"] == "no-store"


def test_links_of_one_route_to_two_places_are_two(signed):
    """Paths are known by heart; what they are known by must be all that they are made of."""
    cycle = (("regime_key", "ankang-2024"), ("round_key", "annual"))
    codes = ("610924", "610921", "610924")
    paths = [signed.app.state.path_of("reporter", (*cycle, ("code", code))) for code in codes]
    assert paths == [f"/cycles/ankang-2024/annual/reporters/{code}" for code in codes]
    page = signed.client("viewer").get("/cycles/ankang-2024/annual", params={"q": "&市"}).text
    assert "q=%26%E5%B8%82" in page
