"""What a workbook holds beside its values: hidden rows, columns and sheets, macros, objects, links, broken formulas."""

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlwt
from openpyxl.worksheet.datavalidation import DataValidation

import ingestion
from tests.ingestion.samples import (
    changed,
    noticed,
    ods,
    ods_row,
    row,
    saved,
    table,
    understood,
    values,
    with_parts,
    xls,
    xlsx,
    zipped,
)

ROWS = table(
    row(), row(sequence=2, enterprise="紫阳县第二水泥有限公司"), row(sequence=3, enterprise="紫阳县第三水泥有限公司")
)
LIBREOFFICE_XLS = (Path(__file__).with_name("saved_by_libreoffice") / "table.xls").read_bytes()
SHEET = '<table:table table:name="Sheet1">{}</table:table>'


def workbook() -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    for line in ROWS:
        book.active.append(line)
    return book


def xlsx_with(**dimensions: dict) -> bytes:
    """The table with something said about its rows (6) or columns (F)."""
    book = workbook()
    for name, properties in dimensions.items():
        by_letter = name.isalpha()
        dimension = book.active.column_dimensions[name] if by_letter else book.active.row_dimensions[int(name[3:])]
        for key, value in properties.items():
            setattr(dimension, key, value)
    return saved(book)


def xls_with(row_hidden: int | None = None, column_hidden: int | None = None) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet1")
    for index, line in enumerate(ROWS):
        for column, value in enumerate(line):
            sheet.write(index, column, value)
    if row_hidden is not None:
        sheet.row(row_hidden).hidden = True
    if column_hidden is not None:
        sheet.col(column_hidden).hidden = True
    return saved(book)


def ods_with(rows: dict[int, dict[str, str]] | None = None, before: str = "", styles: str = "") -> bytes:
    lines = "".join(ods_row(*line, **(rows or {}).get(index, {})) for index, line in enumerate(ROWS))
    return ods(SHEET.format(before + lines), styles)


def hidden(data: bytes, name: str = "表.xlsx") -> list[tuple[str | None, str]]:
    return [(cell, params["what"]) for _, cell, params in noticed(understood(data, name), "hidden_values")]


# ---- hidden values (S12) ----

NO_HEIGHT = (
    '<style:style style:name="ro0" style:family="table-row">'
    '<style:table-row-properties style:row-height="0cm"/></style:style>'
)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("by hand.xlsx", xlsx_with(row6={"hidden": True})),
        ("no height.xlsx", changed(xlsx(ROWS), sheet1=('<row r="6"', '<row r="6" ht="0" customHeight="1"'))),
        ("in words.xlsx", changed(xlsx(ROWS), sheet1=('<row r="6"', '<row r="6" hidden="true"'))),
        ("in a closed group.xlsx", xlsx_with(row6={"hidden": True, "outlineLevel": 1})),
        ("by hand.xls", xls_with(row_hidden=5)),
        ("by hand.et", xls_with(row_hidden=5)),
        ("by hand.ods", ods_with({5: {"visibility": "collapse"}})),
        ("by a filter.ods", ods_with({5: {"visibility": "filter"}})),
        ("no height.ods", ods_with({5: {"style_name": "ro0"}}, styles=NO_HEIGHT)),
    ],
)
def test_a_hidden_row_is_told_at_its_first_value_and_is_read_all_the_same(name, data):
    frames = understood(data, name)
    assert noticed(frames) == [("hidden_values", "A6", {"what": "rows"})]
    assert values(frames, "row") == [5, 6, 7]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("by hand.xlsx", xlsx_with(F={"hidden": True})),
        (
            "no width.xlsx",
            changed(xlsx(ROWS), sheet1=("<sheetData>", '<cols><col min="6" max="6" width="0"/></cols><sheetData>')),
        ),
        (
            "none but those named.xlsx",
            changed(
                xlsx(ROWS),
                sheet1=(
                    "<sheetData>",
                    '<sheetFormatPr defaultColWidth="0"/><cols><col min="1" max="5" width="9"/>'
                    '<col min="7" max="7" width="9"/></cols><sheetData>',
                ),
            ),
        ),
        ("by hand.xls", xls_with(column_hidden=5)),
        (
            "by hand.ods",
            ods_with(
                before='<table:table-column table:number-columns-repeated="5"/><table:table-column table:visibility="collapse"/>'
            ),
        ),
    ],
)
def test_a_hidden_column_of_the_table_is_told_at_its_first_value(name, data):
    assert hidden(data, name) == [("F5", "columns")]


def test_of_many_hidden_values_the_first_is_told():
    assert hidden(xlsx_with(row6={"hidden": True}, row7={"hidden": True}, G={"hidden": True})) == [("G5", "columns")]


def test_another_value_under_a_merged_cell_is_hidden():
    """Excel and WPS keep what a merge copied as a format covers; openpyxl does not, so the range is added by hand."""
    merge = '<mergeCells count="1"><mergeCell ref="{}"/></mergeCells><pageMargins'
    lines = [*ROWS[:5], row(sequence=2, enterprise="紫阳县第二水泥有限公司", industry="造纸")]
    assert hidden(changed(xlsx(lines), sheet1=("<pageMargins", merge.format("C5:C6")))) == [("C6", "merged")]
    assert hidden(changed(xlsx(lines), sheet1=("<pageMargins", merge.format("B5:B6")))) == []


def test_a_hidden_total_counts_as_values_of_the_table():
    total = ["合计", None, None, None, None, "90万吨", None]
    data = changed(xlsx([*ROWS, total]), sheet1=('<row r="8"', '<row r="8" hidden="1"'))
    assert hidden(data) == [("A8", "rows")]


@pytest.mark.parametrize(
    "data",
    [
        changed(xlsx([*ROWS, ["注：已核实"]]), sheet1=('<row r="8"', '<row r="8" hidden="1"')),
        changed(xlsx([*ROWS, [], ["填表人：张三"]]), sheet1=("</sheetData>", '<row r="8" hidden="1"/></sheetData>')),
        changed(xlsx(ROWS), sheet1=('<row r="6"', '<row r="6" hidden="false" ht="0.75"')),
        xlsx_with(K={"hidden": True}),
        xlsx(ROWS, _huizong=[["form", "exit_statistics"]][:0], _lists=[["水泥", "平板玻璃"], ["能耗", "环保"]]),
    ],
    ids=["a note", "a blank row", "shown in words", "a blank column", "lists of the issued workbook"],
)
def test_what_is_hidden_but_no_value_of_the_table_is_not_told(data):
    assert hidden(data) == []


def test_a_hidden_sheet_is_told_where_it_holds_a_table():
    book = workbook()
    for line in ROWS:
        (book["去年"] if "去年" in book.sheetnames else book.create_sheet("去年")).append(line)
    book["去年"].sheet_state = "hidden"
    assert hidden(saved(book)) == [("A1", "sheet")]


# ---- macros and objects (S16) ----


def danger(data: bytes, name: str = "表.xlsx") -> list[dict]:
    return [one.params for one in ingestion.read_file(name, data).observations if one.kind == "macros"]


OLE_SHEET = ("</sheetData>", '</sheetData><oleObjects><oleObject progId="Word" shapeId="1"/></oleObjects>')
ENTRY = '<manifest:file-entry manifest:full-path="{}" manifest:media-type="application/{}"/>'
BASIC = {"Basic/Standard/Module1.xml": b"<script:module/>"}
NO_BASIC = {"Basic/script-lc.xml": b"<library:libraries/>", "Basic/Standard/script-lb.xml": b"<library:library/>"}
TABLE = SHEET.format("".join(ods_row(*line) for line in ROWS))


def with_stream(name: str) -> bytes:
    """An .xls in which a stream LibreOffice wrote is named otherwise."""
    before = "\x01CompObj".encode("utf-16-le")
    after = name.encode("utf-16-le")
    start = LIBREOFFICE_XLS.index(before)
    entry = bytearray(LIBREOFFICE_XLS[start : start + 128])
    entry[:64] = after.ljust(64, b"\0")
    entry[64:66] = (len(after) + 2).to_bytes(2, "little")
    return LIBREOFFICE_XLS[:start] + bytes(entry) + LIBREOFFICE_XLS[start + 128 :]


def with_macro_sheet() -> bytes:
    """An .xls that says its only sheet is one of Excel 4 macros."""
    data = bytearray(xls(ROWS))
    start = data.index(b"\x06\x00Sheet1") - 1
    data[start] = 1
    return bytes(data)


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("表.xlsm", with_parts(xlsx(ROWS), **{"xl/vbaProject.bin": b"\xd0\xcf"}), "macros"),
        ("表.xlsx", with_parts(xlsx(ROWS), **{"xl/VBAPROJECT.BIN": b"\xd0\xcf"}), "macros"),
        ("表.xlsm", with_parts(xlsx(ROWS), **{"xl/macrosheets/sheet1.xml": b"<xm:macrosheet/>"}), "macros"),
        ("表.xlsx", with_parts(xlsx(ROWS), **{"xl/embeddings/oleObject1.bin": b"\xd0\xcf"}), "objects"),
        ("表.xlsx", with_parts(xlsx(ROWS), **{"xl/embeddings/总结.docx": b"PK"}), "objects"),
        ("表.xlsx", with_parts(xlsx(ROWS), **{"xl/activeX/activeX1.xml": b"<ax:ocx/>"}), "objects"),
        ("表.xlsx", changed(xlsx(ROWS), sheet1=OLE_SHEET), "objects"),
        ("表.xls", with_stream("_VBA_PROJECT"), "macros"),
        ("表.et", with_stream("MBD0001A2B3"), "objects"),
        ("表.xls", with_macro_sheet(), "macros"),
        ("表.ods", ods(TABLE, **BASIC), "macros"),
        ("表.ods", ods(TABLE, **{"Scripts/python/宏.py": b"pass"}), "macros"),
        ("表.ods", ods(TABLE, entries=ENTRY.format("Object 1", "vnd.sun.star.oleobject")), "objects"),
        ("表.ods", ods(TABLE, entries=ENTRY.format("Object 1/", "vnd.oasis.opendocument.text")), "objects"),
    ],
)
def test_macros_and_embedded_objects_are_told_apart(name, data, what):
    assert danger(data, name) == [{"what": what}]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("没有宏.xlsm", xlsx(ROWS)),
        ("打印设置.xlsx", with_parts(xlsx(ROWS), **{"xl/printerSettings/printerSettings1.bin": b"\x00"})),
        (
            "图.xlsx",
            with_parts(xlsx(ROWS), **{"xl/media/image1.png": b"\x89PNG", "xl/charts/chart1.xml": b"<c:chart/>"}),
        ),
        ("说到对象.xlsx", xlsx([*ROWS, ["备注：&lt;oleObject&gt; vbaProject.bin"]])),
        ("表.xls", LIBREOFFICE_XLS),
        ("空的宏库.ods", ods(TABLE, **NO_BASIC)),
        ("图.ods", ods(TABLE, entries=ENTRY.format("Object 1/", "vnd.oasis.opendocument.chart"))),
    ],
)
def test_what_only_looks_like_a_macro_is_none(name, data):
    assert danger(data, name) == []


# ---- links to other workbooks (S19) ----

LINK = {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}


def links(data: bytes, name: str = "表.xlsx") -> list[tuple[str | None, str | None]]:
    return [
        (one.cell, one.value) for one in ingestion.read_file(name, data).observations if one.kind == "external_links"
    ]


def with_formula(formula: str) -> bytes:
    book = workbook()
    book.active["F6"] = 30
    package = saved(book)
    return changed(package, sheet1=('<c r="F6" t="n"><v>30</v></c>', f'<c r="F6"><f>{formula}</f><v>30</v></c>'))


def test_a_link_is_told_at_the_first_formula_that_uses_it():
    assert links(with_parts(with_formula("[1]Sheet1!F5*2"), **LINK)) == [("F6", "30")]
    assert links(with_parts(with_formula("SUM('[12]去年 表'!A1:A9)"), **LINK)) == [("F6", "30")]


def test_a_link_that_no_formula_uses_is_told_of_the_file():
    assert links(with_parts(with_formula("SUM(表1[2024])"), **LINK)) == [(None, None)]


def test_a_formula_within_the_workbook_is_no_link():
    assert links(with_formula("SUM(Sheet!F5:F5)")) == []


def test_a_link_of_an_ods_is_told_at_its_cell():
    cell = (
        '<table:table-cell table:formula="of:=[\'file:///D:/去年.xlsx\'#$Sheet1.F5]" office:value-type="float"'
        ' office:value="30"><text:p>30</text:p></table:table-cell>'
    )
    assert links(ods(SHEET.format(ods_row("a", cell))), "表.ods") == [("B1", "30")]


def test_a_link_of_an_xls_is_told_of_the_file():
    own, other = b"\xae\x01\x04\x00\x02\x00\x01\x04", b"\xae\x01\x04\x00\x02\x00\x05\x00"
    book = xlwt.Workbook()
    first, second = book.add_sheet("first"), book.add_sheet("second")
    second.write(0, 0, 1)
    first.write(0, 0, xlwt.Formula("second!A1"))
    data = saved(book)
    assert own in data and links(data, "表.xls") == []
    assert links(data.replace(own, other), "表.xls") == [(None, None)]


# ---- formulas (F13) and merged ranges of .ods and .xls ----


def errors(data: bytes, name: str) -> dict[tuple[int, int], str]:
    (sheet,) = ingestion.read_file(name, data).sheets
    return sheet.errors


def with_everything() -> bytes:
    """An error value in B1, a formula without a value in A2, one with a value in B2, a drop-down of a formula.

    Row 4 and column C are hidden, row 5 is of no height.
    """
    book = openpyxl.Workbook()
    book.active.append(["甲", "#REF!", "丙"])
    book.active["B1"].data_type = "e"
    book.active.append(["=SUM(B2:B3)", 2])
    for number in range(9):
        book.active.append([number, 4])
    book.active.row_dimensions[4].hidden = True
    book.active.column_dimensions["C"].hidden = True
    rule = DataValidation("list", formula1="$A$1:$A$3")
    rule.add("A5")
    book.active.add_data_validation(rule)
    data = changed(saved(book), sheet1=("<v>2</v>", "<f>1+1</f><v>2</v>"))
    data = changed(data, sheet1=('<row r="5"', '<row r="5" ht="0" customHeight="1"'))
    assert b"<formula1>" in sheet_xml(data)
    return data


SHEET_PART = "xl/worksheets/sheet1.xml"


def sheet_xml(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(SHEET_PART)


def with_sheet(data: bytes, xml: bytes) -> bytes:
    """The workbook with other XML in its first sheet."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    return zipped(parts | {SHEET_PART: xml})


def marks(data: bytes) -> tuple[dict[tuple[int, int], str], set[int], set[int]]:
    """Errors, hidden rows and hidden columns, the first 16 of them, of a workbook's only sheet."""
    (sheet,) = ingestion.read_file("表.xlsx", data).sheets
    return sheet.errors, set(sheet.hidden_rows), {column for column in sheet.hidden_columns if column < 16}


def with_cells(rows: str, strings: str = "") -> bytes:
    """A workbook of these rows of XML, with one shared string."""
    data = changed(saved(openpyxl.Workbook()), sheet1=("</sheetData>", f"{rows}</sheetData>"))
    if not strings:
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    types = parts["[Content_Types].xml"].replace(
        b"</Types>",
        b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument'
        b'.spreadsheetml.sharedStrings+xml"/></Types>',
    )
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    shared = f'<sst xmlns="{namespace}"><si><t>{strings}</t></si></sst>'.encode()
    return zipped(parts | {"[Content_Types].xml": types, "xl/sharedStrings.xml": shared})


NUMBERED = re.compile(r' r="[A-Z]*\d+"')
FAKE = '<row r="9" hidden="1"><c r="A9" t="e"><v>#NUM!</v></c></row>'


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda xml: xml,
        lambda xml: re.sub(r'(<(?:row|c|col) [^>]*?)"([^>]*)>', lambda tag: tag[0].replace('"', "'"), xml),
        lambda xml: re.sub(r'(\w)="', r'\1 = "', xml),
        lambda xml: re.sub(r'(<(?:row|c|col)) (\w)', r"\1\n\2", xml),
        lambda xml: re.sub(r'<c (r="\w+")(.*?)(/?)>', r"<c\2 \1\3>", xml),
        lambda xml: xml.replace("><", ">\r\n  <"),
        lambda xml: NUMBERED.sub("", xml),
        lambda xml: re.sub(r"<(/?)(c|f|v|row|sheetData|worksheet|cols?)\b", r"<\1x:\2", xml).replace("xmlns=", "xmlns:x="),
        lambda xml: re.sub(r"<(/?)(\w+)", r"<\1x-y:\2", xml).replace("xmlns=", "xmlns:x-y="),
        lambda xml: re.sub(r"<(/?)(c|row|col)\b", r"<\1x:\2", xml).replace("xmlns=", 'xmlns:x="urn:x" xmlns='),
        lambda xml: xml.replace('hidden="1"', 'hidden="&#49;"').replace('ht="0"', 'ht="-.0"'),
        lambda xml: xml.replace("#REF!", "&#35;REF&#33;").replace("SUM(B2:B3)", "SUM(B2&#58;B3)"),
        lambda xml: xml.replace("SUM(B2:B3)", "<![CDATA[SUM(B2:B3)]]>"),
        lambda xml: xml.replace("</sheetData>", f"<!--{FAKE}--></sheetData>"),
        lambda xml: xml.replace("<worksheet ", f"<!--<x:worksheet>{FAKE}--><worksheet "),
        lambda xml: xml.replace("<c ", '<c q=">" '),
        lambda xml: re.sub(r'<row( r="\d+")(.*?)>', r"<row\2\1>", xml),
        lambda xml: xml.replace("<worksheet ", f"<?p <x:worksheet><x:sheetData>{FAKE}?><worksheet "),
        lambda xml: xml.replace("<sheetData>", "<sheetData><?p <sheetData> ?>"),
        lambda xml: xml.replace("<v>", " <v>"),
        lambda xml: xml.replace("</row>", "<extLst><ext><foo/></ext></extLst></row>"),
    ],
    ids=[
        "as usual", "single quotes", "spaces", "line breaks", "the address last", "laid out", "no addresses", "a prefix",
        "an odd prefix", "a prefix within", "entities in attributes", "entities in texts", "a section taken as it is",
        "a comment", "a comment before all", "an odd attribute", "the number of rows last", "an instruction before all",
        "an instruction", "a space before values", "more behind cells",
    ],
)  # fmt: skip
def test_the_same_marks_are_found_however_a_sheet_is_written(rewrite):
    data = with_everything()
    expected = {(0, 1): "#REF!", (1, 0): "=SUM(B2:B3)"}, {3, 4}, {2}
    assert marks(with_sheet(data, rewrite(sheet_xml(data).decode()).encode())) == expected


@pytest.mark.parametrize(
    ("part", "rewrite"),
    [
        ("xl/workbook.xml", lambda xml: re.sub(r'(\w)="', r'\1 = "', xml)),
        ("xl/workbook.xml", lambda xml: xml.replace('"', "'")),
        ("xl/workbook.xml", lambda xml: re.sub(r"<(/?)(\w+)", r"<\1x-y:\2", xml).replace("xmlns=", "xmlns:x-y=")),
        ("xl/_rels/workbook.xml.rels", lambda xml: re.sub(r'(\w)="', r'\1 = "', xml)),
        ("xl/_rels/workbook.xml.rels", lambda xml: xml.replace('"/xl/', '"')),
    ],
    ids=["spaces", "single quotes", "an odd prefix", "spaces again", "from the workbook on"],
)
def test_a_sheet_is_found_however_the_workbook_names_it(part, rewrite):
    with zipfile.ZipFile(io.BytesIO(with_everything())) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    written = rewrite(parts[part].decode())
    assert written != parts[part].decode()
    assert marks(zipped(parts | {part: written.encode()}))[1:] == ({3, 4}, {2})


@pytest.mark.parametrize("end", ["", "</c>"], ids=["never", "at the end"])
@pytest.mark.parametrize("begin", ['<c r="A2" t="e"><v>', '<c r="A2"><f>'])
def test_cells_that_do_not_end_are_damaged(begin, end):
    (observation,) = ingestion.read_file("表.xlsx", with_cells('<row r="2">' + begin * 20_000 + end)).observations
    assert (observation.kind, observation.params["reason"]) == ("unreadable", "damaged")


def test_a_cell_within_a_text_is_none():
    text = '<is><t><![CDATA[</t></is></c><c r="B9" t="e"><v>#NUM!</v></c>]]></t></is>'
    assert errors(with_cells(f'<row r="9"><c r="A9" t="inlineStr">{text}</c></row>'), "表.xlsx") == {}


def test_signs_of_an_error_within_a_text_are_none():
    cells = '<c r="A1" t="e"/><c r="B1" t="e"><v>#N/A</v></c><c r="C1" t="inlineStr"><is><t>:row t="e"</t></is></c>'
    assert errors(with_cells(f'<row r="1">{cells}</row>'), "表.xlsx") == {(0, 1): "#N/A"}


def test_the_value_of_a_formula_may_be_written_in_its_cell():
    cell = '<c r="A1" t="inlineStr"><f>B1</f><is><t>甲</t></is></c>'
    assert errors(with_cells(f'<row r="1">{cell}</row>'), "表.xlsx") == {}


@pytest.mark.parametrize("prefix", ["", "x:"])
@pytest.mark.parametrize("address", [' r="{}"', ""], ids=["addresses", "no addresses"])
def test_errors_and_hidden_rows_far_down_a_large_sheet_are_told_at_their_place(prefix, address):
    text = "<is><t>长:row长" + "长" * 700 + "</t></is>"
    rows = [
        f'<row{address.format(number)}><c{address.format(f"A{number}")} t="inlineStr">{text}</c>'
        f"<c{address.format(f'B{number}')}><v>1</v></c></row>"
        for number in range(1, 5_001)
    ]
    rows[4_899] = rows[4_899].replace("<row", '<row hidden="1"', 1)
    rows[3_999] = rows[3_999].replace("><v>1</v>", ' t="e"><v>#N/A</v>')
    xml = re.sub(r"<(/?)(\w)", rf"<\1{prefix}\2", f"<worksheet {{}}><sheetData>{''.join(rows)}</sheetData></worksheet>")
    assert len(xml.encode()) > 2 * 4 * 1024**2
    namespace = f'xmlns{":" * bool(prefix)}{prefix[:-1]}="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    data = with_sheet(saved(openpyxl.Workbook()), xml.replace("{}", namespace, 1).encode())
    assert marks(data) == ({(3_999, 1): "#N/A"}, {4_899}, set())


def test_a_sheet_in_an_encoding_that_is_not_read_is_damaged():
    xml = sheet_xml(xlsx(ROWS)).decode().encode("utf-16")
    (observation,) = ingestion.read_file("表.xlsx", with_sheet(xlsx(ROWS), xml)).observations
    assert (observation.kind, observation.params["reason"]) == ("unreadable", "damaged")


def test_whatever_encoding_a_sheet_names_it_is_read_as_calamine_reads_it():
    data = with_everything()
    xml = b'<?xml version="1.0" encoding="GBK"?>' + sheet_xml(data)
    assert marks(with_sheet(data, xml)) == marks(data)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("表.xlsx", with_cells("<!---->" + "<c>" * 1_000 + "</c>" * 1_000)),
        ("表.ods", ods(TABLE + "<a>" * 1_000 + "</a>" * 1_000)),
    ],
)
def test_elements_within_one_another_without_end_are_damaged(name, data):
    (observation,) = ingestion.read_file(name, data).observations
    assert (observation.kind, observation.params["reason"]) == ("unreadable", "damaged")


def test_the_formula_of_a_drop_down_is_none_of_a_cell():
    book = workbook()
    rule = DataValidation("list", formula1='"水泥,化工"')
    rule.add("C6")
    book.active.add_data_validation(rule)
    assert errors(saved(book), "表.xlsx") == {}


FAR_AWAY = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'


@pytest.mark.parametrize(
    "rows",
    [
        FAR_AWAY,
        FAR_AWAY.replace('"', "'"),
        FAR_AWAY.replace("<c r=", "<c\nr="),
        FAR_AWAY.replace("r=", "r = "),
        FAR_AWAY.replace("XFD", "xfd"),
        FAR_AWAY.replace("><v>", "> <v>"),
        FAR_AWAY.replace("XFD1048576", "XFD0001048576"),
        FAR_AWAY.replace("><v>", "><?p ?><v>"),
        '<row r="A1048576">' + "<c><v>1</v></c>" * 3 + "</row>",
        '<row r="20000"><c r="XFD1"><v>1</v></c><c><v>1</v></c></row>',
        '<row r="1"><c r="AAAC1000"><v>1</v></c></row>',
        FAR_AWAY.replace("<c r=", '<c q=">" r='),
        "<row>" + "<c><v>1</v></c>" * 3_000 + "</row>" + "<row><c><v>1</v></c></row>" * 1_000,
    ],
    ids=[
        "as usual",
        "single quotes",
        "a line break",
        "spaces",
        "small letters",
        "text before the value",
        "zeros",
        "an instruction",
        "a letter in a row's number",
        "behind a cell of another row",
        "four letters",
        "an odd attribute",
        "no addresses",
    ],
)
def test_a_value_too_far_away_is_over_the_limit_however_its_cell_is_written(rows):
    (observation,) = ingestion.read_file("表.xlsx", with_cells(rows)).observations
    assert (observation.kind, observation.params["measure"]) == ("over_limit", "grid_cells")


@pytest.mark.parametrize("value", ["<v>0</v>", "<f/><v>0</v>", "<v>+0</v>"])
def test_strings_that_come_to_too_much_are_over_the_limit_however_cells_name_them(value):
    row = "<row>" + f'<c t="s">{value}</c>' * 100 + "</row>"
    (observation,) = ingestion.read_file("表.xlsx", with_cells(row * 100, "长" * 30_000)).observations
    assert (observation.kind, observation.params["measure"]) == ("over_limit", "unpacked_bytes")


def test_a_sheet_with_a_document_type_of_its_own_is_damaged():
    data = with_cells("<row><c><v>1</v></c></row>")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = b'<!DOCTYPE worksheet [<!ENTITY a "1">]>' + parts[sheet]
    (observation,) = ingestion.read_file("表.xlsx", zipped(parts)).observations
    assert (observation.kind, observation.params["reason"]) == ("unreadable", "damaged")


CALCULATED_TO_NOTHING = '<table:table-cell table:formula="of:=IF(1;&quot;&quot;)"/>'


def test_an_error_value_of_an_ods_is_found():
    cell = (
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value=""'
        ' calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
    )
    assert errors(ods(SHEET.format(ods_row("a", cell))), "表.ods") == {(0, 1): "#DIV/0!"}


def test_a_formula_of_an_ods_without_a_value_is_found_unless_the_program_calculates_before_it_saves():
    tables = SHEET.format(ods_row("a", CALCULATED_TO_NOTHING, "b"))
    assert errors(ods(tables), "表.ods") == {(0, 1): '=IF(1;"")'}
    by_libreoffice = {"meta.xml": b"<meta:generator>LibreOffice/24.2</meta:generator>"}
    assert errors(ods(tables, **by_libreoffice), "表.ods") == {}


def test_a_formula_of_an_xls_that_was_never_calculated_is_found():
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet1")
    sheet.write(0, 0, xlwt.Formula("B1*2"))
    sheet.write(0, 1, 5)
    # as Apache POI writes it: a zero, and that it is to be calculated when the file is opened
    as_xlwt, as_poi = b"\x11\x00\x03" + bytes(5) + b"\xff\xff\x00\x00", b"\x11\x00" + bytes(8) + b"\x02\x00"
    assert saved(book).count(as_xlwt) == 1
    assert errors(saved(book).replace(as_xlwt, as_poi), "表.xls") == {(0, 0): "="}


def test_merged_cells_of_an_ods_run_down_for_place_and_industry_and_join_an_amount():
    spanned = '<table:table-cell table:number-rows-spanned="2" office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    covered = "<table:covered-table-cell/>"
    first, second = row(), row(sequence=2, enterprise="紫阳县第二水泥有限公司")
    for column in (1, 2, 5):
        first[column], second[column] = spanned.format(first[column]), covered
    lines = [*ROWS[:4], first, second]
    frames = understood(ods(SHEET.format("".join(ods_row(*line) for line in lines))), "表.ods")
    assert values(frames, "county_code") == ["610924", "610924"]
    assert values(frames, "industry") == ["水泥", "水泥"]
    assert [(kind, cell) for kind, cell, _ in noticed(frames)] == [("joint_amount", "F5")]


def test_an_ods_locked_as_a_whole_is_encrypted():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("encrypted-package", b"\x00")
    assert [one.kind for one in ingestion.read_file("表.ods", target.getvalue()).observations] == ["encrypted"]


def test_an_ods_with_locked_content_is_encrypted():
    lock = '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>'
    assert [one.kind for one in ingestion.read_file("表.ods", ods("", entries=lock)).observations] == ["encrypted"]
