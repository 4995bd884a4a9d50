"""The XML of one worksheet walked by a parser, in whatever way it is written (ECMA-376, transitional and strict).

It takes as long as reading the values, and so is left to the sheets of which there is something to tell, and to those
that are not written as programs write them (``ooxml``).
"""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from typing import IO
from xml.parsers import expat

from ingestion import limits
from ingestion.cells import Position, column_number
from ingestion.marks import MOST_COLUMNS, Extent, SheetMarks
from ingestion.markup import check_depth, local_name, parse, refuse

# calamine takes zeros before a number and letters before that of a row, and more than three of a column
_ADDRESS = re.compile(r"([A-Za-z]{1,6})0*([0-9]{1,9})")
_ROW_NUMBER = re.compile(r"[A-Za-z]*0*([0-9]{1,9})")
_NUMBER = re.compile(r"[0-9]{1,9}")
_NOTHING = re.compile(r"[+-]?0*(?:\.0*)?(?:[eE][+-]?[0-9]+)?")
_FOREIGN_REFERENCE = re.compile(r"\[\d+\][^\[\]!]*+!")
_TOLD_AGAIN = 16
"""How often the columns of a sheet may be told over and over."""


def walk(xml: IO[bytes], sheet: str) -> SheetWalk:
    """What is found in the sheet of that name.

    ``UnreadableError`` where it is over a limit, or damaged: no XML, in an encoding that is not read, with a document
    type of its own.
    """
    if xml.read(len(BOM_UTF16_LE)) in (BOM_UTF16_LE, BOM_UTF16_BE):
        # calamine finds nothing in it
        refuse()
    xml.seek(0)
    found = SheetWalk(sheet)
    parse(xml, found.parser)
    return found


class SheetWalk:
    """Follows the columns, rows and cells of one sheet."""

    def __init__(self, sheet: str) -> None:
        self.has_objects = False
        # whatever encoding it names: calamine reads no other
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = refuse
        self._starts = {
            "sheetFormatPr": self._start_defaults,
            "col": self._start_columns,
            "row": self._start_row,
            "c": self._start_cell,
            "f": self._start_formula,
            "v": self._start_value,
            "is": self._start_value,
            "mergeCell": self._start_merged,
            "oleObject": self._start_object,
        }
        self._sheet = sheet
        self._depth = 0
        self._row = self._row_of_cell = self._column = -1
        self._is_in_cell = False
        self._kind = ""
        self._has_value = False
        self._formula: list[str] | None = None
        self._value: list[str] = []
        self._values = self._merged = self._columns_told = 0
        self._extent = Extent()
        self._rows_with_values: set[int] = set()
        self._errors: dict[Position, str] = {}
        self._hidden_rows: set[int] = set()
        self._hidden_columns: set[int] = set()
        self._shown_columns: set[int] = set()
        self._hides_other_columns = False
        self._first_link: Position | None = None

    def marks(self) -> SheetMarks:
        """What was found."""
        hidden = self._hidden_columns
        if self._hides_other_columns:
            hidden = hidden | set(range(MOST_COLUMNS)) - self._shown_columns
        return SheetMarks(self._errors, frozenset(self._hidden_rows), frozenset(hidden), first_link=self._first_link)

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        check_depth(self._depth)
        if start := self._starts.get(local_name(element)):
            start(attributes)

    def _end(self, element: str) -> None:
        self._depth -= 1
        match local_name(element):
            case "c":
                self._end_cell()
            case "f" | "v" | "is":
                self.parser.CharacterDataHandler = None

    # ---- columns and rows ----

    def _start_defaults(self, attributes: dict[str, str]) -> None:
        self._hides_other_columns = _is_nothing(attributes.get("defaultColWidth"))

    def _start_columns(self, attributes: dict[str, str]) -> None:
        first, last = (_NUMBER.fullmatch(attributes.get(end, "").strip()) for end in ("min", "max"))
        if first and last:
            span = range(int(first[0]) - 1, min(int(last[0]), MOST_COLUMNS))
            self._columns_told += len(span)
            # ranges that overlap time and again: no program writes them
            if self._columns_told <= _TOLD_AGAIN * MOST_COLUMNS:
                is_hidden = _is_hidden(attributes, "width")
                (self._hidden_columns if is_hidden else self._shown_columns).update(span)

    def _start_row(self, attributes: dict[str, str]) -> None:
        told = _ROW_NUMBER.fullmatch(attributes.get("r", "").strip())
        self._row = int(told[1]) - 1 if told else self._row + 1
        self._column = -1
        # by hand, by a filter or by grouping, or of no height
        if _is_hidden(attributes, "ht"):
            self._hidden_rows.add(self._row)

    # ---- cells ----

    def _start_cell(self, attributes: dict[str, str]) -> None:
        address = _ADDRESS.fullmatch(attributes.get("r", "").strip())
        self._column = column_number(address[1].upper()) if address else self._column + 1
        # a cell that names another row than the one it stands in does not move those behind it
        self._row_of_cell = int(address[2]) - 1 if address else self._row
        self._kind = attributes.get("t", "")
        self._formula, self._value = None, []
        self._is_in_cell, self._has_value = True, False

    def _start_formula(self, _: dict[str, str]) -> None:
        if self._is_in_cell:
            self._formula = []
            self.parser.CharacterDataHandler = self._formula.append
            self._reach_value()

    def _start_value(self, _: dict[str, str]) -> None:
        if self._is_in_cell:
            if self._kind == "e" or self._formula is not None:
                self.parser.CharacterDataHandler = self._value.append
            self._reach_value()

    def _reach_value(self) -> None:
        if self._has_value:
            return
        self._has_value = True
        self._values += 1
        self._rows_with_values.add(self._row_of_cell)
        self._extent.rows_with_values = len(self._rows_with_values)
        self._extent.reach(self._row_of_cell, self._column)
        limits.check_limit(self._values, limits.MAX_GRID_CELLS, "grid_cells", self._sheet)
        self._extent.check(self._sheet)

    def _end_cell(self) -> None:
        self._is_in_cell = False
        if not self._has_value:
            return
        position = self._row_of_cell, self._column
        value = "".join(self._value).strip()
        formula = None if self._formula is None else "".join(self._formula).strip()
        if self._kind == "e":
            self._errors[position] = value or "#N/A"
        elif formula is not None and not value and self._kind != "str":
            # a formula of text with an empty result is marked t="str": its value was stored, and is blank
            self._errors[position] = "=" + formula
        if formula and self._first_link is None and _FOREIGN_REFERENCE.search(formula):
            self._first_link = position

    # ---- behind the rows ----

    def _start_merged(self, _: dict[str, str]) -> None:
        self._merged += 1
        limits.check_limit(self._merged, limits.MAX_MERGED_RANGES, "merged_ranges")

    def _start_object(self, _: dict[str, str]) -> None:
        self.has_objects = True


def _is_hidden(attributes: dict[str, str], size: str) -> bool:
    return attributes.get("hidden", "").strip() in ("1", "true") or _is_nothing(attributes.get(size))


def _is_nothing(size: str | None) -> bool:
    """Whether a height or width is given, and is none."""
    return size is not None and "0" in size and _NOTHING.fullmatch(size.strip()) is not None
