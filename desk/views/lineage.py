"""From a figure down: the exits it adds up, and of each exit the claims, with the cell and the file they were sent in."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from desk.views.proofs import prove
from exports.amounts import write_exactly
from exports.facts import UNPLACED
from exports.wording import explain_choice

if TYPE_CHECKING:
    from desk.views.warehouse import Warehouse
    from rulebook import Regime

ACTUAL, PLANNED, DONE, OUTSIDE = "actual", "planned", "done", "outside"
DISMANTLED, STANDING, UNKNOWN = "dismantled", "standing", "unknown"
PARTS = {
    ACTUAL: ("退出", "exits"),
    PLANNED: ("计划", "planned"),
    DONE: ("已完成", "of the plan done"),
    OUTSIDE: ("计划外", "outside the plan"),
    DISMANTLED: ("已拆除", "dismantled"),
    STANDING: ("已关停未拆除", "shut, not dismantled"),
    UNKNOWN: ("拆除情况不明", "dismantling not known"),
}
"""The figures of a rollup by what they count; ``PLANNED`` and ``DONE`` add up lines of the plan, all others exits."""

# by what is asked of it, the lines a figure adds up, and what of each of them it counts; of the plan the lines are planned
# exits, and what decisions changed of it is in them
_LINES_OF = {
    ACTUAL: """
        select *, 1 as part_exits, capacity as part_capacity
        from (
            select * from marts.fct_exit
            union all by name
            select * from marts.fct_plan where plan_change <> 'added'
        )
        where round = $round
    """,
    PLANNED: """
        select *, 1 as part_exits, capacity as part_capacity
        from marts.fct_plan
        -- the plan round is held against nothing
        where plan_change <> 'removed' and $round <> 'plan'
    """,
    DONE: """
        select planned.*, held.met_exits as part_exits, held.met_capacity as part_capacity
        from marts.fct_plan as planned
        inner join marts.fct_plan_fulfilment as held
            on planned.exit_id = held.exit_id and held.side = 'plan' and held.round = $round
        where planned.plan_change <> 'removed' and (held.met_exits > 0 or held.met_capacity > 0)
    """,
    OUTSIDE: """
        select exits.*, held.unmet_exits as part_exits, nullif(held.unmet_capacity, 0) as part_capacity
        from marts.fct_exit as exits
        inner join marts.fct_plan_fulfilment as held
            on exits.exit_id = held.exit_id and exits.round = held.round and held.side = 'exit'
        where
            exits.round = $round and (held.unmet_exits > 0 or held.unmet_capacity > 0)
            -- held against nothing, nothing is outside it
            and exists (select 1 from marts.fct_plan where regime = $regime and plan_change <> 'removed')
    """,
    **{
        part: f"""
            select *, 1 as part_exits, capacity as part_capacity
            from marts.fct_exit
            where round = $round and is_dismantled is {state}
        """
        for part, state in ((DISMANTLED, "true"), (STANDING, "false"), (UNKNOWN, "null"))
    },
}

_COVERED = """
with covered as (
    select lines.*
    from (
        select * from ({lines})
        union all by name
        select * from marts.fct_exit where false
        union all by name
        select * from marts.fct_plan where false
    ) as lines
    where
        lines.regime = $regime
        and (
            $division in ($area, lines.city_code, lines.county_code)
            -- as the rollup places what a department reports without saying where (exports.facts.PLACES)
            or ($division = '{unplaced}' and lines.county_code is null and coalesce(lines.city_code, $area) = $area)
        )
        and (cast($industry as text) is null or lines.industry = $industry)
        and (cast($unit as text) is null or coalesce(lines.capacity_unit, '') = $unit)
        and (
            cast($category as text) is null
            or lines.exit_id in (select exit_id from marts.fct_exit_category where category = $category)
        )
)
"""

_AMOUNTS = """
select
    capacity_unit, cast(coalesce(sum(part_exits), 0) as integer) as exits, count(*) as lines,
    count(distinct enterprise_id) as enterprises,
    cast(coalesce(sum(equipment_count), 0) as integer) as equipment, sum(part_capacity) as capacity
from covered
group by grouping sets ((capacity_unit), ())
order by grouping(capacity_unit) desc, capacity_unit nulls first
"""

_EXITS = """
select
    covered.exit_id, covered.city_code, cities.division as city, covered.county_code, counties.division as county,
    covered.industry, enterprise.enterprise, covered.equipment_count, covered.capacity, covered.capacity_unit,
    covered.part_exits, covered.part_capacity, covered.plan_change, covered.decided_by,
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

# what a planned line was done by, and of an exit the planned lines that it does
_MET = """
select
    held.{own} as of_id, held.{other} as exit_id, held.met_lines, held.met_capacity, told.industry, told.capacity,
    told.capacity_unit, cities.division as city, counties.division as county, told.county_code
from marts.fct_plan_match as held
inner join marts.{mart} as told on held.{other} = told.exit_id
left join marts.dim_division as cities on told.city_code = cities.division_code
left join marts.dim_division as counties on told.county_code = counties.division_code
where held.round = $round and held.{own} in (select unnest($exits))
order by held.{own}, held.met_capacity desc nulls last, held.{other}
"""
_MET_BY = _MET.format(own="plan_id", other="exit_id", mart="fct_exit")
_MEETS = _MET.format(own="exit_id", other="plan_id", mart="fct_plan")
_HELD_AGAINST = {PLANNED: _MET_BY, DONE: _MET_BY, OUTSIDE: _MEETS}

EVERY_EXIT = 2**40


@dataclass(frozen=True, slots=True)
class Figure:
    """What a figure covers: a division of the regime in one round, and there an industry, a category, a unit, or all."""

    regime: Regime
    round: str
    division: str
    """Its code, or ``exports.facts.UNPLACED``."""
    industry: str | None = None
    category: str | None = None
    capacity_unit: str | None = None
    """Blank: the exits whose amount has none."""
    part: str = ACTUAL
    """What of it: a key of ``PARTS``."""


@dataclass(frozen=True, slots=True)
class Traced:
    """A figure, and the part of its exits that was asked for."""

    amounts: tuple[dict[str, Any], ...]
    """The whole figure, then that of each unit: ``capacity_unit exits lines enterprises equipment capacity``. The first has
    no amount but where there is one unit, as units are never added. ``lines`` add it up; they are more than its exits where of
    some only the amount is in it."""
    exits: tuple[dict[str, Any], ...]
    """Or lines of the plan. Each has what of it the figure counts (``part_exits part_capacity``), ``decided_by`` where a decision
    added it to the plan, ``categories``, ``claims``, what proves it (``desk.views.proofs.prove``) and ``held_against``: of a planned
    line the exits that did it, of an exit outside the plan the planned lines that the rest of it does, with their claims. A
    claim's ``why`` says in two languages why it was chosen or not, its ``original`` where the store keeps the file."""
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
    lines = _COVERED.format(lines=_LINES_OF[figure.part], unplaced=UNPLACED)
    total, *of_units = warehouse.query(lines + _AMOUNTS, covered)
    if len(of_units) != 1:
        total["capacity"] = None
        total["capacity_unit"] = None
    else:
        total = of_units.pop()
    found = warehouse.query(lines + _EXITS, covered | {"start": start, "most": most})
    exits = prove(warehouse, figure.regime, found)
    ids = [one["exit_id"] for one in exits]
    held_against = _held_against(warehouse, figure, ids)
    others = [one for told in held_against.values() for one in told]
    claims = _claims(warehouse, [*ids, *(one["exit_id"] for one in others)])
    categories: dict[str, list[str]] = defaultdict(list)
    for line in warehouse.query(_CATEGORIES, {"exits": ids}):
        categories[line["exit_id"]].append(line["category"])
    for one in (*exits, *others):
        if reporter := figure.regime.reporters.get(one["county_code"]):
            one["county"] = reporter.printed_name
        one["claims"] = claims.get(one["exit_id"], [])
        # called as the list of the rollup calls it: by a name that the chosen side wrote, not by another of its enterprise
        one["enterprise"] = next((claim["enterprise"] for claim in one["claims"]), one.get("enterprise"))
    for one in exits:
        one["categories"] = categories[one["exit_id"]]
        one["held_against"] = held_against.get(one["exit_id"], [])
    held = warehouse.query(_HELD, covered) if figure.part == ACTUAL else []
    return Traced((total, *of_units), tuple(exits), tuple(held))


def _held_against(warehouse: Warehouse, figure: Figure, ids: list[str]) -> dict[str, list[dict[str, Any]]]:
    """By exit or planned line what it met on the other side, the most first; nothing where the figure is not about the plan."""
    met: dict[str, list[dict[str, Any]]] = defaultdict(list)
    if figure.part in _HELD_AGAINST:
        for line in warehouse.query(_HELD_AGAINST[figure.part], {"round": figure.round, "exits": ids}):
            met[line.pop("of_id")].append(line)
    return met


def _claims(warehouse: Warehouse, ids: list[str]) -> dict[str, list[dict[str, Any]]]:
    """By exit or planned line the claims about it, the chosen side's first."""
    claims: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for claim in warehouse.query(_CLAIMS, {"exits": ids}):
        claim["why"] = explain_choice(claim["chosen_by"], claim["is_chosen"], claim["chosen_by_decision"])
        claim["original"] = f"originals/{claim['sha256']}"
        claims[claim.pop("exit_id")].append(claim)
    return claims


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return write_exactly(value)
    return value.isoformat() if hasattr(value, "isoformat") else value
