"""A city's page: its figure by industry, whether that is confirmed as it stands, and how its reporters stand."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from desk.decisions.acts import ACTS, REPORTED_ROUND, Subject
from desk.decisions.city_figure import compare_figures, confirmation_of, is_changed, read_figure
from desk.decisions.listing import STATES, lapsed_decisions, log_lines
from desk.decisions.people import Right
from desk.views.board import read_board
from desk.web.acts import may_undo
from desk.web.desk import Desk
from desk.web.frame import DeskDep, VisitorDep, cycle_of, render, require
from desk.web.refusals import NotThere
from exports.wording import TOTAL
from rulebook import Division, Regime

router = APIRouter()

NO_UNIT = "none"
"""In an address: the exits of an industry whose amount has no unit, as nobody could read it."""

_OF_REPORTERS = ("demand", "return")
"""Acts that are offered beside a reporter: to demand what was sent, to return what counts."""


@router.get("/cycles/{regime_key}/{round_key}/cities/{code}", name="city")
def city(
    request: Request, desk: DeskDep, visitor: VisitorDep, regime_key: str, round_key: str, code: str
) -> HTMLResponse:
    """The figure of one city beside what was confirmed of it, and its reporters."""
    regime = cycle_of(desk, regime_key, round_key)
    require(visitor, Right.VIEW, regime, code)
    division = city_of(desk, regime, code)
    confirmation = confirmation_of(desk.decisions.in_force(), regime_key, round_key, code)
    figure = compare_figures(
        read_figure(desk.warehouse, regime_key, round_key, code), (confirmation and confirmation.figure) or ()
    )
    decided = desk.decisions.all()
    board = read_board(desk.warehouse, desk.records, decided, desk.rulebook, (regime_key, round_key), {code})
    about_city = desk.decisions.about(Subject("city", (regime_key, round_key, code)))
    seal = desk.decisions.seal_of(regime_key, round_key)
    announced = [
        one
        for one in desk.decisions.in_force()
        if (one.kind, one.regime, one.round) == ("announce", regime_key, round_key)
    ]
    return render(
        request,
        visitor,
        "city.html",
        regime=regime,
        round_key=round_key,
        city=division,
        figure=figure,
        confirmation=confirmation,
        is_changed=confirmation is not None and is_changed(figure),
        board=board,
        total=TOTAL,
        no_unit=NO_UNIT,
        path={"regime_key": regime_key, "round_key": round_key},
        cycle={"regime": regime_key, "round": round_key},
        seal=seal,
        sealed_figures=desk.sealed_figures(regime, round_key, (code,)),
        may_confirm=seal is None and desk.warehouse.exists and visitor.may(Right.CONFIRM, regime, code),
        may_undo=confirmation is not None and may_undo(desk, visitor, confirmation),
        acts=[] if seal else [ACTS[kind] for kind in _OF_REPORTERS if visitor.may(ACTS[kind].right, regime, code)],
        places=_places(desk, regime, round_key, code),
        announcements={one.place_code: one for one in announced},
        may_announce=seal is None and visitor.may(Right.ANNOUNCE, regime, code),
        undoable={one.sequence for one in announced if may_undo(desk, visitor, one)},
        log=log_lines(
            reversed(about_city), desk.decisions, desk.rulebook, lapsed_decisions(desk.decisions, desk.warehouse)
        ),
        log_states=STATES,
    )


def _places(desk: Desk, regime: Regime, round_key: str, code: str) -> list[Division]:
    """Of a province's city, itself and its counties and zones: what makes its own list public; of another round none."""
    if regime.level != "province" or round_key != REPORTED_ROUND:
        return []
    reference = desk.rulebook.reference
    return [reference.divisions[one] for one in regime.divisions if code in (one, reference.city_of(one))]


def city_of(desk: Desk, regime: Regime, code: str) -> Division:
    """The city ``code`` of the regime; ``NotThere`` where it is none."""
    division = desk.rulebook.reference.divisions.get(code)
    if division is None or division.level != "city" or code not in regime.divisions:
        raise NotThere(f"“{code}”不是{regime.title}范围内的市。", f"{code!r} is not a city of {regime.key}.")
    return division
