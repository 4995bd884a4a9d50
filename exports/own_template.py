"""Templates of one's own: the report and the announcement a province lays out itself, checked and filled.

They lie in the store as ``templates/<regime>/report.docx`` and ``templates/<regime>/announcement.xlsx``; where there is
none, ours is filled (``exports.templates``). A template is checked before anything of a pack is written, and everything
that is wrong with it is told at once, each with its place. What a template may say is a short list: the names of
``exports.placeholders``, ``for`` over a list, ``if``. Nothing else is evaluated, and what is filled in is text: an
enterprise called ``<w:p>``, ``{{ x }}`` or ``=1+1`` stays what it is called.
"""

from __future__ import annotations

import difflib
import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import docx
import openpyxl
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.shared import RGBColor
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, nodes
from jinja2.exceptions import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml.etree import LxmlError
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from exports.amounts import write_exactly
from exports.longlist import UNWRITABLE
from exports.packages import settle_package
from exports.placeholders import LIST_BY_ITEM, LIST_BY_NAME, SINGLE_BY_NAME, ListPlaceholder, tell_examples
from exports.templates import ANNOUNCEMENT, FOLDER, REPORT
from store import Store

LARGEST = 50 * 1024 * 1024
"""Bytes a template may unpack to; ours is a hundredth of a hundredth of it."""
UNWRITABLE_MARK = "〔?〕"
"""Stands where a name holds a character that no document can hold."""
SHOWN = 40
NO_EXIT = "无"
_UNWRITABLE = re.compile(f"{UNWRITABLE.pattern}|[\ud800-\udfff]")
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_BRACES = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_WIDE_BRACES = re.compile(r"｛｛|｝｝|｛%|%｝|\{｛|｛\{")
_STATEMENT = re.compile(r"\{%(?:(p|tr|tc|r)\s)?\s*(\S*)\s*(.*?)\s*%\}", re.DOTALL)
_FOR = re.compile(r"(\w+)\s+in\s+(\w+)")
_FIELD = re.compile(r"\{\{\s*(\w+)(?:\.(\w+))?\s*\}\}")
_QUOTES = str.maketrans("“”‘’", "\"\"''")
_NOT_KEPT = {
    "xl/vbaProject": "宏",
    "xl/media/": "图片",
    "xl/charts/": "图表",
    "xl/drawings/drawing": "图形",
    "xl/pivotTables/": "数据透视表",
    "xl/externalLinks/": "外部链接",
}
"""Parts of a workbook that are lost, or not carried along, when it is filled."""


class OwnTemplateError(Exception):
    """A template cannot be used; ``problems`` says of each thing that is wrong where and what."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        count = len(problems)
        super().__init__(
            f"自备模板有 {count} 处要改，成果没有写出：\n"
            f"{count} problem(s) in your template; no pack was written:\n" + "\n".join(f"- {line}" for line in problems)
        )


@dataclass(frozen=True)
class Templates:
    """The templates a pack is filled from: the report's, and that of the announcement where the province has its own."""

    report: bytes
    announcement: bytes | None

    @property
    def digests(self) -> dict[str, str]:
        """By the name of each document the SHA-256 of its template, in hex digits: what a manifest says it was made from."""
        used = {REPORT: self.report, ANNOUNCEMENT: self.announcement}
        return {name: hashlib.sha256(data).hexdigest() for name, data in used.items() if data is not None}


def key_of(regime: str, name: str) -> str:
    """Where a store holds the province's own template ``name`` (``exports.templates``) for a regime."""
    return f"templates/{regime}/{name}"


def find_templates(store: Store, regime: str) -> Templates:
    """The templates for a regime, checked; ``OwnTemplateError`` tells everything that is wrong with those in the store."""
    own = {
        name: store.read_bytes(key_of(regime, name)) if store.exists(key_of(regime, name)) else None
        for name in (REPORT, ANNOUNCEMENT)
    }
    problems = check_templates(store, regime)
    if problems:
        raise OwnTemplateError(problems)
    return Templates(own[REPORT] or (FOLDER / REPORT).read_bytes(), own[ANNOUNCEMENT])


def check_templates(store: Store, regime: str) -> list[str]:
    """What is wrong with the templates in the store for a regime, each with its file and place; empty: nothing."""
    return [
        f"{key_of(regime, name)}，{problem}"
        for name, check in ((REPORT, check_document), (ANNOUNCEMENT, check_workbook))
        if store.exists(key_of(regime, name))
        for problem in check(store.read_bytes(key_of(regime, name)))
    ]


def lay_templates(store: Store, regime: str) -> list[str]:
    """Ours are copied to where the province's own belong, but never over one that is there; returns the new keys."""
    laid = []
    for name in (REPORT, ANNOUNCEMENT):
        if not store.exists(key_of(regime, name)):
            store.write_bytes(key_of(regime, name), (FOLDER / name).read_bytes())
            laid.append(key_of(regime, name))
    return laid


def clean(text: str) -> str:
    """``text`` as a document can hold it: a character that XML forbids is marked, a tab or return is a blank."""
    return _UNWRITABLE.sub(UNWRITABLE_MARK, text.replace("\r\n", "\n").replace("\t", " ").replace("\r", " "))


# --- documents


def check_document(data: bytes) -> list[str]:
    """What is wrong with a .docx template, each with its paragraph or cell; empty when it can be filled."""
    refused = _refuse_package(data, "word/document.xml", "Word 文档（.docx）")
    if refused:
        return refused
    try:
        document = docx.Document(io.BytesIO(data))
    except Exception:
        return ["文件打不开，请用 Word 或 WPS 另存为 .docx。The file cannot be opened as a .docx."]
    problems = [*_fetched(document), *_check_notes(document)]
    for element, where in _parts_of(document):
        problems += _Paragraphs(element, where).check()
    if not problems:
        try:
            fill_document(data, tell_examples(), "", datetime(2000, 1, 1))
        except (TemplateError, LxmlError, ValueError, KeyError, TypeError, AttributeError) as error:
            problems.append(
                f"整篇：套用时出错（{type(error).__name__}）。请从系统自带的模板重新开始。It cannot be filled."
            )
    return problems


def fill_document(template: bytes, told: Mapping[str, Any], mark: str, moment: datetime) -> bytes:
    """The document ``template`` makes of what is ``told``; ``mark``, where there is one, stands on top of every page.

    The same values give the same bytes; ``moment`` (UTC) is the time the document tells of itself.
    """
    filling = _Filling(io.BytesIO(template))
    document = filling.get_docx()
    # before it is filled: then headers are parts of another kind, and what is changed here is lost
    if mark:
        _mark_pages(document, mark)
    filling.fill(told)
    properties = document.core_properties
    properties.title = clean(str(told["标题"])).replace("\n", "")
    properties.author = properties.last_modified_by = clean(str(told["署名单位"]))[:255]
    properties.created = properties.modified = moment
    properties.revision = 1
    whole = io.BytesIO()
    document.save(whole)
    return settle_package(whole.getvalue(), moment)


class Sandbox(ImmutableSandboxedEnvironment):
    """What evaluates a template: names and fields it is given, and nothing of Python."""

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined, finalize=_show)
        self.globals.clear()
        self.filters.clear()
        self.tests.clear()


def _show(value: Any) -> Any:
    """A value as it stands in a document."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return write_exactly(value)
    return clean(value) if isinstance(value, str) and value.__class__ is str else value


class _Filling(DocxTemplate):
    """A template filled in one pass: what is filled in is never read as a placeholder, nor are properties."""

    def fill(self, told: Mapping[str, Any]) -> None:
        self.render(dict(told), Sandbox(), autoescape=True)

    def render_xml_part(self, src_xml: str, part: Any, context: dict[str, Any], jinja_env: Any = None) -> str:
        return self.resolve_listing(jinja_env.from_string(src_xml).render(context))

    def render_footnotes(self, context: dict[str, Any], jinja_env: Any = None) -> None:
        """Notes stay as they are (``check_document`` refuses placeholders there)."""

    def render_properties(self, context: dict[str, Any], jinja_env: Any = None) -> None:
        """Properties are told by ``fill_document``."""


def _mark_pages(document: Any, mark: str) -> None:
    """``mark`` in red on top of every page: in each header a section shows, of odd, even and first pages."""
    is_two_sided = document.settings.odd_and_even_pages_header_footer
    for section in document.sections:
        headers = [section.header]
        headers += [section.even_page_header] if is_two_sided else []
        headers += [section.first_page_header] if section.different_first_page_header_footer else []
        for header in headers:
            first = header.paragraphs[0]
            paragraph = (
                first if not first.text.strip() and len(header.paragraphs) == 1 else first.insert_paragraph_before()
            )
            paragraph.alignment = 1
            run = paragraph.add_run(mark)
            run.font.color.rgb = RGBColor(0xFF, 0, 0)
            run.font.size = docx.shared.Pt(14)
            run.font.name = "Times New Roman"
            run._element.rPr.rFonts.set(qn("w:eastAsia"), "黑体")


def _parts_of(document: Any) -> Iterator[tuple[Any, str]]:
    """The body and every header and footer, each with what people call it."""
    yield document.element.body, ""
    for kind, name in ((RELATIONSHIP_TYPE.HEADER, "页眉"), (RELATIONSHIP_TYPE.FOOTER, "页脚")):
        for relation in document.part.rels.values():
            if relation.reltype == kind and not relation.is_external:
                yield relation.target_part.element, name


def _check_notes(document: Any) -> list[str]:
    """Footnotes, endnotes and comments are not filled: a placeholder there would be sent as it is."""
    kinds = {
        RELATIONSHIP_TYPE.FOOTNOTES: "脚注",
        RELATIONSHIP_TYPE.ENDNOTES: "尾注",
        RELATIONSHIP_TYPE.COMMENTS: "批注",
    }
    return [
        f"{kinds[relation.reltype]}“{_short(text)}”：这里不能用占位符，请写到正文。(no placeholders here)"
        for relation in document.part.rels.values()
        if relation.reltype in kinds and not relation.is_external
        for paragraph in docx.oxml.parse_xml(relation.target_part.blob).iter(qn("w:p"))
        if _BRACES.search(text := _text_of(paragraph))
    ]


def _fetched(document: Any) -> list[str]:
    """What a document fetches from elsewhere when it is opened; a link a reader may follow is no such thing."""
    return sorted(
        {
            f"链接到外部文件“{_short(relation.target_ref)}”，请去掉链接或把内容嵌入。It fetches another file."
            for part in document.part.package.iter_parts()
            for relation in part.rels.values()
            if relation.is_external and relation.reltype != RELATIONSHIP_TYPE.HYPERLINK
        }
    )


@dataclass
class _Opened:
    """A ``for`` or ``if`` that has not ended yet."""

    word: str
    level: str
    where: str
    paragraph: Any
    item: str | None = None
    listed: ListPlaceholder | None = None


class _Paragraphs:
    """The paragraphs of one part of a document, in their order, with their places; ``check`` reads their tags."""

    def __init__(self, element: Any, part: str) -> None:
        self._element = element
        self._part = part
        self._open: list[_Opened] = []
        self._problems: list[str] = []

    def check(self) -> list[str]:
        """Everything that is wrong in this part."""
        for paragraph, where in self._places():
            self._check_paragraph(paragraph, where)
        for opened in self._open:
            self._tell(opened.where, f"“{opened.word}”没有对应的“end{opened.word}”", "it is never ended")
        return self._problems

    def _places(self) -> Iterator[tuple[Any, str]]:
        number = 0
        tables = {table: at for at, table in enumerate(self._element.iter(qn("w:tbl")), start=1)}
        for paragraph in self._element.iter(qn("w:p")):
            cell = next(paragraph.iterancestors(qn("w:tc")), None)
            if cell is None:
                number += 1
                place = f"第 {number} 段"
            else:
                row = next(cell.iterancestors(qn("w:tr")))
                table = next(row.iterancestors(qn("w:tbl")))
                rows, cells = list(table.iter(qn("w:tr"))), list(row.iter(qn("w:tc")))
                place = f"第 {tables[table]} 个表格第 {rows.index(row) + 1} 行第 {cells.index(cell) + 1} 格"
            text = _text_of(paragraph)
            yield paragraph, f"{self._part}{place}“{_short(text)}”"

    def _check_paragraph(self, paragraph: Any, where: str) -> None:
        text = _text_of(paragraph)
        if _WIDE_BRACES.search(text):
            self._tell(where, "用了全角花括号“｛｛ ｝｝”，请改为半角“{{ }}”", "full-width braces")
        if _BRACES.search(_TAG.sub("", text)):
            self._tell(where, "花括号没有成对，一个占位符要在同一段里写完，如“{{ 地区 }}”", "braces do not match")
        tags = _TAG.findall(text)
        alone = text.strip()
        for tag in tags:
            if tag.startswith("{{"):
                self._check_expression(tag[2:-2], where)
            elif tag.startswith("{%"):
                self._check_statement(tag.translate(_QUOTES), paragraph, where, alone == tag)

    def _check_statement(self, tag: str, paragraph: Any, where: str, is_alone: bool) -> None:
        level, word, rest = _STATEMENT.fullmatch(tag).groups()
        level = level or ""
        row = next(paragraph.iterancestors(qn("w:tr")), None)
        if level in ("tc", "r") or word not in ("for", "endfor", "if", "elif", "else", "endif"):
            told = "只能用 for、endfor、if、elif、else、endif，前面可加 p（整段）或 tr（表格的整行）"
            self._tell(where, f"不认识标记“{tag}”：{told}", "unknown tag")
            return
        if level == "tr" and row is None:
            self._tell(where, f"“{tag}”不在表格里，tr 只能用在表格的行中", "tr outside a table")
            return
        if level == "tr" and "".join(map(_text_of, row.iter(qn("w:p")))).strip() != tag:
            self._tell(where, f"“{tag}”要独占一行表格，这一行会被去掉", "a tr tag needs a row of its own")
        if level == "p" and not is_alone:
            self._tell(where, f"“{tag}”要独占一段，这一段会被去掉", "a p tag needs a paragraph of its own")
        if word in ("for", "if"):
            opened = _Opened(word, level, where, paragraph)
            if word == "for":
                self._open_loop(opened, tag, rest, where)
            else:
                self._check_expression(rest, where)
            self._open.append(opened)
            return
        kind = {"endfor": "for", "endif": "if", "elif": "if", "else": "if"}[word]
        if not self._open or self._open[-1].word != kind:
            self._tell(where, f"“{tag}”前面没有对应的“{kind}”", f"no {kind} before it")
            return
        opened = self._open[-1]
        if opened.level != level or _container(opened) is not _container(_Opened(word, level, where, paragraph)):
            told = {"": "同一段", "p": "同一处（正文，或同一个单元格）的各段", "tr": "同一个表格的各行"}[opened.level]
            self._tell(where, f"“{tag}”与“{opened.word}”要写法一致，并在{told}里", "it does not match its beginning")
        if word == "elif":
            self._check_expression(rest, where)
        if word.startswith("end"):
            self._open.pop()

    def _open_loop(self, opened: _Opened, tag: str, rest: str, where: str) -> None:
        matched = _FOR.fullmatch(rest)
        if not matched:
            self._tell(where, f"“{tag}”写法不对，应如“for 企业 in 企业名单”", "a loop reads: for 企业 in 企业名单")
            return
        opened.item, name = matched.groups()
        opened.listed = LIST_BY_NAME.get(name)
        if opened.listed is None:
            self._tell(where, f"没有列表“{name}”{_nearest(name, LIST_BY_NAME)}", "no such list")

    def _check_expression(self, expression: str, where: str) -> None:
        try:
            (output,) = Sandbox().parse("{{" + expression.translate(_QUOTES) + "}}").body
            (node,) = output.nodes
        except (TemplateError, ValueError):
            self._tell(where, f"“{expression.strip()}”写法不对，应如“{{{{ 地区 }}}}”", "it cannot be read")
            return
        self._check_node(node, expression.strip(), where)

    def _check_node(self, node: nodes.Node, expression: str, where: str) -> None:
        loops = {opened.item: opened.listed for opened in self._open if opened.item}
        if isinstance(node, nodes.Name):
            if node.name in loops:
                self._tell(where, f"“{node.name}”是列表中的一行，要写“{node.name}.字段”", "name a field of it")
            elif node.name not in SINGLE_BY_NAME and node.name not in LIST_BY_NAME:
                known = [*SINGLE_BY_NAME, *LIST_BY_NAME]
                self._tell(where, f"没有占位符“{node.name}”{_nearest(node.name, known)}", "unknown placeholder")
            elif node.name in LIST_BY_NAME and expression == node.name:
                self._tell(where, f"“{node.name}”是列表，要用 for 逐行写出", "a list needs a for")
        elif isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
            self._check_field(node.node.name, node.attr, loops, where)
        elif isinstance(node, nodes.Compare | nodes.And | nodes.Or | nodes.Not | nodes.Operand):
            for child in node.iter_child_nodes():
                self._check_node(child, expression, where)
        elif not isinstance(node, nodes.Const):
            self._tell(
                where, f"“{expression}”超出了可用的写法：只能写占位符、字段、比较和 and、or、not", "not allowed here"
            )

    def _check_field(self, item: str, field: str, loops: Mapping[str, ListPlaceholder | None], where: str) -> None:
        if item == "loop" and loops and field in ("index", "first", "last"):
            return
        if item not in loops:
            told = f"，它要放在“for {item} in {LIST_BY_ITEM[item].name}”里" if item in LIST_BY_ITEM else ""
            self._tell(where, f"没有“{item}.{field}”{told}", "no such loop here")
        elif loops[item] is not None:
            fields = [placeholder.name for placeholder in loops[item].fields]
            if field not in fields:
                self._tell(where, f"“{loops[item].name}”没有字段“{field}”{_nearest(field, fields)}", "unknown field")

    def _tell(self, where: str, problem: str, problem_en: str) -> None:
        self._problems.append(f"{where}：{problem}。({problem_en})")


def _container(opened: _Opened) -> Any:
    """What a tag and its end must both lie in, so that what is left out or repeated is whole."""
    if opened.level == "tr":
        return next(opened.paragraph.iterancestors(qn("w:tbl")), None)
    return opened.paragraph.getparent() if opened.level == "p" else opened.paragraph


def _text_of(paragraph: Any) -> str:
    """The text of a paragraph itself, without that of text boxes in it."""
    return "".join(
        node.text or "" for node in paragraph.iter(qn("w:t")) if next(node.iterancestors(qn("w:p"))) is paragraph
    )


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _nearest(name: str, known: Any) -> str:
    near = difflib.get_close_matches(name, list(known), 1, 0.4)
    return f"，是不是“{near[0]}”" if near else "，全部占位符见 docs/own-template.md"


def _refuse_package(data: bytes, main: str, kind: str) -> list[str]:
    """Why ``data`` is no package that may be opened; empty when it is one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            size = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        return [f"不是 {kind}，或者有密码；请去掉密码后另存。Not a file of this kind, or it has a password."]
    if main not in names:
        return [f"不是 {kind}；请另存为这种格式。Not a file of this kind."]
    if size > LARGEST:
        return ["文件太大。The file is far too large."]
    if any(name.endswith("vbaProject.bin") for name in names):
        return ["文件里有宏，请另存为不带宏的格式。It holds macros."]
    return []


# --- workbooks


def check_workbook(data: bytes) -> list[str]:
    """What is wrong with an .xlsx template, each with its sheet and cell; empty when it can be filled."""
    refused = _refuse_package(data, "xl/workbook.xml", "Excel 工作簿（.xlsx）")
    if refused:
        return refused
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
    problems = [
        f"工作簿里有{kind}，套用后不会保留，请删去。It holds what is lost when it is filled."
        for prefix, kind in _NOT_KEPT.items()
        if any(name.startswith(prefix) for name in names)
    ]
    try:
        book = openpyxl.load_workbook(io.BytesIO(data))
    except Exception:
        return [*problems, "文件打不开，请用 Excel 或 WPS 另存为 .xlsx。The file cannot be opened as an .xlsx."]
    for sheet in book.worksheets:
        problems += _check_sheet(sheet)
    return problems


def _check_sheet(sheet: Worksheet) -> list[str]:
    problems: list[str] = []

    def tell(place: str, problem: str, problem_en: str) -> None:
        problems.append(f"工作表“{sheet.title}”{place}：{problem}。({problem_en})")

    for name in ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"):
        for side in ("left", "center", "right"):
            if _BRACES.search(getattr(getattr(sheet, name), side).text or ""):
                tell("的页眉页脚", "页眉页脚里不能用占位符", "no placeholders in headers and footers")
    for row in sheet.iter_rows():
        items: dict[str, str] = {}
        for cell in row:
            if cell.data_type == "f":
                tell(f" {cell.coordinate}", "不能有公式，行数变化后公式会算错；请用占位符", "no formulas")
                continue
            if not isinstance(cell.value, str):
                continue
            where = f" {cell.coordinate}“{_short(cell.value)}”"
            if _WIDE_BRACES.search(cell.value):
                tell(where, "用了全角花括号“｛｛ ｝｝”，请改为半角“{{ }}”", "full-width braces")
            rest = _FIELD.sub("", cell.value)
            if "{%" in rest or "{#" in rest:
                tell(
                    where,
                    "工作簿里只能用“{{ 占位符 }}”，不能用 {% %}；写了“企业.字段”的行自动重复",
                    "no tags in a workbook",
                )
            elif _BRACES.search(rest):
                tell(where, "花括号没有成对或写法不对，应如“{{ 地区 }}”或“{{ 企业.企业名称 }}”", "braces do not match")
            for name, field in _FIELD.findall(cell.value):
                if problem := _problem_of(name, field):
                    tell(where, *problem)
                elif field:
                    items.setdefault(name, cell.coordinate)
        if len(items) > 1:
            tell(f" 第 {row[0].row} 行", f"一行只能重复一个列表，这里有“{'”“'.join(items)}”", "one list in a row")
        for merged in sheet.merged_cells.ranges if items else ():
            if merged.min_row <= row[0].row <= merged.max_row and merged.min_row != merged.max_row:
                tell(
                    f" {merged.coord}",
                    "重复的行不能与上下的行合并单元格",
                    "a repeated row cannot be merged with others",
                )
    return problems


def _problem_of(name: str, field: str) -> tuple[str, str] | None:
    """What is wrong with a placeholder of a workbook; None when nothing is."""
    if not field:
        if name in SINGLE_BY_NAME:
            return None
        if name in LIST_BY_NAME:
            return f"“{name}”是列表，要写“{LIST_BY_NAME[name].item}.字段”", "name a field of its lines"
        return f"没有占位符“{name}”{_nearest(name, SINGLE_BY_NAME)}", "unknown placeholder"
    if name not in LIST_BY_ITEM:
        return f"没有“{name}.{field}”{_nearest(name, LIST_BY_ITEM)}", "unknown list"
    fields = [placeholder.name for placeholder in LIST_BY_ITEM[name].fields]
    if field not in fields:
        return f"“{LIST_BY_ITEM[name].name}”没有字段“{field}”{_nearest(field, fields)}", "unknown field"
    return None


def fill_workbook(template: bytes, told: Mapping[str, Any], mark: str, moment: datetime) -> bytes:
    """The workbook ``template`` makes of what is ``told``; ``mark``, where there is one, is printed on every page.

    A row that names fields of a list is repeated for each of its lines. The same values give the same bytes.
    """
    book = openpyxl.load_workbook(io.BytesIO(template))
    for sheet in book.worksheets:
        repeated = {
            row[0].row: name
            for row in sheet.iter_rows()
            for cell in row
            if isinstance(cell.value, str)
            for name, field in _FIELD.findall(cell.value)
            if field
        }
        for row in sheet.iter_rows():
            if row[0].row not in repeated:
                for cell in row:
                    _fill_cell(cell, cell.value, lambda name, _: told[name])
        # from the last to the first, so that the numbers of those before hold
        for number, name in sorted(repeated.items(), reverse=True):
            _repeat_row(sheet, number, list(told[LIST_BY_ITEM[name].name]), told)
        if mark:
            for header in (sheet.oddHeader, sheet.evenHeader, sheet.firstHeader):
                header.center.text, header.center.color, header.center.size = mark, "FF0000", 14
    book.properties.title = clean(str(told["标题"])).replace("\n", "")
    book.properties.creator = book.properties.lastModifiedBy = clean(str(told["署名单位"]))[:255]
    whole = io.BytesIO()
    book.save(whole)
    return settle_package(whole.getvalue(), moment)


def _repeat_row(sheet: Worksheet, number: int, lines: list[Mapping[str, Any]], told: Mapping[str, Any]) -> None:
    """Row ``number`` once for each of ``lines``; what lies below moves down as it is, heights, merges and print area too."""
    more = max(len(lines) - 1, 0)
    cells = [(cell.column, cell.value, copy(cell._style)) for cell in sheet[number] if not isinstance(cell, MergedCell)]
    height = sheet.row_dimensions[number].height
    beside = [merged for merged in sheet.merged_cells.ranges if merged.min_row == number]
    if more:
        below = [merged for merged in sheet.merged_cells.ranges if merged.min_row > number]
        for merged in below:
            sheet.merged_cells.remove(merged)
        heights = {row: one.height for row, one in sheet.row_dimensions.items() if row > number}
        sheet.insert_rows(number + 1, more)
        for row in heights:
            sheet.row_dimensions[row].height = None
        for row, of_row in heights.items():
            sheet.row_dimensions[row + more].height = of_row
        for merged in below:
            merged.shift(row_shift=more)
            sheet.merged_cells.add(merged)
        _stretch_print_area(sheet, number, more)
    for at, line in enumerate(lines or [{}], start=number):
        if height is not None:
            sheet.row_dimensions[at].height = height
        for column, value, style in cells:
            cell = sheet.cell(at, column)
            cell._style = copy(style)
            _fill_cell(cell, value, lambda name, field, line=line: line.get(field) if field else told[name])
        for merged in beside if at > number else ():
            sheet.merge_cells(start_row=at, end_row=at, start_column=merged.min_col, end_column=merged.max_col)
    if not lines:
        sheet.cell(number, cells[0][0]).value = NO_EXIT


def _stretch_print_area(sheet: Worksheet, number: int, more: int) -> None:
    """The print area, where the template sets one that holds row ``number``, still holds what it held."""
    if sheet.print_area:
        areas = []
        for area in re.findall(r"\$?([A-Z]+)\$?(\d+):\$?([A-Z]+)\$?(\d+)", sheet.print_area):
            first_column, first, last_column, last = area[0], int(area[1]), area[2], int(area[3])
            areas.append(
                f"{first_column}{first + more if first > number else first}:"
                f"{last_column}{last + more if last >= number else last}"
            )
        sheet.print_area = ",".join(areas)


def _fill_cell(cell: Cell | MergedCell, value: Any, look_up: Callable[[str, str], Any]) -> None:
    """Put what its placeholders stand for into a cell: a number alone stays a number, a text is never a formula."""
    if not isinstance(value, str) or not _FIELD.search(value):
        if value is not None and not isinstance(cell, MergedCell):
            cell.value = value
        return
    whole = _FIELD.fullmatch(value.strip())
    found = look_up(*whole.groups(default="")) if whole else None
    if isinstance(found, int | Decimal) and not isinstance(found, bool):
        cell.value = found
        return
    text = _FIELD.sub(lambda told: str(_show(look_up(*told.groups(default="")))), value)
    cell.value = text or None
    if text:
        cell.data_type = "s"
