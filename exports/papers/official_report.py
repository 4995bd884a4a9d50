"""What the report of a cycle says: every sentence and table of ``report.docx``, by the names of ``exports.own.placeholders``.

Figures come from the marts (``exports.facts``), what must be said from the rulebook, what was decided from ``SignOff``; a
sentence that a plan does not ask for and nobody decided is a plain statement that there is nothing. How it is laid out
is the template's business. No plan prints the form of the report; its heads and their order are ours
(docs/decisions/0017).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from exports import facts as questions
from exports.amounts import write_exactly
from exports.facts import CycleFacts
from exports.own.document import fill_document
from exports.own.templates import Templates
from exports.own.workbook import fill_workbook
from exports.papers import clock_lists
from exports.papers.announcement import BY_INDUSTRY, IN_ALL, exits_named, held_exits
from exports.papers.materials import count_kinds, read_materials
from exports.papers.plan_in_words import NO_PLAN, has_plan, rates_of, tell_plan
from exports.papers.reporting import ANSWERED, REPORTING, first_accepted_on, standings_in_words, standings_of
from exports.papers.supplement import SUPPLEMENT_WORKBOOK
from exports.pictures.annex import HEADING, add_pictures, has_room
from exports.pictures.figures import read_pictures
from exports.sheets.marking import tell_corrected, tell_early
from exports.sign_off import WHOLE_LIST, IndustryFigure, Notice, Objection, SignOff, tell_changes
from exports.templates import ANNOUNCEMENT, REPORT
from exports.wording import DISMANTLED_ZH, DRAFT, RECONCILIATION_ZH, TOTAL, join_some
from rulebook import EXIT_TABLE, Regime, Rulebook

MOST_LISTED = 200
"""Exits that are listed in the document; a longer list has eight printed pages and more, and is looked up in the workbook."""
NO_SIGNER, NO_ADDRESSEE = "〔方案未写发文机关〕", "〔方案未写主送机关〕"
NONE = "无"
"""The only line of a table that would have none: an annex must not look as if it had been forgotten."""
NO_DATA = "尚无数据"
"""The same of a cycle in which no table counts yet: nobody has said that there is nothing."""
NEVER_DATA = "没有统计数据"
"""The same where no table will come: the cycle is sealed, or whoever owes one was excused."""
BLANK_NAME = "＿＿＿"
"""Where somebody signs whom the system does not know: written by hand."""
BLANK_DAY = "　　　年　　月　　日"


def tell_report(
    facts: CycleFacts,
    rollup: Sequence[Any],
    regime: Regime,
    round: str,
    rulebook: Rulebook,
    sign_off: SignOff,
    shows_pictures: bool = True,
) -> dict[str, Any]:
    """Every placeholder and what stands in its place; ``facts`` has its exits listed, of a year the plan's too.

    ``shows_pictures``: whether the document has room for 附图, and its annexes name it.
    """
    return _Report(facts, rollup, regime, round, rulebook, sign_off, shows_pictures).tell()


def tell_documents(
    templates: Templates,
    facts: CycleFacts,
    rollup: Sequence[Any],
    regime: Regime,
    round: str,
    rulebook: Rulebook,
    sign_off: SignOff,
) -> dict[str, bytes]:
    """The report, and the announcement where the province has a template of its own, by their names in a pack.

    Until the cycle is sealed every page says 草稿, with the day the report is due. The documents are dated like the newest
    submission.
    """
    told = tell_report(facts, rollup, regime, round, rulebook, sign_off, has_room(templates.report))
    received = [line.received_at for line in facts.ask(questions.SUBMISSIONS)]
    moment = max(received, default=datetime(regime.year, 1, 1)).replace(microsecond=0)
    mark = ""
    if not sign_off.is_sealed:
        mark = DRAFT + (f"（应于{told['上报期限']}前上报）" if told["上报期限"] else "")
    documents = {REPORT: add_pictures(fill_document(templates.report, told, mark, moment), facts)}
    if templates.announcement is not None:
        announced = told | _leave_out_held(facts, told["企业名单"])
        documents[ANNOUNCEMENT] = fill_workbook(templates.announcement, announced, DRAFT if mark else "", moment)
    return documents


def _leave_out_held(facts: CycleFacts, exits: Exits) -> dict[str, Any]:
    """What an announcement tells otherwise than the report while an objection holds exits that the marts still count."""
    held = held_exits(facts)
    if not held:
        return {}
    (total,) = facts.ask_announced(IN_ALL, held)
    return {
        "退出条数": total.exits,
        "退出企业数": total.enterprises,
        "退出产能": _amounts(facts.ask_announced(BY_INDUSTRY, held)),
        "企业名单": exits.without(held),
    }


class Exits:
    """The list of exits, read from the warehouse when it is asked for: a document may do without it."""

    def __init__(self, facts: CycleFacts, count: int, none: str, held: Collection[int] = ()) -> None:
        self._facts = facts
        self._count = count
        self._none = none
        self._held = held

    def without(self, held: Collection[int]) -> Exits:
        """The list without the exits whose numbers are ``held``; the others keep theirs."""
        return Exits(self._facts, self._count - len(held), self._none, held)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[dict[str, Any]]:
        if not self._count:
            names = "序号 地区 市 县 行业 企业名称 设备 台数 产能 产能数 单位 类别 方式 关停时间 拆除"
            yield {name: self._none if name == "企业名称" else None for name in names.split()}
        for line in self._facts.stream(questions.EXITS):
            if line.number in self._held:
                continue
            yield {
                "序号": line.number,
                "地区": self._facts.name_place(line.city, line.county),
                "市": line.city,
                "县": line.county,
                "行业": line.industry,
                "企业名称": line.enterprise,
                "设备": line.equipment,
                "台数": line.equipment_count,
                "产能": _amount(line),
                "产能数": line.capacity,
                "单位": line.capacity_unit,
                "类别": line.categories,
                "方式": line.method,
                "关停时间": line.shut_on,
                "拆除": DISMANTLED_ZH[line.is_dismantled],
            }


class _Report:
    """One report; a method tells one of its parts."""

    def __init__(
        self,
        facts: CycleFacts,
        rollup: Sequence[Any],
        regime: Regime,
        round: str,
        rulebook: Rulebook,
        sign_off: SignOff,
        shows_pictures: bool,
    ) -> None:
        self.facts = facts
        self.shows_pictures = shows_pictures
        self.regime = regime
        self.rulebook = rulebook
        self.sign_off = sign_off
        divisions = rulebook.reference.divisions
        self.area = divisions[regime.area].name
        self.whole, self.government, self.places = (
            ("全省", "省人民政府", "市") if regime.level == "province" else ("全市", "市人民政府", "县（市、区）")
        )
        self.period = f"{regime.year}年度" if round == "annual" else f"{regime.year}年上半年"
        own = [line for line in rollup if line.division_code == regime.area]
        self.total = next((line for line in own if line.industry == TOTAL), None)
        self.lines = [line for line in own if line.industry != TOTAL]
        self.industries = [line for line in self.lines if line.category == TOTAL]
        self.exits = self.total.exits if self.total else 0
        self.enterprises = self.total.enterprises if self.total else 0
        self.owed = regime.own_report(round)
        self.requires = self.owed.requires if self.owed else ()
        self.day = sign_off.document_date or facts.built_on
        self.plan = facts.ask(questions.PLAN_ACTUAL)
        self.has_plan = has_plan(self.plan)
        self.is_sealed = sign_off.is_sealed
        self.reporting = facts.ask(REPORTING)
        self.answered = [line for line in self.reporting if line.state in ANSWERED]
        owing = [line for line in self.reporting if line.due is not None]
        without_table = [line for line in owing if line.state not in ANSWERED]
        self.owing = len(owing)
        self.excused = sum(line.reporter_code in sign_off.excused for line in without_table)
        self.awaited = len(without_table) - self.excused
        self.is_final = self.is_sealed or (bool(owing) and not self.awaited)
        self.knows_there_is_none = bool(owing) and all(line.state == "nil" for line in owing)
        no_data = NEVER_DATA if self.is_final else NO_DATA
        # what a section or a table says that has nothing to tell
        self.none, self.no_exits = (NONE, "没有计入的退出。") if self.answered else (no_data, f"{no_data}。")

    def tell(self) -> dict[str, Any]:
        """Every placeholder of ``exports.own.placeholders``."""
        is_listed = self.exits <= MOST_LISTED
        table = self.rulebook.forms[EXIT_TABLE].title
        return {
            **self._heading(),
            "引言": self._opening(),
            "退出条数": self.exits,
            "退出企业数": self.enterprises,
            "退出产能": _amounts(self.industries),
            "总体情况": self._overview(),
            "分行业情况": self._by_industry(),
            "分类别情况": self._by_category(),
            "分地区情况": self._by_place(),
            "计划情况": self._against_plan(),
            "拆除情况": self._dismantling(),
            "报送情况": self._reporting(),
            "核对情况": self._reconciliation(),
            "未计入情况": self._left_out(),
            "名单情况": self._orders(),
            "公示情况": self._notice(),
            "公告情况": self._announcements(),
            "同意情况": self._consent(),
            "地区栏名": "市、县（市、区）" if self.regime.level == "province" else "县（市、区）",
            "类别注": "注：同时涉及几个淘汰类别的退出，在合计中只计一次，在所涉各类别中分别计入；不同计量单位的产能不相加。",
            "计划注": "注："
            + ("完成率＝计划内已完成产能÷计划产能，最多100%，不含计划外；没有列入计划的不适用" if self.has_plan else NO_PLAN.rstrip("。"))
            + "；不同计量单位的产能不相加。",
            "名单注": "注：“淘汰类别”是指具体在环保、能耗、质量、安全、技术标准中不达标的类别。",
            "名单在此": is_listed,
            "名单另见": "" if is_listed else f"{table}共{self.exits}条，见随附汇总工作簿（rollup.xlsx）的“企业名单”。",
            "附件": self._annexes(table),
            "行业类别表": [
                _fields("行业 类别 条数 企业数 产能 单位", line.industry, line.category, line.exits, line.enterprises,
                        line.capacity, line.capacity_unit)
                for line in [*self.lines, *([self.total] if self.total else [])]
            ] or [_fields("行业 类别 条数 企业数 产能 单位", self.none, *[None] * 5)],
            "地区表": self._places_table() or [_fields("地区 条数 企业数 产能", self.none, *[None] * 3)],
            "计划表": self._plan_table(),
            "企业名单": Exits(self.facts, self.exits, self.none),
        }  # fmt: skip

    def _heading(self) -> dict[str, Any]:
        """Who writes to whom; number, date and signature only of what is sealed."""
        signers = self.regime.joint_signers or (NO_SIGNER,)
        given = self.sign_off
        written = _day(given.document_date) if self.is_sealed and given.document_date else BLANK_DAY
        number = (given.document_no or "") if self.is_sealed else ""
        signed_by = (given.signed_by or "") if self.is_sealed else ""
        supplement = given.supplement
        pairs = [("", *signers[at : at + 2])[-2:] for at in range(0, len(signers), 2)]
        return {
            "标题": f"关于{self.area}{self.period}利用综合标准\n依法依规推动落后产能退出情况的"
            + (f"\n补充更正报告（第{supplement.number}次）" if supplement else "报告"),
            "补充次数": str(supplement.number) if supplement else "",
            "原发文字号": (supplement.document_no or "") if supplement else "",
            "原成文日期": _day(supplement.document_date) if supplement else "",
            "地区": self.area,
            "年份": str(self.regime.year),
            "期间": self.period,
            "状态": "" if self.is_sealed else DRAFT,
            "方案名称": self.regime.title,
            "方案文号": self.regime.document_no or "",
            "上报期限": _day(self.owed.due) if self.owed else "",
            "发文字号": number,
            "签发人": signed_by,
            "签发": _signers(signed_by, number, len(signers)),
            "成文日期": written,
            "主送": "、".join(self.regime.reports_to) or NO_ADDRESSEE,
            "抄送": "，".join(self.regime.copies),
            "署名单位": "、".join(signers),
            "印发机关": signers[0],
            "印发日期": f"{written}印发",
            "发文机关": [{"名称": name, "首个": number == 0} for number, name in enumerate(signers)],
            "署名": [
                _fields("左 左印章 右 右印章", left, "（印章）" if left else "", right, "（印章）")
                for left, right in pairs
            ],
        }

    def _opening(self) -> str:
        number = f"（{self.regime.document_no}）" if self.regime.document_no else ""
        agreed = f"，经{self.sign_off.consent.issuer}同意" if self.sign_off.consent else ""
        return (
            f"根据《{self.regime.title}》{number}要求{agreed}，现将{self.area}{self.period}落后产能退出情况报告如下。"
            + self._correction()
        )

    def _correction(self) -> str:
        """Which report a supplement corrects, and where what it corrects is told; nothing of a first report."""
        supplement = self.sign_off.supplement
        if supplement is None:
            return ""
        return (
            f"本报告是对{tell_corrected(supplement)}的第{supplement.number}次补充更正，与该报告不一致的，以本报告为准；"
            f"更正前后的数字和原因见附件{len(self._annexes(''))}。"
        )

    def _overview(self) -> str:
        if not self.exits:
            return self._without_exits()
        return f"{self.period}，{self.whole}退出落后产能{self.exits}条，涉及企业{self.enterprises}家。"

    def _without_exits(self) -> str:
        """That nothing exited is said where all who owe the table sent a nil return; else who has not answered."""
        if self.knows_there_is_none:
            return f"{self.period}，{self.whole}没有落后产能退出，应报单位全部零报告。"
        if not self.answered and not self.is_final:
            return f"{self.period}还没有收到可采用的统计表，落后产能退出情况尚无数据。"
        if not self.answered and self.owing == self.excused:
            excused = f"，应报送统计表的{self.owing}个单位均准予免报" if self.owing else ""
            return f"{self.period}没有收到可采用的统计表{excused}，落后产能退出情况没有统计数据。"
        told = (
            f"{self.period}，已采用的统计表中没有计入的落后产能退出"
            if self.answered
            else f"{self.period}没有收到可采用的统计表，落后产能退出情况没有统计数据"
        )
        others = [
            *([f"准予免报{self.excused}个"] if self.excused else []),
            *([f"{'有' if self.is_final else '还有'}{self.awaited}个没有可采用的统计表"] if self.awaited else []),
        ]
        return f"{told}；应报单位中{'，'.join(others)}。" if others else f"{told}。"

    def _by_industry(self) -> str:
        if not self.exits:
            return self.no_exits
        whole = Counter[str]()
        for line in self.industries:
            whole[line.industry] += line.exits
        # by the industry's exits in all its units, which follow one another
        lines = sorted(self.industries, key=lambda line: -whole[line.industry])
        told = [f"{line.industry}{line.exits}条" + (f"，{_amount(line)}" if _amount(line) else "") for line in lines]
        return f"{join_some(told, '；', '项')}。不同计量单位的产能不相加。详见附件1。"

    def _by_category(self) -> str:
        lines = self.facts.ask(questions.CATEGORIES)
        if not lines:
            return self.no_exits
        told = "；".join(f"{line.category}{line.exits}条" for line in lines)
        return f"{told}。同时涉及几个类别的退出在所涉各类别中分别计入，在合计中只计一次。"

    def _by_place(self) -> str:
        told = [f"{line['地区']}{line['条数']}条" for line in self._places_table() if line["地区"] != TOTAL]
        return f"{'；'.join(told)}。各地区分行业产能见附件2。" if told else self.no_exits

    def _places_table(self) -> list[dict[str, Any]]:
        table = []
        for place, group in groupby(self.facts.ask(questions.PLACES), key=attrgetter("place")):
            lines = list(group)
            (total,) = (line for line in lines if line.is_total)
            amounts = _amounts(line for line in lines if not line.is_total)
            table.append(_fields("地区 条数 企业数 产能", place, total.exits, total.enterprises, amounts))
        if self.total:
            amounts = _amounts(self.industries)
            table.append(_fields("地区 条数 企业数 产能", TOTAL, self.exits, self.enterprises, amounts))
        return table

    def _against_plan(self) -> str:
        told = tell_plan(self.plan, self.facts.ask(questions.PLAN_CHANGES), self.regime.year)
        return f"{told}详见附件3。" if self.has_plan else told

    def _plan_table(self) -> list[dict[str, Any]]:
        """The plan against what has exited; without a plan in force its columns are blank: a 0 would be a plan of nothing."""
        names = "行业 单位 计划条数 计划产能 实际条数 实际产能 完成率"
        table = []
        for line in self.plan:
            if line.category == TOTAL:
                planned = (line.planned_exits, line.planned_capacity) if self.has_plan else (None, None)
                actual = (line.actual_exits, line.actual_capacity)
                rate = rates_of(line)[1] if self.has_plan else None
                table.append(_fields(names, line.industry, line.capacity_unit, *planned, *actual, rate))
        return table or [_fields(names, self.none, *[None] * 6)]

    def _dismantling(self) -> str:
        (line,) = self.facts.ask(questions.DISMANTLING)
        if not line.exits:
            return self.no_exits
        sealed = sum(one.standing == "sealed" for one in self.facts.ask(questions.NOT_DISMANTLED))
        return (
            f"退出的{line.exits}条中，主体设备已拆除的{line.dismantled}条，已关停未拆除的{line.standing}条"
            f"（其中已封存{sealed}条），统计表和验收意见表没有说明是否拆除的{line.unknown}条。"
            "以上均为其中数，已计入退出，不另加减。"
        )

    def _reporting(self) -> str:
        return self._tables_sent() + self._materials_sent()

    def _tables_sent(self) -> str:
        lines = self.facts.ask(questions.OBLIGATIONS)
        if not lines:
            return "方案没有规定本期应报送统计表的单位。"
        stands = [self._standings(line) for line in lines]
        counted = Counter(word for standings in stands for word in standings)
        received = [line for line in lines if line.state in ANSWERED]
        dues = Counter(line.due for line in lines)
        due = "、".join(f"{_day(day)}前{count}个" for day, count in sorted(dues.items()))
        on_time = sum(line.is_on_time is not False for line in received)
        text = (
            f"应报送统计表的单位{len(lines)}个（{due}），实报{len(received)}个，其中按时{on_time}个、"
            f"迟报{len(received) - on_time}个，零报告{counted['nil']}个。"
        )
        missing = [
            f"{line.reporter}（{standings_in_words(standings, '，')}）"
            for line, standings in zip(lines, stands, strict=True)
            if line.state not in ANSWERED
        ]
        return text + (
            f"没有可采用的统计表的单位{len(missing)}个：{join_some(missing, '、', '个')}。"
            if missing
            else "应报的统计表已全部报送。"
        )

    def _materials_sent(self) -> str:
        """What was owed beside the table, and what of it did not come; nothing where the plan asks for none."""
        owed = read_materials(self.facts, self.sign_off.excused)
        if not owed:
            return ""
        received = [one for one in owed if one.is_in]
        on_time = sum(one.is_on_time is not False for one in received)
        missing = [
            f"{one.reporter}{one.name}（{standings_in_words(one.standings(self.facts.built_on))}）"
            for one in owed
            if not one.is_in
        ]
        return (
            f"应报其他材料{len(owed)}份（{count_kinds(owed)}），实报{len(received)}份，其中按时{on_time}份、"
            f"迟报{len(received) - on_time}份。"
        ) + (f"没有收到的材料{len(missing)}份：{join_some(missing, '、', '份')}。" if missing else "")

    def _standings(self, line: Any) -> tuple[str, ...]:
        answer = (line.state, line.due, line.is_on_time, line.is_demanded)
        is_excused = line.reporter_code in self.sign_off.excused
        return standings_of(*answer, self.facts.built_on, line.missing_parts, line.replaced_parts, is_excused)

    def _reconciliation(self) -> str:
        counts = {line.reconciliation: line.exits for line in self.facts.ask(questions.RECONCILIATION_COUNTS)}
        told = "，".join(f"{name}{counts.get(code, 0)}条" for code, name in RECONCILIATION_ZH.items())
        return f"县级与部门所报逐条核对：{told}。未裁定前以县级数为准，类别合并，仅部门报送的也计入。"

    def _left_out(self) -> str:
        """What does not count and why; what counts and is still to be explained; the signer's words on it."""
        counting = {line.reporter_code for line in self.facts.ask(questions.OBLIGATIONS) if line.submission_id}
        # of the table that is owed, and of other forms: what was rejected, by submission; what is unexplained, by reporter
        unsettled: dict[tuple[bool, str], dict[str, str]] = defaultdict(dict)
        of_plan: dict[str, None] = {}
        for line in self.facts.ask(questions.UNSETTLED):
            is_table, title = self._is_table(line.form)
            said = f"{line.reporter}{title}"
            if line.round != self.facts.round:
                of_plan[said] = None
                continue
            if line.severity == "reject":
                kept = "；此前报送的仍计入" if is_table and line.reporter_code in counting else ""
                said += f"（{self.rulebook.rules[line.rule].reason_zh}{kept}）"
            key = line.submission_id if line.severity == "reject" else said
            unsettled[is_table, line.severity].setdefault(key, said)
        for number, line in enumerate(self.facts.ask(questions.RETURNED)):
            is_table, title = self._is_table(line.form)
            unsettled[is_table, "return"][str(number)] = f"{line.reporter}{title}（{line.reason.rstrip('。')}）"
        told = []
        for group, head, counter in (
            ((True, "reject"), "审核未通过、没有计入的统计表{}份", "份"),
            ((True, "return"), "已退回、没有计入的统计表{}份", "份"),
            ((True, "explain"), "统计表已计入但有问题尚待说明的单位{}个", "个"),
            ((False, "reject"), "审核未通过的其他材料{}份", "份"),
            ((False, "return"), "已退回的其他材料{}份", "份"),
            ((False, "explain"), "有问题尚待说明的其他材料{}份", "份"),
        ):
            if names := [*unsettled[group].values()]:
                told.append(f"{head.format(len(names))}：{join_some(names, '、', counter)}。")
        if of_plan:
            told.append(f"计划轮次所报有问题尚待说明的{len(of_plan)}份：{join_some([*of_plan], '、', '份')}。")
        if not (unsettled[True, "reject"] or unsettled[True, "return"]):
            told.insert(0, "没有因审核未通过或退回而未计入的统计表。")
        held = self._held()
        counted = sorted({*exits_named(self.facts, held).values()})
        if left_out := [name for name in held if name not in counted]:
            told.append(f"异议成立或者尚未答复而没有计入的企业{len(left_out)}家：{join_some(left_out, '、', '家')}。")
        if counted:
            told.append(
                f"异议成立或者尚未答复、不应计入的企业{len(counted)}家：{join_some(counted, '、', '家')}，"
                "异议登记或者办理以后还没有重新建仓，本稿各项数字和名单仍然计入，请建仓后重新制表。"
            )
        if self.sign_off.listed_findings:
            told.append(f"签发时对尚未说明的问题说明如下：{self.sign_off.listed_findings.rstrip('。')}。")
        return "".join(told)

    def _is_table(self, form: str | None) -> tuple[bool, str]:
        """Whether a submission is the table that is owed, and the title of what else it is.

        Of what cannot be read nobody knows the form: it is taken for the table that was asked for.
        """
        is_table = form == EXIT_TABLE or form not in self.rulebook.forms
        return is_table, "" if is_table else f"《{self.rulebook.forms[form].title}》"

    def _held(self) -> list[str]:
        """Enterprises an objection keeps out of the exits: one that was upheld; where the regime holds rows, an open one."""
        holds_rows = self.regime.public_notice.objection_effect == "hold_rows"
        objections = self.sign_off.notice.objections if self.sign_off.notice else ()
        return sorted(
            {
                line.enterprise
                for line in objections
                if line.enterprise != WHOLE_LIST[0] and (line.is_upheld or (line.is_upheld is None and holds_rows))
            }
        )

    def _orders(self) -> str:
        yellow, red, overdue = (
            self.facts.ask(question) for question in (clock_lists.YELLOW, clock_lists.RED, clock_lists.OVERDUE)
        )
        if not (yellow or red or overdue):
            return "没有登记限期整改（黄牌）和依法关闭（红牌）的企业。"
        day = max(line.as_of for line in (*yellow, *red, *overdue))
        return (
            f"截至{_day(day)}，限期整改（黄牌）名单{_orders_of(yellow)}，其中逾期的{_orders_of(overdue)}；"
            f"依法关闭（红牌）名单{_orders_of(red)}。一家企业有几项标准不达标的，每项计一次。"
        )

    def _notice(self) -> str:
        notice = self.sign_off.notice
        # of a round that no report is owed for, nothing waits
        holds_report = self.owed is not None and (
            "public_notice" in self.requires or self.regime.public_notice.objection_effect == "hold_report"
        )
        if notice is None:
            if holds_report:
                return "方案要求公示无异议后上报；公示尚未登记，本报告不得上报。"
            return "" if self.is_sealed else "公示尚未登记。"
        shown = (
            f"{_day(notice.opened_on)}至{_day(notice.closes_on)}（{notice.working_days}个工作日"
            f"{f'，{_day(notice.recorded_on)}登记' if notice.recorded_on else ''}）在{notice.place}公示"
        )
        if notice.closes_on >= self.day:
            return f"{shown}，公示期未满。" + ("公示无异议后方可上报。" if holds_report else "") + _objections(notice)
        if not notice.objections:
            return f"{shown}，公示期已满，没有收到异议。"
        told = f"{shown}，公示期已满。{_objections(notice)}"
        if any(line.enterprise == WHOLE_LIST[0] and line.is_upheld for line in notice.objections):
            return f"{told}对整份名单的异议成立，改正后要重新公示。"
        # what is open against one enterprise holds that one alone where the regime holds rows
        waits = [line for line in notice.objections if line.is_upheld is None]
        if self.regime.public_notice.objection_effect == "hold_rows":
            waits = [line for line in waits if line.enterprise == WHOLE_LIST[0]]
        return f"{told}异议办结前，本报告不得上报。" if waits else told

    def _announcements(self) -> str:
        made = self.sign_off.announcements
        if not made:
            return "" if self.is_sealed else "各地公告情况尚未登记。"
        told = [
            f"{self.facts.name_division(line.division_code)}（{_day(line.announced_on)}，{line.place}）"
            for line in made
        ]
        return (
            f"已自行公告退出名单的地区{len({line.division_code for line in made})}个：{join_some(told, '、', '次')}。"
        )

    def _consent(self) -> str:
        consent = self.sign_off.consent
        if consent:
            early = tell_early(consent, first_accepted_on(self.facts.ask))
            told = f"本报告已经{consent.issuer}同意（{consent.document_no}，{_day(consent.document_date)}{early}）。"
            today = [
                IndustryFigure(line.industry, line.capacity_unit, line.exits, line.capacity) for line in self.industries
            ]
            changes = "" if consent.figure is None else tell_changes(consent.figure, today)
            return f"{told}同意之后数字有变：{changes}。" if changes else told
        if "consent" in self.requires:
            return f"方案要求经{self.government}同意后上报；同意文件尚未登记，本报告不得上报。"
        return ""

    def _annexes(self, table: str) -> list[dict[str, str]]:
        titles = (
            f"{self.area}{self.period}分行业分类别退出情况表",
            f"{self.area}{self.period}分地区退出情况表",
            f"{self.area}{self.regime.year}年目标任务完成情况表",
            f"{self.area}{self.period}{table}",
            *([HEADING] if self.shows_pictures and read_pictures(self.facts.ask, self.facts.round) else []),
            # last: it lies in the pack as a workbook of its own, the others in the document
            *([f"更正前后对照表（另附{SUPPLEMENT_WORKBOOK}）"] if self.sign_off.supplement else []),
        )
        return [
            {"说明": f"{'附件：' if number == 1 else '　　　'}{number}. {title}"}
            for number, title in enumerate(titles, start=1)
        ]


def _fields(names: str, *values: Any) -> dict[str, Any]:
    return dict(zip(names.split(), values, strict=True))


def _signers(signed_by: str, number: str, bodies: int) -> list[dict[str, str]]:
    """Who signs a report of several bodies, two a line in the order of the bodies, the number beside the last."""
    if bodies < 2:
        return []
    names = [signed_by or BLANK_NAME, *[BLANK_NAME] * (bodies - 1)]
    last = (bodies - 1) // 2 * 2
    return [
        {
            "字号": number if at == last else "",
            "题": "" if at else "签发人：",
            "左": names[at],
            "右": names[at + 1] if at + 1 < bodies else "",
        }
        for at in range(0, bodies, 2)
    ]


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _amount(line: Any) -> str:
    """Amount and unit of a line, without a blank between; nothing where no amount is known."""
    return f"{write_exactly(line.capacity)}{line.capacity_unit or ''}" if line.capacity is not None else ""


def _amounts(lines: Iterable[Any]) -> str:
    """The amounts of industries, those of each unit by itself."""
    return "；".join(f"{line.industry}{_amount(line)}" for line in lines if line.capacity is not None)


def _orders_of(lines: Sequence[Any]) -> str:
    return f"{len(lines)}项、企业{len({line.enterprise for line in lines})}家"


def _objections(notice: Notice) -> str:
    """How many objections there were, how they stand, and whom they are about."""
    lines = notice.objections
    if not lines:
        return ""
    standing = [_standing(line) for line in lines]
    # what none of them is goes unsaid only of those taken back, which are rare
    counts = "、".join(
        f"{word}{standing.count(word)}件"
        for word in (_UPHELD, _REFUTED, _WITHDRAWN, _UNANSWERED)
        if word in standing or word != _WITHDRAWN
    )
    told = "、".join(f"{line.enterprise}（{word}）" for line, word in zip(lines, standing, strict=True))
    return f"收到异议{len(lines)}件，其中{counts}：{told}。"


_UPHELD, _REFUTED, _WITHDRAWN, _UNANSWERED = "成立", "不成立", "撤回", "尚未答复"


def _standing(objection: Objection) -> str:
    if objection.is_upheld is None:
        return _UNANSWERED
    if objection.is_withdrawn:
        return _WITHDRAWN
    return _UPHELD if objection.is_upheld else _REFUTED
