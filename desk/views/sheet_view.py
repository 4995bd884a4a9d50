"""A sheet as it was sent, a window of it at a time, with the cells marked that findings are about."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from threading import Lock
from typing import Any

import ingestion
from desk.views.kept import Kept
from desk.views.records import Records, SubmissionRecord
from exports.wording import SEVERITIES
from ingestion.cells import MergedRange, Position, Reading, Sheet, address, column_letters
from rulebook.card import CARD_SHEET

MOST_ROWS = 200
"""Rows of one window."""
MOST_COLUMNS = 60
"""Columns that are shown; what lies behind them is only told of."""
ROWS_ABOVE_A_FINDING = 5
CELLS_KEPT = 2_000_000
"""Of the workbooks that stay in memory as read: about a hundred megabytes."""

_ROW_OF_ADDRESS = re.compile(r"[A-Z]+([0-9]+)")

_TURNING_SIGNS = dict.fromkeys((0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
"""Signs nobody sees that turn the direction of writing (Unicode Annex 9): behind one, a page shows what is not there."""

Finding = Mapping[str, Any]
"""A line of the findings frame."""

_reading = Lock()


@dataclass(frozen=True, slots=True)
class NumberedFinding:
    """A finding with its number among those of its submission, as the receipt counts them; those across submissions
    are no part of the receipt, and count on behind.
    """

    number: int
    finding: Finding

    @property
    def place(self) -> tuple[str | None, str | None]:
        """Sheet and cell, None where it is about no cell. What the signed card says is nothing to be changed by hand."""
        sheet, cell = self.finding["sheet"], self.finding["cell"]
        return (None, None) if sheet == CARD_SHEET else (sheet, cell)

    @property
    def row(self) -> int | None:
        """The row of the sheet it points at, counted from 1."""
        found = _ROW_OF_ADDRESS.fullmatch(self.place[1] or "")
        return int(found[1]) if found else None


@dataclass(frozen=True, slots=True)
class CellView:
    """One cell, or the part of a merged range that lies in the window."""

    address: str
    text: str
    columns: int
    rows: int
    findings: tuple[NumberedFinding, ...]

    @property
    def severity(self) -> str | None:
        """The gravest of its findings."""
        return gravest(self.findings)


@dataclass(frozen=True, slots=True)
class RowView:
    """One row of the window."""

    number: int
    is_hidden: bool
    cells: tuple[CellView, ...]


@dataclass(frozen=True, slots=True)
class ColumnView:
    """One column of the window."""

    letters: str
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class SheetView:
    """Some rows of a sheet; all rows and columns are counted from 1."""

    name: str
    columns: tuple[ColumnView, ...]
    rows: tuple[RowView, ...]
    row_count: int
    first_row: int
    last_row: int
    columns_left_out: int

    @property
    def previous_row(self) -> int | None:
        """Where the window before begins; None at the top."""
        return max(1, self.first_row - MOST_ROWS) if self.first_row > 1 else None

    @property
    def next_row(self) -> int | None:
        """Where the window behind begins; None at the end."""
        return self.last_row + 1 if self.last_row < self.row_count else None


def read_original(records: Records, record: SubmissionRecord) -> Reading:
    """The original of a submission, as it is read; the last ones are kept."""
    return _readings.get((record.sha256, record.file), lambda: _read(record.file, records.original(record)))


def _read(name: str, data: bytes) -> Reading:
    # one at a time: while an .xls is read, the standard error of the whole process leads nowhere
    with _reading:
        return ingestion.read_file(name, data)


def _cell_count(reading: Reading) -> int:
    """Of all its sheets; a file without any counts too, so that there is an end to them."""
    return 1 + sum(len(sheet.grid) * sheet.width for sheet in reading.sheets)


_readings: Kept[Reading] = Kept(CELLS_KEPT, _cell_count)


def shown_in_order(text: str | None) -> str:
    """``text`` as a page shows it, without the signs that turn the direction of writing."""
    return (text or "").translate(_TURNING_SIGNS)


def gravest(findings: Iterable[NumberedFinding]) -> str | None:
    """The gravest severity of ``findings``; None where there are none."""
    found = {one.finding["severity"] for one in findings}
    return next((severity for severity in SEVERITIES if severity in found), None)


def numbered(findings: Iterable[Finding]) -> list[NumberedFinding]:
    """The findings of a submission with their numbers."""
    return [NumberedFinding(number, finding) for number, finding in enumerate(findings, start=1)]


def sheet_to_open(reading: Reading, findings: Iterable[NumberedFinding], read_sheet: str | None) -> Sheet | None:
    """The sheet of the first finding that points at a cell, else the one that was read, else the first visible one."""
    told = next((finding.place[0] for finding in findings if finding.row is not None), None)
    by_name = {sheet.name: sheet for sheet in reversed(reading.sheets)}
    if (sheet := by_name.get(told) or by_name.get(read_sheet)) is not None:
        return sheet
    return next((sheet for sheet in reading.sheets if sheet.is_visible), None)


def row_to_open(sheet: Sheet, findings: Iterable[NumberedFinding]) -> int:
    """The row a window begins with for the first finding on ``sheet`` to be in sight; the first where all is."""
    rows = [finding.row for finding in findings if finding.place[0] == sheet.name and finding.row is not None]
    if not rows or len(sheet.grid) <= MOST_ROWS:
        return 1
    return max(1, min(rows) - ROWS_ABOVE_A_FINDING)


def view_sheet(sheet: Sheet, first_row: int, findings: Iterable[NumberedFinding]) -> SheetView:
    """The window of ``sheet`` that begins with ``first_row``; beyond the end, the last row."""
    height, width = len(sheet.grid), min(sheet.width, MOST_COLUMNS)
    first = max(0, min(first_row - 1, height - 1))
    last = min(first + MOST_ROWS, height)
    by_cell = defaultdict(list)
    for finding in findings:
        name, cell = finding.place
        if name == sheet.name and cell is not None:
            by_cell[cell].append(finding)
    merged = _merged_in_window(sheet.merged, range(first, last), width)
    rows = (
        RowView(row + 1, row in sheet.hidden_rows, tuple(_cells(sheet, row, width, merged, by_cell)))
        for row in range(first, last)
    )
    return SheetView(
        name=sheet.name,
        columns=tuple(ColumnView(column_letters(column), column in sheet.hidden_columns) for column in range(width)),
        rows=tuple(rows),
        row_count=height,
        first_row=first + 1,
        last_row=last,
        columns_left_out=sheet.width - width,
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """The part of a merged range that lies in the window."""

    origin: Position
    """The range's first cell, which holds its value."""
    columns: int
    rows: int


def _merged_in_window(merged: Iterable[MergedRange], rows: range, width: int) -> dict[Position, _Part | None]:
    """Every merged cell of the window: the first of its range's part has that part, the others None."""
    covered: dict[Position, _Part | None] = {}
    for (top, left), (bottom, right) in merged:
        first, last = max(top, rows.start), min(bottom, rows.stop - 1)
        right = min(right, width - 1)
        cells = [(row, column) for row in range(first, last + 1) for column in range(left, right + 1)]
        # of ranges that overlap, which only a broken file has, the first is shown
        if cells and covered.keys().isdisjoint(cells):
            covered |= dict.fromkeys(cells)
            covered[cells[0]] = _Part((top, left), right - left + 1, last - first + 1)
    return covered


def _cells(
    sheet: Sheet,
    row: int,
    width: int,
    merged: Mapping[Position, _Part | None],
    findings: Mapping[str, Sequence[NumberedFinding]],
) -> Iterator[CellView]:
    for column in range(width):
        if (row, column) not in merged:
            name = address(row, column)
            yield CellView(name, shown_in_order(sheet.text(row, column)), 1, 1, tuple(findings.get(name, ())))
        elif (part := merged[row, column]) is not None:
            places = [part.origin, *product(range(row, row + part.rows), range(column, column + part.columns))]
            names = dict.fromkeys(address(*place) for place in places)
            about = sorted((one for name in names for one in findings.get(name, ())), key=lambda one: one.number)
            text = shown_in_order(sheet.text(*part.origin))
            yield CellView(address(*part.origin), text, part.columns, part.rows, tuple(about))
