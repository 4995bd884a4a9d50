"""Words of industries and the units of their capacity."""

from decimal import Decimal

import pytest


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("水泥", "水泥"),
        ("水 泥（熟料及磨机）", "水泥"),
        ("水泥行业", "水泥"),
        ("造纸业", "造纸"),
        ("煤矿", "煤炭"),
        ("冶炼", "钢铁"),
        ("有色金属", "有色"),
        ("有色金属冶炼", "有色"),
        ("化学工业", "化工"),
        ("火力发电", "煤电"),
        ("电力", "电力"),
        ("小火电", "小火电"),
        ("铸造", "铸造"),
        ("铜（含再生铜）冶炼", "铜冶炼"),
        ("煤炭开采和洗选业", "煤炭"),
    ],
)
def test_a_word_or_synonym_names_its_industry(reference, written, name):
    assert reference.industry(written).name == name


@pytest.mark.parametrize("written", ["", "纸", "铅锌冶炼", "其他"])
def test_a_word_of_none_or_several_industries_is_no_industry(reference, written):
    assert reference.industry(written) is None


def test_an_industry_has_its_place_in_the_national_classification(reference):
    cement = reference.industry("水泥")
    assert (cement.code, cement.code_name) == ("C3011", "水泥制造")
    assert reference.industry("轻工").code is None


def test_the_nearest_industry_is_proposed(reference):
    assert reference.nearest_industry("平版玻璃") == "平板玻璃"
    assert reference.nearest_industry("xyz") is None


@pytest.mark.parametrize(
    ("industry", "unit", "conversion"),
    [
        ("水泥", "吨", ("万吨", "0.0001")),
        ("水泥", "吨/日", ("吨/日", "1")),
        ("平板玻璃", "万吨", ("万重量箱", "20")),
        ("陶瓷", "平方米", ("万平方米", "0.0001")),
        ("陶瓷", "万件", ("万件", "1")),
        ("轮胎", "万套", ("万条", "1")),
        ("玻璃纤维", "万台", ("万台", "1")),
        ("机械", "万套", ("万套", "1")),
    ],
)
def test_an_industry_has_its_own_units(reference, industry, unit, conversion):
    canonical, factor = conversion
    assert reference.capacity_units(industry)[unit] == (canonical, Decimal(factor))


@pytest.mark.parametrize(("industry", "unit"), [("印染", "万吨"), ("电镀", "吨"), ("平板玻璃", "吨/日")])
def test_other_units_are_refused(reference, industry, unit):
    assert unit not in reference.capacity_units(industry)


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("万吨/年", "万吨"),
        ("万吨／年", "万吨"),
        ("万 t", "万吨"),
        ("Ｔ", "吨"),
        ("t/d", "吨/日"),
        ("万㎡", "万平方米"),
        ("万m²", "万平方米"),
        ("m³", "立方米"),
        ("KVA", "千伏安"),
        ("万条/年", "万条"),
        ("万/年", "万吨"),
        ("MW", "兆瓦"),
        ("mw", "兆瓦"),
        ("万", None),
        ("万张", None),
        ("", None),
    ],
)
def test_spellings_of_a_unit(reference, written, unit):
    assert reference.unit(written) == unit


def test_every_industry_of_the_units_table_has_a_unit(reference):
    assert all(reference.capacity_units(name) for name in reference.industries)
