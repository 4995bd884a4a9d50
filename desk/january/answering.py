"""The answers people give in Airflow to the tasks of ``january_report``: acts of the desk, by the same rights and rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from desk.decisions.acts import ACTS, Draft, Refused
from desk.decisions.log import Decision
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
    """Where each gate stands, a sentence each."""
    return [f"{gate.label[0]}：{STATES[gate.state][0]}。{gate.says_zh}" for gate in report.gates]


def question(report: Report, at: datetime) -> str:
    """What whoever answers must know, as it is ``at`` the moment of asking, as Markdown: gates, who prepared or refused.

    Airflow keeps it when the same task asks again: it says of itself how old it is, and is true then too.
    """
    lines = gate_lines(report)
    if report.prepared:
        lapsed = "；送签之后数字或计划变了，送签已失效，要重新送签" if report.is_changed else ""
        lines.append(f"送签：{report.prepared.actor_name}（第 {report.prepared.sequence} 号决定）{lapsed}。")
    elif report.refused:
        lines.append(f"已退回：{report.refused.actor_name}，{report.refused.reason}")
    lines.append(
        f"以上是 {at.astimezone(LOCAL_TIME):%Y-%m-%d %H:%M}（北京时间）第一次提问时的情况；回答没有被记录、再次提问时，这段文字"
        "不变，没有记录的原因见任务日志。现在的情况见工作台“上报”页，回答按回答时的情况判断。As of that moment, also when asked"
        " again; as things stand now: the desk."
    )
    return "\n".join(f"- {line}" for line in lines)


def answer(
    room: DecisionRoom, cycle: tuple[str, str], step: str, user: str, choice: str, told: Mapping[str, str | None]
) -> Decision:
    """The decision of ``user`` (a login name), recorded with what was ``told``; what answers the step already stands.

    Raises ``Refused`` for whom the desk gave no right, for who signs what was prepared by the same, and for all else that
    the desk would refuse.
    """
    if made := settled(room.read_report(*cycle), step):
        return made
    act = ACTS[CHOICES[step][choice]]
    regime = room.rulebook.regimes[cycle[0]]
    access = access_of(user, room.decisions.in_force(), room.rulebook)
    if not access.may(act.right, regime):
        raise Refused(
            f"{user} 在工作台上没有“{act.label_zh}”的权限，没有记录。需要的话，请管理员在“人员”页授权。",
            f"{user} may not {act.label_en} on the desk: nothing was recorded.",
        )
    said = {name: text for name in ASKED[step] if act.kind == "seal" or name == "reason" if (text := told.get(name))}
    draft = Draft(act.kind, regime=cycle[0], round=cycle[1], **said)
    name = name_of_person(user, user, room.decisions)
    return room.decide(draft, acting(access, user, name, act.right, regime, None), None)
