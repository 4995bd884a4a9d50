"""A workbook (ECMA-376, 18.2.27) edited in place: its cells are marked, and a sheet is put before all others."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from exports.spreadsheet import styles
from exports.spreadsheet.comments import Comments, Paragraph
from exports.spreadsheet.markup import (
    Element,
    Markup,
    UnknownMarkupError,
    attribute,
    escaped,
    with_attribute,
    without_attribute,
)
from exports.spreadsheet.package import STRICT, TRANSITIONAL, Package
from exports.spreadsheet.sheet import Position, Sheet, unselect
from exports.spreadsheet.styles import Look, Stylesheet, new_stylesheet

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
SHEET_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_MACROS = "application/vnd.ms-office.vbaProject"
_HEAD_BYTES = 8192
"""A sheet's views stand at its beginning."""
_LONGEST_SHEET_NAME = 31
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")
_HIDDEN_NAMES = ("_xlnm._FilterDatabase",)
_BEFORE_DEFINED_NAMES = ("sheets", "functionGroups", "externalReferences")


@dataclass(frozen=True)
class Mark:
    """What a cell is to be given: a colour (RRGGBB) and a comment."""

    colour: str
    comment: Sequence[Paragraph]


@dataclass(frozen=True)
class MarkStyle:
    """By what the marks of an earlier answer are known: colours, the comments' author, and their text."""

    colours: tuple[str, ...]
    author: str
    is_ours: Callable[[str, str], bool]


@dataclass(frozen=True)
class SheetEntry:
    """A line of the workbook's list of sheets."""

    name: str
    part: str
    kind: str
    is_visible: bool


def fit_sheet_name(name: str) -> str:
    """The name as a sheet of an .xlsx may have it."""
    return _NOT_IN_SHEET_NAMES.sub("_", name)[:_LONGEST_SHEET_NAME]


class Workbook:
    """The package of a workbook, with its sheets in their order."""

    def __init__(self, package: Package) -> None:
        self._package = package
        main = package.relationship("", "officeDocument")
        if main is None:
            raise UnknownMarkupError("no main part")
        self._part = main.target
        self._standard = STRICT if main.type.startswith(STRICT.relationships) else TRANSITIONAL
        self.namespace = self._standard.namespace
        """The XML namespace of its sheets."""
        self._markup = Markup(package.read(self._part))
        if self._markup.root.name != "workbook":
            # a text document is a package too, and the parts of an .xlsb are no XML
            raise UnknownMarkupError("no workbook")
        self._sections = {element.name: element for element in self._markup.children_of(self._markup.root)}
        self._sheet_elements = list(self._markup.children_of(self._section("sheets")))
        self.sheets = [self._entry(self._markup.tag(element)) for element in self._sheet_elements]
        """All sheets in the order of their tabs."""
        self._styles_part = self._find_styles()
        self._stylesheet = Stylesheet(package.read(self._styles_part))
        self._opened: dict[str, Sheet] = {}

    def add_look(self, look: Look) -> int:
        """The number of a cell format with that look."""
        return self._stylesheet.add(look)

    def first_cells(self, sheet_name: str, positions: Iterable[Position]) -> dict[Position, Position]:
        """For each position in a worksheet the cell that is seen there: the first of a merged area, else itself."""
        return self._sheet(sheet_name).first_cells(positions)

    def mark(self, marks: Mapping[str, Mapping[Position, Mark]], style: MarkStyle) -> None:
        """The cells carry these marks, by sheet and position, and none of an earlier answer."""
        for entry in self.sheets:
            if entry.kind == "worksheet":
                self._mark_sheet(entry, marks.get(entry.name, {}), style)

    def put_first(self, name: str, data: bytes, defined_names: Mapping[str, str]) -> None:
        """The worksheet ``name`` stands before all others and is the one seen; an earlier one of that name is gone.

        ``defined_names`` are the sheet's own, such as the rows printed on every page.
        """
        for entry in self.sheets:
            if entry.name != name:
                self._unselect(entry)
        self._remove_macros()
        self._write_sheet_list(name, data)
        self._show_first_sheet()
        self._write_defined_names(name, defined_names)

    def finish(self) -> Package:
        """The package with all that was changed in it."""
        for part, sheet in self._opened.items():
            if sheet.markup.is_edited:
                self._package.write_edited(part, sheet.markup)
        self._package.write(self._styles_part, self._stylesheet.edited())
        self._package.write(self._part, self._markup.edited())
        self._package.set_content_type(self._part, CONTENT_TYPE)
        return self._package

    # ---- sheets ----

    def _mark_sheet(self, entry: SheetEntry, marks: Mapping[Position, Mark], style: MarkStyle) -> None:
        if not marks and self._package.relationship(entry.part, "comments") is None:
            return
        comments = Comments(self._package, entry.part, self._standard, style.author, style.is_ours)
        if not marks and not comments.earlier:
            return
        sheet = self._sheet(entry.name)
        change_of: dict[Position, Callable[[int], int]] = {
            at: partial(self._stylesheet.unfilled, colours=style.colours) for at in comments.earlier
        }
        change_of |= {at: partial(self._stylesheet.filled, colour=mark.colour) for at, mark in marks.items()}
        sheet.restyle(change_of)
        comments.rewrite({at: mark.comment for at, mark in marks.items()}, sheet)

    def _sheet(self, name: str) -> Sheet:
        part = next(entry.part for entry in self.sheets if entry.name == name)
        if part not in self._opened:
            self._opened[part] = Sheet(self._package.read(part))
        return self._opened[part]

    def _unselect(self, entry: SheetEntry) -> None:
        """With two tabs selected, what is typed goes into both."""
        if entry.part in self._opened:
            unselect(self._opened[entry.part].markup)
        elif b"tabSelected" in self._package.read_beginning(entry.part, _HEAD_BYTES):
            markup = Markup(self._package.read(entry.part))
            unselect(markup)
            self._package.write(entry.part, markup.edited())

    def _entry(self, tag: bytes) -> SheetEntry:
        id = attribute(tag, r"[\w.-]+:id")
        related = next((one for one in self._package.relationships(self._part) if one.id == id), None)
        if related is None or related.kind not in ("worksheet", "chartsheet", "dialogsheet"):
            raise UnknownMarkupError("a sheet that .xlsx does not know")
        is_visible = attribute(tag, "state") in (None, "visible")
        return SheetEntry(attribute(tag, "name") or "", self._package.name_of(related.target), related.kind, is_visible)

    # ---- the workbook's own part ----

    def _section(self, name: str) -> Element:
        if name not in self._sections:
            raise UnknownMarkupError(f"no {name}")
        return self._sections[name]

    def _find_styles(self) -> str:
        found = self._package.relationship(self._part, "styles")
        if found:
            return found.target
        part = self._package.add_part("xl/styles.xml", styles.CONTENT_TYPE, new_stylesheet(self._standard.namespace))
        self._package.add_relationship(self._part, self._standard, "styles", part)
        return part

    def _remove_macros(self) -> None:
        """An .xlsx holds none, and nothing that can be run is sent back (rule S16)."""
        related = [one for one in self._package.relationships(self._part) if one.kind == "vbaProject"]
        targets = {one.target for one in related}
        for part in self._package.names:
            if part in targets or posixpath.basename(part).lower().startswith("vbaproject"):
                self._package.remove_part(part)
        if related:
            self._package.remove_relationships(self._part, related)
        self._package.forget_default(_MACROS)

    def _write_sheet_list(self, name: str, data: bytes) -> None:
        markup = self._markup
        for entry, element in zip(self.sheets, self._sheet_elements, strict=True):
            if entry.name == name:
                gone = [one for one in self._package.relationships(self._part) if one.target == entry.part]
                self._package.remove_relationships(self._part, gone)
                self._package.remove_part(entry.part)
                markup.replace(element.start, element.end, b"")
        part = self._package.add_part("xl/worksheets/sheet{}.xml", SHEET_CONTENT_TYPE, data)
        id = self._package.add_relationship(self._part, self._standard, "worksheet", part)
        number = 1 + max((int(attribute(markup.tag(one), "sheetId") or 0) for one in self._sheet_elements), default=0)
        values = (markup.prefix, escaped(name), number, self._standard.relationships.encode(), id.encode())
        line = b'<%bsheet name="%b" sheetId="%d" xmlns:r="%b" r:id="%b"/>' % values
        sheets = self._section("sheets")
        if sheets.is_self_closed:
            markup.append(sheets, line)
        else:
            markup.insert(sheets.tag_end, line)

    def _show_first_sheet(self) -> None:
        views = self._sections.get("bookViews")
        for view in self._markup.children_of(views) if views else ():
            tag = self._markup.tag(view)
            self._markup.replace(
                view.start, view.tag_end, without_attribute(with_attribute(tag, "activeTab", 0), "firstSheet")
            )

    def _write_defined_names(self, name: str, defined_names: Mapping[str, str]) -> None:
        """Names that belong to a sheet tell it by its place, which is another now."""
        markup = self._markup
        kept = [place for place, entry in enumerate(self.sheets) if entry.name != name]
        new_place = {old: new for new, old in enumerate(kept, start=1)}
        section = self._sections.get("definedNames")
        for element in markup.children_of(section) if section else ():
            tag = markup.tag(element)
            local = attribute(tag, "localSheetId")
            if local is None:
                continue
            if int(local) in new_place:
                markup.replace(
                    element.start, element.tag_end, with_attribute(tag, "localSheetId", new_place[int(local)])
                )
            else:
                markup.replace(element.start, element.end, b"")
        lines = [
            b'<definedName name="%b" localSheetId="0"%b>%b</definedName>'
            % (escaped(key), b' hidden="1"' if key in _HIDDEN_NAMES else b"", escaped(text))
            for key, text in defined_names.items()
        ]
        written = markup.prefixed(b"".join(lines))
        if section:
            markup.append(section, written)
        elif lines:
            start, end = markup.prefixed(b"<definedNames>"), markup.prefixed(b"</definedNames>")
            before = [self._sections[key] for key in _BEFORE_DEFINED_NAMES if key in self._sections]
            markup.insert(before[-1].end, start + written + end)
