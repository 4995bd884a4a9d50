"""What is found in a workbook beside its values, whatever its format: that python-calamine does not tell."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import IO

from ingestion import limits
from ingestion.cells import MergedRange, Position, address


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
    """The same workbook without what makes it large and holds no value: formats behind the last values, white space."""


@dataclass(slots=True)
class Extent:
    """How far the values of one sheet reach, and the first cells found in its last row and column."""

    rows_with_values: int = 0
    in_last_row: Position = (-1, -1)
    in_last_column: Position = (-1, -1)

    def reach(self, row: int, column: int) -> None:
        """Note a cell that holds a value."""
        if row > self.in_last_row[0]:
            self.in_last_row = (row, column)
        if column > self.in_last_column[1]:
            self.in_last_column = (row, column)

    @property
    def grid_cells(self) -> int:
        """Cells of the rectangle from A1 to the last value: the reader keeps all of it."""
        return (self.in_last_row[0] + 1) * (self.in_last_column[1] + 1)

    @property
    def is_over_limit(self) -> bool:
        """Whether the sheet is too large to be read."""
        return self.rows_with_values > limits.MAX_ROWS_WITH_VALUES or self.grid_cells > limits.MAX_GRID_CELLS

    def check(self, sheet: str) -> None:
        """Check the limits of the sheet before it is read; ``over_limit`` names the value that lies farthest out."""
        limits.check_limit(self.rows_with_values, limits.MAX_ROWS_WITH_VALUES, "rows_with_values")
        if self.grid_cells > limits.MAX_GRID_CELLS:
            is_far_down = self.in_last_row[0] >= limits.MAX_ROWS_WITH_VALUES
            farthest = address(*(self.in_last_row if is_far_down else self.in_last_column))
            limits.check_limit(self.grid_cells, limits.MAX_GRID_CELLS, "grid_cells", sheet, farthest)


def write_lean(package: zipfile.ZipFile, shortened: Mapping[str, Callable[[IO[bytes]], bytes]]) -> bytes:
    """The package with some of its parts ``shortened``: what each makes of its content stands in its place."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as lean:
        for part in package.infolist():
            with package.open(part) as content:
                shorten = shortened.get(part.filename)
                lean.writestr(part.filename, shorten(content) if shorten else content.read())
    return target.getvalue()
