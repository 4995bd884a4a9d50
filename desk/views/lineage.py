"""From a figure down: the exits it adds up, and of each exit the claims, with the cell and the file they were sent in."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from desk.views.proofs import prove
from exports.amounts import write_exactly
from exports.wording import explain_choice

if TYPE_CHECKING:
    from desk.views.warehouse import Warehouse
    from rulebook import Regime

_COVERED = """
with covered as (
    select exits.*
    from (
        select * from marts.fct_exit
        union all by name
        select * from marts.fct_plan where plan_change <> 'added'
    ) as exits
    where
        exits.regime = $regime and exits.round = $round
        and ($division = $area or exits.city_code = $division or exits.county_code = $division)
        and (cast($industry as text) is null or exits.industry = $industry)
        and (cast($unit as text) is null or coalesce(exits.capacity_unit, '') = $unit)
        and (
            cast($category as text) is null
            or exits.exit_id in (select exit_id from marts.fct_exit_category where category = $category)
        )
)
"""

_AMOUNTS = f"""
{_COVERED}
select
    capacity_unit, count(*) as exits, count(distinct enterprise_id) as enterprises,
    cast(coalesce(sum(equipment_count), 0) as integer) as equipment, sum(capacity) as capacity
from covered
group by grouping sets ((capacity_unit), ())
order by grouping(capacity_unit) desc, capacity_unit nulls first
"""

_EXITS = f"""
{_COVERED}
select
    covered.exit_id, covered.city_code, cities.division as city, covered.county_code, counties.division as county,
    covered.industry, enterprise.enterprise, covered.equipment_count, covered.capacity, covered.capacity_unit,
    covered.method, covered.shut_on, covered.shut_told_by, covered.dismantled_on, covered.is_dismantled,
    covered.dismantled_told_by, covered.enterprise_id, covered.acceptance_id, covered.contradicted, covered.reconciliation
from covered
left join marts.dim_enterprise as enterprise on covered.enterprise_id = enterprise.enterprise_id
left join marts.dim_division as cities on covered.city_code = cities.division_code
left join marts.dim_division as counties on covered.county_code = counties.division_code
left join marts.dim_industry as industries on covered.industry = industries.industry
order by
    covered.city_code nulls last, industries.industry_position, covered.county_code nulls last, enterprise.enterprise,
    covered.exit_id
limit $most offset $start
"""

_CATEGORIES = """
select linked.exit_id, linked.category
from marts.fct_exit_category as linked
left join marts.dim_category as words on linked.category = words.category
where linked.exit_id in (select unnest($exits))
order by words.category_position
"""

_CLAIMS = """
select
    link.exit_id, link.role, link.is_chosen, link.chosen_by, link.chosen_by_decision, link.claims_id,
    claim.row_id, claim.reporter_code, reporter.reporter, claim.submission_id, submission.file,
    submission.sha256, claim.sheet, claim.row, claim.claim_cell as cell, claim.enterprise,
    claim.equipment_text, claim.capacity_text, claim.category_text,
    coalesce(link.part_capacity, claim.capacity) as capacity, claim.capacity_unit,
    lapsed.lapsed_choice
from marts.fct_exit_claim as link
left join (
    select exit_id, max(lapsed_choice) as lapsed_choice from marts.rpt_reconciliation group by exit_id
) as lapsed on link.exit_id = lapsed.exit_id
inner join marts.fct_claim as claim on link.row_id = claim.row_id
inner join marts.fct_submission as submission on claim.submission_id = submission.submission_id
left join marts.dim_reporter as reporter
    on claim.regime = reporter.regime and claim.reporter_code = reporter.reporter_code
where link.exit_id in (select unnest($exits))
order by link.exit_id, link.is_chosen desc, claim.submission_id, claim.row
"""

# what an objection keeps out of the figure belongs to no exit: only its claim is there
_HELD = """
select
    claim.held_by, claim.row_id, claim.submission_id, claim.reporter_code, reporter.reporter, claim.sheet, claim.row,
    claim.claim_cell as cell, claim.enterprise, claim.industry, claim.capacity, claim.capacity_unit
from marts.fct_claim as claim
left join marts.dim_reporter as reporter
    on claim.regime = reporter.regime and claim.reporter_code = reporter.reporter_code
where
    claim.held_by is not null and claim.regime = $regime and claim.round = $round
    and ($division = $area or claim.city_code = $division or claim.county_code = $division)
    and (cast($industry as text) is null or claim.industry = $industry)
    and (cast($unit as text) is null or coalesce(claim.capacity_unit, '') = $unit)
    and (cast($category as text) is null or contains(coalesce(claim.category_text, ''), $category))
order by claim.held_by, claim.submission_id, claim.row
"""

EVERY_EXIT = 2**40


@dataclass(frozen=True, slots=True)
class Figure:
    """What a figure covers: a division of the regime in one round, and there an industry, a category, a unit, or all."""

    regime: Regime
    round: str
    division: str
    industry: str | None = None
    category: str | None = None
    capacity_unit: str | None = None
    """Blank: the exits whose amount has none."""


@dataclass(frozen=True, slots=True)
class Traced:
    """A figure, and the part of its exits that was asked for."""

    amounts: tuple[dict[str, Any], ...]
    """The whole figure, then that of each unit: ``capacity_unit exits enterprises equipment capacity``. The first has
    no amount but where there is one unit, as units are never added."""
    exits: tuple[dict[str, Any], ...]
    """With ``categories``, ``claims`` and what proves them (``desk.views.proofs.prove``). A claim's ``why`` says in two languages
    why it was chosen or not, its ``original`` where the store keeps the file."""
    held: tuple[dict[str, Any], ...] = ()
    """Claims that an objection to the public list keeps out of the figure, each with that objection's number."""

    def as_json(self) -> dict[str, Any]:
        """The same for programs: amounts are texts of exact digits, days ISO 8601."""
        return {"amounts": _plain(self.amounts), "exits": _plain(self.exits), "held": _plain(self.held)}


def trace(warehouse: Warehouse, figure: Figure, start: int = 0, most: int = EVERY_EXIT) -> Traced:
    """The figure and its exits from the ``start``-th on, at ``most`` that many; ``FileNotFoundError`` without a build."""
    covered = {
        "regime": figure.regime.key,
        "round": figure.round,
        "area": figure.regime.area,
        "division": figure.division,
        "industry": figure.industry,
        "category": figure.category,
        "unit": figure.capacity_unit,
    }
    total, *of_units = warehouse.query(_AMOUNTS, covered)
    if len(of_units) != 1:
        total["capacity"] = None
        total["capacity_unit"] = None
    else:
        total = of_units.pop()
    exits = prove(warehouse, figure.regime, warehouse.query(_EXITS, covered | {"start": start, "most": most}))
    for one in exits:
        if reporter := figure.regime.reporters.get(one["county_code"]):
            one["county"] = reporter.printed_name
    by_exit: dict[str, dict[str, list[Any]]] = defaultdict(lambda: {"categories": [], "claims": []})
    wanted = {"exits": [one["exit_id"] for one in exits]}
    for line in warehouse.query(_CATEGORIES, wanted):
        by_exit[line["exit_id"]]["categories"].append(line["category"])
    for claim in warehouse.query(_CLAIMS, wanted):
        exit_id = claim.pop("exit_id")
        claim["why"] = explain_choice(claim["chosen_by"], claim["is_chosen"], claim["chosen_by_decision"])
        claim["original"] = f"originals/{claim['sha256']}"
        by_exit[exit_id]["claims"].append(claim)
    held = warehouse.query(_HELD, covered)
    # called as the list of the rollup calls it: by a name that the chosen side wrote, not by another of its enterprise
    for one in exits:
        one["enterprise"] = next(
            (claim["enterprise"] for claim in by_exit[one["exit_id"]]["claims"]), one["enterprise"]
        )
    return Traced((total, *of_units), tuple(one | by_exit[one["exit_id"]] for one in exits), tuple(held))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return write_exactly(value)
    return value.isoformat() if hasattr(value, "isoformat") else value
