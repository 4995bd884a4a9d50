"""One year of a city with everything known about it: plan and actual, orders and their terms, what was accepted on site.

The truth comes from what was meant: dates are counted on the calendar here, and sums by hand; nothing asks the project.
All enterprises are invented.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import openpyxl

import exports
from demo.claims import invent_credit_code
from exports.answers.template import DATE_LABEL, HEADER_ROW, column_of
from rulebook import EXIT_TABLE, Rulebook

REGIME, CITY = "ankang-2024", "610900"
DAY = date(2024, 12, 31)
"""The day on which the clocks are read."""

COUNTIES = ("610921", "610922", "610923", "610924", "610925", "610926")
ZONE, HOST = "610900-q01", "610902"
KINDS = {"水泥": ("万吨", "Φ2.2×7m水泥磨1台"), "砖瓦": ("万块标砖", "24门轮窑1座")}
SMALL, MIDDLE, LARGE = KINDS["水泥"][1], "Φ2.4×8m水泥磨1台", "Φ3.0×11m水泥磨1台"
MILLS = "水泥磨2台"
SYLLABLES = "宏源鑫泰恒昌瑞丰盛华兴隆达安顺永嘉德润通"
TABLES = {
    # of a round: the file, the day written over it, and the days of what it tells as shut and as dismantled
    "plan": ("计划表.xlsx", date(2024, 7, 1), None, None),
    "midyear": ("年中表.xlsx", date(2024, 7, 12), date(2024, 4, 1), date(2024, 5, 1)),
    "annual": ("退出表.xlsx", date(2024, 12, 20), date(2024, 9, 1), date(2024, 10, 1)),
}

Cells = dict[str, Any]
Met = tuple[int, Decimal]
"""Lines and their amount: of a planned line what is done, of an exit what is within the plan."""

NOTHING: Met = (0, Decimal(0))


@dataclass(frozen=True)
class Line:
    """One line of a table and, by round, what is true of it (decision 21).

    ``change``: a decision about the plan that holds for it. A line that was added to the plan is planned and exits.
    """

    round: str
    county: str
    name: str
    industry: str
    amount: Decimal
    unit: str
    equipment: str
    met: Mapping[str, Met] = field(default_factory=dict)
    method: str = ""
    change: str | None = None
    credit_code: str = ""

    @property
    def is_planned(self) -> bool:
        """Whether it is a line of the plan in force."""
        return self.change == "add_to_plan" or (self.round == "plan" and self.change is None)


@dataclass(frozen=True)
class Exit:
    """One enterprise: what the plan said of it and what left; None where it is not in that table.

    ``change``: a decision about the plan. ``verdict``: who agreed on site, county and city, None without a record;
    the record always says that the main equipment is gone.
    """

    county: str
    name: str
    industry: str
    planned: Decimal | None
    actual: Decimal | None
    method: str = "封存"
    change: str | None = None
    verdict: tuple[bool, bool] | None = None

    def lines(self) -> list[Line]:
        """Its line in the plan and in the annual table; it never exits with more than was planned of it."""
        is_in_plan = self.change == "add_to_plan" or (self.planned is not None and self.change is None)
        met = {"annual": (1, self.actual)} if self.actual is not None and is_in_plan else {}
        unit, equipment = KINDS[self.industry]
        told = [("plan", self.planned, "", "remove_from_plan"), ("annual", self.actual, self.method, "add_to_plan")]
        return [
            Line(
                round, self.county, self.name, self.industry, amount, unit, equipment, met, method,
                self.change if self.change == change else None,
            )
            for round, amount, method, change in told
            if amount is not None
        ]  # fmt: skip

    def stands(self, accepted: bool) -> bool:
        """Whether it left but was not dismantled; ``accepted``: the records have come."""
        return self.actual is not None and self.method != "拆除" and not (accepted and self.verdict == (True, True))


@dataclass(frozen=True)
class Order:
    """One line of a list; ``due`` and ``state`` are what must come of it on ``DAY``."""

    department: str
    name: str
    said: Cells
    due: date | None
    state: str


@dataclass(frozen=True)
class Year:
    """What is true of the year; ``lines`` are all that its tables tell, ``exits`` those of enterprises of one line."""

    exits: tuple[Exit, ...]
    lines: tuple[Line, ...]
    orders: tuple[Order, ...]
    red_listed_without_exit: frozenset[str]


def invent_year(seed: int) -> Year:
    """A year of six counties; the seed decides names, amounts and which methods."""
    random = Random(f"year/{seed}")
    stems = iter(random.sample([a + b for a in SYLLABLES for b in SYLLABLES if a != b], 300))
    exits: list[Exit] = []
    verdicts = [(True, True), (True, False), (False, True), None] * 2
    for number, county in enumerate(COUNTIES):
        for planned, share, change in (
            (True, Decimal(1), None),
            (True, Decimal("0.4"), None),
            (True, None, None),
            (True, None, "remove_from_plan" if number % 2 else None),
            (False, Decimal(1), "add_to_plan" if number % 3 == 0 else None),
            (False, Decimal(1), None),
        ):
            industry = random.choice(tuple(KINDS))
            amount = Decimal(random.randint(1, 8) * 10)
            exits.append(
                Exit(
                    county,
                    f"{next(stems)}{'水泥厂' if industry == '水泥' else '页岩砖厂'}",
                    industry,
                    amount if planned else None,
                    amount * share if share else None,
                    random.choice(("拆除", "封存", "关停")),
                    change,
                    random.choice(verdicts) if share else None,
                )
            )
    # every verdict meets something that still stands
    standing = [place for place, one in enumerate(exits) if one.actual is not None][:4]
    for place, verdict in zip(standing, verdicts[:4], strict=True):
        exits[place] = replace(exits[place], method="封存", verdict=verdict)
    # shut as a whole, and on a day that is told: an order to close has nothing left to close
    exits[-1] = replace(exits[-1], method="关停")
    orders = (*_orders(stems), *_red_cards(exits[-1], stems))
    lines = [line for one in exits for line in one.lines()]
    for county, elsewhere in zip(COUNTIES, (*COUNTIES[1:], COUNTIES[0]), strict=True):
        lines += _held_against_the_plan(county, elsewhere, stems, random)
    return Year(tuple(exits), tuple(lines), orders, frozenset(one.name for one in orders if one.state == "closing"))


def _held_against_the_plan(county: str, elsewhere: str, stems: Iterable[str], random: Random) -> list[Line]:
    """Of every case of decision 21 an enterprise: of each line its truth stands beside what is told."""
    lines: list[Line] = []

    def works(*told: tuple, industry: str = "水泥", unit: str = "万吨", **of_all: Any) -> None:
        """An enterprise: of each line round, equipment and amount, what is met of it by round, what else is its own."""
        name = f"{next(stems)}厂"
        for round, equipment, amount, met, *own in told:
            method = "" if round == "plan" else "拆除"
            line = Line(round, county, name, industry, amount, unit, equipment, met, method, **of_all)
            lines.append(replace(line, **own[0]) if own else line)

    small, large = (Decimal(amount * 10) for amount in random.sample(range(1, 9), 2))
    both, whole_small, whole_large = small + large, {"annual": (1, small)}, {"annual": (1, large)}
    # beyond the planned amount, by one line and by a second
    works(("plan", SMALL, small, whole_small), ("annual", SMALL, both, whole_small))
    works(
        ("plan", SMALL, small, whole_small),
        ("annual", SMALL, small, whole_small),
        ("annual", LARGE, both, {}),
    )
    # several lines: one of them, both as one, one as two
    works(("plan", SMALL, small, whole_small), ("plan", LARGE, large, {}), ("annual", SMALL, small, whole_small))
    works(
        ("plan", SMALL, small, whole_small),
        ("plan", LARGE, large, whole_large),
        ("annual", MILLS, both, {"annual": (1, both)}),
    )
    works(
        ("plan", MILLS, both, {"annual": (1, both)}),
        ("annual", SMALL, small, whole_small),
        ("annual", LARGE, large, whole_large),
    )
    # words: the broader planned, the finer planned, both planned, two of which neither lies in the other
    carbide, chemicals = {"industry": "电石"}, {"industry": "化工"}
    works(("plan", "电石炉1台", small, whole_small), ("annual", "电石炉1台", both, whole_small, carbide), **chemicals)
    works(("plan", "电石炉1台", small, whole_small), ("annual", "电石炉1台", small, whole_small, chemicals), **carbide)
    works(
        ("plan", "电石炉2台", small, whole_small),
        ("plan", "电石炉2台", large + both, {"annual": (0, large)}, chemicals),
        ("annual", "电石炉2台", both, {"annual": (1, both)}),
        **carbide,
    )
    works(("plan", "高炉1座", small, {}), ("annual", "转炉1座", small, {}, {"industry": "炼钢"}), industry="炼铁")
    steel = {"industry": "钢铁"}
    works(
        ("plan", "高炉1座", small, {}, {"industry": "炼铁"}),
        ("plan", "轧机1套", large, whole_large),
        ("annual", "转炉1座", both, whole_large, {"industry": "炼钢"}),
        **steel,
    )
    works(
        ("plan", "鼓风炉1座", small, {}), ("annual", "鼓风炉1座", small, {}, {"industry": "锌冶炼"}), industry="铅冶炼"
    )
    works(
        ("plan", "酒精生产线1条", small, {}),
        ("plan", "电炉1座", large, whole_large, steel),
        ("annual", "转炉1座", both + large, whole_large, steel),
        industry="轻工",
    )
    works(
        ("plan", "纸机1台", small, whole_small),
        ("annual", "1760型造纸机1台", both, whole_small, {"industry": "造纸"}),
        industry="轻工",
    )
    # a machine tells which line is done, and what is over of it does no other, unless one row tells all that was planned
    over = large + 5
    works(
        ("plan", SMALL, small, whole_small),
        ("plan", MIDDLE, small, {}),
        ("plan", LARGE, large, whole_large),
        ("annual", SMALL, small, whole_small),
        ("annual", LARGE, over, whole_large),
    )
    works(("plan", SMALL, large, whole_large), ("plan", MIDDLE, large, {}), ("annual", SMALL, over, whole_large))
    works(
        ("plan", SMALL, small, whole_small),
        ("plan", LARGE, large, whole_large),
        ("annual", SMALL, both, {"annual": (1, both)}),
    )
    # no line has the other machine: it does what is left
    works(
        ("plan", SMALL, both, {"annual": (1, both)}),
        ("annual", SMALL, small, whole_small),
        ("annual", LARGE, over, whole_large),
    )
    # where no machine tells, equal amounts go first, then the larger
    works(
        ("plan", "粉磨机1台", small, whole_small),
        ("plan", "粉磨机组1套", large, {"annual": (0, Decimal(5))}),
        ("plan", "粉磨线1条", both, {"annual": (1, both)}),
        ("annual", "水泥磨1台", small, whole_small),
        ("annual", MILLS, both + 5, {"annual": (1, both + 5)}),
    )
    # planned in one unit, exited in another: the line decides, no amount of the plan is done
    works(
        ("plan", SMALL, small, {"annual": (1, Decimal(0))}),
        ("annual", "新型干法熟料线1条", both * 10, {"annual": (1, both * 10)}, {"unit": "吨/日"}),
    )
    # mid-year: one of two planned, later both; one beyond the plan that the annual table leaves out
    works(
        ("plan", SMALL, small, {"midyear": (1, small), **whole_small}),
        ("plan", LARGE, large, whole_large),
        ("midyear", SMALL, small, {"midyear": (1, small)}),
        ("annual", SMALL, small, whole_small),
        ("annual", LARGE, large, whole_large),
    )
    works(
        ("plan", SMALL, small, {"midyear": (1, small), **whole_small}),
        ("midyear", SMALL, small, {"midyear": (1, small)}),
        ("midyear", LARGE, both, {}),
        ("annual", SMALL, small, whole_small),
    )
    # exited in the zone of the county, and in another county by its credit code
    works(
        ("plan", SMALL, small, whole_small, {"county": HOST}),
        ("annual", SMALL, small, whole_small, {"county": ZONE}),
    )
    works(
        ("plan", SMALL, small, whole_small),
        ("annual", SMALL, small, whole_small, {"county": elsewhere}),
        credit_code=invent_credit_code(county, random),
    )
    # taken out though it was done; added though it was there at mid-year
    works(("plan", SMALL, small, {}, {"change": "remove_from_plan"}), ("annual", SMALL, small, {}))
    works(
        ("midyear", SMALL, small, {"midyear": (1, small)}),
        ("annual", SMALL, small, {"midyear": (1, small), **whole_small}, {"change": "add_to_plan"}),
    )
    return lines


def months_later(day: date, months: int) -> date:
    """The same day of that month, or its last day where it has none such."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _orders(stems: Iterable[str]) -> list[Order]:
    """Energy: 6 months and at most 3 more. Quality: 6, no more. Environment: no months, the order's own term or none."""
    energy, quality, air = "610900-fgw", "610900-scjg", "610900-sthj"
    extended = {"extension_months": 3, "extension_document": "安发改函〔2024〕5号"}
    closed = {"result": "已关闭", "result_on": date(2024, 11, 1), "closed_on": date(2024, 11, 1)}
    passed = {"result": "已达标", "result_on": date(2024, 9, 1)}
    said: list[tuple[str, date, Cells, int | None, str]] = [
        (energy, date(2023, 8, 31), {}, 6, "overdue"),
        (energy, date(2024, 6, 29), {}, 6, "overdue"),
        (energy, date(2024, 6, 30), {}, 6, "overdue"),
        (energy, date(2024, 7, 1), {}, 6, "open"),
        (energy, date(2024, 8, 31), {}, 6, "open"),
        (energy, date(2024, 3, 31), extended, 9, "open"),
        (energy, date(2024, 5, 31), extended, 9, "open"),
        (energy, date(2024, 5, 31), {**extended, "extension_months": 4}, 6, "overdue"),
        (energy, date(2024, 2, 29), passed, 6, "passed"),
        (energy, date(2024, 4, 30), closed, 6, "closed"),
        (quality, date(2024, 5, 31), {**extended, "extension_document": "安市监函〔2024〕1号"}, 6, "overdue"),
        (quality, date(2024, 8, 30), {}, 6, "open"),
        (air, date(2024, 1, 31), {}, None, "open"),
    ]
    orders = [
        Order(who, f"{next(stems)}水泥厂", {"ordered_on": day, **told}, months and months_later(day, months), state)
        for who, day, told, months, state in said
    ]
    for term, state in ((DAY, "open"), (date(2024, 12, 30), "overdue")):
        told = {"ordered_on": date(2024, 1, 31), "term_until": term}
        orders.append(Order(air, f"{next(stems)}水泥厂", told, term, state))
    return orders


def _red_cards(gone: Exit, stems: Iterable[str]) -> list[Order]:
    """Two who are among no exits, and one who is."""
    told = {"card": "红牌", "ordered_on": date(2024, 2, 1)}
    names = (f"{next(stems)}水泥厂", f"{next(stems)}水泥厂")
    missing = [Order("610900-yjgl", name, told, None, "closing") for name in names]
    return [*missing, Order("610900-yjgl", gone.name, {**told, "county": gone.county}, None, "exited")]


def write_tables(folder: Path, year: Year, rulebook: Rulebook) -> dict[str, Path]:
    """The tables of the counties in every round and the departments' lists, in the inbox of each round."""
    inboxes = {round: folder / round for round in TABLES}
    by_table: dict[tuple[str, str], list[Cells]] = defaultdict(list)
    for line in year.lines:
        by_table[line.round, line.county].append(_exit_line(line, rulebook))
    for (round, county), lines in by_table.items():
        _fill_in(inboxes[round] / county / TABLES[round][0], round, county, EXIT_TABLE, lines, rulebook)
    by_department: dict[str, list[Cells]] = defaultdict(list)
    for number, order in enumerate(year.orders, start=1):
        by_department[order.department].append(_order_line(order, number, rulebook))
    for department, lines in by_department.items():
        path = inboxes["annual"] / department / "清单.xlsx"
        _fill_in(path, "annual", department, "rectification", lines, rulebook)
    return inboxes


def write_records(folder: Path, year: Year, rulebook: Rulebook) -> Path:
    """The counties' acceptance records."""
    for county in COUNTIES:
        lines = [
            _exit_line(replace(one.lines()[-1], method="拆除"), rulebook)
            | {
                "category": None,
                "quantity": None,
                "dismantled_on": date(2024, 10, 10),
                "accepted_on": date(2024, 10, 20),
                "county_opinion": "同意通过验收" if one.verdict[0] else "不同意，须整改",
                "county_inspectors": "张三",
                "city_opinion": "同意" if one.verdict[1] else "不同意，须整改",
                "city_inspectors": "王五",
                "photos_before": 1,
                "photos_during": 1,
                "photos_after": 1,
                "pledge": "是",
            }
            for one in year.exits
            if one.county == county and one.verdict
        ]
        if lines:
            _fill_in(folder / county / "验收.xlsx", "annual", county, "acceptance", lines, rulebook)
    return folder


def _exit_line(line: Line, rulebook: Rulebook) -> Cells:
    _, _, shut_on, dismantled_on = TABLES[line.round]
    return {
        "county": rulebook.reference.divisions[line.county].name,
        "industry": line.industry,
        "enterprise": line.name,
        "credit_code": line.credit_code or None,
        "equipment": line.equipment,
        "capacity": line.amount,
        "unit": line.unit,
        "category": "能耗",
        "method": line.method or None,
        "shut_on": shut_on if line.method == "关停" else None,
        "dismantled_on": dismantled_on if line.method == "拆除" else None,
    }


def _order_line(order: Order, number: int, rulebook: Rulebook) -> Cells:
    categories = {"610900-fgw": "能耗", "610900-scjg": "质量", "610900-sthj": "环保", "610900-yjgl": "安全"}
    line = {
        "county": COUNTIES[0],
        "industry": "水泥",
        "enterprise": order.name,
        "card": "黄牌",
        "category": categories[order.department],
        "standard": "GB 16780",
        "order_no": f"责改〔2024〕{number}号",
        **order.said,
    }
    return line | {"county": rulebook.reference.divisions[line["county"]].name}


def _fill_in(path: Path, round: str, reporter: str, form: str, lines: list[Cells], rulebook: Rulebook) -> None:
    """The workbook issued to the reporter lies at ``path``, with ``lines`` in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    exports.write_template(REGIME, round, reporter, path, rulebook, form)
    book = openpyxl.load_workbook(path)
    sheet = book[rulebook.forms[form].sheet]
    (label,) = (cell for row in sheet.iter_rows(max_row=HEADER_ROW) for cell in row if cell.value == DATE_LABEL)
    label.offset(column=1).value = TABLES[round][1]
    for row, line in enumerate(lines, start=HEADER_ROW + 2):
        for key, value in line.items():
            if value is not None:
                sheet.cell(row, column_of(rulebook.forms[form], key) + 1).value = value
    book.save(path)
