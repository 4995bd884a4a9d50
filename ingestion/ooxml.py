"""What calamine does not tell about an .xlsx or .xlsm (ECMA-376, transitional and strict).

Error values and formulas without a stored value arrive from calamine as blank cells, so that "the formula is broken"
could not be told from "nothing was filled in" (rule F13); hidden rows and columns, links and macros it does not tell
at all. Nearly every sheet has nothing of this and is written as all programs write: that is found out in microseconds,
and whatever is otherwise is left to a parser (``sheet_walk``). XML is read in pieces, and no pattern tries anything
twice, so that time and memory do not depend on how it is made.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache, partial
from html import unescape
from itertools import pairwise
from operator import itemgetter
from typing import IO, NamedTuple

from ingestion import limits
from ingestion.cells import as_seen, column_number
from ingestion.marks import Extent, Marks, write_lean
from ingestion.markup import find_elements
from ingestion.sheet_walk import walk

_RELATIONS = "xl/_rels/workbook.xml.rels"
_WORKBOOK = "xl/workbook.xml"
_STRINGS = "xl/sharedstrings.xml"
_MACRO_PART = "vbaproject.bin"
_MACRO_FOLDER = "xl/macrosheets/"
_MACRO_RELATION = re.compile(rb"/(?:vbaProject|xl(?:Intl)?Macrosheet)[\"']")
_OBJECT_FOLDERS = ("xl/embeddings/", "xl/activex/")
_LINK_FOLDER = "xl/externallinks/"

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

_ROOT = re.compile(rb"<(\w{1,20}:)?worksheet\b")
_ROW = re.compile(rb"<(?:\w+:)?row\b")
_STORED_TEXT = re.compile(rb"<(?:\w+:)?[vt]\b[^<>]*+>([^<]*+)<")
_FOREIGN_CONTENT = re.compile(rb":(?:v|f|is)\b")
_PLAIN_ATTRIBUTES = re.compile(rb'(?: [A-Za-z0-9]+(?::[A-Za-z]+)?="[^"<>&]*+")* ?/?')
_ADDRESS_OF_ROW = re.compile(rb' r="\d{1,9}"')
_LONGEST_ATTRIBUTES = 500
"""Those of a row or a cell; no program writes more, and what is looked at is remembered."""
_HIDING_ATTRIBUTES = re.compile(rb' (?:hidden="(?!0"|false")|ht="[+-]?[0.]*+(?:"|[eE]))')
_MAY_HIDE_COLUMNS = (
    re.compile(rb'hidden(?!="(?:0|false)")'),
    re.compile(rb'idth(?!="(?:true|false|(?:0?\.0*)?[1-9]))'),
)
"""Any word of hiding but that there is none, any width but one that is some."""
_ERROR_MARK = b' t="e"'
_ADDRESS_MARK = b' r="'
_OBJECT = (b"<oleObject", b":oleObject")
_MERGED = re.compile(rb"<(?:[^\s<>/:]++:)?mergeCell\b")


class _Dialect(NamedTuple):
    """The words of one sheet's XML, by the namespace prefix it writes before them."""

    body: bytes
    body_end: bytes
    row: bytes
    row_end: bytes
    cell: bytes
    cell_end: bytes
    formula: bytes
    value_ends: tuple[bytes, ...]
    contents: tuple[bytes, ...]
    prefix: bytes
    rows: re.Pattern[bytes]
    plain_rows: re.Pattern[bytes]
    near_cells: re.Pattern[bytes]
    plain_cells: re.Pattern[bytes]
    foreign: re.Pattern[bytes]
    filled_cells: re.Pattern[bytes]
    content: re.Pattern[bytes]
    text_cells: re.Pattern[bytes]


@lru_cache(maxsize=64)
def _dialect(prefix: bytes) -> _Dialect:
    p = re.escape(prefix)
    return _Dialect(
        body=b"<%ssheetData" % prefix,
        body_end=b"</%ssheetData" % prefix,
        row=b"<%srow" % prefix,
        row_end=b"</%srow" % prefix,
        cell=b"<%sc" % prefix,
        cell_end=b"</%sc" % prefix,
        formula=b"<%sf" % prefix,
        value_ends=(b"</%sv>" % prefix, b"</%sis>" % prefix),
        # with a prefix or, in the same sheet, without
        contents=tuple(b"<%s%s" % (before, name) for before in {prefix, b""} for name in (b"v", b"f", b"is")),
        prefix=prefix,
        rows=re.compile(rb"<%srow([^>]*+)" % p),
        plain_rows=re.compile(rb'<%srow r="\d{1,9}"([^>]*+)' % p),
        near_cells=re.compile(rb'<%sc r="[A-Z]\d{1,4}"([^>]*+)' % p),
        plain_cells=re.compile(rb'<%sc r="[A-Z]{1,3}\d{1,9}"([^>]*+)' % p),
        foreign=re.compile(rb"<(?!/?%s)" % p if prefix else rb"</?[^\s<>:/]++:"),
        filled_cells=re.compile(rb'<%sc r="([A-Z]{1,3})(\d{1,9})"[^<>]*+>[^<]*+<%s(?:v|is|f)\b' % (p, p)),
        content=re.compile(rb"<%s(?:v|is|f)\b" % p),
        text_cells=re.compile(
            rb"<%sc\b[^<>]{0,300}?\bt=[\"'](?P<kind>s|str|inlineStr)[\"'][^<>/]*+>"
            rb"(?P<content>[^<]*+(?:<(?!/?%sc[\s>/])[^<]*+)*)</%sc\s*+>" % (p, p, p)
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
    sheets, shortened = {}, {}
    most_cells = 0
    for place, (name, part) in parts.items():
        sheet = _SheetScan()
        with package.open(part) as xml:
            sheet.read(xml)
        if sheet.may_be_blanks:
            content = _without_blanks(package, part, names.get(_STRINGS))
            sheet = _SheetScan()
            sheet.read(io.BytesIO(content))
            shortened[part] = partial(_instead, content)
        elif sheet.is_plain and sheet.blank_bytes_behind > _PIECE_BYTES:
            shortened[part] = partial(_cut, sheet)
        has_objects = sheet.has_objects
        if not sheet.is_plain:
            with package.open(part) as xml:
                walked = walk(xml, name)
            sheets[place], has_objects = walked.marks(), walked.has_objects
            most_cells += package.NameToInfo[part].file_size // _LEAST_CELL_BYTES
        else:
            sheet.check(name)
            most_cells += sheet.cells
            if excerpt := sheet.excerpt():
                sheets[place] = walk(io.BytesIO(excerpt), name).marks()
        if has_objects:
            danger = danger or "objects"
    if _STRINGS in names:
        _check_strings(package, names[_STRINGS], sheet_parts, most_cells)
    return Marks(sheets, danger, has_links, write_lean(package, shortened) if shortened else None)


def _cut(sheet: _SheetScan, xml: IO[bytes]) -> bytes:
    """The XML of a sheet without the formatted blank rows behind its last values."""
    return xml.read(sheet.end) + sheet.tail


def _instead(xml: bytes, _: IO[bytes]) -> bytes:
    return xml


def _without_blanks(package: zipfile.ZipFile, part: str, strings: str | None) -> bytes:
    """The XML of a plain sheet without the cells that hold nothing or white space.

    A space typed far below a table makes it no larger: it is no value (rule S11).
    """
    blank_strings = _blank_strings(package, strings) if strings else frozenset()
    dialect = None
    pieces = []
    with package.open(part) as xml:
        for piece in _pieces(xml):
            if dialect is None:
                dialect = _dialect(_ROOT.search(piece)[1] or b"")
                pieces.append(piece[: piece.find(b">", piece.find(dialect.body)) + 1])
            for row in _rows_with_content(piece, dialect):
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
        end = piece.find(b">", piece.find(dialect.row_end, content.end())) + 1
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


def _check_strings(package: zipfile.ZipFile, strings: str, sheets: Collection[str], most_cells: int) -> None:
    """Check what the shared strings come to once every cell has its own copy, as calamine makes them."""
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
    targets = {
        relation["Id"]: posixpath.normpath(posixpath.join("/xl", relation["Target"])).lower()[1:]
        for relation in find_elements(relations, "Relationship")
        if "Id" in relation and "Target" in relation
    }
    parts = {}
    for place, sheet in enumerate(find_elements(package.read(names[_WORKBOOK]), "sheet")):
        relation = next((value for name, value in sheet.items() if name.endswith(":id")), None)
        part = targets.get(relation)
        if part in names:
            parts[place] = sheet.get("name", ""), names[part]
    return parts


def _pieces(xml: IO[bytes]) -> Iterator[bytes]:
    """The XML of a sheet in pieces that end between two rows: one piece, but for a sheet of many thousand rows."""
    piece = xml.read(_PIECE_BYTES)
    while more := xml.read(_PIECE_BYTES):
        cut = _last_row(piece)
        if cut > 0:
            yield piece[:cut]
            piece = piece[cut:] + more
        else:
            piece += more
    yield piece


def _last_row(piece: bytes) -> int:
    """Where the last row of a piece begins, whatever the prefix; -1 where none does."""
    place_of = {mark: piece.rfind(mark) for mark in (b"<row", b":row")}
    while (place := max(place_of.values())) >= 0:
        start = piece.rfind(b"<", 0, place + 1)
        if start >= 0 and _ROW.match(piece, start):
            return start
        place_of = {
            mark: found if found < start else piece.rfind(mark, 0, max(0, start)) for mark, found in place_of.items()
        }
    return -1


class _SheetScan:
    """Goes through the XML of one sheet, and finds out whether a parser has to."""

    def __init__(self) -> None:
        self.has_objects = False
        self.is_plain = True
        """Whether all is written as every program writes it, so that nothing can be overlooked."""
        self.cells = 0
        """Those of pieces with values, of a plain sheet."""
        self.end = 0
        """Where the last piece with values ends."""
        self.tail = b""
        """What stands behind the rows."""
        self.blank_bytes_behind = 0
        self._dialect: _Dialect | None = None
        self._head = b""
        self._marked: list[bytes] = []
        """Hidden rows, and cells with a formula or an error value, as they are written."""
        self._hides_columns = False
        self._is_large = False
        self._values = 0
        self._rows: dict[bytes, bytes] = {}
        """The rows with values, each with the column of one of them."""
        self._columns: dict[bytes, bytes] = {}
        """The columns with values, each with the row of one of them."""

    def read(self, xml: IO[bytes]) -> None:
        """Note what is found."""
        for piece in _pieces(xml):
            self._read_piece(piece)
            if not self.is_plain:
                break

    def check(self, name: str) -> None:
        """``UnreadableError`` where the sheet of that name is over a limit."""
        limits.check_limit(self._values, limits.MAX_GRID_CELLS, "grid_cells", name)
        self._extent().check(name)

    def excerpt(self) -> bytes:
        """A worksheet of its columns, hidden rows and marked cells alone; blank where there is nothing to tell."""
        if self._dialect is None or not (self._marked or self._hides_columns):
            return b""
        ends = self._dialect.body_end + b">", self._dialect.body_end.replace(b"sheetData", b"worksheet") + b">"
        return b"".join((self._head, self._dialect.body, b">", *self._marked, *ends))

    @property
    def may_be_blanks(self) -> bool:
        """Whether the sheet is over a limit, and may not be once white space is told from values."""
        return self.is_plain and self._values <= limits.MAX_GRID_CELLS and self._extent().is_over_limit

    def _read_piece(self, piece: bytes) -> None:
        rows_begin = 0
        if self._dialect is None:
            rows_begin = self._read_head(piece)
        dialect = self._dialect
        # a chart sheet, a dialogue, an encoding of two bytes, rows that begin nowhere
        if dialect is None or _has_markup(piece):
            self.is_plain = False
            return
        end_of_rows = piece.rfind(dialect.body_end)
        rows_end = end_of_rows if end_of_rows >= 0 else len(piece)
        if end_of_rows >= 0:
            self.tail = piece[end_of_rows:]
            self.has_objects = any(mark in self.tail for mark in _OBJECT)
            limits.check_limit(len(_MERGED.findall(self.tail)), limits.MAX_MERGED_RANGES, "merged_ranges")
        if not any(content in piece for content in dialect.contents) and not _FOREIGN_CONTENT.search(piece):
            # formatted, but blank
            self.blank_bytes_behind += len(piece)
            return
        self.end += self.blank_bytes_behind + len(piece)
        self.blank_bytes_behind = 0
        self._read_rows(piece, rows_begin, rows_end, dialect)

    def _read_head(self, piece: bytes) -> int:
        """Note the dialect and what is said of columns; where the rows begin."""
        if root := _ROOT.search(piece):
            dialect = _dialect(root[1] or b"")
            if (body := piece.find(dialect.body)) >= 0:
                self._dialect = dialect
                self._head = piece[:body]
                self._hides_columns = any(pattern.search(self._head) for pattern in _MAY_HIDE_COLUMNS)
                return body
        return 0

    def _read_rows(self, piece: bytes, begin: int, end: int, dialect: _Dialect) -> None:
        count_of_rows, count = piece.count(dialect.row, begin, end), piece.count(dialect.cell, begin, end)
        self.cells += count
        rows, of_rows = dialect.plain_rows, dialect.plain_rows.findall(piece, begin, end)
        if len(of_rows) != count_of_rows:
            # some programs write the number of a row behind the rest
            rows, of_rows = dialect.rows, dialect.rows.findall(piece, begin, end)
        of_cells = dialect.near_cells.findall(piece, begin, end)
        if len(of_cells) != count:
            # beyond column Z or row 9,999: only then can a sheet of one piece be too large to be kept as a grid
            self._is_large = True
            of_cells = dialect.plain_cells.findall(piece, begin, end)
        attributes = {*of_rows, *of_cells}
        self.is_plain = (
            len(of_cells) == count
            and max(map(len, attributes), default=0) <= _LONGEST_ATTRIBUTES
            and (rows is dialect.plain_rows or all(map(_is_numbered_once, of_rows)))
            and all(map(_is_plain, attributes if rows is dialect.plain_rows else set(of_cells)))
            and not _has_foreign(piece, begin, end, of_rows, dialect)
        )
        if not self.is_plain:
            return
        self._is_large = self._is_large or len(piece) > _PIECE_BYTES // 2
        if self._is_large:
            self._measure(piece, dialect)
        if any(map(_hides, attributes)):
            found = rows.finditer(piece, begin, end)
            self._marked += [row[0].rstrip(b"/") + b"/>" for row in found if _hides(row[1])]
        if piece.find(dialect.formula, begin, end) >= 0:
            self._marked += _cells_with_formula(piece, begin, end, dialect)
        if any(_ERROR_MARK in of_cell for of_cell in attributes):
            self._marked += _cells_with_error(piece, begin, end, dialect)

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
            row, column = max(self._rows, key=int), max(self._columns, key=_column_number)
            extent.reach(int(row) - 1, _column_number(self._rows[row]))
            extent.reach(int(self._columns[column]) - 1, _column_number(column))
        return extent


def _column_number(letters: bytes) -> int:
    return column_number(letters.decode())


def _has_markup(piece: bytes) -> bool:
    """Whether there is a comment, a section taken as it is, a document type, or an instruction behind the first."""
    # one byte is found many times faster than two
    behind = piece.find(b"?>") + 1 if piece.startswith(b"<?") else 0
    return (b"!" in piece and b"<!" in piece) or (piece.find(b"?", behind + 1) >= 0 and piece.find(b"<?", behind) >= 0)


def _has_foreign(piece: bytes, begin: int, end: int, of_rows: Iterable[bytes], dialect: _Dialect) -> bool:
    """Whether an element between two places has a prefix other than the sheet's own."""
    if not dialect.prefix:
        if piece.find(b":", begin, end) < 0:
            return False
        if piece.count(b":", begin, end) == sum(attributes.count(b":") for attributes in of_rows):
            return False
    return dialect.foreign.search(piece, begin, end) is not None


def _is_numbered_once(attributes: bytes) -> bool:
    """Whether a row has its number, wherever among its attributes, and is plain but for that."""
    others, numbers = _ADDRESS_OF_ROW.subn(b"", attributes)
    return numbers == 1 and _is_plain(others)


@lru_cache(maxsize=4_096)
def _is_plain(attributes: bytes) -> bool:
    return _ADDRESS_MARK not in attributes and _PLAIN_ATTRIBUTES.fullmatch(attributes) is not None


@lru_cache(maxsize=4_096)
def _hides(attributes: bytes) -> bool:
    return _HIDING_ATTRIBUTES.search(attributes) is not None


def _cells_with_formula(piece: bytes, begin: int, end: int, dialect: _Dialect) -> Iterator[bytes]:
    done = begin
    while (found := piece.find(dialect.formula, done, end)) >= 0:
        start = piece.rfind(dialect.cell, done, found)
        is_within = start >= 0 and piece.find(b"/>", start, piece.find(b">", start) + 1) < 0
        if is_within and piece.find(dialect.cell_end, start, found) < 0:
            done = _end_of_cell(piece, found, end, dialect)
            yield piece[start:done]
        else:
            # another element that begins with the same letter
            done = found + 1


def _cells_with_error(piece: bytes, begin: int, end: int, dialect: _Dialect) -> Iterator[bytes]:
    """Cells of errors that are not those of a formula; one that ends where it begins holds none."""
    done = begin
    for cell in dialect.plain_cells.finditer(piece, begin, end):
        if cell.start() >= done and _ERROR_MARK in cell[1] and not cell[1].endswith(b"/"):
            done = _end_of_cell(piece, cell.end(), end, dialect)
            whole = piece[cell.start() : done]
            if dialect.formula not in whole:
                yield whole


def _end_of_cell(piece: bytes, begin: int, end: int, dialect: _Dialect) -> int:
    closed = piece.find(dialect.cell_end, begin, end)
    return piece.find(b">", closed, end) + 1 or end if closed >= 0 else end
