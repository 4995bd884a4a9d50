"""A received file becomes sheets of cells, whatever its format.

Which kind of workbook a file is, is decided by its content; text is read only where its name says that it is text.
python-calamine reads the values; what it does not tell (error values, formulas without a stored value, far-out cells)
comes from ``ooxml`` and ``biff``.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from ingestion import biff, limits, ooxml
from ingestion.cells import ERROR_VALUES, Grid, Observation, Position, Reading, Sheet
from ingestion.plain_text import NoTableError, read_text

log = logging.getLogger(__name__)

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06")

WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xlsb", ".xltx", ".xls", ".xlt", ".et", ".ett", ".ods"})
_TEXT_SUFFIXES = frozenset({".csv", ".txt"})
_DOCUMENT_SUFFIXES = frozenset({".pdf", ".doc", ".docx", ".wps", ".ofd", ".jpg", ".jpeg", ".png"})
_WORKBOOK_PARTS = frozenset({"xl/workbook.xml", "xl/workbook.bin", "content.xml"})
_DOCUMENT_PARTS = frozenset({"word/document.xml", "OFD.xml"})
_DAMAGED_PACKAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError)


class UnreadableError(Exception):
    """The file cannot be read; carries the observation that says why."""

    def __init__(self, kind: str, **params: Any) -> None:
        super().__init__(kind)
        self.observation = Observation(kind, params=params)


def read_file(name: str, data: bytes) -> Reading:
    """The cells of one workbook; a document has none. What is wrong with the file is an observation, no exception."""
    digest = hashlib.sha256(data).hexdigest()
    try:
        return _read(name, data, digest)
    except UnreadableError as unreadable:
        return Reading(name, digest, observations=(unreadable.observation,))
    except Exception:
        log.exception("unexpected error while reading %s (sha256 %s)", name, digest)
        return Reading(name, digest, observations=(Observation("our_fault"),))


def check_limit(found: int, limit: int, unit: str) -> None:
    """Raise ``over_limit``, naming limit and measure, where ``found`` is beyond ``limit`` (rule S11)."""
    if found > limit:
        raise UnreadableError("over_limit", measured=f"{found:,} {unit}", limit=f"{limit:,} {unit}")


def is_workbook_package(package: zipfile.ZipFile) -> bool:
    """Whether a zip archive is itself a workbook, and not a folder of files or another program's document."""
    return not _WORKBOOK_PARTS.isdisjoint(package.namelist())


def is_document_package(package: zipfile.ZipFile) -> bool:
    """Whether a zip archive is a text document (.docx, .ofd); a workbook embedded in it is none of its own."""
    return not _DOCUMENT_PARTS.isdisjoint(package.namelist())


def _read(name: str, data: bytes, digest: str) -> Reading:
    if not data.strip():
        raise UnreadableError("unreadable", reason="empty")
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in _DOCUMENT_SUFFIXES and not _is_table(name, data):
        return Reading(name, digest, is_document=True)
    check_limit(len(data), limits.MAX_FILE_BYTES, "字节 bytes")
    if suffix not in WORKBOOK_SUFFIXES and _is_workbook(data):
        # Excel and WPS open nothing under such a name: rule S01
        raise UnreadableError("unreadable", reason="mistyped")
    if data.startswith(ZIP_MAGICS):
        return Reading(name, digest, _read_package(data))
    if data.startswith(OLE_MAGIC):
        return Reading(name, digest, _read_container(data))
    if suffix not in _TEXT_SUFFIXES:
        # text under the name of a workbook is rejected even where it holds a table: rule S01
        raise UnreadableError("unreadable", reason="mistyped")
    try:
        sheets = read_text(name, data)
    except NoTableError as error:
        raise UnreadableError("unreadable", reason="damaged") from error
    for sheet in sheets:
        _check_cells(sheet.grid, sheet.errors)
    return Reading(name, digest, sheets)


def _is_table(name: str, data: bytes) -> bool:
    """Whether the file holds a table after all, whatever its name says: a workbook, or separated values."""
    if data.startswith((*ZIP_MAGICS, OLE_MAGIC)):
        return _is_workbook(data)
    try:
        return bool(read_text(name, data))
    except NoTableError:
        return False


def _is_workbook(data: bytes) -> bool:
    """Whether the bytes are a workbook; of damaged ones nobody knows."""
    try:
        if data.startswith(ZIP_MAGICS):
            with zipfile.ZipFile(io.BytesIO(data)) as package:
                return is_workbook_package(package)
        # a damaged container is a ValueError
        return data.startswith(OLE_MAGIC) and biff.examine(data).is_workbook
    except _DAMAGED_PACKAGE:
        return False


def _read_package(data: bytes) -> tuple[Sheet, ...]:
    """The sheets of an .xlsx, .xlsm or .ods."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            check_limit(
                sum(part.file_size for part in parts), limits.MAX_UNPACKED_BYTES, "字节（解压后）bytes unpacked"
            )
            if any(part.flag_bits & 1 for part in parts):
                raise UnreadableError("encrypted")
            if not is_workbook_package(package):
                raise UnreadableError("unreadable", reason="foreign")
            marks = ooxml.scan(package)
    except _DAMAGED_PACKAGE as error:
        raise UnreadableError("unreadable", reason="damaged") from error
    check_limit(marks.largest_grid_cells, limits.MAX_GRID_CELLS, "格 cells")
    return _read_with_calamine(data, marks.errors)


def _read_container(data: bytes) -> tuple[Sheet, ...]:
    """The sheets of an .xls or .et."""
    try:
        container = biff.examine(data)
    except biff.DamagedContainerError as error:
        raise UnreadableError("unreadable", reason="damaged") from error
    if container.is_encrypted:
        raise UnreadableError("encrypted")
    if not container.is_workbook:
        raise UnreadableError("unreadable", reason="foreign")
    with _quiet_stderr():
        return _read_with_calamine(data, container.errors)


@contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Nothing written to the process's standard error in the block is seen.

    On some broken .xls the Rust reader panics, and prints a backtrace before Python hears of it.
    """
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _read_with_calamine(data: bytes, errors: dict[int, dict[Position, str]]) -> tuple[Sheet, ...]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        metadata = workbook.sheets_metadata
        check_limit(len(metadata), limits.MAX_SHEETS, "张工作表 sheets")
        sheets = []
        for place, about in enumerate(metadata):
            if about.typ != SheetTypeEnum.WorkSheet:
                continue
            source = workbook.get_sheet_by_index(place)
            grid = source.to_python(skip_empty_area=False)
            found = errors.get(place, {})
            _check_cells(grid, found)
            is_visible = about.visible == SheetVisibleEnum.Visible
            merged = tuple(source.merged_cell_ranges or ())
            sheets.append(Sheet(about.name, place + 1, is_visible, grid, merged, found))
        return tuple(sheets)
    except PasswordError as error:
        raise UnreadableError("encrypted") from error
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableError("unreadable", reason="damaged") from error
    except BaseException as error:
        # a panic inside the Rust reader arrives as a BaseException of its own: the file is beyond repair
        if type(error).__name__ == "PanicException":
            raise UnreadableError("unreadable", reason="damaged") from error
        raise


def _check_cells(grid: Grid, errors: dict[Position, str]) -> None:
    """Check the limits of a sheet and add the error values that stand there as text."""
    blank = [""] * (len(grid[0]) if grid else 0)
    rows_with_values = 0
    for row, values in enumerate(grid):
        if values == blank:
            continue
        rows_with_values += 1
        for column, value in enumerate(values):
            if value.__class__ is str and value:
                if value[0] == "#" and value.strip() in ERROR_VALUES:
                    errors[row, column] = value.strip()
                elif len(value) > limits.MAX_CELL_CHARACTERS:
                    check_limit(len(value), limits.MAX_CELL_CHARACTERS, "字（一格）characters in a cell")
    check_limit(rows_with_values, limits.MAX_ROWS_WITH_VALUES, "行 rows")
