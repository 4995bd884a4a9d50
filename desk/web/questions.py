"""The questions about enterprises of a cycle: which may be one, what speaks for it, and the two answers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from desk.decisions.people import Right
from desk.views.questions import read_questions
from desk.web.cities import city_of
from desk.web.frame import DeskDep, VisitorDep, cycle_of, render, require

router = APIRouter()

QUESTIONS_OF_A_PAGE = 50


@router.get("/cycles/{regime_key}/{round_key}/questions", name="questions")
def questions(
    request: Request,
    desk: DeskDep,
    visitor: VisitorDep,
    regime_key: str,
    round_key: str,
    city: str = "",
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> HTMLResponse:
    """Which enterprises may be one, in one city or all that are open to the visitor."""
    regime = cycle_of(desk, regime_key, round_key)
    open_cities = visitor.access.cities(regime)
    if not city and open_cities:
        city = open_cities[0]
    require(visitor, Right.VIEW, regime, city or None)
    if city:
        city_of(desk, regime, city)
    found = read_questions(desk.warehouse, desk.decisions.in_force(), regime_key, round_key, city or None)
    divisions = desk.rulebook.reference.divisions
    cities = [divisions[code] for code in regime.divisions if divisions[code].level == "city"]
    return render(
        request,
        visitor,
        "questions.html",
        regime=regime,
        round_key=round_key,
        city=city,
        cities=[one for one in cities if open_cities is None or one.code in open_cities],
        is_whole_open=open_cities is None,
        questions=found[(page - 1) * QUESTIONS_OF_A_PAGE : page * QUESTIONS_OF_A_PAGE],
        count=len(found),
        page=page,
        page_count=-(-len(found) // QUESTIONS_OF_A_PAGE),
        is_sealed=desk.decisions.is_sealed(regime_key, round_key),
        path={"regime_key": regime_key, "round_key": round_key},
        cycle={"regime": regime_key, "round": round_key},
    )
