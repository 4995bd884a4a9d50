"""The annotated copy: coloured cells, comments and the list, for files of every kind."""

import io
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
import xlwt
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils import coordinate_to_tuple

from exports import annotate
from exports.answers.annotation import COMMENT_AUTHOR
from exports.answers.findings_list import COLOURS, LIST_SHEET
from tests.exports.annotation_samples import ROWS, finding, workbook_bytes
from tests.exports.workbook_package import check_package
from tests.ingestion.samples import ods, ods_row

SUBMISSION = {
    "submission_id": "000123",
    "receipt_no": 123,
    "reporter_name": "紫阳县",
    "declared_reporter": "紫阳县人民政府",
    "due_on": "2024-12-30",
}


@pytest.fixture
def annotated(tmp_path):
    def make(data, findings, name="统计表.xlsx"):
        target = annotate(data, name, SUBMISSION, findings, tmp_path / "批注.xlsx")
        check_package(target.read_bytes())
        return openpyxl.load_workbook(target)

    return make


def colour(cell):
    return cell.fill.start_color.rgb[-6:]


def cells_in_list(workbook, label="单元格"):
    sheet = workbook[LIST_SHEET]
    header = next(cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith(f"{label}\n"))
    return [sheet.cell(row, header.column) for row in range(header.row + 1, sheet.max_row + 1)]


def text_of(sheet):
    return "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)


def test_a_found_cell_is_coloured_and_says_what_to_do(annotated):
    cell = annotated(workbook_bytes(), [finding("B3")])["统计表"]["B3"]
    assert colour(cell) == COLOURS["reject"]
    assert "不是数字" in cell.comment.text and "请填写数字" in cell.comment.text


def test_several_findings_of_one_cell_share_one_comment_and_the_gravest_colour(annotated):
    findings = [finding("B3", "note", "F12"), finding("B3", "reject", "F02")]
    cell = annotated(workbook_bytes(), findings)["统计表"]["B3"]
    assert colour(cell) == COLOURS["reject"]
    assert cell.comment.text.index("F02") < cell.comment.text.index("F12")


def test_a_comment_of_the_reporter_is_kept_below_ours(annotated):
    def comment(sheet):
        sheet["B3"].comment = Comment("电话核实过", "填表人")

    cell = annotated(workbook_bytes(comment), [finding("B3")])["统计表"]["B3"]
    assert cell.comment.text.endswith("电话核实过")


def test_formats_and_formulas_are_kept(annotated):
    def embolden(sheet):
        sheet["A1"].font = Font(bold=True, size=20)

    sheet = annotated(workbook_bytes(embolden), [finding("B3")])["统计表"]
    assert sheet["A1"].font.bold and sheet["A1"].font.size == 20
    assert sheet["B4"].value == "=1+1"


def test_a_finding_inside_merged_cells_marks_their_first_cell(annotated):
    def merge(sheet):
        sheet.merge_cells("B3:B4")

    sheet = annotated(workbook_bytes(merge), [finding("B4")])["统计表"]
    assert colour(sheet["B3"]) == COLOURS["reject"]


def test_the_first_sheet_lists_all_findings_and_says_whose_file_it_is(annotated):
    workbook = annotated(workbook_bytes(), [finding("B3"), finding(None, "explain", "S14")])
    sheet = workbook[LIST_SHEET]
    assert workbook.sheetnames[0] == LIST_SHEET and workbook.active is sheet
    assert [cell.value for cell in cells_in_list(workbook)] == ["B3", "—"]
    for told in ("统计表.xlsx", "紫阳县", "000123", "未通过，请修改", "2024-12-30"):
        assert told in text_of(sheet)


def test_the_copy_of_a_file_that_was_only_checked_names_no_receipt(tmp_path):
    checked = SUBMISSION | {"receipt_no": None}
    copy = annotate(workbook_bytes(), "表.xlsx", checked, [finding("B3")], tmp_path / "批注.xlsx")
    text = text_of(openpyxl.load_workbook(copy)[LIST_SHEET])
    assert "紫阳县" in text and "回执编号" not in text and "000123" not in text


def test_the_list_speaks_of_jumping_only_where_it_has_links(annotated):
    assert "点击“单元格”" in text_of(annotated(workbook_bytes(), [finding("B3")])[LIST_SHEET])
    text = text_of(annotated(workbook_bytes(), [finding(None, "explain", "S18", sheet=None)])[LIST_SHEET])
    assert "点击“单元格”" not in text and "直接报送本文件" in text


@pytest.mark.parametrize("title", ["统计表", "张三's 表", "2024 年 (终)"])
def test_the_list_jumps_to_the_cell_whatever_the_sheet_is_called(annotated, title):
    def rename(sheet):
        sheet.title = title

    workbook = annotated(workbook_bytes(rename), [finding("B3", sheet=title)])
    [link] = cells_in_list(workbook)
    quoted, _, address = link.hyperlink.location.rpartition("!")
    assert quoted.strip("'").replace("''", "'") == title and address == "B3"


def test_text_that_looks_like_a_formula_stays_text_in_the_list(annotated):
    workbook = annotated(workbook_bytes(), [finding("B4", value='=HYPERLINK("http://x")')])
    [value] = cells_in_list(workbook, "填写内容")
    assert value.data_type == "s" and value.value.startswith("=HYPERLINK")


def test_marks_of_an_earlier_answer_are_gone_when_the_copy_is_sent_again(annotated, tmp_path):
    first = annotate(workbook_bytes(), "统计表.xlsx", SUBMISSION, [finding("B3")], tmp_path / "first.xlsx")
    workbook = annotated(first.read_bytes(), [finding("C3", rule="F06")])
    assert workbook.sheetnames == [LIST_SHEET, "统计表"]
    corrected = workbook["统计表"]["B3"]
    assert corrected.comment is None and corrected.fill.fill_type is None
    assert workbook["统计表"]["C3"].comment.author == COMMENT_AUTHOR


def xls_bytes():
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("统计表")
    for row_number, row in enumerate(ROWS):
        for column_number, value in enumerate(row):
            if value is not None:
                sheet.write(row_number, column_number, value)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def csv_bytes(encoding):
    return "\r\n".join(",".join(value or "" for value in row) for row in ROWS).encode(encoding)


@pytest.mark.parametrize(
    ("name", "data"),
    [("表.xls", xls_bytes()), ("表.csv", csv_bytes("gb18030")), ("表.csv", csv_bytes("utf-8-sig"))],
    ids=["xls", "gb18030", "utf-8"],
)
def test_a_format_that_cannot_be_written_back_keeps_its_cells_at_their_addresses(annotated, name, data):
    sheet = annotated(data, [finding("B3")], name)["统计表"]
    assert colour(sheet["B3"]) == COLOURS["reject"]
    for row_number, row in enumerate(ROWS, start=1):
        assert [sheet.cell(row_number, column).value for column in (1, 2, 3)] == row
    assert sheet.cell(*coordinate_to_tuple("B4")).data_type == "s"


def test_the_copy_of_an_xls_keeps_its_dates_merged_cells_and_hidden_sheets(annotated):
    book = xlwt.Workbook()
    sheet = book.add_sheet("统计表")
    sheet.write_merge(2, 3, 1, 1, "三十")
    sheet.write(0, 0, datetime(2024, 12, 30), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    hidden = book.add_sheet("去年")
    hidden.visibility = 1
    stream = io.BytesIO()
    book.save(stream)
    copy = annotated(stream.getvalue(), [finding("B4")], "表.xls")
    assert copy["统计表"]["A1"].value == datetime(2024, 12, 30)
    assert colour(copy["统计表"]["B3"]) == COLOURS["reject"]
    assert copy["去年"].sheet_state == "hidden"


def test_the_copy_of_a_sheet_that_begins_further_in_keeps_its_addresses(annotated):
    book = xlwt.Workbook()
    book.add_sheet("统计表").write(3, 2, "x")
    book.add_sheet("另一张").write(0, 1, "y")
    stream = io.BytesIO()
    book.save(stream)
    copy = annotated(stream.getvalue(), [finding("C4")], "表.xls")
    assert [(cell.coordinate, cell.value) for row in copy["统计表"].iter_rows() for cell in row if cell.value] == [
        ("C4", "x")
    ]
    assert copy["另一张"]["B1"].value == "y"


def test_an_error_value_that_the_reader_leaves_blank_is_shown_in_the_copy(annotated):
    book = xlwt.Workbook()
    sheet = book.add_sheet("统计表")
    sheet.write(0, 0, "涉及产能")
    sheet.row(2).set_cell_error(1, "#REF!")
    stream = io.BytesIO()
    book.save(stream)
    copy = annotated(stream.getvalue(), [finding("B3", rule="F13", value="#REF!")], "表.xls")["统计表"]
    assert (copy["A1"].value, copy["B3"].value) == ("涉及产能", "#REF!")


def test_the_copy_of_an_ods_keeps_its_merged_cells(annotated):
    text = '<table:table-cell office:value-type="string"{}><text:p>三十</text:p>{}</table:table-cell>'
    two_rows, two_columns = ' table:number-rows-spanned="2"', ' table:number-columns-spanned="2"'
    gap = '<table:table-cell table:number-columns-repeated="2"/>'
    inside = f"<table:table>{ods_row(text.format(two_columns, ''))}</table:table>"
    rows = (
        ods_row("甲", number_rows_repeated="2"),
        ods_row(gap, text.format(two_rows, inside)),
        ods_row(gap, "<table:covered-table-cell/>", text.format(two_columns, "")),
    )
    sheets = {"说明": ods_row("乙"), "统计表": "".join(rows)}
    tables = (f'<table:table table:name="{name}">{content}</table:table>' for name, content in sheets.items())
    copy = annotated(ods("".join(tables)), [finding("C4")], "表.ods")
    assert not copy["说明"].merged_cells.ranges
    assert {str(area) for area in copy["统计表"].merged_cells.ranges} == {"C3:C4", "D4:E4"}
    assert colour(copy["统计表"]["C3"]) == COLOURS["reject"]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 damaged", bytes(range(256)) * 8], ids=["empty", "zip", "noise"])
def test_an_unreadable_file_is_answered_with_the_list_alone(annotated, data):
    workbook = annotated(data, [finding(None, rule="S01", sheet=None, value=None)])
    assert workbook.sheetnames == [LIST_SHEET]
    text = text_of(workbook[LIST_SHEET])
    assert "S01" in text and "您自己的原表" in text and "直接报送本文件" not in text


def test_a_finding_at_no_existing_sheet_or_address_is_listed_without_a_link(annotated):
    workbook = annotated(workbook_bytes(), [finding("B3", sheet="另一张"), finding("第3行")])
    assert [cell.hyperlink for cell in cells_in_list(workbook)] == [None, None]


def test_equal_input_gives_equal_bytes(tmp_path):
    data = workbook_bytes()
    copies = [annotate(data, "表.xlsx", SUBMISSION, [finding("B3")], Path(tmp_path / name)) for name in ("a", "b")]
    assert copies[0].read_bytes() == copies[1].read_bytes()
