"""What the marts say about a small cycle of ankang-2024, from Parquet to report."""

from datetime import date
from decimal import Decimal


def test_county_and_department_report_of_one_exit_become_one_with_the_countys_figure(ankang, ask):
    assert ask(
        ankang,
        """
        select county_code, capacity, equipment_count, is_dismantled, reconciliation, year from marts.fct_exit
        where county_code = '610924'
        """,
    ) == [("610924", Decimal("30.3"), 2, False, "figures_differ", 2024)]


def test_a_rejected_resubmission_leaves_the_earlier_figures_standing(ankang, ask):
    assert ask(ankang, "select capacity from marts.fct_exit where county_code = '610981'") == [(Decimal(10),)]
    assert ask(
        ankang,
        "select version, status from marts.fct_submission where reporter_code = '610981' order by version",
    ) == [(1, "counting"), (2, "rejected")]


def test_the_plan_is_kept_apart_from_the_exits(ankang, ask):
    assert ask(ankang, "select capacity from marts.fct_plan") == [(Decimal(40),)]
    assert ask(ankang, "select distinct round from marts.fct_exit") == [("annual",)]
    assert ask(
        ankang,
        """
        select planned_capacity, actual_capacity, completion_percent from marts.rpt_plan_actual
        where round = 'annual' and division_code = '610924' and category = '合计' and industry != '合计'
        """,
    ) == [(Decimal(40), Decimal("30.3"), Decimal("75.75"))]


def test_the_rollup_has_a_block_for_the_area_and_each_place_that_has_exits(ankang, ask):
    assert ask(
        ankang,
        """
        select division, industry, category, enterprises, exits, equipment, equipment_unknown, capacity, capacity_unit
        from marts.rpt_rollup
        where round = 'annual'
        order by division_position, industry_position, category_position
        """,
    ) == [
        ("安康市", "合计", "合计", 3, 3, 2, 2, None, None),
        ("安康市", "水泥", "合计", 3, 3, 2, 2, Decimal("40.5"), "万吨"),
        ("安康市", "水泥", "能耗", 1, 1, 2, 0, Decimal("30.3"), "万吨"),
        ("安康市", "水泥", "环保", 1, 1, 2, 0, Decimal("30.3"), "万吨"),
        ("安康市", "水泥", "未分类", 2, 2, 0, 2, Decimal("10.2"), "万吨"),
        ("紫阳县", "合计", "合计", 1, 1, 2, 0, None, None),
        ("紫阳县", "水泥", "合计", 1, 1, 2, 0, Decimal("30.3"), "万吨"),
        ("紫阳县", "水泥", "能耗", 1, 1, 2, 0, Decimal("30.3"), "万吨"),
        ("紫阳县", "水泥", "环保", 1, 1, 2, 0, Decimal("30.3"), "万吨"),
        ("旬阳市", "合计", "合计", 1, 1, 0, 1, None, None),
        ("旬阳市", "水泥", "合计", 1, 1, 0, 1, Decimal(10), "万吨"),
        ("旬阳市", "水泥", "未分类", 1, 1, 0, 1, Decimal(10), "万吨"),
        ("安康高新技术产业开发区", "合计", "合计", 1, 1, 0, 1, None, None),
        ("安康高新技术产业开发区", "水泥", "合计", 1, 1, 0, 1, Decimal("0.2"), "万吨"),
        ("安康高新技术产业开发区", "水泥", "未分类", 1, 1, 0, 1, Decimal("0.2"), "万吨"),
    ]


def test_every_obligation_tells_what_came_of_it(ankang, ask):
    answers = ask(
        ankang,
        """
        select reporter_code, due, state, days_late from marts.fct_obligation
        where round = 'annual' and regime = 'ankang-2024' and what = 'exit_statistics'
            and reporter_code in ('610921', '610922', '610923', '610924')
        order by reporter_code
        """,
    )
    due = answers[0][1]
    assert due == date(2024, 12, 30)
    assert answers == [
        ("610921", due, "nil", 3),
        ("610922", due, "rejected", None),
        ("610923", due, "missing", None),
        ("610924", due, "received", 0),
    ]


def test_every_exit_leads_back_to_the_file_and_row_it_came_from(ankang, ask):
    assert ask(
        ankang,
        """
        select submission.file, claim.sheet, claim.row, link.role, link.is_chosen, machine.machine, machine.quantity
        from marts.fct_exit as fact
        inner join marts.fct_exit_claim as link using (exit_id)
        inner join marts.fct_claim as claim using (row_id)
        inner join marts.fct_submission as submission using (submission_id)
        left join marts.fct_exit_equipment as machine using (row_id)
        where fact.county_code = '610924'
        order by submission.file
        """,
    ) == [
        ("000002.xlsx", "统计表", 5, "county", True, "水泥磨", 2),
        ("000003.xlsx", "统计表", 5, "department", False, None, None),
    ]


def test_what_is_sealed_and_stands_and_what_nobody_tells_are_listed_apart(ankang, ask):
    assert ask(
        ankang,
        "select county, enterprise, method, standing, told_by from marts.rpt_not_dismantled order by standing, 2",
    ) == [
        ("紫阳县", "紫阳水泥", "封存", "sealed", "claim"),
        ("旬阳市", "旬阳水泥", None, "unknown", None),
        ("安康高新技术产业开发区", "高新粉磨", None, "unknown", None),
    ]


def test_the_reconciliation_shows_both_sides_of_an_exit(ankang, ask):
    assert ask(
        ankang,
        """
        select reporter_code, is_chosen, claimed_capacity, counted_capacity from marts.rpt_reconciliation
        where reconciliation = 'figures_differ' order by reporter_code
        """,
    ) == [
        ("610900-fgw", False, Decimal(35), Decimal("30.3")),
        ("610924", True, Decimal("30.3"), Decimal("30.3")),
    ]
