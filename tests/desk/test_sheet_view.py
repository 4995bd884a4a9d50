"""A window of a sheet: merged cells, hidden rows and marks stay right at its edges, in every format."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
import xlwt

import ingestion
from desk.views.sheet_view import MOST_COLUMNS, MOST_ROWS, numbered, row_to_open, sheet_to_open, view_sheet

SAVED_AS_ODS = Path(__file__).parents[1] / "ingestion" / "saved_by_libreoffice" / "table.ods"


def finding(cell, sheet="表", severity="reject"):
    return {"finding_id": "f", "rule": "F06", "severity": severity, "sheet": sheet, "cell": cell, "message": "错"}


def sheet_of(rows, prepare=lambda sheet: None):
    workbook = openpyxl.Workbook()
    workbook.active.title = "表"
    for row in rows:
        workbook.active.append(row)
    prepare(workbook.active)
    data = io.BytesIO()
    workbook.save(data)
    (sheet,) = ingestion.read_file("表.xlsx", data.getvalue()).sheets
    return sheet


def test_a_long_sheet_opens_near_its_first_finding_and_is_shown_a_window_at_a_time():
    sheet = sheet_of([[number, "值"] for number in range(1, 501)])
    findings = numbered([finding(None), finding("B430")])
    assert row_to_open(sheet, findings) == 425
    view = view_sheet(sheet, 425, findings)
    assert (view.first_row, view.last_row, view.row_count) == (425, 500, 500)
    assert (view.previous_row, view.next_row) == (225, None)
    (marked,) = [cell for row in view.rows for cell in row.cells if cell.findings]
    assert (marked.address, marked.severity, marked.findings[0].number) == ("B430", "reject", 2)
    first = view_sheet(sheet, 1, [])
    assert (len(first.rows), first.previous_row, first.next_row) == (MOST_ROWS, None, MOST_ROWS + 1)


def test_signs_that_turn_the_direction_of_writing_are_not_shown():
    view = view_sheet(sheet_of([["水泥\u202e03\u2066万吨\u200f"]]), 1, [])
    assert view.rows[0].cells[0].text == "水泥03万吨"


def test_a_short_sheet_is_shown_whole_and_a_row_beyond_its_end_is_the_last():
    sheet = sheet_of([["一"], ["二"]])
    assert row_to_open(sheet, numbered([finding("A2")])) == 1
    assert [row.number for row in view_sheet(sheet, 10**9, []).rows] == [2]


def test_a_merged_range_is_one_cell_and_keeps_the_marks_of_all_it_covers():
    sheet = sheet_of(
        [["标题", None, None], ["紫阳县", "甲", 1], [None, "乙", 2]], lambda one: _merge(one, "A1:C1", "A2:A3")
    )
    view = view_sheet(sheet, 1, numbered([finding("A3")]))
    title, county = view.rows[0].cells[0], view.rows[1].cells[0]
    assert (title.text, title.columns, len(view.rows[0].cells)) == ("标题", 3, 1)
    assert (county.text, county.rows, county.severity) == ("紫阳县", 2, "reject")
    assert [cell.text for cell in view.rows[2].cells] == ["乙", "2"]


def test_a_merged_range_that_begins_above_the_window_shows_its_value_there_again():
    sheet = sheet_of([["县", number] for number in range(300)], lambda one: _merge(one, "A1:A300"))
    view = view_sheet(sheet, 251, [])
    assert (view.rows[0].cells[0].text, view.rows[0].cells[0].rows) == ("县", 50)
    assert len(view.rows[1].cells) == 1


def _merge(sheet, *areas):
    for area in areas:
        sheet.merge_cells(area)


def test_hidden_rows_and_columns_are_told():
    def hide(sheet):
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions["B"].hidden = True

    view = view_sheet(sheet_of([["一", "甲"], ["二", "乙"]], hide), 1, [])
    assert [row.is_hidden for row in view.rows] == [False, True]
    assert [column.is_hidden for column in view.columns] == [False, True]


def test_columns_far_out_are_counted_and_left_out():
    view = view_sheet(sheet_of([list(range(MOST_COLUMNS + 7))]), 1, [])
    assert (len(view.columns), view.columns_left_out) == (MOST_COLUMNS, 7)


def test_the_sheet_with_the_first_marked_cell_is_opened_and_the_signed_card_never_is():
    workbook = openpyxl.Workbook()
    workbook.active.title = "说明"
    workbook.create_sheet("统计表")
    for sheet in workbook:
        sheet.append(["值"])
    data = io.BytesIO()
    workbook.save(data)
    reading = ingestion.read_file("表.xlsx", data.getvalue())
    assert sheet_to_open(reading, numbered([finding(None), finding("A1", "统计表")]), "说明").name == "统计表"
    assert sheet_to_open(reading, [], "统计表").name == "统计表"
    assert sheet_to_open(reading, [], None).name == "说明"
    assert sheet_to_open(ingestion.read_file("坏.xlsx", b"PK\x03\x04 cut off"), [], None) is None


def _xls():
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("表")
    sheet.write_merge(0, 0, 0, 1, "标题")
    sheet.write(1, 1, 0.3)
    data = io.BytesIO()
    workbook.save(data)
    return data.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "cells"),
    [
        ("表.xls", _xls(), {"A1": "标题", "B2": "0.3"}),
        ("表.csv", "标题,\n,0.3\n".encode("gb18030"), {"A1": "标题", "B2": "0.3"}),
        ("表.zip!里.csv", "标题\t\n\t0.3\n".encode(), {"A1": "标题", "B2": "0.3"}),
    ],
)
def test_every_format_has_its_cells_under_their_addresses(name, data, cells):
    (sheet,) = ingestion.read_file(name, data).sheets
    found = {cell.address: cell.text for row in view_sheet(sheet, 1, []).rows for cell in row.cells}
    assert {address: found[address] for address in cells} == cells


def test_what_libreoffice_saves_as_ods_is_shown():
    sheet = ingestion.read_file(SAVED_AS_ODS.name, SAVED_AS_ODS.read_bytes()).sheets[0]
    assert any(cell.text for row in view_sheet(sheet, 1, []).rows for cell in row.cells)
