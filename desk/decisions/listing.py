"""The log of decisions as people read it: what each was about, what it says, whether it is still in force."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from desk.decisions.acts import ACTS, OUTCOMES
from desk.decisions.log import Decision, Decisions
from desk.decisions.people import ROLE_NAMES
from desk.january.report import recorded_late_in_words
from exports.sign_off import WHOLE_LIST
from rulebook import ROUND_NAMES, Rulebook

if TYPE_CHECKING:
    from desk.views.warehouse import Warehouse

STATES = {
    "in_force": ("有效", "in force"),
    "undone": ("已撤销", "undone"),
    "replaced": ("已被取代", "replaced"),
    "lapsed": ("已失效", "lapsed"),
    "undo": ("有效", "in force"),
}
"""What became of a decision; an undo has no other state, as it cannot be undone. What is ``lapsed`` nobody took back, and it
has no effect."""

_LAPSED = """
select sequence, lapsed_because from marts.fct_decision
where lapsed_because is not null
"""

LAPSES = {
    "figures_changed": (
        "所依据的数字有变化，请重新判定",
        "the figures it was made of changed: please decide again",
    ),
    "not_reported": (
        "所指企业现在没有计入的退出（有关报表已不计入，或后来的版本不再有它），没有可以列入计划的",
        "no exit of the enterprise counts now, as its table counts no more or a later one left it out: nothing is added",
    ),
    "in_plan": (
        "所指企业的退出本来就都在计划之内，没有可以列入计划的",
        "all that the enterprise exits is within its plan anyway: nothing is added",
    ),
    "not_planned": (
        "所指企业已经不在计划表里，没有可以调出计划的",
        "no plan table names the enterprise any more: nothing is taken out",
    ),
}
"""Why a decision in force has no effect, by ``fct_decision.lapsed_because``."""

Words = tuple[str, str]
"""Chinese, English."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One decision in words."""

    decision: Decision
    state: str
    """A key of ``STATES``."""
    undone_by: int | None
    about: Words
    says: Words
    """What it fixes beside its subject; empty where there is nothing more."""
    lapsed_because: Words | None
    """Why one that ``lapsed`` has no effect."""

    def as_json(self) -> dict[str, Any]:
        """The decision, its state, what undid it, and why one that lapsed has no effect."""
        return self.decision.as_json() | {
            "state": self.state,
            "undone_by": self.undone_by,
            "lapsed_because": self.lapsed_because and self.lapsed_because[0],
        }


def lapsed_decisions(decisions: Decisions, warehouse: Warehouse) -> Mapping[int, Words]:
    """Of the decisions in force those that the last build leaves without effect, by number, and why.

    None where no warehouse was built; what was decided since the last build has not lapsed.
    """
    in_force = {decision.sequence for decision in decisions.in_force()}
    lines = warehouse.query(_LAPSED) if in_force and warehouse.exists else []
    return {line["sequence"]: LAPSES[line["lapsed_because"]] for line in lines if line["sequence"] in in_force}


def log_lines(
    shown: Iterable[Decision], decisions: Decisions, rulebook: Rulebook, lapsed: Mapping[int, Words]
) -> list[LogLine]:
    """The decisions ``shown`` of the log, in their order; ``lapsed`` are those of ``lapsed_decisions``."""
    in_force = {decision.sequence for decision in decisions.in_force()}
    undone_by = {one.undoes: one.sequence for one in decisions.all() if one.undoes is not None}
    return [
        LogLine(
            decision,
            _state(decision, in_force, lapsed, undone_by),
            undone_by.get(decision.sequence),
            about_in_words(decision, rulebook),
            _says_in_words(decision, decisions, rulebook),
            lapsed.get(decision.sequence),
        )
        for decision in shown
    ]


def _state(decision: Decision, in_force: set[int], lapsed: Mapping[int, Words], undone_by: dict[int, int]) -> str:
    if decision.kind == "undo":
        return "undo"
    if decision.sequence in undone_by:
        return "undone"
    if decision.sequence in lapsed:
        return "lapsed"
    return "in_force" if decision.sequence in in_force else "replaced"


def about_in_words(decision: Any, rulebook: Rulebook) -> Words:
    """The subject of a decision, or of a located draft."""
    if decision.user is not None:
        return f"用户 {decision.user}", f"user {decision.user}"
    reporter = name_of(decision.reporter_code, decision.regime, rulebook)
    if decision.submission_id is not None:
        of_rule = (f"的问题 {decision.rule}", f", finding {decision.rule}") if decision.finding_id else ("", "")
        if decision.row_id is not None:
            row_zh, row_en = _row_in_words(decision)
            of_rule = (row_zh, f", {row_en}")
        return (
            f"收件 {decision.submission_id}（{reporter or '单位不明'}）{of_rule[0]}",
            f"submission {decision.submission_id} ({reporter or 'unknown'}){of_rule[1]}",
        )
    if decision.other_identity_id is not None:
        pair = (decision.enterprise or decision.identity_id, decision.other_enterprise or decision.other_identity_id)
        return f"企业“{pair[0]}”与“{pair[1]}”", f"enterprises {pair[0]} and {pair[1]}"
    cycle_zh, cycle_en = _cycle_in_words(decision, rulebook)
    if decision.claims_id is not None:
        told = f"{name_of(decision.place_code, decision.regime, rulebook)} {decision.enterprise}"
        return (
            f"{told} 的退出（{decision.industry}），{cycle_zh}",
            f"the exit of {told} ({decision.industry}), {cycle_en}",
        )
    if decision.objection is not None:
        about_zh, about_en = _objected_to(decision)
        return (
            f"第 {decision.objection} 号异议（{about_zh}），{cycle_zh}",
            f"objection {decision.objection} ({about_en}), {cycle_en}",
        )
    code = decision.city_code or decision.reporter_code or decision.place_code
    place = name_of(code, decision.regime, rulebook)
    return (f"{place}，{cycle_zh}", f"{place}, {cycle_en}") if place else (cycle_zh, cycle_en)


def holds_in_words(objection: Decision, rulebook: Rulebook) -> Words:
    """What an objection is about, and what it keeps from being signed or counted until it is answered."""
    if objection.identity_id is None:
        return (
            "这是对整份名单的异议：办结之前，报告不能签发。只对一家企业有异议的，请撤销，写明企业重新登记。",
            "It is to the whole list: the report cannot be signed until it is answered. If it is about one enterprise, undo"
            " it and register it again with the enterprise named.",
        )
    name = objection.enterprise or objection.identity_id
    if rulebook.regimes[objection.regime or ""].public_notice.objection_effect == "hold_report":
        return (
            f"这是对企业“{name}”的异议：办结之前，报告不能签发；成立的，该企业不计入汇总。",
            f"It is about {name}: the report cannot be signed until it is answered; upheld, the enterprise leaves the figure.",
        )
    return (
        f"这是对企业“{name}”的异议：办结之前，该企业在本轮次的退出都不计入汇总，其余照报；不成立的，恢复计入。",
        f"It is about {name}: until it is answered its exits of the round are left out, all else is reported; not upheld, they"
        " count again.",
    )


def _row_in_words(decision: Any) -> Words:
    """The row of a change of the plan, with its enterprise; decisions of before that was kept name the row alone."""
    row = decision.row_id.rpartition(":")[2]
    if decision.enterprise is None:
        return f"第 {row} 行", f"row {row}"
    return f"第 {row} 行“{decision.enterprise}”", f"row {row} ({decision.enterprise})"


def _cycle_in_words(decision: Any, rulebook: Rulebook) -> Words:
    """Place, year and round: the title of a plan is too long for a line."""
    names = ROUND_NAMES[decision.round]
    regime = rulebook.regimes.get(decision.regime)
    if regime is None:
        return f"{decision.regime} {names['zh']}", f"{decision.regime}, {names['en']}"
    area = rulebook.reference.divisions[regime.area].name
    return f"{area}{regime.year}年（{names['zh']}）", f"{regime.key}, {names['en']}"


def name_of(code: str | None, regime_key: str | None, rulebook: Rulebook) -> str:
    """Name and code of a reporter or division; the code alone where it is unknown."""
    if code is None:
        return ""
    regime = rulebook.regimes.get(regime_key or "")
    named = (regime.reporters.get(code) if regime else None) or rulebook.reference.divisions.get(code)
    return f"{named.name} {code}" if named else code


def _says_in_words(decision: Decision, decisions: Decisions, rulebook: Rulebook) -> Words:
    said = list(_parts(decision, decisions, rulebook))
    return "；".join(zh for zh, _ in said), "; ".join(en for _, en in said)


def _parts(decision: Decision, decisions: Decisions, rulebook: Rulebook) -> Iterator[Words]:
    if decision.undoes is not None and (undone := decisions.get(decision.undoes)):
        act = ACTS[undone.kind]
        yield f"撤销第 {undone.sequence} 号（{act.label_zh}）", f"undoes {undone.sequence} ({act.label_en})"
    if decision.row_id is not None:
        yield _row_in_words(decision)
    if decision.expires_on is not None:
        yield f"有效期至 {decision.expires_on}", f"until {decision.expires_on}"
    if decision.due is not None:
        yield f"截止 {decision.due}", f"due {decision.due}"
    if decision.new_reporter_code is not None:
        reporter = name_of(decision.new_reporter_code, decision.regime, rulebook)
        yield f"改为 {reporter}", f"now {reporter}"
    if decision.chosen_reporter_code is not None:
        reporter = name_of(decision.chosen_reporter_code, decision.regime, rulebook)
        yield f"以 {reporter} 的数为准", f"the figure of {reporter} counts"
    if decision.explanation is not None:
        yield f"说明：{decision.explanation}", f"explanation: {decision.explanation}"
    yield from _parts_of_january(decision)
    if decision.document_no is not None and decision.kind != "seal":
        issuer = decision.document_issuer
        yield (
            f"{issuer or ''}同意文件 {decision.document_no}（{decision.document_date}）",
            f"consent {decision.document_no} ({decision.document_date}){f' of {issuer}' if issuer else ''}",
        )
    if decision.granted_role is not None:
        role_zh, role_en = ROLE_NAMES.get(decision.granted_role, (decision.granted_role, decision.granted_role))
        unit = name_of(decision.granted_unit, None, rulebook)
        yield f"{role_zh}，{unit}", f"{role_en}, {unit}"
    if decision.person_name is not None:
        yield f"姓名 {decision.person_name}", f"called {decision.person_name}"


def _objected_to(decision: Any) -> Words:
    return (decision.enterprise, decision.enterprise) if decision.enterprise else WHOLE_LIST


def _parts_of_january(decision: Decision) -> Iterator[Words]:
    """What a decision about the report says: the number it goes out under, the notice, an objection and its answer."""
    if decision.kind == "seal" and decision.document_no is not None:
        yield f"发文字号 {decision.document_no}", f"number {decision.document_no}"
    if decision.listed_findings is not None:
        yield f"对未说明问题的意见：{decision.listed_findings}", f"on open findings: {decision.listed_findings}"
    if decision.kind == "open_notice":
        first, last = decision.opened_on, decision.closes_on
        late_zh, late_en = recorded_late_in_words(decision)
        yield f"{decision.shown_at}，{first} 至 {last}{late_zh}", f"{decision.shown_at}, {first} to {last}{late_en}"
    if decision.kind == "object":
        about_zh, about_en = _objected_to(decision)
        yield (
            f"{decision.objector}（{decision.received_on}）对{about_zh}：{decision.content}",
            f"{decision.objector} ({decision.received_on}) on {about_en}: {decision.content}",
        )
    if decision.outcome is not None:
        zh, en = OUTCOMES.get(decision.outcome, (decision.outcome, decision.outcome))
        yield f"异议{zh}", en
    if decision.announced_on is not None:
        yield f"{decision.announced_on} 公开于 {decision.shown_at}", f"{decision.announced_on}, {decision.shown_at}"
