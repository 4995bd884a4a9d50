"""The area of a cycle as a picture, coloured by what came of each reporter, or by its exits; drawn on the server as SVG.

For the office, never for publication (see ``rulebook/boundaries.py``). A state is told by its colour – blue tones for
what is in, orange to red for what is not, told apart by those who do not see red and green – and by a character;
every shape says its reporter and state when pointed at, and leads to the reporter's page. Reporters without a boundary
(functional zones, departments, the districts of Shenzhen) are tiles beside the map.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from markupsafe import Markup, escape

from rulebook.boundaries import county_boundaries

MAP_SIZE = 620
"""Width and height the map is fitted into, in pixels at its natural size."""
TILE = 26
NAMED_TILE_WIDTH = 190
MOST_NAMED_TILES = 20
MOST_TILES = 160
TILES_IN_A_ROW = 8
MOST_NAMED_SHAPES = 30
LEAST_SIZE_OF_A_LETTER = 15
LEGEND_ROWS = 2
GAP = 6
LETTER_SIZE = 12
BORDER = 'stroke="#27313A" stroke-width=".7"'


@dataclass(frozen=True, slots=True)
class Look:
    """How a state is shown: fill, its character, and the colour of that."""

    fill: str
    letter: str
    ink: str = "#000000"


LOOKS = {
    "received": Look("#1F6FA8", "报", "#FFFFFF"),
    "nil": Look("#A9D3EE", "零"),
    "late": Look("#D7E8A0", "迟"),
    "unasked": Look("#7FB8A8", "主"),
    "demanded": Look("url(#again)", "重"),
    "rejected": Look("#F5B556", "核"),
    "returned": Look("#DD7A2F", "退"),
    "missing": Look("#BF4036", "缺", "#FFFFFF"),
    "excused": Look("#F6F4E4", "免"),
    "open": Look("#FFFFFF", "未"),
    "partial": Look("#F2D0A4", "并"),
    "replaced": Look("#E9DFC7", "另"),
    "none": Look("#E6E6E6", ""),
}
"""By where a reporter stands (``exports.wording.STANDINGS``); ``none`` is a place that owes nothing in the round."""


STRIPES = Markup(
    '<defs><pattern id="again" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="#EBDDF5"/><rect width="1.5" height="6" fill="#7A45A8"/></pattern></defs>'
)
"""What must be sent again is striped: lavender and light blue look alike to some."""


@dataclass(frozen=True, slots=True)
class Place:
    """What the picture says of one reporter."""

    code: str
    name: str
    short_name: str
    state: str
    """A key of ``LOOKS``, or of the looks the map is drawn with."""
    title: str
    href: str
    figure: str = ""
    """What is written on it in the place of its state's character."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The drawn boundary of a county: a path, a point well inside, and how much room there is around it."""

    path: str
    x: float
    y: float
    room: float


@dataclass(frozen=True, slots=True)
class Outline:
    """All counties of an area, projected; only what fills them changes from one picture to the next."""

    width: int
    height: int
    shapes: dict[str, Shape]


def draw_map(
    places: Iterable[Place],
    counties: tuple[str, ...],
    names: Mapping[str, str],
    label: str,
    notice: str,
    looks: Mapping[str, Look] = LOOKS,
) -> Markup:
    """The picture of ``places`` on a map of ``counties`` (codes of one province), with its legend.

    ``names`` are the words for the states, ``label`` is what the picture is called, ``notice`` stands below it.
    ``looks`` has one for each state, and ``none`` for counties of which there is no place.
    """
    outline = project(counties)
    by_code = {place.code: place for place in places}
    without_boundary = [place for code, place in by_code.items() if code not in outline.shapes]
    tiles = without_boundary[:MOST_TILES]
    tiles_left = outline.width + 3 * GAP if outline.width else 0
    width = max(tiles_left + _tiles_width(tiles), MAP_SIZE)
    legend_top = max(outline.height, _tiles_height(tiles)) + 3 * GAP
    notice_line = legend_top + LEGEND_ROWS * (TILE + GAP) + LETTER_SIZE
    if len(without_boundary) > MOST_TILES:
        notice = f"… +{len(without_boundary) - MOST_TILES}　{notice}"
    drawn = [
        STRIPES,
        *(_draw_shape(shape, by_code.get(code), _has_room(outline), looks) for code, shape in outline.shapes.items()),
        *_draw_tiles(tiles, tiles_left, looks),
        *_draw_legend(names, legend_top, looks),
        _text(0, notice_line, notice, "#555555", "start"),
    ]
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="map" viewBox="0 0 {0} {1}" width="{0}" height="{1}"'
        ' role="group" aria-label="{2}" font-family="sans-serif" font-size="{3}" stroke-linejoin="round">{4}</svg>'
    ).format(width, notice_line + GAP, label, LETTER_SIZE, Markup("").join(drawn))


@lru_cache(maxsize=64)
def project(counties: tuple[str, ...]) -> Outline:
    """The counties that have a boundary, as paths in pixels; an outline of no size when none has one.

    Equal degrees of longitude are made as wide as they are in the middle of the area: over one province the error of
    that is smaller than a line.
    """
    rings = {
        code: county_boundaries(f"{code[:2]}0000")[code]
        for code in counties
        if code in county_boundaries(f"{code[:2]}0000")
    }
    if not rings:
        return Outline(0, 0, {})
    corners = [corner for county in rings.values() for ring in county for corner in ring]
    west, east = min(x for x, _ in corners), max(x for x, _ in corners)
    south, north = min(y for _, y in corners), max(y for _, y in corners)
    narrowing = math.cos(math.radians((south + north) / 2))
    scale = (MAP_SIZE - 2) / max((east - west) * narrowing, north - south)

    def place(corner: tuple[float, float]) -> tuple[float, float]:
        return 1 + (corner[0] - west) * narrowing * scale, 1 + (north - corner[1]) * scale

    shapes = {code: _shape([[place(corner) for corner in ring] for ring in county]) for code, county in rings.items()}
    # a district that lies within another must not be covered by it
    largest_first = dict(sorted(shapes.items(), key=lambda item: -item[1].room))
    width, height = (math.ceil(extent * scale) + 2 for extent in ((east - west) * narrowing, north - south))
    return Outline(width, height, largest_first)


def _shape(rings: Sequence[Sequence[tuple[float, float]]]) -> Shape:
    """The path of projected ``rings``, and where in the largest of them something can be written."""
    largest = max(rings, key=_area)
    x, y, across = _middle(largest)
    heights = [corner[1] for corner in largest]
    return Shape("".join(map(_path, rings)), x, y, min(across, max(heights) - min(heights)))


def _path(ring: Sequence[tuple[float, float]]) -> str:
    """SVG's words for a ring: whole tenths of a pixel, each corner told from the one before."""
    tenths = [(round(x * 10), round(y * 10)) for x, y in ring[:-1]]
    steps = (f"{(x - before_x) / 10:g},{(y - before_y) / 10:g}" for (before_x, before_y), (x, y) in pairwise(tenths))
    return f"M{tenths[0][0] / 10:g},{tenths[0][1] / 10:g}l{' '.join(steps)}z"


def _area(ring: Sequence[tuple[float, float]]) -> float:
    return abs(sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in pairwise(ring))) / 2


def _middle(ring: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """The middle of the longest line from west to east that lies within ``ring`` half-way up, and its length."""
    heights = [y for _, y in ring]
    # a little off the middle: a line through a corner would meet it twice
    level = (min(heights) + max(heights)) / 2 + 0.01
    borders = sorted(
        x + (level - y) * (next_x - x) / (next_y - y)
        for (x, y), (next_x, next_y) in pairwise(ring)
        if (y > level) != (next_y > level)
    )
    across, start = max((end - start, start) for start, end in zip(borders[::2], borders[1::2], strict=True))
    return start + across / 2, level, across


def _has_room(outline: Outline) -> bool:
    return len(outline.shapes) <= MOST_NAMED_SHAPES


def _draw_shape(shape: Shape, place: Place | None, is_named: bool, looks: Mapping[str, Look]) -> Markup:
    look = looks[place.state if place else "none"]
    drawn = Markup(f'<path d="{shape.path}" fill="{look.fill}" fill-rule="evenodd" {BORDER}/>')
    if place is None:
        return drawn
    if shape.room >= LEAST_SIZE_OF_A_LETTER:
        drawn += _text(shape.x, shape.y + LETTER_SIZE / 3, place.figure or look.letter, look.ink)
    if is_named and shape.room >= LETTER_SIZE * len(place.short_name):
        drawn += _text(shape.x, shape.y + LETTER_SIZE * 1.5, place.short_name, look.ink)
    return _link(place, drawn)


def _tiles_are_named(tiles: Sequence[Place]) -> bool:
    return len(tiles) <= MOST_NAMED_TILES


def _tiles_width(tiles: Sequence[Place]) -> int:
    if not tiles:
        return 0
    return NAMED_TILE_WIDTH if _tiles_are_named(tiles) else TILES_IN_A_ROW * (TILE + GAP)


def _tiles_height(tiles: Sequence[Place]) -> int:
    rows = len(tiles) if _tiles_are_named(tiles) else math.ceil(len(tiles) / TILES_IN_A_ROW)
    return rows * (TILE + GAP)


def _draw_tiles(tiles: Sequence[Place], left: float, looks: Mapping[str, Look]) -> Iterator[Markup]:
    """One square for each reporter without a boundary; with its name where they are few."""
    in_a_row = 1 if _tiles_are_named(tiles) else TILES_IN_A_ROW
    for number, place in enumerate(tiles):
        row, column = divmod(number, in_a_row)
        x, y = left + column * (TILE + GAP), row * (TILE + GAP)
        drawn = _square(x, y, looks[place.state], place.figure)
        if _tiles_are_named(tiles):
            drawn += _text(x + TILE + GAP, y + TILE * 2 / 3, place.name, "#1C2630", "start")
        yield _link(place, drawn)


def _draw_legend(names: Mapping[str, str], top: float, looks: Mapping[str, Look]) -> Iterator[Markup]:
    in_a_row = math.ceil(len(looks) / LEGEND_ROWS)
    for number, (state, look) in enumerate(looks.items()):
        row, column = divmod(number, in_a_row)
        x, y = column * MAP_SIZE / in_a_row, top + row * (TILE + GAP)
        yield _square(x, y, look) + _text(x + TILE + GAP, y + TILE * 2 / 3, names[state], "#1C2630", "start")


def _square(x: float, y: float, look: Look, figure: str = "") -> Markup:
    square = Markup(f'<rect x="{x:g}" y="{y:g}" width="{TILE}" height="{TILE}" fill="{look.fill}" {BORDER}/>')
    return square + _text(x + TILE / 2, y + TILE * 2 / 3, figure or look.letter, look.ink)


def _text(x: float, y: float, text: str, ink: str, anchor: str = "middle") -> Markup:
    return Markup(f'<text x="{x:.0f}" y="{y:.0f}" fill="{ink}" text-anchor="{anchor}">{escape(text)}</text>')


def _link(place: Place, drawn: Markup) -> Markup:
    """What leads to the reporter's page; by keyboard the table beside the picture does."""
    return Markup(f'<a href="{escape(place.href)}" tabindex="-1"><title>{escape(place.title)}</title>{drawn}</a>')
