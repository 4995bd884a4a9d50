"""From a figure of the city page to its exits, and from there to the cell it was sent in."""

import re
from datetime import UTC, datetime
from urllib.parse import quote

import duckdb
import pytest

import dbt_project
import expectations
import exports
import ingestion
from desk.web import figures, wording
from ingestion import Delivery
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

    assert "紫阳县宏源水泥有限公司" in exits and "30万吨/年" in exits and "仅此一方报送" in exits
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


PHOTO = b"\xff\xd8\xff\xe0 a picture"


@pytest.fixture
def photographed(signed):
    """紫阳 sent photos: two stages of its mill, one of them the picture of another; one that tells nothing."""
    names = (
        "宏源水泥有限公司/拆除前/1.jpg",
        "宏源水泥有限公司/拆除后/1.jpg",
        "IMG_1.jpg",
        "宏源水泥有限公司/拆除中.jpg",
    )
    pictures = (PHOTO, PHOTO, b"\xff\xd8\xff another", b"\xff\xd8\xff a third")
    deliveries = [
        Delivery(name, picture, "610924", "upload", datetime.now(UTC), "ziyang")
        for name, picture in zip(names, pictures, strict=True)
    ]
    store = signed.desk.store
    for batch in ingestion.receive_files(store, deliveries, "ankang-2024", "annual", load()).batches:
        ingestion.read_batch(store, batch, load())
        expectations.judge_batch(store, batch, load())
        exports.answer_batch(store, batch, load())
    dbt_project.build(store.root, load())
    return signed


def test_an_exit_shows_what_proves_it_with_the_originals_and_what_lacks(photographed):
    browser = photographed.client("ziyang")
    page = browser.get("/cycles/ankang-2024/annual/reporters/610924").text
    (section,) = re.findall(r"退出的拆除和验收.*?</section>", page, re.S)

    assert "是否拆除不明" in section
    assert "缺：验收意见表、拆除后照片" in section
    assert section.count("同一张照片另作他用") == 2 and section.count("只计先报的一次，这里不计") == 1
    (original,) = set(re.findall(r'href="(/submissions/[^"]+)" title="宏源水泥有限公司/拆除前/1.jpg"', section))
    answer = browser.get(original)
    assert answer.content == PHOTO
    # each photo is saved under a name of its own
    number = original.split("/")[2]
    assert quote(f"{number}_宏源水泥有限公司_拆除前_1.jpg") in answer.headers["content-disposition"]
    assert re.search(r"IMG_1\.jpg</a>\s*<span class=\"quiet\">看不出阶段 · 看不出企业", section)

    figure = photographed.client("viewer").get(CITY + "/figure?industry=水泥").text
    assert "缺：验收意见表、拆除后照片" in figure


def test_of_an_exit_only_those_who_report_it_are_offered_and_it_is_called_as_on_the_figure(signed):
    of_several = "update marts.fct_exit_claim set claims_id = 'of-several' where row_id like '000002:%'"
    with duckdb.connect(str(signed.desk.store.root / "warehouse.duckdb")) as warehouse:
        warehouse.execute(of_several)
        warehouse.execute(
            "update marts.dim_enterprise set enterprise = '宏源水泥总厂' where enterprise like '%宏源水泥%'"
        )

    page = signed.client("steward").get(
        "/acts/choose", params={"regime": "ankang-2024", "round": "annual", "claims": "of-several"}
    )

    assert re.findall(r'<option value="([^"]+)"', page.text) == ["610924"]
    assert "宏源水泥总厂 的退出" in page.text


def test_a_photo_that_proves_nothing_is_not_said_to_count(photographed):
    browser = photographed.client("ziyang")
    page = browser.get("/cycles/ankang-2024/annual/reporters/610924").text
    (documents,) = re.findall(r"<h2>附件材料</h2>.*?</section>", page, re.S)
    told = {
        name: re.sub(r"<[^>]+>", "", row).split()[-1 if "没有计入" not in row else -3 :]
        for row in re.findall(r"<tr>.*?</tr>", documents, re.S)
        for name in re.findall(r"<td>([^<]+\.jpg)</td>", row)
    }
    kept, uncounted = ["已收存"], ["已收存", "·", "照片没有计入"]
    assert told == {
        "宏源水泥有限公司/拆除前/1.jpg": kept,
        "宏源水泥有限公司/拆除后/1.jpg": uncounted,
        "IMG_1.jpg": uncounted,
        "宏源水泥有限公司/拆除中.jpg": kept,
    }
    (untold,) = re.findall(r'href="(/submissions/\d+)">\d+</a></td>\s*<td>[^<]*</td><td>IMG_1\.jpg', documents)
    heading = re.search(r"<h1>.*?</h1>", browser.get(untold).text, re.S)[0]
    assert "照片没有计入" in heading and "计入汇总" not in heading
