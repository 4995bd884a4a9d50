"""The styles of a workbook (ECMA-376, 18.8.39), added to: a cell's own format with a colour, and formats of our own."""

from __future__ import annotations

from dataclasses import dataclass

from exports.spreadsheet.markup import (
    Element,
    Markup,
    UnknownMarkupError,
    attribute,
    opened,
    with_attribute,
)
from exports.spreadsheet.package import XML_DECLARATION

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
MOST_CELL_FORMATS = 64_000
"""Beyond it Excel says that the workbook has too many formats, and repairs it."""

_ORDER = (
    "numFmts",
    "fonts",
    "fills",
    "borders",
    "cellStyleXfs",
    "cellXfs",
    "cellStyles",
    "dxfs",
    "tableStyles",
    "colors",
    "extLst",
)
_ALWAYS_THERE = {
    "fonts": (b'<font><sz val="11"/><name val="Calibri"/></font>',),
    # Excel reserves the first two fills, whatever is written there
    "fills": (
        b'<fill><patternFill patternType="none"/></fill>',
        b'<fill><patternFill patternType="gray125"/></fill>',
    ),
    "borders": (b"<border><left/><right/><top/><bottom/><diagonal/></border>",),
    "cellStyleXfs": (b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>',),
    "cellXfs": (b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',),
}
_SECTION_OF = {"fontId": "fonts", "fillId": "fills", "borderId": "borders"}


def new_stylesheet(namespace: str, cell_formats: tuple[bytes, ...] = (), number_formats: bytes = b"") -> bytes:
    """A stylesheet with the one format every workbook has, and ``cell_formats`` from 1 on."""
    sections = [number_formats]
    for name, items in _ALWAYS_THERE.items():
        items = items + cell_formats if name == "cellXfs" else items
        sections.append(b'<%b count="%d">%b</%b>' % (name.encode(), len(items), b"".join(items), name.encode()))
    sections.append(b'<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>')
    return XML_DECLARATION + b'<styleSheet xmlns="%b">%b</styleSheet>' % (namespace.encode(), b"".join(sections))


@dataclass(frozen=True)
class Look:
    """The format of a cell of our own, each part as it is written (without prefix)."""

    font: bytes | None = None
    fill: bytes | None = None
    border: bytes | None = None
    alignment: bytes | None = None


def solid_fill(colour: str) -> bytes:
    """A fill of one colour (RRGGBB)."""
    return (
        b'<fill><patternFill patternType="solid"><fgColor rgb="FF%b"/><bgColor indexed="64"/></patternFill></fill>'
        % colour.encode()
    )


class Stylesheet:
    """The styles of one workbook, with the formats that are to be added."""

    def __init__(self, data: bytes) -> None:
        self._markup = Markup(data)
        self._sections = {element.name: element for element in self._markup.children_of(self._markup.root)}
        self._items: dict[str, list[Element]] = {}
        self._added: dict[str, list[bytes]] = {}
        self._place_of: dict[tuple[str, bytes], int] = {}
        self._filled: dict[tuple[int, str], int] = {}

    def add(self, look: Look) -> int:
        """The number of the cell format with that look."""
        tag = _ALWAYS_THERE["cellXfs"][0]
        for key, part in (("fontId", look.font), ("fillId", look.fill), ("borderId", look.border)):
            if part is not None:
                section = _SECTION_OF[key]
                place = self._place(section, self._markup.prefixed(part))
                tag = with_attribute(with_attribute(tag, key, place), f"apply{section[:-1].capitalize()}", 1)
        if look.alignment is not None:
            tag = opened(with_attribute(tag, "applyAlignment", 1)) + look.alignment + b"</xf>"
        return self._place("cellXfs", self._markup.prefixed(tag))

    def filled(self, style: int, colour: str) -> int:
        """The number of the cell format that is ``style`` but for its colour."""
        if (style, colour) not in self._filled:
            self._filled[style, colour] = self._with_fill(style, self._place("fills", solid_fill(colour)))
        return self._filled[style, colour]

    def unfilled(self, style: int, colours: tuple[str, ...]) -> int:
        """The number of the cell format that is ``style`` without its colour, where that is one of ``colours``."""
        tag, _ = self._cell_format(style)
        fills = self._existing("fills")
        place = int(attribute(tag, "fillId") or 0)
        written = self._markup.text(fills[place]).upper() if place < len(fills) else b""
        if not any(colour.encode() in written for colour in colours):
            return style
        return self._with_fill(style, 0)

    def edited(self) -> bytes:
        """The stylesheet with all that was added."""
        for name in _ALWAYS_THERE:
            added = b"".join(self._added.get(name, ()))
            section = self._sections.get(name)
            if section is None or not self._existing(name):
                added = self._markup.prefixed(b"".join(_ALWAYS_THERE[name])) + added
            if section is None:
                self._insert_section(name, added)
            elif added:
                self._extend_section(name, section, added)
        return self._markup.edited()

    def _with_fill(self, style: int, fill: int) -> int:
        tag, rest = self._cell_format(style)
        return self._place("cellXfs", with_attribute(with_attribute(tag, "fillId", fill), "applyFill", 1) + rest)

    def _cell_format(self, style: int) -> tuple[bytes, bytes]:
        """The start tag of a cell format and what follows it."""
        formats = self._existing("cellXfs")
        if style >= len(formats):
            return self._markup.prefixed(_ALWAYS_THERE["cellXfs"][0]), b""
        element = formats[style]
        return self._markup.tag(element), self._markup.data[element.tag_end : element.end]

    def _existing(self, name: str) -> list[Element]:
        if name not in self._items:
            section = self._sections.get(name)
            self._items[name] = list(self._markup.children_of(section)) if section else []
        return self._items[name]

    def _count(self, name: str) -> int:
        """How many items the section has with those that are added to it."""
        return (len(self._existing(name)) or len(_ALWAYS_THERE[name])) + len(self._added.get(name, ()))

    def _place(self, section: str, item: bytes) -> int:
        """The number of ``item`` in its section, to which it is added where it is not yet."""
        if (section, item) not in self._place_of:
            place = self._count(section)
            if place >= MOST_CELL_FORMATS:
                raise UnknownMarkupError("too many cell formats")
            self._place_of[section, item] = place
            self._added.setdefault(section, []).append(item)
        return self._place_of[section, item]

    def _extend_section(self, name: str, section: Element, added: bytes) -> None:
        markup = self._markup
        tag = opened(with_attribute(markup.tag(section), "count", self._count(name)))
        if section.is_self_closed:
            markup.replace(section.start, section.end, tag + added + self._end_tag(name))
        else:
            markup.replace(section.start, section.tag_end, tag)
            markup.insert(section.content_end, added)

    def _insert_section(self, name: str, items: bytes) -> None:
        markup = self._markup
        tag = b'<%b%b count="%d">' % (markup.prefix, name.encode(), self._count(name))
        written = tag + items + self._end_tag(name)
        later = _ORDER[_ORDER.index(name) + 1 :]
        place = next((element.start for element in self._sections.values() if element.name in later), None)
        if place is None:
            markup.append(markup.root, written)
        else:
            markup.insert(place, written)

    def _end_tag(self, name: str) -> bytes:
        return b"</" + self._markup.prefix + name.encode() + b">"
