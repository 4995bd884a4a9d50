"""A reporter's own page: what it owes in a cycle, what it sent, what was written to it, and the door to send more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

import exports
from desk.decisions.acts import ACTS, REPORTED_ROUND, Subject, subject_of
from desk.decisions.fates import GONE, RETURNED, Fates
from desk.decisions.listing import STATES, LogLine, lapsed_decisions, log_lines
from desk.decisions.log import Decision
from desk.decisions.people import Right
from desk.delivery.deadlines import due_on, extensions_of
from desk.january.report import excused_of
from desk.messages.notices import decision_of_notice
from desk.views.proofs import CONTRADICTED, exits_of_reporter, uncounted_photos, untold_photos
from desk.views.records import Version
from desk.web.desk import Desk
from desk.web.downloads import attachment
from desk.web.frame import DeskDep, Visitor, VisitorDep, cycle_of, render, require
from desk.web.home import rounds_of
from desk.web.refusals import NotThere, Wrong
from desk.web.submissions import may_open, told_fates
from exports.papers.reporting import standings_of
from exports.wording import DELIVERABLES, TOLD_BY_ZH
from rulebook import DOCUMENT, EXIT_TABLE, LOCAL_TIME, PHOTO_STAGES, ROUNDS, Regime, Reporter

router = APIRouter()

LONGEST_MESSAGE_BYTES = 20_000
"""Of a message in the outbox as much is shown on the page; the file has all of it."""
MESSAGES_SHOWN = 10

MOST_SHOWN = 200
"""Exits, and photos that cannot be told, that the page of one reporter lists."""

_ANSWERS = ("_回执.txt", "_回执.json", "_批注.xlsx")
"""How the names of receipts and annotated copies end: they stand with their submission."""

_OBLIGATIONS = """
select what, due, due_in_plan, state, received_at, is_on_time, days_late, submission_id, is_demanded,
    missing_parts, replaced_parts
from marts.fct_obligation
where regime = ? and round = ? and reporter_code = ?
order by due, what
"""


@dataclass(frozen=True, slots=True)
class Message:
    """Something that lies in the reporter's outbox for it to read."""

    name: str
    text: str | None
    """What it says; None where it is no text."""
    void_by: LogLine | None
    """The decision it tells of, where that has no effect any more."""


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """A round in which the visitor reports for a unit."""

    regime: Regime
    round_key: str
    code: str
    is_here: bool


@router.get("/cycles/{regime_key}/{round_key}/reporters/{code}", name="reporter")
def reporter(
    request: Request, desk: DeskDep, visitor: VisitorDep, regime_key: str, round_key: str, code: str
) -> HTMLResponse:
    """What one reporter owes and sent in a cycle, and what may be done about it."""
    regime, sender = _opened(desk, visitor, regime_key, round_key, code)
    in_force = [one for one in desk.decisions.in_force() if (one.regime, one.round) == (regime_key, round_key)]
    is_sealed = desk.decisions.is_sealed(regime_key, round_key)
    versions = desk.records.versions(regime_key, round_key, code)
    decisions = _decisions(desk, regime_key, round_key, code)
    fates = desk.decisions.fates()
    has_sent = any(fates.of(version, code) not in GONE for version in versions)
    kinds = (*(["demand"] if has_sent else []), "extend", *(["excuse"] if round_key == REPORTED_ROUND else []))
    return render(
        request,
        visitor,
        "reporter.html",
        regime=regime,
        round_key=round_key,
        reporter=sender,
        obligations=_obligations(desk, regime, round_key, sender, in_force),
        deliverables=DELIVERABLES,
        versions=versions,
        other_tables=[
            (form, sent)
            for form in desk.rulebook.forms.values()
            if form.key != EXIT_TABLE and (sent := desk.records.versions(regime_key, round_key, code, form.key))
        ],
        other_forms=[desk.rulebook.forms[key] for key in regime.forms_of(sender) if key != EXIT_TABLE],
        uncounted=uncounted_photos(desk.warehouse, regime, round_key, code),
        documents=desk.records.versions(regime_key, round_key, code, DOCUMENT),
        unjudged=desk.records.unjudged(regime_key, round_key, code),
        log=log_lines(
            reversed(decisions), desk.decisions, desk.rulebook, lapsed_decisions(desk.decisions, desk.warehouse)
        ),
        log_states=STATES,
        openable=_openable(desk, visitor, regime, decisions),
        fates=told_fates(desk, code, versions),
        calls=_calls(in_force, fates, code, versions),
        has_figures=any(_answers(versions, fates, code)),
        acts=[] if is_sealed else [ACTS[kind] for kind in kinds if visitor.may(ACTS[kind].right, regime, code)],
        places=_own_places(desk, visitor, regime, round_key, code),
        is_sealed=is_sealed,
        may_upload=not is_sealed and visitor.may(Right.UPLOAD, regime, code),
        messages=_messages(desk, regime, round_key, sender),
        asks_acceptance=regime.acceptance is not None and round_key != "plan" and desk.warehouse.exists,
        proved=_proved(desk, regime, round_key, code, exits_of_reporter),
        untold_photos=_proved(desk, regime, round_key, code, untold_photos),
        stages=PHOTO_STAGES,
        sources=TOLD_BY_ZH,
        contradictions=CONTRADICTED,
        built_at=desk.warehouse.built_at,
    )


@router.get("/cycles/{regime_key}/{round_key}/reporters/{code}/workbook", name="blank_workbook")
def blank_workbook(
    desk: DeskDep, visitor: VisitorDep, regime_key: str, round_key: str, code: str, form: str = EXIT_TABLE
) -> Response:
    """The workbook of a form to fill in, made for this reporter and cycle."""
    regime, sender = _opened(desk, visitor, regime_key, round_key, code)
    if form not in desk.rulebook.forms:
        raise NotThere("没有这种表。", "There is no such form.")
    if desk.decisions.is_sealed(regime_key, round_key):
        raise Wrong(
            "本轮次已封存，不再收表，所以没有空表可以下载。",
            "This cycle is sealed: there is nothing to fill in any more.",
        )
    due = due_on(regime, round_key, code, extensions_of(desk.decisions.in_force()), form)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "blank.xlsx"
        exports.write_template(regime_key, round_key, code, path, desk.rulebook, form, due)
        data = path.read_bytes()
    return attachment(data, f"{sender.name}{regime.year}年{desk.rulebook.forms[form].title}.xlsx")


@router.get("/cycles/{regime_key}/{round_key}/reporters/{code}/messages/{file}", name="message")
def message(desk: DeskDep, visitor: VisitorDep, regime_key: str, round_key: str, code: str, file: str) -> Response:
    """A message of the outbox, to be saved."""
    regime, sender = _opened(desk, visitor, regime_key, round_key, code)
    keys = _message_keys(desk, regime, round_key, sender)
    key = next((key for key in keys if PurePosixPath(key).name == file), None)
    if key is None:
        raise NotThere("没有这个通知。", "There is no such message.")
    return attachment(desk.store.read_bytes(key), file)


def _opened(desk: Desk, visitor: Visitor, regime_key: str, round_key: str, code: str) -> tuple[Regime, Reporter]:
    """The regime and its reporter; ``Denied`` before ``NotThere``: who may not look is not told who is there."""
    regime = cycle_of(desk, regime_key, round_key)
    require(visitor, Right.VIEW, regime, code)
    if code not in regime.reporters:
        raise NotThere(f"{regime.title}没有代码为“{code}”的填报单位。", f"{regime.key} has no reporter {code!r}.")
    return regime, regime.reporters[code]


def _obligations(
    desk: Desk, regime: Regime, round_key: str, sender: Reporter, in_force: Iterable[Decision]
) -> list[dict[str, Any]]:
    """What the reporter owes in the round, with the day as decided by now; before the first build without states."""
    if desk.warehouse.exists:
        owed = desk.warehouse.query(_OBLIGATIONS, [regime.key, round_key, sender.code])
    else:
        owed = [
            {"what": one.what, "due_in_plan": one.due, "due": one.due, "state": None, "submission_id": None}
            | {"received_at": None, "is_on_time": None, "days_late": None, "is_demanded": False}
            | {"missing_parts": None, "replaced_parts": None}
            for one in regime.obligations
            if one.round == round_key and one.binds(sender)
        ]
    today = datetime.now(LOCAL_TIME).date()
    due = due_on(regime, round_key, sender.code, extensions_of(in_force))
    is_demanded = any(
        one.kind == "demand" and one.reporter_code == sender.code and one.sequence > desk.warehouse.last_decision
        for one in in_force
    )
    is_excused = sender.code in excused_of(in_force, regime.key, round_key)
    return [_with_decided(line, due, today, is_demanded, is_excused) for line in owed]


def _proved(desk: Desk, regime: Regime, round_key: str, code: str, ask: Callable[..., list[Any]]) -> list[Any]:
    """The first exits or photos of the reporter; before the first build there are none."""
    return ask(desk.warehouse, regime, round_key, code, MOST_SHOWN) if desk.warehouse.exists else []


def _with_decided(
    line: dict[str, Any], due: date | None, today: date, is_demanded: bool, is_excused: bool
) -> dict[str, Any]:
    """An obligation with what was decided since the build, and the days that are left; only the table can be put off."""
    is_table = line["what"] == EXIT_TABLE
    due = due if is_table and due else line["due"]
    is_demanded = line["is_demanded"] or (is_table and is_demanded)
    demanded = ("demanded",) if is_demanded else ()
    state = line["state"]
    parts = (line["missing_parts"], line["replaced_parts"])
    return line | {
        "due": due,
        "is_extended": due != line["due_in_plan"],
        "days_left": (due - today).days,
        "standings": standings_of(state, due, line["is_on_time"], is_demanded, today, *parts, is_excused)
        if state
        else demanded,
    }


def _decisions(desk: Desk, regime_key: str, round_key: str, code: str) -> list[Decision]:
    """What was decided about the reporter, about whole submissions of it, and what made one its own; the first first."""
    own = Subject("reporter", (regime_key, round_key, code))
    return [
        one
        for one in desk.decisions.all()
        if (one.regime, one.round) == (regime_key, round_key)
        and code in desk.decisions.reporters_of(one)
        and (subject_of(one) == own or (one.submission_id is not None and one.finding_id is None))
    ]


def _openable(desk: Desk, visitor: Visitor, regime: Regime, decisions: Iterable[Decision]) -> set[str]:
    """The submissions of ``decisions`` that are the visitor's to see: another's may have become this reporter's."""
    records = (desk.records.submission(one.submission_id) for one in decisions if one.submission_id)
    return {record.submission_id for record in records if record and may_open(visitor, regime, record)}


def _own_places(desk: Desk, visitor: Visitor, regime: Regime, round_key: str, code: str) -> list[OwnPlace]:
    """Every round of every unit the visitor reports for, this one too."""
    here = (regime.key, round_key, code)
    return [
        OwnPlace(one, each, own, (one.key, each, own) == here)
        for one in desk.rulebook.regimes.values()
        for own in visitor.access.reporters(one)
        for each in rounds_of(one)
    ]


def _calls(in_force: Iterable[Decision], fates: Fates, code: str, versions: Iterable[Version]) -> list[Decision]:
    """The acts by which the reporter must send its table, once more or its own, and nothing acceptable has answered yet."""
    by_id = {version.submission_id: version for version in versions}
    answers = [*_answers(by_id.values(), fates, code)]

    def is_open(call: Decision) -> bool:
        if call.kind == "demand":
            return bool(by_id) and not any(answer.received_at > call.at for answer in answers)
        if call.kind == "identify":
            return call.submission_id in by_id and call.new_reporter_code != code and not answers
        returned = by_id.get(call.submission_id)
        if returned is None or fates.of(returned, code) != RETURNED:
            return False
        return not any(answer.receipt_no > returned.receipt_no for answer in answers)

    own = (one for one in in_force if one.reporter_code == code and one.kind in ("return", "demand", "identify"))
    calls = [one for one in own if is_open(one)]
    # of several tables that were returned the last one sent is to be put right
    returned = [one for one in calls if one.kind == "return"]
    last = max(returned, key=lambda one: by_id[one.submission_id].receipt_no, default=None)
    return [one for one in calls if one.kind != "return" or one is last]


def _answers(versions: Iterable[Version], fates: Fates, code: str) -> Iterator[Version]:
    """The versions that count, or will with the next build unless a later one does."""
    for version in versions:
        is_acceptable = version.status == "counting" or version.verdict == "accepted"
        if is_acceptable and not version.copy_of and fates.of(version, code) is None:
            yield version


def _message_keys(desk: Desk, regime: Regime, round_key: str, sender: Reporter) -> list[str]:
    """Keys of what lies in the outbox beside the answers to submissions, the newest first.

    Of the blank workbooks that were issued only the cycle's own.
    """

    def names(of: Regime, key: str) -> set[str]:
        forms = desk.rulebook.forms.values()
        return {f"/{exports.name_template(of, key, of.reporters[sender.code], form)}" for form in forms}

    issued = (
        names(one, key) for one in desk.rulebook.regimes.values() if sender.code in one.reporters for key in ROUNDS
    )
    left_out = (*_ANSWERS, *(set().union(*issued) - names(regime, round_key)))
    keys = (key for key in desk.store.keys(f"outbox/{sender.code}") if not key.endswith(left_out))
    return sorted(keys, key=lambda key: (desk.store.stamp(key), key), reverse=True)


def _messages(desk: Desk, regime: Regime, round_key: str, sender: Reporter) -> list[Message]:
    keys = _message_keys(desk, regime, round_key, sender)
    return [_read_message(desk, key) for key in keys[:MESSAGES_SHOWN]]


def _read_message(desk: Desk, key: str) -> Message:
    name = PurePosixPath(key).name
    if PurePosixPath(key).suffix != ".txt":
        return Message(name, None, None)
    data = desk.store.read_bytes(key)
    text = data[:LONGEST_MESSAGE_BYTES].decode("utf-8-sig", errors="ignore")
    told_of = desk.decisions.get(decision_of_notice(name) or 0)
    lapsed = lapsed_decisions(desk.decisions, desk.warehouse)
    told = log_lines([told_of] if told_of else [], desk.decisions, desk.rulebook, lapsed)
    void_by = [line for line in told if line.state != "in_force"]
    return Message(name, text + ("…" if len(data) > LONGEST_MESSAGE_BYTES else ""), void_by[0] if void_by else None)
