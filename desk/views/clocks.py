"""The clocks of orders to rectify as the desk shows them: by state, city and category, as the last build read them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from desk.views.warehouse import Warehouse
from exports.wording import ORDER_STATES
from rulebook import Regime, Rulebook

_HAS_CLOCKS = (
    "select count(*) > 0 as has_them from duckdb_tables()"
    " where schema_name = 'marts' and table_name = 'fct_rectification'"
)

# the orders of the regime, and of earlier years of its place what is not settled; cities null: all of them
_IN_VIEW = """
with in_view as (
    select * from marts.fct_rectification
    where
        (
            regime = $regime
            or (list_contains($earlier, regime) and is_latest and state in ('open', 'overdue', 'closing'))
        )
        and ($cities is null or list_contains($cities, city_code))
        and ($category is null or category = $category)
)
"""

_COUNTS = f"""
{_IN_VIEW}
select state, count(*) as orders
from in_view
group by state
"""

_ORDERS = f"""
{_IN_VIEW}
select in_view.*, reporter.reporter, city.division as city, county.division as county
from in_view
left join marts.dim_reporter as reporter
    on in_view.regime = reporter.regime and in_view.reporter_code = reporter.reporter_code
left join marts.dim_division as city on in_view.city_code = city.division_code
left join marts.dim_division as county on in_view.county_code = county.division_code
where $state is null or in_view.state = $state
order by
    list_position($states, in_view.state), in_view.due nulls last, in_view.city_code nulls last,
    in_view.county_code nulls last, in_view.enterprise, in_view.rectification_id
limit $most offset $start
"""

STATES = ("overdue", "open", "closing", "closed", "exited", "passed")
"""In the order of the page: what presses first."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """A page of orders, and how many there are in every state."""

    counts: dict[str, int]
    """By state, in the order of ``STATES``; states nothing is in are 0."""
    orders: list[dict[str, Any]]
    """Lines of ``fct_rectification`` with the names of reporter, city and county, and ``sheet_no``."""


def has_clocks(warehouse: Warehouse) -> bool:
    """Whether the warehouse was built by models that know the clocks."""
    return warehouse.exists and warehouse.query(_HAS_CLOCKS)[0]["has_them"]


def read_clocks(
    warehouse: Warehouse,
    rulebook: Rulebook,
    regime: Regime,
    cities: Collection[str] | None,
    state: str | None,
    category: str | None,
    start: int,
    most: int,
) -> Clocks:
    """The orders of ``cities`` (None: all) in ``state`` and of ``category`` (None: all), ``most`` from ``start`` on."""
    if not has_clocks(warehouse):
        return Clocks(dict.fromkeys(STATES, 0), [])
    asked: Mapping[str, Any] = {
        "regime": regime.key,
        "earlier": earlier_regimes(rulebook, regime),
        "cities": None if cities is None else sorted(cities),
        "category": category,
    }
    counted = {line["state"]: line["orders"] for line in warehouse.query(_COUNTS, asked)}
    orders = warehouse.query(_ORDERS, {**asked, "state": state, "states": list(STATES), "start": start, "most": most})
    return Clocks(
        {name: counted.get(name, 0) for name in STATES},
        [order | {"sheet_no": sheet_of(order["rectification_id"])} for order in orders],
    )


def earlier_regimes(rulebook: Rulebook, regime: Regime) -> list[str]:
    """The regimes of earlier years of the same place."""
    return [one.key for one in rulebook.regimes.values() if one.area == regime.area and one.year < regime.year]


def sheet_of(row_id: str) -> int:
    """The number of the sheet a row stands in."""
    return int(row_id.rsplit(":", 2)[1])


def state_in_words(order: Mapping[str, Any]) -> tuple[str, str]:
    """Where an order stands, with its days: Chinese, English."""
    zh, en = ORDER_STATES[order["state"]]
    if order["days_overdue"] is not None:
        return f"{zh} {order['days_overdue']} 天", f"{en} by {order['days_overdue']} days"
    if order["days_left"] is not None:
        return f"{zh}，还有 {order['days_left']} 天", f"{en}, {order['days_left']} days left"
    return zh, en
