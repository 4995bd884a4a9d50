"""The fast list holds what an ordinary worksheet would hold."""

from __future__ import annotations

from decimal import Decimal

import openpyxl
import pytest
from xlsxwriter import Workbook

from exports.sheets import links
from exports.sheets.longlist import ListStyles, LongList, style_number
from exports.sheets.records import measure_height


def write_list(path, rows):
    with Workbook(path) as workbook:
        sheet = workbook.add_worksheet("名单", LongList)
        sheet.write_row(0, 0, ["名称", "产能"])
        plain = style_number(workbook.add_format())
        amounts = [style_number(workbook.add_format({"num_format": code})) for code in ("0", "0.0", "0.00")]
        sheet.set_list(1, len(rows), iter(rows), ListStyles([20, 10], [plain, plain], [plain, plain], amounts))
    return openpyxl.load_workbook(path)["名单"]


@pytest.mark.parametrize("text", ["汉阴县", "a<b&c>d", "  前后有空格 ", "第一行\n第二行", "=SUM(A1)", 'он сказал "да"'])
def test_a_text_is_read_back_as_it_was_written(tmp_path, text):
    sheet = write_list(tmp_path / "list.xlsx", [(text, None)])

    assert sheet["A2"].value == text
    assert sheet["A2"].data_type != "f"


def test_what_xml_cannot_hold_is_left_out(tmp_path):
    assert write_list(tmp_path / "list.xlsx", [("水\x00泥\x0b厂", None)])["A2"].value == "水泥厂"


def test_an_amount_takes_the_style_of_its_decimals(tmp_path):
    sheet = write_list(tmp_path / "list.xlsx", [("a", Decimal("1.50000000")), ("b", Decimal("1E+2")), ("c", 7)])

    assert [(row[1].value, row[1].number_format) for row in sheet["A2:B4"]] == [
        (1.5, "0.0"),
        (100, "0"),
        (7, "General"),
    ]


def test_the_dimension_of_the_sheet_covers_the_list(tmp_path):
    sheet = write_list(tmp_path / "list.xlsx", [("a", None)] * 100)

    assert sheet.dimensions == "A1:B101"


def test_no_more_links_are_drawn_than_excel_takes(tmp_path, monkeypatch):
    monkeypatch.setattr(links, "MOST_LINKS", 2)
    with Workbook(tmp_path / "links.xlsx") as workbook:
        sheet = workbook.add_worksheet("一", links.LinkedSheet)
        for row in range(3):
            sheet.write_number(row, 0, row)
            sheet.link((row, 0, row, 0), sheet, (5, 0, 6, 1), "提示 <&>")
    cells = openpyxl.load_workbook(tmp_path / "links.xlsx")["一"]["A"]

    assert [cell.hyperlink and cell.hyperlink.location for cell in cells] == ["'一'!A6:B7", "'一'!A6:B7", None]
    assert (cells[0].value, cells[0].hyperlink.tooltip) == (0, "提示 <&>")


def test_a_row_is_as_high_as_its_longest_text_needs():
    one_line = measure_height(["短", None], [20, 10])

    assert measure_height(["短", Decimal(1)], [20, 10]) == one_line
    assert measure_height(["一二三四五六七八九十一二三四五六七八九十", None], [20, 10]) > 2 * one_line
    assert measure_height(["abcdefghijklmnopqr", None], [20, 10]) == one_line
