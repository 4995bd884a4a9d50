"""What calamine does not tell about an .xlsx or .xlsm (ECMA-376, transitional and strict).

Error values and formulas without a stored value arrive from calamine as blank cells, so that "the formula is broken"
could not be told from "nothing was filled in" (rule F13); hidden rows and columns, links and macros it does not tell
at all. A sheet's XML is searched for their marks, a matter of microseconds, and walked only where there are any. It
is read in pieces, and no pattern tries anything twice, so that time and memory do not depend on how the XML is made.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from html import unescape
from itertools import pairwise
from operator import itemgetter
from typing import IO, NamedTuple

from ingestion import limits
from ingestion.cells import Position
from ingestion.marks import MOST_COLUMNS, Marks, SheetMarks, check_grid

_RELATIONS = "xl/_rels/workbook.xml.rels"
_WORKBOOK = "xl/workbook.xml"
_STRINGS = "xl/sharedstrings.xml"
_MACRO_PART = "vbaproject.bin"
_MACRO_FOLDER = "xl/macrosheets/"
_MACRO_RELATION = re.compile(rb"/(?:vbaProject|xl(?:Intl)?Macrosheet)[\"']")
_OBJECT_FOLDERS = ("xl/embeddings/", "xl/activex/")
_LINK_FOLDER = "xl/externallinks/"

_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^<>]*+>")
_RELATION_ID = re.compile(rb"\b\w+:id=[\"']([^\"']+)")
_RELATIONSHIP = re.compile(rb"<(?:\w+:)?Relationship\b[^<>]*+>")
_ID = re.compile(rb"\bId=[\"']([^\"']+)")
_TARGET = re.compile(rb"\bTarget=[\"']([^\"']+)")

_TEXTS = (".xml", ".rels")
_GREATEST_RATIO = 1_032
"""By how much deflate can make anything smaller."""

_LEAST_CELL_BYTES = len("<c t='s'><v>0</v></c>")
_STRING_ITEM = re.compile(rb"<(?:\w+:)?si\b")
_STRING_USED = re.compile(rb"\bt=[\"']s[\"'][^<>]*+>\s*+<(?:\w+:)?v\b[^<>]*+>\s*+(\d{1,9})")

_PIECE_BYTES = 4 * 1024**2

_ROOT = re.compile(rb"<(\w+:)?worksheet\b")
_FAR_ADDRESS = re.compile(rb' r="(?:[A-Z]{2}|[A-Z]?\d{5})')
"""Beyond column Z or row 9,999: only then can a sheet of one piece be too large to be kept as a grid."""

_ADDRESS = re.compile(rb"\br=[\"']([A-Z]{0,3})(\d{1,9})[\"']")
_IS_ERROR = re.compile(rb"\bt=[\"']e[\"']")
_IS_TEXT = re.compile(rb"\bt=[\"']str[\"']")
_STORED_VALUE = re.compile(rb"<(?:\w+:)?v\b[^<>]*+>([^<]+)<")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b[^<>]*+(?:(?<=/)>|>([^<]*+))")
_FOREIGN_REFERENCE = re.compile(rb"\[\d+\][^\[\]!]*+!")
_IS_HIDDEN = re.compile(rb"\bhidden=[\"'](?:1|true)[\"']|\b(?:ht|width)=[\"']0(?:\.0*)?[\"']")
_NO_WIDTH_BY_DEFAULT = re.compile(rb"<(?:\w+:)?sheetFormatPr\b[^<>]*?\bdefaultColWidth=[\"']0(?:\.0*)?[\"']")
_COLUMNS = re.compile(rb"<(?:\w+:)?col\b([^<>]*+)>")
_FIRST_AND_LAST = re.compile(rb"\bm(in|ax)=[\"'](\d{1,9})[\"']")


class _Dialect(NamedTuple):
    """The words of one sheet's XML, by the namespace prefix it writes before them."""

    body: bytes
    body_end: bytes
    row: bytes
    formula: bytes
    object: bytes
    merged: bytes
    value_ends: tuple[bytes, ...]
    contents: tuple[bytes, ...]
    rows: re.Pattern[bytes]
    filled_cells: re.Pattern[bytes]
    rows_and_cells: re.Pattern[bytes]


@lru_cache(maxsize=64)
def _dialect(prefix: bytes) -> _Dialect:
    p = re.escape(prefix)
    return _Dialect(
        body=b"<%ssheetData" % prefix,
        body_end=b"</%ssheetData" % prefix,
        row=b"<%srow" % prefix,
        formula=b"<%sf" % prefix,
        object=b"<%soleObject" % prefix,
        merged=b"<%smergeCell " % prefix,
        value_ends=(b"</%sv>" % prefix, b"</%sis>" % prefix),
        contents=(b"<%sv" % prefix, b"<%sf" % prefix, b"<%sis" % prefix),
        rows=re.compile(rb"<%srow\b([^<>]*+)>" % p),
        filled_cells=re.compile(
            rb"<%sc\b[^<>]*?\br=[\"']([A-Z]{1,3})(\d{1,9})[\"'][^<>]*+>\s*+<%s(?:v|is|f)\b" % (p, p)
        ),
        # a possessive group would match nothing under Python before 3.11.5; this one has but one way to match
        rows_and_cells=re.compile(
            rb"<%s(?:row\b(?P<row>[^<>]*+)>|"
            rb"c\b(?P<cell>[^<>]*+)(?:(?<=/)>|>(?P<content>[^<]*+(?:<(?!/?%sc[\s>/])[^<]*+)*)</%sc\s*+>))" % (p, p, p)
        ),
    )


def scan(package: zipfile.ZipFile) -> Marks:
    """What is found in ``package``; ``UnreadableError`` where one of its sheets is over a limit."""
    # as calamine does, and Excel: two parts never differ in their case alone
    names = {name.lower().replace("\\", "/").lstrip("/"): name for name in package.NameToInfo}
    relations = package.read(names[_RELATIONS]) if _RELATIONS in names else b""
    danger = _find_danger(names, relations)
    has_links = any(name.startswith(_LINK_FOLDER) for name in names)
    parts = _sheet_parts(package, names, relations)
    _check_sizes(package, parts.values())
    if _STRINGS in names:
        _check_strings(package, names[_STRINGS], parts.values())
    sheets, lean_sheets = {}, {}
    for place, part in parts.items():
        sheet = _SheetScan()
        with package.open(part) as xml:
            for piece in _pieces(xml):
                sheet.read(piece)
        sheets[place] = sheet.marks()
        if sheet.has_objects:
            danger = danger or "objects"
        if sheet.blank_bytes_behind > _PIECE_BYTES:
            lean_sheets[part] = sheet
    return Marks(sheets, danger, has_links, _write_lean(package, lean_sheets) if lean_sheets else None)


def _write_lean(package: zipfile.ZipFile, lean_sheets: Mapping[str, _SheetScan]) -> bytes:
    """The package without the formatted blank rows behind the last values of ``lean_sheets``."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as lean:
        for part in package.infolist():
            with package.open(part) as content:
                sheet = lean_sheets.get(part.filename)
                lean.writestr(part.filename, content.read(sheet.end) + sheet.tail if sheet else content.read())
    return target.getvalue()


def _check_sizes(package: zipfile.ZipFile, sheets: Collection[str]) -> None:
    """Read all that calamine may unpack besides the ``sheets``: a part that is larger than it says is damaged."""
    others = [part for part in package.infolist() if part.filename not in sheets and part.filename.endswith(_TEXTS)]
    if sum(part.compress_size for part in others) * _GREATEST_RATIO > limits.MAX_UNPACKED_BYTES:
        for part in others:
            with package.open(part) as content:
                while content.read(_PIECE_BYTES):
                    pass


def _check_strings(package: zipfile.ZipFile, strings: str, sheets: Collection[str]) -> None:
    """Check what the shared strings come to once every cell has its own copy, as calamine makes them."""
    most_cells = sum(package.NameToInfo[sheet].file_size for sheet in sheets) // _LEAST_CELL_BYTES
    if most_cells * package.NameToInfo[strings].file_size <= limits.MAX_UNPACKED_BYTES:
        return
    starts = [item.start() for item in _STRING_ITEM.finditer(package.read(strings))]
    lengths = [after - before for before, after in pairwise([*starts, package.NameToInfo[strings].file_size])]
    copied = 0
    for sheet in sheets:
        with package.open(sheet) as xml:
            for piece in _pieces(xml):
                used = Counter(_STRING_USED.findall(piece))
                copied += sum(
                    lengths[place] * count for text, count in used.items() if (place := int(text)) < len(lengths)
                )
    limits.check_limit(copied, limits.MAX_UNPACKED_BYTES, "unpacked_bytes")


def _find_danger(names: Iterable[str], relations: bytes) -> str | None:
    if _MACRO_RELATION.search(relations) or any(
        name.endswith(_MACRO_PART) or name.startswith(_MACRO_FOLDER) for name in names
    ):
        return "macros"
    return "objects" if any(name.startswith(_OBJECT_FOLDERS) for name in names) else None


def _sheet_parts(package: zipfile.ZipFile, names: Mapping[str, str], relations: bytes) -> dict[int, str]:
    """The parts that hold the worksheets, by their place in the workbook."""
    if not relations or _WORKBOOK not in names:
        return {}
    targets = {}
    for relationship in _RELATIONSHIP.findall(relations):
        identifier, target = _ID.search(relationship), _TARGET.search(relationship)
        if identifier and target:
            targets[identifier[1]] = posixpath.normpath(posixpath.join("/xl", unescape(target[1].decode()))).lower()[1:]
    parts = {}
    for place, sheet in enumerate(_SHEET.findall(package.read(names[_WORKBOOK]))):
        relation = _RELATION_ID.search(sheet)
        part = targets.get(relation[1]) if relation else None
        if part in names:
            parts[place] = names[part]
    return parts


def _pieces(xml: IO[bytes]) -> Iterator[bytes]:
    """The XML of a sheet in pieces that end between two rows: one piece, but for a sheet of many thousand rows."""
    piece = xml.read(_PIECE_BYTES)
    while more := xml.read(_PIECE_BYTES):
        cut = piece.rfind(b"<", 0, max(piece.rfind(b"<row"), piece.rfind(b":row")) + 1)
        if cut > 0:
            yield piece[:cut]
            piece = piece[cut:] + more
        else:
            piece += more
    yield piece


class _SheetScan:
    """Goes through the XML of one sheet, piece by piece."""

    def __init__(self) -> None:
        self.has_objects = False
        self.end = 0
        """Where the last piece with values ends."""
        self.tail = b""
        """What stands behind the rows."""
        self.blank_bytes_behind = 0
        self._dialect: _Dialect | None = None
        self._row = self._column = -1
        self._is_large = False
        self._values = 0
        self._rows: set[bytes] = set()
        self._columns: set[bytes] = set()
        self._errors: dict[Position, str] = {}
        self._hidden_rows: set[int] = set()
        self._hidden_columns: frozenset[int] = frozenset()
        self._first_link: Position | None = None

    def read(self, piece: bytes) -> None:
        """Note what is found in the next piece."""
        dialect = self._dialect or self._read_head(piece)
        if dialect is None:
            # a chart sheet or a dialogue
            return
        end_of_rows = piece.rfind(dialect.body_end)
        if end_of_rows >= 0:
            self.tail = piece[end_of_rows:]
            self.has_objects = dialect.object in self.tail
            limits.check_limit(self.tail.count(dialect.merged), limits.MAX_MERGED_RANGES, "merged_ranges")
        if not any(content in piece for content in dialect.contents):
            # formatted, but blank
            self._row += piece.count(dialect.row)
            self.blank_bytes_behind += len(piece)
            return
        self.end += self.blank_bytes_behind + len(piece)
        self.blank_bytes_behind = 0
        self._is_large = self._is_large or len(piece) > _PIECE_BYTES // 2 or bool(_FAR_ADDRESS.search(piece))
        if self._is_large:
            self._measure(piece, dialect)
        if self._is_over_limit():
            return
        may_hide = b"hidden=" in piece or b' ht="0' in piece
        may_err = dialect.formula in piece or b't="e"' in piece
        first_row = self._row
        if may_hide:
            self._find_hidden_rows(piece, dialect)
        if may_err:
            self._row = first_row
            self._find_errors(piece, dialect)

    def marks(self) -> SheetMarks:
        """What was found; ``UnreadableError`` where the sheet is over a limit."""
        limits.check_limit(self._values, limits.MAX_GRID_CELLS, "grid_cells")
        if self._rows:
            check_grid(len(self._rows), max(map(int, self._rows)) - 1, max(map(column_number, self._columns)))
        return SheetMarks(self._errors, frozenset(self._hidden_rows), self._hidden_columns, first_link=self._first_link)

    def _read_head(self, piece: bytes) -> _Dialect | None:
        if root := _ROOT.search(piece):
            self._dialect = _dialect(root[1] or b"")
            head = piece[: max(0, piece.find(self._dialect.body))]
            if b"hidden=" in head or b'idth="0' in head:
                self._hidden_columns = _find_hidden_columns(head)
        return self._dialect

    def _measure(self, piece: bytes, dialect: _Dialect) -> None:
        self._values += sum(map(piece.count, dialect.value_ends))
        if self._values <= limits.MAX_GRID_CELLS:
            addresses = dialect.filled_cells.findall(piece)
            self._columns.update(map(itemgetter(0), addresses))
            self._rows.update(map(itemgetter(1), addresses))

    def _is_over_limit(self) -> bool:
        return self._values > limits.MAX_GRID_CELLS or len(self._rows) > limits.MAX_ROWS_WITH_VALUES

    def _find_hidden_rows(self, piece: bytes, dialect: _Dialect) -> None:
        """Rows that are hidden, by hand, by a filter or by grouping, or of no height."""
        for row in dialect.rows.finditer(piece):
            self._begin_row(row[1])
            if _IS_HIDDEN.search(row[1]):
                self._hidden_rows.add(self._row)

    def _find_errors(self, piece: bytes, dialect: _Dialect) -> None:
        for attributes, content in self._cells(piece, dialect):
            position = self._row, self._column
            formula, stored = _FORMULA.search(content), _STORED_VALUE.search(content)
            if _IS_ERROR.search(attributes):
                self._errors[position] = stored[1].decode() if stored else "#N/A"
            elif formula and not stored and not _IS_TEXT.search(attributes):
                # a formula of text with an empty result is marked t="str": its value was stored, and is blank
                self._errors[position] = "=" + unescape((formula[1] or b"").decode("utf-8", "replace"))
            if self._first_link is None and formula and _FOREIGN_REFERENCE.search(formula[1] or b""):
                self._first_link = position

    def _cells(self, piece: bytes, dialect: _Dialect) -> Iterator[tuple[bytes, bytes]]:
        """Attributes and content of every cell that is more than a format; the scan stands at its row and column."""
        for token in dialect.rows_and_cells.finditer(piece):
            attributes = token["cell"]
            if attributes is None:
                self._begin_row(token["row"])
                continue
            address = _ADDRESS.search(attributes)
            self._column = column_number(address[1]) if address else self._column + 1
            if address:
                self._row = int(address[2]) - 1
            if token["content"]:
                yield attributes, token["content"]

    def _begin_row(self, attributes: bytes) -> None:
        address = _ADDRESS.search(attributes)
        self._row, self._column = int(address[2]) - 1 if address else self._row + 1, -1


def _find_hidden_columns(head: bytes) -> frozenset[int]:
    hidden, shown = set(), set()
    for column in _COLUMNS.finditer(head):
        ends = {name: int(number) for name, number in _FIRST_AND_LAST.findall(column[1])}
        span = range(ends.get(b"in", 1) - 1, min(ends.get(b"ax", 0), MOST_COLUMNS))
        (hidden if _IS_HIDDEN.search(column[1]) else shown).update(span)
    if _NO_WIDTH_BY_DEFAULT.search(head):
        hidden.update(set(range(MOST_COLUMNS)) - shown)
    return frozenset(hidden)


@lru_cache(maxsize=1_024)
def column_number(letters: bytes) -> int:
    """The column of its letters, counted from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
