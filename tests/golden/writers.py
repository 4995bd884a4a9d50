"""Ways to write a workbook: each program's, and a package with its parts changed."""

from __future__ import annotations

import io
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl.worksheet.worksheet import Worksheet

from tests.ingestion.samples import saved, xlsx, zipped

Rows = Sequence[Sequence[Any]]

_FIRST_RECORD_OF_A_WORKBOOK = b"\x09\x08\x10\x00\x00\x06\x05\x00"
_FILEPASS = b"\x2f\x00"


def changed(rows: Rows, change: Callable[[Worksheet], object]) -> bytes:
    """The rows as openpyxl writes them, with ``change`` made to the sheet."""
    workbook = openpyxl.load_workbook(io.BytesIO(xlsx(rows)))
    change(workbook.active)
    return saved(workbook)


def with_cells(rows: Rows, **cells: Any) -> bytes:
    """The rows with some cells written differently, by their address."""

    def change(sheet: Worksheet) -> None:
        for address, value in cells.items():
            sheet[address] = value

    return changed(rows, change)


def by_xlsxwriter(rows: Rows, formulas: Mapping[str, tuple[str, Any]] | None = None) -> bytes:
    """The rows as xlsxwriter writes them, with shared strings; formulas with the value that is stored for them."""
    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = workbook.add_worksheet("统计表")
    for index, line in enumerate(rows):
        sheet.write_row(index, 0, line)
    for address, (formula, value) in (formulas or {}).items():
        sheet.write_formula(address, formula, None, value)
    workbook.close()
    return target.getvalue()


def by_libreoffice(workbook: bytes, suffix: str) -> bytes:
    """An .xlsx as LibreOffice saves it in the format of ``suffix``, but for the preview in an .ods."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source.xlsx"
        source.write_bytes(workbook)
        profile = f"-env:UserInstallation=file://{folder}/profile"
        converting = ["soffice", profile, "--headless", "--convert-to", suffix.lstrip("."), "--outdir", f"{folder}/out"]
        subprocess.run([*converting, source], check=True, capture_output=True)
        written = (Path(folder) / "out" / f"source{suffix}").read_bytes()
    return _without_preview(written) if suffix == ".ods" else written


def _without_preview(document: bytes) -> bytes:
    """The picture of the first page makes up most of a small .ods."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as source, zipfile.ZipFile(target, "w") as kept:
        for part in source.infolist():
            if not part.filename.startswith("Thumbnails/"):
                kept.writestr(part, source.read(part), part.compress_type)
    return target.getvalue()


def repackaged(
    package: bytes, replaced: Mapping[str, tuple[str, str]], added: Mapping[str, bytes] | None = None
) -> bytes:
    """A package in some of whose parts one text is replaced by another, and with parts added."""
    source = zipfile.ZipFile(io.BytesIO(package))
    parts = {name: source.read(name) for name in source.namelist()}
    for name, (old, new) in replaced.items():
        assert old.encode() in parts[name], f"{old} is not in {name}"
        parts[name] = parts[name].replace(old.encode(), new.encode())
    return zipped({**parts, **(added or {})})


def linked(package: bytes, other: str) -> bytes:
    """A package that takes values from ``other``, the workbook [1] of its formulas, as Excel writes it."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    part = "xl/externalLinks/externalLink1.xml"
    link = f'<externalLink xmlns="{main}"><externalBook xmlns:r="{relationships}" r:id="rId1"/></externalLink>'
    target = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{relationships}/externalLinkPath" Target="{other}" TargetMode="External"/>'
        "</Relationships>"
    )
    content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"
    relationship = (
        f'<Relationship Id="rId99" Type="{relationships}/externalLink" Target="externalLinks/externalLink1.xml"/>'
    )
    return repackaged(
        package,
        {
            "[Content_Types].xml": ("</Types>", f'<Override PartName="/{part}" ContentType="{content_type}"/></Types>'),
            "xl/_rels/workbook.xml.rels": ("</Relationships>", f"{relationship}</Relationships>"),
            "xl/workbook.xml": (
                "</sheets>",
                '</sheets><externalReferences><externalReference r:id="rId99"/></externalReferences>',
            ),
        },
        {part: link.encode(), "xl/externalLinks/_rels/externalLink1.xml.rels": target.encode()},
    )


def zipped_by_windows(members: Mapping[str, bytes]) -> bytes:
    """An archive as Chinese Windows writes it: names in GBK, and nothing that says so."""
    placeholders = {f"{number:0{len(name.encode('gbk'))}}": name for number, name in enumerate(members)}
    archive = zipped({placeholder: members[name] for placeholder, name in placeholders.items()})
    for placeholder, name in placeholders.items():
        archive = archive.replace(placeholder.encode(), name.encode("gbk"))
    return archive


def encrypted(package: bytes) -> bytes:
    """An .xlsx that asks for a password."""
    target = io.BytesIO()
    OOXMLFile(io.BytesIO(package)).encrypt("secret", target)
    return target.getvalue()


def marked_encrypted(container: bytes) -> bytes:
    """An .xls whose second record says that what follows is encrypted; no package here writes a real one."""
    data = bytearray(container)
    second_record = data.index(_FIRST_RECORD_OF_A_WORKBOOK) + 20
    data[second_record : second_record + 2] = _FILEPASS
    return bytes(data)
