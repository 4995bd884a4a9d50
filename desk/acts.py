"""What can be decided on the desk: the acts, what each is about, what it asks for, and which right it takes.

An act is never edited or removed. Whoever thinks better of one makes another: ``undo``.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from desk.people import Right

SUBJECT_FIELDS = {
    "submission": ("submission_id",),
    "finding": ("submission_id", "finding_id"),
    "reporter": ("regime", "round", "reporter_code"),
    "city": ("regime", "round", "city_code"),
    "cycle": ("regime", "round"),
    "row": ("row_id",),
    "enterprises": ("regime", "round", "identity_id", "other_identity_id"),
    "exit": ("regime", "round", "claims_id"),
    "decision": ("undoes",),
    "user": ("user",),
}
"""What names the subject of an act."""


@dataclass(frozen=True, slots=True)
class Act:
    """One kind of decision."""

    kind: str
    label_zh: str
    label_en: str
    subject: str
    """A key of ``SUBJECT_FIELDS``."""
    right: Right
    effect_zh: str
    effect_en: str
    required: tuple[str, ...] = ()
    """What it asks for beside its subject and the reason that every act needs."""
    optional: tuple[str, ...] = ()
    """What may be said beside."""

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that a draft of it may fill, but reason and document."""
        return (*SUBJECT_FIELDS[self.subject], *self.required, *self.optional)

    @property
    def needs_document(self) -> bool:
        """Whether the document it rests on must be handed in; with every other act one may be."""
        return "document" in self.required


_ACTS = (
    Act(
        "return", "退回", "return", "submission", Right.RETURN,
        "这份报表的数据从汇总中撤出，直到填报单位重新报送并通过审核；更早的版本不会恢复。",
        "Its figures leave the total until the reporter sends an acceptable table; earlier versions do not come back.",
    ),
    Act(
        "withdraw", "撤回", "withdraw", "submission", Right.WITHDRAW,
        "这份报表视同没有报过；在它之前的版本重新计入汇总。",
        "It is as though it had never been sent: the version before it counts again.",
    ),
    Act(
        "identify", "更正填报单位", "correct the reporter", "submission", Right.IDENTIFY,
        "这份报表从现在的单位名下撤出，同一文件按原收到时间记到正确的填报单位名下，重新审核。",
        "It is withdrawn here; the same file is taken in and judged for the right reporter, with its time of arrival.",
        required=("new_reporter_code",),
    ),
    Act(
        "explain", "采纳说明", "accept an explanation", "finding", Right.EXPLAIN,
        "填报单位对这个问题的说明成立，问题不再待办；数据照报。",
        "The reporter's explanation holds: the finding is settled, the figures stay as sent.",
        required=("explanation",),
    ),
    Act(
        "waive", "豁免", "waive", "finding", Right.WAIVE,
        "这个问题在有效期内（含当日）不再妨碍这份报表；到期后恢复。",
        "Until that day, inclusive, the finding no longer stands against the table; after it, it does again.",
        required=("expires_on",),
    ),
    Act(
        "demand", "强制重报", "demand again", "reporter", Right.DEMAND,
        "要求填报单位重新报送；新表到来之前，现有数据仍然计入汇总。",
        "The reporter must send its table again; until then the present figures stand.",
        optional=("due",),
    ),
    Act(
        "extend", "延期", "extend", "reporter", Right.EXTEND,
        "只对这个填报单位，统计表的截止日期改为新的日期（含当日）。",
        "For this reporter alone the exit table is due by the new day, inclusive.",
        required=("due",),
    ),
    Act(
        "confirm", "确认数据", "confirm the figure", "city", Right.CONFIRM,
        "确认本市数据，以此刻的汇总为准，并附上同意文件；数据之后有变，需要重新确认。",
        "The city's figure is confirmed as it stands now, with the document of consent; a changed figure needs it again.",
        required=("figure", "document_no", "document_date", "document"),
    ),
    Act(
        "merge", "合并企业", "merge enterprises", "enterprises", Right.MERGE,
        "这两个名称是同一家企业：双方报送的同一项退出只计一次，在各年度、各轮次都如此；可以撤销。",
        "The two are one enterprise, in every year and round: an exit both speak of counts once. It can be undone.",
    ),
    Act(
        "distinct", "不是同一家", "hold enterprises apart", "enterprises", Right.MERGE,
        "这两个名称是两家企业：各自计数，系统不再询问，也不再自动匹配；可以撤销。",
        "The two are two enterprises: each counts by itself, and nobody is asked again. It can be undone.",
    ),
    Act(
        "choose", "采信一方", "choose a side", "exit", Right.CHOOSE,
        "这项退出以所选单位报送的数为准；任何一方的数字以后变化，本决定即失效，恢复按规则取数。",
        "This reporter's figure of the exit counts, until a figure of either side changes: then the rule holds again.",
        required=("chosen_reporter_code",),
    ),
    Act(
        "seal", "封存", "seal", "cycle", Right.SEAL,
        "本轮次就此关闭：不再收表，不再作出决定（可以撤销封存）；封存年度轮次，计划轮次一并关闭；汇总成果暂时仍标为草稿。",
        "The cycle is closed, with the annual one its plan: nothing is taken or decided, but to undo it; packs stay drafts.",
    ),
    Act(
        "add_to_plan", "动态新增", "add to the plan", "row", Right.CHANGE_PLAN,
        "这一行所报企业的退出列入本年度计划（动态新增），不再提示计划外；计划轮次原来报的数不变。",
        "The exits of this row's enterprise become part of the year's plan; the plan round stays as it was sent.",
        required=("document_no", "document_date", "document_issuer"),
    ),
    Act(
        "remove_from_plan", "调出计划", "take out of the plan", "row", Right.CHANGE_PLAN,
        "这一行所报企业不再属于本年度计划，完成率按调整后的计划计算；计划轮次原来报的数不变。",
        "The enterprise of this row is no longer part of the year's plan; the plan round stays as it was sent.",
    ),
    Act(
        "undo", "撤销", "undo", "decision", Right.UNDO,
        "这项决定不再有效，视同没有作出；记录仍然保留。",
        "The decision has no effect any more; it stays on record.",
    ),
    Act(
        "grant", "授权", "grant", "user", Right.ADMINISTER,
        "这位用户可以按所给身份、在所给单位范围内使用工作台，立即生效。",
        "The user has this role for this unit, at once.",
        required=("granted_role", "granted_unit"),
    ),
    Act(
        "revoke", "收回授权", "revoke", "user", Right.ADMINISTER,
        "这位用户不再有这个身份，立即生效。",
        "The user has this role for this unit no more, at once.",
        required=("granted_role", "granted_unit"),
    ),
)  # fmt: skip

ACTS = {act.kind: act for act in _ACTS}

FIELD_LABELS = {
    "reason": ("理由", "the reason"),
    "regime": ("方案", "the regime"),
    "round": ("轮次", "the round"),
    "submission_id": ("收件号", "the submission"),
    "finding_id": ("问题编号", "the finding"),
    "reporter_code": ("填报单位", "the reporter"),
    "new_reporter_code": ("正确的填报单位", "the right reporter"),
    "city_code": ("市", "the city"),
    "identity_id": ("企业", "the enterprise"),
    "other_identity_id": ("另一家企业", "the other enterprise"),
    "claims_id": ("退出的各方报送数", "the claims of the exit"),
    "chosen_reporter_code": ("采信的填报单位", "the reporter chosen"),
    "expires_on": ("有效期至", "the last day"),
    "due": ("新的截止日期", "the new due date"),
    "explanation": ("填报单位的说明", "the reporter's explanation"),
    "figure": ("被确认的数据", "the figure confirmed"),
    "document_no": ("同意文件文号", "the document's number"),
    "document_date": ("同意文件日期", "the document's date"),
    "document": ("同意文件", "the document"),
    "row_id": ("表中的行", "the row"),
    "document_issuer": ("同意的政府", "the government that consents"),
    "undoes": ("要撤销的决定", "the decision to undo"),
    "user": ("用户", "the user"),
    "granted_role": ("身份", "the role"),
    "granted_unit": ("单位", "the unit"),
}
"""What people call the fields of an act."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and the role and unit that let him or her; on the command line there is no role."""

    id: str
    name: str
    role: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What an act says beside its kind and its reason: what it is about, and what it asks for; the rest is None."""

    regime: str | None = None
    round: str | None = None
    reporter_code: str | None = None
    submission_id: str | None = None
    finding_id: str | None = None
    rule: str | None = None
    expires_on: date | None = None
    due: date | None = None
    new_reporter_code: str | None = None
    city_code: str | None = None
    identity_id: str | None = None
    """As ``dim_enterprise_name`` has it; of a pair the lesser one."""
    other_identity_id: str | None = None
    enterprise: str | None = None
    """The name it was called by when it was decided on."""
    other_enterprise: str | None = None
    claims_id: str | None = None
    place_code: str | None = None
    industry: str | None = None
    chosen_reporter_code: str | None = None
    figure: tuple[dict[str, Any], ...] | None = None
    """industry, capacity (text, exact), capacity_unit, exits and enterprises of every line that is confirmed."""
    document_no: str | None = None
    document_date: date | None = None
    explanation: str | None = None
    row_id: str | None = None
    """Of a change of the plan: the row of a received table it is about."""
    document_issuer: str | None = None
    undoes: int | None = None
    user: str | None = None
    granted_role: str | None = None
    granted_unit: str | None = None


@dataclass(frozen=True, slots=True)
class Draft(Terms):
    """An act somebody is about to make; the log gives it its number, its time and its place in the chain."""

    kind: str
    reason: str = ""
    document: bytes | None = None
    """The scan it rests on: the document of consent of a confirmation, the evidence of any other act."""

    @property
    def act(self) -> Act:
        """What kind of act it is; ``Refused`` where there is no such kind."""
        if self.kind not in ACTS:
            known = "、".join(f"{act.kind} {act.label_zh}" for act in ACTS.values())
            raise Refused(f"没有“{self.kind}”这种决定。可以作出的决定：{known}。", f"There is no act {self.kind!r}.")
        return ACTS[self.kind]

    def filled(self) -> set[str]:
        """Names of the fields that say something."""
        return {field.name for field in fields(self) if getattr(self, field.name) not in (None, "")} - {"kind"}


class Refused(Exception):
    """What the rules of the desk forbid, in words for whoever tried."""

    def __init__(self, message_zh: str, message_en: str) -> None:
        super().__init__(f"{message_zh}{message_en}")
        self.message_zh = message_zh
        self.message_en = message_en


def rounds_closed_by(round_key: str | None) -> tuple[str | None, ...]:
    """The rounds that a seal of the round closes: itself; the annual one closes the plan it is held against, too.

    Ours (decision 14): plan against actual of a sealed annual round must not change by the plan's tables.
    """
    return (round_key, "plan") if round_key == "annual" else (round_key,)


class NoSuchSubject(Refused):
    """What an act is to be about is not there."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What decisions are about: a submission with its findings, two enterprises, an exit, a reporter or city in a cycle,
    a cycle, a user."""

    kind: str
    key: tuple[str, ...]


def subject_of(act: Terms) -> Subject:
    """The subject of a decision, or of a draft that was located; an undo is about what the undone act was about."""
    if act.user is not None:
        return Subject("user", (act.user,))
    if act.submission_id is not None:
        return Subject("submission", (act.submission_id,))
    if act.identity_id is not None and act.other_identity_id is not None:
        return Subject("enterprises", (act.identity_id, act.other_identity_id))
    if act.regime is None or act.round is None:
        raise ValueError("an act without a subject: locate it first")
    cycle = (act.regime, act.round)
    if act.claims_id is not None:
        return Subject("exit", (*cycle, act.claims_id))
    if act.city_code is not None:
        return Subject("city", (*cycle, act.city_code))
    if act.reporter_code is not None:
        return Subject("reporter", (*cycle, act.reporter_code))
    return Subject("cycle", cycle)
