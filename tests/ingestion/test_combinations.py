"""One table with everything real files have, as several programs write it, is read as the same table.

A heading over two merged rows, the unit in its own column, merged place, industry and amount, rich text, a formula, dates,
a hidden row, a total, a note and a signature. ``saved_by_libreoffice`` holds the same workbook as LibreOffice 7.4 saved it.
"""

import datetime as dt
import io
import re
import zipfile
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
import xlsxwriter

from tests.ingestion.samples import comma_separated, noticed, row, table, understood, values, zipped

SAVED = Path(__file__).with_name("saved_by_libreoffice")
SHEET = "xl/worksheets/sheet1.xml"
TRANSITIONAL = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
RELATIONSHIPS = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_RELATIONSHIPS = b"http://purl.oclc.org/ooxml/officeDocument/relationships"


@cache
def workbook(**options) -> bytes:
    """The table as xlsxwriter writes it."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, **options}) as book:
        sheet = book.add_worksheet("2024年")
        plain, bold, date = (
            book.add_format(),
            book.add_format({"bold": True}),
            book.add_format({"num_format": "m/d/yy"}),
        )
        sheet.merge_range("A1:I1", "安康市2024年落后产能退出情况统计表", plain)
        sheet.merge_range("A2:D2", "填报单位（盖章）：紫阳县人民政府", plain)
        sheet.merge_range("E2:I2", "填报时间：2024年12月20日", plain)
        sheet.merge_range("F3:G3", "涉及产能", plain)
        sheet.write_row("F4", ["数量", "计量单位"])
        names = {0: "序号", 1: "市（区）", 2: "行业", 3: "企业名称", 4: "设备型号及数量", 7: "淘汰类别", 8: "关停时间"}
        for column, name in names.items():
            sheet.merge_range(2, column, 3, column, name, plain)
        sheet.merge_range("B5:B8", "紫阳县", plain)
        sheet.merge_range("C5:C8", "水泥", plain)
        for place, (number, category) in enumerate(
            zip("一二三四", ["能耗", "环保、能耗", "质量", "安全"], strict=True)
        ):
            line = 4 + place
            sheet.write_row(line, 0, [place + 1])
            sheet.write_row(line, 3, [f"紫阳县第{number}水泥有限公司"])
            sheet.write_rich_string(line, 4, "Φ2.4×", bold, "10m", "水泥磨1台")
            sheet.write_row(line, 6, ["万吨", category])
            sheet.write_datetime(line, 8, dt.datetime(2024, 3, 1 + place), date)
        sheet.write("F5", 30.5)
        sheet.write_formula("F6", "=10+5", plain, 15)
        sheet.merge_range("F7:F8", 40, plain)
        sheet.merge_range("A9:E9", "合计", plain)
        sheet.write_row("F9", [85.5, "万吨"])
        sheet.merge_range("A10:I10", "注：“淘汰类别”是指具体在环保、能耗、质量、安全、技术标准中不达标的类别。", plain)
        sheet.write("A11", "填表人：张三")
        sheet.set_row(6, None, None, {"hidden": True})
    return target.getvalue()


def rewritten(**changes) -> bytes:
    """The table with the XML of some parts rewritten: sheet, workbook, relations, strings."""
    places = {
        "sheet": SHEET,
        "workbook": "xl/workbook.xml",
        "relations": "xl/_rels/workbook.xml.rels",
        "strings": "xl/sharedStrings.xml",
    }
    with zipfile.ZipFile(io.BytesIO(workbook())) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    for part, change in changes.items():
        before = parts[places[part]]
        parts[places[part]] = change(before)
        assert parts[places[part]] != before
    return zipped(parts)


def with_prefix(xml: bytes) -> bytes:
    return re.sub(rb"<(/?)(?![?!])", rb"<\1x:", xml).replace(b"xmlns=", b"xmlns:x=")


def strictly(xml: bytes) -> bytes:
    return xml.replace(TRANSITIONAL, STRICT).replace(RELATIONSHIPS, STRICT_RELATIONSHIPS)


def with_bom(xml: bytes) -> bytes:
    return b"\xef\xbb\xbf" + xml


FILES = {
    "xlsxwriter.xlsx": lambda: workbook(),
    "dates since 1904.xlsx": lambda: workbook(date_1904=True),
    "LibreOffice.xlsx": lambda: (SAVED / "table.xlsx").read_bytes(),
    "LibreOffice.xls": lambda: (SAVED / "table.xls").read_bytes(),
    "LibreOffice.et": lambda: (SAVED / "table.xls").read_bytes(),
    "LibreOffice.ods": lambda: (SAVED / "table.ods").read_bytes(),
    "namespace prefixes.xlsx": lambda: rewritten(sheet=with_prefix, workbook=with_prefix, strings=with_prefix),
    "strict.xlsx": lambda: rewritten(sheet=strictly, workbook=strictly, relations=strictly),
    "byte order marks.xlsx": lambda: rewritten(sheet=with_bom, workbook=with_bom, strings=with_bom),
    "absolute targets.xlsx": lambda: rewritten(relations=lambda xml: xml.replace(b'="worksheets', b'="/xl/worksheets')),
    "names in another case.xlsx": lambda: rewritten(
        relations=lambda xml: xml.replace(b"worksheets/s", b"Worksheets/S")
    ),
    "no addresses.xlsx": lambda: rewritten(sheet=lambda xml: re.sub(rb'(<(?:row|c)) r="[^"]*"', rb"\1", xml)),
    "single quotes.xlsx": lambda: rewritten(sheet=lambda xml: xml.replace(b'"', b"'")),
    "one element a line.xlsx": lambda: rewritten(sheet=lambda xml: xml.replace(b"><", b">\r\n  <")),
    "dates in words.xlsx": lambda: rewritten(
        sheet=lambda xml: re.sub(rb'(r="I5" s="\d+")><v>[^<]*', rb'\1 t="d"><v>2024-03-01', xml)
    ),
    "a wrong dimension.xlsx": lambda: rewritten(
        sheet=lambda xml: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', xml)
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_the_same_table_comes_out_of_every_program_and_format(name):
    frames = understood(FILES[name](), name)
    assert values(frames, "row") == [5, 6, 7, 8]
    assert values(frames, "county_code") == ["610924"] * 4
    assert values(frames, "industry") == ["水泥"] * 4
    assert values(frames, "capacity") == [Decimal("30.5"), Decimal(15), Decimal(40), None]
    assert values(frames, "capacity_unit") == ["万吨"] * 4
    assert values(frames, "shut_on") == [dt.date(2024, 3, day) for day in (1, 2, 3, 4)]
    assert values(frames, "equipment_count") == [1] * 4
    assert [(kind, cell) for kind, cell, _ in noticed(frames)] == [("hidden_values", "A7"), ("joint_amount", "F7")]


def test_a_csv_of_libreoffice_is_the_same_table_but_for_what_a_csv_cannot_say():
    frames = understood((SAVED / "table.csv").read_bytes(), "table.csv")
    assert values(frames, "county_text") == ["紫阳县", None, None, None]
    assert values(frames, "capacity_text") == ["30.5", "15", "40", None]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_separated_values_are_read_in_any_encoding_and_by_any_delimiter(encoding, delimiter):
    rows = table(row(), row(sequence=2, enterprise="紫阳县第二水泥有限公司", equipment="水泥磨，“旧”；\n1台"))
    frames = understood(comma_separated(rows, encoding, delimiter), "表.csv")
    assert values(frames, "enterprise") == ["紫阳县华安水泥有限公司", "紫阳县第二水泥有限公司"]
    assert noticed(frames) == []
