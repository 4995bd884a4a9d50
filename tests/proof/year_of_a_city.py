"""One year of a city with everything known about it: plan and actual, orders and their terms, what was accepted on site.

The truth comes from what was meant: dates are counted on the calendar here, and sums by hand; nothing asks the project.
All enterprises are invented.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import openpyxl

import exports
from exports.answers.template import DATE_LABEL, HEADER_ROW, column_of
from rulebook import EXIT_TABLE, Rulebook

REGIME, CITY = "ankang-2024", "610900"
DAY = date(2024, 12, 31)
"""The day on which the clocks are read."""

COUNTIES = ("610921", "610922", "610923", "610924", "610925", "610926")
KINDS = {"水泥": ("万吨", "Φ2.2×7m水泥磨1台"), "砖瓦": ("万块标砖", "24门轮窑1座")}
SYLLABLES = "宏源鑫泰恒昌瑞丰盛华兴隆达安顺永嘉德润通"

Line = dict[str, Any]


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

    @property
    def is_in_plan(self) -> bool:
        """Whether it belongs to the plan in force."""
        return self.change != "remove_from_plan" and (self.planned is not None or self.change == "add_to_plan")

    @property
    def in_plan(self) -> Decimal:
        """Its amount in the plan in force: of what was added later, what exited."""
        return (self.actual if self.planned is None else self.planned) or Decimal(0)

    def stands(self, accepted: bool) -> bool:
        """Whether it left but was not dismantled; ``accepted``: the records have come."""
        return self.actual is not None and self.method != "拆除" and not (accepted and self.verdict == (True, True))


@dataclass(frozen=True)
class Order:
    """One line of a list; ``due`` and ``state`` are what must come of it on ``DAY``."""

    department: str
    name: str
    said: Mapping[str, Any]
    due: date | None
    state: str


@dataclass(frozen=True)
class Year:
    """What is true of the year."""

    exits: tuple[Exit, ...]
    orders: tuple[Order, ...]
    red_listed_without_exit: frozenset[str]


def invent_year(seed: int) -> Year:
    """A year of six counties; the seed decides names, amounts and which methods."""
    random = Random(f"year/{seed}")
    stems = iter(random.sample([a + b for a in SYLLABLES for b in SYLLABLES if a != b], 100))
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
    return Year(tuple(exits), orders, frozenset(one.name for one in orders if one.state == "closing"))


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
    said: list[tuple[str, date, Line, int | None, str]] = [
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
    """Plan and annual tables of the counties and the departments' lists, in the inbox of each round."""
    inboxes = {round: folder / round for round in ("plan", "annual")}
    for county in COUNTIES:
        own = [one for one in year.exits if one.county == county]
        plan = [_exit_line(one, one.planned, "", rulebook) for one in own if one.planned is not None]
        actual = [_exit_line(one, one.actual, one.method, rulebook) for one in own if one.actual is not None]
        _fill_in(inboxes["plan"] / county / "计划表.xlsx", "plan", county, EXIT_TABLE, plan, rulebook)
        _fill_in(inboxes["annual"] / county / "退出表.xlsx", "annual", county, EXIT_TABLE, actual, rulebook)
    by_department: dict[str, list[Line]] = defaultdict(list)
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
            _exit_line(one, one.actual, "拆除", rulebook)
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


def _exit_line(one: Exit, amount: Decimal | None, method: str, rulebook: Rulebook) -> Line:
    unit, equipment = KINDS[one.industry]
    return {
        "county": rulebook.reference.divisions[one.county].name,
        "industry": one.industry,
        "enterprise": one.name,
        "equipment": equipment,
        "capacity": amount,
        "unit": unit,
        "category": "能耗",
        "method": method or None,
        "shut_on": date(2024, 9, 1) if method == "关停" else None,
        "dismantled_on": date(2024, 10, 1) if method == "拆除" else None,
    }


def _order_line(order: Order, number: int, rulebook: Rulebook) -> Line:
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


def _fill_in(path: Path, round: str, reporter: str, form: str, lines: list[Line], rulebook: Rulebook) -> None:
    """The workbook issued to the reporter lies at ``path``, with ``lines`` in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    exports.write_template(REGIME, round, reporter, path, rulebook, form)
    book = openpyxl.load_workbook(path)
    sheet = book[rulebook.forms[form].sheet]
    (label,) = (cell for row in sheet.iter_rows(max_row=HEADER_ROW) for cell in row if cell.value == DATE_LABEL)
    label.offset(column=1).value = date(2024, 12, 20) if round == "annual" else date(2024, 7, 1)
    for row, line in enumerate(lines, start=HEADER_ROW + 2):
        for field, value in line.items():
            if value is not None:
                sheet.cell(row, column_of(rulebook.forms[form], field) + 1).value = value
    book.save(path)
