"""A department's word of industry around several of another side's: which of its rows speaks of which exit."""

from __future__ import annotations

from datetime import date

import pytest

import dbt_project
from tests.dbt_project.collection import Collection

ZIYANG, REFORM, ENVIRONMENT = "610924", "610900-fgw", "610900-sthj"
TODAY = date(2025, 1, 10)

FURNACE, CONVERTER = (100, "立方米", "高炉"), (20, "吨", "转炉")


def machine(size: float | None, unit: str | None, name: str, written: str = "") -> dict:
    """One machine as understood and as written."""
    understood = {"name": name, "spec_value": size, "spec_unit": unit, "quantity": 1, "quantity_unit": "座"}
    return {"equipment": [understood], "equipment_text": written or f"{size or ''}{unit or ''}{name}1座"}


def said(enterprise: str, industry: str, amount: str | None, *of_machine) -> dict:
    equipment = machine(*of_machine) if of_machine else {"equipment": None, "equipment_text": None}
    return {
        **{"enterprise": enterprise, "industry": industry, "amount": amount, "capacity_unit": "万吨"},
        **{"county_code": ZIYANG, "capacity_text": f"{amount}万吨"},
        **equipment,
    }


COUNTY = [
    said("同量", "炼铁", "20", *FURNACE),
    said("同量", "炼钢", "20", *CONVERTER),
    said("不同量", "炼铁", "20", *FURNACE),
    said("不同量", "炼钢", "30", *CONVERTER),
    said("一部分", "炼铁", "10", *FURNACE),
    said("一部分", "炼钢", "20", *CONVERTER),
    said("合计不同", "炼铁", "10", *FURNACE),
    said("合计不同", "炼钢", "20", *CONVERTER),
    said("两行各半", "炼铁", "10"),
    said("两行各半", "炼钢", "20"),
    said("另一座炉", "炼铁", "10", *FURNACE),
    said("另一座炉", "炼钢", "20", *CONVERTER),
    said("另写一个", "炼铁", "10", *FURNACE),
    said("另写一个", "炼钢", "20", *CONVERTER),
    said("先写两台", "炼铁", "10", *FURNACE),
    said("先写两台", "炼钢", "20", *CONVERTER),
    said("总分相符", "炼铁", "1.2", None, None, "电炉"),
    said("总分相符", "炼铁", "0.8", None, None, "电炉", "2号电炉1座"),
    said("对调", "炼铁", "40", *FURNACE),
    said("对调", "炼铁", "60", *CONVERTER),
]
REFORMS = [
    said("同量", "钢铁", "20", *CONVERTER),
    said("同量", "钢铁", "20", *FURNACE),
    said("不同量", "钢铁", "20", *FURNACE),
    said("不同量", "钢铁", "31", *CONVERTER),
    said("一部分", "钢铁", "10", *FURNACE),
    said("合计不同", "钢铁", "31"),
    said("两行各半", "钢铁", "15"),
    said("两行各半", "钢铁", "15"),
    said("另一座炉", "钢铁", "50", 30, "吨", "电炉"),
    said("另写一个", "炼铁", "10", *FURNACE),
    said("另写一个", "钢铁", "21"),
    said("先写两台", "钢铁", "31")
    | {
        "equipment": machine(*FURNACE)["equipment"] + machine(None, None, "转炉")["equipment"],
        "equipment_text": "两座",
    },
    said("总分相符", "钢铁", "2", None, None, "电炉", "电炉2座"),
    said("对调", "炼铁", "60", *FURNACE),
    said("对调", "炼铁", "40", *CONVERTER),
    said("只有部门", "钢铁", "30"),
    said("部门偏", "钢铁", "20", *FURNACE),
]
ENVIRONMENTS = [
    said("只有部门", "炼铁", "10", *FURNACE),
    said("只有部门", "炼钢", "20", *CONVERTER),
    said("部门偏", "炼铁", "20", *FURNACE),
    said("部门偏", "炼钢", "30", *CONVERTER),
]


@pytest.fixture(scope="module")
def told(tmp_path_factory, rulebook) -> Collection:
    """One county and two departments, built once."""
    cycle = Collection(tmp_path_factory.mktemp("words"))
    for reporter, rows in ((ZIYANG, COUNTY), (REFORM, REFORMS), (ENVIRONMENT, ENVIRONMENTS)):
        cells = [{"enterprise_cell": f"D{row}", "capacity_cell": f"F{row}"} for row in range(5, 5 + len(rows))]
        cycle.collect(reporter, *(row | cell for row, cell in zip(rows, cells, strict=True)))
    dbt_project.build(cycle.store.root, rulebook, as_of=TODAY)
    return cycle


@pytest.mark.parametrize(
    ("enterprise", "exits"),
    [
        ("同量", [("炼钢", 20, "both", 20), ("炼铁", 20, "both", 20)]),
        ("不同量", [("炼钢", 30, "figures_differ", 31), ("炼铁", 20, "both", 20)]),
        ("一部分", [("炼钢", 20, "county_only", None), ("炼铁", 10, "both", 10)]),
        ("合计不同", [("炼钢", 20, "figures_differ", 21), ("炼铁", 10, "both", 10)]),
        ("两行各半", [("炼钢", 20, "both", 20), ("炼铁", 10, "both", 10)]),
        (
            "另一座炉",
            [("炼钢", 20, "county_only", None), ("炼铁", 10, "county_only", None), ("钢铁", 50, "department_only", 50)],
        ),
        ("另写一个", [("炼钢", 20, "figures_differ", 21), ("炼铁", 10, "both", 10)]),
        ("先写两台", [("炼钢", 20, "figures_differ", 21), ("炼铁", 10, "both", 10)]),
        ("总分相符", [("炼铁", 2, "both", 2)]),
        ("对调", [("炼铁", 40, "figures_differ", 60), ("炼铁", 60, "figures_differ", 40)]),
        ("只有部门", [("炼钢", 20, "department_only", 20), ("炼铁", 10, "department_only", 10)]),
        ("部门偏", [("炼钢", 30, "department_only", None), ("炼铁", 20, "department_only", 20)]),
    ],
)
def test_rows_go_to_the_line_of_their_machine_then_of_their_amount_then_share_what_is_left(
    told, ask, enterprise, exits
):
    """By exit: industry, amount, what the sides make of it, and what the department of the broad word says of it."""
    found = ask(
        told,
        f"""
        select exits.industry, exits.capacity, exits.reconciliation, sum(line.claimed_capacity)
        from marts.fct_exit as exits
        inner join marts.dim_enterprise as known using (enterprise_id)
        left join marts.rpt_reconciliation as line on exits.exit_id = line.exit_id and line.reporter_code = '{REFORM}'
        where known.enterprise = '{enterprise}'
        group by exits.exit_id, exits.industry, exits.capacity, exits.reconciliation
        order by exits.industry, exits.capacity
        """,
    )
    plain = [(word, float(amount), said_of, claimed and float(claimed)) for word, amount, said_of, claimed in found]
    assert plain == exits


def test_only_what_nothing_joins_is_asked_whether_it_is_one_exit(told, ask):
    asked = ask(told, "select distinct value from marts.fct_finding where rule = 'X01'")
    assert asked == [("另一座炉",)]


def test_a_departments_own_word_is_named_where_the_figures_are_compared(told, ask):
    words = ask(
        told,
        """
        select industry, claimed_industries, reporter_code from marts.rpt_reconciliation
        where enterprise = '合计不同' order by industry, reporter_code
        """,
    )
    assert words == [
        ("炼钢", "钢铁", REFORM),
        ("炼钢", None, ZIYANG),
        ("炼铁", "钢铁", REFORM),
        ("炼铁", None, ZIYANG),
    ]
    (evidence,) = ask(
        told,
        f"""
        select evidence from marts.fct_finding
        where rule = 'X04' and value = '20万吨' and reporter_code = '{ZIYANG}' and contains(evidence, '合计不同')
        """,
    )
    # a row that speaks of several exits: what of it is in this one, beside what it says in all
    assert "合计不同，钢铁，产能“31万吨”，读作 31 万吨，其中计入这一项的 21 万吨" in evidence[0]
    (evidence,) = ask(
        told,
        f"""
        select evidence, evidence_en from marts.fct_finding
        where rule = 'X04' and value = '31万吨' and reporter_code = '{REFORM}' and contains(evidence, '合计不同')
        """,
    )
    assert evidence[0].endswith("产能“20万吨”，读作 20 万吨，您这一行计入这一项的是 21 万吨")
    assert evidence[1].endswith("read as 20 万吨, and of your row 21 万吨")
