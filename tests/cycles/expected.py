"""The rollup as plain loops add it up from a generator's truth: nothing here has seen a workbook."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pandas as pd

from rulebook import Regime, Rulebook

COLUMNS = [
    "regime",
    "round",
    "division_code",
    "division",
    "industry_code",
    "industry",
    "category",
    "enterprises",
    "exits",
    "equipment",
    "equipment_unknown",
    "capacity",
    "capacity_unit",
]
TOTAL = "合计"
UNCATEGORISED = "未分类"


def add_up(exits: pd.DataFrame, regime: Regime, round: str, rulebook: Rulebook) -> pd.DataFrame:
    """Every line that ``rollup.csv`` must have for these exits (architecture, 5.3), in no particular order."""
    lines = [
        {"regime": regime.key, "round": round, "division_code": code, "division": division} | line
        for code, division, inside in _blocks(exits, regime, rulebook)
        for line in _block_lines(inside, rulebook)
    ]
    return pd.DataFrame(lines, columns=COLUMNS)


def read_rollup(path: Path) -> list[tuple[object, ...]]:
    """The lines of a ``rollup.csv``, to be compared with those that ``put_in_order`` gives."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        assert reader.fieldnames == COLUMNS
        return put_in_order(pd.DataFrame(reader))


def put_in_order(rollup: pd.DataFrame) -> list[tuple[object, ...]]:
    """The lines in one order, counts as numbers and amounts as exact decimals, however many zeros are printed."""
    counts = ("enterprises", "exits", "equipment", "equipment_unknown")
    return sorted(
        tuple(
            int(value) if name in counts else Decimal(value or 0) if name == "capacity" else str(value)
            for name, value in line.items()
        )
        for line in rollup.to_dict("records")
    )


Exits = list[dict[str, object]]


def _blocks(exits: pd.DataFrame, regime: Regime, rulebook: Rulebook) -> Iterator[tuple[str, str, Exits]]:
    """The area of the regime, its cities, its counties and zones, each with the exits inside it."""
    inside: dict[str, Exits] = {}
    for exit in exits.to_dict("records"):
        county = exit["county_code"]
        # each once: the area of a city's regime is the city
        for code in {regime.area, county, rulebook.reference.city_of(county)}:
            inside.setdefault(code, []).append(exit)
    for code in regime.divisions:
        if code in inside:
            yield code, rulebook.reference.divisions[code].name, inside[code]


def _block_lines(exits: Exits, rulebook: Rulebook) -> Iterator[dict[str, object]]:
    yield {"industry_code": "", "industry": TOTAL, "category": TOTAL, "capacity": None, "capacity_unit": ""} | _count(
        exits
    )
    groups: dict[tuple[str, str, str], Exits] = {}
    for exit in exits:
        for category in (TOTAL, *(exit["categories"] or (UNCATEGORISED,))):
            groups.setdefault((exit["industry"], exit["capacity_unit"], category), []).append(exit)
    for (industry, unit, category), group in groups.items():
        yield {
            "industry_code": rulebook.reference.industry(industry).code or "",
            "industry": industry,
            "capacity_unit": unit,
            "category": category,
            "capacity": sum((exit["capacity"] for exit in group), Decimal(0)),
        } | _count(group)


def _count(exits: Exits) -> dict[str, int]:
    known = [exit["equipment_count"] for exit in exits if pd.notna(exit["equipment_count"])]
    return {
        "enterprises": len({(exit["county_code"], exit["enterprise"]) for exit in exits}),
        "exits": len(exits),
        "equipment": int(sum(known)),
        "equipment_unknown": len(exits) - len(known),
    }
