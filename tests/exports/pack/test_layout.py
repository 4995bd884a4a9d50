"""Where printed pages end: who signs the last page sees a part of the table on it."""

from __future__ import annotations

import openpyxl
import pytest
from xlsxwriter import Workbook

from exports.sheets.layout import Column, PrintedSheet, Styles

PROGRAMS = (0.87, 0.95, 1.0, 1.05, 1.37, 1.45)
"""What programs put on a page, as parts of what the measures of paper and font come to: LibreOffice without Calibri 1.37."""
POINTS_ON_A_PAGE = (595.3 - 1.3 * 72) / (769.9 / (0.75 * (180 * 7 + 10)))
"""Of A4 lying between the margins, with 180 characters in two columns side by side on it."""


def write_sheet(path, rows):
    """A table of so many rows with a note below, signed."""
    with Workbook(path) as workbook:
        columns = [Column("序号", "No.", 60, "number"), Column("企业", "Enterprise", 120)]
        sheet = PrintedSheet(workbook.add_worksheet(), Styles(workbook), columns, "页脚")
        sheet.write_title("名单", "List")
        sheet.write_headings()
        sheet.repeat_headings()
        sheet.write_records((number, "水泥厂") for number in range(rows))
        sheet.write_line("注：单位\nNote", sheet.styles.note)
        sheet.write_signatures()
    return openpyxl.load_workbook(path).active


def pages_of(sheet, points):
    """What stands in the first cell of each row of each page, by a program that puts so many points on one."""
    if sheet.page_setup.fitToHeight != 0:
        points = float("inf")
    breaks = {one.id for one in sheet.row_breaks.brk}
    heights = [sheet.row_dimensions[row].height or 15 for row in range(1, sheet.max_row + 1)]
    heading = heights[int(sheet.print_title_rows.rpartition("$")[2]) - 1]
    pages, used = [[]], 0.0
    for row, height in enumerate(heights):
        if row in breaks or used + height > points:
            pages.append([])
            used = heading
        pages[-1].append(sheet.cell(row + 1, 1).value)
        used += height
    return pages


@pytest.mark.parametrize("rows", [*range(22, 140, 4), 1000])
def test_two_rows_stand_with_the_signatures_wherever_a_program_breaks_pages(tmp_path, rows):
    sheet = write_sheet(tmp_path / "a.xlsx", rows)
    for part in PROGRAMS:
        *_, last = pages_of(sheet, part * POINTS_ON_A_PAGE)
        assert rows - 2 in last, (part, last)


@pytest.mark.parametrize("rows", [5, 15])
def test_a_table_that_surely_fits_its_page_is_not_broken(tmp_path, rows):
    assert not write_sheet(tmp_path / "a.xlsx", rows).row_breaks.brk


@pytest.mark.parametrize("rows", range(14, 60, 3))
def test_no_page_ends_with_the_title_of_a_section_or_its_headings(tmp_path, rows):
    path = tmp_path / "a.xlsx"
    with Workbook(path) as workbook:
        columns = [Column("序号", "No.", 60, "number"), Column("企业", "Enterprise", 120)]
        sheet = PrintedSheet(workbook.add_worksheet(), Styles(workbook), columns, "页脚")
        sheet.write_headings()
        sheet.repeat_headings()
        sheet.write_records((number, "水泥厂") for number in range(rows))
        sheet.write_section("二、文件 Files")
        sheet.write_headings([Column("文件", "", 60), Column("内容", "", 120)])
        sheet.write_records(("文件", "内容") for _ in range(40))
        sheet.write_signatures()
    for part in PROGRAMS:
        for page in pages_of(openpyxl.load_workbook(path).active, part * POINTS_ON_A_PAGE):
            assert not set(page[-2:]) & {"二、文件 Files"}, part
