"""The rollup of one cycle as the table other systems read: ``rollup.csv``."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from decimal import Decimal
from io import StringIO
from typing import Any

from exports.amounts import write_exactly
from exports.sheets.formulas import make_harmless
from rulebook import Regime

CSV_COLUMNS = (
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
)


def format_rollup(lines: Iterable[Any], regime: Regime, round: str) -> bytes:
    """``rollup.csv`` as in architecture 5.3: UTF-8 with BOM, exact decimals, nothing where nothing is known."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for line in lines:
        values = (regime.key, round, *line)
        writer.writerow([_write_cell(value) for value in values])
    return text.getvalue().encode("utf-8-sig")


def _write_cell(value: Any) -> Any:
    if isinstance(value, Decimal):
        return write_exactly(value)
    return make_harmless(value) if isinstance(value, str) else value
