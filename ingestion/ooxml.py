"""What calamine does not tell about an .xlsx or .xlsm: error values, formulas without a stored value, the used area.

Error values and such formulas arrive from calamine as blank cells, so that "the formula is broken" could not be told
from "nothing was filled in" (rule F13). The sheets' XML is searched for their marks, a matter of microseconds, and
walked cell by cell only where there are any.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

Position = tuple[int, int]
"""Row and column, both counted from 0."""

_MARKS_OF_ERRORS = (b"<f", b":f", b't="e"')
_FAR_ADDRESS = re.compile(rb' r="(?:[A-Z]{3}\d|[A-Z]{0,2}\d{5})')
"""Beyond column ZZ or row 9,999: only then can the area be too large to be kept as a grid."""

_ROW_OR_CELL = re.compile(
    rb"<(?:\w+:)?(?:row\b(?P<row>[^>]*)|c\b(?P<cell>[^>]*?)(?:/>|>(?P<content>.*?)</(?:\w+:)?c>))", re.S
)
_ADDRESS = re.compile(rb'\br="([A-Z]*)(\d+)"')
_FORMULA = re.compile(rb"<(?:\w+:)?f\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?f>)", re.S)
_STORED_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]+)<")
_ANY_VALUE = re.compile(rb"<(?:\w+:)?(?:v|is)\b[^>]*(?<!/)>")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_RELATION_ID = re.compile(rb'\b\w+:id="([^"]+)"')
_RELATIONSHIP = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_ID = re.compile(rb'\bId="([^"]+)"')
_TARGET = re.compile(rb'\bTarget="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Marks:
    """What was found in the sheets of one package."""

    errors: dict[int, dict[Position, str]] = field(default_factory=dict)
    """For each sheet, by its place in the workbook, the cells that calamine would give as blank."""
    largest_grid_cells: int = 0
    """Cells of the largest rectangle from A1 to the last value, where a sheet reaches far out; else 0."""


def scan(package: zipfile.ZipFile) -> Marks:
    """The error values, formulas without value and far-out values of every worksheet of ``package``."""
    parts = _sheet_parts(package)
    errors = {}
    largest = 0
    for place, part in parts.items():
        xml = package.read(part)
        if _FAR_ADDRESS.search(xml):
            largest = max(largest, _grid_cells(xml))
        if any(mark in xml for mark in _MARKS_OF_ERRORS):
            errors[place] = _find_errors(xml)
    return Marks(errors, largest)


def _sheet_parts(package: zipfile.ZipFile) -> dict[int, str]:
    """The parts that hold the worksheets, by their place in the workbook."""
    names = set(package.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return {}
    targets = {}
    for relationship in _RELATIONSHIP.findall(package.read("xl/_rels/workbook.xml.rels")):
        identifier, target = _ID.search(relationship), _TARGET.search(relationship)
        if identifier and target:
            targets[identifier[1]] = posixpath.normpath(posixpath.join("/xl", unescape(target[1].decode())))[1:]
    parts = {}
    for place, sheet in enumerate(_SHEET.findall(package.read("xl/workbook.xml"))):
        relation = _RELATION_ID.search(sheet)
        part = targets.get(relation[1]) if relation else None
        if part in names and part.endswith(".xml"):
            parts[place] = part
    return parts


def _cells(xml: bytes) -> Iterator[tuple[Position, bytes, bytes]]:
    """Position, attributes and content of every cell that is more than a format."""
    row, column = -1, -1
    for token in _ROW_OR_CELL.finditer(xml):
        attributes = token["cell"]
        if attributes is None:
            address = _ADDRESS.search(token["row"])
            row, column = int(address[2]) - 1 if address else row + 1, -1
            continue
        address = _ADDRESS.search(attributes)
        if address:
            row, column = int(address[2]) - 1, column_number(address[1].decode())
        else:
            column += 1
        if token["content"]:
            yield (row, column), attributes, token["content"]


def _grid_cells(xml: bytes) -> int:
    last_row = last_column = -1
    for (row, column), _, content in _cells(xml):
        if _ANY_VALUE.search(content):
            last_row, last_column = max(last_row, row), max(last_column, column)
    return (last_row + 1) * (last_column + 1)


def _find_errors(xml: bytes) -> dict[Position, str]:
    errors = {}
    for position, attributes, content in _cells(xml):
        stored = _STORED_VALUE.search(content)
        if b't="e"' in attributes:
            errors[position] = stored[1].decode() if stored else "#N/A"
        elif not stored and b't="str"' not in attributes and (formula := _FORMULA.search(content)):
            # a formula of text with an empty result is marked t="str": its value was stored, and is blank
            errors[position] = "=" + unescape((formula[1] or b"").decode("utf-8", "replace"))
    return errors


def column_number(letters: str) -> int:
    """The column of its letters, counted from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
