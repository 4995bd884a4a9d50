"""What calamine does not tell about an .xls or .et: whether it is encrypted, and its error values ([MS-XLS])."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

import olefile

_EOF, _FILEPASS, _BOUNDSHEET, _BOF, _FORMULA, _BOOLERR = 0x000A, 0x002F, 0x0085, 0x0809, 0x0006, 0x0205

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
    errors: dict[int, dict[tuple[int, int], str]] = field(default_factory=dict)
    """For each sheet, by its place in the workbook, the cells with an error value."""

    @property
    def is_workbook(self) -> bool:
        """Whether there is a workbook in it, and not another program's document."""
        return bool(self.streams & {"Workbook", "Book"})


class DamagedContainerError(ValueError):
    """The container's directory or one of its streams cannot be followed."""


def examine(data: bytes) -> Container:
    """What the OLE container ``data`` holds; ``DamagedContainerError`` where it cannot be followed."""
    streams, book = _open(data)
    if "EncryptedPackage" in streams:
        return Container(streams, is_encrypted=True)
    sheet_starts = []
    for kind, start, length in _records(book, 0):
        if kind == _FILEPASS:
            return Container(streams, is_encrypted=True)
        if kind == _BOUNDSHEET and length >= 4:
            sheet_starts.append(struct.unpack_from("<I", book, start)[0])
    errors = {place: found for place, start in enumerate(sheet_starts) if (found := _errors_of_sheet(book, start))}
    return Container(streams, errors=errors)


def _open(data: bytes) -> tuple[frozenset[str], bytes]:
    """The names of the streams, and the workbook among them; empty where there is none."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            streams = frozenset(path[0] for path in container.listdir())
            if "Workbook" not in streams:
                return streams, b""
            with container.openstream("Workbook") as stream:
                return streams, stream.read()
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


def _errors_of_sheet(book: bytes, start: int) -> dict[tuple[int, int], str]:
    errors = {}
    for kind, place, length in _records(book, start):
        if kind == _BOOLERR and length >= 8:
            row, column, _, code, is_error = struct.unpack_from("<HHHBB", book, place)
        elif kind == _FORMULA and length >= 14:
            row, column, _, result_kind, _, code, _, _, marker = struct.unpack_from("<HHHBBBBHH", book, place)
            is_error = marker == 0xFFFF and result_kind == 2
        else:
            continue
        if is_error:
            errors[row, column] = _ERROR_OF_CODE.get(code, "#N/A")
    return errors
