"""The clocks from a list of orders to the marts, by the rulebook's own months and words."""

from datetime import date

import pytest

from tests.clock_store import lay_clock_store


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    return lay_clock_store(tmp_path_factory.mktemp("clocks"))


def test_every_order_has_the_due_day_of_ankangs_plan_and_its_state(watched, ask):
    told = ask(
        watched,
        "select row, due, extension, state, days_left, days_overdue from marts.fct_rectification order by row",
    )
    assert told == [
        (5, date(2025, 2, 28), "none", "overdue", None, 3),
        (6, date(2025, 3, 6), "none", "open", 3, None),
        (7, date(2025, 3, 30), "applied", "open", 27, None),
        (8, date(2025, 3, 30), "too_long", "open", 27, None),
        (9, None, "none", "open", None, None),
        (10, date(2024, 7, 1), "none", "passed", None, None),
        (11, None, "none", "closed", None, None),
        (12, None, "none", "closed", None, None),
    ]


def test_the_lists_hold_what_is_theirs(watched, ask):
    listed = {
        mart: [name for (name,) in ask(watched, f"select enterprise from marts.{mart} order by row")]
        for mart in ("rpt_yellow_list", "rpt_red_list")
    }
    assert listed == {
        "rpt_yellow_list": ["逾期水泥厂", "三天水泥厂", "延期水泥厂", "超期水泥厂", "无期化工厂"],
        "rpt_red_list": ["红牌砖厂", "已报砖厂"],
    }


def test_the_credit_platform_is_told_the_sentence_of_the_plan(watched, ask):
    ((enterprise, credit_code, order, basis),) = ask(
        watched, "select enterprise, credit_code, order_no, legal_basis from marts.rpt_overdue"
    )
    assert (enterprise, credit_code, order) == ("逾期水泥厂", "91610924MA70ABCD1X", "安发改责改〔2024〕1号")
    assert "安工信字〔2024〕50号" in basis and "应在6个月内整改" in basis


def test_the_county_is_asked_for_the_red_listed_and_the_department_for_the_overdue(watched, ask):
    told = ask(
        watched,
        """
        select submission_id, rule, severity, cell, value, resolution, message, evidence
        from marts.fct_finding where rule in ('X06', 'X08') order by submission_id
        """,
    )
    (x06, x08) = told
    assert x06[:6] == ("000001", "X06", "explain", None, "红牌砖厂", "open")
    assert x06[7] == "收件 000002，安康市发展和改革委员会“000002.xlsx”的“清单”第 11 行：红牌砖厂，环保"
    assert x08[:6] == ("000002", "X08", "explain", "H5", "逾期水泥厂", "open")
    assert "整改期限 2025-02-28 已过" in x08[6]
    assert "责令整改文书“安发改责改〔2024〕1号”，2024-08-31 下达，能耗：GB 16780" in x08[7]
