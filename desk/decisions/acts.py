"""What can be decided on the desk: the acts, what each is about, what it asks for, and which right it takes.

An act is never edited or removed. Whoever thinks better of one makes another: ``undo``.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from desk.decisions.people import Right

SUBJECT_FIELDS = {
    "submission": ("submission_id",),
    "finding": ("submission_id", "finding_id"),
    "reporter": ("regime", "round", "reporter_code"),
    "city": ("regime", "round", "city_code"),
    "cycle": ("regime", "round"),
    "row": ("row_id",),
    "enterprises": ("regime", "round", "identity_id", "other_identity_id"),
    "exit": ("regime", "round", "claims_id"),
    "objection": ("objection",),
    "place": ("regime", "round", "place_code"),
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
        "excuse", "准予免报", "excuse", "reporter", Right.EXTEND,
        "年度报告不再等这个填报单位还没有报的表和材料；报告和通报写明它准予免报，以后报来照收。",
        "The report waits no more for what this reporter has not sent, and says that it was excused; what comes is taken.",
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
        "prepare", "制表送签", "prepare for signing", "cycle", Right.PREPARE,
        "以此刻的汇总和计划制成报告，送签发人；数据或计划之后有变，需要重新送签。送签的人不能签发。",
        "The report of the figure as it stands goes to the signer; a changed figure or plan needs it again. Who prepared cannot sign.",
        required=("figure",),
        optional=("plan_figure",),
    ),
    Act(
        "refuse", "退回报告", "refuse to sign", "cycle", Right.SEAL,
        "报告连同理由退回送签的人；改好后重新送签。",
        "The report goes back to whoever prepared it, with the reason; it is prepared again.",
    ),
    Act(
        "seal", "签发封存", "sign and seal", "cycle", Right.SEAL,
        "签发本轮次的报告，并就此关闭：不再收表，不再作出决定（可以撤销封存）；封存年度轮次，计划轮次一并关闭。",
        "The report is signed and the cycle closed, with the annual one its plan: nothing is taken or decided, but to undo it.",
        optional=("document_no", "listed_findings"),
    ),
    Act(
        "consent", "政府同意", "consent of the government", "cycle", Right.PREPARE,
        "登记同级政府同意上报的文件，附扫描件；此刻的名单随决定留存，之后多出或改动的，要再报请同意。",
        "The document by which the government agrees to the report, with its scan. The list as it stands is kept with it: what"
        " is new or changed in it since needs consent anew.",
        required=("document_no", "document_date", "document_issuer", "document"),
        optional=("shown_list",),
    ),
    Act(
        "open_notice", "公示", "public notice", "cycle", Right.PREPARE,
        "此刻的名单从这一天起向社会公示，并随决定留存；从次日起数满方案规定的工作日（调休上班日也算），最后一日届满才能签发。"
        "名单之后多出或改动的，要重新公示。",
        "The list as it stands is shown from that day on, for the working days of the regime counted from the next, then it can"
        " be signed; what is new or changed in it since must be shown anew.",
        required=("opened_on", "shown_at"),
        optional=("closes_on", "shown_list"),
    ),
    Act(
        "object", "登记异议", "register an objection", "cycle", Right.PREPARE,
        "记入异议登记簿。没有选企业的，是对整份名单的异议，办结之前不能签发；选了企业的，按方案办结之前不能签发，或者该企业暂不计入。",
        "It is registered. Without an enterprise it is to the whole list and holds the report until it is answered; about an"
        " enterprise it holds the report or, by the regime, leaves the enterprise out.",
        required=("objector", "received_on", "content"),
        optional=("identity_id",),
    ),
    Act(
        "answer_objection", "办理异议", "answer an objection", "objection", Right.PREPARE,
        "异议成立的，该企业不计入汇总（对整份名单的，改正后重新公示）；不成立的、提出人撤回的，照计。",
        "Upheld, the enterprise leaves the figure (the whole list is shown anew); not upheld or withdrawn, it counts.",
        required=("outcome",),
    ),
    Act(
        "announce", "登记公开情况", "record an announcement", "place", Right.ANNOUNCE,
        "记下这个市、县（区）已经公开本地的名单，附件可选。",
        "This city or county made its own list public; a scan may be attached.",
        required=("announced_on", "shown_at"),
    ),
    Act(
        "add_to_plan", "动态新增", "add to the plan", "row", Right.CHANGE_PLAN,
        "这一行所报企业的退出列入本年度计划（动态新增），计划里已有它的，列入超出计划的部分；不再算作计划外。计划轮次原来报的数不变。",
        "What this row's enterprise exits becomes part of the year's plan, of one that is planned what goes beyond; the plan round"
        " stays as it was sent.",
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
        "这位用户可以按所给身份、在所给单位范围内使用工作台，立即生效；写了姓名的，以后的决定和报告都用这个姓名。",
        "The user has this role for this unit, at once; decisions and reports tell the name of the person where one is given.",
        required=("granted_role", "granted_unit"),
        optional=("person_name",),
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
    "plan_figure": ("计划和完成情况", "the plan and what of it is done"),
    "shown_list": ("公示的名单", "the list that is shown"),
    "document_no": ("同意文件文号", "the document's number"),
    "document_date": ("同意文件日期", "the document's date"),
    "document": ("同意文件", "the document"),
    "row_id": ("表中的行", "the row"),
    "document_issuer": ("同意的政府", "the government that consents"),
    "opened_on": ("公示从哪天起", "the first day of the notice"),
    "closes_on": ("公示最后一日", "the last day of the notice"),
    "shown_at": ("公开的地方", "where it is shown"),
    "objector": ("提出异议的人", "who objects"),
    "received_on": ("收到日期", "the day it was received"),
    "content": ("异议内容", "what is objected to"),
    "objection": ("异议编号", "the objection"),
    "outcome": ("办理结果", "the outcome"),
    "announced_on": ("公开日期", "the day it was announced"),
    "place_code": ("市、县（区）", "the city or county"),
    "listed_findings": ("对未说明问题的意见", "the signer's words on open findings"),
    "undoes": ("要撤销的决定", "the decision to undo"),
    "user": ("用户", "the user"),
    "granted_role": ("身份", "the role"),
    "granted_unit": ("单位", "the unit"),
    "person_name": ("姓名", "the person's name"),
}
"""What people call the fields of an act."""

_OTHER_LABELS = {
    ("seal", "document_no"): ("发文字号", "the number of the report"),
    ("consent", "shown_list"): ("同意的名单", "the list that is agreed to"),
    ("object", "identity_id"): ("对哪家企业", "about which enterprise"),
}
"""Where one act means something else by a field."""


def label_of(kind: str, name: str) -> tuple[str, str]:
    """What people call a field of acts of that kind."""
    return _OTHER_LABELS.get((kind, name), FIELD_LABELS[name])


OUTCOMES = {
    "upheld": ("成立", "upheld"),
    "not_upheld": ("不成立", "not upheld"),
    "withdrawn": ("撤回", "withdrawn"),
}
"""What becomes of an objection; one that is taken back stays in the register."""

CHANGES_NO_FIGURE = (
    *("grant", "revoke", "excuse"),
    *("seal", "prepare", "refuse", "consent", "open_notice", "announce"),
)
"""Acts after which every figure and state is what it was."""

REPORTED_ROUND = "annual"
"""The round that is reported in January; the seals of others ask for explained findings alone (as before issue 6)."""

ONLY_IN_JANUARY = ("prepare", "refuse", "consent", "open_notice", "object", "answer_objection", "announce")
"""Acts about the report of January: it tells the annual round, and no other is reported."""


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
    """industry, capacity (text, exact), capacity_unit, exits and enterprises of every line that is confirmed, and ``exits_sha256``,
    which tells the exits behind it; not in what was confirmed earlier."""
    plan_figure: tuple[dict[str, Any], ...] | None = None
    """The plan that a report was prepared with, as ``desk.january.plan_figure`` reads it; None in what was prepared earlier."""
    shown_list: tuple[dict[str, Any], ...] | None = None
    """The exits that a public notice shows, or a government agrees to, as ``desk.january.shown_list`` reads them."""
    document_no: str | None = None
    document_date: date | None = None
    explanation: str | None = None
    row_id: str | None = None
    """Of a change of the plan: the row of a received table it is about."""
    document_issuer: str | None = None
    opened_on: date | None = None
    closes_on: date | None = None
    """The last day of a public notice; where nobody said it, by the working days of the regime."""
    shown_at: str | None = None
    """Where a list was shown or announced."""
    objector: str | None = None
    received_on: date | None = None
    content: str | None = None
    objection: int | None = None
    """The number of the decision that registered the objection which is answered."""
    outcome: str | None = None
    """A key of ``OUTCOMES``."""
    announced_on: date | None = None
    listed_findings: str | None = None
    undoes: int | None = None
    user: str | None = None
    granted_role: str | None = None
    granted_unit: str | None = None
    person_name: str | None = None
    """What the user is called in decisions and papers; where nobody says it, as Airflow does."""


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
    """What decisions are about: a submission with its findings, two enterprises, an exit, a reporter, city or place in a
    cycle, a cycle with its report and the objections to it, a user."""

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
    if act.place_code is not None:
        return Subject("place", (*cycle, act.place_code))
    return Subject("cycle", cycle)
