"""The answers people give in Airflow to the tasks of ``january_report``: acts of the desk, by the same rights and rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from desk.decisions.acts import ACTS, Draft, Refused
from desk.decisions.log import Decision, Stale
from desk.decisions.posts import access_of, acting, name_of_person
from desk.decisions.room import DecisionRoom
from desk.january.gates import STATES, Report
from rulebook import LOCAL_TIME

PREPARE, SIGN = "prepare", "sign"
"""The two tasks, by two people."""

CHOICES = {
    PREPARE: {"制表送签 prepare": "prepare"},
    SIGN: {"签发封存 sign": "seal", "退回报告 refuse": "refuse"},
}
"""What each task offers, and the act it is."""

ASKED = {PREPARE: ("reason",), SIGN: ("reason", "document_no", "listed_findings")}
"""What each task lets its answerer say, as the forms of the desk do."""


def settled(report: Report, step: str) -> Decision | None:
    """The decision that answers ``step`` already, whoever made it and where; None where somebody must still answer.

    A report that was refused answers the second step too: it goes back, and the run ends.
    """
    if step == PREPARE:
        return report.seal or (None if report.is_changed else report.prepared)
    return report.seal or (None if report.prepared else report.refused)


def gate_lines(report: Report) -> list[str]:
    """Where each gate stands, a sentence each, and what waits for a build."""
    lines = [f"{gate.label[0]}：{STATES[gate.state][0]}。{gate.says_zh}" for gate in report.gates]
    return [*lines, report.waits[0]] if report.waits else lines


def question(report: Report) -> str:
    """What whoever answers must know, as Markdown: the figure, the gates, who prepared or refused.

    Word for word the same as long as what it asks about is the same: ``answer`` goes by that.
    """
    told = "；".join(f"{line.industry}{line.in_words}" for line in report.figure) or "没有退出"
    lines = [f"要上报的数：{told}。", *gate_lines(report)]
    if report.prepared:
        lapsed = "；送签之后数字或计划变了，送签已失效，要重新送签" if report.is_changed else ""
        lines.append(f"送签：{report.prepared.actor_name}（第 {report.prepared.sequence} 号决定）{lapsed}。")
    elif report.refused:
        lines.append(f"已退回：{report.refused.actor_name}，{report.refused.reason}")
    return "\n".join(f"- {line}" for line in lines)


def as_of(at: datetime) -> str:
    """The moment of a question, and what becomes of an answer to it once things are no longer so; its last line."""
    return (
        f"- 以上是 {at.astimezone(LOCAL_TIME):%Y-%m-%d %H:%M}（北京时间）的情况。回答时情况已经不同的，回答不记录，按那时的情况"
        "重新提问。As of that moment; once it is no longer so, an answer is not recorded and the question is put anew."
    )


def answer(
    room: DecisionRoom,
    cycle: tuple[str, str],
    step: str,
    user: str,
    choice: str,
    told: Mapping[str, str | None],
    read: str | None,
) -> Decision:
    """The decision of ``user`` (a login name), recorded with what was ``told``; what answers the step already stands.

    ``read`` is the ``question`` that was answered. Raises ``Refused`` where it would be another one now, for whom the desk
    gave no right, for who signs what was prepared by the same, and for all else that the desk would refuse.
    """
    seen = room.decisions.last_sequence()
    report = room.read_report(*cycle)
    if made := settled(report, step):
        return made
    act = ACTS[CHOICES[step][choice]]
    regime = room.rulebook.regimes[cycle[0]]
    access = access_of(user, room.decisions.in_force(), room.rulebook)
    if not access.may(act.right, regime):
        raise Refused(
            f"{user} 在工作台上没有“{act.label_zh}”的权限，没有记录。需要的话，请管理员在“人员”页授权。",
            f"{user} may not {act.label_en} on the desk: nothing was recorded.",
        )
    if question(report) != read:
        raise _changed()
    said = {name: text for name in ASKED[step] if act.kind == "seal" or name == "reason" if (text := told.get(name))}
    draft = Draft(act.kind, regime=cycle[0], round=cycle[1], **said)
    name = name_of_person(user, user, room.decisions)
    try:
        return room.decide(draft, acting(access, user, name, act.right, regime, None), seen)
    except Stale as stale:
        raise _changed() from stale


def _changed() -> Refused:
    return Refused(
        "提问之后情况变了，没有记录。请看过现在的情况再回答。",
        "Things have changed since you were asked: nothing was recorded. Read how they are now, then answer.",
    )
