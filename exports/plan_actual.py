"""目标任务完成情况表 of a rollup: the plan against what has exited, by place, industry and category.

No plan prints the form; ours. What was planned leads to 计划名单, the exits of the plan's tables, as what has exited leads to
企业名单. Where nothing was planned there is no rate, and amounts in different units are never added: a line over several
units is held against the plan by the number of its exits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from exports import facts as questions
from exports.amounts import write_exactly
from exports.layout import MOST_ROWS_ON_A_PAGE, Column, PrintedSheet
from exports.links import LinkedSheet, Range
from exports.longlist import LongList
from exports.records import Record
from exports.runs import Covered, ExitRuns
from exports.wording import TOTAL

if TYPE_CHECKING:
    from exports.workbook import RollupWorkbook

SHEET = "目标任务完成情况表"
PLAN_SHEET = "计划名单"
PLAN_RUNS_SHEET = "计划数字来源"

RATE_NOTE = (
    "注：完成率＝完成÷计划；没有列入计划的没有完成率。计划为报送的计划表合计，加上经决定动态新增的，减去经决定调出的；年中和年度各自与全年计划比。\n"
    "Rate: actual as a percentage of planned; mid-year and annual are each held against the plan of the whole year, with what\n"
    "decisions added and without what they took out."
)
OUTSIDE_NOTE = (
    "注：其中计划外＝完成数中不在计划内的企业的退出，动态新增的算计划内；计划内完成率＝（完成－计划外）÷计划。按企业核对；没有退出的见计划名单“完成情况”。\n"
    "计划与退出表所写行业不同的（如计划写化工、退出写电石），完成数计在退出表所写的行业，计划名单注明“计入”哪个行业。\n"
    "Outside the plan: exits of enterprises it does not name. Within the plan: without these. What was planned and has not\n"
    "exited is marked in the list of planned exits. What exited counts under the industry of its own table."
)
CATEGORY_NOTE = (
    "注：涉及几个淘汰类别的，在所涉各类别中分别计入，各类别之和可大于合计。\n"
    "An exit in two categories is counted in each of them; the totals above count it once."
)
NO_PLAN = "本年度没有采用的计划表，计划各栏为空，不作对比。No plan table counts in this year: the columns of the plan are blank."
PLAN_RUNS_NOTE = (
    "一个计划数由计划名单中几处相加而成的，在这里逐处列出。\n"
    "Where the planned exits of a figure stand in several places of the list, each is a line here."
)

_PLANNED = (3, 4)
_ACTUAL = (5, 6)
"""The columns of exits and of capacity."""


class PlanSheets:
    """The sheets of a rollup that speak of the plan; ``link_figures`` draws the links once all are written."""

    def __init__(self, book: RollupWorkbook) -> None:
        self.book = book
        self.runs = ExitRuns(book.facts.stream_of_plan(questions.LIKE_EXITS))
        self.figures: list[tuple[LinkedSheet, Range, Covered]] = []
        self.listed: list[tuple[LinkedSheet, Range, int, int]] = []
        self.rows_of_figure: dict[Covered, tuple[int, int]] = {}

    def write_figures(self, area_name: str) -> None:
        """目标任务完成情况表: places, then the whole area by industry, then by category."""
        columns = [
            Column("地区", "Place", 20),
            Column("行业", "Industry", 12),
            Column("计量单位", "Unit", 10, "centre"),
            Column("计划条数", "Planned exits", 11, "number"),
            Column("计划产能", "Planned capacity", 14, "number"),
            Column("完成条数", "Actual exits", 11, "number"),
            Column("完成产能", "Actual capacity", 14, "number"),
            Column("条数完成率%", "Of exits, %", 12, "number"),
            Column("产能完成率%", "Of capacity, %", 12, "number"),
            Column("其中计划外条数", "Outside the plan", 15, "number"),
            Column("其中计划外产能", "Capacity outside", 15, "number"),
            Column("计划内条数完成率%", "Of exits, within", 18, "number"),
            Column("计划内产能完成率%", "Of capacity, within", 18, "number"),
        ]
        sheet = self.book.open_sheet(SHEET, "Plan and actual", columns)
        if not self.runs.exits:
            sheet.write_line(NO_PLAN, sheet.styles.note)
        area = self.book.facts.ask(questions.PLAN_ACTUAL)
        totals = [line for line in area if line.category == TOTAL]

        sheet.write_line("一、分地区 By place", sheet.styles.section)
        sheet.write_headings()
        sheet.repeat_headings()
        for place, lines in groupby(self.book.facts.ask(questions.PLAN_ACTUAL_OF_PLACES), key=attrgetter("place")):
            for line in lines:
                head = (line.industry, line.capacity_unit)
                covered = ("place", place) if line.is_total else ("cell", (place, *head))
                self._write(sheet, place, TOTAL if line.is_total else line.industry, line, covered)
        sheet.skip()

        sheet.write_line("二、分行业 By industry", sheet.styles.section)
        for line in totals:
            covered = () if line.industry == TOTAL else ("industry", (line.industry, line.capacity_unit))
            self._write(sheet, area_name, line.industry, line, covered)
        sheet.skip()

        by_category = sheet.row
        sheet.write_line("三、分淘汰类别 By category", sheet.styles.section)
        sheet.write_headings([Column("淘汰类别", "Category", 0), *columns[1:]])
        for line in area:
            if line.category != TOTAL:
                head = () if line.industry == TOTAL else (line.industry, line.capacity_unit)
                self._write(sheet, line.category, line.industry, line, ("category", (line.category, *head)))
        sheet.write_line(RATE_NOTE, sheet.styles.note)
        sheet.write_line(OUTSIDE_NOTE, sheet.styles.note)
        for change in self.book.facts.ask(questions.PLAN_CHANGES):
            sheet.write_line(_tell_change(change), sheet.styles.note)
        sheet.write_line(CATEGORY_NOTE, sheet.styles.note)
        sheet.write_signatures()
        sheet.finish_on_one_page()
        # of a table that takes several, the last is not to have the signatures alone
        if sheet.row > MOST_ROWS_ON_A_PAGE:
            sheet.sheet.set_h_pagebreaks([by_category])

    def write_list(self) -> None:
        """计划名单: every exit of the plan, with the receipt, file, sheet and cell it comes from."""
        columns = [
            Column("序号", "No.", 7, "centre"),
            Column("市", "City", 9),
            Column("县（市、区）", "County", 12),
            Column("行业", "Industry", 9),
            Column("企业名称", "Enterprise", 26),
            Column("设备型号及数量", "Equipment", 28),
            Column("计划产能", "Capacity", 12, "number"),
            Column("单位", "Unit", 10, "centre"),
            Column("类别", "Category", 10, "centre"),
            Column("回执号", "Receipt", 11, "centre"),
            Column("来源文件", "File", 26),
            Column("工作表!单元格", "Sheet!cell", 14),
            Column("完成情况", "Done", 10, "centre"),
        ]
        sheet = self.book.open_sheet(PLAN_SHEET, "List of planned exits", columns, LongList)
        sheet.write_headings()
        sheet.repeat_headings()
        self.plan = sheet.write_long_list(columns, self.runs.exits, self._list())

    def write_runs(self) -> None:
        """计划数字来源: of every planned figure whose exits stand apart in 计划名单, where."""
        columns = [
            Column("行业", "Industry", 16),
            Column("淘汰类别", "Category", 14, "centre"),
            Column(*self.book.facts.place_heading, 30),
            Column("计划条数", "Exits", 12, "number"),
            Column("计划产能", "Capacity", 18, "number"),
            Column("计量单位", "Unit", 14, "centre"),
            Column("计划名单序号", "Nos. in the list", 20, "centre"),
        ]
        sheet = self.book.open_sheet(PLAN_RUNS_SHEET, "Where planned exits are listed", columns, LongList)
        sheet.write_line(PLAN_RUNS_NOTE, sheet.styles.note)
        sheet.write_headings()
        sheet.repeat_headings()
        records: list[Record] = []
        for covered in dict.fromkeys(covered for _, _, covered in self.figures):
            if covered == () or covered[0] not in ("industry", "category") or self.runs.numbers_of(covered):
                continue
            if runs := self.runs.runs_of(covered):
                first = sheet.row + len(records)
                category = covered[1][0] if covered[0] == "category" else TOTAL
                for run in runs:
                    self.listed.append((sheet.sheet, (sheet.row + len(records), 6) * 2, run.first, run.last))
                    numbers = f"{run.first}–{run.last}" if run.exits > 1 else str(run.first)
                    records.append((run.industry, category, run.place, run.exits, run.capacity, run.unit, numbers))
                self.rows_of_figure[covered] = (first, sheet.row + len(records) - 1)
        self.run_list = sheet.write_long_list(columns, len(records), records)

    def link_figures(self) -> None:
        """From every planned figure a link leads to 计划名单, over 计划数字来源 where its exits stand apart."""
        for sheet, cells, covered in self.figures:
            if numbers := self.runs.numbers_of(covered):
                self.listed.append((sheet, cells, *numbers))
            elif covered in self.rows_of_figure:
                first, last = self.rows_of_figure[covered]
                sheet.link(cells, self.run_list, (first, 0, last, 6), f"{PLAN_RUNS_SHEET} {last - first + 1} 行")
        above = self.plan.first_list_row - 1
        for sheet, cells, first, last in self.listed:
            rows = (above + first, 0, above + last, self.plan.dim_colmax)
            sheet.link(cells, self.plan, rows, f"{PLAN_SHEET} {first}–{last}")

    def _write(self, sheet: PrintedSheet, place: str, industry: str, line: Any, covered: Covered) -> None:
        """One line, its figures leading to what they count; the line of all industries stands out."""
        for (exits_column, capacity_column), exits, capacity, lead in (
            (_PLANNED, line.planned_exits, line.planned_capacity, self._lead),
            (_ACTUAL, line.actual_exits, line.actual_capacity, self.book.lead),
        ):
            if exits:
                lead(sheet, exits_column, exits_column if capacity is None else capacity_column, covered)
        planned = (line.planned_exits, line.planned_capacity)
        outside = (line.unplanned_exits, line.unplanned_capacity)
        if not self.runs.exits:
            # without a plan a 0 would read as a plan of nothing
            planned = outside = (None, None)
        figures = (*planned, line.actual_exits, line.actual_capacity)
        rates = (line.exits_percent, line.capacity_percent)
        within = (line.planned_exits_percent, line.planned_capacity_percent)
        record = (place, industry, line.capacity_unit, *figures, *rates, *outside, *within)
        sheet.write_records([record], weight="total" if industry == TOTAL else "body")

    def _lead(self, sheet: PrintedSheet, first_column: int, last_column: int, covered: Covered) -> None:
        self.figures.append((sheet.sheet, (sheet.row, first_column, sheet.row, last_column), covered))

    def _list(self) -> Iterator[Record]:
        """The lines of 计划名单, each with a link to its file."""
        above = self.plan.first_list_row - 1
        for receipts, lines in groupby(self._planned(), key=attrgetter("receipts")):
            numbers = []
            for line in lines:
                numbers.append(line.number)
                yield (
                    *(line.number, line.city, line.county, line.industry, line.enterprise, line.equipment),
                    *(line.capacity, line.capacity_unit, line.categories, receipts, line.files, line.cells),
                    _tell_done(line),
                )
            row = self.book.row_of_source[receipts.partition("；")[0]]
            self.plan.link((above + numbers[0], 9, above + numbers[-1], 9), self.book.source_list, (row, 0, row, 4))

    def _planned(self) -> Iterable[Any]:
        return self.book.facts.stream(questions.PLANNED)


def _tell_done(line: Any) -> str:
    """Whether the enterprise of a planned exit has exited: in all its lines, in some, or not at all.

    Where its exits count under other industries than the planned one, they are named.
    """
    if not line.exited_lines:
        return "未完成"
    done = "已退出" if line.exited_lines >= line.planned_lines else "部分退出"
    return f"{done}（计入{line.exited_under}）" if line.exited_under else done


def _tell_change(change: Any) -> str:
    """What decisions added to the plan of one industry, and what they took out."""
    unit = change.capacity_unit or ""
    added, removed = (
        f"{exits} 条" + (f" {write_exactly(capacity)} {unit}" if capacity is not None else "")
        for exits, capacity in (
            (change.added_exits, change.added_capacity),
            (change.removed_exits, change.removed_capacity),
        )
    )
    return f"{change.industry}：动态新增 added {added}；调出 removed {removed}"
