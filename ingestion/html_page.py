"""Tables of an HTML page: what some systems export under the name of a workbook."""

from __future__ import annotations

from html.parser import HTMLParser

from ingestion import limits

Table = tuple[list[list[str]], tuple[tuple[tuple[int, int], tuple[int, int]], ...]]
"""A grid of texts and its merged ranges."""


def read_html_tables(text: str) -> list[Table]:
    """The outermost tables of the page, in order, spans as merged ranges."""
    parser = _TableParser()
    parser.feed(text)
    parser.close()
    return [table for table in parser.tables if table[0]]


class _TableParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[Table] = []
        self._depth = 0
        self._cells: dict[tuple[int, int], str] = {}
        self._merged: list[tuple[tuple[int, int], tuple[int, int]]] = []
        self._taken: set[tuple[int, int]] = set()
        self._row = -1
        self._column = -1
        self._words: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                self._cells, self._merged, self._taken, self._row = {}, [], set(), -1
        elif self._depth != 1:
            return
        elif tag == "tr":
            self._end_cell()
            self._row += 1
            self._column = -1
        elif tag in ("td", "th"):
            self._end_cell()
            self._start_cell(dict(attrs))
        elif tag == "br" and self._words is not None:
            self._words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self._depth:
            if self._depth == 1:
                self._end_cell()
                self.tables.append((self._grid(), tuple(self._merged)))
            self._depth -= 1
        elif tag in ("td", "th", "tr") and self._depth == 1:
            self._end_cell()

    def handle_data(self, data: str) -> None:
        if self._words is not None:
            self._words.append(data)

    def _start_cell(self, attributes: dict[str, str | None]) -> None:
        self._row = max(self._row, 0)
        self._column += 1
        while (self._row, self._column) in self._taken:
            self._column += 1
        rows, columns = _span(attributes.get("rowspan")), _span(attributes.get("colspan"))
        for row in range(self._row, self._row + rows):
            self._taken.update((row, column) for column in range(self._column, self._column + columns))
        if rows > 1 or columns > 1:
            last = (self._row + rows - 1, self._column + columns - 1)
            self._merged.append(((self._row, self._column), last))
        self._cells[self._row, self._column] = ""
        self._words = []
        self._open = (self._row, self._column)
        self._column += columns - 1

    def _end_cell(self) -> None:
        if self._words is not None:
            self._cells[self._open] = "".join(self._words).strip()
            self._words = None

    def _grid(self) -> list[list[str]]:
        if not self._cells:
            return []
        width = max(column for _, column in self._cells) + 1
        grid = [[""] * width for _ in range(self._row + 1)]
        for (row, column), text in self._cells.items():
            grid[row][column] = text
        return grid


def _span(text: str | None) -> int:
    """Rows or columns a cell spans: what is no sensible number is one."""
    return min(int(text), limits.MAX_SPAN) if text and text.isascii() and text.isdigit() and int(text) > 0 else 1
