"""One submission: its versions, its findings, the sheet as it was sent, what was understood; and two versions compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from desk.decisions.act_rules import IN_VAIN_AFTER
from desk.decisions.acts import ACTS, Subject
from desk.decisions.enterprises import read_rows_beyond_their_plan, read_rows_of_the_same
from desk.decisions.fates import MOVED, UNMOVED
from desk.decisions.listing import STATES, lapsed_decisions, log_lines
from desk.decisions.log import Decision
from desk.decisions.people import Right
from desk.views.comparison import compare
from desk.views.proofs import uncounted_photos
from desk.views.records import SubmissionRecord, Version
from desk.views.sheet_view import (
    NumberedFinding,
    SheetView,
    gravest,
    numbered,
    read_original,
    row_to_open,
    sheet_to_open,
    view_sheet,
)
from desk.views.understanding import Row, conversion_of, understood_as
from desk.web.acts import may_undo
from desk.web.desk import Desk
from desk.web.downloads import attachment
from desk.web.frame import DeskDep, Visitor, VisitorDep, regime_of, render, require
from desk.web.refusals import NotThere, Wrong
from ingestion.cells import Reading
from rulebook import DOCUMENT, Field, Part, Regime

router = APIRouter()

FINDINGS_OF_A_GROUP = 10
"""Findings of one rule that are listed at once beside the other rules."""
FINDINGS_OF_A_RULE = 200
"""Findings of a page that is about one rule."""
DIFFERENCES_OF_A_PAGE = 200

_OUTSIDE_THE_PLAN = "X03"
"""The rule that names exits which a decision may add to the plan."""

_RESOLUTIONS = {"explain": "explained", "waive": "waived", "choose": "chosen"}
"""What becomes of a finding by the acts about it."""

PageNumber = Annotated[int, Query(ge=1, le=1_000_000)]


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding, what was decided about it, and what the visitor may decide."""

    number: int
    finding: Mapping[str, Any]
    sheet: str | None
    cell: str | None
    row: int | None
    resolution: str | None
    """``open explained waived chosen``; None for a note, which asks for nothing."""
    decision: Decision | None
    """Made it what it is; None while it is open."""
    acts: tuple[str, ...]
    added_by: int | None
    """Number of the decision that added the enterprise to the plan; the finding is told until the next build."""


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """The findings of one rule: one root cause, however many cells it is met in."""

    rule: str
    severity: str
    count: int
    open_count: int
    """Those that still ask for something: a note never does."""
    is_cross: bool
    """Whether the rule holds submissions against one another (跨表核对): found by the build, told in no receipt."""
    shown: tuple[FindingView, ...]


@dataclass(frozen=True, slots=True)
class ReadField:
    """One field of a row: what was written, and what it was taken to mean."""

    cell: str | None
    text: str | None
    understood: str | None
    conversion: str | None
    is_misread: bool
    findings: tuple[NumberedFinding, ...]

    @property
    def severity(self) -> str | None:
        """The gravest of its findings."""
        return gravest(self.findings)


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One row as understood."""

    row_id: str
    number: int
    fields: tuple[ReadField, ...]


@router.get("/submissions/{submission_id}", name="submission")
def submission(
    request: Request,
    desk: DeskDep,
    visitor: VisitorDep,
    submission_id: str,
    sheet: int | None = None,
    row: Annotated[int | None, Query(ge=1, le=10_000_000)] = None,
    rule: str = "",
    page: PageNumber = 1,
) -> HTMLResponse:
    """Everything about one submission; ``rule`` lists the findings of that rule, ``page`` by page."""
    record, regime = _opened(desk, visitor, submission_id)
    findings = numbered(desk.records.findings(record))
    own = desk.decisions.about(Subject("submission", (submission_id,)))
    brought_by = desk.decisions.moves_to(record.corrects, record.reporter_code) if record.corrects else ()
    decisions = sorted({*own, *brought_by}, key=lambda one: one.sequence, reverse=True)
    standing = {decision.sequence for decision in desk.decisions.in_force()}
    in_force = [decision for decision in own if decision.sequence in standing]
    may_decide = _may_decide(desk, visitor, regime, record, in_force)
    versions = _versions(desk, visitor, regime, record)
    reading = read_original(desk.records, record)
    view = _view(reading, record, findings, sheet, row)
    is_outside = any(one.finding["rule"] == _OUTSIDE_THE_PLAN for one in findings)
    beyond = read_rows_beyond_their_plan(desk.warehouse, submission_id) if "add_to_plan" in may_decide else set()
    added = _added_to_plan(desk, record) if is_outside or beyond else {}
    groups = _groups(desk, record, findings, rule, page, in_force, may_decide, added)
    count = next((group.count for group in groups if group.rule == rule), 0)
    return render(
        request,
        visitor,
        "submission.html",
        record=record,
        regime=regime,
        reporter=regime.reporters.get(record.reporter_code or ""),
        is_document=record.form == DOCUMENT,
        is_uncounted_photo=_is_uncounted_photo(desk, regime, record),
        form=desk.rulebook.forms.get(record.form or ""),
        version=next((one for one in versions if one.submission_id == submission_id), None),
        part=_part_of(regime, record),
        versions=versions,
        earlier=_version_before(versions, submission_id),
        groups=groups,
        rule=rule,
        page=page,
        page_count=-(-count // FINDINGS_OF_A_RULE),
        finding_count=len(findings),
        log=log_lines(decisions, desk.decisions, desk.rulebook, lapsed_decisions(desk.decisions, desk.warehouse)),
        log_states=STATES,
        undoable={one.sequence for one in decisions if one.sequence in standing and may_undo(desk, visitor, one)},
        fates=told_fates(desk, record.reporter_code, versions),
        move=_move_of(desk, visitor, regime, record),
        built_with=desk.warehouse.last_decision,
        acts=[ACTS[kind] for kind in ("return", "withdraw", "identify") if kind in may_decide],
        may_remove_from_plan="remove_from_plan" in may_decide,
        addable=beyond - added.keys(),
        plan_changes={one.row_id: one for one in in_force if one.row_id is not None},
        answers=desk.records.answer_keys(record),
        reading=reading,
        view=view,
        sheets_by_name={sheet.name: sheet.number for sheet in reversed(reading.sheets)},
        **_understood(desk, record, view, findings),
    )


@router.get("/submissions/{submission_id}/original", name="original")
def original(desk: DeskDep, visitor: VisitorDep, submission_id: str) -> Response:
    """The file as it was sent, to be saved."""
    record, _ = _opened(desk, visitor, submission_id)
    return attachment(desk.records.original(record), _name_of(record))


@router.get("/submissions/{submission_id}/annotated", name="annotated")
def annotated(desk: DeskDep, visitor: VisitorDep, submission_id: str) -> Response:
    """The annotated copy, to be saved."""
    record, _ = _opened(desk, visitor, submission_id)
    return _answer(desk, desk.records.answer_keys(record).annotated)


@router.get("/submissions/{submission_id}/receipt", name="receipt")
def receipt(desk: DeskDep, visitor: VisitorDep, submission_id: str) -> Response:
    """The receipt, to be saved."""
    record, _ = _opened(desk, visitor, submission_id)
    return _answer(desk, desk.records.answer_keys(record).receipt)


@router.get("/submissions/{submission_id}/compare", name="compare")
def compare_versions(
    request: Request,
    desk: DeskDep,
    visitor: VisitorDep,
    submission_id: str,
    other: Annotated[str, Query(alias="with")] = "",
    page: PageNumber = 1,
) -> HTMLResponse:
    """The submission compared with another version of the same table, by default with the one before it."""
    record, regime = _opened(desk, visitor, submission_id)
    versions = _versions(desk, visitor, regime, record)
    before = desk.records.submission(other or _version_before(versions, submission_id) or "")
    if before is None:
        raise NotThere(
            f"没有可以和 {submission_id} 比较的版本。", f"There is no version to compare {submission_id} with."
        )
    if before.obligation != record.obligation or record.form == DOCUMENT:
        raise Wrong(
            f"{before.submission_id} 和 {submission_id} 不是同一单位同一轮次的同一种表，不能比较。",
            f"{before.submission_id} and {submission_id} are no versions of one table.",
        )
    _require_open(visitor, regime, before)
    before, record = sorted((before, record), key=lambda one: (one.receipt_no, len(one.submission_id)))
    form = desk.rulebook.forms[record.table]
    comparison = compare(desk.records.rows(before), desk.records.rows(record), form)
    longest = max(map(len, (comparison.disappeared, comparison.changed, comparison.new)))
    return render(
        request,
        visitor,
        "compare.html",
        before=before,
        after=record,
        asked=submission_id,
        regime=regime,
        reporter=regime.reporters.get(record.reporter_code or ""),
        versions=versions,
        comparison=comparison,
        fields=form.fields,
        page=page,
        page_count=-(-longest // DIFFERENCES_OF_A_PAGE),
        part=slice((page - 1) * DIFFERENCES_OF_A_PAGE, page * DIFFERENCES_OF_A_PAGE),
    )


def _opened(desk: Desk, visitor: Visitor, submission_id: str) -> tuple[SubmissionRecord, Regime]:
    """The submission and its regime; ``NotThere`` when there is none, ``Denied`` when it is not the visitor's to see.

    What came from nobody known is seen by those who see the whole regime, and by whose unit sent it.
    """
    record = desk.records.submission(submission_id)
    if record is None:
        raise NotThere(
            "没有这个收件号，或者这份文件还在审核，请稍后再看。",
            "There is no such submission, or it is still being judged: look again in a moment.",
        )
    regime = regime_of(desk, record.regime)
    _require_open(visitor, regime, record)
    return record, regime


def _require_open(visitor: Visitor, regime: Regime, record: SubmissionRecord) -> None:
    if not may_open(visitor, regime, record):
        require(visitor, Right.VIEW, regime, record.reporter_code)


def may_open(visitor: Visitor, regime: Regime, record: SubmissionRecord) -> bool:
    """Whether the submission is the visitor's to see: of a reporter in view, or sent by the visitor's own unit.

    What a unit sends may name another reporter, or none; the unit sees what became of it, and decides nothing about it.
    """
    own = visitor.access.reporters(regime)
    return record.folder in own or visitor.may(Right.VIEW, regime, record.reporter_code)


def _name_of(record: SubmissionRecord) -> str:
    """What the original is saved as: of a document its whole path, as photos of many enterprises are called ``1.jpg``."""
    if record.form != DOCUMENT:
        return record.file
    inner = record.file.rpartition("!")[2]
    return "_".join((record.submission_id, *PurePosixPath(inner.replace("\\", "/")).parts))


def _answer(desk: Desk, key: str | None) -> Response:
    if key is None or not desk.store.exists(key):
        raise NotThere("这份报表没有这个文件。", "There is no such file for this submission.")
    return attachment(desk.store.read_bytes(key), key)


# ---- versions ----


def _versions(desk: Desk, visitor: Visitor, regime: Regime, record: SubmissionRecord) -> list[Version]:
    """The versions of the table that are the visitor's to see; of what nobody known sent there are none."""
    _, round_key, reporter, form = record.obligation
    if not round_key or not reporter:
        return []
    versions = desk.records.versions(regime.key, round_key, reporter, form)
    if visitor.may(Right.VIEW, regime, reporter):
        return versions
    found = ((version, desk.records.submission(version.submission_id)) for version in versions)
    return [version for version, its_record in found if its_record and may_open(visitor, regime, its_record)]


def told_fates(desk: Desk, reporter_code: str | None, versions: Iterable[Version]) -> dict[str, str]:
    """Of those versions that were withdrawn as a correction of the reporter says: ``moved`` or ``unmoved``, by their ids."""
    fates = desk.decisions.fates()
    found = {one.submission_id: fates.of(one, reporter_code) for one in versions if one.status in ("withdrawn", None)}
    return {name: fate for name, fate in found.items() if fate in (MOVED, UNMOVED)}


@dataclass(frozen=True, slots=True)
class Move:
    """That a submission is another reporter's, or is not this one's any more."""

    fate: str
    """``moved`` or ``unmoved``."""
    decision: Decision
    """By which it is so: the correction, or its undo."""
    reporter: str | None
    """Name of the reporter it was moved to; None of what is not this one's any more."""
    other: SubmissionRecord | None
    """What it became, or what it was made of; None where that is not there yet, or not the visitor's to see."""


def _move_of(desk: Desk, visitor: Visitor, regime: Regime, record: SubmissionRecord) -> Move | None:
    fates = desk.decisions.fates()
    fate = fates.of(record, record.reporter_code)
    moved_by = fates.moved_by(record.submission_id)
    if fate == MOVED and moved_by is not None:
        became = (
            one
            for one in desk.records.corrections_of(record.submission_id)
            if one.reporter_code == moved_by.new_reporter_code and may_open(visitor, regime, one)
        )
        reporter = regime.reporters.get(moved_by.new_reporter_code or "")
        return Move(fate, moved_by, reporter.name if reporter else None, next(became, None))
    moves = desk.decisions.moves_to(record.corrects, record.reporter_code) if record.corrects else ()
    if fate == UNMOVED and moves:
        first = desk.records.submission(record.corrects or "")
        return Move(fate, moves[-1], None, first if first and may_open(visitor, regime, first) else None)
    return None


def _part_of(regime: Regime, record: SubmissionRecord) -> Part | None:
    """The county of the regime's year that sent it, where the reporter was several then."""
    reporter = regime.reporters.get(record.reporter_code or "")
    return next((part for part in reporter.parts if part.code == record.reported_as), None) if reporter else None


def _version_before(versions: Sequence[Version], submission_id: str) -> str | None:
    """The version to compare with: the last before it that was not rejected (rule S18), else the last before it."""
    asked = next((version for version in versions if version.submission_id == submission_id), None)
    of_one = [version for version in versions if asked and version.reported_as == asked.reported_as]
    before = of_one[: of_one.index(asked)] if asked else []
    passed = [version for version in before if "rejected" not in (version.status, version.verdict)]
    return (passed or before)[-1].submission_id if before else None


# ---- what may be decided ----


def _may_decide(
    desk: Desk, visitor: Visitor, regime: Regime, record: SubmissionRecord, in_force: Iterable[Decision]
) -> frozenset[str]:
    """The acts about this submission, its findings and rows that are the visitor's, and not made already."""
    if desk.decisions.fates().of(record, record.reporter_code) == UNMOVED:
        return frozenset()
    made = {decision.kind for decision in in_force}
    open_to = set()
    if not desk.decisions.is_sealed(record.regime, record.round):
        open_to |= {"submission", "finding"}
    about = {kind for kind in IN_VAIN_AFTER if ACTS[kind].subject in open_to}
    # a change of the plan is decided in the annual cycle
    if not desk.decisions.is_sealed(record.regime, "annual"):
        about.add("remove_from_plan" if record.round == "plan" else "add_to_plan")
    return frozenset(
        kind
        for kind in about
        if made.isdisjoint(IN_VAIN_AFTER[kind]) and visitor.may(ACTS[kind].right, regime, record.reporter_code)
    )


# ---- findings ----


def _groups(
    desk: Desk,
    record: SubmissionRecord,
    findings: Iterable[NumberedFinding],
    rule: str,
    page: int,
    in_force: Iterable[Decision],
    may_decide: frozenset[str],
    added: Mapping[str, int],
) -> list[FindingGroup]:
    """The findings by rule, gravest first; of ``rule`` one page, of the others the first."""
    day = desk.decisions.day_of_waivers(record.regime, record.round)
    settling = {
        decision.finding_id: decision
        for decision in in_force
        if decision.kind == "explain" or (decision.kind == "waive" and decision.expires_on >= day)
    }
    findings = list(findings)
    for finding in (one.finding for one in findings if one.finding.get("resolution") == "chosen"):
        choice = desk.decisions.get(finding["resolved_by"])
        # a choice that was undone since the build settles nothing any more
        if choice in desk.decisions.in_force():
            settling.setdefault(finding["finding_id"], choice)
    by_rule: dict[str, list[NumberedFinding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.finding["rule"], []).append(finding)
    groups = []
    for code, of_rule in by_rule.items():
        start, length = (
            ((page - 1) * FINDINGS_OF_A_RULE, FINDINGS_OF_A_RULE) if code == rule else (0, FINDINGS_OF_A_GROUP)
        )
        known_rule = desk.rulebook.rules.get(code)
        waivable = known_rule is not None and known_rule.waivable
        groups.append(
            FindingGroup(
                code,
                of_rule[0].finding["severity"],
                len(of_rule),
                sum(_asks(one.finding) and one.finding["finding_id"] not in settling for one in of_rule),
                known_rule is not None and known_rule.scope == "cross",
                tuple(
                    _finding_view(one, settling.get(one.finding["finding_id"]), may_decide, waivable, added)
                    for one in of_rule[start : start + length]
                ),
            )
        )
    return groups


def _is_uncounted_photo(desk: Desk, regime: Regime, record: SubmissionRecord) -> bool:
    if record.form != DOCUMENT or record.reporter_code is None or record.round is None:
        return False
    return record.submission_id in uncounted_photos(desk.warehouse, regime, record.round, record.reporter_code)


def _added_to_plan(desk: Desk, record: SubmissionRecord) -> dict[str, int]:
    """The rows of the regime whose enterprise a decision in force added to the plan, with the number of the decision."""
    added = {
        one.row_id or "": one.sequence
        for one in desk.decisions.in_force()
        if one.kind == "add_to_plan" and one.regime == record.regime
    }
    rows = read_rows_of_the_same(desk.warehouse, added)
    return {row_id: sequence for told, sequence in added.items() for row_id in rows[told]}


def _asks(finding: Mapping[str, Any]) -> bool:
    return finding["severity"] != "note"


def _finding_view(
    numbered_finding: NumberedFinding,
    decision: Decision | None,
    may_decide: frozenset[str],
    waivable: bool,
    added: Mapping[str, int],
) -> FindingView:
    finding = numbered_finding.finding
    sheet, cell = numbered_finding.place
    fit = {"explain"} if finding["severity"] == "explain" else set()
    if waivable:
        fit.add("waive")
    added_by = added.get(finding["row_id"] or "") if finding["rule"] == _OUTSIDE_THE_PLAN else None
    if finding["rule"] == _OUTSIDE_THE_PLAN and added_by is None:
        fit.add("add_to_plan")
    return FindingView(
        number=numbered_finding.number,
        finding=finding,
        sheet=sheet,
        cell=cell,
        row=numbered_finding.row,
        resolution=_RESOLUTIONS[decision.kind] if decision else "open" if _asks(finding) else None,
        decision=decision,
        acts=()
        if decision
        else tuple(kind for kind in ("explain", "waive", "add_to_plan") if kind in fit & may_decide),
        added_by=added_by,
    )


# ---- as sent, as understood ----


def _view(
    reading: Reading, record: SubmissionRecord, findings: list[NumberedFinding], number: int | None, row: int | None
) -> SheetView | None:
    """The window of the sheet asked for, else the one with the first findings; None where there is no sheet."""
    asked = next((sheet for sheet in reading.sheets if sheet.number == number), None)
    sheet = asked or sheet_to_open(reading, findings, record.sheet)
    if sheet is None:
        return None
    return view_sheet(sheet, row or row_to_open(sheet, findings), findings)


def _understood(
    desk: Desk, record: SubmissionRecord, view: SheetView | None, findings: Iterable[NumberedFinding]
) -> dict[str, Any]:
    """The rows of the window as understood, and those fields of them that say anything."""
    if view is None or view.name != record.sheet or record.table not in desk.rulebook.forms:
        return {"read_fields": [], "read_rows": []}
    rows = desk.records.rows(record, view.first_row, view.last_row)
    by_cell: dict[str | None, list[NumberedFinding]] = {}
    for finding in findings:
        if finding.place[0] == view.name:
            by_cell.setdefault(finding.place[1], []).append(finding)
    fields = [
        field
        for field in desk.rulebook.forms[record.table].fields.values()
        if field.name != "sequence" and any(_says_something(row, field) for row in rows)
    ]
    return {
        "read_fields": fields,
        "read_rows": [
            ReadRow(row["row_id"], row["row"], tuple(_read_field(row, field, by_cell) for field in fields))
            for row in rows
        ],
    }


def _says_something(row: Row, field: Field) -> bool:
    return row[f"{field.name}_text"] is not None or understood_as(row, field) is not None


def _read_field(row: Row, field: Field, by_cell: Mapping[str | None, Sequence[NumberedFinding]]) -> ReadField:
    cell = row[f"{field.name}_cell"]
    about = tuple(by_cell.get(cell, ())) if cell else ()
    return ReadField(
        cell=cell,
        text=row[f"{field.name}_text"],
        understood=understood_as(row, field),
        conversion=conversion_of(row) if field.type == "amount" else None,
        is_misread=row[f"{field.name}_problem"] is not None,
        findings=about,
    )
