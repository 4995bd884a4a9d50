"""An .xlsx template: checked cell by cell, and filled; a row that names fields of a list is repeated for its lines."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from datetime import datetime
from decimal import Decimal
from typing import Any

import openpyxl
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from exports.own.placeholders import LIST_BY_ITEM, LIST_BY_NAME, SINGLE_BY_NAME
from exports.own.text import BRACES, SPLIT_BRACES, WIDE_BRACES, clean, refuse_package, shorten, show, suggest
from exports.sheets.formulas import is_like_formula
from exports.sheets.packages import settle_package
from exports.sheets.records import PADDING_POINTS, count_lines

NO_LINE = "无"
DEFAULT_WIDTH, DEFAULT_SIZE = 8.43, 11
"""Of a column nobody set, in characters of the letters a workbook begins with, and their size in points."""
LINE_SPACING = 1.3
LAST_ROW = 1_048_576
"""What reaches down to it is of whole columns, and need not move."""
MOST_POINTS = 409
"""The highest a row of a sheet may be."""
_FIELD = re.compile(r"\{\{\s*(\w+)(?:\.(\w+))?\s*\}\}")
_NOT_KEPT = {
    "xl/media/": "图片",
    "xl/charts/": "图表",
    "xl/drawings/drawing": "图形",
    "xl/pivotTables/": "数据透视表",
    "xl/externalLinks/": "外部链接",
    "xl/embeddings/": "嵌入对象",
    "xl/activeX/": "控件",
    "xl/ctrlProps/": "控件",
    "xl/macrosheets/": "宏表",
    "xl/connections": "外部数据连接",
    "xl/queryTables/": "外部数据查询",
    "xl/tables/": "表格对象（请转换为普通区域）",
}
"""Parts of a workbook that are lost, or not moved along, when it is filled."""


def check_workbook(data: bytes) -> list[str]:
    """What is wrong with an .xlsx template, each with its sheet and cell; empty when it can be filled."""
    refused = refuse_package(data, "xl/workbook.xml", "Excel 工作簿（.xlsx）")
    if refused:
        return refused
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
    problems = [
        f"工作簿里有{kind}，套用后不会保留，请删去。It holds what is lost when it is filled."
        for prefix, kind in _NOT_KEPT.items()
        if any(name.lower().startswith(prefix.lower()) for name in names)
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
            if BRACES.search(getattr(getattr(sheet, name), side).text or ""):
                tell("的页眉页脚", "页眉页脚里不能用占位符", "no placeholders in headers and footers")
    if BRACES.search(sheet.title):
        tell("的名称", "工作表的名称里不能用占位符", "no placeholders in the name of a sheet")
    repeated: list[int] = []
    for row in sheet.iter_rows():
        items: dict[str, str] = {}
        for cell in row:
            link = cell.hyperlink
            for kind, text in (
                ("批注", cell.comment and cell.comment.text),
                ("链接", link and f"{link.target or ''}{link.location or ''}{link.tooltip or ''}"),
            ):
                if BRACES.search(text or ""):
                    told = f"{kind}“{shorten(text)}”里不能用占位符"
                    tell(f" {cell.coordinate}", told, "no placeholders in comments and links")
            if cell.data_type == "f":
                tell(f" {cell.coordinate}", "不能有公式，行数变化后公式会算错；请用占位符", "no formulas")
                continue
            if not isinstance(cell.value, str):
                continue
            where = f" {cell.coordinate}“{shorten(cell.value)}”"
            if WIDE_BRACES.search(cell.value):
                tell(where, "用了全角花括号“｛｛ ｝｝”，请改为半角“{{ }}”", "full-width braces")
            rest = _FIELD.sub("", cell.value)
            if SPLIT_BRACES.search(rest):
                tell(where, "花括号中间有空格，请写在一起：“{{ 地区 }}”", "a blank between braces")
            if "{%" in rest or "{#" in rest:
                tell(
                    where,
                    "工作簿里只能用“{{ 占位符 }}”，不能用 {% %}；写了“企业.字段”的行自动重复",
                    "no tags in a workbook",
                )
            elif BRACES.search(rest):
                tell(where, "花括号没有成对或写法不对，应如“{{ 地区 }}”或“{{ 企业.企业名称 }}”", "braces do not match")
            for name, field in _FIELD.findall(cell.value):
                if problem := _problem_of(name, field):
                    tell(where, *problem)
                elif field:
                    items.setdefault(name, cell.coordinate)
        if items:
            repeated.append(row[0].row)
        if len(items) > 1:
            tell(f" 第 {row[0].row} 行", f"一行只能重复一个列表，这里有“{'”“'.join(items)}”", "one list in a row")
        for merged in sheet.merged_cells.ranges if items else ():
            if merged.min_row <= row[0].row <= merged.max_row and merged.min_row != merged.max_row:
                tell(
                    f" {merged.coord}",
                    "重复的行不能与上下的行合并单元格",
                    "a repeated row cannot be merged with others",
                )
    for kind, ranges in _ranges_that_stay(sheet):
        for one in ranges:
            if repeated and repeated[0] <= one.max_row < LAST_ROW:
                tell(f" {one.coord}", f"{kind}不会随重复的行移动，请删去", "it is not moved along with repeated rows")
    return problems


def _ranges_that_stay(sheet: Worksheet) -> Iterator[tuple[str, Iterable[CellRange]]]:
    """Where a sheet has what is not moved along when rows are repeated, by what people call it."""
    yield "筛选", [CellRange(sheet.auto_filter.ref)] if sheet.auto_filter.ref else []
    yield "数据验证", [one for rule in sheet.data_validations.dataValidation for one in rule.sqref.ranges]
    yield "条件格式", [one for rule in sheet.conditional_formatting for one in rule.sqref.ranges]


def _problem_of(name: str, field: str) -> tuple[str, str] | None:
    """What is wrong with a placeholder of a workbook; None when nothing is."""
    if not field:
        if name in SINGLE_BY_NAME:
            return None
        if name in LIST_BY_NAME:
            return f"“{name}”是列表，要写“{LIST_BY_NAME[name].item}.字段”", "name a field of its lines"
        return f"没有占位符“{name}”{suggest(name, SINGLE_BY_NAME)}", "unknown placeholder"
    if name not in LIST_BY_ITEM:
        return f"没有“{name}.{field}”{suggest(name, LIST_BY_ITEM)}", "unknown list"
    fields = [placeholder.name for placeholder in LIST_BY_ITEM[name].fields]
    if field not in fields:
        return f"“{LIST_BY_ITEM[name].name}”没有字段“{field}”{suggest(field, fields)}", "unknown field"
    return None


def fill_workbook(template: bytes, told: Mapping[str, Any], mark: str, moment: datetime) -> bytes:
    """The workbook ``template`` makes of what is ``told``; ``mark``, where there is one, is printed on every page.

    A row that names fields of a list is repeated for each of its lines; a row that is filled is as high as its texts ask for.
    The same values give the same bytes.
    """
    book = openpyxl.load_workbook(io.BytesIO(template))
    for sheet in book.worksheets:
        filled: list[Cell] = []
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
                    filled += _fill_cell(cell, cell.value, lambda name, _: told[name])
        # from the last to the first, so that the numbers of those before hold
        for number, name in sorted(repeated.items(), reverse=True):
            filled += _repeat_row(sheet, number, list(told[LIST_BY_ITEM[name].name]), told)
        _raise_rows(sheet, {cell.row for cell in filled})
        if mark:
            for header in (sheet.oddHeader, sheet.evenHeader, sheet.firstHeader):
                header.center.text, header.center.color, header.center.size = mark, "FF0000", 14
    book.properties.title = clean(str(told["标题"])).replace("\n", "")
    book.properties.creator = book.properties.lastModifiedBy = clean(str(told["署名单位"]))[:255]
    whole = io.BytesIO()
    book.save(whole)
    return settle_package(whole.getvalue(), moment)


def _repeat_row(sheet: Worksheet, number: int, lines: list[Mapping[str, Any]], told: Mapping[str, Any]) -> list[Cell]:
    """Row ``number`` once for each of ``lines``; what lies below moves down as it is, heights, merges, links, breaks of
    pages and print area too.

    Returns the cells that were filled.
    """
    filled = []
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
        for row in sheet.iter_rows(min_row=number + more + 1):
            for cell in row:
                if cell.hyperlink:
                    cell.hyperlink.ref = cell.coordinate
        for page_break in sheet.row_breaks.brk:
            if page_break.id > number:
                page_break.id += more
    for at, line in enumerate(lines or [{}], start=number):
        if height is not None:
            sheet.row_dimensions[at].height = height
        for column, value, style in cells:
            cell = sheet.cell(at, column)
            cell._style = copy(style)
            filled += _fill_cell(cell, value, lambda name, field, line=line: line.get(field) if field else told[name])
        for merged in beside if at > number else ():
            sheet.merge_cells(start_row=at, end_row=at, start_column=merged.min_col, end_column=merged.max_col)
    if not lines:
        sheet.cell(number, cells[0][0]).value = NO_LINE
    return filled


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


def _raise_rows(sheet: Worksheet, rows: set[int]) -> None:
    """Each of ``rows`` is at least as high as its texts: a program that opens the workbook need not see to that."""
    default = sheet.sheet_format.defaultColWidth or DEFAULT_WIDTH
    widths = {
        column: 0 if one.hidden else one.width
        for one in sheet.column_dimensions.values()
        for column in range(one.min, one.max + 1)
    }
    merges = {merged.min_row: [] for merged in sheet.merged_cells.ranges}
    for merged in sheet.merged_cells.ranges:
        merges[merged.min_row].append(merged)
    for row in rows:
        needed = []
        last = {merged.min_col: merged for merged in merges.get(row, ())}
        for cell in sheet[row]:
            merged = last.get(cell.column)
            if cell.value is None or isinstance(cell, MergedCell) or (merged and merged.max_row > row):
                continue
            columns = range(cell.column, (merged.max_col if merged else cell.column) + 1)
            needed.append(_height_of(cell, sum(widths.get(column, default) for column in columns)))
        dimension = sheet.row_dimensions[row]
        present = dimension.height or sheet.sheet_format.defaultRowHeight
        if max(needed, default=0) > present:
            dimension.height = min(max(needed), MOST_POINTS)


def _height_of(cell: Cell, width: float) -> float:
    """Points that the text of a cell takes in columns ``width`` characters wide, in the size of its letters."""
    size = cell.font.size or DEFAULT_SIZE
    is_wrapped = isinstance(cell.value, str) and cell.alignment.wrap_text
    lines = count_lines(cell.value, width * DEFAULT_SIZE / size) if is_wrapped else 1
    return round(lines * size * LINE_SPACING + PADDING_POINTS, 2)


def _fill_cell(cell: Cell | MergedCell, value: Any, look_up: Callable[[str, str], Any]) -> list[Cell]:
    """Put what its placeholders stand for into a cell: a number alone stays a number, a text is never a formula.

    Returns the cell where it had any.
    """
    if not isinstance(value, str) or not _FIELD.search(value):
        if value is not None and not isinstance(cell, MergedCell):
            cell.value = value
        return []
    whole = _FIELD.fullmatch(value.strip())
    found = look_up(*whole.groups(default="")) if whole else None
    if isinstance(found, int | Decimal) and not isinstance(found, bool):
        cell.value = found
        return [cell]
    text = _FIELD.sub(lambda told: str(show(look_up(*told.groups(default="")))), value)
    cell.value = text or None
    if text:
        cell.data_type = "s"
        if is_like_formula(text):
            cell.quotePrefix = True
    return [cell]
