"""What calamine does not tell about an .ods (OpenDocument 1.3), read from its content in one pass."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from html import unescape
from xml.parsers import expat

from ingestion import limits
from ingestion.cells import MergedRange, Position, UnreadableError
from ingestion.formats import OPEN_DOCUMENT_CONTENT
from ingestion.marks import MOST_COLUMNS, Extent, Marks, SheetMarks, write_lean
from ingestion.markup import check_depth, parse

_MANIFEST = "META-INF/manifest.xml"
_ORIGIN = "meta.xml"
_CALCULATOR = re.compile(rb"generator>\s*(?:LibreOffice|OpenOffice|Collabora)")
"""Programs that calculate before they save: a formula without a value is one with a blank result."""

_ENTRY = re.compile(rb"<(?:\w+:)?file-entry\b[^>]*+>")
_ENTRY_PATH = re.compile(rb":full-path=[\"']([^\"']*)")
_ENTRY_TYPE = re.compile(rb":media-type=[\"']([^\"']*)")
_ENCRYPTION = re.compile(rb"<(?:\w+:)?encryption-data\b")
_ENCRYPTED_PACKAGE = "encrypted-package"
_DOCUMENT_TYPE = b"application/vnd.oasis.opendocument."
_OBJECT_TYPE = b"application/vnd.sun.star.oleobject"
_PICTURED_TYPES = (_DOCUMENT_TYPE + b"chart", _DOCUMENT_TYPE + b"formula")
"""A chart or a formula is embedded too, but drawn by the spreadsheet itself."""

_SCRIPT = re.compile(r"Scripts/.|Basic/(?!.*script-l[bc]\.xml$).*\.xml$")
"""A macro; the lists of libraries lie in every .ods that once had a dialogue open."""

_FOREIGN_REFERENCE = re.compile(r"'(?:file|https?|smb|ftp):[^']*'#|\bDDE\s*\(", re.I)
_BLANK_TEXT = re.compile(
    rb"<table:table-cell\b([^<>]*?) office:value-type=\"string\"([^<>]*+)>\s*+"
    rb"(?:<text:p\b[^<>]*+(?:(?<=/)>|>(?:\s|\xc2\xa0|\xe3\x80\x80|<text:s\b[^<>]*+/>)*</text:p>)\s*+)*"
    rb"</table:table-cell>"
)
"""A cell with a text of white space only; one with a formula too."""

_NOTHING = re.compile(r"0(?:\.0*)?[a-z]*")


def scan(package: zipfile.ZipFile) -> Marks:
    """What is found in ``package``; ``UnreadableError`` where it is locked, damaged or over a limit."""
    manifest = _read_part(package, _MANIFEST)
    if _ENCRYPTION.search(manifest):
        raise UnreadableError("encrypted")
    content, lean = package.read(OPEN_DOCUMENT_CONTENT), None
    reader = _read_content(content)
    if reader.is_over_limit:
        without_blanks = _BLANK_TEXT.sub(rb"<table:table-cell\1\2/>", content)
        reader = _read_content(without_blanks)
        lean = write_lean(package, {OPEN_DOCUMENT_CONTENT: lambda _: without_blanks})
    for name, extent in reader.extents:
        extent.check(name)
    sheets = reader.sheets
    if any(marks.errors for marks in sheets) and _CALCULATOR.search(_read_part(package, _ORIGIN)):
        sheets = [replace(marks, errors=_without_formulas(marks.errors)) for marks in sheets]
    return Marks(dict(enumerate(sheets)), _find_danger(package, manifest), reader.has_links, lean)


def _read_content(content: bytes) -> _ContentReader:
    reader = _ContentReader()
    parse(io.BytesIO(content), reader.parser)
    return reader


def _read_part(package: zipfile.ZipFile, name: str) -> bytes:
    return package.read(name) if name in package.NameToInfo else b""


def _without_formulas(errors: Mapping[Position, str]) -> dict[Position, str]:
    return {position: text for position, text in errors.items() if not text.startswith("=")}


def is_encrypted(package: zipfile.ZipFile) -> bool:
    """Whether the package is an OpenDocument that was locked as a whole (LibreOffice 24.8 and later)."""
    return _ENCRYPTED_PACKAGE in package.NameToInfo


def _find_danger(package: zipfile.ZipFile, manifest: bytes) -> str | None:
    if any(map(_SCRIPT.match, package.NameToInfo)):
        return "macros"
    for entry in _ENTRY.findall(manifest):
        path, media_type = _ENTRY_PATH.search(entry), _ENTRY_TYPE.search(entry)
        if path is None or media_type is None or path[1] == b"/" or media_type[1] in _PICTURED_TYPES:
            continue
        if media_type[1].startswith((_DOCUMENT_TYPE, _OBJECT_TYPE)):
            return "objects"
    return None


class _ContentReader:
    """Follows the sheets, rows and cells of a content.xml; ``sheets`` is what was found in each."""

    def __init__(self) -> None:
        self.sheets: list[SheetMarks] = []
        self.extents: list[tuple[str, Extent]] = []
        """The name of each sheet, and how far its values reach."""
        self.has_links = False
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self._starts = {
            "style:style": self._start_style,
            "style:table-row-properties": self._start_size,
            "style:table-column-properties": self._start_size,
            "table:table": self._start_table,
            "table:table-column": self._start_column,
            "table:table-row": self._start_row,
            "table:table-row-group": self._start_group,
            "table:table-cell": self._start_cell,
            "table:covered-table-cell": self._start_cell,
        }
        self._style = ""
        self._invisible_styles: set[str] = set()
        self._depth = 0
        """Tables within one another."""
        self._xml_depth = 0
        self._clear()

    @property
    def is_over_limit(self) -> bool:
        """Whether one of the sheets is too large to be read."""
        return any(extent.is_over_limit for _, extent in self.extents)

    def _clear(self) -> None:
        self._row = self._column = self._columns_defined = 0
        self._rows_repeated = 0
        self._groups_shown: list[str] = []
        self._extent = Extent()
        self._has_values_in_row = False
        self._errors: dict[Position, str] = {}
        self._error_at: Position | None = None
        self._copies = self._copied_bytes = 0
        self._hidden_rows: list[range] = []
        self._hidden_columns: set[int] = set()
        self._merged: list[MergedRange] = []
        self._first_link: Position | None = None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._xml_depth += 1
        check_depth(self._xml_depth)
        if start := self._starts.get(name):
            start(attributes)

    def _end(self, name: str) -> None:
        self._xml_depth -= 1
        if name == "table:table-row" and self._depth == 1:
            self._end_row()
        elif name == "table:table-row-group" and self._groups_shown:
            self._groups_shown.pop()
        elif name == "table:table":
            self._depth -= 1
            if self._depth == 0:
                self._end_table()
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self.parser.CharacterDataHandler = None

    # ---- styles: only those of no height or width ----

    def _start_style(self, attributes: dict[str, str]) -> None:
        self._style = attributes.get("style:name", "")

    def _start_size(self, attributes: dict[str, str]) -> None:
        size = attributes.get("style:row-height") or attributes.get("style:column-width")
        if size and _NOTHING.fullmatch(size):
            self._invisible_styles.add(self._style)

    def _is_hidden(self, attributes: dict[str, str]) -> bool:
        return (
            attributes.get("table:visibility") in ("collapse", "filter")
            or attributes.get("table:style-name") in self._invisible_styles
        )

    # ---- the grid ----

    def _start_table(self, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1:
            self._clear()
            self.extents.append((attributes.get("table:name", ""), self._extent))

    def _start_column(self, attributes: dict[str, str]) -> None:
        first = self._columns_defined
        self._columns_defined += _count(attributes, "table:number-columns-repeated")
        if self._is_hidden(attributes):
            self._hidden_columns.update(range(first, min(self._columns_defined, MOST_COLUMNS)))

    def _start_group(self, attributes: dict[str, str]) -> None:
        self._groups_shown.append(attributes.get("table:display", "true"))

    def _start_row(self, attributes: dict[str, str]) -> None:
        if self._depth != 1:
            return
        self._rows_repeated = _count(attributes, "table:number-rows-repeated")
        self._column = 0
        self._has_values_in_row = False
        if self._is_hidden(attributes) or "false" in self._groups_shown:
            self._hidden_rows.append(range(self._row, self._row + self._rows_repeated))

    def _end_row(self) -> None:
        self._row += self._rows_repeated
        if self._has_values_in_row:
            self._extent.rows_with_values += self._rows_repeated

    def _start_cell(self, attributes: dict[str, str]) -> None:
        if self._depth != 1:
            return
        first = self._column
        self._column += _count(attributes, "table:number-columns-repeated")
        position = (self._row, first)
        kind, formula = attributes.get("office:value-type"), attributes.get("table:formula")
        if kind or formula:
            self._has_values_in_row = True
            self._extent.reach(self._row + self._rows_repeated - 1, self._column - 1)
        self._copies = self._rows_repeated * (self._column - first) - 1
        if kind and self._copies:
            self.parser.CharacterDataHandler = self._count_copies
        if attributes.get("calcext:value-type") == "error":
            self._errors[position] = ""
            self._error_at = position
            self.parser.CharacterDataHandler = self._read_error
        elif formula and not kind:
            self._errors[position] = "=" + formula.partition("=")[2]
        if formula and _FOREIGN_REFERENCE.search(unescape(formula)):
            self.has_links = True
            self._first_link = self._first_link or position
        rows = _count(attributes, "table:number-rows-spanned")
        columns = _count(attributes, "table:number-columns-spanned")
        if rows > 1 or columns > 1:
            limits.check_limit(len(self._merged), limits.MAX_MERGED_RANGES, "merged_ranges")
            self._merged.append((position, (position[0] + rows - 1, first + columns - 1)))

    def _count_copies(self, text: str) -> None:
        self._copied_bytes += self._copies * len(text)
        limits.check_limit(self._copied_bytes, limits.MAX_UNPACKED_BYTES, "unpacked_bytes")

    def _read_error(self, text: str) -> None:
        self._errors[self._error_at] += text

    def _end_table(self) -> None:
        rows = min(self._extent.in_last_row[0] + 1, limits.MAX_GRID_CELLS)
        hidden = frozenset(row for span in self._hidden_rows for row in span[: max(0, rows - span.start)])
        self.sheets.append(
            SheetMarks(
                {position: text.strip() or "#N/A" for position, text in self._errors.items()},
                hidden,
                frozenset(self._hidden_columns),
                tuple(self._merged),
                self._first_link,
            )
        )


def _count(attributes: dict[str, str], name: str) -> int:
    return int(attributes[name]) if name in attributes else 1
