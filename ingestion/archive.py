"""Zip archives of workbooks: one received file that holds several."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import PurePosixPath

from ingestion import limits
from ingestion.workbook import WORKBOOK_SUFFIXES, ZIP_MAGICS, is_document_package, is_workbook_package

_MEMBER_SUFFIXES = WORKBOOK_SUFFIXES | {".csv"}

_UTF8_NAME_FLAG = 0x800


def unpack(name: str, data: bytes) -> list[tuple[str, bytes]]:
    """The workbooks a received file holds, members of an archive as ``a.zip!b.xlsx``; else the file itself.

    An archive that holds none, is damaged, encrypted or over a limit stays as it is: ``read_file`` says what is wrong
    with it. Photos and documents that lie beside workbooks are left in the original.
    """
    if not data.startswith(ZIP_MAGICS) or len(data) > limits.MAX_FILE_BYTES:
        return [(name, data)]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if is_workbook_package(archive) or is_document_package(archive):
                return [(name, data)]
            members = [(member_name(member), member) for member in archive.infolist() if not member.is_dir()]
            workbooks = [(path, member) for path, member in members if is_workbook_name(path)]
            unpacked_bytes = sum(member.file_size for _, member in workbooks)
            if len(workbooks) > limits.MAX_ARCHIVE_MEMBERS or unpacked_bytes > limits.MAX_UNPACKED_BYTES:
                return [(name, data)]
            contents = [(f"{name}!{path}", archive.read(member)) for path, member in workbooks]
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, NotImplementedError, OSError, ValueError):
        return [(name, data)]
    return contents or [(name, data)]


def is_workbook_name(path: str) -> bool:
    """Whether ``path`` is named like a workbook, and is neither a lock file nor a system's own."""
    name = PurePosixPath(path).name
    return PurePosixPath(name).suffix.lower() in _MEMBER_SUFFIXES and not name.startswith(("~$", "."))


def member_name(member: zipfile.ZipInfo) -> str:
    """The member's path; Chinese Windows writes names in GBK without saying so."""
    if member.flag_bits & _UTF8_NAME_FLAG:
        return member.filename
    raw = member.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return member.filename
