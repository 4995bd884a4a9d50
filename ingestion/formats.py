"""By what a file is told to be a workbook, an archive or a document: its first bytes, its parts, its name."""

from __future__ import annotations

import zipfile
import zlib

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06")

WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xlsb", ".xltx", ".xls", ".xlt", ".et", ".ett", ".ods"})
TEXT_SUFFIXES = frozenset({".csv", ".txt"})
IMAGE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".heic"})
DOCUMENT_SUFFIXES = frozenset({".pdf", ".doc", ".docx", ".wps", ".ofd"}) | IMAGE_SUFFIXES

OPEN_DOCUMENT_CONTENT = "content.xml"
_WORKBOOK_PARTS = frozenset({"xl/workbook.xml", "xl/workbook.bin", OPEN_DOCUMENT_CONTENT})
_DOCUMENT_PARTS = frozenset({"word/document.xml", "OFD.xml"})

DAMAGED_PACKAGE = (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError)
"""What reading a broken or locked zip archive may raise."""


def is_workbook_package(package: zipfile.ZipFile) -> bool:
    """Whether a zip archive is itself a workbook, and not a folder of files or another program's document."""
    return not _WORKBOOK_PARTS.isdisjoint(package.NameToInfo)


def is_document_package(package: zipfile.ZipFile) -> bool:
    """Whether a zip archive is a text document (.docx, .ofd); a workbook embedded in it is none of its own."""
    return not _DOCUMENT_PARTS.isdisjoint(package.NameToInfo)
