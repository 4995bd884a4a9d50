"""A new .xlsx of the same cells, for files of formats that cannot be edited in place (.xls, .et, .ods, .csv)."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from exports.sheets.records import measure
from exports.spreadsheet import styles
from exports.spreadsheet.markup import escaped, string
from exports.spreadsheet.open_document import Area, read_merged
from exports.spreadsheet.package import TRANSITIONAL, XML_DECLARATION, Package
from exports.spreadsheet.sheet import Position, address_of, column_letters
from exports.spreadsheet.workbook import CONTENT_TYPE, SHEET_CONTENT_TYPE, fit_sheet_name

_WORKBOOK_MAGICS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_NARROWEST, _WIDEST = 8, 40
_FIRST_DAY = date(1899, 12, 30)
"""Day 0 of a spreadsheet's calendar, right from March 1900 on."""

_NUMBER_FORMATS = {
    "date": "yyyy-mm-dd",
    "datetime": "yyyy-mm-dd hh:mm:ss",
    "time": "hh:mm:ss",
    "duration": "[h]:mm:ss",
}
_FORMAT_NUMBERS = {kind: 164 + place for place, kind in enumerate(_NUMBER_FORMATS)}
"""Numbers below 164 are the standard's own formats."""
_STYLES = {kind: place for place, kind in enumerate([*_NUMBER_FORMATS, "formula-like"], start=1)}


@dataclass(frozen=True)
class Table:
    """The values of one sheet from its first cell on, and its merged areas.

    ``rows`` is gone through once.
    """

    name: str
    rows: Iterable[Sequence[Any]]
    merged: Sequence[Area] = ()
    state: str | None = None


def read_tables(
    data: bytes, name: str, named_sheets: Iterable[str], errors: Mapping[str, Mapping[Position, str]]
) -> list[Table]:
    """The cells of a file, whatever its format: its first bytes say what it is, not its name.

    A text file names no sheet: the first of ``named_sheets`` is its name, else its own. ``errors`` are the error
    values of each sheet, which calamine leaves blank: they become texts.
    """
    if data.startswith(_WORKBOOK_MAGICS):
        return list(_read_workbook(data, errors))
    text = _decoded(data)
    delimiter = max(",\t;", key=text.count)
    sheet_name = next(iter(named_sheets), Path(name).stem)
    # without the blank lines at its end, of which there may be millions
    return [Table(sheet_name, csv.reader(io.StringIO(text.rstrip(), newline=""), delimiter=delimiter))]


def build_package(tables: Iterable[Table]) -> Package:
    """A package whose sheets hold the values of ``tables`` at the same addresses, in no format but that of dates."""
    package = Package()
    book = package.add_part("xl/workbook.xml", CONTENT_TYPE, b"")
    package.add_relationship("", TRANSITIONAL, "officeDocument", book)
    stylesheet = package.add_part("xl/styles.xml", styles.CONTENT_TYPE, _stylesheet())
    package.add_relationship(book, TRANSITIONAL, "styles", stylesheet)
    lines = []
    names: set[str] = set()
    for number, table in enumerate(tables, start=1):
        name = fit_sheet_name(table.name)
        if name.lower() in names:
            name = fit_sheet_name(f"{number}_{name}")
        names.add(name.lower())
        part = package.add_part("xl/worksheets/sheet{}.xml", SHEET_CONTENT_TYPE, _sheet_xml(table))
        id = package.add_relationship(book, TRANSITIONAL, "worksheet", part)
        state = b' state="%b"' % table.state.encode() if table.state else b""
        values = (escaped(name), number, state, id.encode())
        lines.append(b'<sheet name="%b" sheetId="%d"%b r:id="%b"/>' % values)
    namespaces = (TRANSITIONAL.namespace.encode(), TRANSITIONAL.relationships.encode())
    opening = b'<workbook xmlns="%b" xmlns:r="%b"><bookViews><workbookView/></bookViews><sheets>' % namespaces
    package.write(book, b"".join([XML_DECLARATION, opening, *lines, b"</sheets></workbook>"]))
    return package


def _read_workbook(data: bytes, errors: Mapping[str, Mapping[Position, str]]) -> Iterable[Table]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    merged_of = dict(enumerate(read_merged(data)))
    for place, about in enumerate(book.sheets_metadata):
        if about.typ == SheetTypeEnum.WorkSheet:
            sheet = book.get_sheet_by_index(place)
            rows = _rows_of(sheet)
            if about.name in errors:
                rows = list(rows)
                _put_errors(rows, errors[about.name])
            merged = sheet.merged_cell_ranges or merged_of.get(place, ())
            yield Table(about.name, rows, merged, _state(about.visible))


def _rows_of(sheet: CalamineSheet) -> Iterator[list[Any]]:
    """The rows from A1 on, one after the other: a space in the last row there can be makes a million of them."""
    left_blank = [""] * (sheet.start[1] if sheet.start else 0)
    return ([*left_blank, *row] for row in sheet.iter_rows())


def _put_errors(rows: list[list[Any]], errors: Mapping[Position, str]) -> None:
    for (row, column), text in errors.items():
        rows.extend([] for _ in range(row - len(rows)))
        values = rows[row - 1]
        values.extend([""] * (column - len(values)))
        if values[column - 1] == "":
            values[column - 1] = text


_STATES = ((SheetVisibleEnum.Hidden, "hidden"), (SheetVisibleEnum.VeryHidden, "veryHidden"))


def _state(visible: SheetVisibleEnum) -> str | None:
    return next((state for known, state in _STATES if known == visible), None)


def _decoded(data: bytes) -> str:
    """The text of ``data``; raises where it is a page or no text at all."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("gb18030")
    if not text.strip() or text.lstrip().startswith("<") or "\0" in text:
        raise ValueError("not a table of text")
    return text


def _stylesheet() -> bytes:
    formats = [
        b'<numFmt numFmtId="%d" formatCode="%b"/>' % (_FORMAT_NUMBERS[kind], escaped(code))
        for kind, code in _NUMBER_FORMATS.items()
    ]
    cell_formats = [
        b'<xf numFmtId="%d" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>' % number
        for number in _FORMAT_NUMBERS.values()
    ]
    # text that begins like a formula is text, also when its cell is edited
    cell_formats.append(b'<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"/>')
    number_formats = b'<numFmts count="%d">%b</numFmts>' % (len(formats), b"".join(formats))
    return styles.new_stylesheet(TRANSITIONAL.namespace, tuple(cell_formats), number_formats)


def _sheet_xml(table: Table) -> bytes:
    widths: dict[int, float] = {}
    rows = []
    for row, values in enumerate(table.rows, start=1):
        cells = []
        for column, value in enumerate(values, start=1):
            if value is None or value == "":
                continue
            cells.append(_cell(f"{column_letters(column)}{row}".encode(), value))
            widths[column] = max(widths.get(column, 0), measure(str(value)))
        if cells:
            rows.append(b'<row r="%d">%b</row>' % (row, b"".join(cells)))
    columns = [
        b'<col min="%d" max="%d" width="%d" customWidth="1"/>'
        % (column, column, min(max(width + 2, _NARROWEST), _WIDEST))
        for column, width in sorted(widths.items())
    ]
    merged = [
        b'<mergeCell ref="%b:%b"/>' % tuple(address_of((row + 1, column + 1)).encode() for row, column in area)
        for area in table.merged
    ]
    return b"".join(
        (
            XML_DECLARATION,
            b'<worksheet xmlns="%b">' % TRANSITIONAL.namespace.encode(),
            b"<cols>%b</cols>" % b"".join(columns) if columns else b"",
            b"<sheetData>%b</sheetData>" % b"".join(rows),
            b'<mergeCells count="%d">%b</mergeCells>' % (len(merged), b"".join(merged)) if merged else b"",
            b"</worksheet>",
        )
    )


def _cell(address: bytes, value: Any) -> bytes:
    if isinstance(value, str):
        style = b' s="%d"' % _STYLES["formula-like"] if value[0] in "=+-@" else b""
        return b'<c r="%b"%b t="inlineStr"><is><t xml:space="preserve">%b</t></is></c>' % (
            address,
            style,
            string(value),
        )
    if isinstance(value, bool):
        return b'<c r="%b" t="b"><v>%d</v></c>' % (address, value)
    if isinstance(value, int | float):
        return b'<c r="%b"><v>%b</v></c>' % (address, repr(value).encode())
    kind, days = _in_days(value)
    return b'<c r="%b" s="%d"><v>%b</v></c>' % (address, _STYLES[kind], repr(days).encode())


def _in_days(value: date | time | timedelta) -> tuple[str, float]:
    """What kind of time a value is, and its number in a spreadsheet's calendar."""
    day = timedelta(days=1)
    if isinstance(value, datetime):
        return "datetime", (value.replace(tzinfo=None) - datetime.combine(_FIRST_DAY, time())) / day
    if isinstance(value, date):
        return "date", (value - _FIRST_DAY).days
    if isinstance(value, time):
        return "time", (datetime.combine(_FIRST_DAY, value) - datetime.combine(_FIRST_DAY, time())) / day
    return "duration", value / day
