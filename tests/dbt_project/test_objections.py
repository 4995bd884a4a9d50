"""What was objected to while the list was shown leaves the figure as its regime has it, and the claim tells by what."""

from __future__ import annotations

import hashlib
from decimal import Decimal

import pytest

import dbt_project
from tests.dbt_project.collection import Collection

ZIYANG = "610924"
OPEN, UPHELD, NOT_UPHELD, NOBODY = (f"9161092400000000{number}X" for number in range(1, 5))


def mill(code: str, amount: str, **told: str) -> dict:
    name = f"水泥厂{amount}"
    return {
        "enterprise": name,
        "enterprise_full_key": name,
        "county_code": ZIYANG,
        "amount": amount,
        "credit_code": code,
    } | told


def object_to(cycle: Collection, code: str, outcome: str | None) -> int:
    """An objection to the enterprise of that credit code, by whose digest it is known, and its answer."""
    number = cycle.decide("object", identity_id=hashlib.md5(code.encode()).hexdigest())
    if outcome is not None:
        cycle.decide("answer_objection", objection=number, outcome=outcome)
    return number


@pytest.fixture(scope="module")
def objected(tmp_path_factory, rulebook) -> Collection:
    """ankang-2024 holds rows: four mills, one with an open objection, one upheld, one not, one with none."""
    cycle = Collection(tmp_path_factory.mktemp("objected"))
    cycle.collect(ZIYANG, mill(OPEN, "1"), mill(UPHELD, "2"), mill(NOT_UPHELD, "4"), mill(NOBODY, "8"))
    cycle.collect("610925", mill(UPHELD, "16", county_code="610925", method="转产"))
    cycle.decide("object")
    for code, outcome in ((OPEN, None), (UPHELD, "upheld"), (NOT_UPHELD, "not_upheld")):
        object_to(cycle, code, outcome)
    dbt_project.build(cycle.store.root, rulebook)
    return cycle


def test_only_what_nobody_holds_is_in_the_figure(objected, ask):
    assert ask(objected, "select capacity from marts.fct_exit order by capacity") == [(Decimal(4),), (Decimal(8),)]
    total = "select capacity from marts.rpt_rollup where division_code = '610900' and industry = '水泥' and category = '合计'"
    assert ask(objected, total) == [(Decimal(12),)]


def test_the_claim_tells_which_objection_keeps_it_out(objected, ask):
    claims = ask(objected, "select capacity, held_by from marts.fct_claim order by capacity")
    no_exit = (Decimal(16), None)
    assert claims == [(Decimal(1), 2), (Decimal(2), 3), (Decimal(4), None), (Decimal(8), None), no_exit]


def test_every_objection_is_in_force_with_its_answer(objected, ask):
    kinds = ask(objected, "select kind, objection, outcome from marts.fct_decision where is_in_force order by sequence")
    assert kinds == [
        ("object", None, None),
        ("object", None, None),
        ("object", None, None),
        ("answer_objection", 3, "upheld"),
        ("object", None, None),
        ("answer_objection", 5, "not_upheld"),
    ]
