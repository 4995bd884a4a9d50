"""The reporter's own package, edited in place: all of it is kept, whatever program wrote it, and Excel can open it."""

import io
import re
import zlib

import openpyxl
import pytest
import xlsxwriter

from exports import annotate
from exports.answers.annotation import COMMENT_AUTHOR
from exports.answers.findings_list import COLOURS, LIST_SHEET
from tests.exports.annotation_samples import finding
from tests.exports.workbook_package import changed, check_package, package_of, parts_of

SUBMISSION = {"submission_id": "000123", "reporter_name": "紫阳县"}
SHEET, BOOK, STYLES = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"
OTHER_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
OTHER_RELATIONSHIPS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def pixel():
    """A picture of one pixel."""

    def chunk(kind, content):
        return len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")

    header = (1).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    body = zlib.compress(b"\x00\xff\x00\x00")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def workbook(fill=lambda book, sheet: None, suffix="xlsx"):
    """A workbook as Excel would write it: 统计表 with a small table, then what ``fill`` adds."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("统计表")
    bold = book.add_format({"bold": True, "border": 1})
    for row, values in enumerate(
        [["企业名称", "涉及产能", "淘汰类别"], ["甲厂", "三十", "环境"], ["乙厂", 20, "能耗"]]
    ):
        sheet.write_row(row, 0, values, bold)
    fill(book, sheet)
    book.close()
    return stream.getvalue()


@pytest.fixture
def answer(tmp_path):
    """The bytes of the annotated copy, which Excel can open; it is the file itself and no plainer copy."""

    def make(data, *findings, name="表.xlsx"):
        copy = annotate(data, name, SUBMISSION, findings or [finding("B2")], tmp_path / "批注.xlsx").read_bytes()
        check_package(copy)
        # a copy of the cells alone calls its parts otherwise
        assert "docProps/app.xml" in parts_of(copy), "a plainer copy"
        return copy

    return make


def read(copy):
    return openpyxl.load_workbook(io.BytesIO(copy), rich_text=True)


def colour(cell):
    return cell.fill.start_color.rgb[-6:] if cell.fill.fill_type else None


def links(book):
    return [cell.hyperlink.location for row in book[LIST_SHEET].iter_rows() for cell in row if cell.hyperlink]


def fill_with_everything(book, sheet):
    """What a library that loads and saves drops: pictures, charts, buttons, sparklines, rich text and more."""
    red = book.add_format({"font_color": "red"})
    sheet.write_rich_string("D2", "一部分", red, "是红的", "，其余不是")
    sheet.insert_image("F2", "像.png", {"image_data": io.BytesIO(pixel())})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=统计表!$B$2:$B$3"})
    sheet.insert_chart("F10", chart)
    sheet.insert_button("D5", {"caption": "按钮"})
    sheet.add_sparkline("E2", {"range": "统计表!B2:B3"})
    sheet.conditional_format("B2:B9", {"type": "data_bar", "data_bar_2010": True})
    sheet.data_validation("C2:C9", {"validate": "list", "source": ["能耗", "环保"]})
    sheet.set_header("&L&G", {"image_left": "头.png", "image_data_left": io.BytesIO(pixel())})
    sheet.write_comment("C3", "电话核实过", {"author": "填表人"})
    sheet.add_table("H1:I3", {"columns": [{"header": "一"}, {"header": "二"}]})
    sheet.protect("密码")


def test_all_parts_but_those_with_marks_keep_their_bytes(answer):
    data = workbook(fill_with_everything)
    before, after = parts_of(data), parts_of(answer(data, finding("B2"), finding("D4")))
    touched = {"[Content_Types].xml", SHEET, BOOK, STYLES, "xl/_rels/workbook.xml.rels", "xl/comments1.xml"}
    touched |= {"xl/drawings/vmlDrawing1.vml"}
    assert {name for name in before if before[name] != after.get(name)} == touched
    assert set(after) - set(before) == {"xl/worksheets/sheet2.xml"}


def test_in_the_sheet_only_the_marked_cells_are_changed(answer):
    data = workbook(fill_with_everything)
    before, after = (parts_of(each)[SHEET] for each in (data, answer(data, finding("B2"))))
    assert before.replace(b' tabSelected="1"', b"").replace(b'<c r="B2" s="1"', b'<c r="B2" s="2"') == after


def test_the_marked_cell_keeps_its_format_but_for_the_colour(answer):
    cell = read(answer(workbook()))["统计表"]["B2"]
    assert colour(cell) == COLOURS["reject"] and cell.font.bold and cell.border.left.style == "thin"


def test_comments_of_the_reporter_stay_also_below_ours(answer):
    def comment(book, sheet):
        sheet.write_comment("B2", "电话核实过", {"author": "填表人"})
        sheet.write_comment("C3", "再核", {"author": "填表人"})

    once = answer(workbook(comment))
    sheet = read(once)["统计表"]
    assert sheet["B2"].comment.text.startswith("【必须修改 F02】") and sheet["B2"].comment.text.endswith("电话核实过")
    assert sheet["C3"].comment.text == "再核"
    again = read(answer(once, finding("A3")))["统计表"]
    assert again["B2"].comment.text == "电话核实过" and again["B2"].comment.author == "填表人"
    assert colour(again["B2"]) is None and again["A3"].comment.author == COMMENT_AUTHOR


def test_a_threaded_comment_is_left_alone(answer):
    def comment(book, sheet):
        sheet.write_comment("B2", "[线程批注]", {"author": "tc={0A0A}"})

    cell = read(answer(workbook(comment)))["统计表"]["B2"]
    assert cell.comment.text == "[线程批注]" and colour(cell) == COLOURS["reject"]


def test_other_sheets_keep_their_comments_and_the_names_of_their_parts(answer):
    def comment(book, sheet):
        other = book.add_worksheet("说明")
        other.write_comment("A1", "别动", {"author": "填表人"})

    copy = read(answer(workbook(comment)))
    assert copy["说明"]["A1"].comment.text == "别动" and "不是数字" in copy["统计表"]["B2"].comment.text


def test_cells_and_rows_that_are_not_there_are_added_in_the_format_of_their_row_or_column(answer):
    def set_formats(book, sheet):
        sheet.set_column("F:G", 12, book.add_format({"italic": True}))
        sheet.set_row(3, 20, book.add_format({"underline": 1}))
        sheet.write("A9", "注")

    cells = ("B1", "E2", "G2", "D4", "C6", "B6", "A12", "XFD1048576")
    sheet = read(answer(workbook(set_formats), *map(finding, cells)))["统计表"]
    assert all(colour(sheet[cell]) == COLOURS["reject"] for cell in cells)
    assert sheet["G2"].font.italic and sheet["D4"].font.underline and not sheet["E2"].font.italic


@pytest.mark.parametrize(
    ("part", "pattern", "replacement"),
    [
        (SHEET, r' r="[A-Z]+\d+"', ""),
        (SHEET, r'(<row) r="\d+"| r="[A-Z]+\d+"', r"\1"),
        (SHEET, "<row ", '<!-- <row r="2"><c r="B2"/> --><row '),
        (SHEET, "<sheetData>", "<?mso <sheetData>?><sheetData>"),
        (SHEET, '(<c r="A2"[^>]*) t="s"><v>.*?</v></c>', r'\1 t="inlineStr"><is><t><![CDATA[<c r="B2">]]></t></is></c>'),
        (BOOK, "<bookViews>.*?</bookViews>", ""),
        (BOOK, 'name="统计表"', "name='统计表'"),
        (STYLES, "<cellStyleXfs.*</cellStyleXfs>", ""),
        (STYLES, "<fills.*</fills>", ""),
        (STYLES, "<fonts.*</fonts>", "<fonts/>"),
        (STYLES, "<cellXfs.*</cellXfs>", ""),
        ("xl/_rels/workbook.xml.rels", 'Target="worksheets', 'Target="/xl/worksheets'),
    ],
    ids=[
        "cells without address", "rows without number", "comment", "instruction", "CDATA", "no views", "quotes",
        "no cell style formats", "no fills", "no fonts", "no cell formats", "absolute target",
    ],
)  # fmt: skip
def test_whatever_a_program_wrote_is_marked(answer, part, pattern, replacement):
    copy = answer(changed(workbook(), (part, pattern, replacement)))
    assert colour(read(copy)["统计表"]["B2"]) == COLOURS["reject"]


def test_a_workbook_without_styles_is_marked(answer):
    parts = parts_of(changed(
        workbook(),
        ("xl/_rels/workbook.xml.rels", "<Relationship [^>]*styles[^>]*>", ""),
        ("[Content_Types].xml", '<Override PartName="/xl/styles.xml"[^>]*>', ""),
        (SHEET, ' s="1"', ""),
    ))  # fmt: skip
    del parts[STYLES]
    assert colour(read(answer(package_of(parts)))["统计表"]["B2"]) == COLOURS["reject"]


def test_a_sheet_without_rows_is_marked(answer):
    data = changed(workbook(), (SHEET, "<sheetData>.*</sheetData>", "<sheetData/>"))
    assert colour(read(answer(data))["统计表"]["B2"]) == COLOURS["reject"]


def test_elements_with_a_prefix_are_edited(answer):
    def prefix(part):
        return [
            (part, r"<(/?)(?=[a-z])(?!\?|r:|xdr:|a:)", r"<\1x:"),
            (part, f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"'),
        ]

    def comment(book, sheet):
        sheet.write_comment("B2", "电话核实过", {"author": "填表人"})
        book.define_name("统计表!甲", "=统计表!$A$1")

    data = changed(
        workbook(comment), *(edit for part in (SHEET, BOOK, STYLES, "xl/comments1.xml") for edit in prefix(part))
    )
    cell = read(answer(data, finding("B2"), finding("E7")))["统计表"]["B2"]
    assert colour(cell) == COLOURS["reject"] and cell.comment.text.endswith("电话核实过")


def test_a_workbook_of_the_strict_standard_stays_one(answer):
    parts = {
        name: content.replace(MAIN.encode(), OTHER_MAIN.encode()).replace(
            RELATIONSHIPS.encode(), OTHER_RELATIONSHIPS.encode()
        )
        for name, content in parts_of(workbook()).items()
    }
    after = parts_of(answer(package_of(parts)))
    assert not [name for name, content in after.items() if MAIN.encode() in content]
    assert RELATIONSHIPS.encode() not in b"".join(content for name, content in after.items() if "docProps" not in name)


def test_what_tells_a_sheet_by_its_place_follows_it(answer):
    def fill(book, sheet):
        other = book.add_worksheet("说明")
        other.repeat_rows(0)
        other.autofilter("A1:B2")
        other.set_first_sheet()
        other.activate()

    book = read(answer(workbook(fill)))
    assert book.sheetnames == [LIST_SHEET, "统计表", "说明"] and book.active.title == LIST_SHEET
    assert book["说明"].print_title_rows == "$1:$1" and book["说明"].auto_filter.ref == "A1:B2"
    assert book["统计表"].print_title_rows is None


def test_hidden_sheets_stay_hidden_and_no_link_leads_there(answer):
    def fill(book, sheet):
        book.add_worksheet("去年").hide()
        book.add_worksheet("_card").very_hidden()

    book = read(answer(workbook(fill), finding("A1", sheet="去年"), finding("B2")))
    assert book["去年"].sheet_state == "hidden" and book["_card"].sheet_state == "veryHidden"
    assert links(book) == ["'统计表'!B2"]


def test_a_protected_sheet_stays_protected(answer):
    assert read(answer(workbook(lambda book, sheet: sheet.protect("密码"))))["统计表"].protection.sheet


def test_macros_are_not_sent_back(answer):
    kind = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    relationship = (
        f'<Relationship Id="rId77" Type="{RELATIONSHIPS}/vbaProject" Target="vbaProject.bin"/></Relationships>'
    )
    default = '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    parts = parts_of(changed(
        workbook(),
        ("[Content_Types].xml", r"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main\+xml", kind),
        ("[Content_Types].xml", "</Types>", default),
        ("xl/_rels/workbook.xml.rels", "</Relationships>", relationship),
    ))  # fmt: skip
    copy = answer(package_of(parts | {"xl/vbaProject.bin": b"macros"}), name="表.xlsm")
    assert "xl/vbaProject.bin" not in parts_of(copy) and b"vbaProject" not in parts_of(copy)["[Content_Types].xml"]


def test_a_frame_covers_the_cells_its_text_needs(answer):
    def size(book, sheet):
        sheet.set_column("C:D", 30)
        sheet.set_row(2, 300)

    drawing = parts_of(answer(workbook(size), finding("B3")))["xl/drawings/vmlDrawing1.vml"].decode()
    left, _, top, _, right, _, bottom, _ = map(int, re.search("<x:Anchor>(.*)</x:Anchor>", drawing)[1].split(","))
    assert (left, right) == (2, 3) and (top, bottom) == (1, 2)


def test_more_comments_than_a_block_of_ids_holds(answer):
    cells = [f"{'ABCDEFGHIJ'[number % 10]}{number // 10 + 5}" for number in range(1100)]
    sheet = read(answer(workbook(), *map(finding, cells)))["统计表"]
    assert all(sheet[cell].comment for cell in cells)


def test_a_package_too_strange_to_be_edited_is_answered_with_its_cells(tmp_path):
    data = changed(workbook(), (SHEET, "<worksheet", "<!DOCTYPE worksheet><worksheet"))
    copy = annotate(data, "表.xlsx", SUBMISSION, [finding("B2")], tmp_path / "批注.xlsx").read_bytes()
    check_package(copy)
    cell = read(copy)["统计表"]["B2"]
    assert cell.value == "三十" and colour(cell) == COLOURS["reject"]
