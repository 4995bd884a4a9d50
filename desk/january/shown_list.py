"""The list of exits that a public notice shows, or a government agrees to, and how today's list differs from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date
from decimal import Decimal
from typing import Any

from desk.views.warehouse import Warehouse
from exports.amounts import write_exactly
from exports.sign_off import IndustryFigure
from rulebook import EXIT_TABLE, LOCAL_TIME

_LIST = """
select
    told.county_code, told.industry, enterprise.enterprise, told.capacity, told.capacity_unit,
    told.equipment_count
from marts.fct_exit as told
left join marts.dim_enterprise as enterprise on told.enterprise_id = enterprise.enterprise_id
where told.regime = ? and told.round = ?
order by told.county_code, told.industry, enterprise.enterprise, told.exit_id
"""

_FIRST_ACCEPTED = """
select min(received_at) as received_at
from marts.fct_submission
where regime = ? and round = ? and form = ? and status in ('counting', 'superseded', 'returned')
"""


def first_day_of_list(warehouse: Warehouse, regime: str, round_key: str) -> date | None:
    """The day in Asia/Shanghai on which the first accepted table of a cycle came: before it there was no list.

    None where nothing was built or accepted.
    """
    found = warehouse.query(_FIRST_ACCEPTED, [regime, round_key, EXIT_TABLE]) if warehouse.exists else []
    moment = found[0]["received_at"] if found else None
    return moment and moment.replace(tzinfo=UTC).astimezone(LOCAL_TIME).date()


def figure_of(shown: Iterable[Mapping[str, Any]]) -> tuple[IndustryFigure, ...]:
    """What a list comes to, by industry and unit."""
    exits: Counter[tuple[str, str | None]] = Counter()
    capacity: dict[tuple[str, str | None], Decimal] = {}
    for line in shown:
        key = (line["industry"], line["capacity_unit"])
        exits[key] += 1
        if line["capacity"] is not None:
            capacity[key] = capacity.get(key, Decimal(0)) + Decimal(line["capacity"])
    return tuple(IndustryFigure(*key, count, capacity.get(key)) for key, count in exits.items())


def read_list(warehouse: Warehouse, regime: str, round_key: str) -> tuple[dict[str, Any], ...]:
    """The exits of a cycle by the last build, their amounts as exact text; none where nothing was built or nothing exited."""
    lines = warehouse.query(_LIST, [regime, round_key]) if warehouse.exists else []
    return tuple(
        line | {"capacity": None if line["capacity"] is None else write_exactly(line["capacity"])} for line in lines
    )


def not_shown(today: Iterable[Mapping[str, Any]], shown: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What stands in today's list and not, or not so, in the one that was shown; what has left it since is not asked."""
    left = Counter(_as_shown(line) for line in shown)
    found = []
    for line in today:
        key = _as_shown(line)
        if left[key]:
            left[key] -= 1
        else:
            found.append(line)
    return found


def _as_shown(line: Mapping[str, Any]) -> tuple[Any, ...]:
    """What people see of an exit: the id of its enterprise may change with a code that comes later."""
    return tuple(
        line[name] for name in ("county_code", "industry", "enterprise", "capacity", "capacity_unit", "equipment_count")
    )
