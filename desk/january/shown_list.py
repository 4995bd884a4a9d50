"""The list of exits that a public notice shows, or a government agrees to, and how today's list differs from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from desk.views.warehouse import Warehouse
from exports.amounts import write_exactly
from exports.papers.reporting import FIRST_ACCEPTED
from exports.sign_off import IndustryFigure
from rulebook import EXIT_TABLE, LOCAL_TIME

if TYPE_CHECKING:
    from desk.decisions.log import Decision

_LIST = """
with categories as (
    select exit_id, string_agg(category, '、' order by category) as categories
    from marts.fct_exit_category
    group by exit_id
),

written as (
    select link.exit_id, string_agg(claim.equipment_text, '；' order by claim.equipment_text) as equipment
    from marts.fct_exit_claim as link
    inner join marts.fct_claim as claim on link.row_id = claim.row_id
    where link.is_chosen
    group by link.exit_id
)

select
    told.county_code, told.industry, enterprise.enterprise, told.capacity, told.capacity_unit,
    told.equipment_count, written.equipment, categories.categories, told.method
from marts.fct_exit as told
left join marts.dim_enterprise as enterprise on told.enterprise_id = enterprise.enterprise_id
left join categories on told.exit_id = categories.exit_id
left join written on told.exit_id = written.exit_id
where told.regime = ? and told.round = ?
order by told.county_code, told.industry, enterprise.enterprise, told.exit_id
"""

_AWAITED = """
select count(*) as reporters
from marts.fct_obligation
where
    regime = ? and round = ? and what = ? and state not in ('received', 'late', 'nil')
    and reporter_code not in (select unnest(?))
"""


def first_day_of_list(warehouse: Warehouse, regime: str, round_key: str) -> date | None:
    """The day in Asia/Shanghai on which the first accepted table of a cycle came: before it there was no list.

    None where nothing was built or accepted.
    """
    cycle = {"regime": regime, "round": round_key, "form": EXIT_TABLE}
    found = warehouse.query(FIRST_ACCEPTED, cycle) if warehouse.exists else []
    moment = found[0]["received_at"] if found else None
    return moment and moment.astimezone(LOCAL_TIME).date()


def early_in_words(consent: Decision, first: date | None) -> tuple[str, str]:
    """What stands behind the day of a consent that is before ``first_day_of_list``, Chinese and English; else nothing."""
    if first is None or consent.document_date is None or consent.document_date >= first:
        return "", ""
    return (
        f"，早于第一份通过审核的统计表收到之日 {first}",
        f", before the first accepted table came on {first}",
    )


def calls_for_a_new_notice(answer: Decision, in_force: Iterable[Decision]) -> bool:
    """Whether an answer upholds an objection to the whole list: corrected, it is shown from that day on or later."""
    return answer.outcome == "upheld" and any(
        one.kind == "object" and one.sequence == answer.objection and one.identity_id is None for one in in_force
    )


def count_awaited(warehouse: Warehouse, regime: str, round_key: str, excused: Collection[str]) -> int:
    """How many who owe the exit table of a cycle have none that counts, and are not among the ``excused``.

    As long as there is one, an empty list says nothing of the cycle; 0 where nothing was built.
    """
    if not warehouse.exists:
        return 0
    (found,) = warehouse.query(_AWAITED, [regime, round_key, EXIT_TABLE, sorted(excused)])
    return found["reporters"]


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
    """What stands in today's list and not, or not so, in the one that was shown; what has left it since is not asked.

    Nor is what lists did not keep yet when it was shown.
    """
    kept = tuple(shown)
    names = [name for name in _AS_SHOWN if not kept or name in kept[0]]
    left = Counter(_values(line, names) for line in kept)
    found = []
    for line in today:
        key = _values(line, names)
        if left[key]:
            left[key] -= 1
        else:
            found.append(line)
    return found


_AS_SHOWN = (
    *("county_code", "industry", "enterprise", "capacity", "capacity_unit", "equipment_count"),
    *("equipment", "categories", "method"),
)
"""What people see of an exit: the id of its enterprise may change with a code that comes later."""


def _values(line: Mapping[str, Any], names: Iterable[str]) -> tuple[Any, ...]:
    return tuple(line[name] for name in names)
