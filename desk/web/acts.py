"""Acts: the form in which one is made, what others did meanwhile, and the log of all of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.background import BackgroundTask
from starlette.datastructures import FormData, UploadFile

from desk.decisions.acts import (
    ACTS,
    OUTCOMES,
    REPORTED_ROUND,
    SUBJECT_FIELDS,
    Act,
    Actor,
    Draft,
    NoSuchSubject,
    Refused,
    label_of,
    subject_of,
)
from desk.decisions.enterprises import read_exit_sides, read_listed
from desk.decisions.listing import STATES, LogLine, about_in_words, lapsed_decisions, log_lines
from desk.decisions.log import Decision, Stale
from desk.decisions.people import Right, Role
from desk.decisions.posts import acting, name_of_person
from desk.decisions.room import FORM_NAMES, DecisionRoom, NotCarriedOut, draft_of, sequence_in
from desk.january.sealing import OpenEnds, read_open_ends
from desk.messages.notices import give_notice
from desk.web.desk import Desk
from desk.web.downloads import attachment
from desk.web.frame import CheckedForm, DeskDep, Visitor, VisitorDep, address, render, require
from desk.web.refusals import Denied, NotThere, TooLarge, Wrong
from exports.sign_off import WHOLE_LIST
from exports.wording import STANDINGS
from ingestion import limits
from rulebook import LOCAL_TIME, Regime, Reporter

router = APIRouter()

LINES_ON_A_PAGE = 100
DONE = "done"
"""In the address of the page after an act: the number of its decision."""

_SEEN = "seen"
_FIGURE_SEEN = "figure_seen"
_CONFLICT = 409

_FIELD_NAMES = {field: name for name, field in FORM_NAMES.items()}
_WIDGETS = {
    "expires_on": "date",
    "due": "date",
    "document_date": "date",
    "opened_on": "date",
    "closes_on": "date",
    "received_on": "date",
    "announced_on": "date",
    "explanation": "long",
    "content": "long",
    "listed_findings": "long",
    "new_reporter_code": "reporter",
    "chosen_reporter_code": "reporter",
    "granted_role": "role",
    "identity_id": "choice",
    "outcome": "choice",
}
_ABOUT_A_FIGURE = ("confirm", "prepare", "seal")
"""Acts that are made of the figure their form shows."""
_THE_WHOLE_LIST = (
    f"{WHOLE_LIST[0]}（办结之前报告不能签发）",
    f"{WHOLE_LIST[1]} (holds the report until it is answered)",
)
"""What an objection is about that names no enterprise, on the form where one is chosen."""
_SCANS = {
    b"%PDF": ".pdf",
    b"\x89PNG": ".png",
    b"\xff\xd8\xff": ".jpg",
    b"II*\x00": ".tif",
    b"MM\x00*": ".tif",
    b"BM": ".bmp",
}
"""By how their bytes begin: what scanners write."""
_ONLY_BY_THEIR_OWN_RIGHT = ("seal", "refuse", "grant", "revoke")
"""Acts that a steward's right to undo does not reach."""


@dataclass(frozen=True, slots=True)
class FormField:
    """One thing an act asks for."""

    name: str
    label_zh: str
    label_en: str
    widget: str
    """``text long date reporter role choice``."""
    is_required: bool
    value: str
    choices: tuple[tuple[str, str, str], ...] = ()
    """Of a ``choice``: value, Chinese, English."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An act that the visitor may make, with its subject found."""

    act: Act
    draft: Draft
    """Located: the subject, without what is filled in."""
    regime: Regime | None
    actor: Actor
    told: Mapping[str, str]
    """What the address or the form says, by ``FORM_NAMES``."""


# ---- making an act ----


@router.get("/acts/{kind}", name="act")
def show_form(request: Request, desk: DeskDep, visitor: VisitorDep, kind: str) -> Response:
    """The form of an act about what the address names: what it will do, and what was decided before."""
    if kind in ACTS and ACTS[kind].subject == "user" and not request.query_params.get("user"):
        return RedirectResponse(address(request, "people"), 303)
    opened = _open(desk, visitor, kind, request.query_params)
    try:
        desk.decisions.check_is_possible(opened.draft)
    except Refused as refused:
        raise Wrong(refused.message_zh, refused.message_en) from refused
    return _form(request, desk, visitor, opened)


@router.post("/acts/{kind}", name="make_act")
def make(request: Request, desk: DeskDep, visitor: VisitorDep, form: CheckedForm, kind: str) -> Response:
    """The act is recorded and a build set off; or the page that says what others did, or what is not right."""
    opened = _open(desk, visitor, kind, form)
    seen = _seen(form)
    try:
        draft = draft_of(kind, opened.told, _document(form))
        if kind in _ABOUT_A_FIGURE and form.get(_FIGURE_SEEN) != _print_of(desk, opened, _figure(desk, opened)):
            raise Refused(
                "您查看之后数据有了变化，下面是现在的数据。请核对后再提交。",
                "The figure has changed since you looked: below it is as it stands now. Check it and submit again.",
            )
        decision = room_of(desk).decide(draft, opened.actor, seen)
    except NotCarriedOut as failed:
        answer = render(
            request, visitor, "refusal.html", 503, message_zh=failed.message_zh, message_en=failed.message_en
        )
        answer.background = BackgroundTask(desk.start_build, failed.decision.regime, failed.decision.round)
        return answer
    except Stale as stale:
        return _conflict(request, desk, visitor, opened, stale.decisions)
    except Refused as refused:
        return _form(request, desk, visitor, opened, refused)
    answer = RedirectResponse(_subject_address(request, opened.draft, {DONE: decision.sequence}), 303)
    if decision.regime is not None:
        # the act is kept and told of, whatever becomes of the build
        answer.background = BackgroundTask(desk.start_build, decision.regime, decision.round)
    return answer


def _open(desk: Desk, visitor: Visitor, kind: str, said: Mapping[str, Any]) -> Opened:
    """The act with its subject; ``NotThere`` where there is no such thing, ``Denied`` where it is not the visitor's."""
    if kind not in ACTS:
        raise NotThere("没有这种决定。", "There is no such act.")
    act = ACTS[kind]
    told = {name: text for name in FORM_NAMES if isinstance(text := said.get(name), str)}
    subject = {name: told.get(name) for field in SUBJECT_FIELDS[act.subject] if (name := _FIELD_NAMES[field])}
    try:
        draft = desk.decisions.locate(draft_of(kind, subject))
    except NoSuchSubject as missing:
        raise NotThere(missing.message_zh, missing.message_en) from missing
    except Refused as refused:
        raise Wrong(refused.message_zh, refused.message_en) from refused
    regime = desk.rulebook.regimes.get(draft.regime or "")
    undone = desk.decisions.get(draft.undoes or 0)
    right = _right_to_undo(visitor, regime, undone) if undone else act.right
    require(visitor, right, regime, _unit_of(draft))
    name = name_of_person(visitor.user_id, visitor.name, desk.decisions)
    actor = acting(visitor.access, visitor.user_id, name, right, regime, _unit_of(draft))
    return Opened(act, draft, regime, actor, told)


def _unit_of(act: Draft | Decision) -> str | None:
    """The reporter or city whose figures an act is about; None: the whole regime, or a user."""
    return act.city_code or act.reporter_code or (act.place_code if act.claims_id is None else None)


def _right_to_undo(visitor: Visitor, regime: Regime | None, decision: Decision) -> Right:
    """The right it takes to undo ``decision``: to undo at all, or, of one's own act, still to be the one who may make it.

    A seal and what was granted are undone by those who may seal and grant.
    """
    own = decision.act.right
    is_own = decision.actor == visitor.user_id and visitor.access.may(own, regime, _unit_of(decision))
    return own if is_own or decision.kind in _ONLY_BY_THEIR_OWN_RIGHT else Right.UNDO


def may_undo(desk: Desk, visitor: Visitor, decision: Decision) -> bool:
    """Whether the visitor may undo ``decision``, which is in force: in a sealed cycle only the seal itself."""
    if any(seal != decision for seal in desk.decisions.seals_of(decision.regime, decision.round)):
        return False
    regime = desk.rulebook.regimes.get(decision.regime or "")
    return visitor.access.may(_right_to_undo(visitor, regime, decision), regime, _unit_of(decision))


def room_of(desk: Desk) -> DecisionRoom:
    """The room in which the desk's visitors decide."""
    notify = partial(give_notice, desk.store, desk.rulebook, desk.decisions, mail_server=desk.mail_server)
    return DecisionRoom(desk.rulebook, desk.decisions, desk.records, desk.warehouse, desk.intake.correct, notify)


def _seen(form: FormData) -> int:
    told = form.get(_SEEN)
    seen = sequence_in(told) if isinstance(told, str) else None
    if seen is None:
        raise Wrong("这个页面不完整，请返回、刷新后再提交。", "This page is not whole: go back, reload, submit again.")
    return seen


def _document(form: FormData) -> bytes | None:
    """The scan that was chosen; None where there is none."""
    upload = form.get("document")
    if not isinstance(upload, UploadFile):
        return None
    if (upload.size or 0) > limits.MAX_FILE_BYTES:
        raise TooLarge(
            f"附件超过 {limits.MAX_FILE_MEGABYTES} MB，没有收下，决定也没有作出。请压缩后重试。",
            f"The document is over {limits.MAX_FILE_MEGABYTES} MB: nothing was kept or decided.",
        )
    return upload.file.read() or None


# ---- the pages of an act ----


def _form(
    request: Request, desk: Desk, visitor: Visitor, opened: Opened, refused: Refused | None = None
) -> HTMLResponse:
    """The form, filled in as it was; what is decided after this moment will be told before it counts."""
    seen = desk.decisions.last_sequence()
    figure = _figure_or_wrong(desk, opened) if opened.act.kind in _ABOUT_A_FIGURE else None
    return render(
        request,
        visitor,
        "acts_form.html",
        400 if refused else 200,
        refused=refused or _hindrance(desk, opened),
        finding=_finding(desk, opened.draft),
        lost_amount=_lost_amount(desk, opened),
        undone=_lines(desk, filter(None, [desk.decisions.get(opened.draft.undoes or 0)])),
        before=_lines(desk, desk.decisions.about(subject_of(opened.draft))),
        open_ends=_open_ends(desk, opened.draft) if opened.act.kind == "seal" else None,
        standings=STANDINGS,
        figure=figure,
        figure_seen=None if figure is None else _print_of(desk, opened, figure),
        **_shared(request, desk, opened, seen),
    )


def _conflict(
    request: Request, desk: Desk, visitor: Visitor, opened: Opened, newer: tuple[Decision, ...]
) -> HTMLResponse:
    """What others decided meanwhile, and the same act once more to be confirmed or left, where it can still be made."""
    figure = _figure_or_wrong(desk, opened) if opened.act.kind in _ABOUT_A_FIGURE else None
    return render(
        request,
        visitor,
        "acts_conflict.html",
        _CONFLICT,
        newer=_lines(desk, newer),
        hindrance=_impossible(desk, opened.draft),
        figure=figure,
        figure_seen=None if figure is None else _print_of(desk, opened, figure),
        **_shared(request, desk, opened, newer[-1].sequence),
    )


def _shared(request: Request, desk: Desk, opened: Opened, seen: int) -> dict[str, Any]:
    return {
        "act": opened.act,
        "about": about_in_words(opened.draft, desk.rulebook),
        "subject_address": _subject_address(request, opened.draft),
        "hidden": {
            _FIELD_NAMES[field]: getattr(opened.draft, field)
            for field in SUBJECT_FIELDS[opened.act.subject]
            if getattr(opened.draft, field) is not None
        },
        "fields": _fields(desk, opened),
        "reason": opened.told.get("reason", ""),
        "reporters": _reporters_to_name(desk, opened),
        "roles": tuple(Role),
        "seen": seen,
        "log_states": STATES,
    }


def _reporters_to_name(desk: Desk, opened: Opened) -> list[Reporter]:
    """Whom the form offers: of an exit those who report it, else every reporter of the regime."""
    if opened.regime is None:
        return []
    reporters = opened.regime.reporters
    if opened.act.subject != "exit":
        return [*reporters.values()]
    draft = opened.draft
    sides = read_exit_sides(desk.warehouse, draft.claims_id or "", opened.regime.key, draft.round or "")
    return [reporters[side.reporter_code] for side in sides if side.reporter_code in reporters]


def _fields(desk: Desk, opened: Opened) -> list[FormField]:
    asked = [name for name in (*opened.act.required, *opened.act.optional) if name in _FIELD_NAMES]
    return [
        FormField(
            _FIELD_NAMES[name],
            *label_of(opened.act.kind, name),
            _WIDGETS.get(name, "text"),
            name in opened.act.required,
            opened.told.get(_FIELD_NAMES[name], ""),
            _choices(desk, opened, name),
        )
        for name in asked
    ]


def _choices(desk: Desk, opened: Opened, name: str) -> tuple[tuple[str, str, str], ...]:
    """What may be chosen in a field: an outcome, or what an objection is about; none of a field that is written in."""
    if name == "outcome":
        return tuple((key, *words) for key, words in OUTCOMES.items())
    if name == "identity_id":
        listed = read_listed(desk.warehouse, opened.draft.regime or "", opened.draft.round or "")
        return (("", *_THE_WHOLE_LIST), *((one.identity_id, told := one.in_words, told) for one in listed))
    return ()


def _finding(desk: Desk, draft: Draft) -> dict[str, Any] | None:
    """The finding an act is about, with its message and its cell."""
    record = desk.records.submission(draft.submission_id) if draft.finding_id and draft.submission_id else None
    findings = desk.records.findings(record) if record else []
    return next((finding for finding in findings if finding["finding_id"] == draft.finding_id), None)


def _lost_amount(desk: Desk, opened: Opened) -> str | None:
    """The amount as written, which a waiver lets in as none: nobody could read it; None where that is not so."""
    finding = _finding(desk, opened.draft) if opened.act.kind == "waive" else None
    record = desk.records.submission(opened.draft.submission_id or "")
    if finding is None or record is None or finding["row_id"] is None:
        return None
    rows = (row for row in desk.records.rows(record) if row["row_id"] == finding["row_id"])
    row = next(rows, None)
    if row is None:
        return None
    # a unit in a column of its own is told at its own cell, and the amount is lost with it
    problems = {row[f"{field}_cell"]: row[f"{field}_problem"] for field in ("unit", "capacity")}
    if problems.get(finding["cell"]) is None:
        return None
    return row["capacity_text"] or ""


def _figure(desk: Desk, opened: Opened) -> tuple[dict[str, Any], ...]:
    return room_of(desk).figure_of(opened.draft)


def _figure_or_wrong(desk: Desk, opened: Opened) -> tuple[dict[str, Any], ...]:
    try:
        return _figure(desk, opened)
    except Refused as refused:
        raise Wrong(refused.message_zh, refused.message_en) from refused


def _impossible(desk: Desk, draft: Draft) -> Refused | None:
    """What keeps an act from being made at all since others decided; None where it can be made."""
    try:
        desk.decisions.check_is_possible(draft)
    except Refused as refused:
        return refused
    return None


def _hindrance(desk: Desk, opened: Opened) -> Refused | None:
    """What keeps a cycle from being sealed, or a report from being prepared or signed by this visitor, told before the form is
    filled in."""
    try:
        desk.decisions.check_hands(opened.draft, opened.actor)
        if opened.act.kind == "seal":
            room_of(desk).check_may_be_sealed(opened.draft)
    except Refused as refused:
        return refused
    return None


def _open_ends(desk: Desk, draft: Draft) -> OpenEnds:
    """What a seal of the cycle would leave open."""
    cycle = (draft.regime or "", draft.round or "")
    today = datetime.now(LOCAL_TIME).date()
    return read_open_ends(desk.warehouse, desk.rulebook, desk.decisions.in_force(), cycle, today)


def _print_of(desk: Desk, opened: Opened, figure: tuple[dict[str, Any], ...]) -> str:
    """What tells one figure from another, a report's plan with it: the one confirmed is the one that was looked at."""
    looked_at = (figure, room_of(desk).plan_figure_of(opened.draft))
    return hashlib.sha256(json.dumps(looked_at, ensure_ascii=False).encode()).hexdigest()


def _subject_address(request: Request, draft: Draft | Decision, query: Mapping[str, Any] | None = None) -> str:
    """The page of what an act is about."""
    subject = subject_of(draft)
    cycle = {"regime_key": draft.regime, "round_key": draft.round}
    pages: Mapping[str, Callable[[], str]] = {
        "submission": lambda: address(request, "submission", query, submission_id=draft.submission_id),
        "reporter": lambda: address(request, "reporter", query, **cycle, code=draft.reporter_code),
        "city": lambda: address(request, "city", query, **cycle, code=draft.city_code),
        "cycle": lambda: _page_of_the_report(request, draft, query),
        "place": lambda: _page_of_the_report(request, draft, query),
        "enterprises": lambda: address(request, "questions", query, **cycle),
        "exit": lambda: (
            address(request, "figure", {"industry": draft.industry} | dict(query or {}), **cycle, code=draft.city_code)
            if draft.city_code
            else address(request, "board", query, **cycle)
        ),
        "user": lambda: address(request, "people", query),
    }
    return pages[subject.kind]()


def _page_of_the_report(request: Request, draft: Draft | Decision, query: Mapping[str, Any] | None) -> str:
    """Where an act about a whole cycle, or an announcement, is shown to who looks: of one who sees a city alone its page."""
    visitor, cycle = request.state.visitor, {"regime_key": draft.regime, "round_key": draft.round}
    regime = request.app.state.desk.rulebook.regimes.get(draft.regime)
    if draft.round == REPORTED_ROUND and regime is not None:
        if visitor.may(Right.VIEW, regime):
            return address(request, "january", query, **cycle)
        if city := visitor.access.city_of(regime, draft.place_code or ""):
            return address(request, "city", query, **cycle, code=city)
    return address(request, "board", query, **cycle)


# ---- the log ----


@router.get("/decisions", name="decisions")
def show_log(
    request: Request,
    desk: DeskDep,
    visitor: VisitorDep,
    regime: str = "",
    round: str = "",
    reporter: str = "",
    page: int = 1,
) -> HTMLResponse:
    """Every decision the visitor may see, the last first, or those of a regime, a round, a reporter."""
    wanted = {"regime": regime, "round": round}
    is_open = _opener(desk, visitor)
    found = [
        decision
        for decision in reversed(desk.decisions.all())
        if is_open(decision)
        and all(not code or getattr(decision, name) == code for name, code in wanted.items())
        and (not reporter or reporter in desk.decisions.reporters_of(decision))
    ]
    pages = max(1, -(-len(found) // LINES_ON_A_PAGE))
    page = min(max(page, 1), pages)
    may_open_scan = _scan_opener(desk, visitor)
    lines = _lines(desk, found[(page - 1) * LINES_ON_A_PAGE : page * LINES_ON_A_PAGE])
    return render(
        request,
        visitor,
        "decisions.html",
        lines=lines,
        log_states=STATES,
        count=len(found),
        page=page,
        page_count=pages,
        query={"regime": regime, "round": round, "reporter": reporter},
        undoable={
            line.decision.sequence
            for line in lines
            if line.state in ("in_force", "lapsed") and may_undo(desk, visitor, line.decision)
        },
        address_of={line.decision.sequence: _subject_address(request, line.decision) for line in lines},
        scans={line.decision.sequence for line in lines if may_open_scan(line.decision)},
        last_built=desk.warehouse.last_decision,
        regimes=[one for one in desk.rulebook.regimes.values() if _is_open_at_all(visitor, one)],
    )


@router.get("/decisions/{sequence}/scan", name="scan")
def scan(desk: DeskDep, visitor: VisitorDep, sequence: int) -> Response:
    """What was handed in with a decision, byte for byte, to be saved; never shown as a page of the desk."""
    decision = desk.decisions.get(sequence)
    if decision is None or not decision.scan_sha256:
        raise NotThere("这一号决定没有附件。", "Nothing was handed in with this decision.")
    if not _scan_opener(desk, visitor)(decision):
        raise Denied(
            "您没有查看这项决定附件的权限。需要的话，请联系管理员。",
            "You may not see what was handed in with this decision. Ask an administrator if you should.",
        )
    key = f"originals/{decision.scan_sha256}"
    data = desk.store.read_bytes(key) if desk.store.exists(key) else b""
    if hashlib.sha256(data).hexdigest() != decision.scan_sha256:
        raise NotThere(
            "附件不在或已被改动，请管理员运行 huizong decisions --check 核对。",
            "The file is missing or was altered: have an administrator run huizong decisions --check.",
        )
    return attachment(data, f"第{sequence}号决定_{decision.act.label_zh}附件{_suffix_of(data)}")


def _suffix_of(data: bytes) -> str:
    """What the file is called by its first bytes, as scans are not kept with a name; blank where they tell nothing."""
    return next((suffix for start, suffix in _SCANS.items() if data.startswith(start)), "")


def _scan_opener(desk: Desk, visitor: Visitor) -> Callable[[Decision], bool]:
    """Tells whether what was handed in with a decision is the visitor's to see: of a whole cycle as its page is."""
    is_open = _opener(desk, visitor)

    def may_open(decision: Decision) -> bool:
        if decision.user is None and subject_of(decision).kind == "cycle":
            regime = desk.rulebook.regimes.get(decision.regime or "")
            return regime is not None and visitor.may(Right.VIEW, regime)
        return is_open(decision)

    return may_open


def _lines(desk: Desk, decisions: Iterable[Decision]) -> list[LogLine]:
    lapsed = lapsed_decisions(desk.decisions, desk.warehouse)
    return log_lines(decisions, desk.decisions, desk.rulebook, lapsed)


def _opener(desk: Desk, visitor: Visitor) -> Callable[[Decision], bool]:
    """Tells whether a decision is the visitor's to see; asked of thousands, it looks at each unit once."""

    @cache
    def may_view(regime_key: str | None, unit: str | None) -> bool:
        regime = desk.rulebook.regimes.get(regime_key or "")
        return regime is not None and visitor.may(Right.VIEW, regime, unit)

    def is_open(decision: Decision) -> bool:
        if decision.user is not None:
            return visitor.is_administrator
        regime = desk.rulebook.regimes.get(decision.regime or "")
        if subject_of(decision).kind == "cycle":
            return regime is not None and _is_open_at_all(visitor, regime)
        unit, *others = desk.decisions.reporters_of(decision) or (_unit_of(decision),)
        return may_view(decision.regime, unit) or any(may_view(decision.regime, other) for other in others)

    return is_open


def _is_open_at_all(visitor: Visitor, regime: Regime) -> bool:
    return visitor.access.may_see_others(regime) or bool(visitor.access.reporters(regime))
