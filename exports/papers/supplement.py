"""补充更正报告: what a cycle that was sealed again reports otherwise, as the sheet that is printed and as a table."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

from exports.amounts import write_exactly
from exports.changes import (
    DISMANTLING,
    OVERDUE,
    RECONCILIATION,
    RED,
    REPORTING,
    YELLOW,
    Causes,
    Change,
    Changes,
    ExitChange,
    Figures,
    PlanChange,
    PlanFigures,
    PrintedChange,
    Source,
)
from exports.sheets.layout import Column, PrintedSheet, Styles
from exports.sheets.records import Record
from exports.wording import PLAN, RECONCILIATION_ZH, STANDINGS, UNPLACED, local_time
from rulebook import Regime, Rulebook

SUPPLEMENT_WORKBOOK = "supplement.xlsx"
SUPPLEMENT_CSV = "supplement.csv"
SUPPLEMENT_PLAN_CSV = "supplement_plan.csv"

_FIGURES = ("enterprises", "exits", "equipment", "equipment_unknown", "capacity")
_OF_A_LINE = ("division_code", "division", "industry", "category", "capacity_unit")

_STATUS_ZH = {
    "counting": "仍计入",
    "superseded": "已被新表取代",
    "returned": "已退回",
    "withdrawn": "已撤回",
    "rejected": "审核未通过",
}
_TITLE_OF_ROUND = {
    "plan": "落后产能退出计划",
    "midyear": "落后产能退出情况（年中）",
    "annual": "落后产能退出情况",
}
NO_CHANGE = "与上次封存的数字一致，没有更正。No figure differs from what was sealed before."
NO_CHANGE_OF_ROLLUP = (
    "汇总表各行与上次封存的一致；变化见本工作簿的其他表。\nNo line of the rollup differs: see the other sheets."
)
NO_CHANGE_OF_EXITS = "退出的各条与上次封存的一致。No exit differs from what was sealed before."
PRINTED_NOTE = (
    "注：报告里汇总表、目标任务完成情况表以外的数：拆除、对账、报送、黄红牌；没有新材料、新决定的，随封存的日期而变。\n"
    "What the report counts beside rollup and plan; without new files or decisions it changes with the day of the seal."
)
PLAN_NOTE = (
    "注：目标任务完成情况表中与更正前不同的每一个数；计划含动态新增、不含调出，完成率的算法见该表。更正前、后为空的，当时该行没有这个数。\n"
    "Every figure of plan and actual that is not what it was; blank where the line had none then."
)
WHOLE_NOTE = (
    "注：前、后指更正前、更正后；设备按台套计。原封存的成果保持不变，本报告与其一并保存；更正后的全部成果见本号文件夹。一条退出计入几行的（县、市、全省，合计、类别），各行都列出。\n"
    "The pack sealed before stays as it is. An exit that several lines add up is told in each of them."
)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A seal was undone (撤销封存)."""

    sequence: int
    at: datetime
    actor_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Correction:
    """A cycle that was sealed before is sealed again."""

    number: int
    """Of the supplement, from 1."""
    seal_before: int
    sealed_before: datetime
    seal: int
    sealed_at: datetime
    withdrawals: tuple[Withdrawal, ...]
    is_rulebook_other: bool
    is_program_other: bool


def write_supplement(
    folder: Path, changes: Changes, told: Correction, regime: Regime, round: str, rulebook: Rulebook
) -> tuple[str, ...]:
    """``supplement.xlsx`` and its lines as data lie in ``folder``: before, after and reason of all that differs; their names.

    ``supplement.csv`` has the lines of the rollup, ``supplement_plan.csv`` those of plan and actual; a plan is held against
    nothing and has none of these.
    """
    data = {SUPPLEMENT_CSV: _format(changes.lines, _FIGURES, told, regime, round)}
    if round != PLAN:
        data[SUPPLEMENT_PLAN_CSV] = _format(changes.plan, (*_PLAN_FIGURES,), told, regime, round)
    for name, content in data.items():
        (folder / name).write_bytes(content)
    title = f"{rulebook.reference.divisions[regime.area].name}{regime.year}年{_TITLE_OF_ROUND[round]}补充更正报告"
    number = f"第 {told.number} 号"
    with Workbook(folder / SUPPLEMENT_WORKBOOK) as workbook:
        workbook.set_properties(
            {"title": f"{title}（{number}）", "created": told.sealed_at.replace(microsecond=0, tzinfo=None)}
        )
        styles = Styles(workbook)
        footer = f"{title} · {number}"
        sheet = PrintedSheet(workbook.add_worksheet("更正"), styles, _LINE_COLUMNS, footer)
        sheet.write_title(title, f"Supplement no. {told.number} · {regime.title_en}", number)
        for label, value in _facts(told, changes):
            sheet.write_line(f"{label}：{value}", styles.sign)
        sheet.write_line(WHOLE_NOTE, styles.note)
        nothing = NO_CHANGE_OF_ROLLUP if changes.plan or changes.printed or changes.exits else NO_CHANGE
        _write_table(sheet, (_line_record(line, told) for line in changes.lines), styles, nothing)
        sheet.skip()
        sheet.write_signatures(("填报人：", "审核人：", "负责人（签字）："), "（单位盖章）　　　　　　年　　月　　日")
        exits = PrintedSheet(workbook.add_worksheet("涉及的退出"), styles, _EXIT_COLUMNS, footer)
        exits.write_title(f"{title}：涉及的退出", "The exits behind the lines that differ", number)
        _write_table(exits, map(_exit_record, changes.exits), styles, NO_CHANGE_OF_EXITS)
        if changes.plan:
            plan = PrintedSheet(workbook.add_worksheet("计划与完成"), styles, _PLAN_COLUMNS, footer)
            plan.write_title(f"{title}：计划与完成", "Plan and actual", number)
            plan.write_line(PLAN_NOTE, styles.note)
            _write_table(
                plan, (record for line in changes.plan for record in _plan_records(line, told)), styles, nothing
            )
        if changes.printed:
            printed = PrintedSheet(workbook.add_worksheet("其他数字"), styles, _PRINTED_COLUMNS, footer)
            printed.write_title(f"{title}：其他数字", "Other figures of the report", number)
            printed.write_line(PRINTED_NOTE, styles.note)
            _write_table(printed, (_printed_record(one, told) for one in changes.printed), styles, nothing)
    return SUPPLEMENT_WORKBOOK, *data


_LINE_COLUMNS = (
    Column("序号", "No.", 6, "centre"),
    Column("地区", "Place", 11),
    Column("行业", "Industry", 9),
    Column("淘汰类别", "Category", 9, "centre"),
    *(
        Column(f"{zh}（{side}）", f"{en} {when}", 9, "number")
        for zh, en in (("企业", "firms"), ("条数", "exits"), ("设备", "units"), ("产能", "capacity"))
        for side, when in (("前", "before"), ("后", "after"))
    ),
    Column("计量单位", "Unit", 9, "centre"),
    Column("原因", "Reason", 44),
)
_EXIT_COLUMNS = (
    Column("序号", "No.", 6, "centre"),
    Column("市、县（市、区）", "Place", 14),
    Column("行业", "Industry", 10),
    Column("企业", "Enterprise", 30),
    Column("更正前", "Before", 24),
    Column("更正前依据（收件号）", "Submissions before", 22),
    Column("更正后", "After", 24),
    Column("更正后依据（收件号）", "Submissions after", 22),
)
_PLAN_COLUMNS = (
    Column("序号", "No.", 6, "centre"),
    Column("地区", "Place", 14),
    Column("行业", "Industry", 12),
    Column("淘汰类别", "Category", 10, "centre"),
    Column("项目", "Figure", 18),
    Column("更正前", "Before", 14, "number"),
    Column("更正后", "After", 14, "number"),
    Column("计量单位", "Unit", 10, "centre"),
    Column("原因", "Reason", 44),
)
_PRINTED_COLUMNS = (
    Column("序号", "No.", 6, "centre"),
    Column("内容", "Part", 20),
    Column("项目", "Figure", 26),
    Column("更正前", "Before", 12, "number"),
    Column("更正后", "After", 12, "number"),
    Column("计量单位", "Unit", 10, "centre"),
    Column("原因", "Reason", 60),
)
_PARTS = {
    DISMANTLING: ("主体设备拆除", "条"),
    RECONCILIATION: ("县级与部门对账", "条"),
    REPORTING: ("统计表报送", "个"),
    YELLOW: ("黄牌名单", "份"),
    RED: ("红牌名单", "份"),
    OVERDUE: ("整改逾期名单", "份"),
}
_NAMES = {
    DISMANTLING: {"dismantled": "已拆除", "standing": "已关停未拆除", "unknown": "没有说明是否拆除"},
    RECONCILIATION: RECONCILIATION_ZH,
    REPORTING: {state: zh for state, (zh, _) in STANDINGS.items()},
}
"""What the parts of ``PrintedChange``, and what they count, are called, and what is counted."""
_PLAN_FIGURES = {
    "planned_exits": ("计划条数", "条"),
    "planned_capacity": ("计划产能", None),
    "done_exits": ("其中已完成条数", "条"),
    "done_capacity": ("其中已完成产能", None),
    "exits_percent": ("条数完成率", "%"),
    "capacity_percent": ("产能完成率", "%"),
    "actual_exits": ("实际退出条数", "条"),
    "actual_capacity": ("实际退出产能", None),
    "unplanned_exits": ("其中计划外条数", "条"),
    "unplanned_capacity": ("其中计划外产能", None),
}
"""The figures of ``PlanFigures`` as 目标任务完成情况表 heads them, and their unit; None: that of the line."""


def _facts(told: Correction, changes: Changes) -> Iterable[tuple[str, str]]:
    yield "更正前", f"第 {told.seal_before} 号决定封存（{local_time(told.sealed_before)}）"
    for one in told.withdrawals:
        yield (
            "撤销封存",
            f"第 {one.sequence} 号决定（{local_time(one.at)}，{one.actor_name}），理由：{one.reason}",
        )
    yield "更正后", f"第 {told.seal} 号决定封存（{local_time(told.sealed_at)}）"
    of_plan = f"；目标任务完成情况表 {len(changes.plan)} 行" if changes.plan else ""
    of_rest = f"；其他数字 {len(changes.printed)} 个" if changes.printed else ""
    yield "更正", f"汇总表 {len(changes.lines)} 行，涉及退出 {len(changes.exits)} 条{of_plan}{of_rest}"


def _write_table(sheet: PrintedSheet, records: Iterable[Record], styles: Styles, nothing: str) -> None:
    """The numbered records under their headings; the words ``nothing`` where there is none."""
    sheet.write_headings()
    sheet.repeat_headings()
    numbered = [(number, *record) for number, record in enumerate(records, start=1)]
    if numbered:
        sheet.write_records(numbered)
    else:
        sheet.write_line(nothing, styles.note)


def _line_record(line: Change, told: Correction) -> Record:
    before, after = (
        (None, None, None, None) if side is None else (side.enterprises, side.exits, side.equipment, side.capacity)
        for side in (line.before, line.after)
    )
    figures = (value for pair in zip(before, after, strict=True) for value in pair)
    reason = explain(line.causes, told)
    # no column of its own: it seldom changes, and a line on which nothing else does would seem to differ in nothing
    if line.before and line.after and line.before.equipment_unknown != line.after.equipment_unknown:
        reason += f"；未写明台数的由 {line.before.equipment_unknown} 条变为 {line.after.equipment_unknown} 条"
    return (line.division, line.industry, line.category, *figures, line.capacity_unit, reason)


def _plan_records(line: PlanChange, told: Correction) -> Iterable[Record]:
    """Each figure of the line that is not what it was, with the reason."""
    reason = explain(line.causes, told)
    for name, (label, unit) in _PLAN_FIGURES.items():
        before, after = (getattr(side, name, None) for side in (line.before, line.after))
        if before != after:
            of_line = (line.division, line.industry, line.category)
            yield (*of_line, label, before, after, unit or line.capacity_unit, reason)


def _printed_record(one: PrintedChange, told: Correction) -> Record:
    part, unit = _PARTS[one.part]
    name = _NAMES.get(one.part, {}).get(one.name, "文书数")
    return (part, name, one.before, one.after, unit, explain(one.causes, told))


def _exit_record(one: ExitChange) -> Record:
    place, industry, enterprise = (
        (one.after or one.before or {}).get(name) for name in ("place", "industry", "enterprise")
    )
    sides = (value for side in (one.before, one.after) for value in _told_of(side))
    return (place or UNPLACED, industry, enterprise, *sides)


def _told_of(side: Mapping[str, Any] | None) -> tuple[str, str | None]:
    """What one side tells of an exit, and the submissions it rests on."""
    if side is None:
        return "没有这条退出", None
    amount = (
        "产能未写明" if side["capacity"] is None else write_exactly(side["capacity"]) + (side["capacity_unit"] or "")
    )
    machines = "台数未写明" if side["equipment_count"] is None else f"{side['equipment_count']} 台套"
    told = [amount, machines, "、".join(side["categories"])]
    told += [f"退出方式{side['method']}"] if side["method"] else []
    told += [f"{label}{side[name]}" for name, label in (("shut_on", "关停"), ("dismantled_on", "拆除")) if side[name]]
    told += [] if side["is_dismantled"] is None else ["已拆除" if side["is_dismantled"] else "未拆除"]
    return "，".join(told), "；".join(side["submissions"])


def explain(causes: Causes | None, told: Correction) -> str:
    """Why a line differs: why the seal was undone, what came or counts no more, what was decided since."""
    causes = causes or Causes()
    parts = [f"撤销封存：{one.reason}" for one in told.withdrawals]
    parts += [f"新计入收件 {_name(one)}" for one in causes.added]
    parts += [f"收件 {_name(one)}不再是依据（{_STATUS_ZH.get(one.status or '', '已不在')}）" for one in causes.gone]
    parts += [f"第 {one.sequence} 号决定 {one.label}：{one.reason}" for one in causes.decisions]
    if causes.has_other_enterprises:
        parts.append("企业的归并有变化")
    if not (causes.added or causes.gone or causes.decisions):
        parts += ["规则库有变化"] if told.is_rulebook_other else []
        parts += ["系统程序有变化"] if told.is_program_other else []
    return "；".join(parts)


def _name(one: Source) -> str:
    return f"{one.submission_id}（{'，'.join(filter(None, (one.reporter or '单位不明', one.file)))}）"


def _format(
    lines: Iterable[Change | PlanChange], names: Sequence[str], told: Correction, regime: Regime, round: str
) -> bytes:
    """Lines as data, their figures by ``names``: UTF-8 with BOM, exact decimals, nothing where a side has no such line."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    of_figures = [f"{name}_{side}" for name in names for side in ("before", "after")]
    writer.writerow(("regime", "round", "supplement", *_OF_A_LINE, *of_figures, "reason"))
    for line in lines:
        figures = (_plain(side, name) for name in names for side in (line.before, line.after))
        of_line = (getattr(line, name) for name in _OF_A_LINE)
        writer.writerow((regime.key, round, told.number, *of_line, *figures, explain(line.causes, told)))
    return text.getvalue().encode("utf-8-sig")


def _plain(side: Figures | PlanFigures | None, name: str) -> int | str | None:
    value = getattr(side, name, None)
    return write_exactly(value) if isinstance(value, Decimal) else value
