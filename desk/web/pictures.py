"""The pictures of a cycle: capacity by year, plan against actual, exits on a map, from rows received to exits counted."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from desk.views.charts import draw_exit_map, draw_picture, tell
from desk.web.board import OFFICE_ONLY, not_theirs
from desk.web.desk import Desk
from desk.web.frame import LANGUAGES, DeskDep, VisitorDep, address, cycle_of, render
from desk.web.wording import CATEGORIES, INDUSTRIES
from exports.pictures.figures import COUNTIES, Picture, read_pictures, read_pictures_of_place, table_of
from exports.wording import ExitWords, words_of
from rulebook import EXIT_TABLE, Regime

router = APIRouter()


def _words_of_map(words: ExitWords) -> dict[str, tuple[str, str]]:
    exits = words.en("exits")
    return {
        "label": (
            f"县（市、区）{words.exit}条数示意图，内容与旁边的表相同",
            f"Map of {exits} by county; the table says the same",
        ),
        "notice": OFFICE_ONLY,
        "unit": (" 条", f" {exits}"),
        "none": (f"没有{words.exit}", "none"),
    }


@router.get("/cycles/{regime_key}/{round_key}/pictures", name="pictures")
def pictures(
    request: Request, desk: DeskDep, visitor: VisitorDep, regime_key: str, round_key: str, city: str = ""
) -> HTMLResponse:
    """The pictures of the area, or of one city; open to those the board is open to, of their cities alone."""
    regime = cycle_of(desk, regime_key, round_key)
    open_cities = visitor.access.cities(regime)
    if open_cities == ():
        raise not_theirs(desk, visitor, regime)
    divisions = desk.rulebook.reference.divisions
    cities = [code for code in regime.divisions if divisions[code].level == "city" and code != regime.area]
    if open_cities is not None:
        cities = [code for code in cities if code in open_cities]
    area = city if city in cities else regime.area if open_cities is None or regime.area in open_cities else cities[0]
    shown: list[Picture] = []
    exits: list[tuple[str, str, int]] = []
    if desk.warehouse.exists:
        ask = _asker(desk, regime, round_key, area)
        shown = read_pictures(ask, round_key) if area == regime.area else read_pictures_of_place(ask, round_key)
        exits = [(line.division_code, line.division, line.exits) for line in ask(COUNTIES)]
    word = LANGUAGES.index(visitor.language)
    return render(
        request,
        visitor,
        "pictures.html",
        regime=regime,
        path={"regime_key": regime_key, "round_key": round_key},
        place=divisions[area],
        cities=[divisions[code] for code in cities],
        may_see_all=open_cities is None,
        pictures=[(picture, _draw(picture, word), table_of(picture)) for picture in shown],
        map_of_exits=_draw_map(request, desk, regime, round_key, area, exits, visitor.language) if exits else None,
        exits_of_counties=exits,
        digits=tell,
        words=words_of(round_key),
    )


def _asker(desk: Desk, regime: Regime, round_key: str, area: str) -> Callable[[str], list[Any]]:
    """What answers the questions of the pictures about one cycle and place; a pack asks them of its own facts."""
    values = {"regime": regime.key, "round": round_key, "area": area, "form": EXIT_TABLE, "left_out": "added"}

    def ask(question: str) -> list[Any]:
        asked = {name: value for name, value in values.items() if f"${name}" in question}
        return [SimpleNamespace(**line) for line in desk.warehouse.query(question, asked)]

    return ask


def _draw(picture: Picture, word: int) -> Markup:
    names = picture.names
    if word and picture.names_en:
        names = picture.names_en
    elif word:
        names = tuple((INDUSTRIES | CATEGORIES).get(name, name) for name in names)
    series = [(series.name, series.name_en)[word] for series in picture.series]
    return draw_picture(picture, (picture.title, picture.title_en)[word], names, series)


def _draw_map(
    request: Request,
    desk: Desk,
    regime: Regime,
    round_key: str,
    area: str,
    exits: list[tuple[str, str, int]],
    language: str,
) -> Markup:
    """The counties of the place shaded by their exits, each leading to the page of its reporter."""
    reference = desk.rulebook.reference
    counties = tuple(
        code
        for code in regime.divisions
        if reference.divisions[code].level == "county" and area in (regime.area, reference.city_of(code))
    )
    path = {"regime_key": regime.key, "round_key": round_key}
    hrefs = {code: address(request, "reporter", code=code, **path) for code, _, _ in exits}
    words = {name: words[LANGUAGES.index(language)] for name, words in _words_of_map(words_of(round_key)).items()}
    return draw_exit_map(exits, counties, hrefs, words)
