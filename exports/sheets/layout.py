"""How a printed sheet looks: landscape, one page wide, headings on every page, ready to be signed.

A sheet that would be too small to read on A4 is printed on A3. Each page carries its number and how far the report has
come: 草稿 until it is sealed, then number and date of the document.

Headings are Chinese with English below. Amounts are shown with as many decimals as they have, never rounded.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from exports.amounts import count_decimals
from exports.sheets.formulas import FORMULA_SIGNS, is_like_formula
from exports.sheets.longlist import ListStyles, LongList, style_number
from exports.sheets.marking import DRAFT_EN, mark_of, tell_document
from exports.sheets.records import Record, Value, measure_height
from exports.sign_off import SignOff
from exports.wording import DRAFT

A3, A4 = 8, 9
"""Excel's numbers of these papers."""
WIDEST_ON_A4 = 200
"""Characters across a sheet that can still be read on A4."""
SIGNERS = ("填报人：", "审核人：", "负责人（签字）：")
SEAL_LINE = "（单位盖章）　　　　　　年　　月　　日"
CAPACITY_DECIMALS = 8
"""Decimals the warehouse keeps of an amount."""
NOTHING_LISTED = "没有需要列出的。There is nothing to list."
ROW_POINTS = 15
"""The height of a row nobody set."""
MOST_POINTS_ON_A_PAGE = {A4: 1000, A3: 1500}
"""Twice what stands on the paper lying: half the size can still be read."""
POINTS_OF_PAPER = {A4: (841.9, 595.3), A3: (1190.6, 841.9)}
"""Width and height of the paper lying."""
MARGINS = {"left": 0.5, "right": 0.5, "top": 0.6, "bottom": 0.7}
"""In inches."""
ROWS_WITH_SIGNATURES = 2
"""Rows of the table that stand on the page of the signatures: what is signed must be seen."""
SLIGHTLY_SMALLER = 4 / 3
"""A signed sheet that is so much higher than a page is printed on one, at three quarters of the size."""
SURELY_ON_A_PAGE = (0.84, 1.5)
"""What programs put on a page, as parts of what Excel does: without Calibri LibreOffice takes columns for 1.4 times as wide, and
prints all the smaller; headers and footers take their part."""
MOST_PAGES_RECKONED = 5
"""By then they are a page apart."""
BODY_FONT = "宋体"
TITLE_FONT = "黑体"
HEADING_FILL = "#DDE6EF"
TOTAL_FILL = "#F3F3F3"
GREY = "#666666"
RED = "#C00000"


@dataclass(frozen=True)
class Column:
    """A column of a printed table: Chinese and English heading, width in characters, kind of its cells."""

    zh: str
    en: str
    width: float
    kind: str = "text"


class Styles:
    """The cell styles of one workbook, each made once."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._cells: dict[tuple[str, int, str, bool], Format] = {}
        self.title = self._plain(font_name=TITLE_FONT, font_size=18, align="center")
        self.draft = self._plain(font_name=TITLE_FONT, font_size=18, font_color=RED)
        self.subtitle = self._plain(font_size=9, font_color=GREY, align="center")
        self.document = self._plain(font_size=12, align="center")
        self.section = self._plain(font_name=TITLE_FONT, font_size=12, bold=True)
        self.note = self._plain(font_size=9, font_color=GREY, text_wrap=True)
        self.alarm = self._plain(font_size=10, font_color=RED, bold=True, text_wrap=True)
        self.sign = self._plain(font_size=12)
        self.seal = self._plain(font_size=12, align="right")
        self.heading = self._plain(bold=True, border=1, align="center", text_wrap=True, bg_color=HEADING_FILL)
        self.heading_zh = self._plain(bold=True)
        self.heading_en = self._plain(font_size=8, font_color=GREY)
        self.label = self._plain(border=1, bg_color=HEADING_FILL, text_wrap=True)
        self.value = self._plain(border=1, text_wrap=True)
        self.guarded_value = self._plain(border=1, text_wrap=True, quote_prefix=True)

    def _plain(self, **settings) -> Format:
        return self._workbook.add_format({"font_name": BODY_FONT, "font_size": 10, "valign": "vcenter"} | settings)

    def cell(self, kind: str, value: Value = None, weight: str = "body") -> Format:
        """The bordered style for ``value`` in a column of ``kind`` (text, centre, number); ``weight`` body or total."""
        decimals = count_decimals(value) if isinstance(value, Decimal) else 0
        is_guarded = isinstance(value, str) and is_like_formula(value)
        key = (kind, decimals, weight, is_guarded)
        if key not in self._cells:
            settings: dict[str, object] = {"border": 1, "text_wrap": kind != "number", "quote_prefix": is_guarded}
            if kind == "centre":
                settings["align"] = "center"
            if kind == "number":
                settings["align"] = "right"
                # "_ " keeps the width of a blank between the figure and the border
                settings["num_format"] = "#,##0" + ("." + "0" * decimals if decimals else "") + "_ "
            if weight == "total":
                settings |= {"bold": True, "bg_color": TOTAL_FILL}
            self._cells[key] = self._plain(**settings)
        return self._cells[key]


class PrintedSheet:
    """A sheet written from top to bottom: title, notes, tables, signatures; ``row`` is the next free one.

    Without ``sign_off`` it is no part of a pack: a paper of the office, neither draft nor sealed.
    """

    def __init__(
        self, sheet: Worksheet, styles: Styles, columns: Sequence[Column], footer: str, sign_off: SignOff | None = None
    ) -> None:
        self.sheet = sheet
        self.styles = styles
        self.columns = columns
        self.row = 0
        self.heights: dict[int, float] = {}
        self.table_rows: list[int] = []
        self.section_rows: list[int] = []
        self.repeated_points = 0.0
        self.last_column = len(columns) - 1
        self.sign_off = sign_off
        sheet.set_landscape()
        self.paper = A4 if self.width <= WIDEST_ON_A4 else A3
        sheet.set_paper(self.paper)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(**MARGINS)
        sheet.center_horizontally()
        if sign_off:
            footer = f"{footer} · {tell_document(sign_off)}"
            if mark_of(sign_off):
                sheet.set_header(f'&R&"{TITLE_FONT},Regular"&K{RED[1:]}&12{DRAFT} {DRAFT_EN}')
        sheet.set_footer(f"&L&8{footer}&R&8第 &P 页，共 &N 页  Page &P of &N")
        sheet.hide_gridlines(2)
        for number, column in enumerate(columns):
            sheet.set_column(number, number, column.width)

    @property
    def width(self) -> float:
        """Width of the whole sheet in characters."""
        return sum(column.width for column in self.columns)

    def write_title(self, title: str, subtitle: str, until: str | None = None) -> None:
        """Write the title, the English subtitle below it and, once sealed, number and date of the document.

        Beside the title stands in red that it is a draft, and ``until`` when it holds.
        """
        mark = "，".join(part for part in (self.sign_off and mark_of(self.sign_off), until) if part)
        self._merge("" if mark else title, self.styles.title)
        self._set_height(32)
        if mark:
            self.sheet.write_rich_string(self.row, 0, title, self.styles.draft, f"（{mark}）", self.styles.title)
        self.row += 1
        self._merge(subtitle, self.styles.subtitle)
        self.row += 1
        if self.sign_off and not mark_of(self.sign_off):
            self._merge(tell_document(self.sign_off), self.styles.document)
            self.row += 1

    def write_line(self, text: str, style: Format) -> None:
        """Write one line of text across the sheet, as high as it needs."""
        self._set_height(measure_height([text], [self.width]))
        self._merge(text, style)
        self.row += 1

    def write_section(self, text: str) -> None:
        """Write the title of a section: a page does not end with it, or with the headings below it, on a signed sheet."""
        self.section_rows.append(self.row)
        self.write_line(text, self.styles.section)

    def write_fact(self, label: str, value: str) -> None:
        """Write a label and, across the rest of the sheet, what it says, as high as it needs."""
        label_width = self.columns[0].width
        self._set_height(measure_height([label, value], [label_width, self.width - label_width]))
        self.sheet.write_string(self.row, 0, label, self.styles.label)
        style = self.styles.guarded_value if is_like_formula(value) else self.styles.value
        self._merge(value, style, first_column=1)
        self.table_rows.append(self.row)
        self.row += 1

    def write_figures(self, pairs: Sequence[tuple[str, int]]) -> None:
        """Write labels and figures side by side."""
        for number, (label, figure) in enumerate(pairs):
            self.sheet.write_string(self.row, 2 * number, label, self.styles.label)
            self.sheet.write_number(self.row, 2 * number + 1, figure, self.styles.cell("number", figure))
        self.row += 1

    def write_signatures(self, signers: Sequence[str] = SIGNERS, seal: str = SEAL_LINE) -> None:
        """Leave room for the signatures, if any, for the seal and the date; they are never alone on the last page.

        What is little more than a page is printed on one; of more pages the last has rows of the table, too.
        Signatures stand side by side, unless one column takes so much of the sheet that they cannot.
        """
        columns = self._spread(len(signers))
        if len(set(columns)) < len(signers):
            for signer in signers:
                self._set_height(34)
                self._merge(signer, self.styles.sign)
                self.row += 1
            signers = ()
        if signers:
            self._set_height(34)
            for column, signer in zip(columns, signers, strict=True):
                self.sheet.write_string(self.row, column, signer, self.styles.sign)
            self.row += 1
        self._set_height(34)
        self._merge(seal, self.styles.seal, first_column=columns[-1] if signers else 0)
        self.row += 1
        self._finish(min(SLIGHTLY_SMALLER * self._page_points(), MOST_POINTS_ON_A_PAGE[self.paper]))

    def write_headings(self, columns: Sequence[Column] | None = None) -> None:
        """Write the headings of a table: Chinese bold, English small below."""
        self._set_height(30)
        styles = self.styles
        for number, column in enumerate(columns or self.columns):
            if column.en:
                parts = (styles.heading_zh, column.zh, styles.heading_en, f"\n{column.en}")
                self.sheet.write_rich_string(self.row, number, *parts, styles.heading)
            else:
                self.sheet.write_string(self.row, number, column.zh, styles.heading)
        self.row += 1

    def repeat_headings(self) -> None:
        """Keep the rows written last in sight: frozen on the screen, repeated on every printed page."""
        self.sheet.freeze_panes(self.row, 0)
        self.repeat_headings_in_print()

    def repeat_headings_in_print(self) -> None:
        """Repeat the row written last on every printed page; so far down, frozen it would take up the screen."""
        self.sheet.repeat_rows(self.row - 1)
        self.repeated_points = self._height_of(self.row - 1)

    def write_records(
        self, records: Iterable[Record], columns: Sequence[Column] | None = None, weight: str = "body"
    ) -> None:
        """Write one bordered row for each record."""
        widths = [column.width for column in self.columns]
        for record in records:
            self._set_height(measure_height(record, widths[: len(record)]))
            for number, (column, value) in enumerate(zip(columns or self.columns, record, strict=True)):
                write_value(self.sheet, self.row, number, value, self.styles.cell(column.kind, value, weight))
            self.table_rows.append(self.row)
            self.row += 1

    def write_long_list(self, columns: Sequence[Column], count: int, records: Iterable[Record]) -> LongList:
        """Put a list of ``count`` records below what is written, with a filter on its headings: the sheet is a ``LongList``."""
        if count:
            smallest = [Decimal(1).scaleb(-places) for places in range(CAPACITY_DECIMALS + 1)]
            # the styles are known to the workbook before the first row is drawn
            styles = ListStyles(
                widths=[column.width for column in columns],
                columns=[style_number(self.styles.cell(column.kind)) for column in columns],
                guarded=[style_number(self.styles.cell(column.kind, FORMULA_SIGNS[0])) for column in columns],
                amounts=[style_number(self.styles.cell("number", amount)) for amount in smallest],
            )
            self.sheet.autofilter(self.row - 1, 0, self.row + count - 1, self.last_column)
            self.sheet.set_list(self.row, count, records, styles)
        else:
            self.write_line(NOTHING_LISTED, self.styles.note)
        return self.sheet

    def finish_on_one_page(self, sections: Sequence[int] = ()) -> None:
        """Print the sheet on one page, unless that would make it too small to read: then each of ``sections`` begins one."""
        self._finish(MOST_POINTS_ON_A_PAGE[self.paper], sections)

    def _finish(self, most_points: float, sections: Sequence[int] = ()) -> None:
        """Print a sheet of no more points on one page; of a higher one each of ``sections`` begins a page."""
        if self.points_from(0) <= most_points:
            self.sheet.fit_to_pages(1, 1)
            self.sheet.set_h_pagebreaks([])
        else:
            begun = sorted({*sections, *self._torn_sections(sections)})
            self.sheet.set_h_pagebreaks([*begun, *self._break_before_signatures(begun)])

    def _torn_sections(self, sections: Sequence[int]) -> list[int]:
        """The titles that some program might leave at the foot of a page, alone or with their headings."""
        tops = list(accumulate(map(self._height_of, range(self.row)), initial=0.0))
        torn: list[int] = []
        for row in self.section_rows:
            begun = sorted({*sections, *torn})
            pages = (self._begin_pages(tops, begun, points) for points in self._points_on_a_page())
            if any(after in page for page in pages for after in (row + 1, row + 2)):
                torn.append(row)
        return torn

    def _break_before_signatures(self, sections: Sequence[int]) -> list[int]:
        """The row of the table that is to begin the last page, where the signatures could be left alone on it.

        No program keeps rows together, and no two break pages at the same row: so all breaks are looked at that one might
        make. Of the rows from which on all surely fits on a page the last is taken that makes for the fewest pages.
        """
        tops = list(accumulate(map(self._height_of, range(self.row)), initial=0.0))
        points = self._points_on_a_page()
        after = max(sections, default=0)
        rows = [
            row
            for row in self.table_rows[: 1 - ROWS_WITH_SIGNATURES]
            if row > after and self.repeated_points + tops[-1] - tops[row] <= points[0]
        ]
        if not rows:
            return []
        if tops[-1] > MOST_PAGES_RECKONED * points[0]:
            return rows[-1:]
        if all(self._begin_pages(tops, sections, one)[-1] <= rows[-1] for one in points):
            return []
        pages = {row: sum(len(self._begin_pages(tops[: row + 1], sections, one)) for one in points) for row in rows}
        return [min(reversed(rows), key=pages.__getitem__)]

    def _begin_pages(self, tops: Sequence[float], sections: Sequence[int], points: float) -> list[int]:
        """The rows that begin a page of so many ``points``; ``tops`` of all rows, and the end of the last."""
        begun = [0]
        while True:
            room = points - (self.repeated_points if begun[-1] else 0)
            next_one = max(bisect_right(tops, tops[begun[-1]] + room) - 1, begun[-1] + 1)
            next_one = min([next_one, *(row for row in sections if row > begun[-1])])
            if next_one >= len(tops) - 1:
                return begun
            begun.append(next_one)

    def _points_on_a_page(self) -> list[float]:
        """The heights that programs may put on a page of this sheet, least first."""
        least, most = (round(100 * part) for part in SURELY_ON_A_PAGE)
        points = self._page_points()
        return [points * percent / 100 for percent in range(least, most + 1)]

    def _page_points(self) -> float:
        """The height that Excel puts on a page of this sheet, which is as wide as the page."""
        width, height = POINTS_OF_PAPER[self.paper]
        # a column is seven pixels for each character and five of padding, a pixel three quarters of a point
        sheet_width = sum(0.75 * (7 * column.width + 5) for column in self.columns)
        scale = min(1.0, (width - 72 * (MARGINS["left"] + MARGINS["right"])) / sheet_width)
        return (height - 72 * (MARGINS["top"] + MARGINS["bottom"])) / scale

    def points_from(self, row: int) -> float:
        """The height of all that is written from ``row`` on."""
        return sum(map(self._height_of, range(row, self.row)))

    def _height_of(self, row: int) -> float:
        return self.heights.get(row, ROW_POINTS)

    def _set_height(self, points: float) -> None:
        """The next row is as high as that."""
        self.sheet.set_row(self.row, points)
        self.heights[self.row] = points

    def skip(self, rows: int = 1) -> None:
        """Leave ``rows`` empty rows."""
        self.row += rows

    def _spread(self, parts: int) -> list[int]:
        """The first columns of ``parts`` parts of the sheet that are about as wide as one another."""
        lefts = [sum(column.width for column in self.columns[:number]) for number in range(len(self.columns))]
        return [
            min(range(len(lefts)), key=lambda number, at=part * self.width / parts: abs(lefts[number] - at))
            for part in range(parts)
        ]

    def _merge(self, text: str, style: Format, first_column: int = 0) -> None:
        """Write ``text`` across the row from ``first_column`` on."""
        if first_column < self.last_column:
            # merging writes what it is given as it sees fit: a formula, a link
            self.sheet.merge_range(self.row, first_column, self.row, self.last_column, "", style)
        if text:
            self.sheet.write_string(self.row, first_column, text, style)


def write_value(sheet: Worksheet, row: int, column: int, value: Value, style: Format) -> None:
    """Write a blank, a text or a number, never a formula: a text that begins with = stays a text."""
    if value is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, style)
    else:
        sheet.write_number(row, column, value, style)
