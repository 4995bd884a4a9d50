"""The annotated copy: the reporter's workbook, every finding coloured and commented, and a first sheet listing them.

Formats that openpyxl cannot write back (.xls, .ods, .csv) come out as an .xlsx of the same cells under the same
addresses; what cannot be read at all comes out as the list alone. The same input gives the same bytes.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import warnings
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.utils.cell import coordinate_from_string
from openpyxl.utils.exceptions import CellCoordinatesException
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter
from python_calamine import CalamineWorkbook

from rulebook import verdict

LIST_SHEET = "修改清单"
COMMENT_AUTHOR = "汇总系统"

# A sheet formatted down to the last row costs openpyxl gigabytes: above the first limit only the cells are copied
# (calamine skips what holds no value), above the second nothing but the list is written.
MOST_UNPACKED_BYTES_TO_WRITE_BACK = 32 * 1024**2
MOST_UNPACKED_BYTES_TO_COPY = 256 * 1024**2
LONGEST_QUOTED_VALUE = 300


@dataclass(frozen=True)
class Severity:
    """How one severity is called and coloured."""

    label: str
    label_en: str
    colour: str


SEVERITIES = {
    "reject": Severity("必须修改", "must be corrected", "F8B4B4"),
    "explain": Severity("需要说明", "needs an explanation", "FFE08A"),
    "note": Severity("提示", "for information", "BDD7EE"),
}
"""The severities of a finding, gravest first."""

VERDICTS = {
    "rejected": ("退回修改", "Returned for correction"),
    "accepted": ("已接收", "Accepted"),
}


def annotate(
    data: bytes,
    name: str,
    submission: Mapping[str, Any],
    findings: Iterable[Mapping[str, Any]],
    target: Path,
) -> Path:
    """An ``.xlsx`` at ``target`` shows every finding on the file ``data``, sent as ``name``.

    ``submission`` is a line of the submissions frame; where ``reporter_name`` and ``due_on`` are added, the heading
    of the list shows them.
    """
    findings = list(findings)
    workbook, sheet_by_name = _copy(data, name, findings)
    painter = _Painter()
    _mark_cells(sheet_by_name, findings, painter)
    _write_list(workbook, sheet_by_name, name, submission, findings, painter)
    target.parent.mkdir(parents=True, exist_ok=True)
    _save(workbook, target)
    return target


# ---- the copy ----


def _copy(data: bytes, name: str, findings: list[Mapping[str, Any]]) -> tuple[Workbook, dict[str, Worksheet]]:
    """The best copy that can be made of the file, with its worksheets under the names they have in the findings."""
    unpacked_bytes = _unpacked_bytes(data)
    attempts: list[Callable[[], tuple[Workbook, dict[str, Worksheet]]]] = []
    if unpacked_bytes <= MOST_UNPACKED_BYTES_TO_WRITE_BACK:
        attempts.append(lambda: _own_workbook(data))
    if unpacked_bytes <= MOST_UNPACKED_BYTES_TO_COPY:
        attempts.append(lambda: _same_cells(_tables(data, name, findings)))
    for attempt in attempts:
        try:
            return attempt()
        except BaseException as error:
            # Whatever a foreign program wrote may break a reader in any way, calamine's Rust by an exception that is
            # no Exception: the answer then is a plainer copy, never none.
            if isinstance(error, (KeyboardInterrupt, SystemExit)):
                raise
    return _same_cells({})


def _unpacked_bytes(data: bytes) -> int:
    """Bytes the file claims to hold once unpacked; its own length where it is no zip archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile:
        return len(data)


def _own_workbook(data: bytes) -> tuple[Workbook, dict[str, Worksheet]]:
    """The reporter's own workbook, formats and formulas kept, free of marks an earlier answer left in it."""
    with warnings.catch_warnings():
        # What openpyxl leaves out of a copy is no news to the one who sent the file.
        warnings.simplefilter("ignore")
        workbook = load_workbook(io.BytesIO(data))
    if LIST_SHEET in workbook.sheetnames:
        del workbook[LIST_SHEET]
        for sheet in workbook.worksheets:
            _clear_marks(sheet)
    return workbook, {sheet.title: sheet for sheet in workbook.worksheets}


def _clear_marks(sheet: Worksheet) -> None:
    for row in sheet.iter_rows():
        for cell in row:
            if cell.comment is not None and cell.comment.author == COMMENT_AUTHOR:
                cell.comment = None
                cell.fill = PatternFill()


def _tables(data: bytes, name: str, findings: list[Mapping[str, Any]]) -> dict[str, list[list[Any]]]:
    """The values of every sheet, from its first cell on. What a file is, its first bytes say and not its name."""
    if not data.startswith(_WORKBOOK_MAGICS):
        text = _decoded(data)
        # A text file names no sheet: its findings do.
        sheet_name = next((finding["sheet"] for finding in findings if finding["sheet"]), Path(name).stem)
        delimiter = max(",\t;", key=text.count)
        return {sheet_name: list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))}
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {
        sheet_name: workbook.get_sheet_by_name(sheet_name).to_python(skip_empty_area=False)
        for sheet_name in workbook.sheet_names
        if sheet_name != LIST_SHEET
    }


_WORKBOOK_MAGICS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


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


def _same_cells(tables: Mapping[str, list[list[Any]]]) -> tuple[Workbook, dict[str, Worksheet]]:
    """A new workbook that holds the values of ``tables`` at the same addresses, without any format."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    sheet_by_name = {}
    for name, rows in tables.items():
        sheet = workbook.create_sheet(re.sub(r"[\[\]:*?/\\]", "_", name)[:31])
        sheet_by_name[name] = sheet
        widths: dict[int, int] = defaultdict(int)
        for row_number, row in enumerate(rows, start=1):
            for column_number, value in enumerate(row, start=1):
                if value is None or value == "":
                    continue
                _put(sheet.cell(row_number, column_number), value)
                widths[column_number] = max(widths[column_number], _shown_width(str(value)))
        for column_number, width in widths.items():
            sheet.column_dimensions[get_column_letter(column_number)].width = min(max(width + 2, 8), 40)
    return workbook, sheet_by_name


def _put(cell: Cell, value: Any) -> None:
    """``value`` stands in ``cell`` as data: text that looks like a formula stays text."""
    if not isinstance(value, str):
        cell.value = value
        return
    cell.value = _printable(value)
    if cell.data_type == "f":
        cell.data_type = "s"
        cell.quotePrefix = True


def _printable(text: str) -> str:
    return ILLEGAL_CHARACTERS_RE.sub("", text)


def _shown_width(text: str) -> int:
    """Width of ``text`` in a spreadsheet's units: a Chinese character takes two."""
    return len(text) + len(_WIDE_CHARACTER.findall(text))


_WIDE_CHARACTER = re.compile("[^\u0000-\u2e7f]")


# ---- looks ----


@dataclass(frozen=True, eq=False, kw_only=True)
class _Look:
    """What is set of a cell's format; what is ``None`` stays as it is."""

    font: Font | None = None
    fill: PatternFill | None = None
    alignment: Alignment | None = None
    border: Border | None = None


class _Painter:
    """Gives the cells of one workbook their looks.

    openpyxl compares every style it is given with all it has, part by part: it is asked once for each look, and the
    other cells are given a copy of what it found.
    """

    def __init__(self) -> None:
        self._style_by_look: dict[tuple[_Look, tuple[int, ...]], StyleArray] = {}

    def paint(self, cell: Cell, look: _Look) -> None:
        """The cell has the look ``look``."""
        key = (look, tuple(cell._style or ()))
        if key not in self._style_by_look:
            for part in fields(look):
                if (value := getattr(look, part.name)) is not None:
                    setattr(cell, part.name, value)
            self._style_by_look[key] = copy(cell._style)
        cell._style = copy(self._style_by_look[key])


def _filled(colour: str) -> PatternFill:
    return PatternFill("solid", start_color=colour)


_FONT = "等线"
_LINE = Side(style="thin", color="BFBFBF")
_FRAME = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_UNWRAPPED = Alignment(horizontal="center", vertical="center")
_WRAPPED = Alignment(vertical="center", wrap_text=True)
_CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)

_TITLE = _Look(font=Font(name=_FONT, size=16, bold=True), alignment=_WRAPPED)
_HEADING = _Look(font=Font(name=_FONT, size=11, bold=False), alignment=_WRAPPED)
_COLUMN_HEADING = _Look(
    font=Font(name=_FONT, bold=True, color="FFFFFF"), fill=_filled("44546A"), alignment=_UNWRAPPED, border=_FRAME
)
_NARROW_TEXT = _Look(font=Font(name=_FONT, size=10), alignment=_CENTRED, border=_FRAME)
_WIDE_TEXT = _Look(font=Font(name=_FONT, size=10), alignment=_WRAPPED, border=_FRAME)
_LINK = _Look(font=Font(name=_FONT, size=10, color="0563C1", underline="single"))
_MARK = {key: _Look(fill=_filled(severity.colour)) for key, severity in SEVERITIES.items()}


# ---- the marks ----


def _mark_cells(sheet_by_name: Mapping[str, Worksheet], findings: list[Mapping[str, Any]], painter: _Painter) -> None:
    """Each cell a finding points at is coloured by its gravest finding and carries one comment with all of them."""
    gravity = list(SEVERITIES)
    findings_of_cell: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for finding in findings:
        cell = _cell_of(sheet_by_name, finding)
        if cell is not None:
            findings_of_cell[finding["sheet"], cell.coordinate].append(finding)
    for (sheet_name, coordinate), found in findings_of_cell.items():
        found.sort(key=lambda finding: gravity.index(finding["severity"]))
        cell = sheet_by_name[sheet_name][coordinate]
        painter.paint(cell, _MARK[found[0]["severity"]])
        text = "\n\n".join(_comment_text(finding) for finding in found)
        if cell.comment is not None:
            text = f"{text}\n\n{cell.comment.text}"
        lines = sum(1 + _shown_width(line) // 44 for line in text.splitlines())
        cell.comment = Comment(_printable(text), COMMENT_AUTHOR, width=340, height=min(40 + 19 * lines, 420))


def _comment_text(finding: Mapping[str, Any]) -> str:
    label = SEVERITIES[finding["severity"]].label
    return f"【{label} {finding['rule']}】{finding['message']}\n怎么改：{finding['remedy']}"


def _cell_of(sheet_by_name: Mapping[str, Worksheet], finding: Mapping[str, Any]) -> Cell | None:
    """The cell a finding points at, the top left one of a merged range; ``None`` where it points at no cell."""
    sheet = sheet_by_name.get(finding["sheet"])
    if sheet is None or not finding["cell"]:
        return None
    try:
        coordinate_from_string(finding["cell"])
    except CellCoordinatesException:
        return None
    cell = sheet[finding["cell"]]
    if isinstance(cell, MergedCell):
        merged = next(area for area in sheet.merged_cells.ranges if cell.coordinate in area)
        return sheet.cell(merged.min_row, merged.min_col)
    return cell


# ---- the list ----

_COLUMNS = (
    ("序号", 6),
    ("级别", 13),
    ("工作表", 16),
    ("单元格", 9),
    ("填写内容", 24),
    ("问题", 44),
    ("怎么改", 44),
    ("English", 52),
)
_NARROW = 16
"""Columns up to this width are centred."""


def _write_list(
    workbook: Workbook,
    sheet_by_name: Mapping[str, Worksheet],
    name: str,
    submission: Mapping[str, Any],
    findings: list[Mapping[str, Any]],
    painter: _Painter,
) -> None:
    """The first sheet lists all findings, each with a link to its cell, below a heading that says whose file it is."""
    sheet = workbook.create_sheet(LIST_SHEET, 0)
    heading = _heading_lines(name, submission, findings)
    last_column = len(_COLUMNS)
    for row_number, line in enumerate(heading, start=1):
        sheet.merge_cells(start_row=row_number, start_column=1, end_row=row_number, end_column=last_column)
        cell = sheet.cell(row_number, 1)
        painter.paint(cell, _TITLE if row_number == 1 else _HEADING)
        _put(cell, line)
        sheet.row_dimensions[row_number].height = 26 if row_number == 1 else 18

    header_row = len(heading) + 1
    for column_number, (label, width) in enumerate(_COLUMNS, start=1):
        cell = sheet.cell(header_row, column_number, label)
        painter.paint(cell, _COLUMN_HEADING)
        sheet.column_dimensions[get_column_letter(column_number)].width = width
    for number, finding in enumerate(findings, start=1):
        _write_line(sheet, header_row + number, number, finding, sheet_by_name, painter)

    sheet.freeze_panes = sheet.cell(header_row + 1, 1)
    if findings:
        sheet.auto_filter.ref = f"A{header_row}:{get_column_letter(last_column)}{header_row + len(findings)}"
    sheet.print_title_rows = f"{header_row}:{header_row}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.sheet_view.showGridLines = False
    for other in workbook.worksheets:
        other.sheet_view.tabSelected = other is sheet
    workbook.active = 0


def _heading_lines(name: str, submission: Mapping[str, Any], findings: list[Mapping[str, Any]]) -> list[str]:
    outcome, outcome_en = VERDICTS[verdict(finding["severity"] for finding in findings)]
    reporter = submission.get("reporter_name") or submission.get("declared_reporter") or "未能识别 not recognised"
    lines = [
        f"{LIST_SHEET}　What to do",
        f"文件 File：{name}",
        f"填报单位 Reporter：{reporter}　　回执编号 Receipt：{submission.get('submission_id') or '—'}",
        f"审核结果 Verdict：{outcome}　{outcome_en}",
    ]
    if submission.get("due_on"):
        lines.append(f"报送截止 Due：{submission['due_on']}")
    lines.append(
        "点击“单元格”一栏可跳到问题所在处；改完后直接报送本文件即可，本清单不必删除。"
        " Click a cell address to jump there; correct the sheet and send this file again."
    )
    return lines


def _write_line(
    sheet: Worksheet,
    row_number: int,
    number: int,
    finding: Mapping[str, Any],
    sheet_by_name: Mapping[str, Worksheet],
    painter: _Painter,
) -> None:
    severity = SEVERITIES[finding["severity"]]
    value = finding["value"] or ""
    if len(value) > LONGEST_QUOTED_VALUE:
        value = value[:LONGEST_QUOTED_VALUE] + "……"
    english = f"{finding['rule']} {severity.label_en}. {finding['message_en']} {finding['remedy_en']}"
    values = (
        number,
        f"{severity.label} {finding['rule']}",
        finding["sheet"] or "整个文件",
        finding["cell"] or "—",
        value,
        finding["message"],
        finding["remedy"],
        english,
    )
    for column_number, (content, (_, width)) in enumerate(zip(values, _COLUMNS, strict=True), start=1):
        cell = sheet.cell(row_number, column_number)
        painter.paint(cell, _WIDE_TEXT if width > _NARROW else _NARROW_TEXT)
        _put(cell, content)
    painter.paint(sheet.cell(row_number, 2), _MARK[finding["severity"]])
    lines = max(
        -(-_shown_width(str(content)) // (width - 2)) for content, (_, width) in zip(values, _COLUMNS, strict=True)
    )
    sheet.row_dimensions[row_number].height = min(6 + 15 * lines, 400)

    cell = _cell_of(sheet_by_name, finding)
    if cell is not None:
        link = sheet.cell(row_number, 4)
        place = f"{quote_sheetname(cell.parent.title)}!{cell.coordinate}"
        link.hyperlink = Hyperlink(ref=link.coordinate, location=place)
        painter.paint(link, _LINK)


# ---- saving ----


class _TimelessArchive(zipfile.ZipFile):
    """A zip archive whose members carry no time, so that equal contents are equal bytes."""

    def writestr(self, name: str, data: bytes | str) -> None:
        member = zipfile.ZipInfo(name)
        member.compress_type = zipfile.ZIP_DEFLATED
        super().writestr(member, data)

    def write(self, filename: str, arcname: str) -> None:
        self.writestr(arcname, Path(filename).read_bytes())


def _save(workbook: Workbook, target: Path) -> None:
    # openpyxl's own save() stamps the present time into the workbook.
    epoch = datetime(2000, 1, 1)
    workbook.properties.created = workbook.properties.modified = epoch
    with _TimelessArchive(target, "w", zipfile.ZIP_DEFLATED) as archive:
        ExcelWriter(workbook, archive).write_data()
