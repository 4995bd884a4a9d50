"""Grids written as files: .xlsx, .xls, GB18030 .csv and .zip. The same grids give the same bytes on any day."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import xlsxwriter
import xlwt

from demo.page import CellValue, ErrorValue, Grid

FIXED_TIME = datetime(2020, 1, 1)
"""Stands wherever a file format asks for the time of writing."""

A4 = 9
ROW_HEIGHT = 28
XLSX_STYLES = {
    "title": {"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"},
    "text": {"align": "left", "valign": "vcenter"},
    "heading": {"bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True},
    "claim": {"border": 1, "valign": "vcenter", "text_wrap": True},
    "total": {"bold": True, "border": 1, "valign": "vcenter"},
    "date": {"border": 1, "valign": "vcenter", "num_format": "yyyy-mm-dd"},
}
FONT = {"font_name": "宋体", "font_size": 11}
XLS_STYLES = {
    "title": "font: name 宋体, bold on, height 320; align: horiz centre",
    "text": "font: name 宋体",
    "heading": "font: name 宋体, bold on; align: horiz centre, wrap on; borders: left 1, right 1, top 1, bottom 1",
    "claim": "font: name 宋体; align: wrap on; borders: left 1, right 1, top 1, bottom 1",
    "total": "font: name 宋体, bold on; borders: left 1, right 1, top 1, bottom 1",
    "date": "font: name 宋体; borders: left 1, right 1, top 1, bottom 1",
}


def write_xlsx(grids: Sequence[Grid]) -> bytes:
    """The grids as sheets of an Excel workbook."""
    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(target, {"in_memory": True})
    workbook.set_properties({"created": FIXED_TIME})
    styles = {name: workbook.add_format(FONT | style) for name, style in XLSX_STYLES.items()}
    for grid in grids:
        sheet = workbook.add_worksheet(grid.name)
        sheet.set_default_row(ROW_HEIGHT)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        for column, width in enumerate(grid.widths):
            sheet.set_column(column, column, width)
        for merge in grid.merges:
            sheet.merge_range(*merge, "", styles[grid.cells[merge[:2]][1]])
        for (row, column), (value, style) in grid.cells.items():
            _write_xlsx_cell(sheet, row, column, value, styles[style])
    workbook.close()
    return target.getvalue()


def write_xls(grids: Sequence[Grid]) -> bytes:
    """The grids as sheets of an Excel 97 workbook."""
    workbook = xlwt.Workbook(encoding="utf-8")
    styles = {
        name: xlwt.easyxf(style, num_format_str="yyyy-mm-dd" if name == "date" else "General")
        for name, style in XLS_STYLES.items()
    }
    for grid in grids:
        sheet = workbook.add_sheet(grid.name)
        merged = {merge[:2]: merge for merge in grid.merges}
        for (row, column), (value, style) in grid.cells.items():
            first_row, first_column, last_row, last_column = merged.get((row, column), (row, column, row, column))
            sheet.write_merge(first_row, last_row, first_column, last_column, _plain(value), styles[style])
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def write_csv(grid: Grid) -> bytes:
    """One grid as Chinese Excel saves it to CSV: GB18030, no marks of merging."""
    rows = max(row for row, _ in grid.cells) + 1
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    for row in range(rows):
        values = (grid.cells.get((row, column), ("", ""))[0] for column in range(len(grid.widths)))
        writer.writerow([str(_plain(value)) for value in values])
    return target.getvalue().encode("gb18030")


def write_zip(member: str, data: bytes) -> bytes:
    """An archive with one member."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        entry = zipfile.ZipInfo(member, FIXED_TIME.timetuple()[:6])
        archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _write_xlsx_cell(sheet, row: int, column: int, value: CellValue, style) -> None:
    if isinstance(value, ErrorValue):
        sheet.write_formula(row, column, f"={value.text}", style, value.text)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), style)
    elif value == "":
        sheet.write_blank(row, column, None, style)
    else:
        sheet.write(row, column, _plain(value), style)


def _plain(value: CellValue) -> str | int | float | date:
    """A cell's value in types every writer knows; whole numbers stay whole."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, ErrorValue):
        return value.text
    return value
