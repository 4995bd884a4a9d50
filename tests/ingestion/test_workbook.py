"""Any file becomes cells, or one observation that says why not."""

import io
import zipfile
from datetime import date

import msoffcrypto
import openpyxl
import pytest
import xlsxwriter
import xlwt
from msoffcrypto.format.ooxml import OOXMLFile

import ingestion
from ingestion import limits, ooxml
from tests.ingestion.samples import (
    changed,
    comma_separated,
    ods,
    ods_row,
    row,
    saved,
    table,
    with_parts,
    xls,
    xlsx,
    zipped,
)

ROWS = table(row())


def observed(name: str, data: bytes) -> list[tuple[str, dict]]:
    return [(one.kind, one.params) for one in ingestion.read_file(name, data).observations]


def over_limit(found: int, measure: str, limit: int) -> list[tuple[str, dict]]:
    return [("over_limit", {"found": found, "measure": measure, "limit": limit})]


def texts(name: str, data: bytes) -> list[list[str | None]]:
    (sheet,) = ingestion.read_file(name, data).sheets
    return [sheet.texts(index) for index in range(len(sheet.grid))]


AS_TEXT = [[None if cell is None else str(cell) for cell in [*line, *[None] * (7 - len(line))]] for line in ROWS]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("表.xlsx", xlsx(ROWS)),
        ("表.xls", xls(ROWS)),
        ("表.csv", comma_separated(ROWS, "utf-8")),
        ("表.csv", comma_separated(ROWS, "utf-8-sig")),
        ("表.csv", comma_separated(ROWS, "gb18030")),
        ("表.csv", comma_separated(ROWS, "utf-16")),
        ("an .xlsx under the name of an .xls", xlsx(ROWS)),
        ("an .xlsx under the name of an .et", xlsx(ROWS)),
        ("an .xls under the name of an .xlsx", xls(ROWS)),
        ("表", xlsx(ROWS)),
        ("表", xls(ROWS)),
    ],
)
def test_the_same_cells_come_out_of_every_format(name, data):
    assert texts(name, data) == AS_TEXT


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("空.xlsx", b"", "empty"),
        ("空.csv", b" \r\n", "empty"),
        ("坏.xlsx", xlsx(ROWS)[:900], "damaged"),
        ("坏.xls", xls(ROWS)[:900], "damaged"),
        ("照片.xlsx", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" * 40, "mistyped"),
        ("说明.xlsx", b"%PDF-1.7 not a workbook", "mistyped"),
        ("总结.xlsx", zipped({"word/document.xml": b"<w:document/>"}), "foreign"),
        ("网页.xls", b"<html><body><table><tr><th>x</th></tr></table></body></html>", "mistyped"),
        ("其实是文本.xlsx", comma_separated(ROWS), "mistyped"),
        ("没有后缀的文本", comma_separated(ROWS), "foreign"),
        ("其实是表.docx", xlsx(ROWS), "mistyped"),
        ("其实是表.csv", xlsx(ROWS), "mistyped"),
        ("其实是表.pdf", xls(ROWS), "mistyped"),
        ("其实是文本.doc", comma_separated(ROWS), "mistyped"),
        ("空.pdf", b"", "empty"),
        ("网页.csv", b"<html><body>404</body></html>", "damaged"),
        ("二进制.csv", bytes(range(256)) * 4, "damaged"),
    ],
)
def test_what_cannot_be_read_is_unreadable_with_a_reason(name, data, reason):
    assert observed(name, data) == [("unreadable", {"reason": reason})]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("总结.pdf", b"%PDF-1.7 1 0 obj"),
        ("总结.docx", zipped({"word/document.xml": b"<w:document/>", "word/embeddings/a.xlsx": xlsx(ROWS)})),
        ("总结.doc", b"{\\rtf1 text}"),
        ("总结.wps", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        ("公文.ofd", zipped({"OFD.xml": b"<ofd:OFD/>"})),
        ("现场.JPG", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" * 40),
    ],
)
def test_a_document_is_taken_as_one_and_not_read(name, data):
    reading = ingestion.read_file(name, data)
    assert (reading.is_document, reading.sheets, reading.observations) == (True, (), ())


def test_a_package_whose_sheet_is_damaged_is_unreadable():
    source = zipfile.ZipFile(io.BytesIO(xlsx(ROWS)))
    parts = {name: source.read(name) for name in source.namelist()}
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"][:400]
    assert observed("表.xlsx", zipped(parts)) == [("unreadable", {"reason": "damaged"})]


def test_an_encrypted_xlsx_is_told_from_a_damaged_one():
    target = io.BytesIO()
    OOXMLFile(io.BytesIO(xlsx(ROWS))).encrypt("secret", target)
    assert msoffcrypto.OfficeFile(io.BytesIO(target.getvalue())).is_encrypted()
    assert observed("表.xlsx", target.getvalue()) == [("encrypted", {})]


def test_an_encrypted_xls_is_told_by_its_filepass_record():
    data = bytearray(xls(ROWS))
    # the first record after the beginning of the file becomes a FILEPASS, as encryption puts it there
    start = data.index(b"\x09\x08\x10\x00\x00\x06\x05\x00") + 20
    data[start : start + 2] = b"\x2f\x00"
    assert observed("表.xls", bytes(data)) == [("encrypted", {})]


@pytest.mark.parametrize("value", ["#REF!", "#N/A", "#DIV/0!"])
def test_an_error_value_of_an_xlsx_is_found_though_calamine_gives_a_blank(value):
    workbook = openpyxl.Workbook()
    workbook.active["B2"] = value
    workbook.active["B2"].data_type = "e"
    (sheet,) = ingestion.read_file("表.xlsx", saved(workbook)).sheets
    assert sheet.errors == {(1, 1): value}


def test_a_formula_without_a_stored_value_is_told_from_a_blank_cell():
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "=SUM(B1:B2)"
    workbook.active["C3"] = "end"
    (sheet,) = ingestion.read_file("表.xlsx", saved(workbook)).sheets
    assert sheet.errors == {(0, 0): "=SUM(B1:B2)"}
    assert sheet.text(0, 0) == "=SUM(B1:B2)" and sheet.text(0, 1) is None


def test_a_formula_with_a_stored_value_is_that_value():
    package = zipfile.ZipFile(io.BytesIO(xlsx([["x", 1], ["y", 2]])))
    parts = {name: package.read(name) for name in package.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    stored = sheet.replace('<c r="B2" t="n"><v>2</v></c>', '<c r="B2"><f>B1*2</f><v>2</v></c>')
    stored = stored.replace('<c r="B1" t="n"><v>1</v></c>', '<c r="B1" t="str"><f>IF(1,"","")</f><v></v></c>')
    assert stored.count("<f>") == 2
    parts["xl/worksheets/sheet1.xml"] = stored.encode()
    assert texts("表.xlsx", zipped(parts)) == [["x", None], ["y", "2"]]


def test_error_values_of_an_xls_are_found_in_its_records():
    workbook = xlwt.Workbook()
    workbook.add_sheet("other").write(0, 0, "x")
    workbook.add_sheet("table").row(2).set_cell_error(1, "#REF!")
    sheets = ingestion.read_file("表.xls", saved(workbook)).sheets
    assert [sheet.errors for sheet in sheets] == [{}, {(2, 1): "#REF!"}]


def test_an_error_value_written_as_text_in_a_csv_counts_as_one():
    (sheet,) = ingestion.read_file("表.csv", b"a,#REF!\n").sheets
    assert sheet.errors == {(0, 1): "#REF!"}


def test_numbers_and_dates_read_as_a_person_sees_them():
    cells = [30.0, 1.1, 0.1 + 0.2, 1234567.0, date(2024, 12, 30), True, "  30 万吨　"]
    assert texts("表.xlsx", xlsx([cells])) == [["30", "1.1", "0.3", "1234567", "2024-12-30", "TRUE", "30 万吨"]]


def test_hidden_sheets_are_marked():
    sheets = ingestion.read_file("表.xlsx", xlsx(ROWS, _huizong=[["reporter", "610924"]])).sheets
    assert [(sheet.name, sheet.number, sheet.is_visible) for sheet in sheets] == [
        ("Sheet", 1, True),
        ("_huizong", 2, False),
    ]


def test_a_file_of_too_many_bytes_is_not_opened(monkeypatch):
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", 1_000)
    assert observed("表.csv", b"a," * 501) == over_limit(1_002, "bytes", 1_000)


def test_a_package_that_unpacks_to_too_much_is_not_unpacked():
    huge = zipped({"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": bytes(limits.MAX_UNPACKED_BYTES)})
    assert observed("表.xlsx", huge) == over_limit(
        limits.MAX_UNPACKED_BYTES + 4, "unpacked_bytes", limits.MAX_UNPACKED_BYTES
    )


def test_one_value_in_the_last_cell_does_not_fill_the_memory():
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "x"
    workbook.active["XFD1048576"] = "y"
    assert [kind for kind, _ in observed("表.xlsx", saved(workbook))] == ["over_limit"]


def test_one_value_in_the_last_cell_of_an_xls_does_not_fill_the_memory():
    workbook = xlwt.Workbook()
    workbook.add_sheet("统计表").write(65_535, 255, "y")
    data = saved(workbook)
    assert observed("表.xls", data) == over_limit(65_536 * 256, "grid_cells", limits.MAX_GRID_CELLS)
    (found,) = ingestion.read_file("表.xls", data).observations
    assert (found.sheet, found.cell) == ("统计表", "IV65536")


@pytest.mark.parametrize(
    ("row", "cells", "expected"),
    [
        ({"number_rows_repeated": "1048576"}, ["x"], (1_048_576, "rows_with_values", limits.MAX_ROWS_WITH_VALUES)),
        (
            {"number_rows_repeated": "9999"},
            ['<table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>'],
            (9_999 * 16_384, "grid_cells", limits.MAX_GRID_CELLS),
        ),
    ],
)
def test_values_an_ods_repeats_without_end_do_not_fill_the_memory(row, cells, expected):
    sheet = f'<table:table table:name="Sheet1">{ods_row(*cells, **row)}</table:table>'
    assert observed("表.ods", ods(sheet)) == over_limit(*expected)


def far_out(place: str, value: str) -> dict[str, bytes]:
    """A table with one more value far from it, in each format that can hold it."""
    workbook = openpyxl.Workbook()
    workbook.active.append(["x"] * 7)
    workbook.active[place] = value
    row, column = openpyxl.utils.cell.coordinate_to_tuple(place)
    cells = ["", *[""] * (column - 2), value]
    rows = ods_row(*["x"] * 7) + ods_row(number_rows_repeated=str(row - 2)) + ods_row(*cells)
    line = ",".join(["x"] * 7) + "\n" + "\n" * (row - 2) + "," * (column - 1) + value
    return {
        "表.xlsx": saved(workbook),
        "表.ods": ods(f'<table:table table:name="Sheet">{rows}</table:table>'),
        "表.csv": line.encode(),
    }


@pytest.mark.parametrize("name", ["表.xlsx", "表.ods", "表.csv"])
@pytest.mark.parametrize("blank", [" ", "\u3000", "\u00a0 "])
def test_white_space_far_below_the_table_makes_it_no_larger(name, blank):
    assert texts(name, far_out("C1048576", blank)[name]) == [["x"] * 7]


def test_a_formula_without_a_visible_result_far_below_makes_the_table_no_larger():
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["x"] * 7)
        for row in range(5, 400_000, 2_000):
            sheet.write_formula(row, 7, '=IF(A1="y",1," ")', None, " ")
    assert texts("表.xlsx", target.getvalue()) == [["x"] * 7]


@pytest.mark.parametrize("name", ["表.xlsx", "表.ods", "表.csv"])
@pytest.mark.parametrize("place", ["Z100000", "C1048576", "XFD300"])
def test_a_value_too_far_from_the_table_is_named_with_its_cell(name, place):
    (found,) = ingestion.read_file(name, far_out(place, ".")[name]).observations
    sheet = "表" if name == "表.csv" else "Sheet"
    assert (found.kind, found.params["measure"], found.sheet, found.cell) == ("over_limit", "grid_cells", sheet, place)


def test_rows_of_white_space_are_no_rows_with_values(monkeypatch):
    monkeypatch.setattr(limits, "MAX_ROWS_WITH_VALUES", 2)
    assert texts("表.csv", b"a\n \nb\n") == [["a"], [None], ["b"]]


@pytest.mark.parametrize("name", ["表.xlsx", "表.csv"])
def test_what_nobody_sees_is_in_no_text(name):
    line = ["紫阳县\u200b", "\ufeff水泥", "能\u00ad耗", "华安\u00a0水泥厂", "水泥磨\u202e1台\u202c", "\u2060", 3]
    seen = ["紫阳县", "水泥", "能耗", "华安 水泥厂", "水泥磨1台", None, "3"]
    assert texts(name, {"表.xlsx": xlsx([line]), "表.csv": comma_separated([line])}[name]) == [seen]


def test_formats_an_ods_repeats_to_the_last_row_are_no_rows():
    sheet = ods_row("x") + ods_row("", number_rows_repeated="1048575", style_name="ce1")
    assert texts("表.ods", ods(f'<table:table table:name="Sheet1">{sheet}</table:table>')) == [["x"]]


def test_one_long_line_of_a_csv_does_not_widen_all_the_others(monkeypatch):
    monkeypatch.setattr(limits, "MAX_GRID_CELLS", 1_000)
    assert observed("表.csv", b"a\n" * 20 + b"," * 99 + b"b\n") == over_limit(2_100, "grid_cells", 1_000)


def test_one_long_text_in_every_cell_does_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(limits, "MAX_UNPACKED_BYTES", 200_000)
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as workbook:
        sheet = workbook.add_worksheet()
        for number in range(100):
            sheet.write_row(number, 0, ["long" * 1_000, "short"])
    ((kind, params),) = observed("表.xlsx", target.getvalue())
    assert (kind, params["measure"]) == ("over_limit", "unpacked_bytes") and params["found"] > 400_000


def test_one_long_text_an_ods_repeats_does_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(limits, "MAX_UNPACKED_BYTES", 200_000)
    sheet = f'<table:table table:name="Sheet1">{ods_row("long" * 1_000, number_rows_repeated="100")}</table:table>'
    assert observed("表.ods", ods(sheet)) == over_limit(99 * 4_000, "unpacked_bytes", 200_000)


def test_merged_ranges_over_one_another_do_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(limits, "MAX_GRID_CELLS", 1_000)
    merged = "".join('<mergeCell ref="A1:Z20"/>' for _ in range(10))
    data = changed(xlsx([["x"] * 26] * 20), sheet1=("</sheetData>", f"</sheetData><mergeCells>{merged}</mergeCells>"))
    assert observed("表.xlsx", data) == over_limit(10 * 26 * 20, "grid_cells", 1_000)
    monkeypatch.setattr(limits, "MAX_MERGED_RANGES", 9)
    assert observed("表.xlsx", data) == over_limit(10, "merged_ranges", 9)


def test_lines_without_values_at_the_end_of_a_csv_are_none():
    assert texts("表.csv", b"a,b\n" + b",\n" * 5_000) == [["a", "b"]]


def test_a_part_that_is_larger_than_it_says_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(limits, "MAX_UNPACKED_BYTES", 100_000)
    lying = bytearray(with_parts(xlsx(ROWS), **{"xl/sharedStrings.xml": bytes(90_000)}))
    directory = lying.rindex(b"xl/sharedStrings.xml") - 46
    assert lying[directory : directory + 4] == b"PK\x01\x02"
    lying[directory + 24 : directory + 28] = (100).to_bytes(4, "little")
    assert observed("表.xlsx", bytes(lying)) == [("unreadable", {"reason": "damaged"})]


def test_a_name_in_gbk_is_read_as_chinese_again():
    name = "表格.csv".encode("gbk").decode("utf-8", "surrogateescape")
    assert ingestion.read_file(name, b"a,b").name == "表格.csv"
    assert ingestion.read_file("\ud800.csv", b"a,b").name == "?.csv"


def test_formats_without_values_far_down_are_no_rows():
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "x"
    workbook.active.cell(1_048_576, 1).number_format = "0.00"
    assert texts("表.xlsx", saved(workbook)) == [["x"]]


def test_many_formats_behind_the_last_value_are_not_even_read(monkeypatch):
    monkeypatch.setattr("ingestion.ooxml._PIECE_BYTES", 2_000)
    formats = "".join(f'<row r="{number}"><c r="A{number}" s="0"/></row>' for number in range(2, 500))
    data = changed(xlsx([["x", "y"]], merged=["A1:B1"]), sheet1=("</sheetData>", f"{formats}</sheetData>"))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        lean = ooxml.scan(package).lean
    with zipfile.ZipFile(io.BytesIO(lean)) as package:
        assert len(package.read("xl/worksheets/sheet1.xml")) < len(formats) // 4
    (sheet,) = ingestion.read_file("表.xlsx", data).sheets
    assert (sheet.texts(0), sheet.merged) == (["x"], (((0, 0), (0, 1)),))


def test_a_sheet_in_many_pieces_is_read_as_one_in_one_piece(monkeypatch):
    rows = [[f"{number}", number, "=A1" if number % 7 == 0 else None] for number in range(300)]
    whole = ingestion.read_file("表.xlsx", xlsx(rows)).sheets
    monkeypatch.setattr("ingestion.ooxml._PIECE_BYTES", 1_000)
    assert ingestion.read_file("表.xlsx", xlsx(rows)).sheets == whole
    assert len(whole[0].errors) == 43


def test_more_rows_with_values_than_allowed_are_named_with_the_limit(monkeypatch):
    monkeypatch.setattr(limits, "MAX_ROWS_WITH_VALUES", 2)
    assert observed("表.csv", b"a\n\nb\nc\n") == over_limit(3, "rows_with_values", 2)


@pytest.mark.our_fault
def test_an_error_of_our_own_is_our_fault_and_no_exception(monkeypatch):
    monkeypatch.setattr("ingestion.workbook.read_text", lambda name, data: 1 / 0)
    assert observed("表.csv", b"a,b") == [("our_fault", {})]


@pytest.mark.parametrize("whole", [xls(ROWS), xlsx(ROWS)], ids=["xls", "xlsx"])
def test_a_file_cut_off_anywhere_is_unreadable_and_prints_nothing(whole, capfd, caplog):
    cut_off = {
        one.kind for end in range(9, len(whole) - 1, 97) for one in ingestion.read_file("表", whole[:end]).observations
    }
    assert cut_off == {"unreadable"}
    assert (capfd.readouterr().err, caplog.records) == ("", [])
