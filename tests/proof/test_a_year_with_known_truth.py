"""Plan and actual, orders and clocks, acceptance: what the build makes of a year's workbooks against what is true of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

import dbt_project
import expectations
import ingestion
from desk.decisions.acts import Actor, Draft
from desk.decisions.log import Decisions
from rulebook import Rulebook, load
from store import Store
from tests.proof.year_of_a_city import CITY, COUNTIES, DAY, REGIME, Year, invent_year, write_records, write_tables

SEED = 11
STEWARD = Actor("wang", "王某", "steward", CITY)


@dataclass(frozen=True)
class Proven:
    """One store, asked before and after the acceptance records came."""

    year: Year
    warehouse: Path
    standing: tuple[list[tuple], list[tuple]]


@pytest.fixture(scope="module")
def proven(tmp_path_factory) -> Proven:
    folder, rulebook, year = tmp_path_factory.mktemp("year"), load(), invent_year(SEED)
    store = Store(folder / "store")
    for round, inbox in write_tables(folder / "tables", year, rulebook).items():
        _take_in(store, inbox, round, rulebook)
    dbt_project.build(store.root, rulebook, as_of=DAY)
    warehouse = Path(store.location("warehouse.duckdb"))
    _change_plan(store, rulebook, year, warehouse)
    dbt_project.build(store.root, rulebook, as_of=DAY)
    before = _what_stands(warehouse)
    _take_in(store, write_records(folder / "records", year, rulebook), "annual", rulebook)
    dbt_project.build(store.root, rulebook, as_of=DAY)
    return Proven(year, warehouse, (before, _what_stands(warehouse)))


def _take_in(store: Store, inbox: Path, round: str, rulebook: Rulebook) -> None:
    for batch in ingestion.receive(store, inbox, REGIME, round, rulebook):
        ingestion.read_batch(store, batch, rulebook)
        expectations.judge_batch(store, batch, rulebook)


def _ask(warehouse: Path, query: str) -> list[tuple]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(query).fetchall()


def _change_plan(store: Store, rulebook: Rulebook, year: Year, warehouse: Path) -> None:
    decisions = Decisions(store, rulebook)
    rows = {
        (round, name): row
        for row, round, name in _ask(warehouse, "select row_id, round, enterprise from marts.fct_claim")
    }
    consent = {
        "document_no": "安政函〔2024〕9号",
        "document_date": date(2024, 12, 1),
        "document_issuer": "安康市人民政府",
    }
    for one in year.exits:
        if one.change:
            row = rows["annual" if one.change == "add_to_plan" else "plan", one.name]
            about = consent if one.change == "add_to_plan" else {}
            draft = Draft(kind=one.change, reason="已核实", regime=REGIME, round="annual", row_id=row, **about)
            decisions.record(draft, STEWARD, None)


def _what_stands(warehouse: Path) -> list[tuple]:
    return _ask(
        warehouse,
        """
        select county_code, capacity_unit, count(*), sum(capacity) from marts.rpt_not_dismantled
        where round = 'annual' group by 1, 2 order by 1, 2
        """,
    )


def test_every_table_counts(proven: Proven):
    """All that was written is read, and nothing of it is rejected."""
    statuses = _ask(proven.warehouse, "select status, count(*) from marts.fct_submission group by 1")
    records = len({one.county for one in proven.year.exits if one.verdict})
    departments = len({order.department for order in proven.year.orders})
    assert statuses == [("counting", 2 * len(COUNTIES) + departments + records)]


def test_completion_is_of_the_plan_in_force_and_what_is_outside_it_fills_nothing_up(proven: Proven):
    """Of each county and the city, by industry, amounts and exits: planned, exited, outside the plan, and both rates."""
    units = {"水泥": "万吨", "砖瓦": "万块标砖"}
    sums: dict[tuple, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 6)
    for one in proven.year.exits:
        actual = one.actual or Decimal(0)
        amounts = [
            one.in_plan if one.is_in_plan else 0,
            actual,
            0 if one.is_in_plan else actual,
            int(one.is_in_plan),
            int(one.actual is not None),
            int(one.actual is not None and not one.is_in_plan),
        ]
        for place in (one.county, CITY):
            key = (place, one.industry, units[one.industry])
            sums[key] = [total + amount for total, amount in zip(sums[key], amounts, strict=True)]
    expected = {
        key: (
            *amounts,
            _percent(amounts[1], amounts[0]),
            _percent(amounts[1] - amounts[2], amounts[0]),
        )
        for key, amounts in sums.items()
        if any(amounts)
    }
    told = _ask(
        proven.warehouse,
        """
        select
            division_code, industry, capacity_unit, coalesce(planned_capacity, 0), coalesce(actual_capacity, 0),
            coalesce(unplanned_capacity, 0), planned_exits, actual_exits, unplanned_exits,
            completion_percent, planned_completion_percent
        from marts.rpt_plan_actual
        where
            round = 'annual' and category = '合计' and industry != '合计'
            and (planned_exits > 0 or actual_exits > 0)
        """,
    )
    assert {line[:3]: line[3:] for line in told} == expected
    assert sum(one.change == "add_to_plan" for one in proven.year.exits) > 1
    assert sum(one.change == "remove_from_plan" for one in proven.year.exits) > 1


def _percent(part: Decimal, whole: Decimal) -> Decimal | None:
    return (100 * part / whole).quantize(Decimal("0.0001")) if whole else None


def test_every_order_is_due_on_its_day_and_in_its_state(proven: Proven):
    """Month ends and leap years, extensions that hold and that do not, closures, and terms the plan does not state."""
    told = _ask(proven.warehouse, "select enterprise, due, state from marts.fct_rectification")
    expected = {(order.name, order.due, order.state) for order in proven.year.orders}
    assert set(told) == expected
    assert len(told) == len(expected)


def test_the_overdue_are_those_of_the_truth(proven: Proven):
    told = _ask(proven.warehouse, "select enterprise from marts.rpt_overdue")
    assert sorted(name for (name,) in told) == sorted(
        order.name for order in proven.year.orders if order.state == "overdue"
    )


def test_who_is_red_listed_and_among_no_exits_is_asked_for(proven: Proven):
    told = _ask(proven.warehouse, "select value from marts.fct_finding where rule = 'X06'")
    closed = {order.name for order in proven.year.orders if order.state == "closed"}
    assert {name for (name,) in told} == proven.year.red_listed_without_exit | closed
    assert len(told) == len({name for (name,) in told})


@pytest.mark.parametrize("accepted", [False, True], ids=["before the records", "after them"])
def test_what_stands_is_what_was_not_dismantled(proven: Proven, accepted: bool):
    """A record that one level alone agrees to takes nothing off."""
    units = {"水泥": "万吨", "砖瓦": "万块标砖"}
    sums: dict[tuple, list[Decimal]] = defaultdict(lambda: [0, Decimal(0)])
    for one in proven.year.exits:
        if one.stands(accepted):
            line = sums[one.county, units[one.industry]]
            line[0] += 1
            line[1] += one.actual
    assert proven.standing[accepted] == [(*key, *line) for key, line in sorted(sums.items())]
    verdicts = {one.verdict for one in proven.year.exits if one.stands(False)}
    assert verdicts >= {(True, True), (True, False), (False, True), None}
