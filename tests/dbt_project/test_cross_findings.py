"""What a build finds when the submissions that count are held against one another, from Parquet to `fct_finding`."""

from __future__ import annotations

from datetime import date

import pytest

import dbt_project
from expectations.findings import finding_id
from tests.dbt_project.collection import Collection

ZIYANG, HANYIN, DEPARTMENT = "610924", "610921", "610900-fgw"
TODAY = date(2025, 1, 10)
KILN = [{"name": "轮窑", "spec_value": 24, "spec_unit": "门", "quantity": 1, "quantity_unit": "座"}]


def exit_of(enterprise: str, amount: str = "30", **said) -> dict:
    """A row as ingestion writes it, with the cells it was read from."""
    cells = {"enterprise_cell": "D5", "capacity_cell": "F5", "capacity_text": f"{amount}万吨"}
    return {"enterprise": enterprise, "amount": amount, "equipment": KILN, "equipment_text": "24门轮窑"} | cells | said


EXITS_WITHOUT_ACCEPTANCE = [
    ("000004", "D5", "旧年砖厂"),
    ("000004", "D6", "两县砖厂"),
    ("000004", "D7", "计划砖厂"),
    ("000005", "D5", "两县砖厂"),
]


@pytest.fixture(scope="module")
def crossed(tmp_path_factory, rulebook) -> Collection:
    """One submission for each of X01–X05 to find, and one finding of each kind of decision; built as of TODAY.

    The year before is of a province's regime made for this, which covers 紫阳县 too.
    """
    cycle = Collection(tmp_path_factory.mktemp("crossed"))
    before = {"regime": "shaanxi-2018"}
    cycle.collect(ZIYANG, exit_of("旧年砖厂", **before), **before)
    cycle.collect(ZIYANG, exit_of("计划砖厂"), round="plan")
    cycle.collect(ZIYANG, exit_of("年中砖厂"), exit_of("计划砖厂", county_code=ZIYANG), round="midyear")
    ziyang = cycle.collect(
        ZIYANG,
        exit_of("旧年砖厂", enterprise_cell="D5"),
        exit_of("两县砖厂", enterprise_cell="D6"),
        exit_of("计划砖厂", "30", enterprise_cell="D7", capacity_cell="F7"),
        sha256="z",
    )
    cycle.collect(HANYIN, exit_of("两县砖厂"), sha256="h")
    cycle.collect(DEPARTMENT, exit_of("计划砖厂", "35", county_code=ZIYANG), sha256="d")
    x02 = finding_id("z", ZIYANG, "X02", "统计表", "D5", 0)
    x04 = finding_id("z", ZIYANG, "X04", "统计表", "F7", 0)
    cycle.decide("explain", submission_id=ziyang, finding_id=x02, rule="X02")
    cycle.decide("waive", submission_id=ziyang, finding_id=x04, rule="X04", expires_on=TODAY.isoformat())
    dbt_project.build(cycle.store.root, rulebook, as_of=TODAY)
    return cycle


def test_each_submission_is_told_what_another_says(crossed, ask):
    told = ask(
        crossed,
        """
        select submission_id, rule, severity, cell, value, resolution from marts.fct_finding
        where rule != 'X07' order by 1, 2, 4
        """,
    )

    assert told == [
        ("000003", "X03", "note", "D5", "年中砖厂", "open"),
        ("000004", "X01", "explain", "D6", "两县砖厂", "open"),
        ("000004", "X02", "explain", "D5", "旧年砖厂", "explained"),
        ("000004", "X03", "note", "D5", "旧年砖厂", "open"),
        ("000004", "X03", "note", "D6", "两县砖厂", "open"),
        ("000004", "X04", "explain", "F7", "30万吨", "waived"),
        ("000004", "X05", "explain", None, "年中砖厂", "open"),
        ("000005", "X01", "explain", "D5", "两县砖厂", "open"),
        ("000006", "X04", "explain", "F5", "35万吨", "open"),
    ]


def test_every_exit_of_the_year_is_asked_for_its_acceptance_record_of_the_side_that_counts(crossed, ask):
    asked = ask(crossed, "select submission_id, cell, value from marts.fct_finding where rule = 'X07' order by 1, 2")
    assert asked == EXITS_WITHOUT_ACCEPTANCE


def test_the_rulebooks_words_are_filled_in_and_the_evidence_names_file_sheet_and_row(crossed, ask):
    (words,) = ask(
        crossed,
        """
        select message, message_en, remedy, evidence, evidence_en from marts.fct_finding
        where rule = 'X02'
        """,
    )

    assert words == (
        "您第 5 行的“旧年砖厂”，以前年度已经作为退出计算过。",
        'Your row 5 ("旧年砖厂") was counted as an exit in an earlier year.',
        "已经报过的请删去；不是同一条生产线的，请写清设备，例如“2号线”。",
        "2018 年，收件 000001，紫阳县“000001.xlsx”的“统计表”第 5 行：旧年砖厂，24门轮窑",
        '2018: receipt 000001, 紫阳县, "000001.xlsx", sheet "统计表", row 5: 旧年砖厂, 24门轮窑',
    )
    open_braces = ask(crossed, "select * from marts.fct_finding where contains(concat(message, evidence), '{')")
    assert open_braces == []


def test_a_finding_keeps_its_id_from_build_to_build_and_no_two_share_one(crossed, ask, rulebook):
    ids = "select finding_id from marts.fct_finding order by finding_id"
    first = ask(crossed, ids)
    dbt_project.build(crossed.store.root, rulebook, as_of=TODAY)

    assert ask(crossed, ids) == first
    assert len(set(first)) == len(first) == 9 + len(EXITS_WITHOUT_ACCEPTANCE)


def test_no_finding_across_submissions_changes_which_of_them_counts(crossed, ask):
    assert ask(crossed, "select distinct status from marts.fct_submission") == [("counting",)]


def test_a_word_around_several_counts_once_and_a_name_of_a_county_without_table_is_asked(tmp_path, rulebook, ask):
    """钢铁 20000 beside 炼铁 12000 and 炼钢 8000 is said of both; so is 钢铁 21000, which X04 asks. 汉阴县, whose name
    an enterprise under 紫阳县 bears, has sent no table.
    """
    iron = {"industry": "炼铁", "industry_code": "C3110", "capacity_unit": "万吨", "county_code": ZIYANG}
    steel, metal = (
        iron | {"industry": word, "industry_code": code} for word, code in (("炼钢", "C3120"), ("钢铁", "C31"))
    )
    cycle = Collection(tmp_path)
    cycle.collect(
        ZIYANG,
        exit_of("任河钢铁厂", "12000", equipment_text="1#炉", equipment=None, **iron),
        exit_of("任河钢铁厂", "8000", equipment_text="转炉", equipment=None, **steel),
        exit_of("汉江钢铁厂", "12000", equipment_text="2#炉", equipment=None, enterprise_cell="D7", **iron),
        exit_of("汉江钢铁厂", "8000", equipment_text="转炉", equipment=None, enterprise_cell="D8", **steel),
    )
    cycle.collect(
        DEPARTMENT,
        exit_of("任河钢铁厂", "20000", equipment_text="高炉和转炉", equipment=None, **metal),
        exit_of("汉江钢铁厂", "21000", equipment_text="两条线", equipment=None, enterprise_cell="D6", **metal),
        exit_of("汉阴县红旗砖厂", enterprise_full_key="汉阴县红旗砖厂", enterprise_cell="D8", county_code=ZIYANG),
        exit_of("紫阳县红旗砖厂", enterprise_full_key="紫阳县红旗砖厂", enterprise_cell="D9", county_code=HANYIN),
    )
    dbt_project.build(cycle.store.root, rulebook, as_of=TODAY)

    told = ask(
        cycle,
        """
        select enterprise, industry, role, is_chosen, reconciliation, cast(claimed_capacity as integer)
        from marts.rpt_reconciliation where enterprise = '任河钢铁厂' order by industry, role
        """,
    )
    asked = ask(
        cycle, "select submission_id, value, cell from marts.fct_finding where rule in ('X01', 'X04') order by 1, 3"
    )
    total = ask(cycle, "select cast(sum(capacity) as integer) from marts.fct_exit where industry != '水泥'")
    misplaced = ask(cycle, "select value, cell, evidence from marts.fct_finding where rule = 'X09'")
    assert told == [
        ("任河钢铁厂", "炼钢", "county", True, "both", 8000),
        ("任河钢铁厂", "炼钢", "department", False, "both", 8000),
        ("任河钢铁厂", "炼铁", "county", True, "both", 12000),
        ("任河钢铁厂", "炼铁", "department", False, "both", 12000),
    ]
    assert total == [(20000 + 20000,)]
    # 紫阳县 has a table, and it names no such enterprise
    assert misplaced == [("汉阴县红旗砖厂", "D8", "名称里的县区：汉阴县")]
    assert asked == [
        ("000001", "12000万吨", "F5"),
        ("000002", "21000万吨", "F5"),
    ]


def test_one_name_with_two_codes_is_asked_and_is_not_what_was_planned(tmp_path, rulebook, ask):
    """汉江砖厂 has another code in the department's table and in the plan; 任河砖厂 has its code in one of them alone, and
    月河砖厂 is in two counties.
    """
    code, other = "91350100M000100Y43", "91110000600037341L"
    here = {"county_code": ZIYANG, "enterprise_cell": "D5"}
    cycle = Collection(tmp_path)
    cycle.collect(
        ZIYANG, exit_of("汉江砖厂", credit_code=other), exit_of("任河砖厂", credit_code=code[::-1]), round="plan"
    )
    cycle.collect(
        ZIYANG,
        exit_of("汉江砖厂", "30", **here, credit_code=code),
        exit_of("任河砖厂", **here),
        exit_of("月河砖厂", **here | {"enterprise_full_key": "紫阳月河砖厂"}, credit_code="of 紫阳县"),
    )
    cycle.collect(
        DEPARTMENT,
        exit_of("汉江砖厂", "31", equipment_text="另一条线", equipment=None, **here, credit_code=other),
        exit_of(
            "月河砖厂", credit_code="of 汉阴县", **here | {"county_code": HANYIN, "enterprise_full_key": "汉阴月河砖厂"}
        ),
    )
    dbt_project.build(cycle.store.root, rulebook, as_of=TODAY)

    findings = "select rule, submission_id, value, evidence from marts.fct_finding where rule in ('X01', 'X03') order by 1, 2, 3"
    assert ask(cycle, findings) == [
        (
            "X01", "000002", "汉江砖厂",
            "收件 000001，紫阳县“000001.xlsx”的“统计表”第 5 行：紫阳县，水泥，汉江砖厂，"
            f"信用代码 {other}（您写的是 {code}），24门轮窑，30万吨；"
            "收件 000003，安康市发展和改革委员会“000003.xlsx”的“统计表”第 5 行：紫阳县，水泥，汉江砖厂，"
            f"信用代码 {other}（您写的是 {code}），另一条线，31万吨",
        ),
        (
            "X01", "000003", "汉江砖厂",
            "收件 000002，紫阳县“000002.xlsx”的“统计表”第 5 行：紫阳县，水泥，汉江砖厂，"
            f"信用代码 {code}（您写的是 {other}），24门轮窑，30万吨",
        ),
        ("X03", "000002", "月河砖厂", "计划表：收件 000001“000001.xlsx”"),
        ("X03", "000002", "汉江砖厂", "计划表：收件 000001“000001.xlsx”"),
    ]  # fmt: skip
