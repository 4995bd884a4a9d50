"""Names of places, of today and before, lead to today's code or to nothing."""

import pytest


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("神木市", "610881"),
        ("神木县", "610881"),
        ("横山县", "610803"),
        ("即墨市", "370215"),
        ("莱芜市", "370116"),
        ("山东省莱芜市莱城区", "370116"),
        ("通县", "110112"),
        ("陕西省榆林市神木市", "610881"),
        ("榆林市神木县", "610881"),
        ("榆林神木", "610881"),
        ("陕西省榆林地区神木县", "610881"),
        ("紫阳", "610924"),
        ("紫 阳\u3000县", "610924"),
        ("北京朝阳区", "110105"),
        ("内蒙古", "150000"),
        ("河北", "130000"),
        ("延边", "222400"),
        ("榆林市", "610800"),
        ("安康市高新技术产业开发区", "610900-q01"),
        ("聊城高新区", "371500-q02"),
    ],
)
def test_a_place_is_found_nation_wide(reference, written, code):
    assert reference.find_division(written).code == code


@pytest.mark.parametrize("written", ["朝阳区", "市中区", "高新区", "", "县", "紫阳县人民政府"])
def test_what_several_places_or_none_are_called_is_no_place(reference, written):
    assert reference.find_division(written) is None


@pytest.mark.parametrize(
    ("written", "area", "code"),
    [
        ("市中区", "370400", "370402"),
        ("市中区", {"370402", "370403"}, "370402"),
        ("市中区", "370000", None),
        ("高新区", "610900", "610900-q01"),
        ("高新区", frozenset({"610902", "610900-q01"}), "610900-q01"),
        ("高新区", "370000", None),
        ("聊城市高新区", "370000", "371500-q02"),
        ("紫阳县", "371000", None),
        ("紫阳县", {"610925"}, None),
        ("安康市", "610900", "610900"),
    ],
)
def test_an_area_settles_who_is_meant(reference, written, area, code):
    division = reference.find_division(written, area)
    assert (division and division.code) == code


def test_a_name_of_today_goes_before_the_same_name_of_before(reference):
    assert reference.find_division("汉中市").code == "610700", "a county of that name became part of it"


def test_every_place_lies_in_a_province(reference):
    assert reference.province_of("610900-q01") == "610000"
    assert reference.city_of("610924") == "610900"
    assert reference.city_of("610900") == "610900"
    assert reference.city_of("610000") is None
    assert reference.city_of("429004") == "420000", "仙桃 lies in no city"
    assert reference.divisions["610900-q01"].host == "610902"


def test_the_nearest_county_of_the_area_is_proposed(reference):
    assert reference.nearest_county("紫杨县", "610900") == "紫阳县"
    assert reference.nearest_county("恒口示范", "610900") == "恒口示范区"
    assert reference.nearest_county("纽约", "610900") is None


@pytest.mark.parametrize(
    ("code", "year", "names"),
    [
        ("370614", 2019, ["长岛县", "蓬莱市"]),
        ("370614", 2020, ["长岛县", "蓬莱市"]),
        ("370614", 2021, []),
        ("230724", 2018, ["新青区", "五营区", "红星区"]),
        ("320613", 2019, ["崇川区", "港闸区"]),
        ("330212", 2016, ["江东区", "鄞州区"]),
        ("330212", 2017, []),
        ("370211", 2012, ["黄岛区", "胶南市"]),
        ("610881", 2016, []),
        ("370116", 2017, []),
    ],
)
def test_a_place_knows_the_counties_it_was_in_a_year(reference, code, year, names):
    """In the year of the change too; not one that was only renamed (神木县), nor the city it was (莱芜市).

    One that took in another and kept its code and name (鄞州区) is one of them itself.
    """
    assert [part.name for part in reference.parts_of(code, year)] == names


@pytest.mark.parametrize(
    ("code", "year", "names"),
    [
        ("371503", 2019, ("茌平县",)),
        ("371503", 2020, ()),
        ("370215", 2017, ("即墨市",)),
        ("370215", 2018, ()),
        ("370614", 2017, ("长岛县", "蓬莱市")),
        ("370102", 2017, ()),
        ("370116", 2018, ("莱芜市莱城区",)),
        ("370117", 2017, ("莱芜市钢城区",)),
        ("370117", 2019, ()),
        ("330102", 2020, ("上城区", "江干区")),
        ("500151", 2012, ("铜梁县",)),
    ],
)
def test_what_a_county_was_called_in_a_year_is_told_where_it_is_called_otherwise_today(reference, code, year, names):
    """Behind the city it lay in where that was another: 莱芜市 was dissolved into 济南市 (国函〔2018〕163号)."""
    assert reference.names_in(code, year) == names


def test_a_reporter_tells_what_it_was_by_the_names_and_codes_of_that_year(rulebook):
    reporter = rulebook.regimes["shandong-2017"].reporters["370614"]
    assert (reporter.part_named("蓬莱市政府").code, reporter.part_named("蓬莱区"), reporter.part_coded("370614")) == (
        "370684",
        None,
        None,
    )


def test_a_report_of_a_year_prints_the_name_of_then_beside(rulebook):
    assert rulebook.regimes["shandong-2017"].reporters["371503"].printed_name == "茌平区（时为茌平县）"
    assert rulebook.regimes["liaocheng-2025"].reporters["371503"].printed_name == "茌平区"
