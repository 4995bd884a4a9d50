"""Zip archives of workbooks and documents: one received file that holds several."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath

from ingestion import limits
from ingestion.cells import UnreadableError
from ingestion.formats import (
    DAMAGED_PACKAGE,
    DOCUMENT_SUFFIXES,
    WORKBOOK_SUFFIXES,
    ZIP_MAGICS,
    is_document_package,
    is_workbook_package,
)
from ingestion.names import decode_name, is_left_by_program, readable_name

ARCHIVE_SUFFIX = ".zip"
_MEMBER_SUFFIXES = WORKBOOK_SUFFIXES | DOCUMENT_SUFFIXES | {".csv"}
_SYSTEM_FOLDER = "__MACOSX"
"""Where macOS puts what it alone needs."""

_UTF8_NAME_FLAG = 0x800


def unpack(name: str, data: bytes) -> list[tuple[str, bytes]]:
    """The workbooks and documents of an archive, named ``a.zip!b.xlsx``; of another received file the file itself.

    An archive that holds none, is damaged, encrypted or over a limit stays as it is: ``read_file`` says what is wrong
    with it.
    """
    name = readable_name(name)
    if not data.startswith(ZIP_MAGICS) or len(data) > limits.MAX_FILE_BYTES:
        return [(name, data)]
    try:
        return find_members(name, data) or [(name, data)]
    except (UnreadableError, *DAMAGED_PACKAGE):
        return [(name, data)]


def find_members(name: str, data: bytes) -> list[tuple[str, bytes]]:
    """The members of an archive and of the archives within it; none where it is a workbook or a document itself.

    ``UnreadableError`` where they are over a limit all together.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if is_workbook_package(archive) or is_document_package(archive):
            return []
        return _find_in(archive, name, _Taken())


@dataclass(slots=True)
class _Taken:
    """What was taken out of an archive so far."""

    members: int = 0
    unpacked_bytes: int = 0
    depth: int = 0

    def check(self) -> None:
        """Check it against the limits."""
        limits.check_limit(self.members, limits.MAX_ARCHIVE_MEMBERS, "members")
        limits.check_limit(self.unpacked_bytes, limits.MAX_UNPACKED_BYTES, "unpacked_bytes")


def _find_in(archive: zipfile.ZipFile, name: str, taken: _Taken) -> list[tuple[str, bytes]]:
    members = [(_within(member_name(member)), member) for member in archive.infolist() if not member.is_dir()]
    wanted = [(path, member) for path, member in members if _is_wanted(path)]
    taken.members += sum(not _is_archive_name(path) for path, _ in wanted)
    taken.unpacked_bytes += sum(member.file_size for _, member in wanted)
    taken.check()
    found = []
    for path, member in wanted:
        place, content = f"{name}!{path}", archive.read(member)
        found += _find_nested(place, content, taken) if _is_archive_name(path) else [(place, content)]
    return found


def _find_nested(name: str, data: bytes, taken: _Taken) -> list[tuple[str, bytes]]:
    """The members of an archive within an archive; itself where it cannot be opened or lies too deep."""
    if taken.depth + 1 >= limits.MAX_ARCHIVE_DEPTH:
        return [(name, data)]
    taken.depth += 1
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if is_workbook_package(archive):
                return [(name, data)]
            return _find_in(archive, name, taken)
    except DAMAGED_PACKAGE:
        return [(name, data)]
    finally:
        taken.depth -= 1


def _within(path: str) -> str:
    """``path`` without what leads out of the archive: ``../../b.xlsx`` is ``b.xlsx``."""
    return "/".join(part for part in path.replace("\\", "/").split("/") if part not in ("", ".", ".."))


def _is_wanted(path: str) -> bool:
    """Whether ``path`` is named like a workbook, document or archive, and is neither a lock file nor a system's own."""
    place = PurePosixPath(path)
    if is_left_by_program(place.name) or _SYSTEM_FOLDER in place.parts:
        return False
    return _is_archive_name(path) or place.suffix.lower() in _MEMBER_SUFFIXES


def _is_archive_name(path: str) -> bool:
    return path.lower().endswith(ARCHIVE_SUFFIX)


def member_name(member: zipfile.ZipInfo) -> str:
    """The member's path; Chinese Windows writes names in GBK without saying so."""
    if member.flag_bits & _UTF8_NAME_FLAG:
        return member.filename
    return decode_name(member.filename.encode("cp437", "replace")) or member.filename
