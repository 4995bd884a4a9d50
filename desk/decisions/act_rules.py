"""Whether an act may be made: its subject must be there, it must be complete, and the rules must allow it.

Who may make it is another matter (``desk/decisions/people.py``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from desk.decisions.acts import (
    ACTS,
    FIELD_LABELS,
    ONLY_IN_JANUARY,
    OUTCOMES,
    Actor,
    Draft,
    Refused,
    label_of,
    rounds_closed_by,
    subject_of,
)
from desk.decisions.enterprises import (
    is_within_its_plan,
    read_group,
    read_reported,
    read_rows_of_the_same,
)
from desk.decisions.fates import GONE, UNMOVED, Fates
from desk.decisions.people import ROLE_NAMES, Role, is_same_person, named_in, names_nobody, strange_signs
from desk.decisions.subjects import (
    FOLLOWS,
    TEXTS,
    Surroundings,
    finding_of,
    identities_of,
    in_both_languages,
    readable,
    record_of,
    regime_of,
    require,
    row_of,
    sides_of,
    undone_by,
)
from desk.january.known_items import items_known_after
from desk.january.shown_list import calls_for_a_new_notice, count_awaited, not_shown
from desk.january.working_days import UnknownYear, last_day_of_notice
from ingestion.understanding.documents import read_document, read_year
from rulebook import LOCAL_TIME, Rulebook
from rulebook.folding import fold

if TYPE_CHECKING:
    from desk.decisions.log import Decision

MAX_TEXT_CHARACTERS = 2000
"""What a reason or explanation may be at most: ours; more belongs into the document."""

MOST_YEARS_AHEAD = 2
"""How far after the cycle's year, or this one, a due day may lie: ours."""

MOST_DAYS_OF_A_NOTICE = 90
"""From the first to the last day of a public notice: ours; longer is a slip of the pen."""

MOST_NAMES_IN_A_SENTENCE = 3

_SENDER_UNKNOWN = "S07"
"""The rule by which a file is rejected that does not tell, or tells in two ways, whose it is."""


def check_actor(actor: Actor) -> Actor:
    """``actor`` without signs that nobody sees; ``Refused`` where nobody is named."""
    named = replace(actor, id=readable(actor.id), name=readable(actor.name))
    if not named.id:
        raise Refused("还缺：经办人。每项决定都要写明是谁作出的。", "Say who decides: every decision names its actor.")
    return named


_OF_TWO_HANDS = ("prepare", "seal")


def was_made_by(decision: Decision, actor: Actor) -> bool:
    """Whether ``actor`` made it, under whichever login or name."""
    return is_same_person((decision.actor, decision.actor_name), (actor.id, actor.name))


def check_hands(draft: Draft, actor: Actor, around: Surroundings) -> None:
    """``Refused`` where who signs a report is the one who prepared it, or is named so that nobody could tell.

    Two people answer for it (issue 6), and the report names both: two logins of one name are one person to whoever reads it.
    """
    if draft.kind not in _OF_TWO_HANDS:
        return
    for name in filter(None, (actor.id, actor.name)):
        _check_is_legible(name)
    for prepared in around.in_force:
        if (
            draft.kind == "seal"
            and (prepared.kind, prepared.regime, prepared.round) == ("prepare", draft.regime, draft.round)
            and was_made_by(prepared, actor)
        ):
            zh, en = ("", "") if prepared.actor == actor.id else _other_login(prepared, actor)
            raise Refused(
                f"这份报告是您本人制表送签的（第 {prepared.sequence} 号决定），不能由您签发，请由另一位签发人签发。{zh}",
                f"You prepared this report (decision {prepared.sequence}): somebody else must sign it.{en}",
            )


def _other_login(prepared: Decision, actor: Actor) -> tuple[str, str]:
    """What is said beside where the logins differ: why they are held for one person's, and what to do where they are two."""
    return (
        f"送签的是“{prepared.actor}”（{prepared.actor_name}），您是“{actor.id}”（{actor.name}）：名字只差标点、空格、大小写、全角半角的，"
        "按同一人。确实是同名的两个人，请管理员在“人员”页授权时把姓名写得能分开，如加上处室。",
        f" {prepared.actor!r} ({prepared.actor_name}) prepared it, you are {actor.id!r} ({actor.name}): names that differ in"
        " points, blanks, case or width are one person's. Where they are two, an administrator grants them names that differ.",
    )


def _check_is_legible(name: str) -> None:
    """A name by which a reader can tell one person from another."""
    if names_nobody(name):
        raise Refused(
            f"“{name}”里没有汉字、字母或数字，认不出是谁，不能送签、签发。",
            f"{name!r} has no letter or digit: nobody can tell who that is, to prepare or sign a report.",
        )
    if strange := strange_signs(name):
        codes = "、".join(f"{sign}（U+{ord(sign):04X}）" for sign in dict.fromkeys(strange))
        raise Refused(
            f"“{name}”里的 {codes} 不是汉字、拉丁字母或数字，容易与形状相同的字母混淆，不能送签、签发。请用汉字或拉丁字母写的名字"
            "（登录名请管理员改）。",
            f"In {name!r}, {codes} is no Chinese character, Latin letter or digit and may be taken for another: a name to prepare or"
            " sign a report by is written in those.",
        )


def check(draft: Draft, around: Surroundings) -> None:
    """``Refused`` unless the located ``draft`` is complete and the rules allow it today."""
    _check_texts(draft)
    require(draft, ("reason", *draft.act.required))
    _check_nothing_else_is_filled(draft)
    check_is_possible(draft, around)
    _check_document_no(draft)
    _check_document_issuer(draft)
    if draft.kind in _SAID_ONCE:
        _check_not_said_already(draft, around)
    _CHECKS.get(draft.kind, lambda draft, around: None)(draft, around)
    _check_number_is_not_of_later(draft, around)


def _check_document_no(draft: Draft) -> None:
    """A number that is still to come (待补), or of a document that only asks, could be looked up nowhere."""
    number = draft.document_no
    if number and read_document(number)[0] is None:
        label_zh, label_en = label_of(draft.kind, "document_no")
        raise Refused(
            f"{label_zh}“{number}”没有指明一份已有的文件（待补、申请中、请示、没有填号数的都不算），请填文号，如：安政函〔2025〕1号。",
            f"{number!r} names no document that is there: write {label_en}.",
        )


_NO_BODY = re.compile(
    r"(?:待[定补填]?|待(?:确定|补充|核实|明确)|未定|不详|暂无|无|空)(?:的?(?:人民)?政府)?|.*(?:[×*_△□?…○某]|[Xx]{2}).*|[^\u4e00-\u9fffA-Za-z]*"
)
"""What stands for the name of a government that nobody filled in; 待 alone tells nothing, as in 待补镇."""


def _check_document_issuer(draft: Draft) -> None:
    issuer = draft.document_issuer
    if issuer and _NO_BODY.fullmatch(fold(issuer)):
        raise Refused(
            f"“{issuer}”不是政府的名称，请填同意的政府，如：安康市人民政府。",
            f"{issuer!r} names no government: write which one consents.",
        )


def _check_number_is_not_of_later(draft: Draft, around: Surroundings) -> None:
    """A number is given when a document is dated, or before: 〔2024〕 of January 2025 is none of ours to doubt."""
    year, day = read_year(draft.document_no or ""), draft.document_date or around.today
    if year is not None and year > day.year:
        label_zh, label_en = label_of(draft.kind, "document_no")
        raise Refused(
            f"{label_zh}“{draft.document_no}”是 {year} 年的，文件日期却是 {day}，请核对。",
            f"{draft.document_no!r} is a number of {year}, its document of {day}: check {label_en} and the day.",
        )


def _check_texts(draft: Draft) -> None:
    for name in TEXTS:
        if len(getattr(draft, name) or "") > MAX_TEXT_CHARACTERS:
            label_zh, label_en = FIELD_LABELS[name]
            raise Refused(
                f"{label_zh}超过 {MAX_TEXT_CHARACTERS} 个字，请写短一些，详细内容放在附件里。",
                f"At most {MAX_TEXT_CHARACTERS} characters for {label_en}.",
            )


def _check_nothing_else_is_filled(draft: Draft) -> None:
    """A date or code that the act has no use for is a misunderstanding, and told as one."""
    known = {"reason", "document", *draft.act.fields, *FOLLOWS.get(draft.act.subject, ())}
    strange = [FIELD_LABELS[name] for name in FIELD_LABELS if name in draft.filled() - known]
    if strange:
        said_zh, said_en = in_both_languages(strange)
        raise Refused(
            f"“{draft.act.label_zh}”用不到：{said_zh}。请去掉，或改用别的决定。",
            f"To {draft.act.label_en} has no use for {said_en}.",
        )


def check_is_possible(draft: Draft, around: Surroundings) -> None:
    """``Refused`` where the located ``draft`` cannot be made by anybody now, whatever else is filled in."""
    if draft.kind in ONLY_IN_JANUARY and draft.round != "annual":
        raise Refused(
            f"只有年度轮次要上报，“{draft.act.label_zh}”在年度轮次里办。",
            f"Only the annual round is reported: {draft.act.label_en} there.",
        )
    _check_is_open(draft, around.in_force)
    _check_not_in_vain(draft, around)
    if draft.kind == "refuse" and not _in_cycle("prepare", draft, around):
        raise Refused("还没有送签的报告，没有可退回的。", "No report was prepared: there is nothing to refuse.")
    if draft.kind == "object" and not _in_cycle("open_notice", draft, around):
        raise Refused("名单还没有公示。请先登记公示，再登记异议。", "Nothing is shown yet: record the notice first.")
    if draft.kind == "answer_objection":
        _check_objection_stands(draft, around)
    if draft.kind == "undo":
        _check_undo(draft, around)


def _check_is_open(draft: Draft, in_force: Iterable[Decision]) -> None:
    """What was reported stays reproducible: in a sealed cycle only the seal itself can be undone."""
    for seal in in_force:
        if (
            (seal.kind, seal.regime) == ("seal", draft.regime)
            and draft.round in rounds_closed_by(seal.round)
            and draft.undoes != seal.sequence
        ):
            if draft.round != seal.round:
                raise Refused(
                    f"年度轮次已经封存（第 {seal.sequence} 号决定），它所对照的计划不能再变，计划轮次不能再作出决定。",
                    f"The annual round is sealed (decision {seal.sequence}): the plan it is held against stays as it is,"
                    " nothing more is decided in the plan round.",
                )
            raise Refused(
                f"这个轮次已经封存（第 {seal.sequence} 号决定），不能再作出决定。",
                f"This cycle is sealed (decision {seal.sequence}): nothing more is decided in it.",
            )


def _in_cycle(kind: str, draft: Draft, around: Surroundings) -> list[Decision]:
    """The acts of that kind about the same cycle that are in force."""
    return [one for one in around.in_force if (one.kind, one.regime, one.round) == (kind, draft.regime, draft.round)]


def _check_objection_stands(draft: Draft, around: Surroundings) -> None:
    if not any(one.sequence == draft.objection for one in around.in_force):
        raise Refused(
            f"第 {draft.objection} 号异议的登记已经撤销，不用办理。",
            f"Objection {draft.objection} was taken back: there is nothing to answer.",
        )
    for answer in around.in_force:
        if answer.kind == "answer_objection" and answer.objection == draft.objection:
            raise Refused(
                f"第 {draft.objection} 号异议已经办结（第 {answer.sequence} 号决定，{OUTCOMES[answer.outcome][0]}）。"
                f"要改的，请先撤销第 {answer.sequence} 号决定，再重新办理。",
                f"Objection {draft.objection} was answered by decision {answer.sequence}"
                f" ({OUTCOMES[answer.outcome][1]}): undo that first.",
            )


IN_VAIN_AFTER = {
    "return": ("return", "withdraw", "identify"),
    "withdraw": ("return", "withdraw", "identify"),
    "identify": ("withdraw", "identify"),
    "explain": ("withdraw", "identify"),
    "waive": ("withdraw", "identify"),
    "add_to_plan": ("withdraw", "identify"),
    "remove_from_plan": ("withdraw", "identify"),
}
"""Acts that cannot be made after certain others about the same submission, as they would change nothing."""


def _check_not_in_vain(draft: Draft, around: Surroundings) -> None:
    for other in around.in_force:
        if other.kind in IN_VAIN_AFTER.get(draft.kind, ()) and subject_of(other) == subject_of(draft):
            raise _already_done(draft, other)
    if draft.kind in IN_VAIN_AFTER:
        record = record_of(draft, around)
        if Fates(around.in_force).of(record, record.reporter_code) == UNMOVED:
            raise Refused(
                f"这份报表是更正填报单位时记过来的，那项更正已经撤销，它不再计入任何单位，不必再“{draft.act.label_zh}”。"
                f"需要处理的话，请对原来的收件 {record.corrects} 作决定。",
                "It was taken in by a correction of the reporter that was undone, and counts nowhere: decide about"
                f" {record.corrects} instead.",
            )


_SAID_ONCE = (
    *("extend", "excuse", "choose", "add_to_plan", "remove_from_plan"),
    *("prepare", "consent", "open_notice", "object", "answer_objection", "announce"),
)
"""Acts that change nothing when one in force says the same, whatever its reason."""


def _check_not_said_already(draft: Draft, around: Surroundings) -> None:
    said = {name: getattr(draft, name) for name in draft.filled() - {"reason", "document"}}
    for other in around.in_force:
        if other.kind == draft.kind and all(getattr(other, name) == value for name, value in said.items()):
            raise Refused(
                f"第 {other.sequence} 号决定已经这样定了，不必再“{draft.act.label_zh}”。",
                f"Decision {other.sequence} says the same already.",
            )


def _already_done(draft: Draft, other: Decision) -> Refused:
    done = ACTS[other.kind]
    if (draft.kind, other.kind) == ("withdraw", "return"):
        return Refused(
            f"这份报表已被退回（第 {other.sequence} 号决定），不能撤回：退回之后，更早的版本不恢复计入。"
            f"请改好后重新报送；退回有误的，请审核员撤销第 {other.sequence} 号决定。",
            f"It was returned (decision {other.sequence}) and cannot be withdrawn: earlier versions stay out after a"
            " return. Send it again, put right; where the return was a mistake, a steward undoes it.",
        )
    return Refused(
        f"这份报表已经{done.label_zh}（第 {other.sequence} 号决定），不必再“{draft.act.label_zh}”。",
        f"Already done: {done.label_en} (decision {other.sequence}).",
    )


def _check_explain(draft: Draft, around: Surroundings) -> None:
    if finding_of(draft, around)["severity"] != "explain":
        raise Refused(
            f"{draft.rule} 不是要求说明的问题，不能采纳说明。", f"{draft.rule} does not ask for an explanation."
        )


def _check_waive(draft: Draft, around: Surroundings) -> None:
    finding = finding_of(draft, around)
    if finding["severity"] == "note":
        raise Refused(
            f"{draft.rule} 只是提示，不影响通过，不需要豁免。", f"{draft.rule} is only a note: nothing to waive."
        )
    rule = around.rulebook.rules.get(draft.rule or "")
    if rule is None or not rule.waivable:
        raise Refused(f"规则 {draft.rule} 不可豁免，只能由填报单位改正后重报。", f"Rule {draft.rule} cannot be waived.")
    _check_not_past(draft, "expires_on", around.today)


def _check_identify(draft: Draft, around: Surroundings) -> None:
    regime = around.rulebook.regimes[draft.regime or ""]
    if draft.new_reporter_code not in regime.reporters:
        raise Refused(
            f"“{draft.new_reporter_code}”不是{regime.title}的填报单位。",
            f"{draft.new_reporter_code!r} is not a reporter of {regime.key}.",
        )
    if draft.new_reporter_code == draft.reporter_code and not _is_reporter_in_doubt(draft, around):
        raise Refused(
            f"这份报表已经记在 {draft.reporter_code} 名下。", f"It is already taken for one of {draft.reporter_code}."
        )
    _check_nothing_rests_on(draft, draft.new_reporter_code, IN_VAIN_AFTER["return"], around)


def _check_nothing_rests_on(
    draft: Draft, new_reporter_code: str | None, kinds: tuple[str, ...], around: Surroundings
) -> None:
    """``Refused`` where what the submission was taken in again as, for that reporter, is the subject of such an act.

    Identified once more it would be taken away all the same; not identified any more, what it became would count beside it.
    """
    for correction in around.records.corrections_of(draft.submission_id or ""):
        for other in around.in_force:
            if (
                correction.reporter_code == new_reporter_code
                and other.submission_id == correction.submission_id
                and other.kind in kinds
            ):
                raise Refused(
                    f"这份报表更正后的收件 {correction.submission_id} 已{ACTS[other.kind].label_zh}"
                    f"（第 {other.sequence} 号决定）。请先撤销第 {other.sequence} 号决定，再来“{draft.act.label_zh}”。",
                    f"What it was corrected to, {correction.submission_id}, is subject to decision {other.sequence}"
                    f" ({ACTS[other.kind].label_en}): undo that first.",
                )


def _is_reporter_in_doubt(draft: Draft, around: Surroundings) -> bool:
    """Whether the submission is rejected because nothing tells for certain whose it is."""
    findings = around.records.findings(record_of(draft, around))
    return any((finding["rule"], finding["severity"]) == (_SENDER_UNKNOWN, "reject") for finding in findings)


def _check_demand(draft: Draft, around: Surroundings) -> None:
    versions = around.records.versions(draft.regime or "", draft.round or "", draft.reporter_code or "")
    fates = Fates(around.in_force)
    if all(fates.of(version, draft.reporter_code) in GONE for version in versions):
        raise Refused(
            "这个单位还没有报送过统计表，谈不上重报。请在看板上催报；要改截止日期的，用“延期”。",
            "This reporter has sent no table yet, so none can be sent again: remind it on the board, or extend its day.",
        )
    if draft.due is not None:
        _check_not_past(draft, "due", around.today)
        _check_not_too_far(draft, around)


def _check_extend(draft: Draft, around: Surroundings) -> None:
    regime = around.rulebook.regimes[draft.regime or ""]
    owed = regime.owed(draft.reporter_code or "", draft.round)
    if owed is None:
        raise Refused(
            "这个填报单位在本轮次不需要报统计表，没有可延的期限。",
            "This reporter owes no exit table in this round: nothing to extend.",
        )
    _check_not_past(draft, "due", around.today)
    _check_not_too_far(draft, around)
    if draft.due is not None and draft.due <= owed:
        raise Refused(
            f"方案规定的截止日期是 {owed}，延期的日期要在它之后。", f"It is due on {owed}; an extension is later."
        )


def _check_excuse(draft: Draft, around: Surroundings) -> None:
    regime = around.rulebook.regimes[draft.regime or ""]
    reporter = regime.reporters[draft.reporter_code or ""]
    if not any(owed.round == draft.round and owed.binds(reporter) for owed in regime.obligations):
        raise Refused(
            "这个填报单位在本轮次没有报送任务，不必免报。",
            "This reporter owes nothing in this round: nothing to excuse.",
        )


def _check_not_before_the_year(draft: Draft, name: str, around: Surroundings) -> None:
    day, year = getattr(draft, name), around.rulebook.regimes[draft.regime or ""].year
    if day is not None and day.year < year:
        label_zh, label_en = label_of(draft.kind, name)
        raise Refused(
            f"{label_zh} {day} 在方案年度 {year} 年之前，请核对年份。",
            f"{day} is before {year}, the year of the regime: check {label_en}.",
        )


def _check_consent(draft: Draft, around: Surroundings) -> None:
    _check_confirm(draft, around)
    _check_is_own_government(draft, around)
    _check_not_before_the_year(draft, "document_date", around)
    _check_there_is_a_list(draft, around)


def _check_is_own_government(draft: Draft, around: Surroundings) -> None:
    """The government of the regime's own area consents to its report (同级政府同意), or an office of it answers for it."""
    area = around.rulebook.reference.divisions[regime_of(draft, around).area].name
    issuer = fold(draft.document_issuer or "")
    bodies = [f"{area[:-1]}{level}{body}" for level in ("", area[-1]) for body in ("人民政府", "政府")]
    # 市政府 alone, as the plans call it
    if not any(body in issuer for body in bodies) and not issuer.startswith((f"{area[-1]}人民政府", f"{area[-1]}政府")):
        raise Refused(
            f"“{draft.document_issuer}”不是同级政府；年度报告要由{area}人民政府同意，请核对同意文件。",
            f"{draft.document_issuer!r} is not the government of {area}, which is to consent: check the document.",
        )


def _check_confirm(draft: Draft, around: Surroundings) -> None:
    if draft.document_date is not None and draft.document_date > around.today:
        raise Refused(f"同意文件日期 {draft.document_date} 还没有到，请核对。", "The document's date is in the future.")


def _check_seal(draft: Draft, around: Surroundings) -> None:
    if draft.round != "annual" and (draft.document_no or draft.listed_findings):
        raise Refused(
            "只有年度轮次的报告有发文字号，也只有它能带着未说明的问题签发。请去掉这两项。",
            "Only the report of the annual round has a number, and is signed with open findings: leave both out.",
        )


def _check_open_notice(draft: Draft, around: Surroundings) -> None:
    regime = around.rulebook.regimes[draft.regime or ""]
    _check_not_before_the_year(draft, "opened_on", around)
    _check_there_is_a_list(draft, around)
    _check_shows_what_was_there(draft, around)
    _check_items_were_known(draft, around)
    _check_is_after_what_it_corrects(draft, around)
    first, last = draft.opened_on or around.today, draft.closes_on or around.today
    try:
        earliest = last_day_of_notice(first, regime.public_notice.working_days)
    except UnknownYear:
        # no shorter than so many days whatever the holidays are
        earliest = first + timedelta(regime.public_notice.working_days)
    if last < earliest:
        raise Refused(
            f"公示要满 {regime.public_notice.working_days} 个工作日（公示当日不算），最早到 {earliest} 为止。",
            f"A notice takes {regime.public_notice.working_days} working days after the first: until {earliest} at least.",
        )
    if (last - first).days > MOST_DAYS_OF_A_NOTICE:
        raise Refused(
            f"公示从 {first} 到 {last}，超过 {MOST_DAYS_OF_A_NOTICE} 天，请核对日期。",
            f"From {first} to {last} is more than {MOST_DAYS_OF_A_NOTICE} days: check the dates.",
        )


def _check_there_is_a_list(draft: Draft, around: Surroundings) -> None:
    """An empty list is one where nobody is awaited any more: then the scan tells that it was shown, or agreed to, as empty.

    That a consent has a scan is asked for anyway. An act recorded without the room (``desk.decisions.room``) has no list.
    """
    if draft.shown_list is None or draft.shown_list:
        return
    excused = {one.reporter_code or "" for one in _in_cycle("excuse", draft, around)}
    awaited = count_awaited(around.records.warehouse, draft.regime or "", draft.round or "", excused)
    act = draft.act
    if awaited:
        raise Refused(
            f"现在还没有名单：没有一项计入的退出，还有 {awaited} 个应报单位没有可采用的统计表，不能登记“{act.label_zh}”。"
            "请等有了通过审核的统计表，或者应报单位都已零报告、准予免报，建仓之后再登记。",
            f"There is no list yet: no exit counts, and reporters whose table is still awaited: {awaited}. To record {act.label_en},"
            " wait until a table is accepted, or all who owe one sent nil returns or were excused, and the warehouse is built.",
        )
    if draft.document is None:
        raise Refused(
            "名单里没有一项退出（应报单位都已零报告、准予免报，或所报都不计入）。确实这样公示过的，请附上公示的扫描件再登记。",
            "The list is empty: nobody reports an exit that counts. If it was shown so, attach the scan of the announcement.",
        )


def _check_shows_what_was_there(draft: Draft, around: Surroundings) -> None:
    """What an earlier notice did not know when it was recorded was not shown before that day."""
    for earlier in _in_cycle("open_notice", draft, around):
        recorded_on = earlier.at.astimezone(LOCAL_TIME).date()
        if (
            draft.opened_on is not None
            and draft.opened_on < recorded_on
            and earlier.shown_list is not None
            and not_shown(draft.shown_list or (), earlier.shown_list)
        ):
            raise Refused(
                f"名单里有第 {earlier.sequence} 号决定（{recorded_on}）登记公示时还没有的内容，不可能在那之前公示。"
                "请重新公示，填重新公示的第一天。",
                f"The list holds what was not there when decision {earlier.sequence} was recorded on {recorded_on}: it cannot"
                " have been shown before. Show it anew, and say that first day.",
            )


def _check_items_were_known(draft: Draft, around: Surroundings) -> None:
    """What came after the notice began is a slip of the pen, or was shown from paper: then its scan proves it."""
    if draft.opened_on is None or draft.document is not None:
        return
    late = items_known_after(around.records, draft.regime or "", draft.round or "", draft.opened_on)
    if not late:
        return
    last = max(one.since for one in late)
    some = "、".join(list(dict.fromkeys(one.enterprise for one in late))[:MOST_NAMES_IN_A_SENTENCE])
    raise Refused(
        f"公示从 {draft.opened_on} 开始，名单里有 {len(late)} 项（{some}{'等' if len(late) > MOST_NAMES_IN_A_SENTENCE else ''}）"
        f"那时还没有收到、通过审核，或数字还没有定，最晚的是 {last}。请重新公示，填重新公示的第一天；当时确实这样公示过的，"
        "请附上公示的扫描件再登记，登记日期会写在公示期旁边。",
        f"The notice opens on {draft.opened_on}; items of the list that had not come, were not accepted or not settled then:"
        f" {len(late)} ({some}), the last of {last}. Show it anew, and say that first day; if it was shown so then, attach the"
        " scan of the announcement, and the day it was recorded is told beside the period.",
    )


def _check_is_after_what_it_corrects(draft: Draft, around: Surroundings) -> None:
    """A list that is shown anew, as an objection to all of it was upheld, is shown after that."""
    for answer in _in_cycle("answer_objection", draft, around):
        answered_on = answer.at.astimezone(LOCAL_TIME).date()
        if (
            calls_for_a_new_notice(answer, around.in_force)
            and draft.opened_on is not None
            and draft.opened_on < answered_on
        ):
            raise Refused(
                f"对整份名单的异议（第 {answer.objection} 号）{answered_on} 办结为成立，改正后的名单不可能在那之前公示。"
                "请重新公示，填重新公示的第一天。",
                f"Objection {answer.objection} to the whole list was upheld on {answered_on}: the corrected list cannot have been"
                " shown before. Show it anew, and say that first day.",
            )


def _check_object(draft: Draft, around: Surroundings) -> None:
    _check_not_ahead(draft, "received_on", around.today)
    # a notice that was replaced since was open all the same; one that was undone was a mistake
    undone = {one.undoes for one in around.decisions if one.kind == "undo"}
    first = min(
        one.opened_on
        for one in around.decisions
        if (one.kind, one.regime, one.round) == ("open_notice", draft.regime, draft.round)
        and one.opened_on is not None
        and one.sequence not in undone
    )
    if draft.received_on is not None and draft.received_on < first:
        raise Refused(
            f"收到日期 {draft.received_on} 早于公示的第一天 {first}，请核对。",
            f"Received on {draft.received_on}, before the notice opened on {first}: check the dates.",
        )


def _check_answer_objection(draft: Draft, around: Surroundings) -> None:
    if draft.outcome not in OUTCOMES:
        raise Refused(
            f"办理结果只能是：{'、'.join(f'{key}（{zh}）' for key, (zh, _) in OUTCOMES.items())}。",
            f"The outcome is one of: {', '.join(OUTCOMES)}.",
        )


def _check_announce(draft: Draft, around: Surroundings) -> None:
    _check_not_ahead(draft, "announced_on", around.today)


def _check_not_ahead(draft: Draft, name: str, today: date) -> None:
    day = getattr(draft, name)
    if day > today:
        label_zh, label_en = FIELD_LABELS[name]
        raise Refused(f"{label_zh} {day} 还没有到，请核对。", f"{day} is still to come: check {label_en}.")


def _check_add_to_plan(draft: Draft, around: Surroundings) -> None:
    record, row = row_of(draft, around)
    if record.round == "plan":
        raise Refused(
            "这一行本来就在计划表里，不必再列入。请在年中或年度表里选择计划外的企业。",
            "This row is of a plan table already: choose one of a mid-year or annual table.",
        )
    _check_names_an_enterprise(row)
    _check_table_is_accepted(draft, around)
    _check_is_beyond_the_plan(draft, around)
    _check_confirm(draft, around)


def _check_remove_from_plan(draft: Draft, around: Surroundings) -> None:
    record, row = row_of(draft, around)
    if record.round != "plan":
        raise Refused(
            "这一行不在计划表里，不能调出计划。请在计划轮次的表里选择。",
            "This row is of no plan table: choose one of the plan round.",
        )
    _check_names_an_enterprise(row)
    _check_table_is_accepted(draft, around)


def _check_names_an_enterprise(row: Mapping[str, Any]) -> None:
    if not row["enterprise_key"]:
        raise Refused(
            "这一行没有企业名称，不能调整计划。", "This row names no enterprise: the plan cannot change by it."
        )


def _check_table_is_accepted(draft: Draft, around: Surroundings) -> None:
    """The rows of a rejected table are in no figure: a change of the plan by one of them would change nothing."""
    waived = {one.finding_id for one in around.in_force if one.kind == "waive" and one.expires_on >= around.today}
    findings = around.records.findings(record_of(draft, around))
    if any(one["severity"] == "reject" and one["finding_id"] not in waived for one in findings):
        raise Refused(
            f"收件 {draft.submission_id} 没有通过审核，里面的行不计入汇总，不能据以调整计划。"
            "请等填报单位改正重报，在通过的那一版里选择这家企业。",
            f"{draft.submission_id} was rejected and its rows count nowhere: choose the enterprise in the version that is"
            " accepted.",
        )


def _check_is_beyond_the_plan(draft: Draft, around: Surroundings) -> None:
    """What is within the plan, or was added by another row, is not added twice; the consent of one row may be put right."""
    warehouse, row_id = around.records.warehouse, draft.row_id or ""
    rows = read_rows_of_the_same(warehouse, [row_id])[row_id]
    changes = [one for one in around.in_force if one.kind in ("add_to_plan", "remove_from_plan")]
    newest = max(
        (one for one in changes if one.regime == draft.regime and _is_about(one, draft, rows)),
        key=lambda one: one.sequence,
        default=None,
    )
    if newest is not None and newest.kind == "add_to_plan" and newest.row_id != row_id:
        raise Refused(
            f"第 {newest.sequence} 号决定已经把“{newest.enterprise}”列入计划（收件 {newest.submission_id}），不必再列入。",
            f"Decision {newest.sequence} added {newest.enterprise!r} to the plan already, by {newest.submission_id}.",
        )
    is_taken_out_since = newest is not None and newest.sequence > warehouse.last_decision
    if not is_taken_out_since and is_within_its_plan(warehouse, row_id):
        raise Refused(
            f"“{draft.enterprise}”本来就在本年计划里，所报的退出也没有超出计划，不必再列入。",
            f"{draft.enterprise!r} is in the plan of the year, and nothing that it exits goes beyond it: nothing to add.",
        )


def _is_about(change: Decision, draft: Draft, rows: set[str]) -> bool:
    """Whether a change of the plan is about the enterprise of ``draft``, whose rows are ``rows``; before a build by name."""
    return change.row_id in rows or (change.enterprise, change.reporter_code) == (draft.enterprise, draft.reporter_code)


def _check_enterprises(draft: Draft, around: Surroundings) -> None:
    one, other = identities_of(draft, around)
    if one == other:
        raise Refused("两边是同一个名称或同一个代码，请选两家企业。", "Both are the same name or code: name two.")
    if draft.kind == "merge" and None not in (codes := (one.credit_code, other.credit_code)) and len({*codes}) == 2:
        raise Refused(
            f"两家企业的统一社会信用代码不同（{codes[0]}、{codes[1]}），不能合并。代码写错的，请填报单位改正后重报。",
            f"Their credit codes differ ({codes[0]}, {codes[1]}): they cannot be merged.",
        )
    if draft.kind == "merge" and one.enterprise_id == other.enterprise_id:
        raise Refused("这两个名称已经算作同一家企业。", "The two are one enterprise already.")
    _check_no_seal_is_touched(draft, draft, around)


def _check_no_seal_is_touched(draft: Draft, told: Draft | Decision, around: Surroundings) -> None:
    """Enterprises are the same in every cycle: what a sealed one reports of those joined or parted would change.

    ``told`` names the pair. With it goes whatever else is one with either, also by merges that wait for the build.
    """
    pair = (told.identity_id or "", told.other_identity_id or "")
    merges = [(one.identity_id or "", one.other_identity_id or "") for one in around.in_force if one.kind == "merge"]
    warehouse = around.records.warehouse
    reported = read_reported(warehouse, read_group(warehouse, [pair, *merges], pair))
    for seal in around.in_force:
        for cycle in reported:
            # what is parted is one enterprise still: only its names can be counted
            affected = cycle.enterprises if draft.kind == "merge" else cycle.identities
            if (
                (seal.kind, seal.regime) == ("seal", cycle.regime)
                and cycle.round in rounds_closed_by(seal.round)
                and affected > 1
            ):
                raise Refused(
                    f"这样合并或分开的企业，有不止一家在已封存的轮次里（第 {seal.sequence} 号决定），会改变封存的数据。",
                    f"A sealed cycle (decision {seal.sequence}) reports more than one of the enterprises this would join or"
                    " part: its figure would change.",
                )


def _check_choose(draft: Draft, around: Surroundings) -> None:
    sides = {side.reporter_code: side for side in sides_of(draft, around)}
    side = sides.get(draft.chosen_reporter_code or "")
    if side is None:
        raise Refused(
            f"“{draft.chosen_reporter_code}”没有报送这项退出，可以采信的是：{'、'.join(sides)}。",
            f"{draft.chosen_reporter_code!r} does not report this exit; these do: {', '.join(sides)}.",
        )
    if side.units > 1:
        raise Refused(
            "这一方用几种单位报送这项退出，不能相加，不能采信。请它改正后重报。",
            "This side speaks of the exit in several units, which cannot be added: it must correct its table.",
        )


def _check_undo(draft: Draft, around: Surroundings) -> None:
    undone = undone_by(draft, around)
    if undone.kind == "undo":
        raise Refused(
            "撤销本身不能再撤销；需要的话，请把原来的决定重新作一次。",
            "An undo cannot be undone: make the first decision again instead.",
        )
    if undone not in around.in_force:
        raise Refused(
            f"第 {undone.sequence} 号决定已被撤销，或已被后来的决定取代，不必撤销。",
            f"Decision {undone.sequence} was undone or replaced already.",
        )
    if undone.kind in ("merge", "distinct"):
        _check_no_seal_is_touched(draft, undone, around)
    if undone.kind == "identify":
        _check_nothing_rests_on(draft, undone.new_reporter_code, ("identify",), around)


def _check_grant(draft: Draft, around: Surroundings) -> None:
    if draft.granted_role not in ROLE_NAMES:
        raise Refused(
            f"没有“{draft.granted_role}”这种身份，只有：{'、'.join(ROLE_NAMES)}。", f"No role {draft.granted_role!r}."
        )
    if draft.granted_unit not in _units_of(Role(draft.granted_role), around.rulebook):
        wanted = "填报单位" if draft.granted_role == Role.REPORTER else "市或省"
        raise Refused(
            f"“{draft.granted_unit}”不是{wanted}代码，请核对。", f"{draft.granted_unit!r} is no unit of that role."
        )
    is_renamed = draft.person_name is not None and draft.person_name != named_in(draft.user or "", around.in_force)
    if _post_in_force(draft, around) == "grant" and not is_renamed:
        raise Refused("这位用户已经有这个身份。", "The user has this role for this unit already.")


def _check_revoke(draft: Draft, around: Surroundings) -> None:
    if _post_in_force(draft, around) != "grant":
        raise Refused("这位用户没有这个身份，不必收回。", "The user has no such role: nothing to revoke.")


def _units_of(role: Role, rulebook: Rulebook) -> set[str]:
    if role is Role.REPORTER:
        return {code for regime in rulebook.regimes.values() for code in regime.reporters}
    divisions = rulebook.reference.divisions
    return {
        code
        for regime in rulebook.regimes.values()
        for code in (*regime.divisions, rulebook.reference.province_of(regime.area))
        if divisions[code].level in ("city", "province")
    }


def _post_in_force(draft: Draft, around: Surroundings) -> str | None:
    """Whether the post was granted or revoked last; None where it never was."""
    post = (draft.user, draft.granted_role, draft.granted_unit)
    kinds = [one.kind for one in around.in_force if (one.user, one.granted_role, one.granted_unit) == post]
    return kinds[-1] if kinds else None


def _check_not_past(draft: Draft, name: str, today: date) -> None:
    day = getattr(draft, name)
    if day < today:
        label_zh, label_en = FIELD_LABELS[name]
        raise Refused(f"{label_zh} {day} 已经过去，请填今天或以后的日期。", f"{day} is past: {label_en} must not be.")


def _check_not_too_far(draft: Draft, around: Surroundings) -> None:
    """A due day far ahead is a slip of the pen; a cycle of long ago can still be reopened today."""
    last = max(around.rulebook.regimes[draft.regime or ""].year, around.today.year) + MOST_YEARS_AHEAD
    if draft.due is not None and draft.due.year > last:
        raise Refused(
            f"日期 {draft.due} 太远，最晚可以填到 {last} 年底，请核对年份。",
            f"{draft.due} is too far ahead: the end of {last} is the latest. Check the year.",
        )


_CHECKS: Mapping[str, Callable[[Draft, Surroundings], None]] = {
    "explain": _check_explain,
    "waive": _check_waive,
    "identify": _check_identify,
    "demand": _check_demand,
    "extend": _check_extend,
    "excuse": _check_excuse,
    "confirm": _check_confirm,
    "consent": _check_consent,
    "seal": _check_seal,
    "open_notice": _check_open_notice,
    "object": _check_object,
    "answer_objection": _check_answer_objection,
    "announce": _check_announce,
    "add_to_plan": _check_add_to_plan,
    "remove_from_plan": _check_remove_from_plan,
    "merge": _check_enterprises,
    "distinct": _check_enterprises,
    "choose": _check_choose,
    "grant": _check_grant,
    "revoke": _check_revoke,
}
