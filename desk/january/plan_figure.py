"""The plan that a report is held against, line by line as it tells it, and whether that has changed since it was prepared."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from exports.amounts import write_exactly
from exports.wording import TOTAL

PlanLine = Mapping[str, Any]
"""A place, an industry and a category: what is planned there, what of it is done, what exited outside it; amounts as text.
``planned_sha256`` tells whose planned lines these are, as one enterprise may take the place of another of the same amount."""

Ask = Callable[[str, Sequence[Any]], Iterable[PlanLine]]

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

# told as the tables wrote them: the same table sent again changes no line, though its rows have other numbers
_PLANNED_LINES = """
with written as (
    select
        link.exit_id,
        string_agg(
            claim.enterprise || '|' || coalesce(claim.equipment_text, ''), '|'
            order by claim.enterprise, claim.equipment_text
        ) as told
    from {schema}.fct_exit_claim as link
    inner join {schema}.fct_claim as claim on link.row_id = claim.row_id
    where link.is_chosen
    group by link.exit_id
)
select
    cycle.area_code, plan.city_code, plan.county_code, plan.industry, plan.capacity_unit, linked.category,
    concat_ws('|', plan.county_code, plan.industry, written.told, plan.capacity, plan.capacity_unit, linked.category) as told
from {schema}.fct_plan as plan
inner join {schema}.dim_cycle as cycle on plan.regime = cycle.regime and cycle.round = ?
left join written on plan.exit_id = written.exit_id
left join {schema}.fct_exit_category as linked on plan.exit_id = linked.exit_id
where plan.regime = ? and plan.plan_change <> 'removed'
order by told
"""


def read_plan_figure(ask: Ask, regime: str, round_key: str, schema: str = "marts") -> tuple[dict[str, Any], ...]:
    """The plan of a cycle as the marts in ``schema`` have it; ``ask`` answers a question about them."""
    figure = ask(_PLAN.format(schema=schema), [regime, round_key] * 2)
    planned = _planned_by_line(ask(_PLANNED_LINES.format(schema=schema), [round_key, regime]))
    return tuple(
        {name: write_exactly(value) if isinstance(value, Decimal) else value for name, value in line.items()}
        | {"planned_sha256": _digest(planned.get(tuple(line[name] for name in _OF_A_LINE), ()))}
        for line in figure
    )


_OF_A_LINE = ("division_code", "industry", "category", "capacity_unit")


def _planned_by_line(lines: Iterable[PlanLine]) -> dict[tuple[str | None, ...], list[str]]:
    """The planned lines as they are told, under every line of the figure that adds them up (``rpt_plan_actual``)."""
    found: dict[tuple[str | None, ...], list[str]] = defaultdict(list)
    for line in lines:
        for place in {line["area_code"], line["city_code"], line["county_code"]} - {None}:
            for head in (
                (TOTAL, TOTAL, None),
                (line["industry"], TOTAL, line["capacity_unit"]),
                (line["industry"], line["category"], line["capacity_unit"]),
            ):
                found[place, *head].append(line["told"])
    return found


def _digest(told: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def is_plan_changed(today: Iterable[PlanLine], prepared: Iterable[PlanLine]) -> bool:
    """Whether the plan is not the one a report was prepared with, as far as that one was told."""
    before = {frozenset(line.items()) for line in prepared}
    told = {name for line in before for name, _ in line}
    return {frozenset((name, value) for name, value in line.items() if name in told) for line in today} != before
