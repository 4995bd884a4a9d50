"""What an act is about: found in the store and the rulebook, with what follows from it.

Whether the act may be made is another matter (``desk/decisions/act_rules.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from desk.decisions.acts import (
    FIELD_LABELS,
    SUBJECT_FIELDS,
    Draft,
    NoSuchSubject,
    Refused,
)
from desk.decisions.enterprises import (
    ExitSide,
    Identity,
    read_exit_sides,
    read_identities,
)
from desk.january.working_days import UnknownYear, last_day_of_notice
from desk.views.records import Records, SubmissionRecord
from rulebook import EXIT_TABLE, ROUND_NAMES, Regime, Rulebook

if TYPE_CHECKING:
    from desk.decisions.log import Decision

TEXTS = (
    *("reason", "explanation", "document_no", "document_issuer", "user"),
    *("shown_at", "objector", "content", "listed_findings", "person_name"),
)
_CYCLE = ("regime", "round", "reporter_code")
FOLLOWS = {
    "submission": _CYCLE,
    "finding": ("rule", *_CYCLE),
    "row": ("submission_id", "enterprise", *_CYCLE),
    "enterprises": ("enterprise", "other_enterprise", "city_code"),
    "exit": ("identity_id", "enterprise", "place_code", "industry", "city_code"),
    "objection": ("regime", "round", "identity_id"),
    "decision": (
        *(
            "submission_id",
            "finding_id",
            "row_id",
            "rule",
            "city_code",
            "user",
            "granted_role",
            "granted_unit",
            "objection",
            *_CYCLE,
        ),
        *("identity_id", "other_identity_id", "enterprise", "other_enterprise", "claims_id", "place_code", "industry"),
    ),
}
"""What follows from a subject, and need not be said."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an act is judged by."""

    rulebook: Rulebook
    records: Records
    decisions: tuple[Decision, ...]
    in_force: tuple[Decision, ...]
    today: date
    """In Asia/Shanghai."""


def locate(draft: Draft, around: Surroundings) -> Draft:
    """``draft`` with what follows from its subject; ``Refused`` where that is not named, or not there."""
    draft = replace(draft, **{name: readable(getattr(draft, name)) for name in TEXTS})
    require(draft, SUBJECT_FIELDS[draft.act.subject])
    return _LOCATE[draft.act.subject](draft, around)


def readable(text: str | None) -> str | None:
    """``text`` without signs that nobody sees, or that turn the direction of writing; lines stay lines."""
    if text is None:
        return None
    lines = (" ".join("".join(_readable_signs(line)).split()) for line in text.splitlines())
    return "\n".join(lines).strip()


def _readable_signs(line: str) -> Iterable[str]:
    for sign in line:
        if sign.isspace():
            # a wide space of Chinese typing is no sign to Python
            yield " "
        elif sign.isprintable():
            yield sign


def _submission(draft: Draft, around: Surroundings) -> Draft:
    record = record_of(draft, around)
    told = {"regime": record.regime, "round": record.round, "reporter_code": record.reporter_code}
    for name in _CYCLE:
        said = getattr(draft, name)
        if said is not None and said != told[name]:
            label_zh, label_en = FIELD_LABELS[name]
            raise Refused(
                f"收件 {draft.submission_id} 的{label_zh}是“{told[name]}”，不是“{said}”，请核对。",
                f"For {draft.submission_id} {label_en} is {told[name]!r}, not {said!r}.",
            )
    return replace(draft, **told)


def _finding(draft: Draft, around: Surroundings) -> Draft:
    return replace(_submission(draft, around), rule=finding_of(draft, around)["rule"])


def _row(draft: Draft, around: Surroundings) -> Draft:
    """A change of the plan is decided in the annual cycle: what the plan round sent may be sealed, and stays as it was."""
    record, row = row_of(draft, around)
    return replace(
        draft,
        submission_id=record.submission_id,
        regime=record.regime,
        round="annual",
        reporter_code=record.reporter_code,
        enterprise=row["enterprise"],
    )


def _reporter(draft: Draft, around: Surroundings) -> Draft:
    regime = regime_of(draft, around)
    if draft.reporter_code not in regime.reporters:
        raise NoSuchSubject(
            f"“{draft.reporter_code}”不是{regime.title}的填报单位。",
            f"{draft.reporter_code!r} is not a reporter of {regime.key}.",
        )
    return draft


def _city(draft: Draft, around: Surroundings) -> Draft:
    regime = regime_of(draft, around)
    divisions = around.rulebook.reference.divisions
    if draft.city_code not in regime.divisions or divisions[draft.city_code].level != "city":
        raise NoSuchSubject(
            f"“{draft.city_code}”不是{regime.title}范围内的市。", f"{draft.city_code!r} is not a city of {regime.key}."
        )
    return draft


def _cycle(draft: Draft, around: Surroundings) -> Draft:
    regime = regime_of(draft, around)
    if draft.identity_id is not None:
        draft = replace(draft, enterprise=_identity_of(draft.identity_id, around).enterprise)
    if draft.opened_on is not None and draft.closes_on is None:
        draft = replace(draft, closes_on=_last_day(draft.opened_on, regime))
    return draft


def _last_day(opened_on: date, regime: Regime) -> date:
    """The last day of a notice; ``Refused`` where the calendar of holidays does not reach so far."""
    try:
        return last_day_of_notice(opened_on, regime.public_notice.working_days)
    except UnknownYear as unknown:
        raise Refused(
            f"系统的节假日历没有 {unknown.year} 年的放假和调休安排，算不出公示最后一日。请按国务院办公厅的放假通知数满"
            f" {regime.public_notice.working_days} 个工作日（公示当日不算），把“公示最后一日”填上。",
            f"The calendar of holidays does not know {unknown.year}: count the working days by the State Council's notice"
            " and say the last day of the notice.",
        ) from unknown


def _objection(draft: Draft, around: Surroundings) -> Draft:
    number = draft.objection or 0
    registered = around.decisions[number - 1] if 0 < number <= len(around.decisions) else None
    if registered is None or registered.kind != "object":
        raise NoSuchSubject(f"没有第 {draft.objection} 号异议。", f"There is no objection {draft.objection}.")
    names = ("regime", "round", "identity_id", "enterprise")
    return replace(draft, **{name: getattr(registered, name) for name in names})


def _place(draft: Draft, around: Surroundings) -> Draft:
    regime = regime_of(draft, around)
    if draft.place_code not in regime.divisions:
        raise NoSuchSubject(
            f"“{draft.place_code}”不在{regime.title}的范围内。", f"{draft.place_code!r} is no division of {regime.key}."
        )
    return draft


def _enterprises(draft: Draft, around: Surroundings) -> Draft:
    regime_of(draft, around)
    first, second = sorted((draft.identity_id or "", draft.other_identity_id or ""))
    one, other = identities_of(replace(draft, identity_id=first, other_identity_id=second), around)
    return replace(
        draft,
        identity_id=one.identity_id,
        other_identity_id=other.identity_id,
        enterprise=one.enterprise,
        other_enterprise=other.enterprise,
        # an enterprise of no city, or two of different ones, are the whole area's
        city_code=one.city_code if one.city_code == other.city_code else None,
    )


def _exit(draft: Draft, around: Surroundings) -> Draft:
    regime_of(draft, around)
    side = sides_of(draft, around)[0]
    return replace(
        draft,
        identity_id=side.identity_id,
        enterprise=side.enterprise,
        place_code=side.place_code,
        industry=side.industry,
        city_code=side.city_code,
    )


def _decision(draft: Draft, around: Surroundings) -> Draft:
    undone = undone_by(draft, around)
    return replace(draft, **{name: getattr(undone, name) for name in FOLLOWS["decision"]})


def _user(draft: Draft, around: Surroundings) -> Draft:
    return draft


_LOCATE: Mapping[str, Callable[[Draft, Surroundings], Draft]] = {
    "submission": _submission,
    "finding": _finding,
    "row": _row,
    "reporter": _reporter,
    "city": _city,
    "cycle": _cycle,
    "enterprises": _enterprises,
    "exit": _exit,
    "objection": _objection,
    "place": _place,
    "decision": _decision,
    "user": _user,
}


def record_of(draft: Draft, around: Surroundings) -> SubmissionRecord:
    """The submission a draft is about; ``NoSuchSubject`` where there is none."""
    record = around.records.submission(draft.submission_id or "")
    if record is None:
        raise NoSuchSubject(
            f"没有收件号为“{draft.submission_id}”的报表。", f"There is no submission {draft.submission_id!r}."
        )
    return record


def finding_of(draft: Draft, around: Surroundings) -> Mapping[str, Any]:
    """The finding a draft is about; ``NoSuchSubject`` where its submission has none of that id."""
    findings = around.records.findings(record_of(draft, around))
    found = next((finding for finding in findings if finding["finding_id"] == draft.finding_id), None)
    if found is None:
        raise NoSuchSubject(
            f"收件 {draft.submission_id} 没有编号为“{draft.finding_id}”的问题。",
            f"{draft.submission_id} has no finding {draft.finding_id!r}.",
        )
    return found


def row_of(draft: Draft, around: Surroundings) -> tuple[SubmissionRecord, Mapping[str, Any]]:
    """The row a draft is about, and the submission it stands in."""
    record = around.records.submission((draft.row_id or "").partition(":")[0])
    rows = around.records.rows(record) if record is not None and record.form == EXIT_TABLE else []
    found = next((row for row in rows if row["row_id"] == draft.row_id), None)
    if record is None or found is None:
        raise NoSuchSubject(f"没有编号为“{draft.row_id}”的行。", f"There is no row {draft.row_id!r}.")
    return record, found


def regime_of(draft: Draft, around: Surroundings) -> Regime:
    """The regime a draft is about; ``NoSuchSubject`` where there is no such cycle."""
    regime = around.rulebook.regimes.get(draft.regime or "")
    if regime is None or draft.round not in ROUND_NAMES:
        raise NoSuchSubject(
            f"没有“{draft.regime} {draft.round}”这个方案和轮次。", f"No cycle {draft.regime} {draft.round}."
        )
    return regime


def identities_of(draft: Draft, around: Surroundings) -> tuple[Identity, Identity]:
    """The two enterprises a draft is about; ``NoSuchSubject`` where the warehouse does not know one."""
    return _identity_of(draft.identity_id or "", around), _identity_of(draft.other_identity_id or "", around)


def _identity_of(identity_id: str, around: Surroundings) -> Identity:
    found = read_identities(around.records.warehouse, [identity_id])
    if identity_id not in found:
        raise NoSuchSubject(
            f"数据仓库里没有编号为“{identity_id}”的企业，可能有关报表已不再计入汇总。",
            f"The warehouse knows no enterprise {identity_id!r}: its table may count no more.",
        )
    return found[identity_id]


def sides_of(draft: Draft, around: Surroundings) -> list[ExitSide]:
    """What each side says of the exit a draft is about; ``NoSuchSubject`` where a figure has changed since."""
    sides = read_exit_sides(around.records.warehouse, draft.claims_id or "", draft.regime or "", draft.round or "")
    if not sides:
        raise NoSuchSubject(
            "没有这样一项各方都报送的退出，可能有一方的数字已经变化。请回到数据页重新选择。",
            "No exit has these claims: a figure may have changed. Go back to the figure and choose again.",
        )
    return sides


def undone_by(draft: Draft, around: Surroundings) -> Decision:
    """The decision a draft undoes; ``NoSuchSubject`` where there is none of that number."""
    sequence = draft.undoes or 0
    if not 0 < sequence <= len(around.decisions):
        raise NoSuchSubject(f"没有第 {draft.undoes} 号决定。", f"There is no decision {draft.undoes}.")
    return around.decisions[sequence - 1]


def require(draft: Draft, names: tuple[str, ...]) -> None:
    """``Refused`` unless every field of ``names`` is filled in."""
    missing = [FIELD_LABELS[name] for name in names if _is_blank(getattr(draft, name))]
    if missing:
        said_zh, said_en = in_both_languages(missing)
        raise Refused(f"“{draft.act.label_zh}”还缺：{said_zh}。请补上。", f"To {draft.act.label_en}, add {said_en}.")


def in_both_languages(labels: list[tuple[str, str]]) -> tuple[str, str]:
    """The labels as a list in Chinese and one in English."""
    return "、".join(zh for zh, _ in labels), ", ".join(en for _, en in labels)


def _is_blank(value: Any) -> bool:
    return value is None or value == b"" or (isinstance(value, str) and not value.strip())
