"""What changed between two sealed copies, and what changed it: on marts made by hand."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest

from exports.changes import Changes, PlanFigures, find_changes
from exports.papers.supplement import Correction, Withdrawal, explain, write_supplement
from rulebook import load

REGIME = load().regimes["ankang-2024"]
NOBODY_DECIDED = ()


def lay_marts(folder: Path, *exits: dict) -> Path:
    """Marts of these exits of 紫阳县, each of one claim: ``id firm name capacity submission`` and what is told otherwise."""
    folder.mkdir()
    usual = {
        "county": "610924",
        "unit": "万吨",
        "machines": 2,
        "category": "能耗",
        "claims_id": None,
        "chosen": None,
        "method": None,
    }
    lines = [usual | one for one in exits]
    with duckdb.connect() as connection:
        connection.execute(
            "create table said (id text, firm text, name text, capacity decimal(28, 8), submission text, county text,"
            " unit text, machines integer, category text, claims_id text, chosen integer, method text)"
        )
        order = ("id", "firm", "name", "capacity", "submission", *usual)
        for line in lines:
            connection.execute(
                f"insert into said values ({', '.join('?' * len(order))})", [line[name] for name in order]
            )
        for mart, question in MARTS.items():
            connection.execute(f"copy ({question}) to '{folder}/{mart}.parquet' (format parquet)")
    return folder


MARTS = {
    "fct_exit": "select id as exit_id, 'ankang-2024' as regime, 'annual' as round, '610900' as city_code,"
    " county as county_code, '水泥' as industry, firm as enterprise_id, capacity, unit as capacity_unit,"
    " machines as equipment_count, method, null::date as shut_on, null::date as dismantled_on,"
    " method = '拆除' as is_dismantled, 'county_only' as reconciliation from said",
    "fct_plan": "select id as exit_id, 'ankang-2024' as regime, 'plan' as round, 'planned' as plan_change,"
    " '610900' as city_code, county as county_code, '水泥' as industry, capacity, unit as capacity_unit from said limit 0",
    "fct_plan_fulfilment": "select id as exit_id, 'annual' as round, 'exit' as side, 0 as met_exits, 1 as unmet_exits,"
    " 0::decimal(28, 8) as met_capacity, capacity as unmet_capacity from said",
    "fct_exit_claim": "select id as exit_id, submission || ':1:' || id as row_id, claims_id, chosen as chosen_by_decision"
    " from said",
    "fct_claim": "select submission || ':1:' || id as row_id, submission as submission_id from said",
    "fct_exit_category": "select id as exit_id, category from said",
    "dim_enterprise": "select firm as enterprise_id, min(name) as enterprise from said group by firm",
    "dim_enterprise_name": "select firm as enterprise_id, 'identity of ' || name as identity_id from said",
    "dim_division": "select unnest(['610900', '610924', '610921']) as division_code,"
    " unnest(['安康市', '紫阳县', '汉阴县']) as division",
    "dim_reporter": "select 'ankang-2024' as regime, '610924' as reporter_code, '紫阳县' as reporter",
    "fct_submission": "select distinct submission as submission_id, 'ankang-2024' as regime, '610924' as reporter_code,"
    " 'counting' as status, submission || '.xlsx' as file from said",
    "rpt_rollup": "select 'ankang-2024' as regime, 'annual' as round, '610900' as division_code, '安康市' as division,"
    " '水泥' as industry, '合计' as category, unit as capacity_unit, count(distinct firm)::integer as enterprises,"
    " count(*)::integer as exits, sum(machines)::integer as equipment, 0 as equipment_unknown, sum(capacity) as capacity,"
    " 1 as division_position, 1 as industry_position, 0 as category_position from said group by unit",
    # four lines of 40 in all are planned; what goes beyond is outside
    "rpt_plan_actual": "select 'ankang-2024' as regime, 'annual' as round, '610900' as division_code, '安康市' as division,"
    " '水泥' as industry, unnest(['合计', '能耗']) as category, unit as capacity_unit, 4 as planned_exits,"
    " 40::decimal(28, 8) as planned_capacity, count(*) as done_exits, least(sum(capacity), 40) as done_capacity,"
    " 25 * count(*) as exits_completion_percent, 2.5 * least(sum(capacity), 40) as completion_percent,"
    " count(*) as actual_exits, sum(capacity) as actual_capacity, 0 as unplanned_exits,"
    " nullif(greatest(sum(capacity) - 40, 0), 0) as unplanned_capacity,"
    " 1 as division_position, 1 as industry_position, 0 as category_position from said group by unit",
}


def exit_of(number: int, firm: str, capacity: str, submission: str = "000001", **told) -> dict:
    return {
        "id": f"e{number}",
        "firm": firm,
        "name": firm,
        "capacity": Decimal(capacity),
        "submission": submission,
    } | told


@pytest.fixture
def changes(tmp_path):
    def find(before: list[dict], after: list[dict], decided=NOBODY_DECIDED):
        folders = (lay_marts(tmp_path / name, *exits) for name, exits in (("before", before), ("after", after)))
        return find_changes(*folders, REGIME, "annual", decided)

    return find


def told(changes) -> list[tuple]:
    return [
        tuple(side and (side["enterprise"], side["capacity"].normalize()) for side in (one.before, one.after))
        for one in changes.exits
    ]


def decision(sequence: int, kind: str, **about) -> dict:
    fields = ("submission_id", "claims_id", "identity_id", "other_identity_id", "row_id", "regime", "reporter_code")
    return dict.fromkeys(fields) | {"sequence": sequence, "kind": kind, "label": kind, "reason": "核对"} | about


def test_the_same_table_sent_again_changes_nothing(changes):
    """Its exits have other ids and another submission; who added them up would get the same."""
    found = changes(
        [exit_of(1, "宏源", "30"), exit_of(2, "宏源", "12")],
        [exit_of(8, "宏源", "12", "000002"), exit_of(9, "宏源", "30", "000002")],
    )

    assert (found.lines, found.exits) == ((), ())


def test_of_two_exits_of_one_enterprise_the_one_that_changed_is_told(changes):
    found = changes(
        [exit_of(1, "宏源", "30"), exit_of(2, "宏源", "12")],
        [exit_of(8, "宏源", "12", "000002"), exit_of(9, "宏源", "31", "000002")],
    )

    assert told(found) == [(("宏源", Decimal(30)), ("宏源", Decimal(31)))]
    (line,) = found.lines
    assert (line.before.capacity, line.after.capacity) == (42, 43)
    assert ([one.submission_id for one in line.causes.added], [one.submission_id for one in line.causes.gone]) == (
        ["000002"],
        ["000001"],
    )


def test_what_the_report_says_beside_the_rollup_is_told_with_its_reason(changes, tmp_path):
    """拆除 that became 关停 changes no sum, and the numbers of what is dismantled and what stands."""
    found = changes(
        [exit_of(1, "宏源", "30", method="拆除"), exit_of(2, "大河", "12", method="拆除")],
        [exit_of(1, "宏源", "30", "000002", method="关停"), exit_of(2, "大河", "12", method="拆除")],
    )

    assert (found.lines, found.plan) == ((), ())
    assert [(one.part, one.name, one.before, one.after) for one in found.printed] == [
        ("dismantling", "dismantled", 2, 1),
        ("dismantling", "standing", 0, 1),
    ]
    assert [one.submission_id for one in found.printed[0].causes.added] == ["000002"]
    moment = datetime(2025, 1, 20, tzinfo=UTC)
    correction = Correction(1, 4, moment, 6, moment, (Withdrawal(5, moment, "李", "有误"),), False, False)
    write_supplement(tmp_path, found, correction, REGIME, "annual", load())
    sheets = openpyxl.load_workbook(tmp_path / "supplement.xlsx")
    cells = {sheet.title: [[cell.value for cell in row if cell.value is not None] for row in sheet] for sheet in sheets}
    assert [row[1:6] for row in cells["其他数字"] if row and row[0] in (1, 2)] == [
        ["主体设备拆除", "已拆除", 2, 1, "条"],
        ["主体设备拆除", "已关停未拆除", 0, 1, "条"],
    ]
    assert [row[4:] for row in cells["涉及的退出"] if row and row[0] == 1] == [
        ["30万吨，2 台套，能耗，退出方式拆除，已拆除", "000001", "30万吨，2 台套，能耗，退出方式关停，未拆除", "000002"]
    ]
    assert not any("没有更正" in str(value) for row in cells["更正"] for value in row)


def test_an_exit_of_one_side_is_told_alone(changes):
    found = changes([exit_of(1, "宏源", "30")], [exit_of(1, "宏源", "30"), exit_of(2, "大河", "5", "000003")])

    assert told(found) == [(None, ("大河", Decimal(5)))]
    assert [one.submission_id for one in found.lines[0].causes.added] == ["000003"]


def test_an_enterprise_that_became_another_is_said_to_be(changes):
    """The name stays, a code that came later makes two enterprises one: no submission and no decision is the reason."""
    found = changes(
        [exit_of(1, "宏源", "30"), exit_of(2, "大河", "5")],
        [exit_of(1, "宏源", "30"), exit_of(2, "宏源", "5", name="大河")],
    )

    (line,) = found.lines
    assert (line.before.enterprises, line.after.enterprises) == (2, 1)
    assert line.causes.has_other_enterprises and not line.causes.added and not line.causes.decisions


@pytest.mark.parametrize(
    ("kind", "about", "is_named"),
    [
        ("choose", {"claims_id": "c1"}, True),
        ("choose", {"claims_id": "c2"}, False),
        ("merge", {"identity_id": "identity of 宏源", "other_identity_id": "x"}, True),
        ("return", {"submission_id": "000001"}, True),
        ("return", {"submission_id": "000007"}, False),
        ("confirm", {"submission_id": "000001"}, False),
    ],
)
def test_a_decision_is_a_reason_where_it_is_about_what_changed(changes, kind, about, is_named):
    found = changes(
        [exit_of(1, "宏源", "30", claims_id="c1")],
        [exit_of(1, "宏源", "20", claims_id="c1")],
        [decision(9, kind, **about)],
    )

    assert [one.sequence for one in found.lines[0].causes.decisions] == ([9] if is_named else [])


def test_rulebook_and_program_are_named_only_where_nothing_else_explains(changes):
    at = datetime(2025, 1, 20, tzinfo=UTC)
    correction = Correction(1, 4, at, 6, at, (Withdrawal(5, at, "李", "重核"),), True, False)
    unexplained = changes([exit_of(1, "宏源", "30")], [exit_of(1, "宏源", "20")]).lines[0].causes

    assert explain(unexplained, correction) == "撤销封存：重核；规则库有变化"
    assert explain(unexplained, replace(correction, is_rulebook_other=False)) == "撤销封存：重核"


def plan_of(found) -> dict[tuple, dict[str, tuple]]:
    """By industry and category of each line of plan and actual that differs: what its figures were, and are."""
    return {
        (line.industry, line.category): {
            one.name: sides
            for one in fields(PlanFigures)
            if (sides := tuple(getattr(side, one.name) for side in (line.before, line.after)))[0] != sides[1]
        }
        for line in found.plan
    }


def test_every_printed_figure_of_plan_and_actual_is_compared(changes):
    """Two of four planned exits were done, 20 of 40; then three, 32 of 40: also of the category, and of all industries in it."""
    before = [exit_of(1, "甲", "15"), exit_of(2, "乙", "5")]
    found = changes(
        before,
        [*before, exit_of(3, "丙", "12", "000002")],
        [decision(7, "add_to_plan", row_id="000002:1:e3", submission_id="000002"), decision(8, "waive")],
    )
    exits = {"done_exits": (2, 3), "exits_percent": (50, 75), "actual_exits": (2, 3)}
    amounts = {"done_capacity": (20, 32), "capacity_percent": (50, 80), "actual_capacity": (20, 32)}
    assert plan_of(found) == {
        ("水泥", "合计"): exits | amounts,
        ("水泥", "能耗"): exits | amounts,
        ("合计", "能耗"): exits,
    }
    for line in found.plan:
        assert [one.submission_id for one in line.causes.added] == ["000002"]
        assert [one.sequence for one in line.causes.decisions] == [7]


def test_a_rate_is_compared_as_it_is_printed(changes):
    """Of 39.99999 and 39.999999 the same rate is printed, and both are told apart by their amounts alone."""
    found = changes([exit_of(1, "甲", "39.99999")], [exit_of(1, "甲", "39.999999")])
    assert {name for line in plan_of(found).values() for name in line} == {"done_capacity", "actual_capacity"}


def test_plan_and_actual_of_what_names_no_place_is_compared_too(changes):
    """A department reports the exit and no county: it lies in the area alone, and is printed under 未写明地区."""
    before = [exit_of(1, "甲", "15"), exit_of(2, "乙", "1.2", county=None)]
    found = changes(before, [before[0], exit_of(2, "乙", "1.5", "000002", county=None)])
    unplaced = [line for line in found.plan if line.division_code is None]
    (line,) = unplaced
    assert (line.division, line.industry, line.category, line.capacity_unit) == ("未写明地区", "水泥", "合计", "万吨")
    assert [(side.actual_capacity, side.unplanned_capacity) for side in (line.before, line.after)] == [
        (Decimal("1.2"), Decimal("1.2")),
        (Decimal("1.5"), Decimal("1.5")),
    ]
    assert [one.submission_id for one in line.causes.added] == ["000002"]


@pytest.mark.parametrize(("round", "of_plan"), [("annual", ["supplement_plan.csv"]), ("plan", [])])
def test_the_plans_own_round_has_no_lines_of_plan_and_actual(tmp_path, round, of_plan):
    at = datetime(2025, 1, 20, tzinfo=UTC)
    correction = Correction(1, 4, at, 6, at, (Withdrawal(5, at, "李", "重核"),), False, False)
    names = write_supplement(tmp_path, Changes(), correction, REGIME, round, load())
    assert [*names] == ["supplement.xlsx", "supplement.csv", *of_plan]
    assert {path.name for path in tmp_path.iterdir()} == {*names}
