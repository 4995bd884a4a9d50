"""The page of the pictures: what is drawn is in a table beside it, in both languages, for the whole area or one city."""

import re
import shutil
from xml.etree import ElementTree

import duckdb
import pytest

from tests.desk.web.conftest import Signed

PICTURES = "/cycles/ankang-2024/annual/pictures"


@pytest.fixture
def see(signed):
    def see(address: str = PICTURES, user: str = "viewer", language: str = "zh") -> str:
        browser = signed.client(user)
        browser.cookies.set("huizong_language", language)
        return browser.get(address).text

    return see


def drawings(page: str) -> dict[str, list[str]]:
    """The texts of each chart, by what it is called."""
    charts = map(ElementTree.fromstring, re.findall(r'<svg[^>]*class="chart".*?</svg>', page, re.DOTALL))
    return {
        chart.get("aria-label"): [text.text for text in chart.iter("{http://www.w3.org/2000/svg}text")]
        for chart in charts
    }


def test_the_pictures_say_what_the_warehouse_says(see):
    told = drawings(see())
    assert told["分行业2024年退出产能（万吨）"] == ["水泥", "30"]
    assert told["分行业2024年退出产能（万块标砖）"] == ["砖瓦", "3,000"]
    assert told["县（市、区）退出条数"] == ["汉滨区", "1", "紫阳县", "1"]
    assert told["从收到的行到计入的退出"][::2][0] == "收到的行" and told["从收到的行到计入的退出"][-1] == "2"


def test_every_figure_drawn_is_in_the_table_beside(see):
    page = see()
    cells = set(re.findall(r'<td class="number">([^<]*)</td>', page))
    figures = {text for texts in drawings(page).values() for text in texts if text.replace(",", "").isdecimal()}
    assert figures <= cells


def test_in_english_titles_industries_and_categories_are_english(see):
    page = see(language="en")
    told = drawings(page)
    assert told["Capacity by industry, 2024 (万吨)"] == ["cement", "30"]
    assert "energy" in told["Exits by category"] and "能耗" not in told["Exits by category"]
    assert "For the office, never for publication." in page


def test_the_map_leads_to_the_reporters_and_is_for_the_office(see):
    page = see()
    assert 'href="/cycles/ankang-2024/annual/reporters/610924"' in page and "仅供内部办公使用，不得公开。" in page


def test_board_and_figure_lead_there(see):
    for address in ("/cycles/ankang-2024/annual", "/cycles/ankang-2024/annual/cities/610900/figure"):
        assert f'href="{PICTURES}' in see(address), address


def test_a_plan_is_held_against_nothing(see):
    assert "分地区计划与完成" not in see("/cycles/ankang-2024/plan/pictures")


def test_before_the_first_build_there_is_nothing_to_show(tmp_path):
    desk = Signed(tmp_path)
    desk.grant("viewer", "viewer", "610900")
    assert "还没有建仓" in desk.client("viewer").get(PICTURES).text


def test_a_citys_steward_sees_that_city_alone(built_store, tmp_path):
    """``foreign`` is the steward of Weihai, in the regime of Shandong; the province's figures are not hers."""
    store = tmp_path / "store"
    shutil.copytree(built_store, store)
    with duckdb.connect(str(store / "warehouse.duckdb")) as warehouse:
        for code, name, exits in (("370000", "山东省", 99), ("371000", "威海市", 7), ("371500", "聊城市", 92)):
            warehouse.execute(
                """insert into marts.rpt_rollup by name select * replace (
                    'shandong-2017' as regime, $code as division_code, $name as division, $exits as exits,
                    $exits as capacity
                ) from marts.rpt_rollup where division_code = '610900' and industry = '水泥' and category = '合计'""",
                {"code": code, "name": name, "exits": exits},
            )
    browser = Signed(store).client("foreign")
    for query in ("", "?city=371500", "?city=370000"):
        page = browser.get("/cycles/shandong-2017/annual/pictures" + query).text
        assert drawings(page)["分行业2017年退出产能（万吨）"] == ["水泥", "7"], query
        assert "聊城市" not in page and "从收到的行到计入的退出" not in page
