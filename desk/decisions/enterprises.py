"""What the warehouse knows of what acts about enterprises and exits speak of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desk.views.warehouse import Warehouse

# an order or a record makes an enterprise known too, without any claim
_IDENTITIES = """
select
    written.identity_id, min(written.enterprise_id) as enterprise_id, max(written.credit_code) as credit_code,
    coalesce(arg_min(claim.enterprise, claim.row_id), min(known.enterprise)) as enterprise,
    coalesce(min(claim.city_code), min(known.city_code)) as city_code
from marts.dim_enterprise_name as written
inner join marts.dim_enterprise as known on written.enterprise_id = known.enterprise_id
left join marts.fct_claim as claim on written.written_id = claim.written_id
where written.identity_id in (select unnest(?))
group by written.identity_id
"""

# a name to which a code came since is still spoken of by decisions
_TAKEN_FOR_THE_SAME = """
with known as (
    select identity_id as told_id, enterprise_id from marts.dim_enterprise_name
    union
    select name_id as told_id, enterprise_id from marts.dim_enterprise_name where credit_code is null
)
select distinct told_id
from known
where enterprise_id in (select enterprise_id from known where told_id in (select unnest(?)))
"""

_REPORTED = """
select
    claim.regime, claim.round, count(distinct claim.enterprise_id) as enterprises,
    count(distinct written.identity_id) as identities
from marts.fct_claim as claim
inner join marts.dim_enterprise_name as written on claim.written_id = written.written_id
where written.identity_id in (select unnest(?))
group by claim.regime, claim.round
"""

_EXIT = """
select
    claim.reporter_code, count(distinct coalesce(claim.capacity_unit, '')) as units,
    min(exit.industry) as industry, coalesce(min(known.enterprise), min(claim.enterprise)) as enterprise,
    min(written.identity_id) as identity_id,
    min(exit.city_code) as city_code, min(coalesce(exit.county_code, exit.city_code)) as place_code
from marts.fct_exit_claim as link
inner join marts.fct_claim as claim on link.row_id = claim.row_id
inner join marts.dim_enterprise_name as written on claim.written_id = written.written_id
inner join (
    select exit_id, city_code, county_code, industry, enterprise_id from marts.fct_exit
    union all
    select exit_id, city_code, county_code, industry, enterprise_id from marts.fct_plan
) as exit on link.exit_id = exit.exit_id
left join marts.dim_enterprise as known on exit.enterprise_id = known.enterprise_id
where link.claims_id = ? and claim.regime = ? and claim.round = ?
group by claim.reporter_code
order by claim.reporter_code
"""

_WITHIN_ITS_PLAN = """
select asked.row_id
from marts.fct_claim as asked
where
    asked.row_id = ?
    and exists (
        select 1 from marts.fct_plan as plan
        where plan.regime = asked.regime and plan.enterprise_id = asked.enterprise_id and plan.plan_change = 'planned'
    )
    -- what a decision added is beyond the plan as it was sent
    and not exists (
        select 1 from marts.fct_plan as plan
        where plan.regime = asked.regime and plan.enterprise_id = asked.enterprise_id and plan.plan_change = 'added'
    )
    and not exists (
        select 1
        from marts.fct_exit as exits
        inner join marts.fct_plan_fulfilment as held on exits.exit_id = held.exit_id and held.side = 'exit'
        where
            exits.regime = asked.regime and exits.enterprise_id = asked.enterprise_id
            and (held.unmet_exits > 0 or held.unmet_capacity > 0)
    )
"""

_BEYOND_ITS_PLAN = """
select distinct claim.row_id
from marts.fct_claim as claim
inner join marts.fct_exit_claim as link on claim.row_id = link.row_id
inner join marts.fct_plan_fulfilment as held on link.exit_id = held.exit_id and held.side = 'exit'
inner join marts.fct_plan as plan on claim.regime = plan.regime and claim.enterprise_id = plan.enterprise_id
where
    claim.submission_id = ? and plan.plan_change = 'planned'
    and (held.unmet_exits > 0 or held.unmet_capacity > 0)
"""

_ROWS_OF_THE_SAME = """
select asked.row_id as asked_row_id, other.row_id
from marts.fct_claim as asked
inner join marts.fct_claim as other on asked.regime = other.regime and asked.enterprise_id = other.enterprise_id
where asked.row_id in (select unnest(?))
"""


_LISTED = """
select
    min(written.identity_id) as identity_id, known.enterprise, min(place.division) as place
from marts.fct_claim as claim
inner join marts.dim_enterprise_name as written on claim.written_id = written.written_id
inner join marts.dim_enterprise as known on claim.enterprise_id = known.enterprise_id
left join marts.dim_division as place on coalesce(claim.county_code, claim.city_code) = place.division_code
where claim.regime = ? and claim.round = ?
group by known.enterprise_id, known.enterprise
order by known.enterprise, 1
"""


@dataclass(frozen=True, slots=True)
class Listed:
    """An enterprise that somebody's table of a cycle names."""

    identity_id: str
    enterprise: str | None
    place: str | None

    @property
    def in_words(self) -> str:
        """Its name with its county, as people choose it."""
        return f"{self.enterprise or self.identity_id}（{self.place}）" if self.place else self.enterprise or ""


@dataclass(frozen=True, slots=True)
class Identity:
    """What exact means make one enterprise, and the enterprise it is taken for."""

    identity_id: str
    enterprise_id: str
    credit_code: str | None
    enterprise: str | None
    city_code: str | None


@dataclass(frozen=True, slots=True)
class Reported:
    """How many of some identities a cycle reports, and of how many enterprises they were by the last build."""

    regime: str
    round: str
    enterprises: int
    identities: int


@dataclass(frozen=True, slots=True)
class ExitSide:
    """One reporter's claims of an exit that several speak of."""

    reporter_code: str
    units: int
    """In how many units it speaks of the exit."""
    industry: str | None
    """The exit's, which may be another word than this reporter's."""
    enterprise: str | None
    identity_id: str
    city_code: str | None
    place_code: str | None


def read_listed(warehouse: Warehouse, regime: str, round_key: str) -> list[Listed]:
    """The enterprises that the tables of a cycle name, by name: what an objection can be about; none before a build."""
    if not warehouse.exists:
        return []
    return [Listed(**line) for line in warehouse.query(_LISTED, [regime, round_key])]


def read_identities(warehouse: Warehouse, identity_ids: list[str]) -> dict[str, Identity]:
    """Those of the identities that the warehouse knows, by id."""
    lines = warehouse.query(_IDENTITIES, [identity_ids]) if warehouse.exists else []
    return {line["identity_id"]: Identity(**line) for line in lines}


def read_group(warehouse: Warehouse, pairs: Iterable[tuple[str, str]], identity_ids: Iterable[str]) -> set[str]:
    """``identity_ids`` and all that the last build, or one of ``pairs`` of identities, makes one enterprise with them."""
    joined = [set(pair) for pair in pairs]
    group, grown = set[str](), set(identity_ids)
    while grown != group:
        group = grown
        known = warehouse.query(_TAKEN_FOR_THE_SAME, [sorted(group)]) if warehouse.exists else []
        grown = group.union((line["told_id"] for line in known), *(pair for pair in joined if pair & group))
    return group


def read_reported(warehouse: Warehouse, identity_ids: Iterable[str]) -> list[Reported]:
    """The cycles in which one of the identities is reported."""
    lines = warehouse.query(_REPORTED, [sorted(identity_ids)]) if warehouse.exists else []
    return [Reported(**line) for line in lines]


def is_within_its_plan(warehouse: Warehouse, row_id: str) -> bool:
    """Whether the tables of the plan name the row's enterprise, and nothing that it exits goes beyond what they planned.

    False where the warehouse does not know the row.
    """
    return warehouse.exists and bool(warehouse.query(_WITHIN_ITS_PLAN, [row_id]))


def read_rows_beyond_their_plan(warehouse: Warehouse, submission_id: str) -> set[str]:
    """The rows of a submission that tell of more, or of something else, than their enterprise planned to exit."""
    lines = warehouse.query(_BEYOND_ITS_PLAN, [submission_id]) if warehouse.exists else []
    return {line["row_id"] for line in lines}


def read_rows_of_the_same(warehouse: Warehouse, row_ids: Iterable[str]) -> dict[str, set[str]]:
    """For each row those of its regime that name the same enterprise, itself included."""
    rows = {row_id: {row_id} for row_id in row_ids}
    for line in warehouse.query(_ROWS_OF_THE_SAME, [sorted(rows)]) if warehouse.exists and rows else []:
        rows[line["asked_row_id"]].add(line["row_id"])
    return rows


def read_exit_sides(warehouse: Warehouse, claims_id: str, regime: str, round_key: str) -> list[ExitSide]:
    """Who speaks of the exit that is said to be ``claims_id``; none where no exit is any more."""
    lines = warehouse.query(_EXIT, [claims_id, regime, round_key]) if warehouse.exists else []
    return [ExitSide(**line) for line in lines]
