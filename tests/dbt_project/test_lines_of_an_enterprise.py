"""Which lines of one enterprise are one exit where several reporters tell them, and which come on top."""

from __future__ import annotations

import pytest

import dbt_project
from tests.dbt_project.collection import Collection

ZIYANG, REFORM, ENVIRONMENT = "610924", "610900-fgw", "610900-sthj"
SMALL, LARGE, THIRD = 2.2, 2.6, 3.0


def line(amount: str, size: float) -> dict:
    mill = {"name": "水泥磨", "spec_value": size, "spec_unit": "m", "quantity": 1, "quantity_unit": "台"}
    return {
        **{"amount": amount, "capacity_unit": "万吨", "capacity_text": f"{amount}万吨"},
        **{"equipment": [mill], "equipment_text": f"Φ{size}m水泥磨1台"},
    }


# what the county, the reform commission and the environment bureau tell of each enterprise
TOLD = {
    "旁证": (
        [line("40", SMALL)],
        [line("60", LARGE)],
        [line("40", SMALL), line("60", LARGE)],
    ),
    "两行旁证": (
        [line("40", SMALL), line("60", LARGE)],
        [line("70", THIRD)],
        [line("40", SMALL), line("60", LARGE), line("70", THIRD)],
    ),
    "无旁证": (
        [line("40", SMALL)],
        [line("60", LARGE)],
        [line("40", SMALL)],
    ),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory, rulebook) -> Collection:
    cycle = Collection(tmp_path_factory.mktemp("lines"))
    for reporter, rows_of in zip((ZIYANG, REFORM, ENVIRONMENT), zip(*TOLD.values(), strict=True), strict=True):
        cycle.collect(
            reporter,
            *(
                {"enterprise": f"{name}水泥厂", "county_code": ZIYANG} | row
                for name, rows in zip(TOLD, rows_of, strict=True)
                for row in rows
            ),
        )
    dbt_project.build(cycle.store.root, rulebook)
    return cycle


def exits(ask, told: Collection, name: str) -> list[tuple]:
    """The amount of each of the enterprise's exits, in order, and what reconciliation says of it."""
    return ask(
        told,
        f"""
        select distinct cast(exits.capacity as integer) as capacity, exits.reconciliation
        from marts.fct_exit as exits
        inner join marts.fct_exit_claim as link using (exit_id)
        inner join marts.fct_claim as claim using (row_id)
        where claim.enterprise = '{name}水泥厂'
        order by capacity
        """,
    )


def test_a_line_beside_the_countys_that_two_departments_tell_comes_on_top_though_one_names_only_that(told, ask):
    assert exits(ask, told, "旁证") == [(40, "both"), (60, "department_only")]
    assert exits(ask, told, "两行旁证") == [(40, "both"), (60, "both"), (70, "department_only")]


def test_a_line_that_only_one_department_tells_by_itself_may_be_the_countys_in_other_words(told, ask):
    assert exits(ask, told, "无旁证") == [(40, "figures_differ")]
