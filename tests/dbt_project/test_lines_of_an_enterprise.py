"""Which lines of one enterprise are one exit where several reporters tell them, and which come on top."""

from __future__ import annotations

import pytest

import dbt_project
from tests.dbt_project.collection import Collection

ZIYANG, REFORM, ENVIRONMENT = "610924", "610900-fgw", "610900-sthj"
SMALL, LARGE, THIRD = 2.2, 2.6, 3.0
LIME = {"industry": "石灰", "industry_code": "C3012"}
MATERIALS = {"industry": "建材", "industry_code": "C30"}


def line(amount: str, size: float, number: str = "") -> dict:
    mill = {"name": "水泥磨", "spec_value": size, "spec_unit": "m", "quantity": 1, "quantity_unit": "台"}
    return {
        **{"amount": amount, "capacity_unit": "万吨", "capacity_text": f"{amount}万吨"},
        **{"equipment": [mill], "equipment_text": f"{number}Φ{size}m水泥磨1台"},
    }


def sharing(size: float) -> dict:
    """A line whose amount is merged with that of the one above it."""
    return line("0", size) | {"capacity": None, "capacity_text": None}


def numbered(amount: str, number: str) -> dict:
    return line(amount, SMALL) | {"equipment": None, "equipment_text": number}


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
    "编号": (
        [line("40", SMALL, "1号")],
        [line("40", SMALL, "一号"), line("60", SMALL, "二号")],
        [],
    ),
    "十以上": (
        [line("40", SMALL, "十二#"), line("50", SMALL, "二十号")],
        [line("40", SMALL, "12号"), line("50", SMALL, "２０号"), line("60", SMALL, "十号")],
        [],
    ),
    "分期": (
        [numbered("40", "一期")],
        [numbered("40", "1期"), numbered("60", "2期")],
        [],
    ),
    "合填": (
        [line("100", SMALL), sharing(LARGE)],
        [line("40", SMALL), line("60", LARGE)],
        [],
    ),
    "合填不同": (
        [line("100", SMALL), sharing(LARGE), line("70", THIRD)],
        [line("40", SMALL), line("50", LARGE), line("70", THIRD)],
        [],
    ),
    "另写建材": (
        [line("28", SMALL), line("9", LARGE), numbered("38", "石灰窑1座") | LIME],
        [line("28", SMALL) | MATERIALS, line("9", LARGE), numbered("38", "石灰窑1座") | MATERIALS],
        [numbered("75", "生产设备3台") | MATERIALS],
    ),
    "合填未完": (
        [line("60", SMALL)],
        [],
        [],
    ),
    "合填一行": (
        [line("60", SMALL), sharing(LARGE)],
        [line("60", SMALL) | {"equipment": None, "equipment_text": "水泥磨2台"}],
        [],
    ),
}
PLANNED = {
    "合填": [line("100", SMALL), sharing(LARGE)],
    "合填一行": [line("60", SMALL), sharing(LARGE)],
    "合填未完": [line("150", SMALL), sharing(LARGE)],
}
BEFORE = {
    "编号": line("40", SMALL, "三号"),
    "十以上": line("40", SMALL, "二十号"),
    "分期": numbered("40", "1期"),
    "两行旁证": line("40", SMALL, "二期"),
    "旁证": line("40", SMALL),
}


def named(name: str, row: dict) -> dict:
    return {"enterprise": f"{name}水泥厂", "county_code": ZIYANG} | row


@pytest.fixture(scope="module")
def told(tmp_path_factory, rulebook) -> Collection:
    cycle = Collection(tmp_path_factory.mktemp("lines"))
    before = {"regime": "shaanxi-2018"}
    cycle.collect(ZIYANG, *(named(name, row) | before for name, row in BEFORE.items()), **before)
    cycle.collect(ZIYANG, *(named(name, row) for name, rows in PLANNED.items() for row in rows), round="plan")
    for reporter, rows_of in zip((ZIYANG, REFORM, ENVIRONMENT), zip(*TOLD.values(), strict=True), strict=True):
        cycle.collect(
            reporter,
            *(named(name, row) for name, rows in zip(TOLD, rows_of, strict=True) for row in rows),
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
        where claim.enterprise = '{name}水泥厂' and exits.regime = 'ankang-2024' and exits.round = 'annual'
        order by capacity
        """,
    )


def asked(ask, told: Collection, rule: str) -> list[str]:
    """Of which enterprises the county is asked by the rule, once for each row."""
    names = ask(
        told,
        f"""
        select claim.enterprise
        from marts.fct_finding as finding
        inner join marts.fct_claim as claim using (row_id)
        where finding.rule = '{rule}' and finding.reporter_code = '{ZIYANG}'
        """,
    )
    return sorted(name for (name,) in names)


def test_a_line_beside_the_countys_that_two_departments_tell_comes_on_top_though_one_names_only_that(told, ask):
    assert exits(ask, told, "旁证") == [(40, "both"), (60, "department_only")]
    assert exits(ask, told, "两行旁证") == [(40, "both"), (60, "both"), (70, "department_only")]


def test_a_line_that_only_one_department_tells_by_itself_may_be_the_countys_in_other_words(told, ask):
    assert exits(ask, told, "无旁证") == [(40, "figures_differ")]


def test_numbers_of_lines_are_the_same_in_chinese_and_in_arabic(told, ask):
    assert exits(ask, told, "编号") == [(40, "both"), (60, "department_only")]
    assert exits(ask, told, "十以上") == [(40, "both"), (50, "both"), (60, "department_only")]
    assert exits(ask, told, "分期") == [(40, "both"), (60, "department_only")]


def test_an_exit_of_an_earlier_year_is_asked_about_unless_its_line_has_another_number(told, ask):
    assert asked(ask, told, "X02") == ["分期水泥厂", "十以上水泥厂", "旁证水泥厂"]


def test_an_amount_said_of_several_lines_is_held_against_their_sum(told, ask):
    assert exits(ask, told, "合填") == [(100, "both")]
    assert exits(ask, told, "合填不同") == [(70, "both"), (100, "figures_differ")]
    assert [name for name in asked(ask, told, "X04") if name.startswith("合填")] == ["合填不同水泥厂"]


def test_planned_lines_that_share_an_amount_are_done_with_all_of_it(told, ask):
    done = ask(
        told,
        """
        select claim.enterprise, list(fulfilment.met_exits order by claim.row)
        from marts.fct_plan_fulfilment as fulfilment
        inner join marts.fct_exit_claim as link using (exit_id)
        inner join marts.fct_claim as claim using (row_id)
        where fulfilment.side = 'plan' and fulfilment.round = 'annual'
        group by claim.enterprise
        """,
    )
    assert dict(done) == {"合填水泥厂": [1, 1], "合填一行水泥厂": [1, 1], "合填未完水泥厂": [1, 0]}


def test_a_line_under_a_broader_word_is_asked_about_though_the_department_tells_another_line_of_the_same_exit(
    told, ask
):
    assert exits(ask, told, "另写建材") == [(28, "department_only"), (37, "figures_differ"), (38, "both")]
    assert asked(ask, told, "X01") == ["另写建材水泥厂"]
