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
from tests.proof.year_of_a_city import (
    CITY,
    DAY,
    NOTHING,
    REGIME,
    Line,
    Met,
    Year,
    invent_year,
    write_records,
    write_tables,
)

SEED = 11
FIGURES = ("planned", "done", "actual", "unplanned")
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
    for one in year.lines:
        if one.change:
            row = rows[one.round, one.name]
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
    tables = len({(line.round, line.county) for line in proven.year.lines})
    assert statuses == [("counting", tables + departments + records)]


@pytest.mark.parametrize("round", ["midyear", "annual"])
def test_what_is_planned_done_and_outside_the_plan_is_what_the_truth_says(proven: Proven, round: str):
    """Of each county and the city, by industry and unit: lines and amounts, and of the plan in force both rates."""
    sums: dict[tuple, dict[str, Met]] = defaultdict(lambda: dict.fromkeys(FIGURES, NOTHING))

    def count(line: Line, figure: str, met: Met) -> None:
        for place in (line.county, CITY):
            figures = sums[place, line.industry, line.unit]
            figures[figure] = (figures[figure][0] + met[0], figures[figure][1] + met[1])

    for line in proven.year.lines:
        whole, met = (1, line.amount), line.met.get(round, NOTHING)
        if line.is_planned:
            count(line, "planned", whole)
            count(line, "done", met)
        if line.round == round:
            count(line, "actual", whole)
            count(line, "unplanned", (1 - met[0], line.amount - met[1]))
    expected = {
        key: (
            *(figures[figure] for figure in FIGURES),
            _percent(figures["done"][0], figures["planned"][0]),
            _percent(figures["done"][1], figures["planned"][1]),
        )
        for key, figures in sums.items()
    }
    told = _ask(
        proven.warehouse,
        f"""
        select
            division_code, industry, capacity_unit,
            {", ".join(f"({figure}_exits, coalesce({figure}_capacity, 0))" for figure in FIGURES)},
            exits_completion_percent, completion_percent
        from marts.rpt_plan_actual
        where
            round = '{round}' and category = '合计' and industry != '合计'
            and (planned_exits > 0 or actual_exits > 0)
        """,
    )
    assert {line[:3]: line[3:] for line in told} == expected
    changes = [line.change for line in proven.year.lines]
    assert changes.count("add_to_plan") > 1 and changes.count("remove_from_plan") > 1


@pytest.mark.parametrize("round", ["midyear", "annual"])
def test_of_every_line_it_is_told_how_much_of_it_is_done_or_within_the_plan(proven: Proven, round: str):
    told = _ask(
        proven.warehouse,
        f"""
        select
            fulfilment.side, claim.enterprise, claim.industry, claim.equipment_text, claim.capacity,
            met_exits, coalesce(met_capacity, 0)
        from marts.fct_plan_fulfilment as fulfilment
        inner join marts.fct_exit_claim as link on fulfilment.exit_id = link.exit_id and link.is_chosen
        inner join marts.fct_claim as claim on link.row_id = claim.row_id
        where fulfilment.round = '{round}'
        """,
    )
    expected = [
        (side, line.name, line.industry, line.equipment, line.amount, *line.met.get(round, NOTHING))
        for line in proven.year.lines
        for side, is_told in (("plan", line.is_planned), ("exit", line.round == round))
        if is_told
    ]
    assert sorted(told) == sorted(expected)


def _percent(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    return (100 * Decimal(part) / whole).quantize(Decimal("0.0001")) if whole else None


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
