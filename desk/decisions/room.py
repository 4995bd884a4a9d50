"""A decision made: what was filled in on a page or the command line becomes an act of the log, and has its effect."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import exports
from desk.decisions.acts import FIELD_LABELS, REPORTED_ROUND, Actor, Draft, Refused, rounds_closed_by
from desk.decisions.city_figure import read_figure
from desk.decisions.log import Decision, Decisions
from desk.delivery.intake import SECONDS_TO_GIVE_UP, Intake, Worker
from desk.january.gates import FINDINGS, Report, read_report
from desk.january.plan_figure import read_plan_figure
from desk.january.shown_list import read_list
from desk.messages.mail import MailServer
from desk.messages.notices import give_notice
from desk.views.records import Records
from desk.views.warehouse import Warehouse
from exports.amounts import write_exactly
from rulebook import LOCAL_TIME, Rulebook
from store import Store

log = logging.getLogger(__name__)

FORM_NAMES = {
    "reason": "reason",
    "regime": "regime",
    "round": "round",
    "submission": "submission_id",
    "finding": "finding_id",
    "reporter": "reporter_code",
    "city": "city_code",
    "decision": "undoes",
    "new_reporter": "new_reporter_code",
    "identity": "identity_id",
    "other": "other_identity_id",
    "claims": "claims_id",
    "chosen": "chosen_reporter_code",
    "expires_on": "expires_on",
    "due": "due",
    "explanation": "explanation",
    "document_no": "document_no",
    "document_date": "document_date",
    "document_issuer": "document_issuer",
    "row": "row_id",
    "opened_on": "opened_on",
    "closes_on": "closes_on",
    "shown_at": "shown_at",
    "objector": "objector",
    "received_on": "received_on",
    "content": "content",
    "objection": "objection",
    "outcome": "outcome",
    "announced_on": "announced_on",
    "place": "place_code",
    "listed_findings": "listed_findings",
    "user": "user",
    "role": "granted_role",
    "unit": "granted_unit",
    "name": "person_name",
}
"""What pages and command line call the fields of a draft."""

MOST_PROBLEMS = 3
"""Of a template that are told at once; ``huizong own-template`` tells all."""
MOST_DIGITS = 9
"""Of the number of a decision."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DATES = ("expires_on", "due", "document_date", "opened_on", "closes_on", "received_on", "announced_on")
_NUMBERS = ("undoes", "objection")

_CHANGES_THE_FIGURE = ("return", "withdraw", "identify", "waive", "undo")

_ABOUT_THE_LIST = ("object", "answer_objection")
_TELLS_THE_PLAN = ("prepare", "seal")
_CHANGES_THE_PLAN = ("add_to_plan", "remove_from_plan")
_MAKES_ENTERPRISES_OR_EXITS = ("merge", "distinct", "choose", *_ABOUT_THE_LIST)


class NotCarriedOut(Refused):
    """The decision is recorded; what it sets off failed, and is repeated by the next collection or build."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(
            f"第 {decision.sequence} 号决定已记录，不要重做；但同一文件这次没能记到正确的单位名下。"
            "系统会在下次收件或建仓时自动再试；一直不成功的，请联系系统管理员。",
            f"Decision {decision.sequence} is recorded: do not repeat it. The file was not taken in for the right "
            "reporter this time; the next collection or build tries again by itself.",
        )
        self.decision = decision


@dataclass(frozen=True)
class DecisionRoom:
    """What deciding takes: the store, its log, and what the acts look at."""

    store: Store
    rulebook: Rulebook
    decisions: Decisions
    records: Records
    warehouse: Warehouse
    correct: Callable[[Decision], object]
    """Takes the bytes of an ``identify`` decision in again for the right reporter (``desk.delivery.intake``)."""
    notify: Callable[[Decision], object]
    """Tells the reporters whom a decision concerns (``desk.messages.notices``)."""

    def decide(self, draft: Draft, actor: Actor, seen: int | None, now: datetime | None = None) -> Decision:
        """The decision as it was recorded; an ``identify`` has been carried out too, a reporter told what it must know.

        Raises ``NotCarriedOut`` where an ``identify`` is recorded and could not be carried out, ``Stale`` and
        ``Refused`` as ``Decisions.record`` does, ``Refused`` too where a figure is to be confirmed, shown, agreed to or prepared, or a
        cycle sealed, that the warehouse does not hold as it stands, that may not be sealed yet, or whose documents cannot
        be laid out by the province's own templates.
        """
        if draft.kind in ("confirm", "prepare"):
            located = self.decisions.locate(draft)
            if draft.kind == "prepare":
                self.check_templates(located)
            draft = replace(draft, figure=self.figure_of(located), plan_figure=self.plan_figure_of(located))
        elif draft.kind in ("open_notice", "consent"):
            located = self.decisions.locate(draft)
            self._check_is_current(located)
            draft = replace(draft, shown_list=read_list(self.warehouse, located.regime or "", located.round or ""))
        elif draft.kind == "seal":
            self.check_may_be_sealed(self.decisions.locate(draft))
        decision = self.decisions.record(draft, actor, seen, now)
        if decision.kind == "identify":
            try:
                self.correct(decision)
            except Exception as error:
                log.exception("decision %d is recorded and not carried out yet", decision.sequence)
                raise NotCarriedOut(decision) from error
        try:
            self.notify(decision)
        except OSError:
            # the act is kept all the same, and a page that says otherwise would have it made twice
            log.exception("decision %d is recorded; its reporter was not told", decision.sequence)
        return decision

    def figure_of(self, draft: Draft) -> tuple[dict[str, Any], ...]:
        """The lines of the rollup that a confirmation of ``draft.city_code``, or a seal, is about now; none: no exits.

        Raises ``Refused`` where files or decisions of the city, or of the cycle, are not in the warehouse yet.
        """
        self._check_is_current(draft)
        place = draft.city_code or self.rulebook.regimes[draft.regime].area
        lines = read_figure(self.warehouse, draft.regime, draft.round, place)
        return tuple(line | {"capacity": _exact(line["capacity"])} for line in lines)

    def plan_figure_of(self, draft: Draft) -> tuple[dict[str, Any], ...] | None:
        """The plan that a report which is to be prepared is held against; None where ``draft`` prepares none.

        The warehouse holds all there is: ``figure_of`` has said so.
        """
        if draft.kind != "prepare":
            return None
        return read_plan_figure(self.warehouse.query, draft.regime or "", draft.round or "")

    def check_templates(self, draft: Draft) -> None:
        """``Refused`` where the province's own templates cannot be filled: once a cycle is closed, its copy must be written."""
        problems = exports.check_templates(self.store, draft.regime or "")
        if problems:
            more = "" if len(problems) <= MOST_PROBLEMS else "……"
            raise Refused(
                f"自备模板有 {len(problems)} 处要改，按它写不出报告或公告：{'；'.join(problems[:MOST_PROBLEMS])}{more}"
                "改好后用 huizong own-template 再检查一次。",
                f"{len(problems)} problem(s) in your own template: report or announcement cannot be written. Put it right,"
                " and check it by huizong own-template.",
            )

    def check_may_be_sealed(self, draft: Draft) -> None:
        """``Refused`` while a gate of the cycle is open, and of the one that is reported while nobody prepared its report.

        ``Refused`` too where its documents cannot be laid out. The gate of the findings the signer may pass by saying what is
        to be said of them (``listed_findings``).
        """
        self._check_is_current(draft)
        self.check_templates(draft)
        report = self.read_report(draft.regime or "", draft.round or "")
        gates = report.open_gates
        if draft.listed_findings:
            if not any(gate.key == FINDINGS for gate in gates):
                raise Refused(
                    "没有未说明的问题，请把“对未说明问题的意见”清空。",
                    "No finding is open: leave out what you say of them.",
                )
            gates = tuple(gate for gate in gates if gate.key != FINDINGS)
        if gates:
            told = [(*gate.label, gate) for gate in gates]
            raise Refused(
                "还不能封存。" + "".join(f"{zh}：{gate.says_zh}{gate.mend_zh}" for zh, _, gate in told),
                "It cannot be sealed yet. " + " ".join(f"{en}: {gate.says_en} {gate.mend_en}" for _, en, gate in told),
            )
        if draft.round == REPORTED_ROUND:
            _check_is_prepared(report)

    def read_report(self, regime: str, round_key: str, day: date | None = None) -> Report:
        """The gates of a cycle on ``day`` (None: today in Asia/Shanghai), by the last build and the decisions in force."""
        today = day or datetime.now(LOCAL_TIME).date()
        report = read_report(self.warehouse, self.rulebook, self.decisions.in_force(), (regime, round_key), today)
        return report if report.seal else replace(report, waits=self._waits_in_words(regime, round_key))

    def _waits_in_words(self, regime: str, round_key: str) -> tuple[str, str] | None:
        """That files or decisions of the cycle wait for a build: what keeps it from being signed, else what gates may still say."""
        try:
            self._check_is_current(Draft("prepare", regime=regime, round=round_key))
        except Refused as refused:
            return refused.message_zh, refused.message_en
        rounds = rounds_closed_by(round_key)
        waiting = sum(
            one.regime == regime and one.round in rounds and self.decisions.waits_for_build(one)
            for one in self.decisions.all()[self.warehouse.last_decision :]
        )
        if not waiting:
            return None
        return (
            f"新作的 {waiting} 项决定还没有进入数据，各项条件是上次建仓时的情况，下次建仓后更新。",
            f"New decisions that wait for the build: {waiting}; the gates stand as of the last one.",
        )

    def _check_is_current(self, draft: Draft) -> None:
        if self.warehouse.is_damaged:
            raise Refused("数据仓库文件已损坏，请重新建仓。", "The warehouse file is damaged: build it again.")
        if not self.warehouse.exists:
            raise Refused("数据仓库还没有建立，请先建仓。", "The warehouse was not built yet: build it first.")
        if (
            self._is_plan_in_motion(draft)
            or self._is_matched_anew(draft)
            or any(self._concerns(reporter, draft) for reporter in self._reporters_in_motion(draft))
        ):
            is_of_two = draft.kind in _TELLS_THE_PLAN and draft.round == REPORTED_ROUND
            rounds_zh, rounds_en = ("年度或计划轮次", " of the annual or the plan round") if is_of_two else ("", "")
            raise Refused(
                f"{rounds_zh}有新收的报表、新的决定或到期的豁免还没有进入汇总，下次建仓后才计入。请等建仓完成"
                "（审核员可在看板上点“现在建仓”），看过新的数据再来。",
                f"New files, decisions or lapsed waivers{rounds_en} are not in the total yet: wait for the build, or have a"
                " steward start one, look at the figure, come back.",
            )

    def _is_matched_anew(self, draft: Draft) -> bool:
        """Whether the next build makes other enterprises or exits in the city of ``draft``, or anywhere without one."""
        for decision in self.decisions.all()[self.warehouse.last_decision :]:
            decided = self.decisions.get(decision.undoes or 0) or decision
            is_of_the_cycle = (decided.regime, decided.round) == (draft.regime, draft.round)
            if decided.kind in _ABOUT_THE_LIST and (decided.identity_id is None or not is_of_the_cycle):
                # an objection to the whole list takes nothing out of it, one to another list nothing out of this
                continue
            cities = {None, draft.city_code} if draft.city_code else {decided.city_code}
            if decided.kind in _MAKES_ENTERPRISES_OR_EXITS and decided.city_code in cities:
                return True
        return False

    def _is_plan_in_motion(self, draft: Draft) -> bool:
        """Whether the next build holds what is to be prepared or sealed against another plan."""
        if draft.kind not in _TELLS_THE_PLAN:
            return False
        made = self.decisions.all()[self.warehouse.last_decision :]
        decided = (self.decisions.get(one.undoes or 0) or one for one in made)
        return any(one.kind in _CHANGES_THE_PLAN and one.regime == draft.regime for one in decided)

    def _reporters_in_motion(self, draft: Draft) -> Iterable[str | None]:
        """Whose figures of the cycle the next build may change; of a report, whose plan it is held against too."""
        rounds = rounds_closed_by(draft.round) if draft.kind in _TELLS_THE_PLAN else (draft.round,)
        cycles = [(draft.regime or "", round_key or "") for round_key in rounds]
        for decision in self.decisions.all()[self.warehouse.last_decision :]:
            if decision.kind in _CHANGES_THE_FIGURE and (decision.regime, decision.round) in cycles:
                yield decision.reporter_code
        for decision in self.decisions.in_force():
            if decision.kind == "waive" and (decision.regime, decision.round) in cycles and self._lapsed(decision):
                yield decision.reporter_code
        for cycle in cycles:
            for record in self.records.pending(*cycle):
                yield record.reporter_code

    def _lapsed(self, waiver: Decision) -> bool:
        """Whether a waiver that held on the day of the build holds no more."""
        moments = (self.warehouse.built_at or datetime.now(UTC), datetime.now(UTC))
        built_on, today = (moment.astimezone(LOCAL_TIME).date() for moment in moments)
        return waiver.expires_on is not None and built_on <= waiver.expires_on < today

    def _concerns(self, reporter_code: str | None, draft: Draft) -> bool:
        """Whether a reporter may speak of the city of ``draft``, or of the cycle where it names none."""
        reporter = self.rulebook.regimes[draft.regime or ""].reporters.get(reporter_code or "")
        return reporter is not None and (
            draft.city_code is None or self.rulebook.reference.city_of(reporter.home) in (None, draft.city_code)
        )


def _check_is_prepared(report: Report) -> None:
    """Who signs signs what was prepared, and nothing that changed since."""
    if report.prepared is None:
        back = f"（第 {report.refused.sequence} 号决定退回：{report.refused.reason}）" if report.refused else ""
        raise Refused(
            f"报告还没有送签{back}，不能签发。请审核员在“上报”页制表送签。",
            "The report was not prepared for signing: a steward does so on the page of the report.",
        )
    if report.is_changed:
        raise Refused(
            f"送签（第 {report.prepared.sequence} 号决定）之后数据或计划有了变化，送签已失效。请审核员核对后重新送签。",
            "The figure or the plan has changed since it was prepared: a steward must prepare it again.",
        )


class InThisProcess(Worker):
    """Does the work here: a call of the command line keeps no page waiting."""

    def run(self, task: Callable[..., Any], *args: object) -> Any:
        """What ``task`` gives."""
        return task(*args)


def decision_room(store_root: Path, rulebook: Rulebook, mail_server: MailServer | None = None) -> DecisionRoom:
    """The room of a call of the command line; a correction ends when its file is judged, however long that takes."""
    store = Store(store_root)
    warehouse = Warehouse(store.location("warehouse.duckdb"))
    records = Records(store, rulebook, warehouse)
    decisions = Decisions(store, rulebook, records)

    def correct(decision: Decision) -> None:
        intake = Intake(store, rulebook, InThisProcess(), SECONDS_TO_GIVE_UP, decisions, records)
        try:
            intake.correct(decision)
        finally:
            intake.close()

    notify = partial(give_notice, store, rulebook, decisions, mail_server=mail_server)
    return DecisionRoom(store, rulebook, decisions, records, warehouse, correct, notify)


def draft_of(kind: str, told: Mapping[str, str | None], document: bytes | None = None) -> Draft:
    """The draft of what was filled in, by ``FORM_NAMES``; blank is nothing.

    Raises ``Refused`` for a date that is none or a number of a decision that is none.
    """
    texts = {FORM_NAMES[name]: text.strip() for name, text in told.items() if text and text.strip()}
    values: dict[str, Any] = {
        name: _day(name, text) if name in _DATES else _number(text) if name in _NUMBERS else text
        for name, text in texts.items()
    }
    return Draft(kind, **values, document=document or None)


def _day(name: str, text: str) -> date:
    try:
        # Python also takes 20250115 and 2025-W03-3
        if not _DAY.fullmatch(text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(
            f"{FIELD_LABELS[name][0]}“{text}”不是日期，请写成 2025-01-15 这样。",
            f"{text!r} is no date; write it like 2025-01-15.",
        ) from None


def sequence_in(text: str) -> int | None:
    """The number of a decision that ``text`` is; None where it is none (Python refuses to read thousands of digits)."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None


def _number(text: str) -> int:
    number = sequence_in(text)
    if number is None:
        raise Refused(f"“{text}”不是决定的编号，请填数字。", f"{text!r} is not the number of a decision.")
    return number


def _exact(amount: Decimal | None) -> str | None:
    """An amount as text, without the zeros that the warehouse's type adds."""
    return None if amount is None else write_exactly(amount)
