"""The words of answers and packs for what the store keeps as codes and moments: Chinese first, English beside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from rulebook import EXIT_TABLE, LOCAL_TIME, ROUND_NAMES


@dataclass(frozen=True)
class Severity:
    """How one severity is called."""

    label: str
    label_en: str


SEVERITIES = {
    "reject": Severity("必须修改", "must be corrected"),
    "explain": Severity("需要说明", "needs an explanation"),
    "note": Severity("提示", "for information"),
}
"""The severities of a finding, gravest first."""

VERDICTS = {
    "rejected": ("未通过，请修改", "Rejected, please correct"),
    "accepted": ("已接收", "Accepted"),
}

DOCUMENT_KINDS = {
    "plan_report": ("计划报告", "plan report"),
    "summary": ("总结材料", "summary"),
    "evidence": ("佐证材料", "evidence"),
    "publication_state": ("公示公告情况", "state of publication"),
}
"""The documents beside the table that are told apart by their names (Obligation.what)."""

DELIVERABLES = {
    EXIT_TABLE: ("统计表", "exit table"),
    "work_plan": ("工作方案", "work plan"),
    "enterprise_list": ("企业名单", "list of enterprises"),
    **DOCUMENT_KINDS,
}
"""What reporters owe (Obligation.what)."""

ROUND_ZH = {key: names["zh"] for key, names in ROUND_NAMES.items()}
ROUND_EN = {key: names["en"] for key, names in ROUND_NAMES.items()}
DRAFT = "草稿"
SEALED = "已封存"
NO_RATE = "不适用"
"""In the place of a rate where nothing was planned: 0 % would say that nothing was done."""


def printed_rate(percent: str) -> str:
    """A rate of completion, in SQL, as papers print it: to two places, and never rounded up to 100."""
    return f"cast(case when {percent} < 100 then least({percent}, 99.99) else {percent} end as decimal(18, 2))"


TOTAL = "合计"
UNPLACED = "未写明地区"
"""What papers call the place of what names none."""
ROLE_ZH = {"county": "县级", "department": "部门"}
STANDINGS = {
    "received": ("按时报送", "in time"),
    "nil": ("零报告", "nil return"),
    "late": ("迟报", "late"),
    "unasked": ("主动报送", "sent unasked"),
    "demanded": ("重报中", "to be sent again"),
    "rejected": ("审核未通过", "rejected"),
    "returned": ("已退回", "returned"),
    "missing": ("逾期未报", "overdue"),
    "excused": ("准予免报", "excused"),
    "open": ("未到期", "not due yet"),
    "partial": ("合并前单位未报齐", "a county of that year missing"),
    "replaced": ("合并前单位另有报送", "a county of that year sent its own"),
}
"""Where a reporter stands on a day (``exports.papers.reporting.standings_of``); the one vocabulary of screens and sheets."""

RECONCILIATION_ZH = {
    "county_only": "仅县级报送",
    "department_only": "仅部门报送",
    "both": "县级部门一致",
    "figures_differ": "县级部门不一致",
}
_CHOICES = {
    ("only_side", True): ("仅此一方报送", "no other side reports it"),
    ("county", True): ("县级数为准", "the county's figure stands"),
    ("county", False): ("县级已报送，部门数供核对", "the county reports it: the department's is compared"),
    ("smallest", True): ("仅部门报送，取各部门中最小的数", "only departments report it: the smallest of their figures"),
    ("smallest", False): ("另一部门所报的数更小", "another department's figure is smaller"),
}


def with_city(name: str, city: str | None, area: str | None) -> str:
    """``name`` of a county or a reporter with its ``city`` before it, in a paper about more than that city (``area``).

    A province has several 市中区. What is called by its city (济南高新技术产业开发区) is told as it is.
    """
    if not city or city in (area, name) or (name.startswith(city[:-1]) and len(name) > len(city)):
        return name
    return f"{city}{name}"


MOST_NAMED = 20
"""Names in a sentence; of more the first are named, and how many they are."""


def join_some(told: Sequence[str], between: str, counter: str) -> str:
    """What is told, joined; of too many the first, and how many they are."""
    if len(told) <= MOST_NAMED:
        return between.join(told)
    return f"{between.join(told[:MOST_NAMED])}等{len(told)}{counter}"


def explain_choice(chosen_by: str, is_chosen: bool, decision: int | None) -> tuple[str, str]:
    """Why a claim of an exit counts, or not (domain, section 4; ``int_exit_matched``)."""
    if decision is not None:
        said = ("采信此方", "this side was chosen") if is_chosen else ("采信另一方", "the other side was chosen")
        return f"第 {decision} 号决定{said[0]}", f"{said[1]} by decision {decision}"
    return _CHOICES[chosen_by, is_chosen]


def explain_lapsed_choice(decision: int) -> tuple[str, str]:
    """That the choice of a side no longer holds, as what was chosen from is not what is reported now."""
    return (
        f"第 {decision} 号决定（采信一方）已失效：所依据的数字有变化，请重新判定",
        f"decision {decision} holds no more: the figures it was made of changed; please decide again",
    )


def note_of_side(industries: str | None, lapsed_choice: int | None) -> str | None:
    """What 对账 says beside a side's figure: under which words of industry it reports the exit, and that a choice lapsed."""
    notes = [f"行业写作“{industries}”"] if industries else []
    if lapsed_choice is not None:
        notes.append(explain_lapsed_choice(lapsed_choice)[0])
    return "；".join(notes) or None


def explain_hold(objection: int) -> tuple[str, str]:
    """That an objection to the public list keeps a row out of the figure (``int_exit_counted``)."""
    return (
        f"第 {objection} 号异议没有办结或已成立，不计入",
        f"objection {objection} is open or upheld: it does not count",
    )


ORDER_STATES = {
    "open": ("整改中", "to be rectified"),
    "overdue": ("逾期未整改", "overdue"),
    "passed": ("已达标", "met the standard"),
    "closing": ("待关闭", "to be closed"),
    "closed": ("已关闭", "closed"),
    "exited": ("企业已退出", "the enterprise has exited"),
}
"""Where an order of the yellow or red list stands (``fct_rectification.state``)."""

STANDING_ZH = {"standing": "未拆除", "sealed": "已封存未拆除", "unknown": "不明"}
TOLD_BY_ZH = {"claim": "统计表", "acceptance": "验收意见表"}
DISMANTLED_ZH = {True: "是", False: "否", None: "不明"}

PLAN = "plan"
"""The round that everything of the year is held against; nothing of it has exited yet."""


@dataclass(frozen=True)
class ExitWords:
    """What is called by what it is in one round: what has exited, or what is planned to."""

    exit: str
    """退出 in all that the round counts: 退出条数, 退出产能."""
    papers: str
    """What the papers of the round are about."""
    shut_on: tuple[str, str]
    dismantling: Mapping[bool | None, str]
    """The words for how far dismantling has come, in their order; none where nothing can be dismantled yet."""
    planned_en: str = ""

    def en(self, told: str) -> str:
        """English words that begin with what is counted: "Exits by county", of a plan "Planned exits by county"."""
        if not self.planned_en:
            return told
        planned = self.planned_en.capitalize() if told[0].isupper() else self.planned_en
        return f"{planned} {told[0].lower()}{told[1:]}"


_WORDS_OF_EXITS = ExitWords("退出", "退出情况", ("关停时间", "Shut on"), DISMANTLED_ZH)
_WORDS_OF_A_PLAN = ExitWords("计划退出", "退出计划", ("计划关停时间", "To be shut on"), {}, "planned")


def words_of(round: str) -> ExitWords:
    """The words for what ``round`` counts: of the plan's they never say that anything has exited."""
    return _WORDS_OF_A_PLAN if round == PLAN else _WORDS_OF_EXITS


def local_time(moment: datetime) -> str:
    """``moment`` as people in China read it: to the minute, Asia/Shanghai; one without a zone is UTC."""
    known = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return f"{known.astimezone(LOCAL_TIME):%Y-%m-%d %H:%M}"
