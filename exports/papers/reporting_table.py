"""The reporting table (通报) of one cycle: who owed what, who came in time, who late and by how much, who was sent back.

For the office: slow places are named and ranked (领导小组定期通报; domain, section 5). Figures are those of the last build.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from xlsxwriter import Workbook

from exports.facts import CycleFacts
from exports.papers.materials import Material, count_kinds, read_materials
from exports.papers.reporting import (
    REPORTING,
    ReportingLine,
    Tally,
    rank,
    rank_reporters,
    standings_in_words,
    tally,
    tally_cities,
)
from exports.sheets.layout import Column, PrintedSheet, Styles
from exports.sheets.marking import tell_day
from exports.sheets.records import Record
from exports.sign_off import SignOff
from exports.wording import ROUND_EN, ROUND_ZH, STANDINGS, TOTAL, local_time
from rulebook import LOCAL_TIME, Rulebook
from store import Store

DEPARTMENTS = "省直部门"
"""In the ranking of a province, the line of its own departments."""
KIND_ZH = {"county": "县（市、区）", "zone": "功能区", "department": "部门"}
MATERIALS_SHEET = "其他材料"
NAMES_IN_A_ROW = 25
"""A spreadsheet's row is at most 409 points high: more names go on in the next."""
RANK_NOTE = (
    "名次：先比按时率，再比报送率，再比平均被退回次数（审核未通过、人工退回合计）；完全相同的并列。\n"
    "Ranked by what came in time, then by what came at all, then by how seldom tables were sent back."
)
REPORTER_RANK_NOTE = (
    "名次：按迟报天数（未报的按逾期天数）由少到多，相同的按被退回次数（审核未通过、人工退回合计）；完全相同的并列，尚未到期的不排。\n"
    "Ranked by days late (overdue, where nothing is in), then by times sent back; who may still come in time has no place."
)
COUNT_NOTE = (
    "实报＝按时＋迟报，零报告计入实报；未报包括尚未到期和准予免报的；应报日期含批准的延期，截止当日24时（北京时间）前收到为按时。\n"
    "已按时通过的，之后更正仍为按时；被退回的，重新计算。\n"
    "In = in time + late, nil returns included; missing includes what is not due yet or excused; deadlines include extensions. "
    "A table accepted in time stays in time when it is corrected later, unless one was returned."
)


def write_reporting_table(
    warehouse: Path | str,
    regime: str,
    round: str,
    path: Path | str,
    rulebook: Rulebook,
    day: date | None = None,
    excused: Collection[str] = (),
) -> Path:
    """The reporting table of the cycle lies at ``path``, as things stand on ``day`` (None: today in Asia/Shanghai).

    Reporters ``excused`` by decision (准予免报) are told as such, and not as overdue. Sheets: 通报 (ranking of cities,
    and who is named), 明细 (a line for every reporter) and, where a plan asks for more than the table, 其他材料 (a line for
    each thing that is owed).
    """
    path = Path(path)
    with (
        CycleFacts(warehouse, rulebook.regimes[regime], round) as facts,
        Store(path.parent).replacing(path.name) as beside,
    ):
        draw_reporting_table(beside, facts, rulebook, day or datetime.now(LOCAL_TIME).date(), None, excused)
    return path


def draw_reporting_table(
    path: Path,
    facts: CycleFacts,
    rulebook: Rulebook,
    day: date,
    sign_off: SignOff | None,
    excused: Collection[str],
) -> None:
    """The same from ``facts``: with ``sign_off`` as a part of their pack, without as a paper of the office."""
    lines = [ReportingLine(**line._asdict(), is_excused=line.reporter_code in excused) for line in facts.ask(REPORTING)]
    with Workbook(path) as workbook:
        materials = read_materials(facts, excused)
        table = _ReportingTable(workbook, lines, materials, facts, rulebook, day, sign_off)
        table.write_notice()
        table.write_list()
        if materials:
            table.write_materials()


class _ReportingTable:
    """The sheets of the table; one method writes one sheet."""

    def __init__(
        self,
        workbook: Workbook,
        lines: list[ReportingLine],
        materials: list[Material],
        facts: CycleFacts,
        rulebook: Rulebook,
        day: date,
        sign_off: SignOff | None,
    ) -> None:
        regime = facts.regime
        self.workbook = workbook
        self.lines = lines
        self.materials = materials
        self.names = facts.reporters
        self.regime = regime
        self.round = facts.round
        self.day = day
        self.sign_off = sign_off
        self.places = rank_reporters(lines, day)
        self.title = f"{rulebook.reference.divisions[regime.area].name}{regime.year}年落后产能退出报送情况通报"
        self.is_ranked = regime.level == "province"
        self.total = tally(lines, day)
        self.styles = Styles(workbook)
        workbook.set_properties({"title": self.title, "created": datetime(day.year, day.month, day.day)})

    def write_notice(self) -> None:
        """通报: the figures in a sentence, the ranking of the cities, and by name who is late, sent back or missing."""
        columns = [
            *([Column("名次", "Rank", 7, "centre")] if self.is_ranked else []),
            Column(*self._grouping(), 26),
            Column("应报", "Owed", 9, "number"),
            Column("实报", "In", 9, "number"),
            Column("按时", "In time", 9, "number"),
            Column("迟报", "Late", 9, "number"),
            Column("零报告", "Nil", 9, "number"),
            Column("审核未通过", "Rejected", 11, "number"),
            Column("已退回", "Returned", 9, "number"),
            Column("未报", "Missing", 9, "number"),
            Column("重报中", "Again", 9, "number"),
            Column("报送率%", "In, %", 10, "number"),
            Column("按时率%", "In time, %", 10, "number"),
            Column("被退回次数", "Times sent back", 13, "number"),
        ]
        sheet = self._open_sheet("通报", "Reporting table", columns)
        sheet.write_line(self._summary(), self.styles.value)
        sheet.skip()
        if not self.lines:
            sheet.write_line("本轮没有单位应报统计表。Nobody owes the table in this round.", self.styles.note)
            return
        if self.is_ranked:
            sheet.write_line("一、各市报送情况 By city", self.styles.section)
            sheet.write_headings()
            cities = tally_cities(self.lines, self.day)
            # what the province's own departments owe is no city's merit
            own = [city for city in cities if city.city_code == self.regime.area]
            ranked = rank(city for city in cities if city.city_code != self.regime.area)
            sheet.write_records((place, city.city, *_figures(city.tally)) for place, city in ranked)
            sheet.write_records((None, DEPARTMENTS, *_figures(city.tally)) for city in own if city.tally.owed)
            sheet.write_records([(None, TOTAL, *_figures(self.total))], weight="total")
            sheet.write_line(f"{RANK_NOTE}\n{COUNT_NOTE}", self.styles.note)
        else:
            sheet.write_line("一、报送情况 By kind of reporter", self.styles.section)
            sheet.write_headings()
            sheet.write_records(self._count_kinds())
            sheet.write_records([(TOTAL, *_figures(self.total))], weight="total")
            sheet.write_line(COUNT_NOTE, self.styles.note)
        sheet.skip()
        sheet.write_line("二、点名通报 Named", self.styles.section)
        for heading, names in self._named():
            for first in range(0, len(names), NAMES_IN_A_ROW):
                sheet.write_fact(heading, "、".join(names[first : first + NAMES_IN_A_ROW]))
        sheet.skip()
        sheet.write_signatures(("制表：", "审核："), "（单位盖章）　　　　　　年　　月　　日")
        sheet.finish_on_one_page()

    def write_list(self) -> None:
        """明细: a line for every reporter, the ones that sent the table without owing it at their place."""
        columns = [
            Column("市", "City", 14),
            Column("填报单位", "Reporter", 26),
            Column("类别", "Kind", 13, "centre"),
            Column("应报日期", "Due", 12, "centre"),
            Column("原定日期", "Due in the plan", 12, "centre"),
            Column("状态", "State", 20, "centre"),
            Column("收到时间（北京时间）", "Received", 20, "centre"),
            Column("迟报天数", "Days late", 10, "number"),
            Column("逾期未报天数", "Days overdue", 13, "number"),
            Column("报送次数", "Times sent", 10, "number"),
            Column("审核未通过次数", "Times rejected", 14, "number"),
            Column("人工退回次数", "Times returned", 13, "number"),
            Column("回执号", "Receipt", 11, "centre"),
            Column("名次", "Rank", 7, "number"),
        ]
        sheet = self._open_sheet("明细", "Every reporter", columns)
        sheet.write_headings()
        sheet.repeat_headings()
        if self.lines:
            sheet.sheet.autofilter(sheet.row - 1, 0, sheet.row + len(self.lines) - 1, sheet.last_column)
        sheet.write_records(map(self._list, self.lines))
        sheet.write_line(REPORTER_RANK_NOTE, self.styles.note)

    def write_materials(self) -> None:
        """其他材料: what is owed beside the table, with what came of it."""
        columns = [
            Column("填报单位", "Reporter", 32),
            Column("材料", "What", 20, "centre"),
            Column("应报日期", "Due", 14, "centre"),
            Column("状态", "State", 24, "centre"),
            Column("收到时间（北京时间）", "Received", 22, "centre"),
            Column("迟报天数", "Days late", 12, "number"),
            Column("逾期未报天数", "Days overdue", 14, "number"),
        ]
        sheet = self._open_sheet(MATERIALS_SHEET, "What is owed beside the table", columns)
        sheet.write_headings()
        sheet.repeat_headings()
        sheet.write_records(
            (
                one.reporter,
                one.name,
                one.due.isoformat(),
                standings_in_words(one.standings(self.day)),
                local_time(one.received_at) if one.received_at else None,
                one.days_late or None,
                one.days_overdue(self.day) or None,
            )
            for one in self.materials
        )

    def _open_sheet(self, name: str, subtitle: str, columns: Sequence[Column]) -> PrintedSheet:
        sheet = PrintedSheet(
            self.workbook.add_worksheet(name), self.styles, columns, f"{self.title} · {name}", self.sign_off
        )
        until = f"截至{tell_day(self.day)}"
        sheet.write_title(f"{self.title}（{ROUND_ZH[self.round]}）", f"{subtitle}, {ROUND_EN[self.round]}", until)
        return sheet

    def _grouping(self) -> tuple[str, str]:
        return ("市", "City") if self.is_ranked else ("填报单位类别", "Kind of reporter")

    def _count_kinds(self) -> Iterator[Record]:
        """The figures of counties, zones and departments: a city's regime has no cities to compare."""
        for kind, name in KIND_ZH.items():
            own = tally((line for line in self.lines if line.kind == kind), self.day)
            if own.owed:
                yield name, *_figures(own)

    def _summary(self) -> str:
        total = self.total
        parts = [
            f"应报 {total.owed} 个单位，实报 {total.received} 个（报送率 {_shown(total.received_percent)}），"
            f"其中按时 {total.on_time} 个、迟报 {total.late} 个，零报告 {total.nil} 个；"
            f"审核未通过 {total.rejected} 个，已退回 {total.returned} 个，未报 {total.missing} 个"
        ]
        of_missing = {"尚未到期": total.not_due, "准予免报": total.excused}
        if told := "、".join(f"{count} 个{word}" for word, count in of_missing.items() if count):
            parts.append(f"（其中 {told}）")
        if total.unasked:
            parts.append(f"；另有 {total.unasked} 个单位无报送任务而主动报送")
        return "".join(parts) + "。" + self._sum_up_materials()

    def _sum_up_materials(self) -> str:
        """How much of what is owed beside the table is in; nothing where a plan asks for none."""
        if not self.materials:
            return ""
        received = [one for one in self.materials if one.is_in]
        late = sum(one.is_on_time is False for one in received)
        return (
            f"应报其他材料 {len(self.materials)} 份（{count_kinds(self.materials)}），实报 {len(received)} 份，"
            f"其中按时 {len(received) - late} 份、迟报 {late} 份，逐份见“{MATERIALS_SHEET}”。"
        )

    def _named(self) -> Iterator[tuple[str, list[str]]]:
        """Who is named for what; nobody is named for what is not due yet."""
        overdue, late = self._counted_as("missing"), self._counted_as("late")
        yield "逾期未报", _names((self.names[line.reporter_code], line.days_overdue(self.day)) for line in overdue)
        yield "迟报", _names((self.names[line.reporter_code], line.days_late or 0) for line in late)
        for standing in ("rejected", "returned", "demanded"):
            counted = self._counted_as(standing)
            yield STANDINGS[standing][0], _names((self.names[line.reporter_code], 0) for line in counted)
        parts = [(line.missing_parts, line) for line in self._counted_as("partial")]
        if parts:
            named = ((f"{self.names[line.reporter_code]}（{missing}）", 0) for missing, line in parts)
            yield STANDINGS["partial"][0], _names(named)
        if excused := self._counted_as("excused"):
            yield STANDINGS["excused"][0], _names((line.reporter, 0) for line in excused)
        for standing in ("missing", "late", "rejected", "returned", "excused"):
            own = [one for one in self.materials if standing in one.standings(self.day)]
            if own:
                days = ((f"{one.reporter}{one.name}", one.days_late or one.days_overdue(self.day)) for one in own)
                yield f"材料{STANDINGS[standing][0]}", _names(days)

    def _counted_as(self, standing: str) -> list[ReportingLine]:
        return [line for line in self.lines if line.is_counted_as(standing, self.day)]

    def _list(self, line: ReportingLine) -> Record:
        is_extended = line.due != line.due_in_plan
        return (
            line.city,
            line.reporter,
            KIND_ZH[line.kind],
            line.due.isoformat() if line.due else "无任务",
            line.due_in_plan.isoformat() if line.due_in_plan and is_extended else None,
            _state_in_words(line, self.day),
            local_time(line.received_at) if line.received_at else None,
            line.days_late or None,
            line.days_overdue(self.day) or None,
            line.submission_count,
            line.rejected_count or None,
            line.returned_count or None,
            line.submission_id,
            self.places.get(line.reporter_code),
        )


def _figures(own: Tally) -> Record:
    return (
        own.owed,
        own.received,
        own.on_time,
        own.late,
        own.nil,
        own.rejected,
        own.returned,
        own.missing,
        own.demanded,
        own.received_percent,
        own.on_time_percent,
        own.times_rejected + own.times_returned,
    )


def _state_in_words(line: ReportingLine, day: date) -> str:
    """Where a reporter stands, with the counties of that year that are meant."""
    parts = [part for part in (line.missing_parts, line.replaced_parts) if part]
    return standings_in_words(line.standings(day)) + (f"（{'；'.join(parts)}）" if parts else "")


def _names(lines: Iterable[tuple[str, int]]) -> list[str]:
    """Names with their days; longest first."""
    told = sorted(lines, key=lambda line: -line[1])
    return [f"{name}（{days}天）" if days else name for name, days in told] or ["无"]


def _shown(share: Decimal | None) -> str:
    return "—" if share is None else f"{share}%"
