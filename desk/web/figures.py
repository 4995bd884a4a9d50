"""The exits that a figure of a city adds up, each with what was sent about it and a link to the cell."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from desk.decisions.people import Right
from desk.views.lineage import Figure, Traced, trace
from desk.views.proofs import CONTRADICTED
from desk.web.cities import NO_UNIT, city_of
from desk.web.frame import DeskDep, VisitorDep, cycle_of, render, require
from exports.amounts import write_exactly
from exports.wording import RECONCILIATION_ZH, ROLE_ZH, TOLD_BY_ZH, explain_hold
from rulebook import CATEGORIES, PHOTO_STAGES, UNCATEGORISED

router = APIRouter()

EXITS_OF_A_PAGE = 100


@router.get("/cycles/{regime_key}/{round_key}/cities/{code}/figure", name="figure")
def figure(
    request: Request,
    desk: DeskDep,
    visitor: VisitorDep,
    regime_key: str,
    round_key: str,
    code: str,
    industry: str = "",
    unit: str = "",
    category: str = "",
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> HTMLResponse:
    """The exits of a city, of one industry, unit or category or several of these, page by page."""
    regime = cycle_of(desk, regime_key, round_key)
    require(visitor, Right.VIEW, regime, code)
    division = city_of(desk, regime, code)
    asked_unit = "" if unit == NO_UNIT else unit or None
    asked = Figure(regime, round_key, code, industry or None, category or None, asked_unit)
    traced = Traced((), ())
    if desk.warehouse.exists:
        traced = trace(desk.warehouse, asked, (page - 1) * EXITS_OF_A_PAGE, EXITS_OF_A_PAGE)
    count = traced.amounts[0]["exits"] if traced.amounts else 0
    return render(
        request,
        visitor,
        "figure.html",
        regime=regime,
        round_key=round_key,
        city=division,
        industry=industry,
        unit=unit,
        no_unit=NO_UNIT,
        category=category,
        categories=(*CATEGORIES, UNCATEGORISED),
        traced=traced,
        sealed_figures=desk.sealed_figures(regime, round_key, (code,)),
        first=(page - 1) * EXITS_OF_A_PAGE + 1,
        page=page,
        page_count=-(-count // EXITS_OF_A_PAGE),
        place_of=_place_of,
        digits=write_exactly,
        explain_hold=explain_hold,
        reconciliations=RECONCILIATION_ZH,
        sides=ROLE_ZH,
        stages=PHOTO_STAGES,
        sources=TOLD_BY_ZH,
        contradictions=CONTRADICTED,
        may_choose=visitor.may(Right.CHOOSE, regime, code) and not desk.decisions.is_sealed(regime_key, round_key),
        path={"regime_key": regime_key, "round_key": round_key, "code": code},
    )


def _place_of(row_id: str) -> tuple[int, int]:
    """Number of the sheet and of the row that ``row_id`` names."""
    _, sheet, row = row_id.rsplit(":", 2)
    return int(sheet), int(row)
