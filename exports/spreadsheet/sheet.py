"""One worksheet (ECMA-376, 18.3.1.99) edited in place: formats of cells, the selected tab, the place of its comments."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby

from exports.spreadsheet.markup import (
    Element,
    Markup,
    UnknownMarkupError,
    attribute,
    opened,
    tag_pattern,
    with_attribute,
    without_attribute,
)
from exports.spreadsheet.package import Standard

Position = tuple[int, int]
"""Row and column, both counted from 1."""

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384
ROWS_BELOW_A_MARK = 40
"""A comment hangs beside its cell and the rows below: as many heights are looked at."""

_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})")
_NUMBER = re.compile(rb"""\sr\s*=\s*["'](\d+)""")
_AT = re.compile(rb"""\sr\s*=\s*["']([A-Z]+)""")
_HEIGHT = re.compile(rb"""\sht\s*=\s*["']([\d.]+)""")
_HIDDEN = re.compile(rb"""\shidden\s*=\s*["'](?:1|true)""")
_SELECTED = re.compile(rb"""\stabSelected\s*=\s*(?:"[^"]*"|'[^']*')""")
_AFTER_LEGACY_DRAWING = frozenset(
    {
        "legacyDrawingHF",
        "drawingHF",
        "picture",
        "oleObjects",
        "controls",
        "webPublishItems",
        "tableParts",
        "extLst",
        # programs wrap oleObjects and controls in it
        "AlternateContent",
    }
)


def position_of(address: str) -> Position | None:
    """The position of an A1 address; ``None`` where it is none."""
    found = _ADDRESS.fullmatch(address)
    if found is None:
        return None
    row, column = int(found[2]), column_number(found[1])
    return (row, column) if row <= LAST_ROW and column <= LAST_COLUMN else None


def address_of(position: Position) -> str:
    """The A1 address of a position."""
    row, column = position
    return f"{column_letters(column)}{row}"


def column_number(letters: str) -> int:
    """The column of its letters, counted from 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """The letters of a column counted from 1."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


class Sheet:
    """The XML of one worksheet with the edits that are to be made in it."""

    def __init__(self, data: bytes) -> None:
        self.markup = markup = Markup(data)
        name = markup.prefix + b"sheetData"
        opening = tag_pattern(name).search(markup.searched)
        if opening is None:
            raise UnknownMarkupError("no sheet data")
        start, tag_end = opening.span()
        content_end, end = tag_end, tag_end
        if not opening[0].endswith(b"/>"):
            content_end = markup.searched.rindex(b"</" + name)
            end = markup.searched.index(b">", content_end) + 1
        self._data = Element("sheetData", start, tag_end, content_end, end)
        self._before = {element.name: element for element in markup.children(markup.root.tag_end, start)}
        self._after = list(markup.children(end, markup.root.content_end))
        self._columns = [markup.tag(column) for column in self._children_before("cols")]
        self.heights: dict[int, float] = {}
        """Heights in points of the rows near those that were restyled, where they are not the default; hidden: 0."""

    def first_cells(self, positions: Iterable[Position]) -> dict[Position, Position]:
        """For each position the cell that is seen there: the first of the merged area, else itself."""
        first = {position: position for position in positions}
        merged = next((element for element in self._after if element.name == "mergeCells"), None)
        if merged is None or not first:
            return first
        ordered = sorted(first)
        for area in self.markup.children_of(merged):
            corners = (attribute(self.markup.tag(area), "ref") or "").split(":")
            upper, lower = position_of(corners[0]), position_of(corners[-1])
            if upper is None or lower is None:
                continue
            inside = slice(bisect_left(ordered, (upper[0], 0)), bisect_right(ordered, (lower[0], LAST_COLUMN)))
            for position in ordered[inside]:
                if upper[1] <= position[1] <= lower[1]:
                    first[position] = upper
        return first

    def restyle(self, change_of: Mapping[Position, Callable[[int], int]]) -> None:
        """Each cell has the format that ``change_of`` makes of its own; a cell that is not there is added."""
        pattern = tag_pattern(self.markup.prefix + b"row")
        end_of_row = b"</" + self.markup.prefix + b"row"
        searched = self.markup.searched
        wanted = [(row, list(cells)) for row, cells in groupby(sorted(change_of), key=lambda position: position[0])]
        wanted.reverse()
        last = wanted[0][0] + ROWS_BELOW_A_MARK if wanted else 0
        number = 0
        for found in pattern.finditer(searched, self._data.tag_end, self._data.content_end):
            tag = found[0]
            numbered = _NUMBER.search(tag)
            number = int(numbered[1]) if numbered else number + 1
            while wanted and wanted[-1][0] < number:
                self.markup.insert(found.start(), self._row(*wanted.pop(), change_of))
            if wanted and wanted[-1][0] == number:
                content_end = found.end() if tag.endswith(b"/>") else searched.index(end_of_row, found.end())
                row = Element("row", found.start(), found.end(), content_end, content_end)
                self._restyle_row(row, wanted.pop()[1], change_of)
            if _HIDDEN.search(tag):
                self.heights[number] = 0
            elif height := _HEIGHT.search(tag):
                self.heights[number] = float(height[1])
            if number >= last:
                break
        added = [self._row(row, cells, change_of) for row, cells in reversed(wanted)]
        if added:
            self.markup.append(self._data, b"".join(added))

    def legacy_drawing(self) -> str | None:
        """The relationship of the drawing that holds the frames of the comments."""
        for element in self._after:
            if element.name == "legacyDrawing":
                found = re.search(rb"""\s[\w.-]+:id\s*=\s*["']([^"']+)""", self.markup.tag(element))
                return found[1].decode() if found else None
        return None

    def set_legacy_drawing(self, relationship_id: str, standard: Standard) -> None:
        """The drawing of the comments is that of the relationship, in the place the standard's order gives it."""
        values = (self.markup.prefix, standard.relationships.encode(), relationship_id.encode())
        written = b'<%blegacyDrawing xmlns:r="%b" r:id="%b"/>' % values
        place = next((one.start for one in self._after if one.name in _AFTER_LEGACY_DRAWING), None)
        self.markup.insert(self.markup.root.content_end if place is None else place, written)

    def column_widths(self) -> list[tuple[int, int, float]]:
        """First and last column and width in characters wherever it is set; hidden: 0."""
        widths = []
        for tag in self._columns:
            width = 0.0 if _HIDDEN.search(tag) else attribute(tag, "width")
            if width is not None:
                widths.append(
                    (int(attribute(tag, "min") or 1), int(attribute(tag, "max") or LAST_COLUMN), float(width))
                )
        return widths

    def default_size(self) -> tuple[float | None, float | None]:
        """Width in characters and height in points of what has no size of its own."""
        format = self._before.get("sheetFormatPr")
        if format is None:
            return None, None
        tag = self.markup.tag(format)
        width, height = attribute(tag, "defaultColWidth"), attribute(tag, "defaultRowHeight")
        return float(width) if width else None, float(height) if height else None

    def _children_before(self, name: str) -> list[Element]:
        element = self._before.get(name)
        return list(self.markup.children_of(element)) if element else []

    def _restyle_row(
        self, row: Element, cells: list[Position], change_of: Mapping[Position, Callable[[int], int]]
    ) -> None:
        markup = self.markup
        tag = markup.tag(row)
        pending = cells[::-1]
        added: list[tuple[int, bytes]] = []
        column = 0
        for found in tag_pattern(markup.prefix + b"c").finditer(markup.searched, row.tag_end, row.content_end):
            at = _AT.search(found[0])
            column = column_number(at[1].decode()) if at else column + 1
            while pending and pending[-1][1] < column:
                position = pending.pop()
                added.append((found.start(), self._cell(position, tag, change_of[position])))
            if not pending:
                break
            if pending[-1][1] == column:
                style = change_of[pending.pop()](int(attribute(found[0], "s") or 0))
                markup.replace(*found.span(), with_attribute(found[0], "s", style))
        added += [(row.content_end, self._cell(position, tag, change_of[position])) for position in reversed(pending)]
        if not added:
            return
        # the span of columns only helps a reader to plan ahead: it may be missing, but not be wrong
        markup.replace(row.start, row.tag_end, without_attribute(opened(tag), "spans"))
        if tag.endswith(b"/>"):
            added.append((row.content_end, self._end_of_row()))
        for place, written in added:
            markup.insert(place, written)

    def _row(self, number: int, cells: list[Position], change_of: Mapping[Position, Callable[[int], int]]) -> bytes:
        tag = b'<%brow r="%d">' % (self.markup.prefix, number)
        written = b"".join(self._cell(position, tag, change_of[position]) for position in cells)
        return tag + written + self._end_of_row()

    def _end_of_row(self) -> bytes:
        return b"</" + self.markup.prefix + b"row>"

    def _cell(self, position: Position, row_tag: bytes, change: Callable[[int], int]) -> bytes:
        """A cell without content, in the format its row or column gives it."""
        style = attribute(row_tag, "s") if attribute(row_tag, "customFormat") in ("1", "true") else None
        if style is None:
            style = self._column_style(position[1])
        address = address_of(position).encode()
        return b'<%bc r="%b" s="%d"/>' % (self.markup.prefix, address, change(int(style or 0)))

    def _column_style(self, column: int) -> str | None:
        for tag in self._columns:
            if int(attribute(tag, "min") or 1) <= column <= int(attribute(tag, "max") or LAST_COLUMN):
                return attribute(tag, "style")
        return None


def unselect(markup: Markup) -> None:
    """No view of a sheet has its tab selected."""
    children = markup.children_of(markup.root)
    views = next((element for element in children if element.name == "sheetViews"), None)
    for view in markup.children_of(views) if views else ():
        tag = markup.tag(view)
        if _SELECTED.search(tag):
            markup.replace(view.start, view.tag_end, _SELECTED.sub(b"", tag))
