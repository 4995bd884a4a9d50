"""The plan held against what has exited as the official report says it: its sentence and its rates of completion.

Document, workbook and the desk's forms for signing take them from here, so that who signs reads what will be sent. Lines are
those of ``exports.facts.PLAN_ACTUAL`` and ``PLAN_CHANGES``; what is done and what is outside is told by
docs/decisions/0021.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from exports.amounts import write_exactly
from exports.wording import NO_RATE, TOTAL, join_some

NO_PLAN = "本年度没有采用的计划表，不作对比。"

Rate = Decimal | str | None
"""In per cent; ``NO_RATE`` where nothing was planned; None of amounts in several units, or without one."""


def has_plan(lines: Sequence[Any]) -> bool:
    """Whether a plan is in force: without one nothing is held against it, and a 0 would be a plan of nothing."""
    return any(line.is_total and line.category == TOTAL and line.planned_exits for line in lines)


def rates_of(line: Any) -> tuple[Rate, Rate]:
    """Of exits and of capacity what is done of the planned, of a year with a plan; what is outside the plan has no part."""
    exits = line.exits_percent if line.planned_exits else NO_RATE
    if not line.capacity_unit:
        return exits, None
    return exits, line.capacity_percent if line.planned_capacity else NO_RATE


def tell_plan(lines: Sequence[Any], changes: Sequence[Any], year: int) -> str:
    """计划情况: planned, done and rate, in all and by industry, what exited outside the plan, and how the plan changed."""
    if not has_plan(lines):
        return NO_PLAN
    totals = [line for line in lines if line.category == TOTAL]
    whole = next(line for line in totals if line.is_total)
    text = (
        f"{year}年计划退出{whole.planned_exits}条，已完成{whole.done_exits}条，"
        f"按条数完成率{write_exactly(whole.exits_percent)}%；"
        f"实际退出{whole.actual_exits}条，其中计划外{whole.unplanned_exits}条。"
    )
    told = [
        f"{line.industry}计划{write_exactly(line.planned_capacity)}{line.capacity_unit}，"
        f"已完成{write_exactly(line.done_capacity)}{line.capacity_unit}，"
        f"完成率{write_exactly(line.capacity_percent)}%"
        + (
            f"，另有计划外{write_exactly(line.unplanned_capacity)}{line.capacity_unit}"
            if line.unplanned_capacity
            else ""
        )
        for line in totals
        if line.planned_capacity and line.capacity_percent is not None
    ]
    if told:
        text += f"按产能：{join_some(told, '；', '个行业')}。"
    if changes:
        added, removed = sum(line.added_exits for line in changes), sum(line.removed_exits for line in changes)
        text += f"年内动态新增{added}条，调出{removed}条，均已计入计划数。"
    return text
