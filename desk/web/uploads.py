"""Files sent through the desk: taken in while the visitor waits, and told about on the page that follows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from desk.decisions.people import Right
from desk.delivery.deadlines import deadlines_of, local_day
from desk.delivery.intake import Refused, Taken, safe_name, too_large
from desk.views.records import AnswerKeys, SubmissionRecord
from desk.web.body_limit import limited
from desk.web.desk import Desk
from desk.web.frame import CSRF_FIELD, DeskDep, Visitor, VisitorDep, check_csrf, cycle_of, render, require
from desk.web.refusals import TooLarge, Wrong
from desk.web.submissions import may_open
from exports import Deadline
from ingestion import Delivery
from ingestion.photos import is_photo, tell_photo
from rulebook import DOCUMENT, Regime, verdict

router = APIRouter()

MAX_FILES = 100
FINDINGS_SHOWN = 100

_CHANNEL = "upload"


@dataclass(frozen=True, slots=True)
class Told:
    """What the page tells of one submission."""

    record: SubmissionRecord
    verdict: str
    findings: Sequence[dict[str, Any]]
    finding_count: int
    deadline: Deadline
    received_on: date
    """In Asia/Shanghai."""
    answers: AnswerKeys
    may_open: bool
    copy_of: SubmissionRecord | None
    """The earlier submission whose bytes these are, where nothing came between: it stands, and nothing counts twice."""
    untold: Sequence[tuple[str, str]]
    """What the path of a photo does not tell, where the plan asks for photos: Chinese, English."""


@dataclass(frozen=True, slots=True)
class ToldFile:
    """What the page tells of one file: its receipt, and every submission that came with it."""

    taken: Taken
    submissions: Sequence[Told]


@router.post("/cycles/{regime_key}/{round_key}/upload", name="upload")
async def upload(request: Request, desk: DeskDep, visitor: VisitorDep, regime_key: str, round_key: str) -> HTMLResponse:
    """The files of field ``files``, taken in for the cycle; field ``reporter`` says for whom, where that is open."""
    regime = cycle_of(desk, regime_key, round_key)
    if not visitor.access.reporters(regime):
        require(visitor, Right.UPLOAD, regime)
    async with limited(request, _too_large()).form(max_fields=MAX_FILES) as form:
        check_csrf(desk, visitor, form.get(CSRF_FIELD))
        reporter = _reporter_of(visitor, regime, form.get("reporter"))
        deliveries = await _deliveries(form, reporter, visitor.user_id)
    try:
        taken = await run_in_threadpool(desk.intake.take_in, deliveries, regime.key, round_key)
    except Refused as refused:
        raise Wrong(refused.message_zh, refused.message_en) from refused
    page = await run_in_threadpool(_result, request, desk, visitor, regime, round_key, reporter, taken)
    if any(one.is_new for one in taken):
        page.background = BackgroundTask(_build, desk, regime.key, round_key, taken)
    return page


def _build(desk: Desk, regime: str, round_key: str, taken: Iterable[Taken]) -> None:
    """A build is set off as soon as everything is judged."""
    for batch in sorted({one.batch for one in taken if one.verdict is None}):
        desk.intake.finish(batch)
    desk.start_build(regime, round_key)


# ---- what was sent ----


def _too_large() -> TooLarge:
    refused = too_large()
    return TooLarge(refused.message_zh, refused.message_en)


def _reporter_of(visitor: Visitor, regime: Regime, told: Any) -> str | None:
    """For whom the files are: who the form names, else the visitor's own unit; None: the files say it themselves."""
    own = visitor.access.reporters(regime)
    if isinstance(told, str) and told:
        if told not in regime.reporters:
            raise Wrong("没有这个填报单位，请返回重新选择。", "There is no such reporter: go back and choose again.")
        require(visitor, Right.UPLOAD, regime, told)
        return told
    if visitor.may(Right.UPLOAD, regime):
        return None
    if len(own) > 1:
        raise Wrong("您为几个单位填报，请返回选择是哪一个单位的文件。", "Say for which of your units the files are.")
    return own[0]


async def _deliveries(form: FormData, reporter: str | None, sender: str) -> list[Delivery]:
    """The files of the form; a field in which none was chosen has no name and no bytes."""
    files = [file for file in form.getlist("files") if isinstance(file, UploadFile) and (file.filename or file.size)]
    if len(files) > MAX_FILES:
        raise Wrong(
            f"一次最多上传 {MAX_FILES} 个文件，请打成一个 zip 压缩包再上传。",
            f"At most {MAX_FILES} files at a time: put them into one zip file.",
        )
    now = datetime.now(UTC)
    return [
        Delivery(
            name=safe_name(file.filename),
            data=await file.read(),
            folder=reporter,
            channel=_CHANNEL,
            received_at=now,
            sender=sender,
        )
        for file in files
    ]


# ---- what is told ----


def _result(
    request: Request,
    desk: Desk,
    visitor: Visitor,
    regime: Regime,
    round_key: str,
    reporter: str | None,
    taken: Iterable[Taken],
) -> HTMLResponse:
    files = [ToldFile(one, [*_submissions(desk, visitor, regime, one)]) for one in taken]
    return render(
        request,
        visitor,
        "upload_result.html",
        regime=regime,
        round_key=round_key,
        reporter=regime.reporters.get(reporter or ""),
        files=files,
        most_findings=FINDINGS_SHOWN,
    )


def _submissions(desk: Desk, visitor: Visitor, regime: Regime, taken: Taken) -> Iterable[Told]:
    deadlines = deadlines_of(taken.batch, desk.records, desk.decisions, desk.rulebook) if taken.verdict else {}
    for submission_id in taken.submission_ids if taken.verdict else ():
        record = desk.records.submission(submission_id)
        findings = desk.records.findings(record)
        yield Told(
            record=record,
            verdict=verdict(finding["severity"] for finding in findings),
            findings=findings[:FINDINGS_SHOWN],
            finding_count=len(findings),
            deadline=deadlines.get(submission_id, Deadline()),
            received_on=local_day(record.received_at),
            answers=desk.records.answer_keys(record),
            may_open=may_open(visitor, regime, record),
            copy_of=_repeated(desk, record),
            untold=_untold(desk, regime, record),
        )


def _untold(desk: Desk, regime: Regime, record: SubmissionRecord) -> list[tuple[str, str]]:
    """Of a photo, what keeps it from proving anything; whether an exit bears the name is known after the next build."""
    if regime.acceptance is None or record.form != DOCUMENT or not is_photo(record.file):
        return []
    told = tell_photo(record.file, desk.rulebook.reference)
    return [*([] if told.stage else [("阶段", "the stage")]), *([] if told.names else [("企业", "the enterprise")])]


def _repeated(desk: Desk, record: SubmissionRecord) -> SubmissionRecord | None:
    """The submission that ``record`` brings once more; None where it is something new."""
    regime, round_key, reporter, form = record.obligation
    if not round_key or not reporter:
        return None
    versions = desk.records.versions(regime, round_key, reporter, form)
    own = next((version for version in versions if version.submission_id == record.submission_id), None)
    return desk.records.submission(own.copy_of) if own and own.copy_of else None
