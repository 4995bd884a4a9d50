"""The list of exits that a public notice shows, and what stands in today's list that it did not show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from desk.warehouse import Warehouse
from exports.amounts import write_exactly

_LIST = """
select
    told.county_code, told.industry, enterprise.enterprise, told.capacity, told.capacity_unit,
    told.equipment_count
from marts.fct_exit as told
left join marts.dim_enterprise as enterprise on told.enterprise_id = enterprise.enterprise_id
where told.regime = ? and told.round = ?
order by told.county_code, told.industry, enterprise.enterprise, told.exit_id
"""


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
