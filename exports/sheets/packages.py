"""Office files are zip archives of parts: written so that the same parts give the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from datetime import datetime

_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The first moment a zip archive can tell; the parts of a document have no time of their own."""
_CORE = "docProps/core.xml"
_MOMENT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")


def write_package(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """The archive of ``parts`` (name, bytes) in their order, with no time but a fixed one."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts:
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            # what a program of another system would write there by itself
            entry.create_system, entry.external_attr = 3, 0o600 << 16
            archive.writestr(entry, data)
    return whole.getvalue()


def parts_of(data: bytes) -> list[tuple[str, bytes]]:
    """The parts (name, bytes) of the package ``data`` in their order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def settle_package(data: bytes, moment: datetime) -> bytes:
    """The package ``data``, as a library wrote it, without the time of writing: ``moment`` (UTC) is told instead."""
    told = f"{moment:%Y-%m-%dT%H:%M:%SZ}".encode()
    return write_package(
        (name, _MOMENT.sub(rb"\g<1>" + told + rb"\g<2>", part) if name == _CORE else part)
        for name, part in parts_of(data)
    )
