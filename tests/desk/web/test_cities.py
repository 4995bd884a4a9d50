"""The page of a city: its figure, the confirmation of it, and who may see and do what."""

from datetime import date

import pytest

from desk.decisions.acts import Actor, Draft
from desk.decisions.city_figure import compare_figures, is_changed, read_figure

CITY = "/cycles/ankang-2024/annual/cities/610900"
LINE = {"industry": "水泥", "capacity": "30", "capacity_unit": "万吨", "exits": 1, "enterprises": 1}


def confirm(signed, figure):
    draft = Draft(
        kind="confirm",
        reason="市政府同意",
        regime="ankang-2024",
        round="annual",
        city_code="610900",
        figure=tuple(figure),
        document_no="安政函〔2025〕1号",
        document_date=date(2025, 1, 10),
        document=b"scan",
    )
    return signed.desk.decisions.record(draft, Actor("steward", "王审核", "steward", "610900"), None)


def figure_now(signed):
    return [
        line | {"capacity": line["capacity"] and str(line["capacity"])}
        for line in read_figure(signed.desk.warehouse, "ankang-2024", "annual", "610900")
    ]


def test_an_unconfirmed_figure_is_shown_by_industry_and_can_be_confirmed(signed):
    page = signed.client("steward").get(CITY).text

    assert "未确认" in page and "万吨" in page
    assert '<th scope="row">水泥</th>' in page and ">30</a></td>" in page
    assert "/acts/confirm?regime=ankang-2024&amp;round=annual&amp;city=610900" in page
    assert "/cycles/ankang-2024/annual/reporters/610924" in page and "逾期未报" in page


def test_every_number_of_the_figure_opens_the_exits_it_adds_up(signed):
    page = signed.client("steward").get(CITY).text
    (line,) = [row for row in page.split("<tr>") if '<th scope="row">水泥</th>' in row]
    cells = line.split('<td class="number">')[1:]
    assert len(cells) == 3 and all("/cities/610900/figure?industry=" in cell for cell in cells)


def test_a_confirmation_stands_while_the_figure_does(signed):
    confirm(signed, figure_now(signed))
    page = signed.client("steward").get(CITY).text

    assert ">已确认</span>" in page and "安政函〔2025〕1号" in page and "王审核" in page
    assert "数据在确认后有变化" not in page and "确认时" not in page


def test_a_figure_that_changed_since_is_shown_before_and_after(signed):
    changed = [line | {"capacity": "45.5"} if line["industry"] == "水泥" else line for line in figure_now(signed)]
    confirm(signed, [*changed, LINE | {"industry": "造纸"}])
    page = signed.client("steward").get(CITY).text

    assert "数据在确认后有变化" in page and "重新确认" in page
    assert page.count(">有变化</span>") == 2
    confirm(signed, [*changed, LINE | {"industry": "合计", "capacity": None, "capacity_unit": None, "exits": 99}])
    (total,) = [
        row for row in signed.client("steward").get(CITY).text.split("<tr>") if '<th scope="row">合计</th>' in row
    ]
    assert ">有变化</span>" in total
    assert '<td class="number">45.5</td>' in page


def test_the_total_is_marked_where_it_differs_and_is_no_change_of_its_own():
    (total,) = compare_figures([LINE | {"industry": "合计"}], [LINE | {"industry": "合计", "exits": 2}])
    assert (total.is_changed, is_changed([total])) == (True, False)
    assert is_changed(compare_figures([LINE]))
    assert [line.is_changed for line in compare_figures([LINE])] == [True]
    assert [line.is_changed for line in compare_figures([LINE], [LINE | {"capacity": "30.00000000"}])] == [False]


def test_other_exits_of_the_same_sums_are_marked_as_another_list(signed):
    confirm(signed, [line | {"exits_sha256": "0" * 64} for line in figure_now(signed)])
    page = signed.client("steward").get(CITY).text

    assert "数据在确认后有变化" in page and ">名单有变化</span>" in page and ">有变化</span>" not in page


@pytest.mark.parametrize(
    ("user", "path", "status"),
    [
        ("viewer", CITY, 200),
        ("ziyang", CITY, 403),
        ("foreign", CITY, 403),
        ("steward", "/cycles/ankang-2024/annual/cities/610924", 404),
        ("steward", "/cycles/ankang-2024/annual/cities/370100", 404),
    ],
)
def test_the_page_is_for_the_offices_of_the_city(signed, user, path, status):
    answer = signed.client(user).get(path)

    assert answer.status_code == status
    assert "Traceback" not in answer.text


def test_who_only_looks_is_offered_no_act(signed):
    confirm(signed, figure_now(signed))
    page = signed.client("viewer").get(CITY).text

    assert "/acts/" not in page
