"""Every number in every workbook of a pack is one of the marts, and every one of those is there.

Of each sheet all numbers are read back and held against what plain questions to the marts answer; nothing of ``exports`` takes
part in the questions. Where exits stand apart in the list (数字来源) is proven by following the links
(``tests/cycles/test_every_figure_walks_down.py``): those three sheets are left out here.
"""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from itertools import chain

import duckdb
import openpyxl
import pytest

from exports import write_pack
from exports.facts import CycleFacts
from tests.exports.pack.conftest import AREA

EXITS = "select * from marts.fct_exit where regime = 'ankang-2024' and round = 'annual'"
ROLLUP = "select * from marts.rpt_rollup where regime = 'ankang-2024' and round = 'annual'"
AREA_LINES = f"select * from ({ROLLUP}) where division_code = '{AREA}'"
OWED = "select * from marts.fct_obligation where regime = 'ankang-2024' and round = 'annual'"
PLAN = "select * from marts.rpt_plan_actual where regime = 'ankang-2024' and round = 'annual'"
NUMBERS_OF_EXITS = f"select row_number() over () from ({EXITS})"
UNPLACED = f"select * from ({EXITS}) where county_code is null"
"""The lines of places are those of the rollup; what lies in none is counted from the exits."""

PLANNED_AND_ACTUAL = """planned_exits, planned_capacity, done_exits, done_capacity, actual_exits, actual_capacity,
    unplanned_exits, unplanned_capacity, round(exits_completion_percent, 2), round(completion_percent, 2)"""
SUMS = "count(distinct enterprise_id), count(*), sum(capacity)"
ANNOUNCED = "count(distinct enterprise_id), count(*), sum(equipment_count), sum(capacity)"

QUESTIONS = {
    ("rollup.xlsx", "汇总"): [
        f"select count(*), count(submission_id), count(*) filter (state = 'nil') from ({OWED})",
        f"select count(*) filter (not is_on_time), count(*) filter (state in ('rejected', 'returned')) from ({OWED})",
        f"select count(*) filter (state = 'missing') from ({OWED})",
        f"select exits, enterprises, equipment from ({AREA_LINES}) where industry = '合计'",
        f"""select count(*) filter (is_dismantled), count(*) filter (not is_dismantled),
            count(*) filter (is_dismantled is null) from ({EXITS})""",
        f"select exits, enterprises, capacity from ({AREA_LINES}) where category = '合计'",
        f"""select count(*), count(distinct enterprise_id), count(*) filter (is_sole)
            from ({EXITS}) inner join marts.fct_exit_category using (exit_id) group by category""",
    ],
    ("rollup.xlsx", "图表"): [
        f"select capacity from ({AREA_LINES}) where category = '合计' and industry <> '合计'",
        "select capacity from marts.rpt_rollup where regime = 'ankang-2023' and round = 'annual'",
        f"""select planned_exits, done_exits, unplanned_exits from ({PLAN})
            where industry = '合计' and division_code <> '{AREA}'""",
        f"select 0, 0, count(*) from ({UNPLACED})",
        f"select exits from ({ROLLUP}) where industry = '合计' and division_code <> '{AREA}'",
        f"select count(*) from ({EXITS}) inner join marts.fct_exit_category using (exit_id) group by category",
        """select sum(row_count), sum(row_count) filter (status <> 'rejected'), sum(row_count) filter (status = 'counting')
            from marts.fct_submission where round = 'annual'""",
        f"select count(row_id), count(distinct exit_id) from marts.fct_exit_claim inner join ({EXITS}) using (exit_id)",
    ],
    ("rollup.xlsx", "分市分行业"): [
        f"select exits, enterprises from ({ROLLUP}) where industry = '合计'",
        f"select capacity from ({ROLLUP}) where category = '合计' and industry <> '合计'",
        f"select count(*), count(distinct enterprise_id) from ({UNPLACED})",
        f"select sum(capacity) from ({UNPLACED}) group by industry, capacity_unit",
    ],
    ("rollup.xlsx", "分行业分类别"): [
        f"select exits, enterprises, equipment, equipment_unknown, capacity from ({AREA_LINES})",
    ],
    ("rollup.xlsx", "目标任务完成情况表"): [
        f"select {PLANNED_AND_ACTUAL} from ({PLAN}) where division_code = '{AREA}'",
        f"select {PLANNED_AND_ACTUAL} from ({PLAN}) where division_code <> '{AREA}' and category = '合计'",
        # all industries of a category, and what lies in no place, which the plan does not name
        f"""select sum(planned_exits), sum(done_exits), sum(actual_exits), sum(unplanned_exits),
            round(100.0 * sum(done_exits) / nullif(sum(planned_exits), 0), 2)
            from ({PLAN}) where division_code = '{AREA}' and category <> '合计' group by category""",
        f"select 0, 0, count(*), count(*) from ({UNPLACED}) group by grouping sets ((industry), ())",
        f"select sum(capacity), sum(capacity) from ({UNPLACED}) group by industry, capacity_unit",
    ],
    ("rollup.xlsx", "企业名单"): [NUMBERS_OF_EXITS, f"select equipment_count, capacity from ({EXITS})"],
    ("rollup.xlsx", "报送情况"): [f"select nullif(days_late, 0) from ({OWED})"],
    ("rollup.xlsx", "缺项"): [
        """select count(*) from marts.fct_finding inner join marts.fct_submission using (submission_id)
            where submission_id <> '000002' and severity in ('reject', 'explain') group by submission_id, rule""",
    ],
    ("rollup.xlsx", "对账"): [
        "select claims, claimed_capacity, case when is_chosen then counted_capacity end from marts.rpt_reconciliation",
    ],
    ("rollup.xlsx", "报送依据"): [
        "select claim.capacity from marts.fct_exit_claim link join marts.fct_claim claim using (row_id) "
        "where link.exit_id in (select exit_id from marts.fct_exit_claim group by exit_id having count(*) > 1)",
        # their numbers in the list of exits: the kiln's and the second mill's
        "select unnest([2, 2, 3, 3])",
    ],
    ("rollup.xlsx", "来源文件"): [],
    ("rollup.xlsx", "计划名单"): [
        "select row_number() over (), capacity from marts.fct_plan",
        "select met_exits, met_capacity from marts.fct_plan_fulfilment where side = 'plan'",
    ],
    ("rollup.xlsx", "计划外名单"): [
        f"""select row_number() over (), unmet_exits, unmet_capacity, capacity
            from ({EXITS}) inner join marts.fct_plan_fulfilment using (exit_id) where unmet_exits > 0""",
        # their numbers in the list of exits: all but the mill that was planned
        "select unnest([2, 3, 4])",
    ],
    ("yellow_list.xlsx", "限期整改（黄牌）企业名单"): ["select row_number() over () from marts.rpt_yellow_list"],
    ("red_list.xlsx", "依法关闭（红牌）企业名单"): ["select row_number() over () from marts.rpt_red_list"],
    ("not_dismantled.xlsx", "已关停未拆除"): [
        f"select equipment_count, capacity from ({EXITS}) where not is_dismantled",
        "select unnest([1, 4])",
    ],
    ("not_dismantled.xlsx", "拆除情况不明"): [
        f"select equipment_count, capacity from ({EXITS}) where is_dismantled is null",
        "select 3",
    ],
    ("announcement.xlsx", "公告"): [
        f"select {ANNOUNCED} from ({EXITS}) group by industry, capacity_unit",
        f"select count(distinct enterprise_id), count(*), sum(equipment_count) from ({EXITS})",
        f"select {ANNOUNCED} from ({EXITS}) group by county_code, industry, capacity_unit",
    ],
    ("announcement.xlsx", "企业名单"): [NUMBERS_OF_EXITS, f"select capacity from ({EXITS})"],
    ("reporting_table.xlsx", "通报"): [
        f"""select count(*), count(submission_id), count(*) filter (is_on_time), count(*) filter (not is_on_time),
            count(*) filter (state = 'nil'), count(*) filter (state = 'rejected'), count(*) filter (state = 'returned'),
            count(*) filter (state = 'missing'), count(*) filter (is_demanded),
            round(100.0 * count(submission_id) / count(*), 1), round(100.0 * count(*) filter (is_on_time) / count(*), 1),
            sum(rejected_count + returned_count)
            from ({OWED}) inner join marts.dim_reporter using (regime, reporter_code)
            group by grouping sets ((kind), ())""",
    ],
    ("reporting_table.xlsx", "明细"): [
        f"""select nullif(days_late, 0), case when submission_id is null then $built - due end, submission_count,
            nullif(rejected_count, 0), nullif(returned_count, 0) from ({OWED})""",
        # in time and never sent back: three share the first place; late, then overdue, then overdue and rejected
        "select unnest([1, 1, 1, 4, 5, 6])",
    ],
    ("transmittal.xlsx", "报送清单"): [
        "select unnest(range(1, $recipients + 1))", "select 1 from range($recipients)", "select $recipients",
        "select unnest(range(1, $files + 1))",
        f"select count(*) from ({EXITS})", f"select count(*) from ({EXITS})", f"select count(*) from ({ROLLUP})",
        f"select count(*) from ({EXITS}) where is_dismantled is not true",
        "select count(*) from marts.rpt_yellow_list", "select count(*) from marts.rpt_red_list",
        "select count(*) from marts.rpt_overdue", f"select count(*) from ({OWED})",
    ],
}  # fmt: skip
PROVEN_BY_THEIR_LINKS = {
    ("rollup.xlsx", "数字来源"),
    ("rollup.xlsx", "计划数字来源"),
    ("rollup.xlsx", "计划外数字来源"),
}


@pytest.fixture(scope="module")
def books(warehouse, rulebook, tmp_path_factory):
    pack = write_pack(warehouse, "ankang-2024", "annual", tmp_path_factory.mktemp("pack"), rulebook)
    # the report has a test of its own, and a line in the transmittal
    listed = json.loads((pack.folder / "manifest.json").read_text(encoding="utf-8"))["files"]
    books = {path.name: openpyxl.load_workbook(path) for path in pack.files if path.suffix == ".xlsx"}
    return books, len(listed) - 1


@pytest.fixture(scope="module")
def ask(warehouse, rulebook, books):
    regime = rulebook.regimes["ankang-2024"]
    with CycleFacts(warehouse, regime, "annual") as facts:
        built = facts.built_on
    values = {"built": built, "recipients": len(regime.reports_to) + len(regime.copies), "files": books[1]}
    with duckdb.connect(str(warehouse), read_only=True) as connection:

        def ask(question: str) -> list[Decimal]:
            asked = {name: value for name, value in values.items() if f"${name}" in question}
            lines = connection.execute(question, asked).fetchall()
            return [Decimal(str(value)).normalize() for value in chain(*lines) if value is not None]

        yield ask


def test_every_sheet_is_asked_about(books):
    sheets = {(name, sheet.title) for name, book in books[0].items() for sheet in book}
    assert sheets == QUESTIONS.keys() | PROVEN_BY_THEIR_LINKS


@pytest.mark.parametrize("place", QUESTIONS, ids="-".join)
def test_its_numbers_are_those_of_the_marts(books, ask, place):
    name, title = place
    sheet = books[0][name][title]
    shown = Counter(
        Decimal(str(cell.value)).normalize()
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
    )
    expected = Counter(chain.from_iterable(map(ask, QUESTIONS[place])))
    assert shown - expected == Counter(), "shown, and not in the marts"
    assert expected - shown == Counter(), "in the marts, and not shown"
