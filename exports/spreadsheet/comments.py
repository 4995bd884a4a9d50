"""Comments of a worksheet (ECMA-376, 18.7) and the frames they are shown in (VML), beside those that are there.

A comment of ours stands above what the reporter had written in that cell, and can be taken away from it again.
Threaded comments, for which a comment of the old kind only stands in, are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import unescape

from exports.sheets.records import count_lines
from exports.spreadsheet.markup import Element, Markup, UnknownMarkupError, attribute, escaped, string, with_attribute
from exports.spreadsheet.package import XML_DECLARATION, Package, Standard
from exports.spreadsheet.sheet import LAST_COLUMN, LAST_ROW, Position, Sheet, address_of, position_of

_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_THREADED_AUTHOR = "tc="
_DIVIDER = "————————"
"""Stands between a comment of ours and the reporter's own in the same cell."""

_FONT = '<rPr><sz val="10"/><color indexed="81"/><rFont val="宋体"/><charset val="134"/></rPr>'.encode()
_BOLD_FONT = _FONT.replace(b"<rPr>", b"<rPr><b/>")
_END = b"</text></comment>"
_STRING = re.compile(rb"<(?:[\w.-]+:)?t(?:\s[^>]*)?(?<!/)>(.*?)</(?:[\w.-]+:)?t\s*>", re.S)


@dataclass(frozen=True)
class Paragraph:
    """A part of a comment: its head, which is shown bold, and its text."""

    head: str
    text: str


@dataclass(frozen=True)
class _Written:
    """A comment that is there."""

    element: Element
    author: str
    text: str


class Comments:
    """The comments of one worksheet.

    ``is_ours`` tells by author and text which of them an earlier answer left.
    """

    def __init__(
        self,
        package: Package,
        sheet_part: str,
        standard: Standard,
        author: str,
        is_ours: Callable[[str, str], bool],
    ) -> None:
        self._package = package
        self._standard = standard
        self._sheet_part = sheet_part
        self._author = author
        relationship = package.relationship(sheet_part, "comments")
        self._part = relationship.target if relationship else None
        self._markup = Markup(package.read(self._part) if self._part else _no_comments(standard))
        sections = {element.name: element for element in self._markup.children_of(self._markup.root)}
        if not {"authors", "commentList"} <= sections.keys():
            raise UnknownMarkupError("comments without authors or list")
        self._authors_element, self._list = sections["authors"], sections["commentList"]
        self._authors = [
            unescape(self._markup.data[element.tag_end : element.content_end].decode())
            for element in self._markup.children_of(self._authors_element)
        ]
        self._written = dict(self._read())
        self.earlier = {at for at, comment in self._written.items() if is_ours(comment.author, comment.text)}
        """Where an earlier answer left a comment."""

    def rewrite(self, new: Mapping[Position, Sequence[Paragraph]], sheet: Sheet) -> None:
        """The sheet has the comments ``new`` and none of an earlier answer; the reporter's own stay."""
        threaded = {at for at, comment in self._written.items() if comment.author.startswith(_THREADED_AUTHOR)}
        changed = sorted((new.keys() | self.earlier) - threaded)
        if not changed:
            return
        text_of = {at: comment.text for at, comment in self._written.items()}
        added = []
        for at in changed:
            if at in self._written:
                element = self._written[at].element
                self._markup.replace(element.start, element.end, b"")
            ours, our_text = _ours(new.get(at, ()))
            own, own_text = self._own(at)
            if ours and own:
                ours += _run(f"\n\n{_DIVIDER}\n")
            text_of[at] = "\n\n".join(filter(None, (our_text, own_text)))
            if not text_of[at]:
                del text_of[at]
                continue
            author = self._written[at].author if own else self._author
            values = (self._markup.prefix, address_of(at).encode(), self._number(author))
            tag = b'<%bcomment ref="%b" authorId="%d">' % values
            added.append(tag + self._markup.prefixed(b"<text>" + ours) + own + self._markup.prefixed(_END))
        self._markup.append(self._list, b"".join(added))
        self._save()
        frames = _Frames(self._package, self._sheet_part, sheet, self._standard)
        frames.replace(changed, text_of)

    def _read(self) -> Iterable[tuple[Position, _Written]]:
        for element in self._markup.children_of(self._list):
            tag = self._markup.tag(element)
            at = position_of(attribute(tag, "ref") or "")
            number = int(attribute(tag, "authorId") or 0)
            if at is None or number >= len(self._authors):
                raise UnknownMarkupError("a comment without cell or author")
            text = b"".join(_STRING.findall(self._markup.text(element))).decode()
            yield at, _Written(element, self._authors[number], unescape(text))

    def _own(self, at: Position) -> tuple[bytes, str]:
        """What the reporter wrote in that cell: its runs and its text."""
        comment = self._written.get(at)
        if comment is None:
            return b"", ""
        if at in self.earlier:
            own_text = comment.text.partition(_DIVIDER)[2].lstrip("\n")
            return (self._markup.prefixed(_run(own_text)) if own_text else b""), own_text
        prefix = self._markup.prefix
        runs = []
        for body in self._markup.children_of(comment.element):
            for part in self._markup.children_of(body) if body.name == "text" else ():
                written = self._markup.text(part)
                if part.name == "r":
                    runs.append(written)
                elif part.name == "t":
                    runs.append(b"<%br>%b</%br>" % (prefix, written, prefix))
        return b"".join(runs), comment.text

    def _number(self, author: str) -> int:
        """The number of an author, who is added where there is none of that name."""
        if author not in self._authors:
            self._authors.append(author)
            self._markup.append(self._authors_element, self._markup.prefixed(b"<author>%b</author>" % escaped(author)))
        return self._authors.index(author)

    def _save(self) -> None:
        if self._part:
            self._package.write(self._part, self._markup.edited())
        else:
            part = self._package.add_part("xl/comments{}.xml", _COMMENTS_TYPE, self._markup.edited())
            self._package.add_relationship(self._sheet_part, self._standard, "comments", part)


def _no_comments(standard: Standard) -> bytes:
    tag = b'<comments xmlns="%b">' % standard.namespace.encode()
    return XML_DECLARATION + tag + b"<authors/><commentList/></comments>"


def _ours(paragraphs: Sequence[Paragraph]) -> tuple[bytes, str]:
    """The runs and the text of a comment of ours."""
    runs, texts = [], []
    for number, paragraph in enumerate(paragraphs):
        gap = "\n\n" if number else ""
        runs += (_run(gap + paragraph.head, _BOLD_FONT), _run(paragraph.text))
        texts.append(paragraph.head + paragraph.text)
    return b"".join(runs), "\n\n".join(texts)


def _run(text: str, font: bytes = _FONT) -> bytes:
    return b'<r>%b<t xml:space="preserve">%b</t></r>' % (font, string(text))


# ---- frames ----

_FRAME_WIDTH = 340
_LINE_HEIGHT = 17
_MOST_HEIGHT = 420
_CHARACTERS_IN_A_LINE = 48
"""What a frame holds, in a font of 10 points."""
_GAP = 12
"""Pixels between a cell and the frame beside it."""
_CHARACTER_PIXELS, _CELL_PADDING_PIXELS = 7, 5
_DEFAULT_COLUMN_PIXELS, _DEFAULT_ROW_PIXELS = 72, 18
_PIXELS_OF_A_POINT = 96 / 72
_MOST_CELLS_UNDER_A_FRAME = 40
_IDS_IN_A_BLOCK = 1024

_BLOCKS = re.compile(rb"""(<[\w.-]+:idmap\s[^>]*?\bdata\s*=\s*["'])([\d,\s]*)""")
_SHAPE = re.compile(rb"<([\w.-]+:)shape\s(?:(?!</\1shape\s*>).)*?:ClientData\s[^>]*Note.*?</\1shape\s*>", re.S)
_SHAPE_ROW = re.compile(rb":Row>\s*(\d+)\s*<")
_SHAPE_COLUMN = re.compile(rb":Column>\s*(\d+)\s*<")
_SHAPE_TYPE = (
    b'<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    b'<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_LAYOUT = b'<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data=""/></o:shapelayout>'
_NAMESPACES = {
    "xmlns:v": "urn:schemas-microsoft-com:vml",
    "xmlns:o": "urn:schemas-microsoft-com:office:office",
    "xmlns:x": "urn:schemas-microsoft-com:office:excel",
}
_EMPTY_DRAWING = b"<xml></xml>"
_FRAME = (
    '<v:shape id="_x0000_s{id}" type="#_x0000_t202" style="position:absolute;margin-left:60pt;margin-top:2pt;'
    'width:{width}pt;height:{height}pt;z-index:{order};visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
    '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)


class _Frames:
    """The drawing that holds the frames of a sheet's comments. VML is no strict XML: it is edited as text."""

    def __init__(self, package: Package, sheet_part: str, sheet: Sheet, standard: Standard) -> None:
        self._package = package
        self._sheet_part = sheet_part
        self._sheet = sheet
        self._standard = standard
        drawing = sheet.legacy_drawing()
        found = [one.target for one in package.relationships(sheet_part) if one.id == drawing]
        if drawing and not found:
            raise UnknownMarkupError("a drawing without relationship")
        self._part = found[0] if found else None
        self._ruler = _Ruler(sheet)

    def replace(self, changed: Sequence[Position], text_of: Mapping[Position, str]) -> None:
        """The comments ``changed`` have frames as large as their texts; where there was no drawing, all have."""
        gone = set(changed)
        drawing = _EMPTY_DRAWING
        if self._part:
            drawing = self._package.read(self._part)
            drawing = _SHAPE.sub(lambda shape: b"" if _position_of_shape(shape[0]) in gone else shape[0], drawing)
        framed = [at for at in (changed if self._part else sorted(text_of)) if at in text_of]
        first_id = self._first_free_block() * _IDS_IN_A_BLOCK + 1
        frames = [self._frame(at, text_of[at], first_id + order, order) for order, at in enumerate(framed)]
        if frames:
            # no id may leave the blocks the drawing has reserved
            last_id = first_id + len(frames) - 1
            blocks = range(first_id // _IDS_IN_A_BLOCK, last_id // _IDS_IN_A_BLOCK + 1)
            drawing = _ready_for_frames(drawing, blocks)
        end = drawing.rindex(b"</xml")
        drawing = b"".join((drawing[:end], *frames, drawing[end:]))
        if self._part:
            self._package.write(self._part, drawing)
        else:
            part = self._package.add_part("xl/drawings/vmlDrawing{}.vml", _DRAWING_TYPE, drawing)
            id = self._package.add_relationship(self._sheet_part, self._standard, "vmlDrawing", part)
            self._sheet.set_legacy_drawing(id, self._standard)

    def _first_free_block(self) -> int:
        """The first block of ids that no drawing of the workbook has reserved."""
        taken = {0}
        for name in self._package.names:
            if name.lower().endswith(".vml"):
                for found in _BLOCKS.finditer(self._package.read(name)):
                    taken.update(int(number) for number in found[2].split(b",") if number.strip())
        return max(taken) + 1

    def _frame(self, at: Position, text: str, id: int, order: int) -> bytes:
        lines = count_lines(text, _CHARACTERS_IN_A_LINE)
        height = min(_LINE_HEIGHT * (lines + 1), _MOST_HEIGHT)
        written = _FRAME.format(
            id=id,
            order=order + 1,
            width=round(_FRAME_WIDTH / _PIXELS_OF_A_POINT),
            height=round(height / _PIXELS_OF_A_POINT),
            anchor=self._ruler.anchor(at, _FRAME_WIDTH, height),
            row=at[0] - 1,
            column=at[1] - 1,
        )
        return written.encode()


def _position_of_shape(shape: bytes) -> Position | None:
    row, column = _SHAPE_ROW.search(shape), _SHAPE_COLUMN.search(shape)
    return (int(row[1]) + 1, int(column[1]) + 1) if row and column else None


def _ready_for_frames(drawing: bytes, blocks: Iterable[int]) -> bytes:
    """The drawing knows the words frames are written in, has their type, and these blocks of ids are reserved."""
    start = drawing.index(b"<xml")
    tag_end = drawing.index(b">", start) + 1
    tag, rest = drawing[start:tag_end], drawing[tag_end:]
    for name, namespace in _NAMESPACES.items():
        tag = tag if attribute(tag, name) else with_attribute(tag, name, namespace)
    if b'id="_x0000_t202"' not in rest:
        rest = _SHAPE_TYPE + rest
    if not _BLOCKS.search(rest):
        rest = _LAYOUT + rest
    added = ",".join(map(str, blocks)).encode()
    rest = _BLOCKS.sub(lambda found: found[1] + b",".join(filter(None, (found[2].strip(), added))), rest, count=1)
    return drawing[:start] + tag + rest


class _Ruler:
    """Tells which cells lie under a frame: programs take its size from them."""

    def __init__(self, sheet: Sheet) -> None:
        width, height = sheet.default_size()
        self._default_width = _column_pixels(width) if width else _DEFAULT_COLUMN_PIXELS
        self._default_height = round(height * _PIXELS_OF_A_POINT) if height else _DEFAULT_ROW_PIXELS
        self._columns = sheet.column_widths()
        self._heights = sheet.heights
        self._width_of: dict[int, int] = {}

    def anchor(self, at: Position, width: int, height: int) -> str:
        """Where a frame of that size lies beside the cell ``at``: column, pixels, row, pixels, for both its corners."""
        row, column = at
        left = min(column + 1, LAST_COLUMN - _MOST_CELLS_UNDER_A_FRAME)
        top = min(max(row - 1, 1), LAST_ROW - _MOST_CELLS_UNDER_A_FRAME)
        right, right_pixels = _reach(left, _GAP + width, self._width)
        bottom, bottom_pixels = _reach(top, _GAP + height, self._height)
        corners = (left - 1, _GAP, top - 1, _GAP, right - 1, right_pixels, bottom - 1, bottom_pixels)
        return ", ".join(map(str, corners))

    def _width(self, column: int) -> int:
        if column not in self._width_of:
            widths = (width for first, last, width in self._columns if first <= column <= last)
            width = next(widths, None)
            self._width_of[column] = self._default_width if width is None else _column_pixels(width)
        return self._width_of[column]

    def _height(self, row: int) -> int:
        points = self._heights.get(row)
        return self._default_height if points is None else round(points * _PIXELS_OF_A_POINT)


def _column_pixels(width: float) -> int:
    return int(width * _CHARACTER_PIXELS) + _CELL_PADDING_PIXELS if width else 0


def _reach(cell: int, pixels: int, size: Callable[[int], int]) -> tuple[int, int]:
    """The row or column in which a length from the beginning of ``cell`` ends, and how far into it."""
    for _ in range(_MOST_CELLS_UNDER_A_FRAME):
        if pixels < size(cell):
            break
        pixels -= size(cell)
        cell += 1
    return cell, min(pixels, size(cell))
