"""The first page, and the switch of the language."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from desk.web.frame import LANGUAGE_COOKIE, LANGUAGES, Desk, DeskDep, Visitor, VisitorDep, address, render
from rulebook import EXIT_TABLE, ROUNDS, Regime

router = APIRouter()


@router.get("/", name="home")
def home(request: Request, desk: DeskDep, visitor: VisitorDep, show: str = "") -> Response:
    """The cycles that are open to the visitor (``show=all``); who only reports is taken to the usual one first."""
    cycles = [(regime, rounds_of(regime)) for regime in desk.rulebook.regimes.values() if _is_open(visitor, regime)]
    if desk.usual_cycle and not show:
        regime_key, round_key = desk.usual_cycle
        usual = desk.rulebook.regimes.get(regime_key)
        reporters = visitor.access.reporters(usual) if usual else ()
        if len(reporters) == 1 and not visitor.access.may_see_others(usual):
            own = address(request, "reporter", regime_key=regime_key, round_key=round_key, code=reporters[0])
            return RedirectResponse(own, 303)
    return render(request, visitor, "home.html", cycles=cycles, own=_own_reporters(desk, visitor))


@router.get("/language", name="language")
def language(request: Request, to: str, back: str = "") -> Response:
    """The language is switched; one comes back to where one was."""
    # only to a page of ours: an address that leads elsewhere could be sent to somebody as a trap
    first = address(request, "home")
    is_ours = back.startswith(first) and not back.startswith("//") and "\\" not in back
    answer = RedirectResponse(back if is_ours else first, 303)
    if to in LANGUAGES:
        answer.set_cookie(LANGUAGE_COOKIE, to, max_age=365 * 86400, httponly=True, samesite="lax", path=first)
    return answer


def _is_open(visitor: Visitor, regime: Regime) -> bool:
    return visitor.access.may_see_others(regime) or bool(visitor.access.reporters(regime))


def _own_reporters(desk: Desk, visitor: Visitor) -> dict[str, tuple[str, ...]]:
    """Per regime the reporters the visitor reports for, where the whole board is not open."""
    return {
        key: visitor.access.reporters(regime)
        for key, regime in desk.rulebook.regimes.items()
        if not visitor.access.may_see_others(regime)
    }


def rounds_of(regime: Regime) -> list[str]:
    """The rounds in which somebody owes the exit table, and the annual one."""
    owed = {obligation.round for obligation in regime.obligations if obligation.what == EXIT_TABLE}
    return [round_key for round_key in ROUNDS if round_key in owed or round_key == "annual"]
