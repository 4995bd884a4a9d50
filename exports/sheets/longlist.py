"""A worksheet for lists of a hundred thousand rows.

XlsxWriter keeps an object for every cell until the workbook is closed and writes each through a chain of calls: 10 s
and 400 MB at 100,000 × 18 cells. Rows that are turned to XML as they are written cost a fraction of that. Titles,
headings and print settings go through XlsxWriter as on any other sheet. (Worksheets are made to be subclassed, but the
one method replaced here is not public: the tests read the list back, so that an update of XlsxWriter cannot break it
unseen.)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from html import escape

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name

from exports.amounts import write_exactly
from exports.sheets.formulas import FORMULA_SIGNS
from exports.sheets.links import LinkedSheet
from exports.sheets.records import Record, measure_height

# XML 1.0 has no way to write these at all
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
NOT_PLAIN = re.compile(f"[<>&]|{UNWRITABLE.pattern}|^\\s|\\s$")


@dataclass(frozen=True)
class ListStyles:
    """Widths and style numbers of a long list's columns, and the style numbers of amounts by their count of decimals.

    ``guarded`` are the columns' styles for a text that begins like a formula.
    """

    widths: Sequence[float]
    columns: Sequence[int]
    guarded: Sequence[int]
    amounts: Sequence[int]


class LongList(LinkedSheet):
    """A worksheet with ordinary cells at the top and one long list of like rows below them."""

    list_rows: Iterable[Record] = ()
    first_list_row = 0

    def set_list(self, first_row: int, row_count: int, rows: Iterable[Record], styles: ListStyles) -> None:
        """Put ``rows`` below the cells at the top; they are drawn when the workbook is closed."""
        self.list_rows = rows
        self.list_styles = styles
        self.first_list_row = first_row
        self.dim_rowmax = first_row + row_count - 1

    def _write_rows(self) -> None:
        last_row = self.dim_rowmax
        self.dim_rowmax = max(self.table)
        super()._write_rows()
        self.dim_rowmax = last_row
        if self.list_rows:
            self.fh.writelines(draw_rows(self.list_rows, self.first_list_row + 1, self.list_styles))


def style_number(style: Format) -> int:
    """The number under which the workbook's style table holds ``style``; asked for before the workbook is closed."""
    return style._get_xf_index()


def draw_rows(rows: Iterable[Record], first_number: int, styles: ListStyles) -> Iterator[str]:
    """The XML of the rows, the first of which has ``first_number``."""
    columns = [
        (f'<c r="{xl_col_to_name(column)}', f'" s="{style}"', f'" s="{guarded}"')
        for column, (style, guarded) in enumerate(zip(styles.columns, styles.guarded, strict=True))
    ]
    of_amounts = [f'" s="{style}"><v>' for style in styles.amounts]
    for number, values in enumerate(rows, start=first_number):
        cells = []
        for (begun, styled, guarded), value in zip(columns, values, strict=True):
            if value.__class__ is str:
                kept = guarded if value.startswith(FORMULA_SIGNS) else styled
                cells.append(f'{begun}{number}{kept} t="inlineStr"><is>{draw_text(value)}</is></c>')
            elif value is None:
                cells.append(f"{begun}{number}{styled}/>")
            elif value.__class__ is Decimal:
                digits = write_exactly(value)
                cells.append(f"{begun}{number}{of_amounts[len(digits.partition('.')[2])]}{digits}</v></c>")
            else:
                cells.append(f"{begun}{number}{styled}><v>{value}</v></c>")
        height = measure_height(values, styles.widths)
        yield f'<row r="{number}" ht="{height}" customHeight="1">{"".join(cells)}</row>'


@lru_cache(maxsize=1 << 12)
def draw_text(text: str) -> str:
    """The XML of a text; what XML cannot hold is left out."""
    if NOT_PLAIN.search(text):
        return f'<t xml:space="preserve">{escape(UNWRITABLE.sub("", text), quote=False)}</t>'
    return f"<t>{text}</t>"
