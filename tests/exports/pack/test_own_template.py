"""A template of one's own: what is wrong with it is told with its place, all at once, and it is filled as text."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import datetime
from decimal import Decimal

import docx
import openpyxl
import pytest
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import nsdecls
from jinja2.exceptions import SecurityError, UndefinedError
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.table import Table

from exports import write_pack
from exports.facts import ROLLUP, CycleFacts
from exports.own.conditions import Sandbox
from exports.own.document import check_document, fill_document
from exports.own.placeholders import LISTS, SINGLE, tell_empty, tell_examples
from exports.own.templates import OwnTemplateError, key_of, lay_templates
from exports.own.workbook import check_workbook, fill_workbook
from exports.papers.official_report import tell_report
from exports.sign_off import SignOff
from exports.templates import ANNOUNCEMENT, FOLDER, REPORT
from exports.templates.announcement import make_announcement
from store import Store
from tests.exports.pack.report_marts import ROUND, lay_marts, read_document, sign

MOMENT = datetime(2025, 1, 20, 8, 0)


def document_of(*paragraphs: str, rows: tuple[tuple[str, ...], ...] = (), header: str = "") -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if rows:
        table = document.add_table(len(rows), len(rows[0]))
        for row, texts in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    if header:
        document.sections[0].header.paragraphs[0].text = header
    whole = io.BytesIO()
    document.save(whole)
    return whole.getvalue()


def workbook_of(cells: dict[str, object], merge: str = "") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "公告"
    for place, value in cells.items():
        book.active[place] = value
    if merge:
        book.active.merge_cells(merge)
    whole = io.BytesIO()
    book.save(whole)
    return whole.getvalue()


LOOP = (("{%tr for 企业 in 企业名单 %}", ""), ("{{ 企业.企业名称 }}", "{{ 企业.产能 }}"), ("{%tr endfor %}", ""))


def test_ours_are_templates_that_can_be_filled():
    assert check_document((FOLDER / REPORT).read_bytes()) == []
    assert check_workbook((FOLDER / ANNOUNCEMENT).read_bytes()) == []


def test_every_placeholder_that_is_listed_can_be_used():
    single = [f"{{{{ {one.name} }}}}" for one in SINGLE]
    loops = [
        f"{{% for {one.item} in {one.name} %}}{{{{ {one.item}.{field.name} }}}}{{% endfor %}}"
        for one in LISTS
        for field in one.fields
    ]
    assert check_document(document_of(*single, *loops)) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{{ 地址 }}", "没有占位符“地址”，是不是“地区”"),
        ("{{ xyz }}", "没有占位符“xyz”，全部占位符见 docs/own-template.md"),
        ("{{ 地区 }", "花括号没有成对"),
        ("地区 }}", "花括号没有成对"),
        ("｛｛ 地区 ｝｝", "用了全角花括号"),
        ("{ { 地区 } }", "花括号中间有空格"),
        ("{{ 地区 } }", "花括号中间有空格"),
        ("{ % if 地区 % }", "花括号中间有空格"),
        ("{{ 地区 年份 }}", "写法不对"),
        ("{{ 企业名单 }}", "是列表，要用 for 逐行写出"),
        ("{{ 企业.企业名称 }}", "它要放在“for 企业 in 企业名单”里"),
        ("{% set x = 1 %}", "不认识标记"),
        ("{% include 'x' %}", "不认识标记"),
        ("{%tr for 企业 in 企业名单 %}", "不在表格里"),
        ("前面 {%p if 地区 %}", "要独占一段"),
        ("{% if 地区 %}甲", "没有对应的“endif”"),
        ("甲{% endfor %}", "前面没有对应的“for”"),
        ("{% for 企业 in 名单 %}{% endfor %}", "没有列表“名单”"),
        ("{% for 企业 企业名单 %}{% endfor %}", "写法不对，应如“for 企业 in 企业名单”"),
        ("{% for 企业 in 企业名单 %}{{ 企业.名称 }}{% endfor %}", "没有字段“名称”，是不是“企业名称”"),
        ("{% for 企业 in 企业名单 %}{{ 企业 }}{% endfor %}", "要写“企业.字段”"),
        (
            "{% for 甲 in 企业名单 %}{% for 乙 in 企业名单 %}{{ 乙.县 }}{% endfor %}{% endfor %}",
            "“{% for 乙 in 企业名单 %}”写在第 2 段",
        ),
        ("{{ 地区.__class__ }}", "没有“地区.__class__”"),
        ("{{ 地区|length }}", "超出了可用的写法"),
        ("{{ 地区.upper() }}", "超出了可用的写法"),
        ("{{ ''.__class__.__mro__ }}", "超出了可用的写法"),
        ("{{ 7 * 7 }}", "超出了可用的写法"),
    ],
)
def test_what_is_wrong_in_a_document_is_named_with_its_paragraph_and_its_text(text, told):
    (problem, *_) = check_document(document_of("第一段", text))

    assert problem.startswith(f"第 2 段“{text[:40]}") and told in problem


def test_all_is_told_at_once_with_cell_and_header():
    data = document_of("{{ 甲 }}", rows=(("{{ 乙 }}", "{{ 丙"),), header="{{ 丁 }}")

    assert [problem.split("：")[0] for problem in check_document(data)] == [
        "第 1 段“{{ 甲 }}”",
        "第 1 个表格第 1 行第 1 格“{{ 乙 }}”",
        "第 1 个表格第 1 行第 2 格“{{ 丙”",
        "页眉第 1 段“{{ 丁 }}”",
    ]


def test_a_loop_within_a_loop_is_refused_with_both_places():
    """Three of them over a list of 300 exits would write 27 million paragraphs."""
    loops = [f"{{%p for {name} in 企业名单 %}}" for name in "甲乙丙"]
    problems = check_document(document_of(*loops, "{{ 丙.县 }}", *["{%p endfor %}"] * 3))
    assert [problem[:5] for problem in problems] == ["第 2 段", "第 3 段"]
    assert "写在第 1 段" in problems[0] and "循环里不能再有循环" in problems[0]


def test_what_begins_must_end_where_the_document_stays_whole():
    for texts in (("{% if 地区 %}甲", "{% endif %}"), ("{%p if 地区 %}", "甲{% endif %}")):
        assert any("要写法一致" in problem for problem in check_document(document_of(*texts)))
    assert (
        check_document(
            document_of("{%p if 地区 == '安康市' and not 抄送 %}", "甲", "{%p else %}", "乙", "{%p endif %}")
        )
        == []
    )
    assert check_document(document_of(rows=LOOP)) == []
    assert check_document(document_of("{% if 企业名单 and '煤' in 地区 %}有{% endif %}")) == []


EMPTY = "“企业.台数”可能为空，那时不能比较。请先判断，如“企业.台数 and "
COMPARED = [
    ("企业.台数 > 1", f"{EMPTY}企业.台数 > 1”"),
    ("地区 == '聊城市' and 企业.台数 > 1", f"{EMPTY}(地区 == '聊城市' and 企业.台数 > 1)”"),
    ("'煤' in 企业.行业", "如“企业.行业 and '煤' in 企业.行业”"),
    ("企业.台数 > 1 or 企业.产能数 > 30", "如“企业.产能数 and 企业.台数 and (企业.台数 > 1 or 企业.产能数 > 30)”"),
    ("年份 > 2020", "“年份”是文字"),
    ("退出条数 > '3'", "“退出条数”是数字"),
    ("企业名单 > 企业名单", "“企业名单”是列表"),
    *[
        (condition, "")
        for condition in (
            "企业.台数 and 企业.台数 > 1",
            "企业.台数 != none and 1 < 企业.台数 < 5",
            "not 企业.台数 or 企业.台数 > 1",
            "企业.台数 == 2",
            "年份 > '2020' and 退出条数 >= 3 and loop.index < 9",
        )
    ],
]


@pytest.mark.parametrize(("condition", "told"), COMPARED)
def test_what_may_be_empty_or_of_another_kind_is_not_compared(condition, told):
    """Examples always hold a figure; a line 无, or a machine nobody counted, holds none."""
    rows = (("{%tr for 企业 in 企业名单 %}",), (f"{{% if {condition} %}}多{{% endif %}}",), ("{%tr endfor %}",))
    problems = check_document(document_of(rows=rows))

    assert len(problems) == bool(told)
    for problem in problems:
        assert problem.startswith("第 1 个表格第 2 行第 1 格“{% if ") and told in problem


def test_a_rate_may_be_empty_or_a_word():
    loop = "{{% for 计划项 in 计划表 %}}{{% if {} %}}完成{{% endif %}}{{% endfor %}}"
    guarded = "计划项.完成率 and 计划项.完成率 != '不适用' and 计划项.完成率 >= 100"
    (problem,) = check_document(document_of(loop.format("计划项.完成率 >= 100")))

    assert "“计划项.完成率”可能为空，“计划项.完成率”可能是“不适用”" in problem and f"如“{guarded}”" in problem
    assert check_document(document_of(loop.format(guarded))) == []


def test_a_condition_around_says_that_something_is_there():
    loop = "{{% for 企业 in 企业名单 %}}{}{{% endfor %}}".format
    many = "{% if 企业.台数 > 1 %}多{% endif %}"
    for whole in (
        f"{{% if 企业.台数 %}}{many}{{% else %}}不明{{% endif %}}",
        "{% if not 企业.台数 %}不明{% elif 企业.台数 > 1 %}多{% else %}一{% endif %}",
    ):
        assert check_document(document_of(loop(whole))) == []
    for wrong in (f"{{% if 企业.台数 %}}有{{% else %}}{many}{{% endif %}}", f"{{% if 企业.行业 %}}{many}{{% endif %}}"):
        (problem,) = check_document(document_of(loop(wrong)))
        assert EMPTY in problem


@pytest.mark.parametrize("exits", [None, []])
def test_every_value_of_a_report_is_of_a_kind_the_placeholders_tell(exits, rulebook, tmp_path):
    regime = rulebook.regimes["weihai-2022"]
    with CycleFacts(lay_marts(tmp_path / "w.duckdb", regime, rulebook, exits), regime, ROUND) as facts:
        facts.list_exits()
        told = tell_report(facts, facts.ask(ROLLUP), regime, ROUND, rulebook, SignOff())
        told |= {listed.name: list(told[listed.name]) for listed in LISTS}
    assert tell_examples().keys() == tell_empty().keys() == told.keys()

    values = [(one, told[one.name]) for one in SINGLE]
    values += [(field, line[field.name]) for listed in LISTS for field in listed.fields for line in told[listed.name]]
    for placeholder, value in values:
        numbers = (int, Decimal) if type(placeholder.example) in (int, Decimal) else type(placeholder.example)
        assert value in placeholder.others or isinstance(value, numbers), placeholder.name


@pytest.mark.parametrize("data", [b"", b"no archive", workbook_of({"A1": "x"})])
def test_a_file_that_is_no_document_is_said_to_be_none(data):
    assert check_document(data)[0].startswith("不是 Word 文档（.docx）")


@pytest.mark.parametrize(
    "expression", ["地区.__class__", "地区.__class__.__mro__", "名单.append.__globals__", "名单.append(1)"]
)
def test_an_expression_that_got_past_the_check_still_reaches_nothing_of_python(expression):
    with pytest.raises((SecurityError, UndefinedError)):
        Sandbox().from_string("{{" + expression + "}}").render(地区="安康市", 名单=[1])


def test_a_document_fetches_nothing_from_elsewhere():
    document = docx.Document()
    document.part.relate_to("http://example.com/x.dotx", "http://x/attachedTemplate", is_external=True)
    whole = io.BytesIO()
    document.save(whole)

    assert "链接到外部文件“http://example.com/x.dotx”" in check_document(whole.getvalue())[0]


def complex_field(*runs: str) -> str:
    return "".join(
        f'<w:r><w:fldChar w:fldCharType="{run}"/></w:r>'
        if run in ("begin", "separate", "end")
        else f"<w:r><w:instrText>{run}</w:instrText></w:r>"
        for run in runs
    )


def document_with(content: str, is_in_footer: bool = False) -> bytes:
    """A document whose second paragraph, or footer, holds ``content``."""
    document = docx.Document()
    document.add_paragraph("第一段")
    paragraph = document.sections[0].footer.paragraphs[0] if is_in_footer else document.add_paragraph("域")
    for node in docx.oxml.parse_xml(f"<w:p {nsdecls('w')}>{content}</w:p>"):
        paragraph._p.append(node)
    whole = io.BytesIO()
    document.save(whole)
    return whole.getvalue()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('<w:fldSimple w:instr="INCLUDETEXT &quot;/etc/passwd&quot;"/>', "域“INCLUDETEXT"),
        ('<w:fldSimple w:instr="PAGE {{ 地区 }}"/>', "不能有占位符"),
        (complex_field("begin", " DDE", "AUTO cmd ", "separate", "end"), "域“DDEAUTO cmd”不能用"),
        (complex_field("begin", "QUOTE ", "{{ 地区 }}", "end"), "不能有占位符"),
        (complex_field("begin", "begin", "REF a", "separate", "end", " PAGE ", "separate", "end"), "别的域"),
        (complex_field("begin", "LINK Excel.Sheet x"), "域“LINK"),
        (complex_field("INCLUDEPICTURE x"), "域“INCLUDEPICTURE"),
        (complex_field("begin", 'HYPERLINK "http://example.com"', "separate", "end"), "域“HYPERLINK"),
    ],
)
def test_a_field_that_fetches_or_is_filled_is_refused_with_its_place(content, told):
    (problem,) = check_document(document_with(content))
    assert problem.startswith("第 2 段“域") and told in problem
    (problem,) = check_document(document_with(content, is_in_footer=True))
    assert problem.startswith("页脚第 1 段") and told in problem


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("<w:del><w:r><w:delText>{{ 区 }}</w:delText></w:r></w:del>", "修订中删去的“{{ 区 }}”"),
        ("<w:del><w:r><w:delText>{{ 地</w:delText></w:r></w:del>", "修订中删去的“{{ 地”"),
        (
            f'<w:r><w:drawing><wp:docPr {nsdecls("wp")} id="1" descr="{{{{ 错的 }}}}"/></w:drawing></w:r>',
            "图片的替代文字",
        ),
    ],
)
def test_what_is_not_text_is_no_place_for_a_placeholder(content, told):
    for is_in_footer, place in ((False, "第 2 段“域"), (True, "页脚第 1 段")):
        (problem,) = check_document(document_with(content, is_in_footer))
        assert problem.startswith(place) and told in problem


def test_a_placeholder_in_a_chart_is_refused_rather_than_sent():
    document = docx.Document()
    title = f"<c:chartSpace {nsdecls('c', 'a')}><a:p><a:r><a:t>{{{{ 地</a:t></a:r><a:r><a:t>区 }}}}</a:t></a:r></a:p></c:chartSpace>"
    part = Part(PackURI("/word/charts/c.xml"), CONTENT_TYPE.DML_CHART, title.encode(), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
    whole = io.BytesIO()
    document.save(whole)

    assert check_document(whole.getvalue()) == [
        "图表“{{ 地区 }}”：这里不能用占位符，请写到正文。(no placeholders here)"
    ]


@pytest.mark.parametrize(
    "texts",
    [
        ("{%p if 抄送 %}", "{%p else %}", "{%p elif 地区 %}", "{%p endif %}"),
        ("{%p if 抄送 %}", "{%p else %}", "{%p else %}", "{%p endif %}"),
    ],
)
def test_after_else_comes_endif(texts):
    (problem,) = check_document(document_of(*texts))
    assert problem.startswith(f"第 3 段“{texts[2]}”") and "写在“else”之后" in problem


def test_page_numbers_and_tables_of_contents_may_stay():
    entry = complex_field("begin", ' HYPERLINK \\l "_Toc1" ', "separate", "begin", "PAGEREF _Toc1 \\h", "end", "end")
    contents = complex_field("begin", r' TOC \o "1-3" \h \z \u ', "separate") + entry + complex_field("end")
    assert check_document(document_with(contents + '<w:fldSimple w:instr=" page  \\* MERGEFORMAT "/>')) == []


def test_what_is_opened_or_run_with_a_document_is_refused():
    for kind, told in (("aFChunk", "altChunk"), ("oleObject", "嵌入对象"), ("control", "控件"), ("vbaProject", "宏")):
        document = docx.Document()
        part = Part(PackURI("/word/x.bin"), "application/octet-stream", b"x", document.part.package)
        document.part.relate_to(part, f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}")
        whole = io.BytesIO()
        document.save(whole)
        (problem,) = check_document(whole.getvalue())
        assert told in problem


def test_a_placeholder_in_a_footnote_is_refused_rather_than_sent():
    document = docx.Document()
    notes = (
        b'<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:footnote><w:p><w:r>'
    )
    notes += "<w:t>见{{ 地区 }}</w:t></w:r></w:p></w:footnote></w:footnotes>".encode()
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = Part(PackURI("/word/footnotes.xml"), kind, notes, document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    whole = io.BytesIO()
    document.save(whole)

    assert check_document(whole.getvalue()) == [
        "脚注“见{{ 地区 }}”：这里不能用占位符，请写到正文。(no placeholders here)"
    ]


def test_a_document_is_filled_with_text_alone_and_marked_on_every_kind_of_page():
    document = docx.Document(io.BytesIO(document_of("{{ 地区 }}", rows=LOOP)))
    document.settings.odd_and_even_pages_header_footer = True
    document.sections[0].different_first_page_header_footer = True
    document.sections[0].header.paragraphs[0].text = "内部文件"
    whole = io.BytesIO()
    document.save(whole)
    told = tell_examples() | {"地区": "{{ 年份 }}<w:t>&", "企业名单": [{"企业名称": "{_{ 甲", "产能": "乙\x00"}]}

    filled = docx.Document(io.BytesIO(fill_document(whole.getvalue(), told, "草稿", MOMENT)))

    assert filled.paragraphs[0].text == "{{ 年份 }}<w:t>&"
    assert [cell.text for cell in filled.tables[0].rows[0].cells] == ["{_{ 甲", "乙〔?〕"]
    section = filled.sections[0]
    for header in (section.header, section.even_page_header, section.first_page_header):
        assert header.paragraphs[0].text == "草稿"
    assert section.header.paragraphs[1].text == "内部文件"


def test_a_header_that_sections_share_is_marked_once():
    document = docx.Document()
    document.settings.odd_and_even_pages_header_footer = True
    for header in (document.sections[0].header, document.sections[0].even_page_header):
        header.paragraphs[0].text = "内部文件"
    document.add_section()
    whole = io.BytesIO()
    document.save(whole)

    filled = docx.Document(io.BytesIO(fill_document(whole.getvalue(), tell_examples(), "草稿", MOMENT)))

    for section in filled.sections:
        for header in (section.header, section.even_page_header):
            assert [paragraph.text for paragraph in header.paragraphs] == ["草稿", "内部文件"]


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"B2": "{{ 地址 }}"}, " B2“{{ 地址 }}”：没有占位符“地址”，是不是“地区”"),
        ({"B2": "{{ 企业.名称 }}"}, " B2“{{ 企业.名称 }}”：“企业名单”没有字段“名称”，是不是“企业名称”"),
        ({"B2": "{{ 企业名单 }}"}, "要写“企业.字段”"),
        ({"B2": "{{ 地区 }"}, "花括号没有成对"),
        ({"B2": "｛｛ 地区 ｝｝"}, "全角花括号"),
        ({"B2": "{ { 地区 } }"}, "花括号中间有空格"),
        ({"B2": "{% for 企业 in 企业名单 %}"}, "不能用 {% %}"),
        ({"B2": "{{ 地区.__class__ }}"}, "没有“地区.__class__”"),
        ({"B2": "{{ 7*7 }}"}, "花括号没有成对或写法不对"),
        ({"B2": "=SUM(A1:A9)"}, " B2：不能有公式"),
        ({"A3": "{{ 企业.序号 }}", "B3": "{{ 地区项.地区 }}"}, " 第 3 行：一行只能重复一个列表"),
    ],
)
def test_what_is_wrong_in_a_workbook_is_named_with_sheet_and_cell(cells, told):
    (problem,) = check_workbook(workbook_of(cells))

    assert problem.startswith("工作表“公告”") and told in problem


def test_what_would_be_lost_or_not_moved_along_is_refused():
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A2"] = "序号", "{{ 企业.序号 }}"
    book.active.add_table(Table(displayName="T", ref="A1:A2"))
    whole = io.BytesIO()
    book.save(whole)

    assert check_workbook(whole.getvalue())[0].startswith("工作簿里有表格对象（请转换为普通区域）")


@pytest.mark.parametrize(
    ("data", "check"), [(document_of("甲"), check_document), (workbook_of({"A1": "甲"}), check_workbook)]
)
def test_a_file_with_macros_is_refused(data, check):
    whole = io.BytesIO(data)
    with zipfile.ZipFile(whole, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"")

    assert check(whole.getvalue()) == ["文件里有宏，请另存为不带宏的格式。It holds macros."]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("xl/connections.xml", "外部数据连接"),
        ("xl/ExternalLinks/externalLink1.xml", "外部链接"),
        ("xl/activeX/activeX1.bin", "控件"),
        ("xl/embeddings/oleObject1.bin", "嵌入对象"),
        ("xl/macrosheets/sheet1.xml", "宏表"),
    ],
)
def test_a_workbook_that_fetches_or_runs_something_is_refused(name, told):
    whole = io.BytesIO(workbook_of({"A1": "甲"}))
    with zipfile.ZipFile(whole, "a") as archive:
        archive.writestr(name, b"")

    (problem,) = check_workbook(whole.getvalue())
    assert problem.startswith(f"工作簿里有{told}")


def changed(data: bytes, change) -> bytes:
    """A workbook after ``change`` was made to its sheet."""
    book, whole = openpyxl.load_workbook(io.BytesIO(data)), io.BytesIO()
    change(book.active)
    book.save(whole)
    return whole.getvalue()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda sheet: setattr(sheet, "title", "{{ 地区 }}"), "工作表“{{ 地区 }}”的名称：工作表的名称里不能用占位符"),
        (lambda sheet: setattr(sheet["A1"], "comment", Comment("{{ 地区 }}", "甲")), " A1：批注“{{ 地区 }}”里"),
        (lambda sheet: setattr(sheet["A1"], "hyperlink", "http://a/{{ 地区 }}"), " A1：链接“http://a/{{ 地区 }}”里"),
        (lambda sheet: setattr(sheet.auto_filter, "ref", "A1:B2"), " A1:B2：筛选不会随重复的行移动"),
        (lambda sheet: sheet.add_data_validation(DataValidation("list", '"是,否"', sqref="B4")), " B4：数据验证不会"),
        (lambda sheet: sheet.conditional_formatting.add("B2:B9", FormulaRule(["B2>5"])), " B2:B9：条件格式不会"),
    ],
)
def test_what_is_not_filled_or_moved_along_in_a_workbook_is_named(change, told):
    listed = workbook_of({"A1": "序号", "A2": "{{ 企业.序号 }}", "B2": "{{ 企业.企业名称 }}", "B4": "尾"})
    assert check_workbook(changed(listed, lambda sheet: setattr(sheet.auto_filter, "ref", "A1:B1"))) == []

    (problem,) = check_workbook(changed(listed, change))
    assert told in problem


def test_a_link_and_a_break_below_a_repeated_row_move_with_their_cells():
    def change(sheet) -> None:
        sheet["A3"].hyperlink = "http://example.com"
        sheet.row_breaks.append(Break(3))

    data = changed(workbook_of({"A2": "{{ 企业.序号 }}", "A3": "网站"}), change)
    told = tell_examples() | {"企业名单": [{"序号": number} for number in range(1, 6)]}
    sheet = openpyxl.load_workbook(io.BytesIO(fill_workbook(data, told, "", MOMENT))).active

    assert sheet["A7"].value == "网站" and sheet["A7"].hyperlink.target == "http://example.com"
    assert [cell.hyperlink for cell in sheet["A"][:6]] == [None] * 6
    assert [one.id for one in sheet.row_breaks.brk] == [7]


def test_a_repeated_row_that_is_merged_with_another_is_refused():
    assert "重复的行不能与上下的行合并" in check_workbook(workbook_of({"A2": "{{ 企业.序号 }}"}, "A2:A3"))[0]


def test_the_row_of_a_list_is_repeated_and_what_stands_below_moves_down():
    told = tell_examples() | {
        "企业名单": [
            {"序号": 1, "企业名称": "=1+1", "产能数": Decimal("30.125")},
            {"序号": 2, "企业名称": "-乙\x01", "产能数": None},
            {"序号": 3, "企业名称": "丙", "产能数": Decimal(3)},
        ]
    }
    listed = {"A2": "{{ 企业.序号 }}", "B2": "{{ 企业.企业名称 }}", "C2": "{{ 企业.产能数 }}"}
    data = workbook_of({"A1": "{{ 地区 }}名单", **listed, "A3": "共{{ 退出条数 }}条", "A4": 7}, "A3:C3")
    sheet = openpyxl.load_workbook(io.BytesIO(fill_workbook(data, told, "草稿", MOMENT))).active

    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["安康市名单", None, None],
        [1, "=1+1", 30.125],
        [2, "-乙〔?〕", None],
        [3, "丙", 3],
        ["共4条", None, None],
        [7, None, None],
    ]
    assert sheet["B2"].data_type == "s"
    assert [sheet[place].quotePrefix for place in ("B2", "B3", "B4")] == [True, True, False]
    assert [merged.coord for merged in sheet.merged_cells.ranges] == ["A5:C5"]
    assert sheet.oddHeader.center.text == "草稿"


def test_a_list_without_lines_leaves_one_row_that_says_so():
    filled = fill_workbook(
        workbook_of({"A1": "{{ 企业.序号 }}", "A2": "尾"}), tell_examples() | {"企业名单": []}, "", MOMENT
    )

    assert [row[0].value for row in openpyxl.load_workbook(io.BytesIO(filled)).active.iter_rows()] == ["无", "尾"]


def test_a_row_is_as_high_as_what_was_filled_in_and_never_lower_than_it_was():
    """Laid out for a short name: LibreOffice prints a longer one over the lines above and below."""
    long = {"序号": 1, "地区": "聊城高新技术产业开发区", "企业名称": "聊城高新技术产业开发区第一水泥粉磨站有限责任公司"}
    lines = [
        long | {"设备": "Φ3.2米×13米水泥磨机及其配套的收尘、输送、包装设备" * 2},
        {"序号": 2, "企业名称": "乙厂", "产能数": Decimal("18.00000000")},
    ]
    told = tell_examples() | {"企业名单": lines, "退出产能": "；".join(["水泥30.125万吨"] * 20)}
    sheet = openpyxl.load_workbook(io.BytesIO(fill_workbook(make_announcement(), told, "", MOMENT))).active
    heights = [sheet.row_dimensions[row].height for row in range(1, 7)]

    assert [cell.value for cell in sheet["A"][3:6]][:2] == [1, 2] and sheet["A6"].value.startswith("合计4条")
    # of 12 points: three or more lines, one, three
    assert heights[:2] == [36, 36] and heights[3] > 3 * 15 > 20 > heights[4] > 15 and 90 > heights[5] > 40


def test_the_announcement_to_start_from_is_the_one_its_script_makes():
    def parts(data: bytes) -> dict[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    assert parts((FOLDER / ANNOUNCEMENT).read_bytes()) == parts(make_announcement())


@pytest.fixture
def own_store(rulebook, tmp_path) -> Store:
    """A store with the small cycle of Weihai."""
    (tmp_path / "store").mkdir()
    lay_marts(tmp_path / "store" / "warehouse.duckdb", rulebook.regimes["weihai-2022"], rulebook)
    return Store(tmp_path / "store")


def test_a_pack_is_filled_from_the_templates_in_the_store(own_store, rulebook, tmp_path):
    own_store.write_bytes(key_of("weihai-2022", REPORT), document_of("我市：{{ 总体情况 }}"))
    lay_templates(own_store, "weihai-2022")
    sealed = sign("ankang-2024")
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        pack = write_pack(own_store.location("warehouse.duckdb"), "weihai-2022", ROUND, folder, rulebook, sealed)

    assert {REPORT, ANNOUNCEMENT} <= {path.name for path in pack.files}
    assert "我市：2022年度，全市退出落后产能4条，涉及企业4家。" in read_document((folders[0] / REPORT).read_bytes())
    sheet = openpyxl.load_workbook(folders[0] / ANNOUNCEMENT).active
    assert [row[3].value for row in sheet.iter_rows(min_row=4, max_row=7)] == [
        "环翠区第一厂", "文登区第三厂", "文登区第二厂", "某某有限公司"
    ]  # fmt: skip
    used = json.loads((folders[0] / "manifest.json").read_text(encoding="utf-8"))["templates"]
    for name in (REPORT, ANNOUNCEMENT):
        assert used[name] == hashlib.sha256(own_store.read_bytes(key_of("weihai-2022", name))).hexdigest()
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes()


def test_a_wrong_template_stops_the_pack_before_anything_is_written(own_store, rulebook, tmp_path):
    own_store.write_bytes(key_of("weihai-2022", REPORT), document_of("{{ 甲 }}", "{{ 乙 }}"))
    own_store.write_bytes(key_of("weihai-2022", ANNOUNCEMENT), workbook_of({"A1": "{{ 丙 }}"}))

    with pytest.raises(OwnTemplateError) as refused:
        write_pack(own_store.location("warehouse.duckdb"), "weihai-2022", ROUND, tmp_path / "pack", rulebook)

    assert len(refused.value.problems) == 3
    assert "templates/weihai-2022/report.docx，第 2 段“{{ 乙 }}”" in str(refused.value)
    assert "templates/weihai-2022/announcement.xlsx，工作表“公告” A1" in str(refused.value)
    assert not (tmp_path / "pack").exists()


def test_ours_are_laid_where_the_own_belong_but_never_over_them(own_store):
    own_store.write_bytes(key_of("weihai-2022", REPORT), b"own")

    assert lay_templates(own_store, "weihai-2022") == [key_of("weihai-2022", ANNOUNCEMENT)]
    assert own_store.read_bytes(key_of("weihai-2022", REPORT)) == b"own"


def test_the_page_of_docs_lists_every_placeholder_with_its_meaning_and_example():
    page = (FOLDER.parents[1] / "docs" / "own-template.md").read_text(encoding="utf-8")
    listed = [(one.name, one) for one in SINGLE]
    listed += [(f"{one.item}.{field.name}", field) for one in LISTS for field in one.fields]

    for name, told in listed:
        example = "是" if told.example is True else str(told.example).replace("\n", "")
        assert f"| `{{{{ {name} }}}}` | {told.meaning} | {example} |" in page
    assert page.count("| `{{ ") == len(listed) + 1
