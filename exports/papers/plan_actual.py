"""目标任务完成情况表 of a rollup: the plan against what has exited, by place, industry and category.

No plan prints the form; ours (docs/decisions/0021). What was planned, and what of it is done, leads to 计划名单, the exits of
the plan's tables; what has exited leads to 企业名单, what of it is outside the plan to 计划外名单. Where nothing was planned
there is no rate, and amounts in different units are never added: a line over several units is held against the plan by the
number of its exits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from exports import facts as questions
from exports.amounts import write_exactly
from exports.papers.plan_in_words import rates_of
from exports.sheets.layout import Column, PrintedSheet
from exports.sheets.links import LinkedSheet, Range
from exports.sheets.longlist import LongList
from exports.sheets.records import Record
from exports.sheets.runs import Covered, ExitRuns
from exports.wording import TOTAL

if TYPE_CHECKING:
    from exports.papers.rollup import Lead, RollupWorkbook

SHEET = "目标任务完成情况表"
PLAN_SHEET = "计划名单"
PLAN_RUNS_SHEET = "计划数字来源"

OUTSIDE_SHEET = "计划外名单"
OUTSIDE_RUNS_SHEET = "计划外数字来源"

RATE_NOTE = (
    "注：完成率＝其中已完成÷计划，最多100%；没有列入计划的不适用。计划为报送的计划表合计，加上经决定动态新增的，减去经决定调出的；"
    "年中和年度各自与全年计划比。\n"
    "Rate: of the planned what is done, at most 100 %; none where nothing was planned. Mid-year and annual are each held against\n"
    "the plan of the whole year, with what decisions added and without what they took out."
)
OUTSIDE_NOTE = (
    "注：按企业、行业和计量单位核对。退出不超过计划的部分为计划内，超过的部分和计划没有列的为计划外，见计划外名单；没有完成的见计划名单“完成情况”。\n"
    "计划与退出表所写行业有包含关系的（如计划写化工、退出写电石），计划的完成数记在计划所写的行业，实际退出记在退出表所写的行业，只计一次。\n"
    "By enterprise, industry and unit: what goes beyond the planned, or was not planned, is outside. What is done of the plan\n"
    "stands under the industry of the plan, what has exited under that of its own table; it counts once."
)
CATEGORY_NOTE = (
    "注：涉及几个淘汰类别的，在所涉各类别中分别计入，各类别之和可大于合计。\n"
    "An exit in two categories is counted in each of them; the totals above count it once."
)
NO_PLAN = "本年度没有采用的计划表，计划各栏为空，不作对比。No plan table counts in this year: the columns of the plan are blank."
LIST_NOTE_PLAN = (
    "企业名单序号是完成这一行的退出；一条退出可以完成几行，一行也可以由几条退出完成。\n"
    "Done by these of the list of exits; one exit may do several lines, and several exits one line."
)
LIST_NOTE_OUTSIDE = (
    "计划没有列的退出，和超过计划的部分。计划外条数为 0 的，这一条在计划内，只有产能超过计划；计划名单序号是它的其余部分所完成的计划行。\n"
    "Exits the plan does not list, and what goes beyond the planned amount; a line of 0 is planned, its amount goes beyond. The\n"
    "rest of it does the planned lines named."
)

BY_EXITS_COLUMN = 15
"""Where 计划名单 says by which exits a line was done."""

_PLANNED, _DONE, _ACTUAL, _OUTSIDE = (3, 4), (5, 6), (9, 10), (11, 12)
"""The columns of exits and of capacity."""


class FigureList:
    """A list of lines that figures of other sheets add up, and where in it each of these figures stands."""

    def __init__(self, book: RollupWorkbook, like_lines: Iterable[Any], name: str, runs_name: str) -> None:
        self.book = book
        self.name = name
        self.runs_name = runs_name
        self.runs = ExitRuns(like_lines)
        self.figures: list[tuple[LinkedSheet, Range, Covered]] = []
        self.listed: list[tuple[LinkedSheet, Range, int, int]] = []
        self.rows_of_figure: dict[Covered, tuple[int, int]] = {}

    def lead(self, sheet: PrintedSheet, first_column: int, last_column: int, covered: Covered) -> None:
        """Note that these cells of the next row are figures of what is ``covered``: they lead to its lines."""
        self.figures.append((sheet.sheet, (sheet.row, first_column, sheet.row, last_column), covered))

    def write_list(self, name_en: str, columns: list[Column], lines: Iterator[Record], note: str = "") -> None:
        """The list itself; ``lines`` are asked for once its sheet is there, so that they may draw links in it."""
        sheet = self.book.open_sheet(self.name, name_en, columns, LongList)
        if note:
            sheet.write_line(note, sheet.styles.note)
        sheet.write_headings()
        sheet.repeat_headings()
        self.sheet = sheet.sheet
        sheet.write_long_list(columns, self.runs.exits, lines)

    def write_runs(self, name_en: str, note: str, words: tuple[str, str, str]) -> None:
        """Of every figure whose lines stand apart in the list, where; ``words``: lines, capacity, their numbers."""
        lines, capacity, numbers = words
        columns = [
            Column("行业", "Industry", 16),
            Column("淘汰类别", "Category", 14, "centre"),
            Column(*self.book.facts.place_heading, 30),
            Column(lines, "Lines", 12, "number"),
            Column(capacity, "Capacity", 18, "number"),
            Column("计量单位", "Unit", 14, "centre"),
            Column(numbers, "Nos. in the list", 20, "centre"),
        ]
        sheet = self.book.open_sheet(self.runs_name, name_en, columns, LongList)
        sheet.write_line(note, sheet.styles.note)
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
                    span = f"{run.first}–{run.last}" if run.exits > 1 else str(run.first)
                    records.append((run.industry, category, run.place, run.exits, run.capacity, run.unit, span))
                self.rows_of_figure[covered] = (first, sheet.row + len(records) - 1)
        self.run_list = sheet.write_long_list(columns, len(records), records)

    def link_figures(self) -> None:
        """From every figure a link leads to its lines, over the sheet of runs where they stand apart."""
        for sheet, cells, covered in self.figures:
            if numbers := self.runs.numbers_of(covered):
                self.listed.append((sheet, cells, *numbers))
            elif covered in self.rows_of_figure:
                first, last = self.rows_of_figure[covered]
                sheet.link(cells, self.run_list, (first, 0, last, 6), f"{self.runs_name} {last - first + 1} 行")
        above = self.sheet.first_list_row - 1
        for sheet, cells, first, last in self.listed:
            rows = (above + first, 0, above + last, self.sheet.dim_colmax)
            sheet.link(cells, self.sheet, rows, f"{self.name} {first}–{last}")


class PlanSheets:
    """The sheets of a rollup that speak of the plan; ``link_figures`` draws the links once all are written."""

    def __init__(self, book: RollupWorkbook) -> None:
        self.book = book
        self.plan = FigureList(book, book.facts.stream_of_plan(questions.LIKE_EXITS), PLAN_SHEET, PLAN_RUNS_SHEET)
        like_outside = book.facts.stream_outside(questions.LIKE_EXITS)
        self.outside = FigureList(book, like_outside, OUTSIDE_SHEET, OUTSIDE_RUNS_SHEET)

    @property
    def leads(self) -> dict[str, Lead]:
        """By the name of each list (``picture_figures.Series``) what notes that a figure leads to it."""
        return {"plan": self.plan.lead, "outside": self.outside.lead}

    def write_figures(self, area_name: str) -> None:
        """目标任务完成情况表: places, then the whole area by industry, then by category."""
        columns = [
            # repeated over the lines of categories too
            Column("地区／淘汰类别", "Place / category", 20),
            Column("行业", "Industry", 12),
            Column("计量单位", "Unit", 10, "centre"),
            Column("计划条数", "Planned exits", 11, "number"),
            Column("计划产能", "Planned capacity", 14, "number"),
            Column("其中已完成条数", "Of these done", 13, "number"),
            Column("其中已完成产能", "Capacity done", 14, "number"),
            Column("条数完成率%", "Of exits, %", 12, "number"),
            Column("产能完成率%", "Of capacity, %", 12, "number"),
            Column("实际退出条数", "Actual exits", 12, "number"),
            Column("实际退出产能", "Actual capacity", 14, "number"),
            Column("其中计划外条数", "Outside the plan", 15, "number"),
            Column("其中计划外产能", "Capacity outside", 15, "number"),
        ]
        sheet = self.book.open_sheet(SHEET, "Plan and actual", columns)
        if not self.plan.runs.exits:
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
        sheet.write_headings()
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
        sheet.finish_on_one_page([by_category])

    def write_lists(self) -> None:
        """计划名单 and 计划外名单, each with the sheet that says where in it the lines of a figure are."""
        columns = [
            Column("序号", "No.", 7, "centre"),
            Column("市", "City", 9),
            Column("县（市、区）", "County", 12),
            Column("行业", "Industry", 9),
            Column("企业名称", "Enterprise", 24),
            Column("设备型号及数量", "Equipment", 22),
            Column("计划产能", "Capacity", 12, "number"),
            Column("单位", "Unit", 10, "centre"),
            Column("类别", "Category", 10, "centre"),
            Column("回执号", "Receipt", 11, "centre"),
            Column("来源文件", "File", 19),
            Column("工作表!单元格", "Sheet!cell", 12),
            Column("完成情况", "Done", 12, "centre"),
            Column("已完成条数", "Lines done", 10, "number"),
            Column("已完成产能", "Capacity done", 12, "number"),
            Column("企业名单序号", "Done by no.", 9, "centre"),
        ]
        self.plan.write_list("List of planned exits", columns, self._planned(), LIST_NOTE_PLAN)
        note = (
            "一个计划数由计划名单中几处相加而成的，在这里逐处列出。\n"
            "Where the planned exits of a figure stand in several places of the list, each is a line here."
        )
        self.plan.write_runs("Where planned exits are listed", note, ("计划条数", "计划产能", "计划名单序号"))
        columns = [
            Column("序号", "No.", 7, "centre"),
            Column("市", "City", 9),
            Column("县（市、区）", "County", 12),
            Column("行业", "Industry", 9),
            Column("企业名称", "Enterprise", 30),
            Column("退出产能", "Capacity", 12, "number"),
            Column("计划外条数", "Lines outside", 12, "number"),
            Column("计划外产能", "Capacity outside", 14, "number"),
            Column("单位", "Unit", 10, "centre"),
            Column("类别", "Category", 12, "centre"),
            Column("企业名单序号", "No. in the list of exits", 14, "centre"),
            Column("计划名单序号", "Planned lines it does", 14, "centre"),
        ]
        self.outside.write_list("Outside the plan", columns, self._outside(), LIST_NOTE_OUTSIDE)
        note = (
            "一个计划外数由计划外名单中几处相加而成的，在这里逐处列出。\n"
            "Where what a figure adds up stands in several places of the list, each is a line here."
        )
        self.outside.write_runs("Where it is listed", note, ("行数", "计划外产能", "计划外名单序号"))

    def link_figures(self) -> None:
        """From every figure about the plan a link leads to what it adds up."""
        self.plan.link_figures()
        self.outside.link_figures()

    def _write(self, sheet: PrintedSheet, place: str, industry: str, line: Any, covered: Covered) -> None:
        """One line, its figures leading to what they count; the line of all industries stands out."""
        planned = (line.planned_exits, line.planned_capacity)
        done = (line.done_exits, line.done_capacity)
        actual = (line.actual_exits, line.actual_capacity)
        outside = (line.unplanned_exits, line.unplanned_capacity)
        rates = rates_of(line)
        if not self.plan.runs.exits:
            # without a plan a 0 would read as a plan of nothing
            planned = done = outside = rates = (None, None)
        for columns, figures, lead in (
            (_PLANNED, planned, self.plan.lead),
            (_DONE, done, self.plan.lead),
            (_ACTUAL, actual, self.book.lead),
            (_OUTSIDE, outside, self.outside.lead),
        ):
            if shown := [column for column, figure in zip(columns, figures, strict=True) if figure]:
                lead(sheet, shown[0], shown[-1], covered)
        record = (place, industry, line.capacity_unit, *planned, *done, *rates, *actual, *outside)
        sheet.write_records([record], weight="total" if industry == TOTAL else "body")

    def _planned(self) -> Iterator[Record]:
        """The lines of 计划名单, each with a link to its file."""
        listed = self.plan.sheet
        above = listed.first_list_row - 1
        for receipts, lines in groupby(self.book.facts.stream(questions.PLANNED), key=attrgetter("receipts")):
            numbers = []
            for line in lines:
                numbers.append(line.number)
                self._link_to_exits(above + line.number, line.exit_numbers)
                yield (
                    *(line.number, line.city, line.county, line.industry, line.enterprise, line.equipment),
                    *(line.capacity, line.capacity_unit, line.categories, receipts, line.files, line.cells),
                    *(_tell_done(line), line.met_exits, line.met_capacity, line.exit_numbers),
                )
            row = self.book.row_of_source[receipts.partition("；")[0]]
            listed.link((above + numbers[0], 9, above + numbers[-1], 9), self.book.source_list, (row, 0, row, 4))

    def _link_to_exits(self, row: int, numbers: str | None) -> None:
        """From what a planned line was done by a link leads to these exits in 企业名单, where no others lie between."""
        told = [int(number) for number in numbers.split("、")] if numbers else []
        if told and told[-1] - told[0] + 1 == len(told):
            exits = self.book.exits
            above = exits.first_list_row - 1
            rows = (above + told[0], 0, above + told[-1], exits.dim_colmax)
            self.plan.sheet.link((row, BY_EXITS_COLUMN) * 2, exits, rows)

    def _outside(self) -> Iterator[Record]:
        """The lines of 计划外名单, each with a link to its exit in 企业名单."""
        listed, exits = self.outside.sheet, self.book.exits
        for line in self.book.facts.stream(questions.OUTSIDE):
            row = exits.first_list_row - 1 + line.number_of_exit
            cell = (listed.first_list_row - 1 + line.number, 10)
            listed.link(cell * 2, exits, (row, 0, row, exits.dim_colmax))
            yield (
                *(line.number, line.city, line.county, line.industry, line.enterprise, line.exited_capacity),
                *(line.unmet_exits, line.capacity, line.capacity_unit, line.categories, line.number_of_exit),
                line.plan_numbers,
            )


def _tell_done(line: Any) -> str:
    """Whether a planned line is done: the line or its whole amount, a part of the amount, or nothing.

    Exits that count under other industries or in other units than the planned one are named by them, a line that a decision
    added by that.
    """
    state = "已退出" if line.met_exits else "部分退出" if line.met_capacity else "未完成"
    told = ["动态新增"] if line.plan_change == "added" else []
    told += [words + text for words, text in (("计入", line.exited_under), ("单位为", line.exited_in)) if text]
    return f"{state}（{'，'.join(told)}）" if told else state


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
