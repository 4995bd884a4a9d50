"""From a figure of the city page to its exits, and from there to the cell it was sent in."""

import re

import pytest

from desk.web import figures, wording
from rulebook import CATEGORIES, UNCATEGORISED, load

CITY = "/cycles/ankang-2024/annual/cities/610900"


def test_the_way_leads_from_the_city_through_the_exit_to_the_cell(signed):
    browser = signed.client("viewer")
    (link,) = set(
        re.findall(
            r'href="([^"]*figure\?industry=%E6%B0%B4%E6%B3%A5&amp;unit=%E4%B8%87%E5%90%A8)"', browser.get(CITY).text
        )
    )
    exits = browser.get(link.replace("&amp;", "&")).text

    assert "紫阳县宏源水泥有限公司" in exits and "30万吨/年" in exits and "县级数为准" in exits
    assert "汉滨区建民砖厂" not in exits
    cell = re.search(r'href="(/submissions/[^"#]+)#([A-Z]+\d+)">统计表', exits)
    sheet = browser.get(cell[1].replace("&amp;", "&")).text
    assert re.search(rf'<td id="{cell[2]}"[^>]*>30万吨/年', sheet)


def test_a_category_narrows_the_figure(signed):
    browser = signed.client("viewer")

    assert "紫阳县宏源水泥有限公司" in browser.get(CITY + "/figure?category=技术").text
    assert "没有退出" in browser.get(CITY + "/figure?category=质量").text


def test_each_line_of_an_industry_leads_to_the_exits_of_its_unit(signed):
    browser = signed.client("viewer")
    industry = CITY + "/figure?industry=水泥"

    assert "紫阳县宏源水泥有限公司" in browser.get(industry + "&unit=万吨").text
    assert "<strong>30万吨</strong> 退出 1 条" in browser.get(industry + "&unit=万吨").text
    for other in ("吨/日", "none"):
        assert "没有退出" in browser.get(f"{industry}&unit={other}").text, other


def test_a_figure_of_several_units_is_not_called_by_a_dash(signed):
    page = signed.client("viewer").get(CITY + "/figure").text
    assert "单位不同，产能不相加" in page and "<strong>—</strong>" not in page


def test_in_english_categories_and_industries_are_english(signed):
    browser = signed.client("viewer")
    browser.cookies.set("huizong_language", "en")
    page = browser.get(CITY + "/figure?industry=水泥&category=能耗").text
    assert "cement" in page and ">technology</a>" in page and ">能耗</a>" not in page
    assert '<th scope="row">cement</th>' in browser.get(CITY).text


def test_every_industry_and_category_has_an_english_name():
    rulebook = load()
    known = {industry.name for industry in rulebook.reference.industries.values()}
    assert known - set(wording.INDUSTRIES) == set()
    assert {*CATEGORIES, UNCATEGORISED} == set(wording.CATEGORIES)


def test_many_exits_come_page_by_page(signed, monkeypatch):
    monkeypatch.setattr(figures, "EXITS_OF_A_PAGE", 1)
    browser = signed.client("viewer")
    first, second = (browser.get(f"{CITY}/figure?page={page}").text for page in (1, 2))

    assert "第 1 页，共 2 页" in first and "第 2 页，共 2 页" in second
    assert ("建民砖厂" in first, "建民砖厂" in second) in {(True, False), (False, True)}


@pytest.mark.parametrize("path", [CITY.replace("610900", "610924") + "/figure", CITY + "/figure?page=0"])
def test_what_is_no_city_or_page_is_told_so(signed, path):
    answer = signed.client("steward").get(path)

    assert answer.status_code in (400, 404) and "Traceback" not in answer.text
