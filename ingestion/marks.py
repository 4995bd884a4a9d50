"""What is found in a workbook beside its values, whatever its format: that python-calamine does not tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ingestion import limits
from ingestion.cells import MergedRange, Position


@dataclass(frozen=True, slots=True)
class SheetMarks:
    """What was found in one sheet."""

    errors: Mapping[Position, str] = field(default_factory=dict)
    """Cells with an error value, or with a formula whose value was never stored, and what stands there."""
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[MergedRange, ...] = ()
    """Only where calamine does not give them."""
    first_link: Position | None = None
    """The first cell with a formula that refers to another workbook."""


MOST_COLUMNS = 16_384
"""Columns of a sheet of an .xlsx or .ods: whatever a file says, there are no more."""

UNMARKED = SheetMarks()


@dataclass(frozen=True, slots=True)
class Marks:
    """What was found in one workbook."""

    sheets: Mapping[int, SheetMarks] = field(default_factory=dict)
    """By the sheet's place in the workbook; sheets of which there is nothing to tell are left out."""
    danger: str | None = None
    """``macros`` or ``objects`` (embedded ones), for which the file is not accepted (rule S16)."""
    has_links: bool = False
    """Whether the workbook names other workbooks it takes values from (rule S19)."""
    lean: bytes | None = None
    """The same workbook without the formats behind its last values, where these are so many that reading takes long."""


def check_grid(rows_with_values: int, last_row: int, last_column: int) -> None:
    """Check the limits of a sheet before it is read: the reader keeps everything from A1 to the last value."""
    limits.check_limit(rows_with_values, limits.MAX_ROWS_WITH_VALUES, "rows_with_values")
    limits.check_limit((last_row + 1) * (last_column + 1), limits.MAX_GRID_CELLS, "grid_cells")
