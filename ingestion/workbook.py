"""A received file becomes sheets of cells, whatever its format.

Which kind of workbook a file is, is decided by its content; text is read only where its name says that it is text.
python-calamine reads the values; what it does not tell (error values, formulas without a stored value, far-out cells,
hidden rows, links, macros) comes from ``ooxml``, ``open_document`` and ``biff``.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import PurePosixPath

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from ingestion import archive, biff, limits, ooxml, open_document
from ingestion.cells import (
    ERROR_VALUES,
    Grid,
    MergedRange,
    Observation,
    Position,
    Reading,
    Sheet,
    UnreadableError,
    address,
    as_seen,
    text_of,
)
from ingestion.documents import is_whole
from ingestion.formats import (
    DAMAGED_PACKAGE,
    DOCUMENT_SUFFIXES,
    OLE_MAGIC,
    OPEN_DOCUMENT_CONTENT,
    TEXT_SUFFIXES,
    WORKBOOK_SUFFIXES,
    ZIP_MAGICS,
    is_workbook_package,
)
from ingestion.marks import UNMARKED, Marks
from ingestion.names import readable_name
from ingestion.plain_text import NoTableError, read_text

log = logging.getLogger(__name__)


def read_file(name: str, data: bytes) -> Reading:
    """The cells of one workbook; a document has none. What is wrong with the file is an observation, no exception."""
    name = readable_name(name)
    digest = hashlib.sha256(data).hexdigest()
    try:
        return _read(name, data, digest)
    except UnreadableError as unreadable:
        return Reading(name, digest, observations=(unreadable.observation,))
    except Exception:
        log.exception("unexpected error while reading %s (sha256 %s)", name, digest)
        return Reading(name, digest, observations=(Observation("our_fault"),))


def _read(name: str, data: bytes, digest: str) -> Reading:
    suffix = PurePosixPath(name).suffix.lower()
    if not data.strip():
        empty = Observation("unreadable", params={"reason": "empty"})
        return Reading(name, digest, observations=(empty,), is_document=suffix in DOCUMENT_SUFFIXES)
    if suffix in DOCUMENT_SUFFIXES and not _is_table(name, data):
        damaged = Observation("unreadable", params={"reason": "damaged_document"})
        return Reading(name, digest, observations=() if is_whole(data) else (damaged,), is_document=True)
    limits.check_limit(len(data), limits.MAX_FILE_BYTES, "bytes")
    if suffix and suffix not in WORKBOOK_SUFFIXES and _is_workbook(data):
        # Excel and WPS open nothing under such a name: rule S01
        raise UnreadableError("unreadable", reason="mistyped")
    if data.startswith((*ZIP_MAGICS, OLE_MAGIC)):
        marks = _examine_package(name, data) if data.startswith(ZIP_MAGICS) else _examine_container(data)
        sheets = _read_with_calamine(marks.lean or data, marks)
        return Reading(name, digest, sheets, tuple(_notice_marks(sheets, marks)))
    if suffix not in TEXT_SUFFIXES:
        # text under the name of a workbook is rejected even where it holds a table: rule S01
        raise UnreadableError("unreadable", reason="mistyped" if suffix else "foreign")
    try:
        sheets = read_text(name, data)
    except NoTableError as error:
        raise UnreadableError("unreadable", reason="damaged") from error
    return Reading(name, digest, tuple(replace(sheet, errors=_check_cells(sheet.grid, {})) for sheet in sheets))


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
    except DAMAGED_PACKAGE:
        return False


def _examine_package(name: str, data: bytes) -> Marks:
    """What there is in an .xlsx, .xlsm or .ods beside its values."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            if any(part.flag_bits & 1 for part in parts) or open_document.is_encrypted(package):
                raise UnreadableError("encrypted")
            if not is_workbook_package(package):
                # one that holds workbooks comes here where it is over a limit
                archive.find_members(name, data)
                is_archive = PurePosixPath(name).suffix.lower() == archive.ARCHIVE_SUFFIX
                raise UnreadableError("unreadable", reason="nothing_in_archive" if is_archive else "foreign")
            limits.check_limit(sum(part.file_size for part in parts), limits.MAX_UNPACKED_BYTES, "unpacked_bytes")
            scan = open_document.scan if OPEN_DOCUMENT_CONTENT in package.NameToInfo else ooxml.scan
            return scan(package)
    except DAMAGED_PACKAGE as error:
        raise UnreadableError("unreadable", reason="damaged") from error


def _examine_container(data: bytes) -> Marks:
    """What there is in an .xls or .et beside its values."""
    try:
        container = biff.examine(data)
    except biff.DamagedContainerError as error:
        raise UnreadableError("unreadable", reason="damaged") from error
    if container.is_encrypted:
        raise UnreadableError("encrypted")
    if not container.is_workbook:
        raise UnreadableError("unreadable", reason="foreign")
    return container.marks


def _notice_marks(sheets: tuple[Sheet, ...], marks: Marks) -> Iterator[Observation]:
    """``macros`` (rule S16) and ``external_links`` (rule S19)."""
    if marks.danger:
        yield Observation("macros", params={"what": marks.danger})
    if marks.has_links:
        linked = ((sheet, found.first_link) for sheet in sheets if (found := marks.sheets.get(sheet.number - 1)))
        sheet, cell = next(((sheet, cell) for sheet, cell in linked if cell), (None, None))
        if sheet and cell:
            yield Observation("external_links", sheet.name, address(*cell), sheet.text(*cell))
        else:
            yield Observation("external_links")


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


def _read_with_calamine(data: bytes, marks: Marks) -> tuple[Sheet, ...]:
    try:
        with _quiet_stderr() if data.startswith(OLE_MAGIC) else nullcontext():
            workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
            metadata = workbook.sheets_metadata
            limits.check_limit(len(metadata), limits.MAX_SHEETS, "sheets")
            sheets = []
            for place, about in enumerate(metadata):
                if about.typ != SheetTypeEnum.WorkSheet:
                    continue
                source = workbook.get_sheet_by_index(place)
                grid = source.to_python(skip_empty_area=False)
                found = marks.sheets.get(place, UNMARKED)
                merged = tuple(source.merged_cell_ranges or ()) or found.merged
                _check_merged(merged, grid)
                sheets.append(
                    Sheet(
                        about.name,
                        place + 1,
                        about.visible == SheetVisibleEnum.Visible,
                        grid,
                        merged,
                        _check_cells(grid, found.errors),
                        found.hidden_rows,
                        found.hidden_columns,
                    )
                )
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


def _check_merged(merged: tuple[MergedRange, ...], grid: Grid) -> None:
    """Check how many cells are merged, one that lies in several ranges once for each."""
    height, width = len(grid), len(grid[0]) if grid else 0
    cells = sum(
        max(0, min(bottom + 1, height) - top) * max(0, min(right + 1, width) - left)
        for (top, left), (bottom, right) in merged
    )
    limits.check_limit(cells, limits.MAX_GRID_CELLS, "grid_cells")


def _check_cells(grid: Grid, marked: Mapping[Position, str]) -> dict[Position, str]:
    """The error values of a sheet: those ``marked``, and those that stand there as text.

    Its limits are checked, and its texts are made what a person sees.
    """
    blank = [""] * (len(grid[0]) if grid else 0)
    rows_with_values = sum(row != blank for row in grid)
    if rows_with_values > limits.MAX_ROWS_WITH_VALUES:
        rows_with_values = sum(any(map(text_of, row)) for row in grid)
        limits.check_limit(rows_with_values, limits.MAX_ROWS_WITH_VALUES, "rows_with_values")
    texts = [value for row in grid for value in row if value.__class__ is str]
    everything = " ".join(texts)
    if len(everything) > limits.MAX_CELL_CHARACTERS:
        limits.check_limit(max(map(len, texts)), limits.MAX_CELL_CHARACTERS, "cell_characters")
    if as_seen(everything) != everything:
        for row in grid:
            row[:] = [as_seen(value) if value.__class__ is str else value for value in row]
    errors = dict(marked)
    if "#" in everything:
        for row, values in enumerate(grid):
            for column, value in enumerate(values):
                if value.__class__ is str and (text := value.strip()) in ERROR_VALUES:
                    errors[row, column] = text
    return errors
