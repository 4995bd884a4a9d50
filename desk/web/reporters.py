"""A reporter's own page: what it owes in a cycle, what it sent, what was written to it, and the door to send more."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

import exports
from desk.acts import ACTS, Subject, subject_of
from desk.deadlines import due_on, extensions_of
from desk.decisions import Decision
from desk.people import Right
from desk.proofs import CONTRADICTED, exits_of_reporter, untold_photos
from desk.records import Version
from desk.web.desk import Desk
from desk.web.downloads import attachment
from desk.web.frame import DeskDep, Visitor, VisitorDep, cycle_of, render, require
from desk.web.refusals import NotThere
from exports.reporting import standings_of
from exports.wording import TOLD_BY_ZH
from rulebook import DOCUMENT, EXIT_TABLE, LOCAL_TIME, PHOTO_STAGES, Regime, Reporter

router = APIRouter()

DELIVERABLES = {
    EXIT_TABLE: ("统计表", "exit table"),
    "plan_report": ("计划报告", "plan report"),
    "work_plan": ("工作方案", "work plan"),
    "enterprise_list": ("企业名单", "list of enterprises"),
    "summary": ("总结材料", "summary"),
    "evidence": ("佐证材料", "evidence"),
    "publication_state": ("公示公告情况", "state of publication"),
}
"""What reporters owe (Obligation.what)."""

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


@router.get("/cycles/{regime_key}/{round_key}/reporters/{code}", name="reporter")
def reporter(
    request: Request, desk: DeskDep, visitor: VisitorDep, regime_key: str, round_key: str, code: str
) -> HTMLResponse:
    """What one reporter owes and sent in a cycle, and what may be done about it."""
    regime, sender = _opened(desk, visitor, regime_key, round_key, code)
    in_force = [one for one in desk.decisions.in_force() if (one.regime, one.round) == (regime_key, round_key)]
    is_sealed = desk.decisions.is_sealed(regime_key, round_key)
    versions = desk.records.versions(regime_key, round_key, code)
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
        documents=desk.records.versions(regime_key, round_key, code, DOCUMENT),
        unjudged=desk.records.unjudged(regime_key, round_key, code),
        decisions=_decisions(desk, regime_key, round_key, code),
        calls=_calls(in_force, code, versions),
        standing={decision.sequence for decision in in_force},
        acts=[] if is_sealed else [ACTS[k] for k in ("demand", "extend") if visitor.may(ACTS[k].right, regime, code)],
        is_sealed=is_sealed,
        may_upload=not is_sealed and visitor.may(Right.UPLOAD, regime, code),
        messages=_messages(desk, code),
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
    with TemporaryDirectory() as folder:
        path = Path(folder) / "blank.xlsx"
        exports.write_template(regime_key, round_key, code, path, desk.rulebook, form)
        data = path.read_bytes()
    return attachment(data, f"{sender.name}{regime.year}年{desk.rulebook.forms[form].title}.xlsx")


@router.get("/cycles/{regime_key}/{round_key}/reporters/{code}/messages/{file}", name="message")
def message(desk: DeskDep, visitor: VisitorDep, regime_key: str, round_key: str, code: str, file: str) -> Response:
    """A message of the outbox, to be saved."""
    _opened(desk, visitor, regime_key, round_key, code)
    key = next((key for key in _message_keys(desk, code) if PurePosixPath(key).name == file), None)
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
    return [_with_decided(line, due, today, is_demanded) for line in owed]


def _proved(desk: Desk, regime: Regime, round_key: str, code: str, ask: Callable[..., list[Any]]) -> list[Any]:
    """The first exits or photos of the reporter; before the first build there are none."""
    return ask(desk.warehouse, regime, round_key, code, MOST_SHOWN) if desk.warehouse.exists else []


def _with_decided(line: dict[str, Any], due: date | None, today: date, is_demanded: bool) -> dict[str, Any]:
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
        "standings": standings_of(state, due, line["is_on_time"], is_demanded, today, *parts) if state else demanded,
    }


def _decisions(desk: Desk, regime_key: str, round_key: str, code: str) -> list[Decision]:
    """What was decided about the reporter and about whole submissions of it, the first first."""
    own = Subject("reporter", (regime_key, round_key, code))
    cycle = (regime_key, round_key, code)
    return [
        one
        for one in desk.decisions.all()
        if (one.regime, one.round, one.reporter_code) == cycle
        and (subject_of(one) == own or (one.submission_id is not None and one.finding_id is None))
    ]


def _calls(in_force: Iterable[Decision], code: str, versions: Iterable[Version]) -> list[Decision]:
    """The acts by which the reporter must send its table again, and nothing acceptable has answered yet."""
    own = [one for one in in_force if one.reporter_code == code]
    gone = {one.submission_id for one in own if one.kind in ("withdraw", "identify")}
    by_id = {version.submission_id: version for version in versions}
    answers = [
        one for one in by_id.values() if (one.status == "counting" or one.verdict == "accepted") and not one.copy_of
    ]

    def is_open(call: Decision) -> bool:
        if call.kind == "demand":
            return not any(answer.received_at > call.at for answer in answers)
        returned = by_id.get(call.submission_id)
        if returned is None or call.submission_id in gone:
            return False
        return not any(answer.receipt_no > returned.receipt_no for answer in answers)

    return [one for one in own if one.kind in ("return", "demand") and is_open(one)]


def _message_keys(desk: Desk, code: str) -> list[str]:
    """Keys of what lies in the outbox beside the answers to submissions, the newest first."""
    keys = (key for key in desk.store.keys(f"outbox/{code}") if not key.endswith(_ANSWERS))
    return sorted(keys, key=lambda key: (desk.store.stamp(key), key), reverse=True)


def _messages(desk: Desk, code: str) -> list[Message]:
    return [_read_message(desk, key) for key in _message_keys(desk, code)[:MESSAGES_SHOWN]]


def _read_message(desk: Desk, key: str) -> Message:
    name = PurePosixPath(key).name
    if PurePosixPath(key).suffix != ".txt":
        return Message(name, None)
    data = desk.store.read_bytes(key)
    text = data[:LONGEST_MESSAGE_BYTES].decode("utf-8-sig", errors="ignore")
    return Message(name, text + ("…" if len(data) > LONGEST_MESSAGE_BYTES else ""))
