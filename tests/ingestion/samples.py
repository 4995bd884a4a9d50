"""Workbooks and readings for the tests of ingestion: the annex of Ankang 2024, changed as little as a test needs."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import openpyxl
import pandas as pd
import xlwt

import ingestion
from ingestion.cells import Sheet
from rulebook import Rulebook, load

TITLE = ["安康市2024年落后产能退出情况统计表"]
REPORTER_LINE = ["填报单位（盖章）：紫阳县人民政府"]
DATE_LINE = ["填报时间：2024年12月20日"]
HEADINGS = ["序号", "市（区）", "行业", "企业名称", "设备型号及数量", "涉及产能", "淘汰类别"]
ROW = [1, "紫阳县", "水泥", "紫阳县华安水泥有限公司", "Φ2.4×10m水泥磨1台", "30万吨", "能耗"]
PREAMBLE = [TITLE, REPORTER_LINE, DATE_LINE]


def row(**changes: Any) -> list[Any]:
    """A correct row with some of its cells changed, by the field's name."""
    fields = ["sequence", "county", "industry", "enterprise", "equipment", "capacity", "category"]
    return [changes.get(field, value) for field, value in zip(fields, ROW, strict=True)]


def table(*rows: Sequence[Any], headings: Sequence[Any] = HEADINGS, preamble: Iterable[Sequence[Any]] = PREAMBLE):
    """The rows of a sheet: what stands above, the headings, the rows."""
    return [*preamble, list(headings), *rows]


def xlsx(rows: Iterable[Sequence[Any]], merged: Iterable[str] = (), **more_sheets: Iterable[Sequence[Any]]) -> bytes:
    """An .xlsx with the rows on its first sheet, as openpyxl writes it; further sheets by their name."""
    workbook = openpyxl.Workbook()
    for line in rows:
        workbook.active.append(list(line))
    for area in merged:
        workbook.active.merge_cells(area)
    for name, lines in more_sheets.items():
        sheet = workbook.create_sheet(name)
        for line in lines:
            sheet.append(list(line))
        if name.startswith("_"):
            sheet.sheet_state = "veryHidden"
    return saved(workbook)


def saved(workbook: Any) -> bytes:
    """The bytes of a workbook."""
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def xls(rows: Iterable[Sequence[Any]], merged: Iterable[tuple[int, int, int, int]] = ()) -> bytes:
    """An .xls with the rows on its only sheet; merged areas are (first row, last row, first column, last column)."""
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("Sheet1")
    for index, line in enumerate(rows):
        for column, value in enumerate(line):
            if value is not None and value != "":
                sheet.write(index, column, value)
    sheet.merged_ranges.extend(merged)
    return saved(workbook)


def comma_separated(rows: Iterable[Sequence[Any]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """The rows as a CSV file."""
    target = io.StringIO()
    csv.writer(target, delimiter=delimiter).writerows(rows)
    return target.getvalue().encode(encoding)


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip archive of ``members``."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return target.getvalue()


def sheet_of(rows: Sequence[Sequence[Any]], merged: Sequence[Any] = ()) -> Sheet:
    """A sheet as the reader gives it, without a file around it."""
    width = max(map(len, rows))
    grid = [["" if value is None else value for value in [*line, *[""] * (width - len(line))]] for line in rows]
    return Sheet("Sheet1", 1, True, grid, tuple(merged))


@cache
def the_rulebook() -> Rulebook:
    """The project's own rulebook."""
    return load()


def understood(data: bytes, name: str = "表.xlsx", **assignment: Any) -> ingestion.Frames:
    """The frames of one file; it comes for Ankang's annual round from the folder of 紫阳县 unless told otherwise."""
    known = {"submission_id": "000001", "regime": "ankang-2024", "round": "annual", "folder": "610924"} | assignment
    reading = ingestion.read_file(name, data)
    return ingestion.understand([reading], the_rulebook(), [ingestion.Assignment(**known)])


def noticed(frames: ingestion.Frames, *kinds: str) -> list[tuple[str, str | None, dict[str, Any]]]:
    """Kind, cell and parameters of the observations; all but missing columns where no kinds are given."""
    lines = frames.observations
    lines = lines[lines.observation.isin(kinds)] if kinds else lines[lines.observation != "column_missing"]
    return [
        (line.observation, None if pd.isna(line.cell) else line.cell, json.loads(line.params))
        for line in lines.itertuples()
    ]


def values(frames: ingestion.Frames, column: str) -> list[Any]:
    """A column of the rows frame, missing values as ``None``."""
    return [None if pd.isna(value) else value for value in frames.rows[column]]


ODS_CONTENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">
<office:automatic-styles>{styles}</office:automatic-styles>
<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"""
ODS_MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>
{entries}</manifest:manifest>"""


def ods(tables: str, styles: str = "", entries: str = "", **parts: bytes) -> bytes:
    """An .ods made of its XML: tables, styles, further entries of the manifest, further parts."""
    content = ODS_CONTENT.format(tables=tables, styles=styles)
    return zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content.encode(),
            "META-INF/manifest.xml": ODS_MANIFEST.format(entries=entries).encode(),
            **parts,
        }
    )


def ods_row(*cells: Any, **attributes: str) -> str:
    """A row of an .ods; a text that begins with < is taken as the cell's XML."""
    said = "".join(f' table:{name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    return f"<table:table-row{said}>{''.join(map(_ods_cell, cells))}</table:table-row>"


def _ods_cell(value: Any) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if str(value).startswith("<"):
        return value
    return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'


def changed(package: bytes, **changes: tuple[str, str]) -> bytes:
    """The package with a text replaced in one of its sheets, by the sheet's number: ``sheet1=(old, new)``."""
    with zipfile.ZipFile(io.BytesIO(package)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    for sheet, (old, new) in changes.items():
        part = f"xl/worksheets/{sheet}.xml"
        text = parts[part].decode()
        assert old in text, f"{old} is not in {part}"
        parts[part] = text.replace(old, new).encode()
    return zipped(parts)


def with_parts(package: bytes, **parts: bytes) -> bytes:
    """The package with more parts in it."""
    with zipfile.ZipFile(io.BytesIO(package)) as source:
        return zipped({name: source.read(name) for name in source.namelist()} | parts)
