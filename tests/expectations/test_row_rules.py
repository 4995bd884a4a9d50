"""Rules that compare a cell with what is beside it: thresholds, other amounts, dates, methods, standards of the plan."""

from datetime import date
from decimal import Decimal

import pytest

from tests.expectations.frame_builder import FrameBuilder


def machine(name, size=None, unit=None, quantity=1):
    return {
        "name": name,
        "spec_value": Decimal(size) if size else None,
        "spec_unit": unit,
        "quantity": quantity,
        "quantity_unit": "台",
    }


def technology(industry, *machines, text="设备1台", **changes):
    """A row of outdated technology."""
    return {
        "industry": industry,
        "industry_text": industry,
        "equipment": list(machines),
        "equipment_text": text,
        "categories": ["技术"],
        "category_text": "技术",
    } | changes


SHANDONG = {"regime": "shandong-2017", "reporter": "370100"}
SHENZHEN = {"regime": "shenzhen-2019", "reporter": "440303"}
WEIHAI = {"regime": "weihai-2022", "reporter": "371002"}
LARGE_FURNACE = machine("高炉", "1080", "立方米")

THRESHOLDS = {
    "a furnace above the limit": (SHANDONG, technology("炼铁", LARGE_FURNACE), True),
    "the same under the broader industry": (SHANDONG, technology("钢铁", LARGE_FURNACE), True),
    "a furnace within the limit": (SHANDONG, technology("炼铁", machine("炼铁高炉", "400", "立方米")), False),
    "numbered furnaces": (SHANDONG, technology("炼铁", machine("1#高炉", "1080", "立方米")), True),
    "a mill of 3.1 m where the limit is 3 m": (SHANDONG, technology("水泥", machine("水泥磨机", "3.1", "米")), True),
    "a mill of 3.1 m where it is 3.2 m": (WEIHAI, technology("水泥", machine("水泥磨机", "3.1", "米")), False),
    "a mill of 3.8 m there": (WEIHAI, technology("水泥", machine("水泥磨机", "3.8", "米")), True),
    "above the limit whatever it asks of the method": (
        WEIHAI,
        technology("水泥", machine("水泥磨机", "3.8", "米"), method="拆除", method_text="拆除"),
        True,
    ),
    "within the limit, shut another way than it is for": (
        WEIHAI,
        technology("水泥", machine("水泥磨机", "3.1", "米"), method="拆除", method_text="拆除"),
        False,
    ),
    "a mill shut before the plan": (
        WEIHAI,
        technology("水泥", machine("水泥磨机", "3.8", "米"), shut_on=date(2022, 3, 1), shut_on_text="2022-03-01"),
        False,
    ),
    "a limit of another place": (SHANDONG, technology("煤电", machine("煤电机组", "60", "万千瓦")), False),
    "above a limit whose condition is unknown": (
        SHENZHEN,
        technology("小火电", machine("煤电机组", "35", "万千瓦")),
        True,
    ),
    "wider than a limit that asks for a speed": (
        SHENZHEN,
        technology("造纸", machine("文化纸生产线", "2.4", "米")),
        True,
    ),
    "within a limit whose condition is unknown": (
        SHENZHEN,
        technology("小火电", machine("煤电机组", "13.5", "万千瓦")),
        False,
    ),
    "a plan without limits": ({}, technology("水泥", machine("水泥磨机", "3.8", "米")), False),
    "another category": (
        SHANDONG,
        technology("炼铁", LARGE_FURNACE, categories=["能耗"], category_text="能耗"),
        False,
    ),
    "another machine": (SHANDONG, technology("水泥", machine("原料磨机", "3.8", "米")), False),
    "another unit": (SHANDONG, technology("水泥", machine("水泥磨机", "3800", "毫米")), False),
    "no size": (SHANDONG, technology("炼铁", machine("高炉")), False),
    "one size of several within": (
        SHANDONG,
        technology("炼铁", LARGE_FURNACE, machine("高炉", "380", "立方米")),
        False,
    ),
    "several sizes": (SHANDONG, technology("炼铁", LARGE_FURNACE, machine("高炉", "1260", "立方米")), False),
    "beside a machine without a limit": (SHANDONG, technology("炼铁", LARGE_FURNACE, machine("烧结机")), True),
    "beside one that is outdated at any size": (
        SHANDONG,
        technology("水泥", machine("水泥磨机", "3.8", "米"), machine("机立窑")),
        False,
    ),
    "what the document spares": (
        SHANDONG,
        technology("炼铁", LARGE_FURNACE, text="1080m³铸造高炉1座"),
        False,
    ),
}

SHUT = {
    "shut_on": date(2024, 6, 1),
    "shut_on_from": date(2024, 6, 1),
    "shut_on_text": "2024年6月1日",
    "shut_on_cell": "H5",
}
DISMANTLED_BEFORE = {"dismantled_on": date(2024, 5, 31), "dismantled_on_text": "2024-05-31", "dismantled_on_cell": "I5"}
ACCEPTED_BEFORE = {"accepted_on": date(2024, 5, 1), "accepted_on_text": "2024-05-01", "accepted_on_cell": "J5"}


def method(word, industry="水泥"):
    return {"method": word, "method_text": word, "method_cell": "H5", "industry": industry, "industry_text": industry}


def category(industry, *words):
    return {
        "industry": industry,
        "industry_text": industry,
        "categories": list(words),
        "category_text": "、".join(words),
    }


OTHERS = {
    "dismantled before shut": ({}, SHUT | DISMANTLED_BEFORE, [("R04", "I5")]),
    "accepted before shut": ({}, SHUT | ACCEPTED_BEFORE, [("R04", "J5")]),
    "both before shut are one fault": ({}, SHUT | DISMANTLED_BEFORE | ACCEPTED_BEFORE, [("R04", "I5")]),
    "dismantled on the day": ({}, SHUT | DISMANTLED_BEFORE | {"dismantled_on": date(2024, 6, 1)}, []),
    "dismantled within the month of the shutdown": (
        {},
        SHUT
        | DISMANTLED_BEFORE
        | {"shut_on": date(2024, 5, 31), "shut_on_from": date(2024, 5, 1), "shut_on_text": "2024年5月"}
        | {"dismantled_on": date(2024, 5, 20)},
        [],
    ),
    "dismantled before a day by which it was shut": (
        {},
        SHUT | DISMANTLED_BEFORE | {"shut_on_from": None, "shut_on_text": "2024年6月1日前"},
        [],
    ),
    "dismantled before the month of the shutdown": (
        {},
        SHUT | DISMANTLED_BEFORE | {"shut_on": date(2024, 6, 30), "shut_on_text": "2024年6月"},
        [("R04", "I5")],
    ),
    "shut date unreadable": (
        {},
        DISMANTLED_BEFORE | {"shut_on_text": "去年", "shut_on_cell": "H5", "shut_on_problem": "bad_date"},
        [("F11", "H5")],
    ),
    "shut before the year": ({}, SHUT | {"shut_on": date(2023, 12, 31)}, [("R05", "H5")]),
    "dismantled before the year, and no shutdown told": (
        {},
        DISMANTLED_BEFORE | {"dismantled_on": date(2023, 12, 31)},
        [("R05", "I5")],
    ),
    "accepted before the year, and no shutdown told": (
        {},
        ACCEPTED_BEFORE | {"accepted_on": date(2023, 5, 1)},
        [("R05", "J5")],
    ),
    "all before the year are one fault": (
        {},
        SHUT
        | DISMANTLED_BEFORE
        | {"shut_on": date(2023, 5, 1), "shut_on_from": date(2023, 5, 1), "dismantled_on": date(2023, 6, 1)},
        [("R05", "H5")],
    ),
    "shut on the first day of the year": ({}, SHUT | {"shut_on": date(2024, 1, 1)}, []),
    "capacity swapped": ({}, method("产能置换"), [("R06", "H5")]),
    "exit by closing": ({}, method("关停"), []),
    "integration where the plan does not list it": ({}, method("整合退出"), [("R06", "H5")]),
    "integration where it does": (WEIHAI, method("整合退出"), []),
    "integration without a regime": ({"regime": None, "reporter": None}, method("整合退出"), []),
    "no such standard": (SHENZHEN, category("印染", "能耗", "技术"), [("R07", "G5")]),
    "a standard the plan has": (SHENZHEN, category("印染", "质量"), []),
    "quality of copper": (SHENZHEN, category("铜冶炼", "质量"), [("R07", "G5")]),
    "a plan that is silent": ({}, category("水泥", "质量"), []),
    "a category cell that is misread": (
        SHENZHEN,
        category("印染", "能耗") | {"category_problem": "unknown_category", "category_text": "能耗、环境"},
        [("F06", "G5")],
    ),
    "an industry that is misread": (
        SHENZHEN,
        category("印染", "能耗") | {"industry": None, "industry_text": "印柒", "industry_problem": "unknown_industry"},
        [("F08", "C5")],
    ),
}


@pytest.fixture(scope="module")
def found(rulebook):
    """The findings of each case above by its name; every case is a submission, all are judged at once."""
    builder = FrameBuilder(rulebook)
    cases = {name: (sender, row) for name, (sender, row, _) in (THRESHOLDS | OTHERS).items()}
    for name, (sender, row) in cases.items():
        builder.submission(name, **sender).row(5, name, **row)
    findings = builder.findings()
    # some were sent by one reporter: what each leaves out of the one before is tested elsewhere
    told = findings[(findings["rule"] != "S18") & (findings["severity"] != "note")]
    return {name: told[told["submission_id"] == name] for name in cases}


@pytest.mark.parametrize("name", THRESHOLDS)
def test_equipment_outside_the_threshold_is_told_only_where_that_is_certain(found, name):
    _, _, is_told = THRESHOLDS[name]
    assert list(found[name]["rule"]) == (["R02"] if is_told else [])
    assert set(found[name]["cell"]) <= {"E5"}


def test_the_document_its_edition_the_limit_and_the_size_are_named(found):
    [message] = found["a furnace above the limit"]["message"]
    assert all(part in message for part in ("1080立方米", "深圳2019表5 目录2011修正", "炼铁高炉容积≤400立方米", "E5"))
    [message] = found["a mill of 3.8 m there"]["message"]
    assert "威海2022方案" in message and "3.2米" in message


@pytest.mark.parametrize("name", OTHERS)
def test_a_row_rule_stands_at_its_cell_and_is_silent_where_another_fault_is_the_cause(found, name):
    _, _, expected = OTHERS[name]
    assert list(found[name][["rule", "cell"]].itertuples(index=False, name=None)) == expected


def test_the_sentences_name_what_the_cell_is_compared_with(found):
    assert "关停时间“2024年6月1日”" in found["dismantled before shut"]["message"].iloc[0]
    assert "关停时间“2024年6月”" in found["dismantled before the month of the shutdown"]["message"].iloc[0]
    assert "早于 2024 年" in found["shut before the year"]["message"].iloc[0]
    assert "能耗方面的标准" in found["no such standard"]["message"].iloc[0]


def amounts(builder, *values, **changes):
    builder.submission()
    for number, value in enumerate(values, start=5):
        builder.row(number, capacity=Decimal(value), capacity_text=f"{value}万吨", **changes)
    findings = builder.findings()
    return list(findings.loc[findings["rule"] == "R03", "cell"])


PLAIN = ("30", "20", "45", "60", "10", "80", "35", "50")


def test_an_amount_ten_thousand_times_the_others_is_told_where_there_are_eight(builder):
    assert amounts(builder, *PLAIN, "300000") == ["F13"]


def test_an_amount_a_ten_thousandth_of_the_others_is_told(builder):
    assert amounts(builder, "0.003", *PLAIN) == ["F5"]


UNPUBLISHED = {"industry": "石灰", "industry_text": "石灰"}
"""An industry of which no published list tells the amounts."""


def test_seven_others_are_too_few_to_compare_with(builder, rulebook):
    assert amounts(builder, *PLAIN, "300000", **UNPUBLISHED) == ["F13"]
    assert amounts(FrameBuilder(rulebook), *PLAIN[1:], "300000", **UNPUBLISHED) == []


@pytest.mark.parametrize(
    ("industry", "unit", "amount", "is_told"),
    [
        ("水泥", "万吨", "300000", True),
        ("水泥", "万吨", "10000", True),
        ("水泥", "万吨", "0.003", True),
        ("水泥", "万吨", "0.1", False),
        ("水泥", "万吨", "2000", False),
        ("水泥", "吨/日", "300000", False),
        ("造纸", "万吨", "100000", True),
        ("造纸", "万吨", "0.05", False),
        ("造纸", "万吨", "50", False),
        ("印染", "万米", "3000000", True),
        ("印染", "万米", "1342", False),
        ("石灰", "万吨", "300000", False),
    ],
)
def test_alone_in_its_table_an_amount_is_compared_with_what_published_lists_have(
    builder, industry, unit, amount, is_told
):
    builder.submission()
    words = {"industry": industry, "industry_text": industry, "capacity_text": amount}
    builder.row(5, capacity=Decimal(amount), capacity_unit=unit, **words)
    findings = builder.findings()
    told = findings.loc[findings["rule"] == "R03", "message"]
    assert len(told) == is_told
    assert all(f"读作 {amount}{unit}。工业和信息化部2011年" in message for message in told)


def test_a_whole_table_in_the_wrong_unit_is_told_at_each_amount(builder):
    assert amounts(builder, *(f"{amount}0000" for amount in PLAIN)) == [f"F{row}" for row in range(5, 13)]


def test_every_published_list_has_eight_enterprises_or_more_and_the_unit_of_its_industry(rulebook):
    lists = rulebook.reference.published_lists
    assert len(lists) == 16 and min(one.enterprises for one in lists.values()) >= 8
    units = {name: rulebook.reference.capacity_units(name).values() for name in lists}
    assert all(lists[name].unit in {canonical for canonical, _ in units[name]} for name in lists)


@pytest.mark.parametrize("amount", ["3000", "100", "30000000000"])
def test_an_amount_off_by_another_factor_is_not_mixed_up_units(builder, amount):
    assert amounts(builder, *PLAIN, amount) == []


def test_amounts_that_differ_much_among_themselves_have_no_outlier(builder):
    spread = ("0.01", "0.1", "1", "10", "100", "1000", "10000", "100000", "1000000")
    assert amounts(builder, *spread, **UNPUBLISHED) == []


def test_another_industry_or_unit_is_not_compared_with(builder):
    builder.submission()
    for number, value in enumerate(PLAIN, start=5):
        builder.row(number, capacity=Decimal(value))
    builder.row(20, capacity=Decimal(300000), industry="化工", industry_text="化工")
    builder.row(21, capacity=Decimal(300000), capacity_unit="吨/日")
    assert "R03" not in set(builder.findings()["rule"])


CODE = "91350100M000100Y43"


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("紫阳华安水泥", "紫阳汉江化工", ["H6"]),
        ("紫阳华安水泥", "紫阳华安水泥", []),
        ("紫阳华安水泥", "紫阳华安水泥二厂", []),
        ("紫阳华安水泥", None, []),
    ],
)
def test_a_credit_code_of_two_enterprises_is_told_at_the_second(builder, first, second, told):
    builder.submission().submission("000002", file="another.xlsx")
    for number, key in ((5, first), (6, second)):
        builder.row(number, enterprise_key=key, credit_code=CODE, credit_code_text=CODE, credit_code_cell=f"H{number}")
    builder.row(5, "000002", enterprise_key="紫阳石灰", credit_code=CODE, credit_code_text=CODE, credit_code_cell="H5")
    findings = builder.findings()
    found = findings[findings["rule"] == "R11"]
    assert list(found["cell"]) == told and all("第5水泥厂" in message for message in found["message"])
