"""Which names are one enterprise, which claims are one exit, and what decisions change of both."""

from __future__ import annotations

import hashlib
from decimal import Decimal

import pytest

import dbt_project
from tests.dbt_project.collection import Collection

ZIYANG, HANYIN, HANBIN, ZONE = "610924", "610921", "610902", "610900-q01"
REFORM, ENVIRONMENT = "610900-fgw", "610900-sthj"
CODE, OTHER_CODE = "91610924000000001X", "91610924000000002X"


def kiln(doors: int) -> dict:
    """Equipment as understood and as written: brick kilns of so many doors."""
    machine = {"name": "轮窑", "spec_value": float(doors), "spec_unit": "门", "quantity": 1, "quantity_unit": "座"}
    return {"equipment": [machine], "equipment_text": f"{doors}门轮窑1座", "equipment_count": 1}


def said(enterprise: str, amount: str = "30", county: str | None = ZIYANG, **told) -> dict:
    return {"enterprise": enterprise, "amount": amount, "county_code": county} | kiln(24) | told


def identity(text: str) -> str:
    """As the macro ``stable_id`` makes it."""
    return hashlib.md5(text.encode()).hexdigest()


ZIYANG_TABLE = [
    said("有码砖公司", credit_code=CODE),
    said("两码砖公司", credit_code=OTHER_CODE),
    said("宏源页岩砖公司"),
    said("长兴建材公司"),
    said("红旗一砖厂"),
    said("明珠砖公司"),
    said("明珠砖瓦公司"),
    said("两窑砖厂", "10", **kiln(24)),
    said("两窑砖厂", "20", **kiln(32)),
    said("合并砖厂", "10", **kiln(24)),
    said("合并砖厂", "20", **kiln(32)),
    said("两期砖厂", "10", **kiln(24)),
    said("两期砖厂", "20", **kiln(24) | {"equipment_text": "二期24门轮窑1座"}),
    said("分开砖厂", "30", **kiln(24)),
    said("漏报砖厂", "10", **kiln(24)),
    said("误字砖厂"),
    said("争议砖厂", "30"),
    said("恒昌石灰厂"),
    said("广兴石灰厂"),
    said("广成石灰厂"),
    said("兴隆石灰厂"),
    said("兴隆石灰公司"),
]
REFORM_TABLE = [
    said("改名砖公司", credit_code=CODE),
    said("有码砖公司", "31"),
    said("宏源页岩砖"),
    said("长兴公司"),
    said("红旗二砖厂"),
    said("明珠公司"),
    said("两窑砖厂", "10", **kiln(24)),
    said("两窑砖厂", "21", **kiln(32)),
    said("合并砖厂", "30", equipment=[*kiln(24)["equipment"], *kiln(32)["equipment"]], equipment_text="24、32门轮窑"),
    said("两期砖厂", "30", equipment=kiln(24)["equipment"] * 2, equipment_text="二期24门轮窑1座；24门轮窑1座"),
    said("分开砖厂", "10", **kiln(24)),
    said("分开砖厂", "20", **kiln(32)),
    said("漏报砖厂", "11", **kiln(24)),
    said("漏报砖厂", "40", **kiln(32)),
    said("误宇砖厂"),
    said("争议砖厂", "35"),
    said("恒昌石灰", **kiln(36)),
    said("广兴石灰公司"),
    said("广成石灰公司", **kiln(36)),
    said("兴隆石灰"),
    said("紫阳有码砖公司", "31", None, industry="平板玻璃"),
    said("高新砖厂", "5", HANBIN),
    said("独家砖厂", "7", None),
    said("高新永兴砖公司", "6", HANBIN),
    said("恒达砖厂", "9", None),
]


@pytest.fixture(scope="module")
def province(tmp_path_factory, rulebook) -> Collection:
    """One county, one zone and one department that write the same enterprises in every way this file asks about."""
    cycle = Collection(tmp_path_factory.mktemp("enterprises"))
    cycle.collect(ZIYANG, *ZIYANG_TABLE, said("有码砖公司", industry="平板玻璃"))
    cycle.collect(ZIYANG, said("有码砖瓦公司", credit_code=CODE), round="plan")
    cycle.collect(REFORM, *REFORM_TABLE)
    cycle.collect(ZONE, said("高新砖厂", "5", HANBIN), said("高新永兴页岩砖公司", "5", HANBIN))
    cycle.collect(HANYIN, said("独家砖厂", "7", HANYIN), said("恒达页岩砖公司", "8", HANYIN))
    cycle.collect(HANBIN, said("没收砖厂", county=HANBIN, credit_code=CODE), rejected_by="F05")
    dbt_project.build(cycle.store.root, rulebook)
    return cycle


@pytest.fixture(scope="module")
def enterprise_of(province):
    """The enterprise and the rule, by name, of claims of one reporter or all."""
    import duckdb

    with duckdb.connect(province.store.location("warehouse.duckdb"), read_only=True) as warehouse:
        lines = warehouse.execute(
            """
            select claim.enterprise, claim.reporter_code, claim.enterprise_id, written.match_rule
            from marts.fct_claim as claim
            inner join marts.dim_enterprise_name as written using (written_id)
            """
        ).fetchall()
    return {name: (enterprise, rule) for name, _, enterprise, rule in lines}


@pytest.mark.parametrize(
    ("one", "other", "rule"),
    [
        ("有码砖公司", "改名砖公司", "credit_code"),
        ("宏源页岩砖公司", "宏源页岩砖", "abbreviation"),
        ("恒昌石灰厂", "恒昌石灰", "abbreviation"),
        ("长兴建材公司", "长兴公司", "abbreviation"),
        ("广兴石灰厂", "广兴石灰公司", "abbreviation"),
    ],
    ids=[
        "one code",
        "legal form left out",
        "works left out",
        "same equipment and no other to be short for",
        "works that became a company",
    ],
)
def test_two_names_of_one_enterprise(enterprise_of, one, other, rule):
    assert enterprise_of[one][0] == enterprise_of[other][0]
    assert rule in (enterprise_of[one][1], enterprise_of[other][1])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("有码砖公司", "两码砖公司"),
        ("红旗一砖厂", "红旗二砖厂"),
        ("明珠砖公司", "明珠公司"),
        ("明珠砖公司", "明珠砖瓦公司"),
        ("误字砖厂", "误宇砖厂"),
        ("兴隆石灰厂", "兴隆石灰"),
        ("兴隆石灰公司", "兴隆石灰"),
        ("兴隆石灰厂", "兴隆石灰公司"),
        ("广成石灰厂", "广成石灰公司"),
    ],
    ids=[
        "two codes",
        "numbers",
        "short for two",
        "both in one table",
        "only alike",
        "works or company",
        "company or works",
        "works and a company in one table",
        "works, and a company with another machine",
    ],
)
def test_two_enterprises_stay_two(enterprise_of, one, other):
    assert enterprise_of[one][0] != enterprise_of[other][0]


def exits(ask, collection: Collection, name: str) -> list[tuple]:
    return ask(
        collection,
        f"""
        select exits.county_code, exits.capacity, exits.reconciliation, count(*)
        from marts.fct_exit as exits
        inner join marts.fct_exit_claim as link using (exit_id)
        inner join marts.fct_claim as claim using (row_id)
        where claim.enterprise = '{name}' and claim.industry = '水泥'
        group by all order by exits.capacity
        """,
    )


def test_lines_are_told_apart_by_their_equipment(province, ask):
    assert exits(ask, province, "两窑砖厂") == [
        (ZIYANG, Decimal(10), "both", 2),
        (ZIYANG, Decimal(20), "figures_differ", 2),
    ]


def test_lines_that_one_side_writes_together_are_one_exit(province, ask):
    assert exits(ask, province, "合并砖厂") == [(ZIYANG, Decimal(30), "both", 3)]
    # also where both lines are alike but for the 二期 of one, which the row of both names too
    assert exits(ask, province, "两期砖厂") == [(ZIYANG, Decimal(30), "both", 3)]


def test_a_line_that_one_side_writes_as_two_is_one_exit_where_the_sums_say_so(province, ask):
    assert exits(ask, province, "分开砖厂") == [(ZIYANG, Decimal(30), "both", 3)]


def test_a_line_only_the_department_reports_counts_beside_the_countys(province, ask):
    assert exits(ask, province, "漏报砖厂") == [
        (ZIYANG, Decimal(10), "figures_differ", 2),
        (ZIYANG, Decimal(40), "department_only", 1),
    ]


def test_an_enterprise_of_a_zone_is_not_counted_twice_where_a_department_names_the_county_around_it(province, ask):
    assert exits(ask, province, "高新砖厂") == [(ZONE, Decimal(5), "both", 2)]


def test_a_department_without_a_county_means_the_only_one_that_reports_the_enterprise(province, ask):
    assert exits(ask, province, "独家砖厂") == [(HANYIN, Decimal(7), "both", 2)]


def test_an_abbreviation_of_a_zones_enterprise_is_the_zones_exit_where_a_department_names_the_county_around(
    province, ask
):
    assert exits(ask, province, "高新永兴砖公司") == [(ZONE, Decimal(5), "figures_differ", 1)]


def test_a_merge_makes_a_departments_exit_without_a_county_the_countys(again, rulebook, ask):
    city = ask(again, "select city_code from marts.fct_claim where enterprise = '恒达砖厂'")[0][0]
    names = {
        "identity_id": identity(f"{city}|恒达砖厂"),
        "other_identity_id": identity(f"{HANYIN}|恒达页岩砖公司"),
    }
    assert exits(ask, again, "恒达砖厂") == [(None, Decimal(9), "department_only", 1)]
    again.decide("merge", **names)
    dbt_project.build(again.store.root, rulebook)
    assert exits(ask, again, "恒达砖厂") == [(HANYIN, Decimal(8), "figures_differ", 1)]


def test_the_name_of_the_county_tells_where_a_department_without_one_means(province, ask):
    assert ask(
        province,
        "select county_code, reconciliation from marts.fct_exit where industry = '平板玻璃'",
    ) == [(ZIYANG, "figures_differ")]


def test_an_enterprise_exists_only_through_a_submission_that_counts(province, ask):
    assert ask(province, "select count(*) from marts.dim_enterprise where enterprise = '没收砖厂'") == [(0,)]
    assert ask(province, "select count(*) = count(distinct enterprise_id) from marts.dim_enterprise") == [(True,)]


def test_an_exit_is_in_the_plan_under_another_name_of_its_enterprise(province, ask):
    assert ask(
        province,
        "select value from marts.fct_finding where rule = 'X03' and value in ('有码砖公司', '误字砖厂') order by value",
    ) == [("误字砖厂",)]


def test_which_rule_chose_is_kept_with_each_claim(province, ask):
    assert ask(
        province,
        """
        select link.role, link.is_chosen, link.chosen_by, link.chosen_by_decision
        from marts.fct_exit_claim as link inner join marts.fct_claim as claim using (row_id)
        where claim.enterprise = '争议砖厂' order by link.role
        """,
    ) == [("county", True, "county", None), ("department", False, "county", None)]


@pytest.fixture
def again(province, tmp_path) -> Collection:
    """A copy of the province's store, for decisions."""
    import shutil

    copy = Collection(tmp_path / "store")
    shutil.copytree(province.store.root, copy.store.root, dirs_exist_ok=True)
    copy.received = province.received
    return copy


def test_decisions_merge_hold_apart_and_choose_and_are_undone(again, rulebook, ask):
    names = {
        key: identity(f"{ZIYANG}|{key}") for key in ("误字砖厂", "误宇砖厂", "长兴建材公司", "长兴公司", "红旗一砖厂")
    }
    pair = {"identity_id": names["误字砖厂"], "other_identity_id": names["误宇砖厂"]}
    apart = {"identity_id": names["长兴公司"], "other_identity_id": names["长兴建材公司"]}
    ((claims_id,),) = ask(
        again,
        """
        select distinct link.claims_id from marts.fct_exit_claim as link inner join marts.fct_claim as claim using (row_id)
        where claim.enterprise = '争议砖厂'
        """,
    )
    chosen = {"claims_id": claims_id, "chosen_reporter_code": REFORM, "industry": "水泥", "place_code": ZIYANG}
    again.decide("merge", **pair)
    again.decide("distinct", **apart)
    # two codes are never one enterprise
    again.decide("merge", identity_id=identity(CODE), other_identity_id=identity(OTHER_CODE))
    choice = again.decide("choose", identity_id=identity(f"{ZIYANG}|争议砖厂"), **chosen)
    again.decide("choose", identity_id=names["红旗一砖厂"], **chosen | {"claims_id": "of other figures"})
    dbt_project.build(again.store.root, rulebook)

    assert exits(ask, again, "误字砖厂") == [(ZIYANG, Decimal(30), "both", 1)]
    assert len(exits(ask, again, "长兴公司")) == 1
    assert exits(ask, again, "长兴公司")[0][2] == "department_only"
    assert ask(
        again,
        "select count(distinct enterprise_id), max(match_rule) from marts.dim_enterprise_name where credit_code is not null",
    ) == [(2, "codes_differ")]
    assert exits(ask, again, "争议砖厂") == [(ZIYANG, Decimal(35), "figures_differ", 2)]
    assert ask(
        again,
        """
        select reporter_code, is_chosen, chosen_by, chosen_by_decision, lapsed_choice from marts.rpt_reconciliation
        where enterprise = '争议砖厂' order by reporter_code
        """,
    ) == [(REFORM, True, "decision", choice, None), (ZIYANG, False, "decision", choice, None)]
    assert ask(
        again, "select chosen_by, lapsed_choice from marts.rpt_reconciliation where enterprise = '红旗一砖厂'"
    ) == [("only_side", choice + 1)]

    for sequence in range(1, again.decided + 1):
        again.decide("undo", undoes=sequence)
    dbt_project.build(again.store.root, rulebook)

    assert exits(ask, again, "误字砖厂") == [(ZIYANG, Decimal(30), "county_only", 1)]
    assert exits(ask, again, "长兴公司")[0][2] == "both"
    assert exits(ask, again, "争议砖厂") == [(ZIYANG, Decimal(30), "figures_differ", 2)]
