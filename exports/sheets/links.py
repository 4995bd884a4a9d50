"""Links from cell to cell of one workbook.

A link may stand on a range of cells and lead to one: Excel, WPS and LibreOffice go there and select it, so that the
program's own count and sum of the selection can be held against the figure. XlsxWriter writes links for single cells
and puts a text into each; here a cell keeps what it holds and how it looks. (The method replaced is not public: the
tests follow the links of a workbook read back, so that an update of XlsxWriter cannot break them unseen.)
"""

from __future__ import annotations

from functools import lru_cache
from html import escape

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

MOST_LINKS = 65_530
"""What a sheet may hold by Excel's limits; a workbook with more is taken for damaged."""

Range = tuple[int, int, int, int]
"""First row, first column, last row, last column, counted from 0."""

_letters = lru_cache(xl_col_to_name)


class LinkedSheet(Worksheet):
    """A worksheet whose cells may lead to cells of other sheets."""

    def __init__(self) -> None:
        super().__init__()
        self._links: list[str] = []

    def link(self, cells: Range, target: LinkedSheet, area: Range, tip: str = "") -> None:
        """From each of ``cells`` a link leads to ``area`` of ``target``; what is over Excel's limit is left out."""
        if len(self._links) < MOST_LINKS:
            told = f' tooltip="{escape(tip)}"' if tip else ""
            location = f"'{target.name}'!{_name(area)}"
            self._links.append(f'<hyperlink ref="{_name(cells)}" location="{location}"{told}/>')

    def _write_hyperlinks(self) -> None:
        if self._links:
            self.fh.write("<hyperlinks>")
            self.fh.writelines(self._links)
            self.fh.write("</hyperlinks>")


def _name(cells: Range) -> str:
    """``cells`` as a sheet calls them: A1 or A1:B2."""
    first_row, first_column, last_row, last_column = cells
    first, last = f"{_letters(first_column)}{first_row + 1}", f"{_letters(last_column)}{last_row + 1}"
    return first if first == last else f"{first}:{last}"
