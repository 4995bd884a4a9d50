"""Sheets of a pack read back as tables."""

from __future__ import annotations

from typing import Any

from openpyxl.worksheet.worksheet import Worksheet


def records(sheet: Worksheet, first_heading: str) -> list[dict[str, Any]]:
    """The lines of the table whose first heading is ``first_heading``, by Chinese heading, to its first blank line."""
    lines = [[cell.value for cell in row] for row in sheet.iter_rows()]
    start = next(place for place, line in enumerate(lines) if str(line[0]).split("\n")[0] == first_heading)
    names = [str(name).split("\n")[0] for name in lines[start]]
    table = []
    for line in lines[start + 1 :]:
        if all(value is None for value in line[1:]):
            break
        table.append(dict(zip(names, line, strict=True)))
    return table


def texts(sheet: Worksheet) -> str:
    """All that the cells of the sheet say, a line each."""
    return "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)
