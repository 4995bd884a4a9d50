"""Pictures as charts that the office program draws itself, from the figures in the cells below them.

So they are sharp on paper, carry the letters of the reader's own fonts, and say nothing the cells do not say.
"""

from __future__ import annotations

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart

from exports.pictures.figures import Picture
from exports.sheets.layout import BODY_FONT, TITLE_FONT

COLOURS = ("#1F6FA8", "#D98A29", "#5FA08E", "#7A45A8", "#8C8C8C", "#27313A")
"""Told apart by those who do not see red and green; the last series is this year's."""
WIDTH = 460
LEAST_HEIGHT = 150
PIXELS_OF_A_BAR = 12
PIXELS_BETWEEN = 10
PIXELS_AROUND = 80


def height_of(picture: Picture) -> int:
    """Height of the chart in pixels: as high as its bars need."""
    return max(
        LEAST_HEIGHT, PIXELS_AROUND + len(picture.names) * (PIXELS_OF_A_BAR * len(picture.series) + PIXELS_BETWEEN)
    )


def draw_titled_chart(workbook: Workbook, picture: Picture, sheet: str, first_row: int) -> Chart:
    """The same with the picture's title above the bars."""
    chart = draw_chart(workbook, picture, sheet, first_row)
    font = {"name": TITLE_FONT, "size": 12, "bold": False}
    chart.set_title({"name": picture.title, "name_font": font, "overlay": False})
    return chart


def draw_chart(workbook: Workbook, picture: Picture, sheet: str, first_row: int) -> Chart:
    """The bars of ``picture``, whose names stand from ``first_row`` on in the first column of ``sheet``, figures beside."""
    chart = workbook.add_chart({"type": "bar", "subtype": "clustered"})
    last_row = first_row + len(picture.names) - 1
    font = {"name": BODY_FONT, "size": 9}
    for column, series in enumerate(picture.series, start=1):
        chart.add_series(
            {
                "name": [sheet, first_row - 1, column] if len(picture.series) > 1 else series.name,
                "categories": [sheet, first_row, 0, last_row, 0],
                "values": [sheet, first_row, column, last_row, column],
                "data_labels": {"value": True, "font": font, "num_format": "General"},
                "fill": {"color": COLOURS[(len(picture.series) - column) % len(COLOURS)]},
                # a bar that stands alone is not drawn as a block
                "gap": 60 if len(picture.names) > 2 else 180,
            }
        )
    chart.set_title({"none": True})
    chart.set_legend({"position": "bottom", "font": font} if len(picture.series) > 1 else {"none": True})
    # bars are drawn from the bottom up: reversed, the order is that of the table
    chart.set_y_axis({"reverse": True, "num_font": font, "interval_unit": 1})
    # every bar carries its figure: no scale, no grid; a program left to itself may begin above zero, and bars would lie
    chart.set_x_axis({"min": 0, "visible": False, "major_gridlines": {"visible": False}})
    chart.set_size({"width": WIDTH, "height": height_of(picture)})
    chart.set_chartarea({"border": {"none": True}})
    return chart
