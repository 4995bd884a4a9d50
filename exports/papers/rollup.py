"""The rollup of one cycle as the workbook that is printed and signed: ``rollup.xlsx``.

Amounts in different units are never added (domain, section 4): a line that covers several units has no amount, and
every table of amounts has one line or one column for each unit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby, zip_longest
from operator import attrgetter
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

from exports import facts as questions
from exports.facts import CycleFacts
from exports.papers.materials import read_materials
from exports.papers.plan_actual import PlanSheets
from exports.papers.reporting import standings_in_words, standings_of
from exports.pictures.charts import draw_titled_chart, height_of
from exports.pictures.figures import Picture, read_pictures, table_of
from exports.sheets.layout import ROW_POINTS, Column, PrintedSheet, Styles
from exports.sheets.links import LinkedSheet, Range
from exports.sheets.longlist import LongList
from exports.sheets.marking import tell_status
from exports.sheets.records import Record
from exports.sheets.runs import Covered, ExitRuns, Run
from exports.wording import (
    PLAN,
    RECONCILIATION_ZH,
    ROLE_ZH,
    ROUND_EN,
    ROUND_ZH,
    STANDINGS,
    TOTAL,
    explain_choice,
    local_time,
    note_of_side,
    words_of,
)
from rulebook import Regime, Rulebook

TITLE_OF_ROUND = {
    "plan": "落后产能退出计划汇总表",
    "midyear": "落后产能退出情况汇总表（年中）",
    "annual": "落后产能退出情况汇总表",
}
UNITS_NOTE = (
    "注：不同计量单位的产能不相加。同一行业报送了不能换算的单位的，每个单位单列。\n"
    "Amounts in different units are never added; each unit has a line of its own."
)
LINKS_NOTE = (
    "注：点任一数字，即选中它由企业名单中哪些行相加而成；名单分在几处的，先到“数字来源”。\n"
    "Click a figure to select the lines it adds up; where they stand apart, 数字来源 says where.\n"
    "企业数是所选各行“企业编号”（统一社会信用代码；没有代码的，为本系统的编号）去重后的个数。"
    "Enterprises are the distinct 企业编号 of these rows."
)
RUNS_NOTE = (
    "一个数字由企业名单中几处相加而成的，在这里逐处列出；点“企业名单序号”即到该处。\n"
    "Where what a figure adds up stands in several places of the list, each is a line here."
)
SOURCES_NOTE = (
    "原件按 SHA-256 存于数据仓的 originals 目录，原样未动；成果可离开本机，故不设文件链接。\n"
    "Originals are kept in the store under their digest; a pack travels without them, so no link leads there."
)
REMEDIES_OF_MISSING = {"open": "尚未到期，不必催报。", "excused": "已准予免报，不必催报；报来照收。"}
"""What is to be done about a table that is not there, by where its reporter stands; of all others it is asked for."""
EXITS_SHEET = "企业名单"
RUNS_SHEET = "数字来源"
DISMANTLED_COLUMN, DISMANTLED_COLUMN_OF_RUNS = 12, 2
"""Where these two lists say how far dismantling has come."""
Lead = Callable[[PrintedSheet, int, int, Covered], None]
"""Notes that cells of the next row are a figure of what is covered (``RollupWorkbook.lead``)."""

PAGE_WIDTH = 110
"""Characters that fit across a page of A4 landscape without being made smaller."""
PIXELS_OF_A_ROW = 20
CHART_NAMES = 24.0
CHART_COLUMN = 13.0
CHARTS_PERCENT = 76
ROWS_ON_A_PAGE = 42
"""Of charts, and of their tables, at that scale."""
CHART_COLUMNS = 4
"""Columns under a chart: the sheet has room for two beside one another."""


def title_cycle(regime: Regime, round: str, rulebook: Rulebook) -> str:
    """The title over every sheet: place and year of the regime, 落后产能退出情况汇总表."""
    return f"{rulebook.reference.divisions[regime.area].name}{regime.year}年{TITLE_OF_ROUND[round]}"


def write_rollup_workbook(
    path: Path, facts: CycleFacts, rollup: Sequence[Any], regime: Regime, round: str, rulebook: Rulebook
) -> None:
    """``rollup.xlsx`` lies at ``path``; the same facts give the same bytes, dated like the newest submission."""
    with Workbook(path) as workbook:
        book = RollupWorkbook(workbook, facts, rollup, regime, round, rulebook)
        plan_sheets = PlanSheets(book) if round != PLAN else None
        book.write_summary()
        book.write_charts({"exits": book.lead} | (plan_sheets.leads if plan_sheets else {}))
        book.write_places()
        book.write_categories()
        if plan_sheets:
            plan_sheets.write_figures(rulebook.reference.divisions[regime.area].name)
        book.write_exits()
        book.write_reporting()
        book.write_unsettled()
        book.write_reconciliation()
        book.write_runs()
        book.write_claims()
        book.write_sources()
        if plan_sheets:
            plan_sheets.write_lists()
            plan_sheets.link_figures()
        book.link_figures()


class RollupWorkbook:
    """The sheets of ``rollup.xlsx``; one method writes one sheet."""

    def __init__(
        self,
        workbook: Workbook,
        facts: CycleFacts,
        rollup: Sequence[Any],
        regime: Regime,
        round: str,
        rulebook: Rulebook,
    ) -> None:
        self.workbook = workbook
        self.facts = facts
        self.regime = regime
        self.round = round
        self.title = title_cycle(regime, round, rulebook)
        self.words = words_of(round)
        self.rules = rulebook.rules
        self.styles = Styles(workbook)
        self.obligations = facts.ask(questions.OBLIGATIONS)
        self.category_totals = facts.ask(questions.CATEGORIES)
        (self.dismantling,) = facts.ask(questions.DISMANTLING)
        area = [line for line in rollup if line.division_code == regime.area]
        self.area_lines = [line for line in area if line.industry != TOTAL]
        self.area_total = next((line for line in area if line.industry == TOTAL), None)
        # a chart takes the lines of one unit, so they stand together
        self.industry_totals = sorted(
            (line for line in self.area_lines if line.category == TOTAL), key=lambda line: line.capacity_unit or ""
        )
        self.runs = ExitRuns(facts.ask(questions.LIKE_EXITS))
        self.claims = facts.ask(questions.CLAIMS)
        self.sources = facts.ask(questions.SOURCES)
        # figures are written before what they lead to: their links are drawn last
        self.figures: list[tuple[LinkedSheet, Range, Covered]] = []
        self.listed: list[tuple[LinkedSheet, Range, int, int]] = []
        self.rows_of_figure: dict[Covered, tuple[int, int]] = {}
        received = [line.received_at for line in facts.ask(questions.SUBMISSIONS)]
        self.data_as_of = max(received, default=None)
        created = self.data_as_of or datetime(regime.year, 1, 1)
        workbook.set_properties({"title": self.title, "created": created.replace(microsecond=0)})

    def write_summary(self) -> None:
        """汇总: the cycle, the key figures, capacity by industry and unit, exits by category, room for signatures."""
        exit, en = self.words.exit, self.words.en
        columns = [
            Column("行业", "Industry", 28),
            Column(f"{exit}条数", en("Exits"), 20, "number"),
            Column("企业数", "Enterprises", 28, "number"),
            Column(f"{exit}产能", en("Capacity"), 22, "number"),
            Column("计量单位", "Unit", 16, "centre"),
        ]
        sheet = self.open_sheet("汇总", "Summary", columns)
        for label, value in self._describe_cycle():
            sheet.write_fact(label, value)
        covers = [(), (), (), *(("dismantling", state) for state in self.words.dismantling)]
        for pair, covered in zip_longest(self._key_figures(), covers):
            if covered is not None:
                self.lead(sheet, 3, 3, covered)
            sheet.write_figures(pair)
        sheet.skip()

        sheet.write_line(f"一、分行业{exit}产能 {en('Capacity by industry')}", self.styles.section)
        sheet.write_headings()
        for line in self.industry_totals:
            self.lead(sheet, 1, 2 if line.capacity is None else 3, self._covered_by(line))
            sheet.write_records([(line.industry, line.exits, line.enterprises, line.capacity, line.capacity_unit)])
        if self.area_total:
            self.lead(sheet, 1, 2, ())
            total = (TOTAL, self.area_total.exits, self.area_total.enterprises, None, None)
            sheet.write_records([total], weight="total")
        sheet.write_line(UNITS_NOTE, self.styles.note)
        sheet.write_line(LINKS_NOTE, self.styles.note)
        self._write_check(sheet, sum(line.exits for line in self.industry_totals))
        sheet.skip()

        sheet.write_line(f"二、分淘汰类别{exit}条数 {en('Exits by category')}", self.styles.section)
        by_category = [
            Column("淘汰类别", "Category", 0),
            Column(f"{exit}条数", en("Exits"), 0, "number"),
            Column("企业数", "Enterprises", 0, "number"),
            Column("其中仅涉及该类的条数", "Of this category only", 0, "number"),
        ]
        sheet.write_headings(by_category)
        for line in self.category_totals:
            self.lead(sheet, 1, 2, ("category", (line.category,)))
            self.lead(sheet, 3, 3, ("sole", line.category))
            sheet.write_records([line], by_category)
        self._write_twice_note(sheet)
        sheet.skip()
        sheet.write_signatures()
        sheet.finish_on_one_page()

    def write_charts(self, leads: Mapping[str, Lead]) -> None:
        """图表: the pictures of the cycle, drawn from the cells of the tables below them.

        By one of ``leads`` a figure leads to the list that its series names.
        """
        sheet = self.open_sheet("图表", "Charts", [Column("", "", CHART_NAMES), *[Column("", "", CHART_COLUMN)] * 7])
        pictures = read_pictures(self.facts.ask, self.round)
        if not pictures:
            exit, en = self.words.exit, self.words.en
            told = f"本期没有计入的{exit}；还没有报表的单位见“缺项”。{en('Exits')} counted: none; who has not reported: 缺项."
            sheet.write_line(told, self.styles.note)
            return
        lefts = (0, CHART_COLUMNS)
        rows_of_charts = [pictures[number : number + len(lefts)] for number in range(0, len(pictures), len(lefts))]
        heights = [-(-max(map(height_of, row)) // PIXELS_OF_A_ROW) + 1 for row in rows_of_charts]
        tops = [sheet.row + sum(heights[:number]) for number in range(len(heights))]
        sheet.skip(sum(heights))
        # a program that fits a sheet to the page's width heeds no breaks, and neither chart nor table must lie on two pages
        sheet.sheet.set_print_scale(CHARTS_PERCENT)
        begun = sheet.row
        breaks = [*_breaks_above(tops, heights), begun]
        for row, top in zip(rows_of_charts, tops, strict=True):
            for picture, left in zip(row, lefts, strict=False):
                table = sheet.row
                first = self._write_picture_table(sheet, picture, leads)
                sheet.sheet.insert_chart(top, left, draw_titled_chart(self.workbook, picture, "图表", first))
                if sheet.points_from(begun) > ROWS_ON_A_PAGE * ROW_POINTS and table > begun:
                    begun = table
                    breaks.append(table)
        sheet.sheet.set_h_pagebreaks(breaks)

    def _write_picture_table(self, sheet: PrintedSheet, picture: Picture, leads: Mapping[str, Lead]) -> int:
        """The figures of one picture as a table; the row of the first of them."""
        sheet.write_line(f"{picture.title} {picture.title_en}", self.styles.section)
        heads = [Column("", "", 0), *(Column(series.name, series.name_en, 0, "number") for series in picture.series)]
        if len(heads) > 2:
            # a legend takes the words of these cells as they are
            heads = [Column(head.zh, "", 0, head.kind) for head in heads]
        sheet.write_headings(heads)
        first = sheet.row
        for record, covered in zip_longest(table_of(picture), picture.covers):
            for column, series in enumerate(picture.series, start=1):
                if covered is not None and series.listed_in and record[column]:
                    leads[series.listed_in](sheet, column, column, covered)
            sheet.write_records([record], heads)
        sheet.write_line(f"注：{picture.note}\n{picture.note_en}", self.styles.note)
        sheet.skip()
        return first

    def write_places(self) -> None:
        """分市分行业: cities (in a city's cycle counties and zones) down, industries with their units across."""
        heads = [(line.industry, line.capacity_unit) for line in self.industry_totals]
        place_zh, place_en = self.facts.place_heading
        figures = [
            Column(f"{self.words.exit}条数", self.words.en("Exits"), 14, "number"),
            Column("企业数", "Enterprises", 12, "number"),
            *(Column(f"{industry}\n（{unit or '无产能'}）", "", 15, "number") for industry, unit in heads),
        ]
        # the title needs the width of a page also where one industry is all there is
        place_width = max(26, PAGE_WIDTH - sum(column.width for column in figures))
        columns = [Column(place_zh, place_en, place_width), *figures]
        sheet = self.open_sheet("分市分行业", f"{place_en} by industry", columns)
        sheet.write_headings()
        sheet.repeat_headings()
        exits = 0
        for name, group in groupby(self.facts.ask(questions.PLACES), key=attrgetter("place")):
            lines = list(group)
            (total,) = (line for line in lines if line.is_total)
            capacity = {(line.industry, line.capacity_unit): line.capacity for line in lines}
            self.lead(sheet, 1, 2, ("place", name))
            for column, head in enumerate(heads, start=3):
                if capacity.get(head) is not None:
                    self.lead(sheet, column, column, ("cell", (name, *head)))
            sheet.write_records([(name, total.exits, total.enterprises, *map(capacity.get, heads))])
            exits += total.exits
        if self.area_total:
            self.lead(sheet, 1, 2, ())
            for column, line in enumerate(self.industry_totals, start=3):
                if line.capacity is not None:
                    self.lead(sheet, column, column, self._covered_by(line))
            amounts = [line.capacity for line in self.industry_totals]
            total = (TOTAL, self.area_total.exits, self.area_total.enterprises, *amounts)
            sheet.write_records([total], weight="total")
        sheet.write_line(UNITS_NOTE, self.styles.note)
        self._write_check(sheet, exits)
        sheet.write_signatures()

    def write_categories(self) -> None:
        """分行业分类别: for every industry a 合计 line that counts each exit once, and one line for each category."""
        exit, en = self.words.exit, self.words.en
        columns = [
            Column("行业", "Industry", 20),
            Column("淘汰类别", "Category", 14, "centre"),
            Column(f"{exit}条数", en("Exits"), 14, "number"),
            Column("企业数", "Enterprises", 12, "number"),
            Column("主体设备（台套）", "Equipment", 16, "number"),
            Column("未写明台数的条数", en("Exits without a count"), 20, "number"),
            Column(f"{exit}产能", en("Capacity"), 18, "number"),
            Column("计量单位", "Unit", 14, "centre"),
        ]
        sheet = self.open_sheet("分行业分类别", "By industry and category", columns)
        sheet.write_headings()
        sheet.repeat_headings()
        for line in [*self.area_lines, *([self.area_total] if self.area_total else [])]:
            figures = (line.exits, line.enterprises, line.equipment, line.equipment_unknown)
            record = (line.industry, line.category, *figures, line.capacity, line.capacity_unit)
            self.lead(sheet, 2, 5 if line.capacity is None else 6, self._covered_by(line))
            sheet.write_records([record], weight="total" if line.category == TOTAL else "body")
        self._write_twice_note(sheet)
        self._write_check(sheet, sum(line.exits for line in self.industry_totals))
        sheet.write_signatures()
        sheet.finish_on_one_page()

    def write_exits(self) -> None:
        """企业名单: every exit, with the receipt, file, sheet and cell it comes from."""
        exit, en = self.words.exit, self.words.en
        columns = self._tell_dismantling(
            DISMANTLED_COLUMN,
            Column("序号", "No.", 7, "centre"),
            Column("市", "City", 9),
            Column("县（市、区）", "County", 12),
            Column("行业", "Industry", 9),
            Column("企业名称", "Enterprise", 24),
            Column("设备型号及数量", "Equipment", 26),
            Column("台数", "Count", 8, "number"),
            Column(f"{exit}产能", en("Capacity"), 14, "number"),
            Column("单位", "Unit", 9, "centre"),
            Column("类别", "Category", 9, "centre"),
            Column("方式", "Method", 8, "centre"),
            Column(*self.words.shut_on, 14, "centre"),
            Column("拆除", "Dismantled", 8, "centre"),
            Column("部门核对", "Two sides", 10, "centre"),
            Column("回执号", "Receipt", 10, "centre"),
            Column("来源文件", "File", 24),
            Column("工作表!单元格", "Sheet!cell", 12),
            Column("企业编号", "Enterprise No.", 20, "centre"),
        )
        self.claims_column, self.receipt_column = (
            place for place, column in enumerate(columns) if column.zh in ("部门核对", "回执号")
        )
        sheet = self.open_sheet(EXITS_SHEET, f"List of {en('exits')}", columns, LongList)
        sheet.write_headings()
        sheet.repeat_headings()
        count = self.dismantling.exits
        self.exits = sheet.write_long_list(columns, count, self._list_exits())

    def write_reporting(self) -> None:
        """报送情况: who owed the table, by when, what came, on time or how many days late."""
        columns = [
            Column("填报单位", "Reporter", 30),
            Column("代码", "Code", 15, "centre"),
            Column("应报日期", "Due", 13, "centre"),
            Column("收到时间（北京时间）", "Received", 21, "centre"),
            Column("迟报天数", "Days late", 11, "number"),
            Column("状态", "State", 20, "centre"),
            Column("回执号", "Receipt", 11, "centre"),
            Column("文件", "File", 34),
        ]
        sheet = self.open_sheet("报送情况", "Who reported", columns)
        sheet.write_headings()
        sheet.repeat_headings()
        sheet.write_records(
            (
                line.reporter,
                line.reporter_code,
                line.due.isoformat(),
                local_time(line.received_at) if line.received_at else None,
                line.days_late or None,
                standings_in_words(self._standings(line)),
                line.submission_id,
                line.file,
            )
            for line in self.obligations
        )

    def write_unsettled(self) -> None:
        """缺项: who has not reported, whose table was rejected or still has to be explained, and why."""
        columns = [
            Column("填报单位", "Reporter", 24),
            Column("缺什么", "What is missing", 14, "centre"),
            Column("文件", "File", 24),
            Column("规则", "Rule", 8, "centre"),
            Column("处数", "Places", 8, "number"),
            Column("位置", "Where", 16),
            Column("问题", "Problem", 38),
            Column("怎么改", "What to do", 38),
        ]
        sheet = self.open_sheet("缺项", "Missing and rejected", columns)
        note = f"每份表列出处数最多的 {questions.RULES_SHOWN} 条规则，另加跨表核对（X）的全部规则；其余问题见该单位的回执和批注表。"
        sheet.write_line(
            f"{note} The rules met most often and all across tables; receipts list the rest.", self.styles.note
        )
        sheet.write_headings()
        sheet.repeat_headings()
        records = [
            *self._list_missing(),
            *self._list_missing_materials(),
            *self._list_returned(),
            *self._list_problems(),
        ]
        sheet.write_records(records)
        if not records:
            sheet.write_line("没有缺项。Nothing is missing.", self.styles.note)

    def write_reconciliation(self) -> None:
        """对账: how often they agree, and every exit of which they do not say the same or whose choice holds no more."""
        columns = [
            Column("地区", "Place", 16),
            Column("行业", "Industry", 12),
            Column("企业名称", "Enterprise", 32),
            Column("核对结果", "Result", 18, "centre"),
            Column("报送方", "Side", 10, "centre"),
            Column("填报单位", "Reporter", 28),
            Column("行数", "Rows", 8, "number"),
            Column("所报产能", "Reported", 16, "number"),
            Column("单位", "Unit", 12, "centre"),
            Column("计入产能", "Counted", 16, "number"),
            Column("单位", "Unit", 12, "centre"),
            Column("说明", "Note", 40),
        ]
        sheet = self.open_sheet("对账", "County against department", columns)
        counts = {line.reconciliation: line.exits for line in self.facts.ask(questions.RECONCILIATION_COUNTS)}
        summary = "，".join(f"{name} {counts.get(code, 0)} 条" for code, name in RECONCILIATION_ZH.items())
        rule = "未裁定前以县级数为准，类别合并，仅部门报送的也计入。The county's amount stands until a steward decides."
        sheet.write_line(f"{summary}。\n{rule}", self.styles.note)
        sheet.write_headings()
        sheet.repeat_headings()
        differences = self.facts.ask(questions.DIFFERENCES)
        for row, line in enumerate(differences, start=sheet.row):
            last_column = 6 if line.claimed_capacity is None else 7
            self.listed.append((sheet.sheet, (row, 6, row, last_column), line.number, line.number))
            if line.is_chosen and line.counted_capacity is not None:
                self.listed.append((sheet.sheet, (row, 9) * 2, line.number, line.number))
        records = [
            (
                self.facts.name_place(line.city, line.county),
                line.industry,
                line.enterprise,
                RECONCILIATION_ZH[line.reconciliation],
                ROLE_ZH[line.role],
                line.reporter,
                line.claims,
                line.claimed_capacity,
                line.claimed_unit,
                line.counted_capacity if line.is_chosen else None,
                line.counted_unit if line.is_chosen else None,
                note_of_side(line.claimed_industries, line.lapsed_choice),
            )
            for line in differences
        ]
        sheet.write_records(records)
        if not records:
            sheet.write_line("没有需要列出的差异。There is no difference to list.", self.styles.note)

    def write_runs(self) -> None:
        """数字来源: of every figure whose exits stand apart in the list, where: one line for each run of them."""
        exit, en = self.words.exit, self.words.en
        columns = self._tell_dismantling(
            DISMANTLED_COLUMN_OF_RUNS,
            Column("行业", "Industry", 16),
            Column("淘汰类别", "Category", 12, "centre"),
            Column("拆除", "Dismantled", 12, "centre"),
            Column(*self.facts.place_heading, 26),
            Column(f"{exit}条数", en("Exits"), 14, "number"),
            Column(f"{exit}产能", en("Capacity"), 18, "number"),
            Column("计量单位", "Unit", 14, "centre"),
            Column("企业名单序号", "Nos. in the list", 20, "centre"),
        )
        numbers_column = len(columns) - 1
        sheet = self.open_sheet(RUNS_SHEET, f"Where the {en('exits')} of a figure are listed", columns, LongList)
        sheet.write_line(RUNS_NOTE, self.styles.note)
        sheet.write_headings()
        sheet.repeat_headings()
        records: list[Record] = []
        for covered, words, runs in self._figures_with_runs():
            if not runs:
                continue
            first = sheet.row + len(records)
            for run in runs:
                self.listed.append((sheet.sheet, (sheet.row + len(records), numbers_column) * 2, run.first, run.last))
                numbers = f"{run.first}–{run.last}" if run.exits > 1 else str(run.first)
                told = (run.industry, *words, run.place, run.exits, run.capacity, run.unit, numbers)
                records.append(self._tell_dismantling(DISMANTLED_COLUMN_OF_RUNS, *told))
            rows = (first, sheet.row + len(records) - 1)
            self.rows_of_figure[covered] = rows
            if covered[0] == "category":
                # the industries of a category follow one another
                category = ("category", covered[1][:1])
                self.rows_of_figure[category] = (self.rows_of_figure.get(category, rows)[0], rows[1])
        self.run_list = sheet.write_long_list(columns, len(records), records)

    def write_claims(self) -> None:
        """报送依据: of exits that several rows speak of, each row, and whether and why it was chosen."""
        exit, en = self.words.exit, self.words.en
        columns = [
            Column("企业名单序号", "No. in the list", 13, "centre"),
            Column("企业名称", "Enterprise", 26),
            Column("报送方", "Side", 8, "centre"),
            Column("填报单位", "Reporter", 20),
            Column("回执号", "Receipt", 11, "centre"),
            Column("来源文件", "File", 26),
            Column("工作表!单元格", "Sheet!cell", 16),
            Column("产能原文", "As sent", 14),
            Column("读作", "Understood", 14, "number"),
            Column("单位", "Unit", 11, "centre"),
            Column("类别原文", "Category", 14),
            Column("采用", "Chosen", 8, "centre"),
            Column("理由", "Why", 30),
        ]
        sheet = self.open_sheet("报送依据", f"What several rows say of one {en('exit')}", columns, LongList)
        sheet.write_line(
            f"一条{exit}由几行报送的，在这里逐行列出；其余各条的唯一依据见企业名单的回执号、来源文件和单元格。\n"
            f"Every row of {en('exits')} that several rows speak of; of the others the list says all there is.",
            self.styles.note,
        )
        sheet.write_headings()
        sheet.repeat_headings()
        records = []
        for row, line in enumerate(self.claims, start=sheet.row):
            self.listed.append((sheet.sheet, (row, 0) * 2, line.number, line.number))
            records.append(
                (
                    line.number,
                    line.enterprise,
                    ROLE_ZH[line.role],
                    line.reporter,
                    line.submission_id,
                    line.file,
                    line.cell,
                    line.capacity_text,
                    line.capacity,
                    line.capacity_unit,
                    line.category_text,
                    "是" if line.is_chosen else "否",
                    explain_choice(line.chosen_by, line.is_chosen, line.chosen_by_decision)[0],
                )
            )
        self.claim_list = sheet.write_long_list(columns, len(records), records)

    def write_sources(self) -> None:
        """来源文件: every file that counts, by receipt, with the digest under which the original is kept."""
        columns = [
            Column("回执号", "Receipt", 12, "centre"),
            Column("填报单位", "Reporter", 28),
            Column("文件", "File", 44),
            Column("收到时间（北京时间）", "Received", 21, "centre"),
            Column("原件 SHA-256", "Original in the store: originals/…", 72),
        ]
        sheet = self.open_sheet("来源文件", "Files that count", columns)
        sheet.write_line(SOURCES_NOTE, self.styles.note)
        sheet.write_headings()
        sheet.repeat_headings()
        self.source_list = sheet.sheet
        self.row_of_source = {line.submission_id: row for row, line in enumerate(self.sources, start=sheet.row)}
        sheet.write_records(
            (line.submission_id, line.reporter, line.file, local_time(line.received_at), line.sha256)
            for line in self.sources
        )

    def link_figures(self) -> None:
        """From every figure, run, claim and difference a link leads to the rows it is about."""
        for sheet, cells, covered in self.figures:
            numbers = self.runs.numbers_of(covered)
            if numbers:
                self.listed.append((sheet, cells, *numbers))
            elif covered in self.rows_of_figure:
                first, last = self.rows_of_figure[covered]
                sheet.link(
                    cells,
                    self.run_list,
                    (first, 0, last, self.run_list.dim_colmax),
                    f"{RUNS_SHEET} {last - first + 1} 行",
                )
        for sheet, cells, first, last in self.listed:
            sheet.link(cells, self.exits, self._rows_of_exits(first, last), f"{EXITS_SHEET} {first}–{last}")

    # Parts of the sheets

    def open_sheet(
        self, name: str, name_en: str, columns: Sequence[Column], kind: type[LinkedSheet] = LinkedSheet
    ) -> PrintedSheet:
        """A sheet with its title and the mark of its status; of a long list where ``kind`` says so."""
        footer = f"{self.title} · {name}"
        own = self.workbook.add_worksheet(name, kind)
        sheet = PrintedSheet(own, self.styles, columns, footer, self.facts.sign_off)
        subtitle = f"{name} {name_en} · {self.regime.title_en} · {ROUND_EN[self.round]}"
        sheet.write_title(self.title, subtitle)
        return sheet

    def lead(self, sheet: PrintedSheet, first_column: int, last_column: int, covered: Covered) -> None:
        """The cells of the row that is written next will lead to the exits that are ``covered``; none of them is blank."""
        self.figures.append((sheet.sheet, (sheet.row, first_column, sheet.row, last_column), covered))

    def _covered_by(self, line: Any) -> Covered:
        """What a line of the area covers."""
        if line.industry == TOTAL:
            return ()
        if line.category == TOTAL:
            return ("industry", (line.industry, line.capacity_unit))
        return ("category", (line.category, line.industry, line.capacity_unit))

    def _figures_with_runs(self) -> Iterator[tuple[Covered, tuple[str, str], list[Run]]]:
        """The figures that are no block of the list, with the words for category and dismantling of their lines."""
        for line in self.industry_totals:
            covered = self._covered_by(line)
            yield covered, (TOTAL, TOTAL), self.runs.runs_of(covered)
        for category in self.category_totals:
            for line in self.area_lines:
                if line.category == category.category:
                    covered = self._covered_by(line)
                    yield covered, (line.category, TOTAL), self.runs.runs_of(covered)
        for category in self.category_totals:
            covered = ("sole", category.category)
            yield covered, (f"仅{category.category}", TOTAL), self.runs.runs_of(covered)
        for state, word in self.words.dismantling.items():
            covered = ("dismantling", state)
            yield covered, (TOTAL, word), self.runs.runs_of(covered)
        for _, _, covered in self.figures:
            if covered and covered[0] == "county" and not self.runs.numbers_of(covered):
                yield covered, (TOTAL, TOTAL), self.runs.runs_of(covered)

    def _rows_of_exits(self, first: int, last: int) -> Range:
        """Where in 企业名单 the exits from the ``first`` to the ``last`` number stand."""
        above = self.exits.first_list_row - 1
        return (above + first, 0, above + last, self.exits.dim_colmax)

    def _describe_cycle(self) -> Iterator[tuple[str, str]]:
        plan = self.regime
        yield "工作方案 Plan", f"{plan.title}（{plan.document_no}）" if plan.document_no else plan.title
        yield "报送轮次 Round", f"{plan.year}年 {ROUND_ZH[self.round]} {ROUND_EN[self.round]}"
        yield "报送对象 Reported to", "、".join(plan.reports_to)
        data_as_of = f"{local_time(self.data_as_of)}（北京时间）" if self.data_as_of else "尚未收到报表"
        yield "数据截至 Data up to", data_as_of
        yield "状态 Status", tell_status(self.facts.sign_off)

    def _key_figures(self) -> Iterator[tuple[tuple[str, int], ...]]:
        """Line by line who reported and what it comes to; of a plan nothing is dismantled yet."""
        states = [line.state for line in self.obligations]
        # by the rules or by a steward
        rejected = states.count("rejected") + states.count("returned")
        missing = states.count("missing")
        late = sum(line.is_on_time is False for line in self.obligations)
        total = self.area_total
        left = (
            ("应报单位 Reporters owing", len(states)),
            ("已报并采用 Counted", len(states) - rejected - missing),
            ("　其中零报告 of which nil returns", states.count("nil")),
            ("　其中迟报 of which late", late),
            ("审核未通过或已退回 Rejected or returned", rejected),
            ("未报 Missing", missing),
        )
        dismantling = (
            ("已拆除 Dismantled", self.dismantling.dismantled),
            ("已关停未拆除 Shut, not dismantled", self.dismantling.standing),
            ("拆除情况不明 Not known", self.dismantling.unknown),
        )
        exit, en = self.words.exit, self.words.en
        right = (
            (f"{exit}条数 {en('Exits')}", total.exits if total else 0),
            (f"{exit}企业数 {en('Enterprises')}", total.enterprises if total else 0),
            ("主体设备（台套） Equipment", total.equipment if total else 0),
            *(dismantling if self.words.dismantling else ()),
        )
        return (tuple(filter(None, pair)) for pair in zip_longest(left, right))

    def _list_exits(self) -> Iterator[Record]:
        """The lines of 企业名单; each with links to its file and, where several rows speak of it, to these."""
        claim_row = self.claim_list.first_list_row
        above = self.exits.first_list_row - 1
        for receipts, lines in groupby(self.facts.stream(questions.EXITS), key=attrgetter("receipts")):
            first = number = None
            for line in lines:
                number = line.number
                first = first or number
                if line.claims > 1:
                    rows = (claim_row, 0, claim_row + line.claims - 1, self.claim_list.dim_colmax)
                    self.exits.link((above + number, self.claims_column) * 2, self.claim_list, rows)
                    claim_row += line.claims
                yield self._tell_dismantling(
                    DISMANTLED_COLUMN,
                    number,
                    line.city,
                    line.county,
                    line.industry,
                    line.enterprise,
                    line.equipment,
                    line.equipment_count,
                    line.capacity,
                    line.capacity_unit,
                    line.categories,
                    line.method,
                    line.shut_on,
                    self.words.dismantling.get(line.is_dismantled),
                    RECONCILIATION_ZH[line.reconciliation],
                    receipts,
                    line.files,
                    line.cells,
                    line.enterprise_no,
                )
            # one link on all neighbours of one receipt: a sheet may hold only so many
            row = self.row_of_source[receipts.partition("；")[0]]
            receipts_of_file = (above + first, self.receipt_column, above + number, self.receipt_column)
            self.exits.link(receipts_of_file, self.source_list, (row, 0, row, 4))

    def _list_missing(self) -> Iterator[Record]:
        for line in self.obligations:
            if line.state == "missing":
                standings = self._standings(line)
                problem = f"应于 {line.due.isoformat()} 前报送，尚未收到。"
                remedy = REMEDIES_OF_MISSING.get(standings[0], f"应予催报；没有{self.words.exit}的也应报零报告。")
                yield (line.reporter, standings_in_words(standings), None, None, None, None, problem, remedy)
            if line.missing_parts:
                problem = f"当年分别报送，尚缺：{line.missing_parts}。"
                remedy = f"应予催报；没有{self.words.exit}的也应报零报告。"
                yield (line.reporter, STANDINGS["partial"][0], None, None, None, None, problem, remedy)
            if line.replaced_parts:
                problem = f"合并后单位已报送，未计入：{line.replaced_parts}。"
                remedy = "待核对；应分别计入的，由合并后单位撤回报表。"
                yield (line.reporter, STANDINGS["replaced"][0], None, None, None, None, problem, remedy)

    def _list_missing_materials(self) -> Iterator[Record]:
        for one in read_materials(self.facts, self.facts.sign_off.excused):
            # of a list that was rejected the reason is told among the problems
            if one.state == "missing":
                [standing] = one.standings(self.facts.built_on)
                problem = f"{one.name}应于 {one.due.isoformat()} 前报送，尚未收到。"
                remedy = REMEDIES_OF_MISSING.get(standing, "应予催报。")
                yield (one.reporter, STANDINGS[standing][0], None, None, None, None, problem, remedy)

    def _standings(self, line: Any) -> tuple[str, ...]:
        answer = (line.state, line.due, line.is_on_time, line.is_demanded)
        is_excused = line.reporter_code in self.facts.sign_off.excused
        return standings_of(*answer, self.facts.built_on, line.missing_parts, line.replaced_parts, is_excused)

    def _list_returned(self) -> Iterator[Record]:
        for line in self.facts.ask(questions.RETURNED):
            problem = f"审核员退回：{line.reason}"
            remedy = "由填报单位按退回意见改正后重新报送。"
            yield (line.reporter, STANDINGS["returned"][0], line.file, None, None, None, problem, remedy)

    def _list_problems(self) -> Iterator[Record]:
        still_counting = {line.reporter_code for line in self.obligations if line.submission_id}
        for line in self.facts.ask(questions.UNSETTLED):
            if line.severity == "explain":
                missing = "待说明" if line.round == self.facts.round else f"待说明（{ROUND_ZH[line.round]}）"
            elif line.reporter_code in still_counting:
                missing = "重报未通过（前次仍计入）"
            else:
                missing = STANDINGS["rejected"][0]
            place = "!".join(part for part in (line.sheet, line.cell) if part)
            problem = f"{self.rules[line.rule].reason_zh}。{line.evidence or ''}"
            remedy = "由填报单位说明或者改正。" if line.severity == "explain" else "由填报单位改正后重新报送。"
            yield (line.reporter, missing, line.file, line.rule, line.places, place, problem, remedy)

    def _write_twice_note(self, sheet: PrintedSheet) -> None:
        exit, en = self.words.exit, self.words.en
        sheet.write_line(
            f"注：同时涉及几个淘汰类别的{exit}（如“能耗、技术”），在合计中只计一次，在所涉各类别中分别计入，各类别之和可大于合计。\n"
            f"{en('Exits')} in two categories count once in the totals and once in each of their category rows.",
            self.styles.note,
        )

    def _tell_dismantling(self, place: int, *cells: Any) -> tuple[Any, ...]:
        """``cells`` of a line, the one at ``place`` says how far dismantling has come: left out where nothing does."""
        return cells if self.words.dismantling else (*cells[:place], *cells[place + 1 :])

    def _write_check(self, sheet: PrintedSheet, exits: int) -> None:
        expected = self.area_total.exits if self.area_total else 0
        exit = self.words.exit
        if exits == expected:
            text = f"核对：各行{exit}条数之和 {exits} 与合计 {expected} 一致。Check: the lines add up to the total."
            sheet.write_line(text, self.styles.note)
        else:
            text = f"核对不符：各行{exit}条数之和 {exits}，合计 {expected}。Check failed: the lines do not add up."
            sheet.write_line(text, self.styles.alarm)


def _breaks_above(tops: Sequence[int], heights: Sequence[int]) -> Iterator[int]:
    """The rows at which a new page begins, so that none of the blocks of these ``heights`` lies on two."""
    begun = 0
    for top, height in zip(tops, heights, strict=True):
        if top + height - begun > ROWS_ON_A_PAGE and top > tops[0]:
            begun = top
            yield top
