"""A .docx template: checked place by place, and filled by docxtpl in a sandbox.

What it may say is a short list: the names of ``exports.own.placeholders``, ``for`` over a list, ``if``. Everything else is refused
by its syntax; behind that stands jinja's sandbox, which knows names and fields and nothing of Python.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docxtpl import DocxTemplate
from jinja2 import nodes
from jinja2.exceptions import TemplateError
from lxml.etree import LxmlError

from exports.own.conditions import Held, Sandbox, read_expression, refuse_condition
from exports.own.placeholders import (
    LIST_BY_ITEM,
    LIST_BY_NAME,
    SINGLE_BY_NAME,
    ListPlaceholder,
    tell_empty,
    tell_examples,
)
from exports.own.text import BRACES, SPLIT_BRACES, WIDE_BRACES, clean, refuse_package, shorten, suggest
from exports.sheets.packages import settle_package

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_STATEMENT = re.compile(r"\{%(?:(p|tr|tc|r)\s)?\s*(\S*)\s*(.*?)\s*%\}", re.DOTALL)
_FOR = re.compile(r"(\w+)\s+in\s+(\w+)")
_FIELDS = frozenset(("PAGE", "NUMPAGES", "SECTIONPAGES", "SECTION", "TOC", "PAGEREF", "REF", "STYLEREF", "SEQ"))
"""Fields a template may have: they tell of the document itself. Others fetch files, run programs or ask the reader."""
_LINK_WITHIN = re.compile(r'HYPERLINK\s+\\l\s+("[^"]*"|\S+)(\s+\\h)?', re.IGNORECASE)
"""What a table of contents is made of: a link to a place of the same document."""
_EMBEDDED = {
    "oleObject": "嵌入对象",
    "package": "嵌入对象",
    "control": "控件",
    "aFChunk": "插入的文件（altChunk）",
    "vbaProject": "宏",
}
"""By the end of its kind, what a document may hold that is opened or run with it."""
_DRAWN = {"drawingml.chart": "图表", "chartex": "图表", "drawingml.diagram": "SmartArt 图形"}
"""By its kind, what is drawn from a part of its own, beside the text."""
_ATTRIBUTES = {
    "docPr": "图片的替代文字",
    "cNvPr": "图片的替代文字",
    "shape": "图形的替代文字",
    "imagedata": "图片的名称",
    "hyperlink": "链接的提示",
    "tag": "内容控件的标记",
    "alias": "内容控件的标题",
    "bookmarkStart": "书签的名称",
}
"""By the element, what people call the places beside the text that somebody may write a placeholder into."""
UNFILLABLE = (TemplateError, LxmlError, ValueError, KeyError, TypeError, AttributeError)
"""What filling a template may end in, where its check missed something."""
_QUOTES = str.maketrans("“”‘’", "\"\"''")
"""docxtpl reads the quotes of Chinese text as plain ones."""


def check_document(data: bytes) -> list[str]:
    """What is wrong with a .docx template, each with its paragraph or cell; empty when it can be filled."""
    refused = refuse_package(data, "word/document.xml", "Word 文档（.docx）")
    if refused:
        return refused
    try:
        document = docx.Document(io.BytesIO(data))
    except Exception:
        return ["文件打不开，请用 Word 或 WPS 另存为 .docx。The file cannot be opened as a .docx."]
    problems = [*_fetched(document), *_embedded(document), *_check_notes(document), *_check_drawings(document)]
    for element, where in _parts_of(document):
        problems += _Paragraphs(element, where).check()
    if not problems:
        try:
            for told in (tell_examples(), tell_empty()):
                fill_document(data, told, "", datetime(2000, 1, 1))
        except UNFILLABLE as error:
            problems.append(tell_unfillable(error))
    return problems


def tell_unfillable(error: Exception) -> str:
    """What is said of a template that could not be filled, though nothing of what was looked for is wrong with it."""
    return f"整篇：套用时出错（{type(error).__name__}）。请从系统自带的模板重新开始。It cannot be filled."


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
    """``mark`` in red on top of every page: once in each header that sections show, of odd, even and first pages."""
    is_two_sided = document.settings.odd_and_even_pages_header_footer
    marked = set()
    for section in document.sections:
        headers = [section.header]
        headers += [section.even_page_header] if is_two_sided else []
        headers += [section.first_page_header] if section.different_first_page_header_footer else []
        for header in headers:
            # a section without a header of its own shows that of the section before
            if header.part.partname in marked:
                continue
            marked.add(header.part.partname)
            first = header.paragraphs[0]
            paragraph = (
                first if not first.text.strip() and len(header.paragraphs) == 1 else first.insert_paragraph_before()
            )
            paragraph.alignment = 1
            run = paragraph.add_run(mark)
            run.font.color.rgb = RGBColor(0xFF, 0, 0)
            run.font.size = Pt(14)
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
    problems = []
    for relation in document.part.rels.values():
        if relation.reltype in kinds and not relation.is_external:
            notes, kind = docx.oxml.parse_xml(relation.target_part.blob), kinds[relation.reltype]
            problems += [
                f"{kind}“{shorten(text)}”：这里不能用占位符，请写到正文。(no placeholders here)"
                for paragraph in notes.iter(qn("w:p"))
                if BRACES.search(text := _text_of(paragraph))
            ]
            problems += [f"{kind}：{problem}" for _, code in _fields_in(notes) if (problem := _refuse_field(code))]
    return problems


def _check_drawings(document: Any) -> list[str]:
    """The texts of charts and diagrams are not filled: a placeholder there would be sent as it is."""
    found = {
        (name, shorten(text))
        for part in document.part.package.iter_parts()
        for kind, name in _DRAWN.items()
        if kind in part.content_type and part.content_type.endswith("xml")
        for node in docx.oxml.parse_xml(part.blob).iter(qn("a:p"), qn("c:v"))
        if BRACES.search(text := "".join(node.itertext())) or WIDE_BRACES.search(text)
    }
    return [f"{name}“{text}”：这里不能用占位符，请写到正文。(no placeholders here)" for name, text in sorted(found)]


def _fetched(document: Any) -> list[str]:
    """What a document fetches from elsewhere when it is opened; a link a reader may follow is no such thing."""
    return sorted(
        {
            f"链接到外部文件“{shorten(relation.target_ref)}”，请去掉链接或把内容嵌入。It fetches another file."
            for part in document.part.package.iter_parts()
            for relation in part.rels.values()
            if relation.is_external and relation.reltype != RELATIONSHIP_TYPE.HYPERLINK
        }
    )


def _embedded(document: Any) -> list[str]:
    """What is opened or run with a document: embedded objects and files, controls, macros, data for a mail merge."""
    found = {
        _EMBEDDED[kind]
        for part in document.part.package.iter_parts()
        # a chart keeps its figures as a workbook
        if "drawingml.chart" not in part.content_type
        for relation in part.rels.values()
        if (kind := relation.reltype.rpartition("/")[2]) in _EMBEDDED
    }
    if document.settings.element.find(qn("w:mailMerge")) is not None:
        found.add("邮件合并的数据源")
    return [f"文件里有{kind}，请删去。It holds what is opened or run with it." for kind in sorted(found)]


def _fields_in(element: Any) -> Iterator[tuple[Any, str]]:
    """Every field of a part, simple or complex: a node of it, and its code.

    A field within the code of another, whose result would become code, stands there as a brace.
    """
    names = {qn(f"w:{name}"): name for name in ("fldSimple", "fldChar", "instrText", "delInstrText", "t")}
    # of each field that has not ended: where it begins, its code so far, whether its code still goes on
    opened: list[tuple[Any, list[str], list[bool]]] = []
    for node in element.iter(*names):
        name, is_code = names[node.tag], bool(opened) and opened[-1][2][0]
        kind = node.get(qn("w:fldCharType"))
        if is_code and (name == "fldSimple" or kind == "begin"):
            opened[-1][1].append("{{")
        if name == "fldSimple":
            yield node, node.get(qn("w:instr"), "")
        elif kind == "begin":
            opened.append((node, [], [True]))
        elif kind == "separate" and opened:
            opened[-1][2][0] = False
        elif kind == "end" and opened:
            began, code, _ = opened.pop()
            yield began, "".join(code)
        elif is_code and name != "fldChar":
            opened[-1][1].append(node.text or "")
        elif name in ("instrText", "delInstrText"):
            yield node, node.text or ""
    for began, code, _ in opened:
        yield began, "".join(code)


def _refuse_field(code: str) -> str | None:
    """Why a template may not have a field of this code; None where it may."""
    code = code.strip()
    if BRACES.search(code) or WIDE_BRACES.search(code):
        return f"域代码“{shorten(code)}”里不能有占位符或别的域。(no placeholder or field within the code of a field)"
    word = (code.split() or [""])[0].upper()
    if word in _FIELDS or _LINK_WITHIN.fullmatch(code):
        return None
    return f"域“{shorten(code)}”不能用，只能用页码、目录、书签引用等：{'、'.join(sorted(_FIELDS))}。(field not allowed)"


@dataclass
class _Opened:
    """A ``for`` or ``if`` that has not ended yet."""

    word: str
    level: str
    where: str
    paragraph: Any
    item: str | None = None
    listed: ListPlaceholder | None = None
    held: list[Held] = field(default_factory=list)
    """Of an ``if``: what holds in the part of it that has begun last."""
    has_else: bool = False

    def turn(self) -> None:
        """The next part begins: the condition of the one before does not hold in it."""
        if self.held:
            self.held[-1] = Held(self.held[-1].node, False)


class _Paragraphs:
    """The paragraphs of one part of a document, in their order, with their places; ``check`` reads their tags."""

    def __init__(self, element: Any, part: str) -> None:
        self._element = element
        self._part = part
        self._open: list[_Opened] = []
        self._problems: list[str] = []

    def check(self) -> list[str]:
        """Everything that is wrong in this part."""
        fields: dict[Any, list[str]] = {}
        for node, code in _fields_in(self._element):
            if problem := _refuse_field(code):
                fields.setdefault(next(node.iterancestors(qn("w:p")), None), []).append(problem)
        for paragraph, where in self._places():
            self._check_paragraph(paragraph, where)
            self._problems += [f"{where}：{problem}" for problem in fields.pop(paragraph, [])]
        self._problems += [f"{self._part or '正文'}：{problem}" for told in fields.values() for problem in told]
        self._check_beside()
        for opened in self._open:
            self._tell(opened.where, f"“{opened.word}”没有对应的“end{opened.word}”", "it is never ended")
        return self._problems

    def _check_beside(self) -> None:
        """What people write beside the text is no place for tags, nor is what they deleted while changes were tracked."""
        places = dict(self._places())
        for node in self._element.iter():
            kind = str(node.tag).rpartition("}")[2]
            if kind != "delText" and kind not in _ATTRIBUTES:
                continue
            where = places.get(next(node.iterancestors(qn("w:p")), None), self._part or "正文")
            if kind == "delText":
                if BRACES.search(node.text or ""):
                    told = f"修订中删去的“{shorten(node.text)}”里有花括号，请先接受或拒绝修订"
                    self._tell(where, told, "accept or reject the tracked change")
                continue
            for value in filter(BRACES.search, node.attrib.values()):
                told = f"{_ATTRIBUTES[kind]}“{shorten(value)}”里不能用占位符"
                self._tell(where, told, "no placeholders beside the text")

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
            yield paragraph, f"{self._part}{place}“{shorten(text)}”"

    def _check_paragraph(self, paragraph: Any, where: str) -> None:
        text = _text_of(paragraph)
        if WIDE_BRACES.search(text):
            self._tell(where, "用了全角花括号“｛｛ ｝｝”，请改为半角“{{ }}”", "full-width braces")
        if SPLIT_BRACES.search(_TAG.sub("", text)):
            self._tell(where, "花括号中间有空格，请写在一起：“{{ 地区 }}”", "a blank between braces")
        if BRACES.search(_TAG.sub("", text)):
            self._tell(where, "花括号没有成对，一个占位符要在同一段里写完，如“{{ 地区 }}”", "braces do not match")
        tags = _TAG.findall(text)
        alone = text.strip()
        for tag in tags:
            if tag.startswith("{{"):
                self._check_output(tag[2:-2], where)
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
            elif node := self._check_expression(rest, where):
                opened.held.append(Held(node, True))
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
        if word.startswith("end"):
            self._open.pop()
            return
        if opened.has_else:
            told = f"“{tag}”写在“else”之后：一个 if 只能有一个 else，写在最后"
            self._tell(where, told, "after else comes endif")
        opened.has_else = word == "else"
        opened.turn()
        if word == "elif" and (node := self._check_expression(rest, where)):
            opened.held.append(Held(node, True))

    def _open_loop(self, opened: _Opened, tag: str, rest: str, where: str) -> None:
        matched = _FOR.fullmatch(rest)
        if not matched:
            self._tell(where, f"“{tag}”写法不对，应如“for 企业 in 企业名单”", "a loop reads: for 企业 in 企业名单")
            return
        if around := next((one for one in self._open if one.word == "for"), None):
            told = f"“{tag}”写在{around.where}的循环里：循环里不能再有循环，请先写 endfor"
            self._tell(where, told, "a loop within a loop")
        opened.item, name = matched.groups()
        opened.listed = LIST_BY_NAME.get(name)
        if opened.listed is None:
            self._tell(where, f"没有列表“{name}”{suggest(name, LIST_BY_NAME)}", "no such list")

    def _check_expression(self, expression: str, where: str) -> nodes.Expr | None:
        """Check what stands in a tag, and return it as it is read; None where something is wrong with it."""
        text, before = expression.translate(_QUOTES).strip(), len(self._problems)
        try:
            node = read_expression(text)
        except (TemplateError, ValueError):
            self._tell(where, f"“{expression.strip()}”写法不对，应如“{{{{ 地区 }}}}”", "it cannot be read")
            return None
        self._check_node(node, expression.strip(), where)
        if len(self._problems) == before:
            loops = {opened.item: opened.listed for opened in self._open if opened.item}
            around = [held for opened in self._open for held in opened.held]
            if problem := refuse_condition(text, node, loops, around):
                self._tell(where, *problem)
        return node if len(self._problems) == before else None

    def _check_output(self, expression: str, where: str) -> None:
        """What is written out is one value; a list can only be asked whether it has lines."""
        node = self._check_expression(expression, where)
        if isinstance(node, nodes.Name) and node.name in LIST_BY_NAME:
            self._tell(where, f"“{node.name}”是列表，要用 for 逐行写出", "a list needs a for")

    def _check_node(self, node: nodes.Node, expression: str, where: str) -> None:
        loops = {opened.item: opened.listed for opened in self._open if opened.item}
        if isinstance(node, nodes.Name):
            if node.name in loops:
                self._tell(where, f"“{node.name}”是列表中的一行，要写“{node.name}.字段”", "name a field of it")
            elif node.name not in SINGLE_BY_NAME and node.name not in LIST_BY_NAME:
                known = [*SINGLE_BY_NAME, *LIST_BY_NAME]
                self._tell(where, f"没有占位符“{node.name}”{suggest(node.name, known)}", "unknown placeholder")
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
                self._tell(where, f"“{loops[item].name}”没有字段“{field}”{suggest(field, fields)}", "unknown field")

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
