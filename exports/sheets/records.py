"""One line of a printed table, and how high it must be for its texts to be read whole.

A program that opens a workbook need not make its rows fit the text, and some do not: the height is written with the row.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

Value = str | int | Decimal | None
Record = Sequence[Value]

LINE_POINTS = 13.5
PADDING_POINTS = 2.5


def measure(text: str) -> float:
    """Width of ``text`` in characters of a sheet: a Chinese one takes two (three bytes in UTF-8, a Latin one one)."""
    return (len(text) + len(text.encode("utf-8", "replace"))) / 2


@lru_cache(maxsize=1 << 12)
def count_lines(text: str, width: float) -> int:
    """Lines that ``text`` takes in a cell ``width`` characters wide, with a little air on both sides."""
    room = max(width - 1, 1)
    return sum(max(1, -int(-measure(part) // room)) for part in text.split("\n"))


def measure_height(record: Record, widths: Sequence[float]) -> float:
    """Height in points of the row that holds ``record`` in columns of these ``widths``."""
    lines = 1
    # a class is told faster than an instance: this is asked of every cell of a province
    for value, width in zip(record, widths, strict=True):
        if value.__class__ is str and (len(value) * 2 > width - 1 or "\n" in value):
            lines = max(lines, count_lines(value, width))
    return LINE_POINTS * lines + PADDING_POINTS
