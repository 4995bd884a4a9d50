"""The clocks of a regime: every order to rectify with its due day and its state, and every closure by law."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from desk.views.clocks import STATES, has_clocks, read_clocks, state_in_words
from desk.web.board import not_theirs
from desk.web.frame import DeskDep, VisitorDep, cycle_of, render
from exports.papers.clock_lists import EXTENSION_NOT_APPLIED, RESULT_AHEAD
from exports.wording import ORDER_STATES
from rulebook import CATEGORIES

router = APIRouter()

ORDERS_OF_A_PAGE = 100


@router.get("/cycles/{regime_key}/{round_key}/clocks", name="clocks")
def clocks(
    request: Request,
    desk: DeskDep,
    visitor: VisitorDep,
    regime_key: str,
    round_key: str,
    city: str = "",
    category: str = "",
    state: str = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> HTMLResponse:
    """The orders of the cities that are open to the visitor, by state; open to those the board is open to."""
    regime = cycle_of(desk, regime_key, round_key)
    open_cities = visitor.access.cities(regime)
    if open_cities == ():
        raise not_theirs(desk, visitor, regime)
    divisions = desk.rulebook.reference.divisions
    cities = [code for code in regime.divisions if divisions[code].level == "city"]
    if open_cities is not None:
        cities = [code for code in cities if code in open_cities]
    chosen = city if city in cities else ""
    state = state if state in STATES else ""
    category = category if category in CATEGORIES else ""
    told = read_clocks(
        desk.warehouse,
        desk.rulebook,
        regime,
        (chosen,) if chosen else open_cities,
        state or None,
        category or None,
        (page - 1) * ORDERS_OF_A_PAGE,
        ORDERS_OF_A_PAGE,
    )
    count = told.counts[state] if state else sum(told.counts.values())
    return render(
        request,
        visitor,
        "clocks.html",
        regime=regime,
        path={"regime_key": regime_key, "round_key": round_key},
        cities=[divisions[code] for code in cities],
        categories=CATEGORIES,
        query={"city": chosen, "category": category, "state": state},
        counts=told.counts,
        orders=told.orders,
        order_states=ORDER_STATES,
        state_in_words=state_in_words,
        not_applied=EXTENSION_NOT_APPLIED,
        result_ahead=RESULT_AHEAD,
        is_built=has_clocks(desk.warehouse),
        page=page,
        page_count=-(-count // ORDERS_OF_A_PAGE),
    )
