"""Merged areas of an .ods (OpenDocument 1.3, part 3, section 9.1), of which calamine tells none."""

from __future__ import annotations

import io
import zipfile
from xml.parsers import expat

from exports.spreadsheet.sheet import LAST_COLUMN, LAST_ROW

Area = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell of a merged area, row and column from 0."""

_CONTENT = "content.xml"


def read_merged(data: bytes) -> list[list[Area]]:
    """The merged areas of each sheet in the order of the tabs; none at all where ``data`` is no .ods."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return []
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        if _CONTENT not in package.NameToInfo:
            return []
        reader = _Reader()
        reader.parser.Parse(package.read(_CONTENT), True)
    return reader.merged


class _Reader:
    """Follows the sheets, rows and cells of a content.xml; a table inside a cell is no sheet."""

    def __init__(self) -> None:
        self.merged: list[list[Area]] = []
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self._depth = self._row = self._next_row = self._column = 0

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table:table":
            self._depth += 1
            if self._depth == 1:
                self.merged.append([])
                self._next_row = 0
        elif self._depth != 1:
            return
        elif name == "table:table-row":
            self._row, self._column = self._next_row, 0
            self._next_row += _count(attributes, "table:number-rows-repeated")
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self._start_cell(attributes)

    def _end(self, name: str) -> None:
        if name == "table:table":
            self._depth -= 1

    def _start_cell(self, attributes: dict[str, str]) -> None:
        first = (self._row, self._column)
        self._column += _count(attributes, "table:number-columns-repeated")
        rows = _count(attributes, "table:number-rows-spanned")
        columns = _count(attributes, "table:number-columns-spanned")
        last = (min(first[0] + rows, LAST_ROW) - 1, min(first[1] + columns, LAST_COLUMN) - 1)
        if last > first and last[1] >= first[1]:
            self.merged[-1].append((first, last))


def _count(attributes: dict[str, str], name: str) -> int:
    return int(attributes.get(name, 1))
