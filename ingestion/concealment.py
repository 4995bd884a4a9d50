"""Values of the table that nobody sees: in hidden rows, columns and sheets, and under merged cells (rule S12)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ingestion.cells import Observation, Position, Sheet, address
from ingestion.table import Table


def notice_hidden_values(read: Table, tables: Sequence[Table]) -> Iterator[Observation]:
    """``hidden_values``, once a sheet, at its first hidden value: hidden sheets with a table, and the table ``read``.

    Hidden values are read like all others, so that nothing is lost: whether they are meant is for the sender to say.
    Where no table is visible, the others are told as ``several_tables``.
    """
    for table in tables:
        sheet = table.sheet
        if not sheet.is_visible and (table is read or read.sheet.is_visible):
            params = {"what": "sheet"} | ({} if table is read else {"read": read.sheet.name})
            yield _hidden_value(sheet, _first_value(sheet), params)
        elif table is read and (found := _first_hidden_value(table)):
            position, what = found
            yield _hidden_value(sheet, position, {"what": what})


def _hidden_value(sheet: Sheet, cell: Position, params: dict[str, str]) -> Observation:
    return Observation("hidden_values", sheet.name, address(*cell), sheet.text(*cell), params)


def _first_value(sheet: Sheet) -> Position:
    return next((row, column) for row in range(len(sheet.grid)) for column in _columns_with_values(sheet, row))


def _first_hidden_value(table: Table) -> tuple[Position, str] | None:
    sheet = table.sheet
    if not (sheet.hidden_rows or sheet.hidden_columns or table.origin):
        return None
    for row in sorted(row.index for row in (*table.rows, *table.totals)):
        for column in _columns_with_values(sheet, row):
            if row in sheet.hidden_rows:
                return (row, column), "rows"
            if column in sheet.hidden_columns:
                return (row, column), "columns"
            # a merged cell that is given its own value in every row shows what each of them has
            if (origin := table.origin.get((row, column))) and sheet.text(*origin) != sheet.text(row, column):
                return (row, column), "merged"
    return None


def _columns_with_values(sheet: Sheet, row: int) -> Iterator[int]:
    return (column for column in range(sheet.width) if sheet.text(row, column))
