"""The first sheet of an annotated copy (修改清单): whose file it is, what came of it, and every finding with a link.

It is written as the XML of a worksheet (ECMA-376, 18.3.1.99) with its texts in the cells, so that it needs no other part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exports.sheets.records import count_lines
from exports.spreadsheet.markup import escaped, string
from exports.spreadsheet.package import XML_DECLARATION
from exports.spreadsheet.sheet import Position, address_of, column_letters
from exports.spreadsheet.styles import Look, solid_fill
from exports.spreadsheet.workbook import Workbook
from exports.wording import SEVERITIES, VERDICTS
from rulebook import verdict

LIST_SHEET = "修改清单"
LONGEST_QUOTED_VALUE = 300
COLOURS = {"reject": "F8B4B4", "explain": "FFE08A", "note": "BDD7EE"}
"""The colour (RRGGBB) of each severity."""

Finding = Mapping[str, Any]


@dataclass(frozen=True)
class Place:
    """The cell a finding points at, and whether its sheet is one that can be seen."""

    sheet: str
    cell: Position
    is_visible: bool


@dataclass(frozen=True)
class _Column:
    """A column of the list: its heading in both languages, and its width in characters."""

    heading: str
    heading_en: str
    width: int


_COLUMNS = (
    _Column("序号", "No.", 6),
    _Column("级别", "Severity", 18),
    _Column("工作表", "Sheet", 14),
    _Column("单元格", "Cell", 9),
    _Column("填写内容", "What you wrote", 20),
    _Column("问题", "What is wrong", 46),
    _Column("怎么改", "What to do", 46),
)
_SEVERITY, _CELL = "级别", "单元格"
_LAST_COLUMN = column_letters(len(_COLUMNS))
_NARROW = 18
"""Columns up to this width are centred."""

_TITLE_POINTS, _HEADING_POINTS, _COLUMN_HEADING_POINTS = 28, 18, 32
_LINE_POINTS, _PADDING_POINTS, _MOST_POINTS = 13.5, 6, 400

_NAME = '<name val="等线"/><charset val="134"/>'.encode()
_SMALL_FONT = b'<font><sz val="10"/>' + _NAME + b"</font>"
_LINE = b'style="thin"><color rgb="FFBFBFBF"/>'
_FRAME = b"<border><left %b</left><right %b</right><top %b</top><bottom %b</bottom><diagonal/></border>" % (
    (_LINE,) * 4
)
_CENTRED = b'<alignment horizontal="center" vertical="center" wrapText="1"/>'
_WRAPPED = b'<alignment vertical="center" wrapText="1"/>'
_LOOKS = {
    "title": Look(font=b'<font><b/><sz val="16"/>' + _NAME + b"</font>", alignment=_WRAPPED),
    "heading": Look(font=b'<font><sz val="11"/>' + _NAME + b"</font>", alignment=_WRAPPED),
    "column heading": Look(
        font=b'<font><b/><sz val="10"/><color rgb="FFFFFFFF"/>' + _NAME + b"</font>",
        fill=solid_fill("44546A"),
        border=_FRAME,
        alignment=_CENTRED,
    ),
    "centred": Look(font=_SMALL_FONT, border=_FRAME, alignment=_CENTRED),
    "wrapped": Look(font=_SMALL_FONT, border=_FRAME, alignment=_WRAPPED),
    "link": Look(
        font=b'<font><u/><sz val="10"/><color rgb="FF0563C1"/>' + _NAME + b"</font>", border=_FRAME, alignment=_CENTRED
    ),
    **{
        severity: Look(font=_SMALL_FONT, fill=solid_fill(colour), border=_FRAME, alignment=_CENTRED)
        for severity, colour in COLOURS.items()
    },
}
_ENGLISH_FONT = '<rPr><sz val="9"/><color rgb="FF666666"/><rFont val="等线"/><charset val="134"/></rPr>'.encode()
_CHINESE_FONT = '<rPr><sz val="10"/><rFont val="等线"/><charset val="134"/></rPr>'.encode()


def put_findings_first(
    workbook: Workbook,
    name: str,
    submission: Mapping[str, Any],
    findings: Sequence[Finding],
    places: Sequence[Place | None],
) -> None:
    """The first sheet of ``workbook`` lists the findings on the file ``name``; ``places`` are where their links lead."""
    style_of = {key: workbook.add_look(look) for key, look in _LOOKS.items()}
    heading = _heading_lines(name, submission, findings)
    heading.append(_advice(workbook, places))
    header_row = len(heading) + 1
    last_row = header_row + len(findings)
    rows = [
        _row(number, _TITLE_POINTS if number == 1 else _HEADING_POINTS, [_text(line)], [style_of[look]])
        for number, line in enumerate(heading, start=1)
        for look in ("title" if number == 1 else "heading",)
    ]
    labels = [_text(f"{column.heading}\n{column.heading_en}") for column in _COLUMNS]
    rows.append(_row(header_row, _COLUMN_HEADING_POINTS, labels, [style_of["column heading"]] * len(labels)))
    links = []
    for number, (finding, place) in enumerate(zip(findings, places, strict=True), start=1):
        rows.append(_finding_row(header_row + number, number, finding, place, style_of))
        if place and place.is_visible:
            links.append(_link(header_row + number, place))
    merged = [f"A{number}:{_LAST_COLUMN}{number}" for number in range(1, header_row)]
    table = f"A{header_row}:{_LAST_COLUMN}{last_row}"
    xml = _worksheet(workbook.namespace, rows, header_row, table if findings else None, merged, links)
    defined_names = {"_xlnm.Print_Titles": f"'{LIST_SHEET}'!${header_row}:${header_row}"}
    if findings:
        defined_names["_xlnm._FilterDatabase"] = f"'{LIST_SHEET}'!$A${header_row}:${_LAST_COLUMN}${last_row}"
    workbook.put_first(LIST_SHEET, xml, defined_names)


def _heading_lines(name: str, submission: Mapping[str, Any], findings: Sequence[Finding]) -> list[str]:
    count = Counter(finding["severity"] for finding in findings)
    outcome, outcome_en = VERDICTS[verdict(count)]
    reporter = submission.get("reporter_name") or submission.get("declared_reporter") or "未能识别 not recognised"
    # a file that was only checked has no receipt
    receipt = f"　　回执编号 Receipt：{submission['submission_id']}" if submission.get("receipt_no") else ""
    lines = [
        f"{LIST_SHEET}　What to do",
        f"文件 File：{name}",
        f"填报单位 Reporter：{reporter}{receipt}",
        f"审核结果 Verdict：{outcome}　{outcome_en}",
        "发现问题 Findings："
        + "，".join(f"{words.label} {words.label_en} {count[key]} 处" for key, words in SEVERITIES.items()),
    ]
    if submission.get("due_on"):
        lines.append(f"报送截止 Due：{submission['due_on']}")
    return lines


def _advice(workbook: Workbook, places: Sequence[Place | None]) -> str:
    """What to do with the copy, which may hold the list alone, and cells to jump to only where the list has links."""
    if all(entry.name == LIST_SHEET for entry in workbook.sheets):
        return (
            "本文件只有这张清单，没有您的表格；请改好您自己的原表再报送。"
            " This file holds the list alone: put your own file right and send that again."
        )
    jump, jump_en = "", "Correct"
    if any(place and place.is_visible for place in places):
        jump, jump_en = "点击“单元格”一栏可跳到问题所在处；", "Click a cell address to jump there; correct"
    return f"{jump}改完后直接报送本文件即可，本清单不必删除。 {jump_en} the sheet and send this file again."


def _finding_row(row: int, number: int, finding: Finding, place: Place | None, style_of: Mapping[str, int]) -> bytes:
    severity = SEVERITIES[finding["severity"]]
    value = str(finding["value"] or "")
    if len(value) > LONGEST_QUOTED_VALUE:
        value = value[:LONGEST_QUOTED_VALUE] + "……"
    sheet = finding["sheet"] or "整个文件"
    if place and not place.is_visible:
        # a link to a hidden sheet leads nowhere
        sheet += "（隐藏的工作表，请先取消隐藏 hidden sheet）"
    texts = (
        (str(number), ""),
        (f"{severity.label} {finding['rule']}", severity.label_en),
        (sheet, "" if finding["sheet"] else "whole file"),
        (finding["cell"] or "—", ""),
        (value, ""),
        (finding["message"], finding["message_en"]),
        (finding["remedy"], finding["remedy_en"]),
    )
    looks = ["centred" if column.width <= _NARROW else "wrapped" for column in _COLUMNS]
    looks[_place_of(_SEVERITY)] = finding["severity"]
    if place and place.is_visible:
        looks[_place_of(_CELL)] = "link"
    lines = max(_count_lines(*text, column.width) for text, column in zip(texts, _COLUMNS, strict=True))
    contents = [_number(number), *(_text(*text) for text in texts[1:])]
    height = min(_LINE_POINTS * lines + _PADDING_POINTS, _MOST_POINTS)
    return _row(row, height, contents, [style_of[look] for look in looks])


def _count_lines(chinese: str, english: str, width: int) -> int:
    """Lines of a cell: a width counts characters of 11 points, the texts are of 10 and 9."""
    return count_lines(chinese, width * 1.1) + (count_lines(english, width * 1.2) if english else 0)


def _link(row: int, place: Place) -> bytes:
    quoted = place.sheet.replace("'", "''")
    location = f"'{quoted}'!{address_of(place.cell)}"
    cell = f"{column_letters(_place_of(_CELL) + 1)}{row}".encode()
    return b'<hyperlink ref="%b" location="%b"/>' % (cell, escaped(location))


def _place_of(heading: str) -> int:
    return next(place for place, column in enumerate(_COLUMNS) if column.heading == heading)


# ---- the worksheet's XML ----


def _worksheet(
    namespace: str, rows: list[bytes], header_row: int, table: str | None, merged: list[str], links: list[bytes]
) -> bytes:
    columns = [
        b'<col min="%d" max="%d" width="%d" customWidth="1"/>' % (number, number, column.width)
        for number, column in enumerate(_COLUMNS, start=1)
    ]
    areas = [b'<mergeCell ref="%b"/>' % area.encode() for area in merged]
    pieces = (
        XML_DECLARATION,
        b'<worksheet xmlns="%b">' % namespace.encode(),
        b'<sheetPr><tabColor rgb="FFC00000"/><pageSetUpPr fitToPage="1"/></sheetPr>',
        b'<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0">',
        b'<pane ySplit="%d" topLeftCell="A%d" activePane="bottomLeft" state="frozen"/>' % (header_row, header_row + 1),
        b'<selection pane="bottomLeft"/></sheetView></sheetViews>',
        b'<sheetFormatPr defaultRowHeight="15"/>',
        b"<cols>%b</cols>" % b"".join(columns),
        b"<sheetData>%b</sheetData>" % b"".join(rows),
        b'<autoFilter ref="%b"/>' % table.encode() if table else b"",
        b'<mergeCells count="%d">%b</mergeCells>' % (len(areas), b"".join(areas)),
        b"<hyperlinks>%b</hyperlinks>" % b"".join(links) if links else b"",
        b'<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>',
        b'<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>',
        "<headerFooter><oddFooter>&amp;C&amp;9第 &amp;P 页，共 &amp;N 页  Page &amp;P of &amp;N</oddFooter></headerFooter>".encode(),
        b"</worksheet>",
    )
    return b"".join(pieces)


def _row(number: int, points: float, contents: Sequence[bytes], styles: Sequence[int]) -> bytes:
    cells = [
        b'<c r="%b%d" s="%d"%b' % (column_letters(column).encode(), number, style, content)
        for column, (content, style) in enumerate(zip(contents, styles, strict=True), start=1)
    ]
    return b'<row r="%d" ht="%b" customHeight="1">%b</row>' % (number, f"{points:g}".encode(), b"".join(cells))


def _number(number: int) -> bytes:
    """The end of a cell that holds a number."""
    return b"><v>%d</v></c>" % number


def _text(chinese: str, english: str = "") -> bytes:
    """The end of a cell that holds a text, the English below the Chinese; never a formula."""
    if not english:
        return b' t="inlineStr"><is><t xml:space="preserve">%b</t></is></c>' % string(chinese)
    values = (_CHINESE_FONT, string(chinese), _ENGLISH_FONT, string(f"\n{english}"))
    runs = b'<r>%b<t xml:space="preserve">%b</t></r><r>%b<t xml:space="preserve">%b</t></r>' % values
    return b' t="inlineStr"><is>%b</is></c>' % runs
