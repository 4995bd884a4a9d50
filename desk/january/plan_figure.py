"""The plan that a report is held against, line by line as it tells it, and whether that has changed since it was prepared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from exports.amounts import write_exactly

PlanLine = Mapping[str, Any]
"""A place, an industry and a category: what is planned there, what of it is done, what exited outside it; amounts as text."""

# nothing where no plan is in force: what exited is held against nothing then
_PLAN = """
select
    division_code, industry, category, capacity_unit, planned_exits, planned_capacity, added_exits, removed_exits,
    done_exits, done_capacity, unplanned_exits, unplanned_capacity
from {schema}.rpt_plan_actual
where
    regime = ? and round = ?
    and (planned_exits <> 0 or added_exits <> 0 or removed_exits <> 0 or unplanned_exits <> 0 or unplanned_capacity <> 0)
    and exists (
        select 1 from {schema}.rpt_plan_actual as planned
        where planned.regime = ? and planned.round = ? and planned.planned_exits > 0
    )
order by division_position, industry_position, industry, capacity_unit, category_position
"""


def read_plan_figure(
    ask: Callable[[str, Sequence[Any]], Iterable[PlanLine]], regime: str, round_key: str, schema: str = "marts"
) -> tuple[dict[str, Any], ...]:
    """The plan of a cycle as the marts in ``schema`` have it; ``ask`` answers a question about them."""
    lines = ask(_PLAN.format(schema=schema), [regime, round_key] * 2)
    return tuple(
        {name: write_exactly(value) if isinstance(value, Decimal) else value for name, value in line.items()}
        for line in lines
    )


def is_plan_changed(today: Iterable[PlanLine], prepared: Iterable[PlanLine]) -> bool:
    """Whether the plan is not the one a report was prepared with."""
    return {frozenset(line.items()) for line in today} != {frozenset(line.items()) for line in prepared}
