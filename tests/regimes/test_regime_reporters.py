"""Who reports in each regime, under today's codes, and by which names they go."""

from collections import Counter

import pytest

from rulebook import CATEGORIES


@pytest.mark.parametrize(
    ("key", "counties", "zones", "departments"),
    [
        ("ankang-2024", 10, 2, 4),
        ("weihai-2022", 4, 3, 4),
        ("liaocheng-2025", 8, 3, 4),
        ("shenzhen-2019", 9, 2, 5),
        ("shandong-2017", 136, 0, 4),
        ("shaanxi-2018", 107, 0, 60),
    ],
)
def test_the_reporters_are_all_counties_zones_and_departments(regimes, key, counties, zones, departments):
    kinds = Counter(reporter.kind for reporter in regimes[key].reporters.values())
    assert (kinds["county"], kinds["zone"], kinds["department"]) == (counties, zones, departments)


@pytest.mark.parametrize(
    ("key", "suffix_categories"),
    [
        ("ankang-2024", {"fgw": ("能耗", "技术"), "sthj": ("环保",), "scjg": ("质量",), "yjgl": ("安全",)}),
        ("weihai-2022", {"fgw": ("能耗", "技术"), "sthj": ("环保",), "scjg": ("质量",), "yjgl": ("安全",)}),
        ("liaocheng-2025", {"fgw": ("能耗", "技术"), "sthj": ("环保",), "scjg": ("质量",), "yjgl": ("安全",)}),
        (
            "shenzhen-2019",
            {"fgw": ("能耗", "技术"), "sthj": ("环保",), "scjg": ("质量",), "yjgl": ("安全",), "swj": ()},
        ),
        ("shandong-2017", {"gxj": ("能耗",), "sthj": ("环保",), "scjg": ("质量",), "yjgl": ("安全",)}),
    ],
)
def test_a_department_speaks_for_its_own_categories(regimes, key, suffix_categories):
    regime = regimes[key]
    departments = {code: one.categories for code, one in regime.reporters.items() if one.kind == "department"}
    assert departments == {f"{regime.area}-{suffix}": own for suffix, own in suffix_categories.items()}


def test_every_city_of_the_coal_list_has_its_six_departments(regimes):
    suffixes = {"gxj", "fgw", "sthj", "scjg", "yjgl", "swj"}
    reporters = regimes["shaanxi-2018"].reporters
    assert {code for code in reporters if code.startswith("610300-")} == {f"610300-{suffix}" for suffix in suffixes}
    assert reporters["610300-gxj"].name == "宝鸡市工业和信息化局"
    assert reporters["610300-fgw"].categories == CATEGORIES


@pytest.mark.parametrize(
    ("key", "text", "code"),
    [
        ("ankang-2024", "紫阳县人民政府", "610924"),
        ("ankang-2024", "紫阳县经济贸易局", "610924"),
        ("ankang-2024", "紫阳县工信局", "610924"),
        ("ankang-2024", "旬阳县人民政府", "610981"),
        ("ankang-2024", "恒口示范区管委会", "610900-q02"),
        ("ankang-2024", "市发展改革委", "610900-fgw"),
        ("weihai-2022", "荣成市工业和信息化局", "371082"),
        ("weihai-2022", "高区科技金融局", "371000-q01"),
        ("liaocheng-2025", "茌平县人民政府", "371503"),
        ("liaocheng-2025", "聊城高新区管委会", "371500-q02"),
        ("shenzhen-2019", "龙华区工业和信息化局", "440309"),
        ("shenzhen-2019", "深汕合作区管委会", "440300-q02"),
        ("shenzhen-2019", "市水务局", "440300-swj"),
        ("shandong-2017", "即墨市人民政府", "370215"),
        ("shandong-2017", "邹平县经信局", "371681"),
        ("shandong-2017", "省环保厅", "370000-sthj"),
        ("shandong-2017", "省经济和信息化委", "370000-gxj"),
        ("shandong-2017", "山东省质量技术监督局", "370000-scjg"),
        ("shandong-2017", "省安监局", "370000-yjgl"),
        ("shaanxi-2018", "神木县人民政府", "610881"),
        ("shaanxi-2018", "横山县煤炭工业局", "610803"),
        ("shaanxi-2018", "宝鸡市发改委", "610300-fgw"),
    ],
)
def test_a_reporter_is_known_by_the_names_it_signs_with(regimes, key, text, code):
    assert regimes[key].reporter_named(text).code == code


def test_a_zone_outside_its_host_counties_reports_for_itself(regimes):
    zone = regimes["shenzhen-2019"].reporters["440300-q02"]
    assert zone.kind == "zone"
    assert zone.home == "440300-q02"


def test_a_county_name_that_two_cities_share_needs_its_city(regimes):
    shandong = regimes["shandong-2017"]
    assert shandong.reporter_named("市中区人民政府") is None
    assert shandong.reporter_named("济南市市中区人民政府").code == "370103"
    assert shandong.reporter_named("枣庄市市中区人民政府").code == "370402"
