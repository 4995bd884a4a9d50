"""The pictures: what they show is what the marts say, in the workbook as in the document, with Chinese letters."""

from __future__ import annotations

import zipfile
from decimal import Decimal
from io import BytesIO
from itertools import pairwise
from xml.etree import ElementTree

import duckdb
import openpyxl
import pytest
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from openpyxl.worksheet.cell_range import MultiCellRange

from exports import write_pack
from exports.facts import ROLLUP, CycleFacts
from exports.own.templates import Templates
from exports.papers.official_report import tell_documents
from exports.papers.rollup import ROWS_ON_A_PAGE
from exports.pictures.annex import PICTURES_HERE, add_pictures
from exports.pictures.figures import read_pictures
from exports.sheets.layout import ROW_POINTS
from exports.sign_off import SignOff
from exports.templates import FOLDER, REPORT
from tests.exports.pack.conftest import write_warehouse


@pytest.fixture(scope="module")
def pictures(warehouse, rulebook):
    with CycleFacts(warehouse, rulebook.regimes["ankang-2024"], "annual") as facts:
        return {picture.key: picture for picture in read_pictures(facts.ask, "annual")}


def shown(picture):
    """Of each series the figure of each name that has one."""
    return {
        series.name: {
            name: value for name, value in zip(picture.names, series.values, strict=True) if value is not None
        }
        for series in picture.series
    }


def test_each_unit_has_a_picture_of_its_own_with_the_years_of_the_area(pictures):
    of_unit = {picture.unit: shown(picture) for picture in pictures.values() if picture.key.startswith("years")}
    assert of_unit == {
        "万吨": {
            "2023年": {"水泥": Decimal("12.5")},
            "2024年": {"水泥": Decimal("30.125"), "化工": Decimal("1.2")},
        },
        "万块标砖": {"2024年": {"砖瓦": 3000}},
    }


def test_plan_and_actual_of_the_places_add_up_to_the_area(pictures):
    assert shown(pictures["plan"]) == {
        "计划": {"汉阴县": 1, "石泉县": 0, "未写明地区": 0},
        "计划内已完成": {"汉阴县": 1, "石泉县": 0, "未写明地区": 0},
        "计划外": {"汉阴县": 1, "石泉县": 1, "未写明地区": 1},
    }


def test_counties_stand_in_the_order_of_their_exits(pictures):
    assert shown(pictures["counties"]) == {"退出条数": {"汉阴县": 2, "石泉县": 1}}


def test_the_steps_lead_from_rows_received_to_exits(pictures):
    """11 rows came; 5 of them in tables that were rejected, 6 count; two pairs of them tell one exit each."""
    assert list(shown(pictures["steps"])["行数"].values()) == [11, 6, 6, 6, 4]


def test_what_an_objection_keeps_out_is_a_step_of_its_own(tmp_path, rulebook):
    """One claim of an exit: an upheld objection took it out of the exits, its method is one all the same."""
    path = write_warehouse(tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(path)) as connection:
        connection.execute("delete from marts.fct_exit where exit_id = 'e1'")
        connection.execute("update marts.fct_claim set held_by = 3 where row_id = '000001:1:6'")
    with CycleFacts(path, rulebook.regimes["ankang-2024"], "annual") as facts:
        steps = {picture.key: picture for picture in read_pictures(facts.ask, "annual")}["steps"]
    told = list(shown(steps)["行数"].items())
    assert told[2:] == [
        ("采用的版本", 6),
        ("方式属于退出的", 6),
        ("公示无异议或异议不成立的", 5),
        ("核对合并后的退出", 3),
    ]
    assert "公示异议成立或尚未办结的 1 行，不计入" in steps.note


@pytest.mark.parametrize(
    ("became", "steps", "said", "said_en"),
    [
        ("rejected", [11, 6], "收到的行含各次重报；最后", "several rows may tell one."),
        ("withdrawn", [11, 6], "撤回的 5 行视同没有报过，不在审核通过之内", "Rows withdrawn, as though never sent: 5."),
        ("returned", [11, 11], "退回的 5 行要重报，不采用", "Rows returned, to be sent again: 5."),
    ],
)
def test_a_table_that_was_taken_back_is_not_told_as_one_that_did_not_pass(
    tmp_path, rulebook, became, steps, said, said_en
):
    path = write_warehouse(tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(path)) as connection:
        connection.execute("update marts.fct_submission set status = ? where status = 'rejected'", [became])
    with CycleFacts(path, rulebook.regimes["ankang-2024"], "annual") as facts:
        told = {picture.key: picture for picture in read_pictures(facts.ask, "annual")}["steps"]
    assert list(shown(told)["行数"].values())[:2] == steps
    assert said in told.note and told.note_en.endswith(said_en)


def test_a_plan_is_held_against_nothing(warehouse, rulebook):
    with CycleFacts(warehouse, rulebook.regimes["ankang-2024"], "plan") as facts:
        assert "plan" not in {picture.key for picture in read_pictures(facts.ask, "plan")}


def test_the_pictures_of_a_plan_never_say_that_anything_has_exited(warehouse, rulebook):
    with CycleFacts(warehouse, rulebook.regimes["ankang-2024"], "plan") as facts:
        told = {picture.key: picture for picture in read_pictures(facts.ask, "plan")}
    assert (told["categories"].title, told["categories"].title_en) == (
        "分淘汰类别计划退出条数",
        "Planned exits by category",
    )
    assert told["steps"].names[-2:] == ("方式属于计划退出的", "核对合并后的计划退出")
    for picture in told.values():
        words = [picture.title, picture.note, *picture.names, *(series.name for series in picture.series)]
        assert not any("退出" in text.replace("计划退出", "") for text in words), picture.key


def test_the_workbook_draws_every_picture_from_cells_that_hold_its_figures(warehouse, rulebook, pictures, tmp_path):
    write_pack(warehouse, "ankang-2024", "annual", tmp_path, rulebook)
    sheet = openpyxl.load_workbook(tmp_path / "rollup.xlsx")["图表"]
    drawn = {}
    for chart in sheet._charts:
        title = "".join(run.t for paragraph in chart.title.tx.rich.p for run in paragraph.r or ())
        drawn[title] = [
            (cells(sheet, series.cat.strRef.f), cells(sheet, series.val.numRef.f)) for series in chart.series
        ]
    assert drawn == {
        picture.title: [
            (list(picture.names), [value and float(value) for value in series.values]) for series in picture.series
        ]
        for picture in pictures.values()
    }


def cells(sheet, reference):
    (area,) = MultiCellRange(reference.partition("!")[2].replace("$", "")).ranges
    return [sheet.cell(row, column).value for row, column in area.cells]


def blank_document(*paragraphs: str, last: str = "") -> bytes:
    """A document that ends with the paragraph ``last``, which pictures go before."""
    document, saved = Document(), BytesIO()
    for text in (*paragraphs, last):
        document.add_paragraph(text)
    body = document.element.body
    mark = body.makeelement(qn("w:bookmarkStart"), {qn("w:id"): "1", qn("w:name"): PICTURES_HERE})
    document.paragraphs[-1]._p.insert(0, mark)
    document.save(saved)
    return saved.getvalue()


@pytest.fixture(scope="module")
def facts(warehouse, rulebook):
    with CycleFacts(warehouse, rulebook.regimes["ankang-2024"], "annual") as facts:
        yield facts


CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


def test_the_document_ends_with_every_picture_and_its_figures(facts, pictures):
    document = Document(BytesIO(add_pictures(blank_document("正文"), facts)))
    charts = [
        ElementTree.fromstring(document.part.related_parts[found.get(qn("r:id"))].blob)
        for found in document.element.body.iter(f"{CHART}chart")
    ]
    told = [
        [
            ([point.text for point in series.find(f"{CHART}cat").iter(f"{CHART}v")],
             [Decimal(point.text) for point in series.find(f"{CHART}val").iter(f"{CHART}v")])
            for series in chart.iter(f"{CHART}ser")
        ]
        for chart in charts
    ]  # fmt: skip
    assert told == [
        [(list(picture.names), [value for value in series.values if value is not None]) for series in picture.series]
        for picture in pictures.values()
    ]
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts[:3] == ["正文", "附件5", "附图"]
    mark, title = document.paragraphs[1:3]
    assert mark.paragraph_format.page_break_before and mark.alignment is None and mark.runs[0].font.name == "黑体"
    assert title.alignment == WD_ALIGN_PARAGRAPH.CENTER
    assert [text.partition("　")[2] for text in texts if text.startswith("附图") and "　" in text] == [
        picture.title for picture in pictures.values()
    ]


def test_chinese_letters_have_an_east_asian_font(facts):
    with zipfile.ZipFile(BytesIO(add_pictures(blank_document(), facts))) as package:
        charts = [package.read(name) for name in package.namelist() if name.startswith("word/charts/")]
    assert charts and all(chart.count(b"<a:latin ") == chart.count(b"<a:ea ") > 0 for chart in charts)


def test_bars_begin_at_zero(facts):
    """Where all figures are alike a program would begin near the least of them."""
    with zipfile.ZipFile(BytesIO(add_pictures(blank_document(), facts))) as package:
        for name in package.namelist():
            if name.startswith("word/charts/"):
                axis = ElementTree.fromstring(package.read(name)).find(f".//{CHART}valAx/{CHART}scaling/{CHART}min")
                assert axis is not None and axis.get("val") == "0", name


def test_the_same_figures_give_the_same_document(facts):
    once = blank_document("正文")
    assert add_pictures(once, facts) == add_pictures(once, facts)


def test_what_must_come_last_stays_last(facts):
    """版记 closes an official document (GB/T 9704-2012, 7.4): a bookmark says where the annex ends."""
    document = add_pictures(blank_document("正文", last="抄送："), facts)
    texts = [paragraph.text for paragraph in Document(BytesIO(document)).paragraphs]
    assert texts[0] == "正文" and texts[-1] == "抄送：" and len(texts) > 10


def test_a_document_without_the_bookmark_has_no_pictures_and_names_none_among_its_annexes(warehouse, rulebook):
    """A template of one's own with one annex is not given a fifth."""
    own, saved = Document(), BytesIO()
    for text in ("{%p for 附件项 in 附件 %}", "{{ 附件项.说明 }}", "{%p endfor %}"):
        own.add_paragraph(text)
    own.save(saved)
    regime, texts = rulebook.regimes["ankang-2024"], []
    with CycleFacts(warehouse, regime, "annual") as facts:
        facts.list_exits()
        told = (facts, facts.ask(ROLLUP), regime, "annual", rulebook, SignOff())
        for template in (saved.getvalue(), (FOLDER / REPORT).read_bytes()):
            report = Document(BytesIO(tell_documents(Templates(template, None), *told)[REPORT]))
            texts.append([one.text for one in report.paragraphs])
    assert len(texts[0]) == 4 and not any("附图" in line for line in texts[0])
    assert texts[1].count("　　　5. 附图") == 1 and {"附件5", "附图"} <= set(texts[1])


def test_without_figures_the_document_stays_as_it_is(warehouse, rulebook):
    document = blank_document("正文")
    with CycleFacts(warehouse, rulebook.regimes["weihai-2022"], "annual") as none:
        assert add_pictures(document, none) == document


def test_the_table_of_a_picture_lies_on_one_page(warehouse, rulebook, pictures, tmp_path):
    write_pack(warehouse, "ankang-2024", "annual", tmp_path, rulebook)
    sheet = openpyxl.load_workbook(tmp_path / "rollup.xlsx")["图表"]
    titles = [f"{picture.title} {picture.title_en}" for picture in pictures.values()]
    tops = [row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value in titles]
    begun = [one.id + 1 for one in sheet.row_breaks.brk if one.id + 1 >= tops[0]]
    assert len(begun) > 1 and set(begun) <= set(tops)
    for top, below in pairwise([*begun, sheet.max_row + 1]):
        heights = [sheet.row_dimensions[row].height or ROW_POINTS for row in range(top, below)]
        assert sum(heights) <= ROWS_ON_A_PAGE * ROW_POINTS
