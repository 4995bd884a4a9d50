"""Values of the table that nobody sees: in hidden rows, hidden columns and hidden sheets (rule S12)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ingestion.cells import Observation, Position, Sheet, address
from ingestion.table import Table


def notice_hidden_values(read: Table, tables: Sequence[Table]) -> Iterator[Observation]:
    """``hidden_values``, once a sheet, at its first hidden value: hidden sheets with a table, and the table ``read``.

    Hidden values are read like all others, so that nothing is lost: whether they are meant is for the sender to say.
    """
    for table in tables:
        if not table.sheet.is_visible:
            yield _hidden_value(table.sheet, _first_value(table.sheet), "sheet")
        elif table is read and (found := _first_hidden_value(table)):
            yield _hidden_value(table.sheet, *found)


def _hidden_value(sheet: Sheet, cell: Position, what: str) -> Observation:
    return Observation("hidden_values", sheet.name, address(*cell), sheet.text(*cell), {"what": what})


def _first_value(sheet: Sheet) -> Position:
    return next((row, column) for row in range(len(sheet.grid)) for column in _columns_with_values(sheet, row))


def _first_hidden_value(table: Table) -> tuple[Position, str] | None:
    sheet = table.sheet
    if not (sheet.hidden_rows or sheet.hidden_columns):
        return None
    for row in sorted(row.index for row in (*table.rows, *table.totals)):
        for column in _columns_with_values(sheet, row):
            if row in sheet.hidden_rows:
                return (row, column), "rows"
            if column in sheet.hidden_columns:
                return (row, column), "columns"
    return None


def _columns_with_values(sheet: Sheet, row: int) -> Iterator[int]:
    return (column for column in range(sheet.width) if sheet.text(row, column))
