"""What must be so before the report of January is signed: the gates, each with what it still lacks and where that is done.

The one place that judges them, for the desk, the command line and Airflow; what a plan does not ask for is not asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from desk.decisions.acts import REPORTED_ROUND, rounds_closed_by
from desk.decisions.city_figure import compare_figures, is_changed, read_figure
from desk.decisions.log import Decision
from desk.january.plan_figure import is_plan_changed, read_plan_figure
from desk.january.report import excused_of, last_of, recorded_late_in_words
from desk.january.sealing import read_open_ends
from desk.january.shown_list import (
    calls_for_a_new_notice,
    early_in_words,
    figure_of,
    first_day_of_list,
    not_shown,
    read_list,
)
from desk.views.warehouse import Warehouse
from exports.sign_off import IndustryFigure, tell_changes
from exports.wording import DOCUMENT_KINDS, TOTAL
from rulebook import EXIT_TABLE, LOCAL_TIME, Obligation, Regime, Rulebook

OBLIGATIONS, FINDINGS, CITIES = "obligations", "findings", "cities"
RECONCILIATION, CONSENT, NOTICE = "reconciliation", "consent", "notice"

MET, OPEN, NOT_ASKED = "met", "open", "not_asked"

LABELS = {
    OBLIGATIONS: ("报送任务", "obligations"),
    FINDINGS: ("问题说明", "findings"),
    CITIES: ("各市确认", "cities"),
    RECONCILIATION: ("县级与部门对账", "reconciliation"),
    CONSENT: ("政府同意", "consent of the government"),
    NOTICE: ("公示", "public notice"),
}
"""The gates, in the order in which they are usually passed."""

STATES = {MET: ("已满足", "met"), OPEN: ("未满足", "open"), NOT_ASKED: ("不要求", "not asked for")}

MOST_LACKS_IN_A_SENTENCE = 3

_OWED = """
select owed.reporter_code, reporter.reporter, owed.what, owed.state, owed.is_demanded, owed.missing_parts
from marts.fct_obligation as owed
inner join marts.dim_reporter as reporter
    on owed.regime = reporter.regime and owed.reporter_code = reporter.reporter_code
where
    owed.regime = ? and owed.round = ? and owed.state is not null
    and (
        owed.state not in ('received', 'late', 'nil') or coalesce(owed.is_demanded, false)
        or owed.missing_parts is not null
        or (owed.what = 'exit_statistics' and owed.reporter_code in (select unnest(?)))
    )
order by owed.reporter_code, owed.due, owed.what
"""

_TO_BE_EXPLAINED = """
select finding.submission_id, any_value(submission.file) as file, count(*) as findings
from marts.fct_finding as finding
inner join marts.fct_submission as submission
    on finding.submission_id = submission.submission_id
where
    submission.regime = ? and submission.round in (select unnest(?)) and submission.status = 'counting'
    and finding.severity = 'explain' and finding.resolution = 'open'
group by finding.submission_id
order by finding.submission_id
"""

# the question X04 is about one row of the exit; where it was answered the difference is settled too
_DIFFERING = """
with asked as (
    select link.exit_id, count(*) filter (where finding.resolution = 'open') as open_questions
    from marts.fct_finding as finding
    inner join marts.fct_exit_claim as link on finding.row_id = link.row_id
    where finding.rule = 'X04'
    group by link.exit_id
)
select told.exit_id, told.city_code, told.industry, told.enterprise
from marts.rpt_reconciliation as told
left join asked on told.exit_id = asked.exit_id
where told.regime = ? and told.round = ? and told.reconciliation = 'figures_differ'
group by told.exit_id, told.city_code, told.industry, told.enterprise
having max(told.chosen_by_decision) is null and max(coalesce(asked.open_questions, 1)) > 0
order by told.city_code, told.industry, told.enterprise, told.exit_id
"""


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing a gate still lacks, and the page of the desk on which it is mended."""

    says_zh: str
    says_en: str
    page: str
    """The name of a page of the cycle: ``reporter submission city figure board january``."""
    about: Mapping[str, Any] = field(default_factory=dict)
    """What the page is about, beside the cycle: ``code``, ``submission_id``, ``industry``."""


@dataclass(frozen=True, slots=True)
class Gate:
    """One thing that must be so before the report is signed."""

    key: str
    """A key of ``LABELS``."""
    state: str
    """A key of ``STATES``."""
    says_zh: str
    says_en: str
    mend_zh: str
    """Where, and how, what it lacks is mended."""
    mend_en: str
    basis: str | None = None
    """The sentence of the plan that asks for it, where one does."""
    lacks: tuple[Lack, ...] = ()

    @property
    def label(self) -> tuple[str, str]:
        """What people call it."""
        return LABELS[self.key]

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "gate": self.key,
            "label": self.label[0],
            "label_en": self.label[1],
            "state": self.state,
            "says": self.says_zh,
            "says_en": self.says_en,
            "mend": self.mend_zh,
            "mend_en": self.mend_en,
            "basis": self.basis,
            "lacks": [
                {"says": one.says_zh, "says_en": one.says_en, "page": one.page, "about": dict(one.about)}
                for one in self.lacks
            ],
        }


@dataclass(frozen=True, slots=True)
class Report:
    """How far the report of a cycle has come."""

    gates: tuple[Gate, ...]
    prepared: Decision | None
    """In force; None too where it was refused since."""
    refused: Decision | None
    is_changed: bool
    """Whether the figure, or the plan it is held against, is no longer the one that was prepared."""
    seal: Decision | None
    owed: Obligation | None
    """The report that the plan asks for, by which day and sentence; None where it names none."""
    days_late: int
    """How many days past that day it is, or was signed; 0 in time, or where the plan names none."""
    figure: tuple[IndustryFigure, ...]
    """What the area exited by the last build, industry by industry."""
    waits: tuple[str, str] | None = None
    """Chinese and English: that something waits for a build, and what follows from it; None where nothing does, the cycle is
    sealed, or nobody looked (``desk.decisions.room``)."""

    @property
    def due_in_words(self) -> tuple[str, str] | None:
        """By when the report is due, and whether that is past; None where the plan names no day."""
        if self.owed is None:
            return None
        zh, en = f"报送期限：{self.owed.due}（含当日）", f"Due on {self.owed.due}"
        if self.days_late and self.seal:
            return f"{zh}，签发时已过期 {self.days_late} 天。", f"{en}; signed {self.days_late} days late."
        if self.days_late:
            return f"{zh}，已过期 {self.days_late} 天。", f"{en}; {self.days_late} days overdue."
        return f"{zh}。", f"{en}."

    @property
    def open_gates(self) -> tuple[Gate, ...]:
        """What keeps it from being signed."""
        return tuple(gate for gate in self.gates if gate.state == OPEN)


def read_report(
    warehouse: Warehouse, rulebook: Rulebook, in_force: Iterable[Decision], cycle: tuple[str, str], day: date
) -> Report:
    """The gates of ``cycle`` (regime, round) on ``day``, and who prepared, refused or signed its report.

    By the last build and the decisions in force; a warehouse must have been built.
    """
    regime = rulebook.regimes[cycle[0]]
    decided = [one for one in in_force if (one.regime, one.round) == cycle]
    prepared = last_of(decided, "prepare")
    figure = read_figure(warehouse, *cycle, regime.area)
    seal, owed = last_of(decided, "seal"), regime.own_report(cycle[1])
    signed_on = seal.at.astimezone(LOCAL_TIME).date() if seal else day
    return Report(
        tuple(_gates(warehouse, rulebook, decided, cycle, day)),
        prepared,
        last_of(decided, "refuse"),
        prepared is not None
        and (
            is_changed(compare_figures(figure, prepared.figure or ()))
            or (
                prepared.plan_figure is not None
                and is_plan_changed(read_plan_figure(warehouse.query, *cycle), prepared.plan_figure)
            )
        ),
        seal,
        owed,
        max((signed_on - owed.due).days, 0) if owed else 0,
        tuple(
            IndustryFigure(line["industry"], line["capacity_unit"], line["exits"], line["capacity"])
            for line in figure
            if line["industry"] != TOTAL and line["exits"]
        ),
    )


def unexplained(warehouse: Warehouse, regime: str, round_key: str) -> list[dict[str, Any]]:
    """The submissions with findings that nobody explained or waived, of all that a seal of the round closes."""
    return warehouse.query(_TO_BE_EXPLAINED, [regime, list(rounds_closed_by(round_key))])


def _gates(
    warehouse: Warehouse, rulebook: Rulebook, decided: list[Decision], cycle: tuple[str, str], day: date
) -> Iterable[Gate]:
    regime = rulebook.regimes[cycle[0]]
    if cycle[1] != REPORTED_ROUND:
        yield from (_findings(warehouse, cycle) if key == FINDINGS else _of_january_alone(key) for key in LABELS)
        return
    yield _obligations(warehouse, decided, cycle)
    yield _findings(warehouse, cycle)
    yield _cities(warehouse, rulebook, decided, cycle, day)
    yield _reconciliation(warehouse, cycle)
    yield _consent(warehouse, regime, decided, cycle)
    yield _notice(warehouse, regime, decided, cycle, day)


def _of_january_alone(key: str) -> Gate:
    return Gate(
        key, NOT_ASKED, "只有年度轮次要上报，这一轮封存时不看这一项。",
        "Only the annual round is reported: the seal of this one does not ask.", "", "",
    )  # fmt: skip


def _gate(
    key: str, lacks: Iterable[Lack], met: tuple[str, str], mend: tuple[str, str], basis: str | None = None
) -> Gate:
    """Open where something is lacking, which it says in a sentence; else met."""
    found = tuple(lacks)
    if not found:
        return Gate(key, MET, *met, *mend, basis)
    shown = found[:MOST_LACKS_IN_A_SENTENCE]
    says_zh, says_en = "；".join(one.says_zh for one in shown), "; ".join(one.says_en for one in shown)
    if len(found) > len(shown):
        says_zh, says_en = f"{says_zh}……共 {len(found)} 项", f"{says_en} … {len(found)} in all"
    return Gate(key, OPEN, f"{says_zh}。", f"{says_en}.", *mend, basis, found)


# ---- each gate ----

_OWED_STATES = {
    "missing": ("没有报送", "not sent"),
    "rejected": ("审核未通过", "rejected"),
    "returned": ("已退回", "returned"),
    "demanded": ("要求重报", "to be sent again"),
    "partial": ("合并前单位未报齐", "a county of that year missing"),
}
"""Why an obligation is not met."""


def _obligations(warehouse: Warehouse, decided: list[Decision], cycle: tuple[str, str]) -> Gate:
    excused = excused_of(decided, *cycle)
    demanded = {one.reporter_code for one in decided if one.kind == "demand" and one.sequence > warehouse.last_decision}
    by_reporter: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for line in warehouse.query(_OWED, [*cycle, sorted(demanded)]):
        if line["reporter_code"] not in excused:
            what = DOCUMENT_KINDS.get(
                line["what"], ("统计表", "table") if line["what"] == EXIT_TABLE else ("名单", "list")
            )
            why = _OWED_STATES[_why_not_met(line, demanded)]
            by_reporter.setdefault((line["reporter_code"], line["reporter"]), []).append(
                (f"{what[0]}{why[0]}", f"{what[1]} {why[1]}")
            )
    return _gate(
        OBLIGATIONS,
        (
            Lack(
                f"{name}：{'、'.join(zh for zh, _ in told)}", f"{name}: {', '.join(en for _, en in told)}",
                "reporter", {"code": code},
            )
            for (code, name), told in by_reporter.items()
        ),
        ("应报的都已报，或已准予免报。", "Whoever owes has sent, or was excused."),
        (
            "请在填报单位的页面催报、处理，或准予免报。",
            "On the reporter's page: remind it, deal with its table, or excuse it.",
        ),
    )  # fmt: skip


def _why_not_met(line: Mapping[str, Any], demanded: set[str]) -> str:
    if line["state"] in ("missing", "rejected", "returned"):
        return line["state"]
    is_table = line["what"] == EXIT_TABLE
    return "demanded" if line["is_demanded"] or (is_table and line["reporter_code"] in demanded) else "partial"


def _findings(warehouse: Warehouse, cycle: tuple[str, str]) -> Gate:
    return _gate(
        FINDINGS,
        (
            Lack(
                f"{line['file']}（收件 {line['submission_id']}）有 {line['findings']} 个问题没有说明或豁免",
                f"{line['file']} ({line['submission_id']}): {line['findings']} findings neither explained nor waived",
                "submission", {"submission_id": line["submission_id"]},
            )
            for line in unexplained(warehouse, *cycle)
        ),
        ("没有待说明的问题。", "No finding waits for an explanation."),
        (
            "请在报表的页面采纳说明、豁免，或退回；签发人也可以写明对这些问题的意见，带着它们签发年度报告。",
            "On the submission's page: explain, waive or return. The signer may also sign the annual report with them,"
            " saying why.",
        ),
    )  # fmt: skip


def _cities(
    warehouse: Warehouse, rulebook: Rulebook, decided: list[Decision], cycle: tuple[str, str], day: date
) -> Gate:
    if rulebook.regimes[cycle[0]].level != "province":
        return Gate(
            CITIES, NOT_ASKED, "这是一个市的方案，没有下面的市要确认。", "A city's own plan: no city below it confirms.",
            "", "",
        )  # fmt: skip
    cities = read_open_ends(warehouse, rulebook, decided, cycle, day).cities
    return _gate(
        CITIES,
        (
            Lack(
                f"{one.name}{'确认后数据有变' if one.is_changed else '没有确认'}",
                f"{one.name} {'changed since it was confirmed' if one.is_changed else 'not confirmed'}",
                "city", {"code": one.code},
            )
            for one in cities
        ),
        ("各市都已确认现在的数据。", "Every city confirmed its figure as it stands."),
        ("请由各市在市的页面确认数据。", "Each city confirms on its page."),
    )  # fmt: skip


def _reconciliation(warehouse: Warehouse, cycle: tuple[str, str]) -> Gate:
    return _gate(
        RECONCILIATION,
        (
            Lack(
                f"{line['enterprise']}（{line['industry']}）县级与部门的数不一致",
                f"{line['enterprise']} ({line['industry']}): county and department differ",
                "figure" if line["city_code"] else "board",
                {"code": line["city_code"], "industry": line["industry"]} if line["city_code"] else {},
            )
            for line in warehouse.query(_DIFFERING, [*cycle])
        ),
        ("没有未处理的差异。", "No difference is left."),
        (
            "请在数据页采信一方，或在报表的页面对 X04 采纳说明、豁免。",
            "On the figure's page choose a side, or explain or waive X04 on the submission's.",
        ),
    )  # fmt: skip


def _consent(warehouse: Warehouse, regime: Regime, decided: list[Decision], cycle: tuple[str, str]) -> Gate:
    basis = regime.asked_before_report("consent")
    given = last_of(decided, "consent")
    mend = ("请在“上报”页登记政府同意，附扫描件。", "Record it on the page of the report, with its scan.")
    if given is None and basis is None:
        return Gate(
            CONSENT,
            NOT_ASKED,
            "方案没有要求上报前经政府同意。",
            "The plan asks for no consent before the report.",
            *mend,
        )
    if given is None:
        missing = Lack("还没有登记政府同意的文件", "no consent is on record", "january")
        return _gate(CONSENT, [missing], ("", ""), mend, basis)
    since = _since(warehouse, cycle, given)
    lacks = _list_lacks(since, _CONSENT_WORDS)
    early_zh, early_en = early_in_words(given, first_day_of_list(warehouse, *cycle))
    met = (
        f"{given.document_issuer} {given.document_no}（{given.document_date}{early_zh}）。"
        + _tell(since.changes, "同意之后数字有变：{}。"),
        f"{given.document_issuer}, {given.document_no} of {given.document_date}{early_en}."
        + _tell(since.changes, " The figure has changed since: {}."),
    )
    return _gate(CONSENT, lacks, met, mend, basis)


def _notice(warehouse: Warehouse, regime: Regime, decided: list[Decision], cycle: tuple[str, str], day: date) -> Gate:
    basis = regime.asked_before_report("public_notice")
    shown = last_of(decided, "open_notice")
    mend = ("请在“上报”页登记公示、办理异议。", "On the page of the report: record the notice, answer objections.")
    if shown is None and basis is None:
        return Gate(
            NOTICE, NOT_ASKED, "方案没有要求上报前公示。", "The plan asks for no notice before the report.", *mend
        )
    objections = _open_objections(decided)
    if shown is None:
        return _gate(NOTICE, _notice_lacks(regime, decided, day, shown), ("", ""), mend, basis)
    since = _since(warehouse, cycle, shown)
    late_zh, late_en = recorded_late_in_words(shown)
    met = (
        f"已在{shown.shown_at}公示，{shown.opened_on} 至 {shown.closes_on}{late_zh}，{objections[0]}。"
        + _tell(since.changes, "公示之后数字有变：{}。"),
        f"Shown at {shown.shown_at} from {shown.opened_on} to {shown.closes_on}{late_en}; {objections[1]}."
        + _tell(since.changes, " The figure has changed since: {}."),
    )
    lacks = (*_list_lacks(since, _NOTICE_WORDS), *_notice_lacks(regime, decided, day, shown))
    return _gate(NOTICE, lacks, met, mend, basis)


def _tell(changes: str, sentence: str) -> str:
    return sentence.format(changes) if changes else ""


def _open_objections(decided: list[Decision]) -> tuple[str, str]:
    """What is said of objections that wait for their answer, and of the enterprises they keep out of the figure."""
    answered = {one.objection for one in decided if one.kind == "answer_objection"}
    waiting = [one for one in decided if one.kind == "object" and one.sequence not in answered]
    if not waiting:
        return "没有未办结的异议", "no objection is open"
    left_out = len({one.identity_id for one in waiting if one.identity_id})
    return (
        f"有 {len(waiting)} 个异议没有办结，办结之前 {left_out} 家企业不计入",
        f"open objections: {len(waiting)}; enterprises left out until they are answered: {left_out}",
    )


@dataclass(frozen=True, slots=True)
class _Since:
    """How the list stands beside the one that was kept with a notice or a consent."""

    missing: tuple[Mapping[str, Any], ...] | None
    """What stands in it and not, or not so, in the one kept; None where none was kept."""
    changes: str
    """By industry, from what to what its figure changed; blank where it did not."""


@dataclass(frozen=True, slots=True)
class _KeptWords:
    """What a gate says of a list that is no longer the one kept."""

    no_list: tuple[str, str]
    changed: tuple[str, str]
    """With places for how many exits, some names and the change of the figure."""


_NOTICE_WORDS = _KeptWords(
    ("公示的记录没有留存名单，请重新公示", "the notice kept no list: show it anew"),
    (
        "名单在公示之后变了，有 {count} 项没有这样公示过（{names}）{changes}，请重新公示",
        "the list changed since the notice: {count} exits were not shown so ({names}){changes}; open a new notice",
    ),
)
_CONSENT_WORDS = _KeptWords(
    ("同意的记录没有留存名单，请重新登记", "the consent kept no list: record it anew"),
    (
        "名单在同意之后变了，有 {count} 项没有这样同意过（{names}）{changes}，请再报请同意后登记",
        "the list changed since the consent: {count} exits were not agreed to so ({names}){changes}; ask for it anew",
    ),
)


def _since(warehouse: Warehouse, cycle: tuple[str, str], kept: Decision) -> _Since:
    if kept.shown_list is None:
        return _Since(None, "")
    today = read_list(warehouse, *cycle)
    changes = tell_changes(figure_of(kept.shown_list), figure_of(today))
    return _Since(tuple(not_shown(today, kept.shown_list)), changes)


def _list_lacks(since: _Since, words: _KeptWords) -> Iterable[Lack]:
    """What is reported must have been shown, or agreed to, as it is reported; what has left the list since was."""
    if since.missing is None:
        yield Lack(*words.no_list, "january")
    elif since.missing:
        names = list(dict.fromkeys(line["enterprise"] or "（没有名称）" for line in since.missing))
        some = "、".join(names[:MOST_LACKS_IN_A_SENTENCE]) + ("等" if len(names) > MOST_LACKS_IN_A_SENTENCE else "")
        told = {"count": len(since.missing), "names": some}
        zh, en = words.changed
        yield Lack(
            zh.format(**told, changes=_tell(since.changes, "，数字有变：{}")),
            en.format(**told, changes=_tell(since.changes, ", from/to: {}")),
            "january",
        )


def _is_opened_before(shown: Decision, answer: Decision) -> bool:
    return shown.opened_on is not None and shown.opened_on < answer.at.astimezone(LOCAL_TIME).date()


def _notice_lacks(regime: Regime, decided: list[Decision], day: date, shown: Decision | None) -> Iterable[Lack]:
    if shown is None:
        yield Lack("名单还没有公示", "the list was not shown yet", "january")
    elif day <= shown.closes_on:
        late_zh, late_en = recorded_late_in_words(shown)
        yield Lack(
            f"公示到 {shown.closes_on} 为止{late_zh}", f"it is shown until {shown.closes_on}{late_en}", "january"
        )
    answers = {one.objection: one for one in decided if one.kind == "answer_objection"}
    for one in decided:
        if one.kind != "object":
            continue
        answer = answers.get(one.sequence)
        # held rows have left the figure: the rest is reported (rulebook, objection_effect)
        holds = regime.public_notice.objection_effect == "hold_report" or one.identity_id is None
        if answer is None and holds:
            yield Lack(
                f"第 {one.sequence} 号异议没有办结（{one.objector}）",
                f"objection {one.sequence} is not answered",
                "january",
            )
        elif (
            answer is not None
            and calls_for_a_new_notice(answer, decided)
            and (shown is None or shown.sequence < answer.sequence or _is_opened_before(shown, answer))
        ):
            yield Lack(
                f"对整份名单的异议（第 {one.sequence} 号）成立，改正后要重新公示",
                f"objection {one.sequence} to the whole list was upheld: show the corrected list anew",
                "january",
            )
