"""The marts of one small annual cycle of any regime, made of a handful of exits by plain loops, and what was decided on it.

Four exits: one fails two standards, one county and department tell alike, one has no category, one has no county. What the
report of each regime says of them is the golden text ``tests/golden/packs/<regime>/report.txt``; ``python -m
tests.exports.pack.report_marts`` writes these texts anew.
"""

from __future__ import annotations

import io
import tempfile
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import docx
import duckdb
from docx.oxml.ns import qn
from docx.table import Table

from exports.facts import ROLLUP, CycleFacts
from exports.own.templates import find_templates
from exports.papers.official_report import tell_documents
from exports.sign_off import Announcement, Consent, Notice, Objection, SignOff
from exports.templates import REPORT
from rulebook import Regime, Rulebook, load
from store import Store
from tests.exports.pack import clock_marts
from tests.exports.pack.conftest import TABLES

REGIMES = ("ankang-2024", "liaocheng-2025", "shandong-2017", "shenzhen-2019", "weihai-2022")
ROUND = "annual"
GOLDEN = Path(__file__).parents[2] / "golden" / "packs"
WORDS = ("能耗", "环保", "质量", "安全", "技术", "未分类")


@dataclass(frozen=True)
class Exit:
    """One exit of the cycle."""

    key: str
    city: str | None
    county: str | None
    industry: str
    enterprise: str
    capacity: Decimal
    unit: str
    categories: tuple[str, ...]
    is_dismantled: bool | None
    reconciliation: str
    equipment: str
    count: int | None


def invent_exits(regime: Regime, rulebook: Rulebook) -> list[Exit]:
    """The exits of a regime, in its own industries and places."""
    divisions = rulebook.reference.divisions
    counties = [reporter.code for reporter in regime.reporters.values() if reporter.kind == "county"]
    # a province's lie in two cities
    first, second = counties[0], next((one for one in counties[1:] if one[:4] != counties[0][:4]), counties[1])
    city_of = rulebook.reference.city_of
    industries = (*regime.key_industries, *regime.key_industries)[:3]
    units = [next(iter(rulebook.reference.capacity_units(industry))) for industry in industries]
    scale = REGIMES.index(regime.key) + 1
    area = regime.area if regime.level == "city" else None
    name = divisions[first].name
    return [
        Exit("e1", city_of(first), first, industries[0], f"{name}第一厂", Decimal(30) * scale, units[0],
             ("能耗", "技术"), False, "county_only", "主机2台", 2),
        Exit("e2", city_of(second), second, industries[1], f"{divisions[second].name}第二厂", Decimal("12.5") * scale,
             units[1], ("环保",), True, "both", "生产线1条", 1),
        Exit("e3", city_of(second), second, industries[0], f"{divisions[second].name}第三厂",
             Decimal("0.125") * scale, units[0], ("未分类",), None, "figures_differ", "主机", None),
        Exit("e4", area, None, industries[2], "某某有限公司", Decimal("1.2") * scale, units[2], ("环保",), False,
             "department_only", "装置3套", 3),
    ]  # fmt: skip


def sign(regime: str) -> SignOff:
    """What was decided about the report of a regime."""
    return {
        "ankang-2024": SignOff(
            True, "安工信字〔2025〕3号", date(2025, 1, 20), "李某", "张某",
            consent=Consent("安政函〔2025〕2号", date(2025, 1, 17), "安康市人民政府"),
        ),
        "liaocheng-2025": SignOff(
            True, "聊工信字〔2026〕5号", date(2026, 1, 26), "李某", "王某",
            notice=Notice(date(2026, 1, 12), date(2026, 1, 16), 5, "市工业和信息化局网站"),
        ),
        "shandong-2017": SignOff(
            True, "鲁经信产〔2018〕12号", date(2018, 1, 25), "李某", "赵某",
            consent=Consent("鲁政字〔2018〕8号", date(2018, 1, 22), "山东省人民政府"),
            notice=Notice(
                date(2018, 1, 8), date(2018, 1, 12), 5, "省经济和信息化委网站",
                (Objection(7, date(2018, 1, 9), "某某", "某某有限公司", "没有关停", False, "现场已查实"),),
            ),
            listed_findings="一家企业的产能与上年不一致，已由市里核实",
        ),
        "shenzhen-2019": SignOff(
            True, "深工信〔2020〕4号", date(2020, 1, 10), "李某", "周某",
            announcements=(Announcement("440303", date(2019, 12, 25), "区政府网站"),),
        ),
        "weihai-2022": SignOff(),
    }[regime]  # fmt: skip


def lay_marts(path: Path, regime: Regime, rulebook: Rulebook, exits: list[Exit] | None = None) -> Path:
    """A warehouse of the annual cycle at ``path``: those exits, who reported, two orders, a plan of one exit."""
    exits = invent_exits(regime, rulebook) if exits is None else exits
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        for name, columns in (TABLES | clock_marts.TABLES).items():
            connection.execute(f"create table marts.{name} ({columns})")
        connection.execute("create table marts.fct_plan as select *, '' as plan_change from marts.fct_exit")
        for name, lines in _lines(regime, rulebook, exits).items():
            if lines:
                marks = ", ".join("?" * len(lines[0]))
                connection.executemany(f"insert into marts.{name} values ({marks})", lines)
        for name, orders in clock_marts.LINES.items():
            for order in orders:
                told = order | {"regime": regime.key, "as_of": date(regime.year + 1, 1, 10), "due": None}
                told = {column: value for column, value in told.items() if value is not None}
                marks = ", ".join("?" * len(told))
                connection.execute(f"insert into marts.{name} ({', '.join(told)}) values ({marks})", [*told.values()])
    return path


def _lines(regime: Regime, rulebook: Rulebook, exits: list[Exit]) -> dict[str, list[tuple]]:
    cycle = (regime.key, ROUND)
    divisions = rulebook.reference.divisions
    due = next(line.due for line in regime.obligations if line.form == "exit_statistics" and line.round == ROUND)
    came = datetime(due.year, due.month, due.day, 1)
    # a province's city reports through its counties
    owing = [one for one in regime.reporters.values() if regime.owed(one.code, ROUND)][:4]
    answers = [
        ("received", "000001", came - timedelta(days=1), True, 0),
        ("late", "000002", came + timedelta(days=3), False, 3),
        ("nil", "000003", came, True, 0),
        ("missing", None, None, None, None),
    ]
    industries = list(dict.fromkeys(one.industry for one in exits))
    rollup = [line for place in _places(regime, rulebook, exits) for line in _block(*place, industries)]
    planned = exits[0] if exits else None
    return {
        "dim_division": [
            (code, divisions[code].name, divisions[code].parent, rulebook.reference.city_of(code), divisions[code].level)
            for code in {regime.area, *(part for one in exits for part in (one.city, one.county) if part)}
        ],
        "dim_category": [(word, position) for position, word in enumerate(WORDS, start=1)],
        "dim_industry": [(name, position) for position, name in enumerate(industries, start=1)],
        "dim_cycle": [(*cycle, regime.year, regime.area)],
        "dim_reporter": [(regime.key, one.code, one.name, one.kind, one.home) for one in owing],
        "rpt_rollup": [(*cycle, *line) for line in rollup],
        "rpt_plan_actual": [_plan_line(cycle, line, planned, regime.area) for line in rollup],
        "fct_exit": [
            (one.key, *cycle, one.city, one.county, one.industry, one.enterprise, one.capacity, one.unit, one.count,
             "关停", None, one.is_dismantled, one.reconciliation)
            for one in exits
        ],
        "rpt_not_dismantled": [
            (one.key, *cycle, "unknown" if one.is_dismantled is None else "sealed" if one.key == "e4" else "standing",
             None, None)
            for one in exits
            if not one.is_dismantled
        ],
        "fct_exit_category": [
            (one.key, word, len(one.categories) == 1) for one in exits for word in one.categories
        ],
        "fct_exit_claim": [(one.key, f"000001:1:{at}", "county", True, "only_side", None, None) for at, one in enumerate(exits)],
        "fct_exit_equipment": [
            (one.key, f"000001:1:{at}", one.count, one.equipment[-1] if one.count else None)
            for at, one in enumerate(exits)
        ],
        "fct_claim": [
            (f"000001:1:{at}", "000001", one.enterprise, one.equipment, "统计表", at, f"F{at}", str(one.capacity),
             one.capacity, one.unit, "、".join(one.categories), None)
            for at, one in enumerate(exits)
        ],
        "fct_submission": [
            (number, *cycle, one.code, f"{one.name}.xlsx", number * 10, received, "counting", 1, "exit_statistics",
             len(exits), False, False)
            for one, (_, number, received, *_) in zip(owing, answers, strict=True)
            if number
        ],
        "fct_obligation": [
            (*cycle, one.code, "exit_statistics", regime.owed(one.code, ROUND), *answer, False, None, None,
             regime.owed(one.code, ROUND), None, 1, 0, 0)
            for one, answer in zip(owing, answers, strict=True)
        ],
    }  # fmt: skip


def _places(regime: Regime, rulebook: Rulebook, exits: list[Exit]) -> list[tuple]:
    """The area, its cities and counties that have exits: code, name, position, exits."""
    divisions = rulebook.reference.divisions
    codes = [regime.area, *sorted({part for one in exits for part in (one.city, one.county) if part} - {regime.area})]
    return [
        (code, divisions[code].name, position,
         [one for one in exits if code in (regime.area, one.city, one.county)])
        for position, code in enumerate(codes, start=1)
    ]  # fmt: skip


def _block(code: str, name: str, position: int, exits: list[Exit], industries: list[str]) -> list[tuple]:
    """The lines of one division: each industry, each of its categories, the total."""
    lines = []
    for industry in sorted({one.industry for one in exits}, key=industries.index):
        at = industries.index(industry) + 1
        own = [one for one in exits if one.industry == industry]
        for category_at, category in enumerate(("合计", *WORDS)):
            counted = [one for one in own if category in ("合计", *one.categories)]
            if counted:
                lines.append((code, name, None, industry, category, *_counts(counted), sum(one.capacity for one in counted),
                              own[0].unit, position, at, category_at))  # fmt: skip
    if exits:
        lines.append((code, name, None, "合计", "合计", *_counts(exits), None, None, position, 0, 0))
    return lines


def _counts(exits: list[Exit]) -> tuple[int, int, int, int]:
    names = {one.enterprise for one in exits}
    return len(names), len(exits), sum(one.count or 0 for one in exits), sum(one.count is None for one in exits)


def _plan_line(cycle: tuple[str, str], line: tuple, planned: Exit | None, area: str) -> tuple:
    """A line of the rollup, held against a plan that names the first exit with forty."""
    code, name, _, industry, category, _, count, *_, amount, unit, place, position, category_position = line
    is_meant = (
        planned is not None
        and code in (area, planned.city, planned.county)
        and (industry == "合计" or (industry == planned.industry and category == "合计"))
    )
    exits, capacity = (1, Decimal(40) if industry != "合计" else None) if is_meant else (0, None)
    done = min(planned.capacity, capacity) if capacity else None
    rates = (100 * done / capacity if capacity else None, Decimal(100) if exits else None)
    beyond = (amount - done if capacity else amount) or None
    figures = (exits, 0, 0, exits, count, count - exits, capacity, None, None, done, amount, beyond, *rates)
    return (*cycle, code, name, industry, category, unit, *figures, place, position, category_position)


def read_document(data: bytes) -> str:
    """A document as people read it, a line for each paragraph and each row of a table, with what stands on every page."""
    document = docx.Document(io.BytesIO(data))
    section = document.sections[0]
    lines = [f"[页眉] {''.join(one.text for one in section.header.paragraphs)}"]
    for element in document.element.body:
        if element.tag == qn("w:p"):
            lines.append(docx.text.paragraph.Paragraph(element, document).text)
        elif element.tag == qn("w:tbl"):
            for row in Table(element, document).rows:
                lines.append(f"| {' | '.join(cell.text.replace(chr(10), ' ') for cell in row.cells)} |")
    lines.append(f"[页脚] {''.join(one.text for one in section.footer.paragraphs)}")
    return "\n".join(line.rstrip() for line in lines) + "\n"


def tables_of(data: bytes) -> dict[str, list[list[str]]]:
    """The ruled tables by their first heading, without the heading."""
    document = docx.Document(io.BytesIO(data))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    return {"/".join(rows[0][:2]): rows[1:] for rows in tables if rows[0][0] in ("行业", "地区", "序号")}


def tell_report(warehouse: Path, regime: str, rulebook: Rulebook, sign_off: SignOff | None = None) -> bytes:
    """``report.docx`` as the pack of the cycle in ``warehouse`` holds it."""
    plan = rulebook.regimes[regime]
    with CycleFacts(warehouse, plan, ROUND) as facts:
        facts.list_exits()
        facts.list_plan()
        told = (facts, facts.ask(ROLLUP), plan, ROUND, rulebook, sign(regime) if sign_off is None else sign_off)
        return tell_documents(find_templates(Store(warehouse.parent), regime), *told)[REPORT]


if __name__ == "__main__":
    rulebook = load()
    for key in REGIMES:
        with tempfile.TemporaryDirectory() as scratch:
            warehouse = lay_marts(Path(scratch) / "warehouse.duckdb", rulebook.regimes[key], rulebook)
            golden = GOLDEN / key / "report.txt"
            golden.parent.mkdir(parents=True, exist_ok=True)
            golden.write_text(read_document(tell_report(warehouse, key, rulebook)), encoding="utf-8")
