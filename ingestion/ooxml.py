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
from bisect import bisect
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache, partial
from html import unescape
from itertools import pairwise
from operator import itemgetter
from typing import IO, NamedTuple
from xml.parsers import expat

from ingestion import limits
from ingestion.cells import Position, UnreadableError, as_seen
from ingestion.marks import MOST_COLUMNS, Extent, Marks, SheetMarks, write_lean

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
_SHEET_NAME = re.compile(rb"\bname=(?:\"([^\"]*+)\"|'([^']*+)')")
_ID = re.compile(rb"\bId=[\"']([^\"']+)")
_TARGET = re.compile(rb"\bTarget=[\"']([^\"']+)")

_TEXTS = (".xml", ".rels")
_GREATEST_RATIO = 1_032
"""By how much deflate can make anything smaller."""

_LEAST_CELL_BYTES = len("<c t='s'><v>0</v></c>")
_STRING_ITEM = re.compile(rb"<(?:\w+:)?si\b")
_LONGEST_BLANK_ITEM = 300
"""Bytes of a shared string that may be white space; a longer one is taken for a value."""
_TAG = re.compile(rb"<[^<>]*+>")
_SHARED_MARKS = (b'"s"', b"'s'")
"""One of them stands in every cell whose text is a shared string."""
_STRING_USED = re.compile(rb"\bt=[\"']s[\"'][^<>]{0,300}>\s*+<(?:\w+:)?v\b[^<>]*+>\s*+(\d{1,9})")

_PIECE_BYTES = 4 * 1024**2

_ROOT = re.compile(rb"<(\w+:)?worksheet\b")
_FAR_ADDRESS = re.compile(rb' r="(?:[A-Z]{2}|[A-Z]?\d{5})')
"""Beyond column Z or row 9,999: only then can a sheet of one piece be too large to be kept as a grid."""

_ADDRESS = re.compile(rb"\br=[\"']([A-Z]{0,3})(\d{1,9})[\"']")
_ERROR_MARKS = (b't="e"', b"t='e'")
_SLASH = ord("/")
_COST_OF_SUSPECT = 4
"""To look at one cell by itself takes as long as to walk over so many."""
_IS_ERROR = re.compile(rb"\bt=[\"']e[\"']")
_IS_TEXT = re.compile(rb"\bt=[\"']str[\"']")
_STORED_VALUE = re.compile(rb"<(?:\w+:)?v\b[^<>]*+>([^<]+)<")
_STORED_TEXT = re.compile(rb"<(?:\w+:)?[vt]\b[^<>]*+>([^<]*+)<")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b[^<>]*+(?:(?<=/)>|>([^<]*+))")
_FOREIGN_REFERENCE = re.compile(rb"\[\d+\][^\[\]!]*+!")
_IS_HIDDEN = re.compile(rb"\bhidden=[\"'](?:1|true)[\"']|\b(?:ht|width)=[\"']0(?:\.0*)?[\"']")
_HIDES = re.compile(rb"hidden=[\"'](?:1|true)[\"']")
_NO_WIDTH_BY_DEFAULT = re.compile(rb"<(?:\w+:)?sheetFormatPr\b[^<>]*?\bdefaultColWidth=[\"']0(?:\.0*)?[\"']")
_COLUMNS = re.compile(rb"<(?:\w+:)?col\b([^<>]*+)>")
_FIRST_AND_LAST = re.compile(rb"\bm(in|ax)=[\"'](\d{1,9})[\"']")


class _Dialect(NamedTuple):
    """The words of one sheet's XML, by the namespace prefix it writes before them."""

    body: bytes
    body_end: bytes
    row: bytes
    cell: bytes
    cell_end: bytes
    cells_with_address: re.Pattern[bytes]
    formula: bytes
    object: bytes
    merged: bytes
    value_ends: tuple[bytes, ...]
    contents: tuple[bytes, ...]
    rows: re.Pattern[bytes]
    filled_cells: re.Pattern[bytes]
    row_end: bytes
    content: re.Pattern[bytes]
    text_cells: re.Pattern[bytes]
    without_address: re.Pattern[bytes]
    rows_and_cells: re.Pattern[bytes]


@lru_cache(maxsize=64)
def _dialect(prefix: bytes) -> _Dialect:
    p = re.escape(prefix)
    return _Dialect(
        body=b"<%ssheetData" % prefix,
        body_end=b"</%ssheetData" % prefix,
        row=b"<%srow" % prefix,
        cell=b"<%sc" % prefix,
        cell_end=b"</%sc" % prefix,
        cells_with_address=re.compile(rb'<%sc r="[A-Z]{1,3}\d{1,9}"' % p),
        formula=b"<%sf" % prefix,
        object=b"<%soleObject" % prefix,
        merged=b"<%smergeCell " % prefix,
        value_ends=(b"</%sv>" % prefix, b"</%sis>" % prefix),
        contents=(b"<%sv" % prefix, b"<%sf" % prefix, b"<%sis" % prefix),
        rows=re.compile(rb"<%srow\b([^<>]*+)>" % p),
        filled_cells=re.compile(
            rb"<%sc\b[^<>]{0,300}?\br=[\"']([A-Z]{1,3})(\d{1,9})[\"'][^<>]*+>\s*+<%s(?:v|is|f)\b" % (p, p)
        ),
        row_end=b"</%srow>" % prefix,
        content=re.compile(rb"<%s(?:v|is|f)\b" % p),
        text_cells=re.compile(
            rb"<%sc\b[^<>]{0,300}?\bt=[\"'](?P<kind>s|str|inlineStr)[\"'][^<>/]*+>"
            rb"(?P<content>[^<]*+(?:<(?!/?%sc[\s>/])[^<]*+)*)</%sc\s*+>" % (p, p, p)
        ),
        without_address=re.compile(rb"<%s(?:row|c)\b(?![^<>]*?\br=)" % p),
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
    sheet_parts = [part for _, part in parts.values()]
    _check_sizes(package, sheet_parts)
    if _STRINGS in names:
        _check_strings(package, names[_STRINGS], sheet_parts)
    sheets, shortened = {}, {}
    for place, (name, part) in parts.items():
        sheet = _SheetScan()
        with package.open(part) as xml:
            for piece in _pieces(xml):
                sheet.read(piece)
        if sheet.is_unusual:
            with package.open(part) as xml:
                _measure_unusual(xml, name)
        if sheet.may_be_blanks and (xml := _without_blanks(package, part, names.get(_STRINGS))):
            sheet = _SheetScan()
            for piece in _pieces(io.BytesIO(xml)):
                sheet.read(piece)
            shortened[part] = partial(_instead, xml)
        elif sheet.blank_bytes_behind > _PIECE_BYTES:
            shortened[part] = partial(_cut, sheet)
        sheets[place] = sheet.marks(name)
        if sheet.has_objects:
            danger = danger or "objects"
    return Marks(sheets, danger, has_links, write_lean(package, shortened) if shortened else None)


def _measure_unusual(xml: IO[bytes], sheet: str) -> None:
    """Check the limits of a sheet by a parser of XML: no pattern knows all the ways in which a cell can be written.

    What is no XML, or brings a document type of its own, is damaged.
    """
    extent, rows = Extent(), set()
    row = column = -1
    is_counted, values = False, 0

    def begin(element: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, is_counted, values
        match element.rpartition(":")[2]:
            case "row":
                told = attributes.get("r", "").strip()
                row, column = int(told) - 1 if told.isdecimal() and len(told) < _DIGITS else row + 1, -1
            case "c":
                address = _PLAIN_ADDRESS.fullmatch(attributes.get("r", "").strip())
                column = column_number(address[1].upper().encode()) if address else column + 1
                row = int(address[2]) - 1 if address else row
                is_counted = False
            case "v" | "f" | "is" if not is_counted:
                is_counted, values = True, values + 1
                rows.add(row)
                extent.rows_with_values = len(rows)
                extent.reach(row, column)
                limits.check_limit(values, limits.MAX_GRID_CELLS, "grid_cells", sheet)
                extent.check(sheet)

    def refuse(*_: object) -> None:
        raise UnreadableError("unreadable", reason="damaged")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.StartDoctypeDeclHandler = begin, refuse
    try:
        parser.ParseFile(xml)
    except expat.ExpatError as error:
        raise UnreadableError("unreadable", reason="damaged") from error


_TOLD_AGAIN = 16
"""How often the columns of a sheet may be told over and over."""
_PLAIN_ADDRESS = re.compile(r"([A-Za-z]{1,3})([0-9]{1,9})")
_DIGITS = 10


def _cut(sheet: _SheetScan, xml: IO[bytes]) -> bytes:
    """The XML of a sheet without the formatted blank rows behind its last values."""
    return xml.read(sheet.end) + sheet.tail


def _instead(xml: bytes, _: IO[bytes]) -> bytes:
    return xml


def _without_blanks(package: zipfile.ZipFile, part: str, strings: str | None) -> bytes | None:
    """The XML of a sheet without the cells that hold nothing or white space; ``None`` where cells do not say their place.

    A space typed far below a table makes it no larger: it is no value (rule S11).
    """
    blank_strings = _blank_strings(package, strings) if strings else frozenset()
    dialect = None
    pieces = []
    with package.open(part) as xml:
        for piece in _pieces(xml):
            if dialect is None:
                root = _ROOT.search(piece)
                dialect = _dialect(root[1] or b"") if root else None
                if dialect is None:
                    return None
                pieces.append(piece[: piece.find(b">", piece.find(dialect.body)) + 1])
            for row in _rows_with_content(piece, dialect):
                if dialect.without_address.search(row):
                    return None
                row = dialect.text_cells.sub(lambda cell: _unless_blank(cell, blank_strings), row)
                if any(content in row for content in dialect.contents):
                    pieces.append(row)
            if (end_of_rows := piece.rfind(dialect.body_end)) >= 0:
                pieces.append(piece[end_of_rows:])
    return b"".join(pieces)


def _rows_with_content(piece: bytes, dialect: _Dialect) -> Iterator[bytes]:
    """The rows of a piece that hold more than formats."""
    end = 0
    while content := dialect.content.search(piece, end):
        start = piece.rfind(dialect.row, end, content.start())
        end = piece.find(dialect.row_end, content.end()) + len(dialect.row_end)
        if start < 0 or end < content.end():
            # the mark of a formula outside of any row, or a row cut off
            return
        yield piece[start:end]


def _unless_blank(cell: re.Match[bytes], blank_strings: Collection[int]) -> bytes:
    texts = _STORED_TEXT.findall(cell["content"])
    if cell["kind"] == b"s":
        is_blank = len(texts) == 1 and texts[0].isdigit() and int(texts[0]) in blank_strings
    else:
        is_blank = not any(map(_is_seen, texts))
    return b"" if is_blank else cell[0]


def _is_seen(text: bytes) -> bool:
    return len(text) > _LONGEST_BLANK_ITEM or bool(as_seen(unescape(text.decode("utf-8", "replace"))).strip())


def _blank_strings(package: zipfile.ZipFile, part: str) -> frozenset[int]:
    """The places of those shared strings that are white space."""
    strings = package.read(part)
    starts = [item.start() for item in _STRING_ITEM.finditer(strings)]
    items = enumerate(pairwise([*starts, len(strings)]))
    return frozenset(
        place
        for place, (start, end) in items
        if end - start <= _LONGEST_BLANK_ITEM and not _is_seen(_TAG.sub(b"", strings[start:end]))
    )


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
    cells_of_text = 0
    for sheet in sheets:
        with package.open(sheet) as xml:
            cells_of_text += sum(piece.count(mark) for piece in _pieces(xml) for mark in _SHARED_MARKS)
    if cells_of_text * package.NameToInfo[strings].file_size <= limits.MAX_UNPACKED_BYTES:
        return
    starts = [item.start() for item in _STRING_ITEM.finditer(package.read(strings))]
    lengths = [after - before for before, after in pairwise([*starts, package.NameToInfo[strings].file_size])]
    copied = 0
    for sheet in sheets:
        with package.open(sheet) as xml:
            for piece in _pieces(xml):
                used = Counter(_STRING_USED.findall(piece))
                cells_of_text -= used.total()
                copied += sum(
                    lengths[place] * count for text, count in used.items() if (place := int(text)) < len(lengths)
                )
    # of the cells that write their string in an unusual way nobody knows which it is
    copied += max(0, cells_of_text) * max(lengths, default=0)
    limits.check_limit(copied, limits.MAX_UNPACKED_BYTES, "unpacked_bytes")


def _find_danger(names: Iterable[str], relations: bytes) -> str | None:
    if _MACRO_RELATION.search(relations) or any(
        name.endswith(_MACRO_PART) or name.startswith(_MACRO_FOLDER) for name in names
    ):
        return "macros"
    return "objects" if any(name.startswith(_OBJECT_FOLDERS) for name in names) else None


def _sheet_parts(package: zipfile.ZipFile, names: Mapping[str, str], relations: bytes) -> dict[int, tuple[str, str]]:
    """The names of the worksheets and the parts that hold them, by their place in the workbook."""
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
            name = _SHEET_NAME.search(sheet)
            parts[place] = (
                unescape((name[1] or name[2] or b"").decode("utf-8", "replace")) if name else "",
                names[part],
            )
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
        self.is_unusual = False
        """Whether some cell is not written as every program writes it: ``<c r="A1"``."""
        self.end = 0
        """Where the last piece with values ends."""
        self.tail = b""
        """What stands behind the rows."""
        self.blank_bytes_behind = 0
        self._dialect: _Dialect | None = None
        self._row = self._column = -1
        self._is_large = False
        self._values = 0
        self._rows: dict[bytes, bytes] = {}
        """The rows with values, each with the column of one of them."""
        self._columns: dict[bytes, bytes] = {}
        """The columns with values, each with the row of one of them."""
        self._errors: dict[Position, str] = {}
        self._hidden_rows: set[int] = set()
        self._hidden_columns: frozenset[int] = frozenset()
        self._first_link: Position | None = None

    def read(self, piece: bytes) -> None:
        """Note what is found in the next piece."""
        dialect = self._dialect or self._read_head(piece)
        if dialect is None:
            # a chart sheet or a dialogue, or one in an unusual encoding
            self.is_unusual = True
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
        # LibreOffice says hidden="false" of every row that is shown
        may_hide = _HIDES.search(piece) is not None or b' ht="0' in piece
        rows_end = end_of_rows if end_of_rows >= 0 else len(piece)
        rows_begin = max(0, piece.find(dialect.body))
        cells = piece.count(dialect.cell, rows_begin, rows_end)
        is_usual = cells == len(dialect.cells_with_address.findall(piece, rows_begin, rows_end))
        self.is_unusual |= not is_usual
        # behind the rows formulas are those of drop-downs and formats
        may_err = any(piece.find(mark, 0, rows_end) >= 0 for mark in (dialect.formula, *_ERROR_MARKS))
        first_row = self._row
        if may_hide:
            self._find_hidden_rows(piece, dialect)
        if may_err:
            self._row = first_row
            self._find_errors(piece[:rows_end], dialect, cells if is_usual else 0)

    @property
    def may_be_blanks(self) -> bool:
        """Whether the sheet is over a limit, and may not be once white space is told from values."""
        return self._values <= limits.MAX_GRID_CELLS and self._extent().is_over_limit

    def marks(self, name: str) -> SheetMarks:
        """What was found; ``UnreadableError`` where the sheet is over a limit."""
        limits.check_limit(self._values, limits.MAX_GRID_CELLS, "grid_cells", name)
        self._extent().check(name)
        return SheetMarks(self._errors, frozenset(self._hidden_rows), self._hidden_columns, first_link=self._first_link)

    def _read_head(self, piece: bytes) -> _Dialect | None:
        if root := _ROOT.search(piece):
            self._dialect = _dialect(root[1] or b"")
            head = piece[: max(0, piece.find(self._dialect.body))]
            if _HIDES.search(head) or b'idth="0' in head:
                self._hidden_columns = _find_hidden_columns(head)
        return self._dialect

    def _measure(self, piece: bytes, dialect: _Dialect) -> None:
        values = sum(map(piece.count, dialect.value_ends))
        self._values += values
        if self._values <= limits.MAX_GRID_CELLS:
            filled = b"".join(_rows_with_content(piece, dialect))
            # among a million formatted rows those with values are found sooner than their cells
            is_whole = sum(map(filled.count, dialect.value_ends)) == values
            addresses = dialect.filled_cells.findall(filled if is_whole else piece)
            self._columns.update(addresses)
            self._rows.update(map(itemgetter(1, 0), addresses))

    def _extent(self) -> Extent:
        extent = Extent(len(self._rows))
        if self._rows:
            row, column = max(self._rows, key=int), max(self._columns, key=column_number)
            extent.reach(int(row) - 1, column_number(self._rows[row]))
            extent.reach(int(self._columns[column]) - 1, column_number(column))
        return extent

    def _is_over_limit(self) -> bool:
        return self._values > limits.MAX_GRID_CELLS or len(self._rows) > limits.MAX_ROWS_WITH_VALUES

    def _find_hidden_rows(self, piece: bytes, dialect: _Dialect) -> None:
        """Rows that are hidden, by hand, by a filter or by grouping, or of no height."""
        for row in dialect.rows.finditer(piece):
            self._begin_row(row[1])
            if _IS_HIDDEN.search(row[1]):
                self._hidden_rows.add(self._row)

    def _find_errors(self, piece: bytes, dialect: _Dialect, usual_cells: int) -> None:
        """Note errors and formulas without a value in a piece of so many cells, none where not all are written as usual."""
        are_few = _COST_OF_SUSPECT * sum(map(piece.count, (dialect.formula, *_ERROR_MARKS))) < usual_cells
        find_cells = self._suspect_cells if are_few else self._cells
        for attributes, content in find_cells(piece, dialect):
            position = self._row, self._column
            formula, stored = _FORMULA.search(content), _STORED_VALUE.search(content)
            if _IS_ERROR.search(attributes):
                self._errors[position] = stored[1].decode() if stored else "#N/A"
            elif formula and not stored and not _IS_TEXT.search(attributes):
                # a formula of text with an empty result is marked t="str": its value was stored, and is blank
                self._errors[position] = "=" + unescape((formula[1] or b"").decode("utf-8", "replace"))
            if self._first_link is None and formula and _FOREIGN_REFERENCE.search(formula[1] or b""):
                self._first_link = position

    def _suspect_cells(self, piece: bytes, dialect: _Dialect) -> Iterator[tuple[bytes, bytes]]:
        """The same of the cells alone that have a formula or are marked as errors, in a piece in which all have an address."""
        marks = (dialect.formula, *_ERROR_MARKS)
        marked = (found for mark in marks for found in re.finditer(re.escape(mark), piece))
        starts = [cell.start() for cell in dialect.cells_with_address.finditer(piece)]
        # a mark in the head, before any cell, is none
        for place in sorted({bisect(starts, found.start()) for found in marked} - {0}):
            start, behind = starts[place - 1], starts[place] if place < len(starts) else len(piece)
            if (opened := piece.find(b">", start, behind)) < 0:
                # damaged
                continue
            address = _ADDRESS.search(piece, start, opened)
            self._row, self._column = int(address[2]) - 1, column_number(address[1])
            if piece[opened - 1] != _SLASH:
                end = piece.find(dialect.cell_end, opened, behind)
                yield piece[start:opened], piece[opened + 1 : end if end >= 0 else behind]
        last_row = piece.rfind(dialect.row)
        if address := _ADDRESS.search(piece, last_row, piece.find(b">", last_row)):
            self._row = int(address[2]) - 1

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
    hidden, shown, told = set(), set(), 0
    for column in _COLUMNS.finditer(head):
        ends = {name: int(number) for name, number in _FIRST_AND_LAST.findall(column[1])}
        span = range(ends.get(b"in", 1) - 1, min(ends.get(b"ax", 0), MOST_COLUMNS))
        if (told := told + len(span)) > _TOLD_AGAIN * MOST_COLUMNS:
            # ranges that overlap time and again: no program writes them
            break
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
