"""The board's pages over the store of five files: figures, filters, refreshing, the notice, reminding, building."""

from __future__ import annotations

import io
from datetime import datetime

import openpyxl
import pytest
from markupsafe import escape

from desk.decisions.log import Actor, Draft
from rulebook import LOCAL_TIME, load
from tests.desk.web.conftest import Signed
from tests.reporting_warehouse import lay_reporting_warehouse

BOARD = "/cycles/ankang-2024/annual"


def lines_of(page: str) -> dict[str, str]:
    """The line of each reporter in the list, by code."""
    body = page[page.index("<h2>填报单位</h2>") :]
    lines = body.split("<tr>")[1:]
    codes = load().regimes["ankang-2024"].reporters
    return {code: line for line in lines for code in codes if f'<span class="quiet">{code}</span>' in line}


def test_the_board_tells_where_everybody_stands(signed):
    page = signed.client("steward").get(BOARD).text

    lines = lines_of(page)
    assert set(lines) == set(load().regimes["ankang-2024"].reporters)
    for code, standing in (("610924", "按时报送"), ("610921", "审核未通过"), ("610902", "迟报"), ("610922", "零报告")):
        assert f">{standing}</span>" in lines[code]
    assert ">逾期未报</span>" in lines["610981"]
    assert "2025-01-03 08:00:00" in lines["610902"] and '<td class="number">4</td>' in lines["610902"]
    assert "应报 <b>16</b>" in page and "实报 <b>3</b>（18.8%）" in page


def test_the_board_is_whole_without_the_script(signed):
    """The map, the list and the figures stand in the page itself."""
    page = signed.client("viewer").get(BOARD).text

    assert page.count("<svg") == 1 and "紫阳县：按时报送" in page
    assert f'href="{BOARD}/reporters/610924"' in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("state=late", {"610902"}),
        ("state=rejected", {"610921"}),
        ("q=石泉", {"610922"}),
        ("city=610900&state=nil", {"610922"}),
        ("city=371000", set()),
        ("state=no-such-state&q=610924", {"610924"}),
    ],
)
def test_filters_choose_lines(signed, query, expected):
    assert set(lines_of(signed.client("steward").get(f"{BOARD}?{query}").text)) == expected


def test_what_was_searched_for_is_shown_as_text(signed):
    page = signed.client("steward").get(BOARD, params={"q": '"><script>alert(1)</script>'}).text

    assert "<script>alert" not in page
    assert "没有符合条件的单位" in page


@pytest.mark.parametrize("query", ["page=0", "page=x", "q=" + "长" * 101])
def test_an_address_that_makes_no_sense_is_told_so(signed, query):
    answer = signed.client("steward").get(f"{BOARD}?{query}")

    assert answer.status_code == 400 and "Traceback" not in answer.text


def test_a_page_beyond_the_last_is_the_last(signed):
    assert "紫阳县" in signed.client("steward").get(f"{BOARD}?page=99").text


@pytest.mark.parametrize("path", ["", "/fragment", "/map.svg", "/notice.xlsx"])
@pytest.mark.parametrize("user", ["ziyang", "foreign"])
def test_a_reporter_or_anothers_steward_sees_no_board(signed, path, user):
    answer = signed.client(user).get(BOARD + path)

    assert answer.status_code == 403
    assert "汉滨" not in answer.text
    assert {"ziyang": "只能查看自己单位的页面", "foreign": "您的身份不包括安康市"}[user] in answer.text


@pytest.mark.parametrize("path", ["/cycles/nowhere-2024/annual", "/cycles/ankang-2024/weekly"])
def test_a_cycle_that_is_not_there_is_told_so(signed, path):
    assert signed.client("steward").get(path).status_code == 404


def test_the_changing_part_comes_only_when_it_changed(signed):
    client = signed.client("steward")
    first = client.get(f"{BOARD}/fragment")
    same = client.get(f"{BOARD}/fragment", headers={"If-None-Match": first.headers["ETag"]})
    other_choice = client.get(f"{BOARD}/fragment?state=late", headers={"If-None-Match": first.headers["ETag"]})

    assert "紫阳县" in first.text and "<html" not in first.text
    assert f'data-tag="{escape(first.headers["ETag"])}"' in client.get(BOARD).text
    assert (same.status_code, same.content) == (304, b"")
    assert other_choice.status_code == 200


def test_the_changing_part_comes_anew_after_a_decision(signed):
    client = signed.client("steward")
    tag = client.get(f"{BOARD}/fragment").headers["ETag"]
    draft = Draft(kind="demand", reason="数字有误", regime="ankang-2024", round="annual", reporter_code="610924")
    signed.desk.decisions.record(draft, Actor("steward", "王", "steward", "610900"), None)

    answer = client.get(f"{BOARD}/fragment", headers={"If-None-Match": tag})

    assert answer.status_code == 200 and "新作出 1 项决定" in answer.text


def test_the_map_is_a_picture_by_itself(signed):
    answer = signed.client("viewer").get(f"{BOARD}/map.svg")

    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.text.startswith("<svg xmlns=")


def test_the_notice_is_a_workbook(signed):
    answer = signed.client("steward").get(f"{BOARD}/notice.xlsx")

    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["通报", "明细", "其他材料"]
    assert "attachment" in answer.headers["content-disposition"]


def test_a_steward_sets_off_a_build_and_others_do_not(signed):
    refused = signed.client("viewer").post(f"{BOARD}/build", data={"csrf": signed.csrf("viewer")})
    unsigned = signed.client("steward").post(f"{BOARD}/build", data={})
    assert (refused.status_code, unsigned.status_code, signed.builds) == (403, 400, [])

    answer = signed.client("steward").post(f"{BOARD}/build", data={"csrf": signed.csrf("steward")})

    assert "建仓已安排" in answer.text
    assert signed.builds == [("ankang-2024", "annual")]


def test_a_steward_reminds_those_who_were_ticked(signed):
    """A table that is in needs no reminder, even if its box was ticked by hand."""
    form = {"csrf": signed.csrf("steward"), "reporter": ["610981", "610924"]}

    answer = signed.client("steward").post(f"{BOARD}/remind", data=form)

    day = datetime.now(LOCAL_TIME).date()
    assert "已给 1 个单位放好催报通知" in answer.text and "没有发邮件" in answer.text
    assert signed.desk.store.exists(f"outbox/610981/催报_{day}_ankang-2024_annual.txt")
    assert signed.desk.store.exists(f"outbox/_cities/610900/催报汇总_{day}_ankang-2024_annual.txt")
    assert not signed.desk.store.exists(f"outbox/610924/催报_{day}_ankang-2024_annual.txt")


def test_all_of_a_choice_are_reminded_once(signed):
    client, form = signed.client("steward"), {"csrf": signed.csrf("steward"), "all": "1", "q": "县"}
    first, second = (client.post(f"{BOARD}/remind", data=form).text for _ in range(2))

    assert "已给 6 个单位放好催报通知；0 个单位今天已经催过" in first
    assert "已给 0 个单位放好催报通知；6 个单位今天已经催过" in second


@pytest.mark.parametrize("more", [{"all": "1"}, {"reporter": "610981"}])
@pytest.mark.parametrize("user", ["ziyang", "viewer", "signer", "province", "foreign"])
def test_only_the_own_steward_reminds(signed, user, more):
    answer = signed.client(user).post(f"{BOARD}/remind", data={"csrf": signed.csrf(user), **more})

    assert answer.status_code == 403
    assert not any("催报" in key for key in signed.desk.store.keys("outbox"))


def test_nobody_ticked_is_told_so(signed):
    answer = signed.client("steward").post(f"{BOARD}/remind", data={"csrf": signed.csrf("steward")})

    assert answer.status_code == 400 and "没有选择" in answer.text


def test_who_may_not_act_sees_no_buttons(signed):
    assert "/remind" in signed.client("steward").get(BOARD).text
    page = signed.client("viewer").get(BOARD).text
    assert 'type="checkbox"' not in page and f"{BOARD}/build" not in page


def test_the_board_speaks_english_by_the_switch(signed):
    client = signed.client("steward")
    client.cookies.set("huizong_language", "en")

    page = client.get(BOARD).text

    assert "<h2>Reporters</h2>" in page and ">overdue</span>" in page and "<h2>填报单位</h2>" not in page
    assert "（" not in page[page.index("owed <b>") :].split("</p>")[0]


@pytest.fixture
def province(tmp_path) -> Signed:
    """A province's regime with a steward of its own and one of a city in it."""
    lay_reporting_warehouse(tmp_path / "store" / "warehouse.duckdb")
    province = Signed(tmp_path / "store")
    province.grant("province", "steward", "370000")
    province.grant("city", "steward", "371500")
    return province


PROVINCE = "/cycles/shandong-2017/annual"


def test_a_city_steward_sees_and_reminds_the_own_city_alone(province):
    client = province.client("city")

    page = client.get(PROVINCE).text
    foreign = client.post(f"{PROVINCE}/remind", data={"csrf": province.csrf("city"), "reporter": "371082"})
    own = client.post(f"{PROVINCE}/remind", data={"csrf": province.csrf("city"), "all": "1"})

    assert "应报 <b>5</b>" in page and "荣成市" not in page and "汇总表(2).xlsx" not in page
    assert foreign.status_code == 403
    assert "已给 5 个单位" in own.text
    assert client.get(f"{PROVINCE}/notice.xlsx").status_code == 403


def test_the_province_sees_its_cities_first_and_files_nobody_owns(province):
    page = province.client("province").get(PROVINCE).text

    assert "<h1>山东省2017年利用综合标准" in page
    assert page.index("<h2>各市</h2>") < page.index("<h2>填报单位</h2>")
    assert f'href="{PROVINCE}?city=371000"' in page
    cities = page[page.index("<h2>各市</h2>") : page.index("<h2>示意图")].split("<tr>")[2:]
    assert [any(word in line for word in ("已确认", "确认后有变")) for line in cities] == [False, True, True]
    assert "已确认" in cities[1] and "确认后有变" in cities[2]
    assert 'href="/submissions/000010"' in page and "汇总表(2).xlsx" in page


def test_before_the_first_build_the_board_says_who_owes(tmp_path):
    fresh = Signed(tmp_path / "store")
    fresh.grant("province", "steward", "370000")
    client = fresh.client("province")

    page = client.get(f"{PROVINCE}?page=2").text

    assert "还没有建仓" in page and "实报 <b>0</b>（0.0%）" in page and "第 2 页，共 3 页" in page
    assert client.get(f"{PROVINCE}/notice.xlsx").status_code == 404


def test_of_a_sealed_cycle_nobody_is_reminded(signed):
    steward = signed.client("steward")
    before = steward.get(BOARD).text
    assert "催报以上条件下" in before and 'name="reporter"' in before
    draft = Draft(kind="seal", reason="收齐", regime="ankang-2024", round="annual")
    signed.desk.decisions.record(draft, Actor("signer", "李签发", "signer", "610900"), None)

    html = steward.get(BOARD).text
    assert "催报" not in html and 'name="reporter"' not in html
    answer = steward.post(f"{BOARD}/remind", data={"csrf": signed.csrf("steward"), "all": "1"})
    assert answer.status_code == 400 and "已封存" in answer.text
    assert not [key for key in signed.desk.store.keys("outbox") if "催报" in key]


def test_the_signer_seals_from_the_board_and_everybody_sees_that_it_is_sealed(signed):
    door = "/acts/seal?regime=ankang-2024&amp;round=annual"
    client = signed.client("viewer")
    fragment = client.get(f"{BOARD}/fragment")
    assert door in signed.client("signer").get(BOARD).text
    assert door not in signed.client("steward").get(BOARD).text and "已封存" not in fragment.text

    draft = Draft(kind="seal", reason="收齐", regime="ankang-2024", round="annual")
    seal = signed.desk.decisions.record(draft, Actor("signer", "李签发", "signer", "610900"), None)

    assert door not in signed.client("signer").get(BOARD).text
    for answer in (
        client.get(BOARD),
        client.get(f"{BOARD}/fragment", headers={"If-None-Match": fragment.headers["ETag"]}),
        client.get(f"{BOARD}/cities/610900"),
    ):
        assert "李签发 于 " in answer.text and f"封存（第 {seal.sequence} 号决定）" in answer.text


def test_a_city_of_its_own_regime_has_no_column_of_cities_and_a_province_counts_each_city_s_in_time(signed):
    city = signed.client("steward").get("/cycles/ankang-2024/annual").text
    signed.grant("jinan", "steward", "370000")
    province = signed.client("jinan").get("/cycles/shandong-2017/annual").text
    heading, of_city = '<th scope="col">市</th>', '<th scope="col" class="number">按时</th>'
    assert (heading in city, of_city in city) == (False, False)
    assert province.count(heading) == 2 and of_city in province
