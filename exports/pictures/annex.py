"""The pictures of a cycle as the last annex (附图) of a document: charts that Word, WPS and LibreOffice draw themselves.

A chart part (DrawingML) carries its figures with it and is drawn with the reader's own fonts, so no letter can become a
square, and it is sharp on paper; nothing has to be installed to make one. The parts are those XlsxWriter makes for
``rollup.xlsx``, with the East Asian font named as well. There is no workbook behind them: the figures are in ``rollup.xlsx``,
sheet 图表.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph
from xlsxwriter import Workbook

from exports.facts import CycleFacts
from exports.pictures.charts import WIDTH, draw_chart, height_of
from exports.pictures.figures import Picture, read_pictures, table_of
from exports.sheets.layout import BODY_FONT, TITLE_FONT
from exports.sheets.packages import parts_of, write_package

PICTURES_HERE = "pictures"
"""The bookmark the annex is put before: what must come after it, such as 版记. A document without one has no pictures."""
HEADING = "附图"
ANNEX = 5
"""Its number among the annexes of the report, as 附件说明 tells it."""
ANNEX_TITLE_FONT = "方正小标宋简体"
TEXT_WIDTH = 15.6 / 2.54 * 914_400
"""Width of a text column of GB/T 9704-2012 (156 mm) in EMU."""
MOST_HEIGHT = 18.0 / 2.54 * 914_400
"""A caption and a note must find room on the page with the chart, on the first one the heads of the annex too."""

_FRAME = """
<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
  <wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" distT="0" distB="0" distL="0" distR="0">
    <wp:extent cx="{width}" cy="{height}"/>
    <wp:docPr id="{number}" name="附图{index}" descr="{told}"/>
    <a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">
      <a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">
        <c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"
          xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="{relation}"/>
      </a:graphicData>
    </a:graphic>
  </wp:inline>
</w:drawing>
"""
_FIRST_NUMBER = 9001
"""Of the drawings added: beyond any that a document numbers itself."""
_VALUE_ALONE = b"".join(
    b'<c:%s val="%d"/>' % (name, name == b"showVal")
    for name in (b"showLegendKey", b"showVal", b"showCatName", b"showSerName", b"showPercent", b"showBubbleSize")
)
"""What stands beside a bar. In a document, unlike a workbook, LibreOffice shows whatever a label does not rule out."""
_CHART_PARTS = re.compile(r"xl/charts/chart(\d+)\.xml")


def has_room(document: bytes) -> bool:
    """Whether a document (.docx), or the template of one, has the bookmark that says where pictures go."""
    return _find_room(Document(BytesIO(document))) is not None


def _find_room(opened: Any) -> Any:
    """What of the body holds the bookmark; None where nothing does."""
    held = f'./*[descendant-or-self::w:bookmarkStart[@w:name="{PICTURES_HERE}"]]'
    return next(iter(opened.element.body.xpath(held)), None)


def add_pictures(document: bytes, facts: CycleFacts) -> bytes:
    """``document`` (.docx) with the pictures of the cycle as its last annex; the same figures give the same bytes.

    Without figures or without the bookmark there are no pictures, and the document stays as it is. The map of the counties
    is not among them: its boundaries are for the office (``rulebook.boundaries``).
    """
    pictures = read_pictures(facts.ask, facts.round)
    opened = Document(BytesIO(document))
    anchor = _find_room(opened)
    if not pictures or anchor is None:
        return document

    def add_paragraph() -> Paragraph:
        paragraph = opened.add_paragraph()
        anchor.addprevious(paragraph._p)
        return paragraph

    mark, heading = add_paragraph(), add_paragraph()
    mark.paragraph_format.page_break_before = mark.paragraph_format.keep_with_next = True
    _write(mark, f"附件{ANNEX}", TITLE_FONT, 16)
    heading.paragraph_format.keep_with_next = True
    heading.paragraph_format.space_before = Pt(10)
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _write(heading, HEADING, ANNEX_TITLE_FONT, 18)
    for index, (picture, chart) in enumerate(zip(pictures, draw_parts(pictures), strict=True), start=1):
        name = PackURI(f"/word/charts/picture{index}.xml")
        part = Part(name, CONTENT_TYPE.DML_CHART, chart, opened.part.package)
        relation = opened.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
        width, height = _size(picture)
        caption = add_paragraph()
        caption.paragraph_format.keep_with_next = True
        caption.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _write(caption, f"附图{index}　{picture.title}", BODY_FONT, 12)
        frame = add_paragraph()
        frame.alignment = WD_ALIGN_PARAGRAPH.CENTER
        frame.paragraph_format.keep_with_next = True
        # where the document's lines have a height of their own a chart would be cut to it
        frame.paragraph_format.line_spacing = 1
        told = {"width": width, "height": height, "number": _FIRST_NUMBER + index, "index": index}
        frame.add_run()._r.append(parse_xml(_FRAME.format(told=picture.title, relation=relation, **told)))
        _write(add_paragraph(), f"注：{picture.note}", BODY_FONT, 9)
    saved = BytesIO()
    opened.save(saved)
    return write_package(parts_of(saved.getvalue()))


def draw_parts(pictures: Sequence[Picture]) -> list[bytes]:
    """The chart part of each picture, with its figures in it."""
    book = BytesIO()
    with Workbook(book, {"in_memory": True}) as workbook:
        for number, picture in enumerate(pictures, start=1):
            sheet = workbook.add_worksheet(f"{HEADING}{number}")
            sheet.write_row(0, 1, [series.name for series in picture.series])
            for row, line in enumerate(table_of(picture), start=1):
                sheet.write_row(row, 0, line)
            sheet.insert_chart(0, 5, draw_chart(workbook, picture, sheet.name, 1))
    found = {int(match[1]): part for name, part in parts_of(book.getvalue()) if (match := _CHART_PARTS.fullmatch(name))}
    parts = [found[number] for number in sorted(found)]
    return [_name_both_fonts(part).replace(b'<c:showVal val="1"/>', _VALUE_ALONE) for part in parts]


def _name_both_fonts(chart: bytes) -> bytes:
    """Chinese letters are drawn with the East Asian font of a chart, which XlsxWriter does not name."""
    return re.sub(rb'<a:latin typeface="([^"]+)"/>', rb'<a:latin typeface="\1"/><a:ea typeface="\1"/>', chart)


def _size(picture: Picture) -> tuple[int, int]:
    """Width and height in EMU: as wide as the text, unless that made it too high."""
    ratio = height_of(picture) / WIDTH
    width = min(TEXT_WIDTH, MOST_HEIGHT / ratio)
    return round(width), round(width * ratio)


def _write(paragraph: Paragraph, text: str, font: str, points: int) -> None:
    run = paragraph.add_run(text)
    run.font.size = Pt(points)
    run.font.name = font
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
