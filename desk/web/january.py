"""The page of the report of January: its gates, who prepared and signed it, the notice with its objections, its packs."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from zipfile import ZIP_STORED, ZipFile

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from desk.decisions.act_rules import was_made_by
from desk.decisions.acts import ACTS, OUTCOMES, REPORTED_ROUND, Actor, Subject
from desk.decisions.listing import STATES, lapsed_decisions, log_lines
from desk.decisions.log import Decision
from desk.decisions.people import Right
from desk.decisions.posts import name_of_person
from desk.january.gates import LABELS, Gate, Lack, Report
from desk.january.gates import STATES as GATE_STATES
from desk.january.report import last_of, recorded_late
from desk.january.shown_list import early_in_words, first_day_of_list
from desk.web.acts import may_undo, room_of
from desk.web.desk import Desk
from desk.web.downloads import attachment
from desk.web.frame import DeskDep, Visitor, VisitorDep, address, cycle_of, render, require
from desk.web.refusals import NotThere
from rulebook import Division, Regime

router = APIRouter()

PACKS = {
    "draft": ("published", ("下载成果包（签发前是草稿）", "the pack (a draft until it is signed)")),
    "sealed": ("sealed", ("下载封存件", "the sealed copy")),
}
"""The packs of a cycle: the folder of the store, and what its link says."""

_MOST_LACKS = 200
"""Of a gate, on the page: more are told on the board."""


@router.get("/cycles/{regime_key}/{round_key}/january", name="january")
def january(request: Request, desk: DeskDep, visitor: VisitorDep, regime_key: str, round_key: str) -> HTMLResponse:
    """How far the report of a cycle has come, what it still lacks, and what the visitor may do about it."""
    regime = cycle_of(desk, regime_key, round_key)
    require(visitor, Right.VIEW, regime)
    in_force = [one for one in desk.decisions.in_force() if (one.regime, one.round) == (regime_key, round_key)]
    seal = desk.decisions.seal_of(regime_key, round_key)
    report = room_of(desk).read_report(regime_key, round_key) if desk.warehouse.exists else None
    path = {"regime_key": regime_key, "round_key": round_key}
    about_cycle = desk.decisions.about(Subject("cycle", (regime_key, round_key)))
    lapsed = lapsed_decisions(desk.decisions, desk.warehouse)
    lines = log_lines(reversed(about_cycle), desk.decisions, desk.rulebook, lapsed)
    shown, consent = last_of(in_force, "open_notice"), last_of(in_force, "consent")
    return render(
        request,
        visitor,
        "january.html",
        regime=regime,
        round_key=round_key,
        path=path,
        cycle={"regime": regime_key, "round": round_key},
        is_reported=round_key == REPORTED_ROUND,
        seal=seal,
        report=report,
        gates=[(gate, _addresses(request, path, gate)) for gate in report.gates] if report else [],
        gate_labels=LABELS,
        gate_states=GATE_STATES,
        most_lacks=_MOST_LACKS,
        outcomes=OUTCOMES,
        made={kind: last_of(in_force, kind) for kind in ("consent", "open_notice", "seal")},
        late=shown and recorded_late(shown),
        early=consent and early_in_words(consent, first_day_of_list(desk.warehouse, regime_key, round_key)),
        objections=[one for one in in_force if one.kind == "object"],
        answers={one.objection: one for one in in_force if one.kind == "answer_objection"},
        announcements={one.place_code: one for one in in_force if one.kind == "announce"},
        places=_places(desk, regime),
        packs=[(name, words) for name, (folder, words) in PACKS.items() if _files(desk, folder, path)],
        may=_may(
            visitor, name_of_person(visitor.user_id, visitor.name, desk.decisions), regime, round_key, report, seal
        ),
        undoable={one.sequence for one in in_force if may_undo(desk, visitor, one)},
        acts=ACTS,
        log=lines,
        log_states=STATES,
    )


@router.get("/cycles/{regime_key}/{round_key}/january/{pack}.zip", name="january_pack")
def pack_of_january(desk: DeskDep, visitor: VisitorDep, regime_key: str, round_key: str, pack: str) -> Response:
    """The files of a pack as they lie in the store, in one archive."""
    regime = cycle_of(desk, regime_key, round_key)
    require(visitor, Right.VIEW, regime)
    path = {"regime_key": regime_key, "round_key": round_key}
    files = _files(desk, PACKS[pack][0], path) if pack in PACKS else {}
    if not files:
        raise NotThere("这个成果包还没有写出来。", "This pack was not written yet.")
    written = BytesIO()
    # workbooks and documents are compressed already
    with ZipFile(written, "w", ZIP_STORED) as archive:
        for name, key in files.items():
            archive.writestr(name, desk.store.read_bytes(key))
    return attachment(written.getvalue(), f"{regime_key}_{round_key}_{pack}.zip")


def _files(desk: Desk, folder: str, path: dict[str, str]) -> dict[str, str]:
    """By name in the archive: the keys of the files of a pack."""
    prefix = f"{folder}/{path['regime_key']}/{path['round_key']}/"
    return {key.removeprefix(prefix): key for key in desk.store.keys(prefix.rstrip("/")) if key.startswith(prefix)}


def _may(
    visitor: Visitor, name: str, regime: Regime, round_key: str, report: Report | None, seal: Decision | None
) -> dict[str, bool]:
    """The acts that the visitor's rights and the state of the report leave open; ``is_own``: what he may not sign."""
    is_reported = round_key == REPORTED_ROUND and seal is None
    may_prepare = is_reported and visitor.may(Right.PREPARE, regime)
    may_sign = seal is None and visitor.may(Right.SEAL, regime)
    prepared = report.prepared if report else None
    is_own = prepared is not None and was_made_by(prepared, Actor(visitor.user_id, name))
    return {
        **dict.fromkeys(("consent", "open_notice", "object", "answer_objection"), may_prepare),
        # as long as nothing changed it says what is said already
        "prepare": may_prepare and (prepared is None or report.is_changed),
        "announce": is_reported and visitor.may(Right.ANNOUNCE, regime),
        "seal": may_sign and not is_own and (prepared is not None or not is_reported),
        "refuse": may_sign and prepared is not None,
        "is_own": may_sign and is_own,
    }


def _addresses(request: Request, path: dict[str, str], gate: Gate) -> list[tuple[Lack, str]]:
    return [(lack, _address_of(request, path, lack)) for lack in gate.lacks[:_MOST_LACKS]]


def _address_of(request: Request, path: dict[str, str], lack: Lack) -> str:
    """The page on which a lack is mended."""
    about: dict[str, Any] = dict(lack.about)
    if lack.page == "submission":
        return address(request, "submission", **about)
    query = {"industry": about.pop("industry")} if "industry" in about else None
    return address(request, lack.page, query, **path, **about)


def _places(desk: Desk, regime: Regime) -> list[Division]:
    """The cities, counties and zones that make their own lists public: of a city's regime not the city itself."""
    divisions = desk.rulebook.reference.divisions
    return [divisions[code] for code in regime.divisions if code != regime.area]
