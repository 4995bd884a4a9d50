"""The pictures of a cycle as SVG, drawn on the server: bars with their figures, steps as a funnel, exits on a map.

Letters are those of the reader's own fonts. Each picture has a name for those who hear it; a table on the page says the
same figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from markupsafe import Markup, escape

from desk.views.maps import Look, Place, draw_map
from exports.amounts import write_exactly
from exports.pictures.charts import COLOURS
from exports.pictures.figures import Picture
from exports.sheets.records import measure

WIDTH = 620
BAR = 16
BETWEEN = 10
LETTER_SIZE = 12
LETTER_WIDTH = 6.6
"""Of a Latin letter or digit; a Chinese one takes two."""
LEGEND_HEIGHT = 26
MOST_OF_WIDTH_FOR_NAMES = 0.45
SHADES = ("#DCEBF5", "#A9D3EE", "#6FB1DC", "#3A86BE", "#145A8C")
"""From few to many; told apart in grey as well, and each county has its figure written on it."""


def draw_picture(picture: Picture, title: str, names: Sequence[str], series: Sequence[str]) -> Markup:
    """``picture`` in the reader's words: its title, its names, its series; steps stand in the middle, as in a funnel."""
    left = min(max(map(_width, names)) + 12, WIDTH * MOST_OF_WIDTH_FOR_NAMES)
    values = [value for one in picture.series for value in one.values if value is not None]
    room = WIDTH - left - max(_width(tell(value)) for value in values) - 16
    scale = room / float(max(values))
    is_funnel = picture.key == "steps"
    top = LEGEND_HEIGHT if len(series) > 1 else 4
    drawn = [*_legend(series, left)] if len(series) > 1 else []
    for number, name in enumerate(names):
        height = BAR * len(series)
        drawn.append(_text(left - 8, top + height / 2 + LETTER_SIZE / 3, name, "end"))
        for place, one in enumerate(picture.series):
            value = one.values[number]
            if value is None:
                continue
            length = max(float(value) * scale, 1)
            x = left + (room - length) / 2 if is_funnel else left
            y = top + place * BAR
            drawn.append(
                Markup('<rect x="{:.1f}" y="{}" width="{:.1f}" height="{}" fill="{}"/>').format(
                    x, y, length, BAR - 2, _colour(place, len(series))
                )
            )
            drawn.append(_text(x + length + 5, y + BAR / 2 + LETTER_SIZE / 3 - 1, tell(value), "start"))
        top += height + BETWEEN
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {0} {1}" width="{0}" height="{1}" role="img"'
        ' aria-label="{2}" font-family="sans-serif" font-size="{3}">{4}</svg>'
    ).format(WIDTH, top, title, LETTER_SIZE, Markup("").join(drawn))


def draw_exit_map(
    exits: Iterable[tuple[str, str, int]],
    counties: tuple[str, ...],
    hrefs: Mapping[str, str],
    words: Mapping[str, str],
) -> Markup:
    """A map of ``counties`` shaded by their exits: (code, name, number) each; whoever is not listed has none.

    ``words``: ``label`` of the picture, ``notice`` below it, ``unit`` after a number, ``none`` for no exits.
    """
    exits = list(exits)
    most = max((number for _, _, number in exits), default=1)
    step = -(-most // len(SHADES))
    shades = range(-(-most // step))
    looks = {str(shade): Look(SHADES[shade], "", "#FFFFFF" if shade >= 3 else "#000000") for shade in shades}
    looks["none"] = Look("#F4F4F4", "")
    names = {str(shade): _range(shade * step + 1, (shade + 1) * step) + words["unit"] for shade in shades}
    names["none"] = words["none"]
    places = [
        Place(code, name, name, str((number - 1) // step), f"{name} {number}{words['unit']}", hrefs[code], str(number))
        for code, name, number in exits
    ]
    return draw_map(places, counties, names, words["label"], words["notice"], looks)


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"


def _legend(series: Sequence[str], left: float) -> Iterable[Markup]:
    x = left
    for place, name in enumerate(series):
        yield Markup('<rect x="{:.1f}" y="4" width="12" height="12" fill="{}"/>').format(x, _colour(place, len(series)))
        yield _text(x + 16, 14, name, "start")
        x += _width(name) + 34


def _colour(place: int, count: int) -> str:
    """The last series has the first colour, as in the workbook: this year's."""
    return COLOURS[(count - 1 - place) % len(COLOURS)]


def tell(value: int | Decimal) -> str:
    """A figure as pages show it: every decimal it has, thousands apart."""
    return f"{Decimal(write_exactly(Decimal(value))):,f}"


def _width(text: str) -> float:
    return measure(text) * LETTER_WIDTH


def _text(x: float, y: float, text: str, anchor: str) -> Markup:
    return Markup(f'<text x="{x:.1f}" y="{y:.1f}" fill="#1C2630" text-anchor="{anchor}">{escape(text)}</text>')
