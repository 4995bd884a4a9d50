"""The map of the board: every reporter is on it once, told by colour and by character, and leads to its page."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from desk.views.maps import LOOKS, MAP_SIZE, MOST_TILES, Place, draw_map, project
from exports.wording import STANDINGS
from rulebook import load
from rulebook.boundaries import county_boundaries

SVG = "{http://www.w3.org/2000/svg}"
NAMES = {state: state for state in LOOKS}


def place(code: str, state: str = "received", name: str = "紫阳县") -> Place:
    return Place(code, name, name.removesuffix("县"), state, f"{name}：{state}", f"/reporters/{code}")


def counties_of(regime_key: str) -> tuple[str, ...]:
    regime, divisions = load().regimes[regime_key], load().reference.divisions
    return tuple(code for code in regime.divisions if divisions[code].level == "county")


def drawn(places: list[Place], counties: tuple[str, ...]) -> ElementTree.Element:
    return ElementTree.fromstring(draw_map(places, counties, NAMES, "报送情况", "仅供内部办公使用"))


def links(picture: ElementTree.Element) -> dict[str, ElementTree.Element]:
    return {link.get("href"): link for link in picture.iter(f"{SVG}a")}


@pytest.mark.parametrize("regime_key", sorted(load().regimes))
def test_every_reporter_of_a_regime_is_drawn_once(regime_key):
    reporters = load().regimes[regime_key].reporters.values()

    picture = drawn([place(one.code, name=one.name) for one in reporters], counties_of(regime_key))

    hrefs = [link.get("href") for link in picture.iter(f"{SVG}a")]
    assert sorted(hrefs) == sorted(f"/reporters/{one.code}" for one in reporters)


def test_counties_have_their_shape_and_others_a_tile():
    picture = links(drawn([place("610924"), place("610900-q01"), place("610900-fgw")], counties_of("ankang-2024")))

    assert picture["/reporters/610924"].find(f"{SVG}path") is not None
    assert picture["/reporters/610900-q01"].find(f"{SVG}rect") is not None
    assert picture["/reporters/610900-fgw"].find(f"{SVG}rect") is not None


def test_districts_without_boundaries_are_tiles():
    """Shenzhen's districts are not in our boundaries."""
    picture = drawn([place("440303"), place("440304")], counties_of("shenzhen-2019"))

    assert picture.find(f".//{SVG}path") is None
    assert len(links(picture)) == 2


@pytest.mark.parametrize("state", sorted(STANDINGS))
def test_a_state_is_told_by_its_colour_and_its_character(state):
    link = links(drawn([place("610924", state)], counties_of("ankang-2024")))["/reporters/610924"]

    assert link.find(f"{SVG}path").get("fill") == LOOKS[state].fill
    assert LOOKS[state].letter in [text.text for text in link.iter(f"{SVG}text")]
    assert link.find(f"{SVG}title").text == f"紫阳县：{state}"


def test_states_differ_in_colour_and_in_character():
    assert len({look.fill for look in LOOKS.values()}) == len(LOOKS)
    assert len({look.letter for look in LOOKS.values()}) == len(LOOKS)
    assert set(LOOKS) == {*STANDINGS, "none"}


def test_who_owes_nothing_is_grey_and_leads_nowhere():
    picture = drawn([], counties_of("ankang-2024"))

    assert links(picture) == {}
    assert {path.get("fill") for path in picture.iter(f"{SVG}path")} == {LOOKS["none"].fill}


def test_names_are_escaped():
    picture = drawn([place("x", name='<script>alert("1")</script>')], ())

    assert next(picture.iter(f"{SVG}title")).text.startswith('<script>alert("1")')
    assert next(picture.iter(f"{SVG}script"), None) is None


def test_what_does_not_fit_is_counted():
    picture = drawn([place(str(number)) for number in range(MOST_TILES + 7)], ())

    assert len(links(picture)) == MOST_TILES
    assert "+7" in "".join(picture.itertext())


def test_the_map_says_it_is_for_the_office():
    assert "仅供内部办公使用" in "".join(drawn([], ()).itertext())


@pytest.mark.parametrize("province", ["610000", "370000"])
def test_boundaries_are_those_of_todays_counties(province):
    divisions = load().reference.divisions
    expected = {code for code, one in divisions.items() if one.level == "county" and code[:2] == province[:2]}

    assert set(county_boundaries(province)) == expected
    assert all(ring[0] == ring[-1] for rings in county_boundaries(province).values() for ring in rings)


def test_neighbours_still_meet():
    """紫阳 and 岚皋 have a border in common, and after simplification the same corners on it."""
    ziyang, langao = (
        {corner for ring in county_boundaries("610000")[code] for corner in ring} for code in ("610924", "610925")
    )

    assert len(ziyang & langao) > 5


def test_an_outline_fits_its_frame():
    outline = project(counties_of("shandong-2017"))

    assert max(outline.width, outline.height) <= MAP_SIZE + 2
    assert all(0 <= shape.x <= outline.width and 0 <= shape.y <= outline.height for shape in outline.shapes.values())
    assert all(re.fullmatch(r"(M[-\d.,]+l[-\d., ]+z)+", shape.path) for shape in outline.shapes.values())
    assert project(("999999",)).shapes == {}
