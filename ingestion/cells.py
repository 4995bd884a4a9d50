"""What a file looks like once it is read: sheets of cells with their addresses, before anything is understood."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

Value = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta
Grid = list[list[Value]]
Position = tuple[int, int]
"""Row and column, both counted from 0."""
MergedRange = tuple[Position, Position]
"""First and last cell of a merged range."""

ERROR_VALUES = frozenset({"#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"})


_NOT_SEEN = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]")
"""Signs that show nothing: of no width, of formatting, of the direction of writing."""

_UNBROKEN_SPACE = re.compile("[\u00a0\u2007\u202f]")


def as_seen(text: str) -> str:
    """The text as a person sees it: without the signs that show nothing, spaces that do not break being plain ones.

    They come with what is copied from web pages and documents. With them two words that look alike would be two; what
    was sent stays in the original.
    """
    return text if text.isprintable() else _UNBROKEN_SPACE.sub(" ", _NOT_SEEN.sub("", text))


@dataclass(frozen=True, slots=True)
class Observation:
    """Something noticed about a file, for the rules to judge; the kinds are listed in contracts, section 3."""

    kind: str
    sheet: str | None = None
    cell: str | None = None
    value: str | None = None
    params: dict[str, Any] = field(default_factory=dict)


class UnreadableError(Exception):
    """The file cannot be read; carries the observation that says why."""

    def __init__(self, kind: str, sheet: str | None = None, cell: str | None = None, **params: Any) -> None:
        super().__init__(kind)
        self.observation = Observation(kind, sheet, cell, params=params)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet: ``grid`` starts at A1, row by row; a blank cell is ``""``."""

    name: str
    number: int
    is_visible: bool
    grid: Grid
    merged: tuple[MergedRange, ...] = ()
    errors: dict[Position, str] = field(default_factory=dict)
    """Cells with an error value, or with a formula whose value was never stored, and what stands there."""
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()

    @property
    def width(self) -> int:
        """Columns of the grid."""
        return len(self.grid[0]) if self.grid else 0

    def text(self, row: int, column: int) -> str | None:
        """The cell as text; ``None`` when it is blank or outside the grid. An error value is text."""
        if self.errors and (row, column) in self.errors:
            return self.errors[row, column]
        if row >= len(self.grid) or column >= len(self.grid[row]):
            return None
        return text_of(self.grid[row][column])

    def texts(self, row: int) -> list[str | None]:
        """All cells of a row as text."""
        texts = [(value.strip() or None) if value.__class__ is str else text_of(value) for value in self.grid[row]]
        if self.errors:
            for column in range(len(texts)):
                texts[column] = self.errors.get((row, column), texts[column])
        return texts


@dataclass(frozen=True, slots=True)
class Reading:
    """One file as read: its sheets, or the observation that says why there are none."""

    name: str
    sha256: str
    sheets: tuple[Sheet, ...] = ()
    observations: tuple[Observation, ...] = ()
    is_document: bool = False
    """A summary, a government document or a photo: kept and counted, but not read (domain, section 3.2)."""


# 1 and TRUE are equal, but not the same text
@lru_cache(maxsize=65_536, typed=True)
def text_of(value: Value) -> str | None:
    """The cell value as a person reads it, trimmed; ``None`` when it is blank."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        # 15 significant digits are what a spreadsheet shows and what a person typed; the rest is binary noise
        return str(int(value)) if value.is_integer() else format(Decimal(f"{value:.15g}"), "f")
    if isinstance(value, dt.datetime) and value.time() == dt.time.min:
        return value.date().isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


@lru_cache(maxsize=4_096)
def column_letters(column: int) -> str:
    """The letters of a column counted from 0."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@lru_cache(maxsize=4_096)
def column_number(letters: str) -> int:
    """The column of its capital letters, counted from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def address(row: int, column: int) -> str:
    """The A1 address of a cell; both counted from 0."""
    return f"{column_letters(column)}{row + 1}"
