"""The rollup as plain pandas adds it up from a generator's truth: nothing here has seen a workbook."""

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


def _blocks(exits: pd.DataFrame, regime: Regime, rulebook: Rulebook) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """The area of the regime, its cities, its counties and zones, each with the exits inside it."""
    city_codes = exits["county_code"].map(rulebook.reference.city_of)
    for code in regime.divisions:
        inside = exits if code == regime.area else exits[(exits["county_code"] == code) | (city_codes == code)]
        if len(inside):
            yield code, rulebook.reference.divisions[code].name, inside


def _block_lines(exits: pd.DataFrame, rulebook: Rulebook) -> Iterator[dict[str, object]]:
    yield {"industry_code": "", "industry": TOTAL, "category": TOTAL, "capacity": None, "capacity_unit": ""} | _count(
        exits
    )
    for (industry, unit), group in exits.groupby(["industry", "capacity_unit"]):
        code = rulebook.reference.industry(industry).code or ""
        named = {"industry_code": code, "industry": industry, "capacity_unit": unit}
        yield named | {"category": TOTAL, "capacity": sum(group["capacity"], Decimal(0))} | _count(group)
        categories = group["categories"].map(lambda names: names or (UNCATEGORISED,))
        for category in sorted(set(categories.explode())):
            inside = group[categories.map(lambda names, wanted=category: wanted in names)]
            yield named | {"category": category, "capacity": sum(inside["capacity"], Decimal(0))} | _count(inside)


def _count(exits: pd.DataFrame) -> dict[str, int]:
    known = exits["equipment_count"].dropna()
    return {
        "enterprises": len(exits[["county_code", "enterprise"]].drop_duplicates()),
        "exits": len(exits),
        "equipment": int(sum(known)),
        "equipment_unknown": len(exits) - len(known),
    }
