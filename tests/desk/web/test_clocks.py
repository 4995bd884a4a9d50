"""The page of the clocks: orders by state, city and category, with the way to the row of the list."""

import pytest

from tests.clock_store import lay_clock_store
from tests.desk.web.conftest import Signed

CLOCKS = "/cycles/ankang-2024/annual/clocks"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """What the viewer of Ankang sees at an address of the page."""
    desk = Signed(lay_clock_store(tmp_path_factory.mktemp("clocks")).store.root)
    desk.grant("viewer", "viewer", "610900")

    def see(query="", language="zh"):
        browser = desk.client("viewer")
        browser.cookies.set("huizong_language", language)
        return browser.get(CLOCKS + query)

    return see


def test_every_order_is_there_with_its_state_and_leads_to_its_row(page):
    told = page().text
    assert "逾期未整改 <b>1</b>" in told and "整改中 <b>4</b>" in told and "已达标 <b>1</b>" in told
    assert told.index("逾期水泥厂") < told.index("三天水泥厂") < told.index("红牌砖厂") < told.index("达标水泥厂")
    assert "逾期未整改 3 天" in told and "延期 6 个月未采用：超过方案允许的期限" in told
    assert 'href="/submissions/000002?sheet=1&amp;row=1#H5">清单 H5' in told


@pytest.mark.parametrize(
    ("query", "there", "gone"),
    [
        ("?state=overdue", "逾期水泥厂", "三天水泥厂"),
        ("?category=安全", "无期化工厂", "逾期水泥厂"),
        ("?city=610900&state=closed", "红牌砖厂", "逾期水泥厂"),
    ],
)
def test_the_page_is_narrowed(page, query, there, gone):
    told = page(query).text
    assert there in told and gone not in told


def test_what_is_no_state_or_city_narrows_nothing(page):
    assert "逾期水泥厂" in page("?state=asleep&city=371000&category=x").text


def test_many_orders_come_page_by_page(page, monkeypatch):
    monkeypatch.setattr("desk.web.clocks.ORDERS_OF_A_PAGE", 3)
    assert "第 1 页，共 3 页" in page().text and "逾期水泥厂" not in page("?page=2").text


def test_the_navigation_and_the_board_lead_there(page):
    assert page().text.count(f'href="{CLOCKS}"') >= 2


def test_the_navigation_leads_to_the_questions_about_enterprises_too(page):
    told = page().text
    assert f'href="{CLOCKS.replace("clocks", "questions")}"' in told.partition("</nav>")[0]


def test_the_english_page_names_lists_and_categories_in_english(page):
    told = page(language="en").text
    assert "<td>yellow card</td>" in told and "<td>safety</td>" in told and "黄牌" not in told
    assert '<option value="安全" >safety</option>' in told
