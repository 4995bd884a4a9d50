"""What calamine does not tell about an .xls or .et ([MS-XLS]): encryption, errors, what is hidden, macros, links."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

import olefile

from ingestion.cells import Position
from ingestion.marks import Extent, Marks, SheetMarks

_BOF, _EOF, _FILEPASS, _BOUNDSHEET, _SUPBOOK = 0x0809, 0x000A, 0x002F, 0x0085, 0x01AE
_ROW, _COLINFO, _FORMULA, _BOOLERR, _MULRK = 0x0208, 0x007D, 0x0006, 0x0205, 0x00BD
_VALUES = frozenset({_FORMULA, _BOOLERR, _MULRK, 0x0203, 0x0204, 0x00FD, 0x027E, 0x00D6})
"""Records that put a value into a cell: NUMBER, LABEL, LABELSST, RK and RSTRING besides those named."""

_MACRO_SHEET = 1
_HIDDEN_ROW, _HIDDEN_COLUMN = 0x20, 0x01
_ROW_HEIGHT = 0x7FFF
_CALCULATE_ON_LOAD = 0x02
_MOST_COLUMNS = 256
_OWN_WORKBOOK, _ADD_IN = 0x0401, 0x3A01
"""What a SUPBOOK record says instead of the name of another workbook."""

_BOOKS = ("Workbook", "Book")
_MACROS = frozenset({"_VBA_PROJECT_CUR", "_VBA_PROJECT", "VBA"})
_OBJECT = re.compile(r"(?:MBD|LNK)[0-9A-F]{8}|Ctls")
"""The storage of an embedded or linked object; the stream of ActiveX controls."""

_ERROR_OF_CODE = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


@dataclass(frozen=True, slots=True)
class Container:
    """What an OLE container holds."""

    streams: frozenset[str]
    is_encrypted: bool = False
    marks: Marks = field(default_factory=Marks)

    @property
    def is_workbook(self) -> bool:
        """Whether there is a workbook in it, and not another program's document."""
        return not self.streams.isdisjoint(_BOOKS)


class DamagedContainerError(ValueError):
    """The container's directory or one of its streams cannot be followed."""


def examine(data: bytes) -> Container:
    """What the OLE container ``data`` holds; ``DamagedContainerError`` where it cannot be followed."""
    streams, book = _open(data)
    if "EncryptedPackage" in streams:
        return Container(streams, is_encrypted=True)
    danger = "macros" if streams & _MACROS else "objects" if any(map(_OBJECT.fullmatch, streams)) else None
    sheets_named = []
    has_links = False
    for kind, start, length in _records(book, 0):
        if kind == _FILEPASS:
            return Container(streams, is_encrypted=True)
        if kind == _BOUNDSHEET and length >= 6:
            sheet_start, _, sheet_kind = struct.unpack_from("<IBB", book, start)
            sheets_named.append((sheet_start, _sheet_name(book[start + 6 : start + length])))
            if sheet_kind == _MACRO_SHEET:
                danger = "macros"
        elif kind == _SUPBOOK and length >= 4:
            has_links |= struct.unpack_from("<H", book, start + 2)[0] not in (_OWN_WORKBOOK, _ADD_IN)
    sheets = {place: _scan_sheet(book, *sheet) for place, sheet in enumerate(sheets_named)}
    return Container(streams, marks=Marks(sheets, danger, has_links))


def _open(data: bytes) -> tuple[frozenset[str], bytes]:
    """The names of the streams and storages, and the workbook among them; empty where there is none."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            names = frozenset(path[0] for path in container.listdir())
            book = next((name for name in _BOOKS if name in names), None)
            if book is None:
                return names, b""
            with container.openstream(book) as stream:
                return names, stream.read()
    except Exception as error:
        # olefile follows a broken directory into errors of any kind, endless recursion among them
        raise DamagedContainerError(str(error)) from error


def _records(book: bytes, start: int) -> Iterator[tuple[int, int, int]]:
    """Kind, place of the content and its length, for the records of the substream at ``start``."""
    depth = 0
    while start + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, start)
        start += 4
        if start + length > len(book):
            return
        depth += (kind == _BOF) - (kind == _EOF)
        yield kind, start, length
        if depth <= 0:
            return
        start += length


def _sheet_name(name: bytes) -> str:
    """The name behind its length; in BIFF8 a byte between them says whether a sign is one byte or two."""
    encodings = {b"\x00": "latin-1", b"\x01": "utf-16-le"}
    if encoding := encodings.get(name[1:2]):
        return name[2:].decode(encoding, "replace")
    return name[1:].decode("gb18030", "replace")


def _scan_sheet(book: bytes, start: int, name: str) -> SheetMarks:
    errors: dict[Position, str] = {}
    hidden_rows, hidden_columns, rows = set(), set(), set()
    extent = Extent()
    for kind, place, length in _records(book, start):
        if kind in _VALUES and length >= 6:
            row, column = struct.unpack_from("<HH", book, place)
            rows.add(row)
            last = struct.unpack_from("<H", book, place + length - 2)[0] if kind == _MULRK else column
            extent.reach(row, last)
            if error := _error(book, kind, place, length):
                errors[row, column] = error
        elif kind == _ROW and length >= 16:
            row, _, _, height, _, _, options = struct.unpack_from("<7H", book, place)
            if options & _HIDDEN_ROW or height & _ROW_HEIGHT == 0:
                hidden_rows.add(row)
        elif kind == _COLINFO and length >= 10:
            first, last, width, _, options = struct.unpack_from("<5H", book, place)
            if options & _HIDDEN_COLUMN or width == 0:
                hidden_columns.update(range(first, min(last + 1, _MOST_COLUMNS)))
    extent.rows_with_values = len(rows)
    extent.check(name)
    return SheetMarks(errors, frozenset(hidden_rows), frozenset(hidden_columns))


def _error(book: bytes, kind: int, place: int, length: int) -> str | None:
    """The error value of a cell, or the sign of a formula that was never calculated."""
    if kind == _BOOLERR and length >= 8:
        code, is_error = struct.unpack_from("<BB", book, place + 6)
        return _ERROR_OF_CODE.get(code, "#N/A") if is_error else None
    if kind == _FORMULA and length >= 16:
        result_kind, _, code, _, _, marker, options = struct.unpack_from("<BBBBHHH", book, place + 6)
        if marker == 0xFFFF:
            return _ERROR_OF_CODE.get(code, "#N/A") if result_kind == 2 else None
        if options & _CALCULATE_ON_LOAD and not any(book[place + 6 : place + 14]):
            # as Apache POI writes it: a zero, and the rest is left to Excel
            return "="
    return None
