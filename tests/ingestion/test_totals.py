"""A total row is the sum of the rows it covers, or it is noticed with what they add up to."""

import pytest

from tests.ingestion.samples import HEADINGS, noticed, row, table, understood, xlsx


def total(label: str, amount, name=None) -> list:
    return [label, None, None, name, None, amount, None]


def differences(*rows, headings=HEADINGS) -> list[tuple]:
    frames = understood(xlsx(table(*rows, headings=headings)))
    return [
        (cell, params["printed"], params["computed"], params["unit"])
        for kind, cell, params in noticed(frames)
        if kind == "total_differs"
    ]


CEMENT = row(capacity="30.5万吨")
MORE_CEMENT = row(sequence=2, enterprise="紫阳县金峰水泥有限公司", capacity="20万吨")
GLASS = row(sequence=3, industry="平板玻璃", enterprise="紫阳县玻璃厂", equipment="玻璃窑1座", capacity="90万重量箱")


@pytest.mark.parametrize(
    "printed", ["50.5万吨", "50.50万吨", "505000吨", "50万5千吨", "505'000吨", "51万吨", "50万吨", "约50.5 万吨/年"]
)
def test_a_total_within_half_its_last_digit_is_in_order(printed):
    assert differences(CEMENT, MORE_CEMENT, total("合计", printed)) == []


def test_a_total_beyond_half_its_last_digit_is_noticed_at_its_cell():
    assert differences(CEMENT, MORE_CEMENT, total("合计", "50.4万吨")) == [("F7", "50.4", "50.5", "万吨")]


@pytest.mark.parametrize(
    ("sentence", "difference"),
    [
        ("合计：共2家企业，退出产能50.5万吨", []),
        ("合计：共2家企业，退出产能60万吨", [("A7", "60", "50.5", "万吨")]),
        ("以上合计2户，产能共计：1,505,000吨。", [("A7", "150.5", "50.5", "万吨")]),
        ("合计2家（产能30万吨以下1家）", []),
        ("合计：共2家企业，退出水泥产能30.5万吨、化工产能20万吨", []),
    ],
)
def test_a_total_in_a_sentence_is_held_against_the_rows(sentence, difference):
    assert differences(CEMENT, MORE_CEMENT, total(sentence, None)) == difference


CHEMISTRY = row(sequence=3, industry="化工", enterprise="紫阳县汉江化工厂", equipment="反应釜3台", capacity="1万吨")


def of_industry(label: str, industry: str, amount: str) -> list:
    return [label, None, industry, None, None, amount, None]


def test_subtotals_that_name_their_industry_may_stand_together_below():
    rows = [CEMENT, CHEMISTRY, MORE_CEMENT]
    by_label = [total("水泥小计", "50.5万吨"), total("化工小计", "1万吨")]
    by_column = [of_industry("小计", "水泥", "50.5万吨"), of_industry("小计", "化工", "1万吨")]
    for subtotals in (by_label, by_column, [total("一、水泥行业小计：", "50.5万吨")], [total("建材小计", "50.5万吨")]):
        assert differences(*rows, *subtotals, total("合计", "51.5万吨")) == []


@pytest.mark.parametrize("label", ["水泥小计", "水泥合计"])
def test_a_subtotal_that_names_an_industry_covers_no_other(label):
    told = [("F7", "31.5", "30.5", "万吨")]
    assert differences(CEMENT, CHEMISTRY, total(label, "31.5万吨")) == told


def test_a_total_takes_its_unit_from_the_heading():
    headings = [*HEADINGS[:5], "产能(万吨)", HEADINGS[6]]
    rows = [row(capacity=30), row(sequence=2, enterprise="紫阳县金峰水泥有限公司", capacity=20)]
    assert differences(*rows, total("合计", 50), headings=headings) == []
    assert differences(*rows, total("合计", 60), headings=headings) == [("F7", "60", "50", "万吨")]


def test_amounts_in_different_units_are_compared_each_for_itself():
    assert differences(CEMENT, GLASS, total("合计", "30.5万吨、90万重量箱")) == []
    assert differences(CEMENT, GLASS, total("合计", "30.5万吨、80万重量箱")) == [("F7", "80", "90", "万重量箱")]


@pytest.mark.parametrize("printed", ["8000", "0.8", 8000, "8,000"])
def test_a_total_without_a_unit_may_be_in_the_unit_its_rows_are_written_in(printed):
    rows = [row(capacity="5000吨"), row(sequence=2, enterprise="紫阳县金峰水泥有限公司", capacity="3000吨")]
    assert differences(*rows, total("合计", printed)) == []
    mixed = [row(capacity="5000吨"), row(sequence=2, enterprise="紫阳县金峰水泥有限公司", capacity="0.3万吨")]
    assert differences(*mixed, total("合计", printed)) == []
    assert differences(*rows, total("合计", "8500")) == [("F7", "0.85", "0.8", "万吨")]


def test_a_total_without_a_unit_over_rows_of_several_is_held_against_each_and_against_their_bare_sum():
    def told(printed):
        frames = understood(xlsx(table(CEMENT, GLASS, total("合计", printed))))
        return [params for _, _, params in noticed(frames)]

    assert told("30.5") == told(90) == told("120.5") == []
    assert told("110.5") == [{"what": "without_unit", "printed": "110.5", "computed": "30.5万吨、90万重量箱"}]


def test_a_subtotal_covers_the_rows_since_the_total_before():
    rows = [CEMENT, MORE_CEMENT, total("小计", "50.5万吨"), GLASS, total("小计", "90万重量箱")]
    assert differences(*rows, total("合计", "50.5万吨，90万重量箱")) == []
    assert differences(*rows[:4], total("小计", "80万重量箱")) == [("F9", "80", "90", "万重量箱")]


def test_a_total_may_say_so_in_any_column_where_no_name_stands():
    line = [None, None, None, None, "合 计：", "50.4万吨", None]
    assert differences(CEMENT, MORE_CEMENT, line) == [("F7", "50.4", "50.5", "万吨")]
    frames = understood(xlsx(table(CEMENT, MORE_CEMENT, line)))
    assert len(frames.rows) == 2


def test_a_total_above_its_rows_is_in_order():
    assert differences(total("合计", "50.5万吨"), CEMENT, MORE_CEMENT) == []


@pytest.mark.parametrize("label", ["合计 3家", "合计：3户", "总计（3家）"])
def test_a_printed_number_of_enterprises_is_compared(label):
    assert differences(CEMENT, MORE_CEMENT, total(label, None)) == [("A7", "3", "2", "家")]


def test_a_number_in_the_name_column_counts_enterprises_once_whatever_their_rows():
    second_line = row(sequence=2, equipment="Φ3.0×11m水泥磨1台")
    assert differences(CEMENT, second_line, total("合计", None, 1)) == []
    assert differences(CEMENT, second_line, total("合计", None, 2)) == [("D7", "2", "1", "家")]


def test_a_total_over_a_row_that_could_not_be_understood_says_nothing():
    assert differences(CEMENT, row(sequence=2, capacity="若干"), total("合计", "99万吨")) == []


def test_a_zero_total_over_amounts_is_noticed():
    assert differences(CEMENT, total("合计", 0)) == [("F6", "0", "30.5", "万吨")]


@pytest.mark.parametrize("broken", ["=SUM(F5:F5)", "#REF!"])
def test_a_total_without_a_value_is_an_error_and_no_difference(broken):
    frames = understood(xlsx(table(CEMENT, total("合计", broken))))
    assert noticed(frames) == [("formula_error", "F6", {})]
    assert broken in set(frames.observations["value"])


@pytest.mark.parametrize("printed", [2, 1])
def test_works_of_one_name_in_two_counties_may_be_counted_as_two(printed):
    rows = [row(county=county, enterprise="红旗水泥厂") for county in ("紫阳县", "汉阴县")]
    frames = understood(xlsx(table(*rows, total("合计", None, printed))), folder="610900-gxj")
    assert noticed(frames, "total_differs") == []


@pytest.mark.parametrize(("printed", "differs"), [("五十万吨", "50"), ("五十", "50"), ("三十一万吨", None)])
def test_a_total_in_chinese_numerals_is_one_too(printed, differs):
    headings = [*HEADINGS[:5], "产能(万吨)", HEADINGS[6]]
    expected = [("F6", differs, "30.5", "万吨")] if differs else []
    assert differences(row(capacity=30.5), total("合计", printed), headings=headings) == expected


def test_a_number_of_enterprises_may_be_a_chinese_numeral():
    assert differences(CEMENT, MORE_CEMENT, total("合计", None, "三家")) == [("D7", "3", "2", "家")]
    assert differences(CEMENT, MORE_CEMENT, total("合计", None, "两家")) == []


def section(label: str, amount: str | None, county: str | None = None) -> list:
    return [label, county, None, None, None, amount, None]


@pytest.mark.parametrize("place", [("一、水泥行业（2家）", None), ("一", "水泥行业"), ("（一）", "紫阳县")])
def test_the_heading_of_rows_below_is_their_total(place):
    label, county = place
    glass = row(
        sequence=1, industry="平板玻璃", enterprise="紫阳县玻璃厂", equipment="玻璃窑1座", capacity="90万重量箱"
    )
    rows = [section(label, "50.5万吨", county), CEMENT, MORE_CEMENT, section("二、平板玻璃", "90万重量箱"), glass]
    frames = understood(xlsx(table(*rows)))
    assert list(frames.rows.row) == [6, 7, 9]
    assert differences(*rows) == []
    assert differences(section(label, "60万吨", county), *rows[1:]) == [("F5", "60", "50.5", "万吨")]


def test_a_row_without_a_name_that_is_numbered_in_chinese_is_a_row():
    frames = understood(xlsx(table(row(sequence="一", enterprise=None, equipment=None), CEMENT)))
    assert list(frames.rows.row) == [5, 6]


def test_a_total_may_have_a_line_for_each_unit():
    rows = [CEMENT, MORE_CEMENT, GLASS, total("合计", "50.5万吨")]
    frames = understood(xlsx(table(*rows, total(None, "90万重量箱"))))
    assert list(frames.rows.row) == [5, 6, 7]
    assert differences(*rows, total(None, "90万重量箱")) == []
    assert differences(*rows, total(None, "91万重量箱")) == [("F9", "91", "90", "万重量箱")]
