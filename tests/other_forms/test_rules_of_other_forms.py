"""Each rule fires on a faultless workbook of another form changed as little as possible: at that cell, and no other does."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from desk.delivery.checking import check_files
from rulebook import load
from tests.other_forms.filled import (
    ACCEPTANCE,
    EXCEEDANCE,
    FILLED,
    RECTIFICATION,
    SUPERVISION,
    Filled,
    cell_of,
    fill_in,
    saved,
)

SPOILT: list[tuple[Filled, str, str, Any]] = [
    # form, rule, field of the first line, what is written there instead
    *((ACCEPTANCE, "F01", field, None) for field in load().forms["acceptance"].required if field != "enterprise"),
    (ACCEPTANCE, "F01", "city_opinion", "同上"),
    (ACCEPTANCE, "F02", "capacity", "若干"),
    (ACCEPTANCE, "F02", "photos_during", "若干"),
    (ACCEPTANCE, "F03", "unit", None),
    (ACCEPTANCE, "F04", "unit", "万斗"),
    (ACCEPTANCE, "F05", "capacity", -30),
    (ACCEPTANCE, "F06", "pledge", "再说"),
    (ACCEPTANCE, "F07", "industry", "造纸"),
    (ACCEPTANCE, "F08", "industry", "水尼"),
    (ACCEPTANCE, "F09", "credit_code", "91350100M000100Y44"),
    (ACCEPTANCE, "F10", "county", "汉阴县"),
    (ACCEPTANCE, "F11", "city_accepted_on", "年底前"),
    (ACCEPTANCE, "F12", "equipment", "Φ2.4×10m水泥磨"),
    (ACCEPTANCE, "F13", "city_opinion", "#REF!"),
    (ACCEPTANCE, "F14", "enterprise", "待定"),
    (ACCEPTANCE, "F15", "dismantled_what", "拆" * 2001),
    (ACCEPTANCE, "R04", "dismantled_on", "2024-05-01"),
    (ACCEPTANCE, "R04", "county_accepted_on", "2024-05-01"),
    (ACCEPTANCE, "R06", "method", "产能置换"),
    *((RECTIFICATION, "F01", field, None) for field in load().forms["rectification"].required if field != "enterprise"),
    (RECTIFICATION, "F01", "standard", "/"),
    (RECTIFICATION, "F02", "months_given", "半年左右"),
    (RECTIFICATION, "F06", "card", "蓝牌"),
    (RECTIFICATION, "F06", "category", "质料"),
    (RECTIFICATION, "F06", "category", "质量、能耗"),
    (RECTIFICATION, "F06", "result", "也许"),
    (RECTIFICATION, "F08", "industry", "水尼"),
    (RECTIFICATION, "F09", "credit_code", "91350100M000100Y44"),
    (RECTIFICATION, "F10", "county", "紫阳县"),
    (RECTIFICATION, "F11", "ordered_on", "三月间"),
    (RECTIFICATION, "F16", "category", "环保"),
    (RECTIFICATION, "R04", "term_until", "2017-02-01"),
    (RECTIFICATION, "R04", "result_on", "2017-02-01"),
    (RECTIFICATION, "R04", "closed_on", "2017-02-01"),
    *((EXCEEDANCE, "F01", field, None) for field in load().forms["exceedance"].required if field != "enterprise"),
    (EXCEEDANCE, "F06", "severity", "还行"),
    (EXCEEDANCE, "F11", "occurred_on", "五月间"),
    (EXCEEDANCE, "F15", "measure", "罚" * 2001),
    *((SUPERVISION, "F01", field, None) for field in load().forms["supervision"].required if field != "enterprise"),
    (SUPERVISION, "F06", "category", "防火"),
    (SUPERVISION, "F11", "inspect_by", "尽快"),
    (SUPERVISION, "F16", "category", "环保"),
]
NAMES = [f"{filled.form} {rule} {field} {value!s:.10}" for filled, rule, field, value in SPOILT]


def found(filled: Filled, workbooks: dict[str, bytes]) -> dict[str, list[tuple[str, str | None]]]:
    """Rule and cell of every finding, by workbook."""
    checked = check_files(
        [(f"{name}.xlsx", data) for name, data in workbooks.items()], load(), filled.regime, "annual", filled.reporter
    )
    assert {file["form"] for file in checked.as_json()} == {filled.form}
    return {
        name: [(one["rule"], one["cell"]) for one in file["findings"]]
        for name, file in zip(workbooks, checked.as_json(), strict=True)
    }


def spoilt(filled: Filled, field: str, value: Any) -> bytes:
    book = fill_in(filled)
    book[load().forms[filled.form].sheet][cell_of(filled, field)] = value
    return saved(book)


@pytest.fixture(scope="module")
def judged() -> dict[str, list[tuple[str, str | None]]]:
    """The findings on all workbooks; one judgement for each form."""
    told = {}
    for filled in FILLED:
        workbooks = {
            name: spoilt(filled, field, value)
            for name, (of, _, field, value) in zip(NAMES, SPOILT, strict=True)
            if of is filled
        }
        workbooks[f"{filled.form} twice"] = saved(twice(filled))
        told |= found(filled, workbooks)
    return told


def twice(filled: Filled):
    """The workbook with its first line once more behind the others."""
    lines = (*filled.lines, filled.lines[0])
    return fill_in(Filled(filled.form, filled.regime, filled.reporter, lines))


@pytest.mark.parametrize(("name", "spoiling"), zip(NAMES, SPOILT, strict=True), ids=NAMES)
def test_the_rule_fires_at_that_cell_and_no_other_rule_does(judged, name, spoiling):
    filled, rule, field, _ = spoiling
    field = "capacity" if rule == "F03" else field
    assert judged[name] == [(rule, cell_of(filled, field))]


@pytest.mark.parametrize("filled", FILLED, ids=lambda filled: filled.form)
def test_a_row_that_comes_twice_is_told_at_the_second(judged, filled):
    assert judged[f"{filled.form} twice"] == [("R01", cell_of(filled, "enterprise", len(filled.lines)))]


EXTENSIONS = {
    # 延期批准文件 and 延期批准时间 of an order of 29 February 2024, due on 29 August: what the list is told
    ("安发改函〔2024〕5号", date(2024, 8, 29)): None,
    ("安发改函〔2024〕6号", None): None,
    ("关于同意延期的批复", date(2024, 5, 1)): None,
    ("关于同意延期的批复（安发改函〔2024〕9号）", date(2024, 5, 1)): None,
    ("〔2024〕99号", date(2024, 5, 1)): None,
    ("批准延期申请的函", date(2024, 5, 1)): None,
    ("关于延期请示的复函", date(2024, 5, 1)): None,
    ("关于同意延期的批复（逾期不予再延）", date(2024, 5, 1)): None,
    ("县政府第5次常务会议纪要", date(2024, 5, 1)): None,
    ("安发改函〔2024〕7号", date(2024, 8, 30)): "批准延期时整改期限已经过了",
    ("安发改函〔2024〕8号", date(2024, 2, 28)): "延期批准时间早于文书下达时间",
    **{
        (text, date(2024, 8, 1)): "没有写批准文件"
        for text in (
            None,
            "/",
            "无",
            "—",
            "-",
            "——",
            "同上",
            "待补",
            "申请中",
            "已批准",
            "2024-08-01",
            "文号待补",
            "3个月",
            "不予批准",
            "驳回延期〔2024〕3号",
            "不同意延期的批复",
            "关于不予延期的通知（安发改函〔2024〕4号）",
            "请示",
            "申请延期的请示",
            "关于恳请同意延期的请示（安发改〔2024〕4号）",
            "延期申请书",
            "延期申请〔2024〕1号",
            "关于申请延期的函",
            "申请已受理〔2024〕2号",
            "会议纪要",
        )
    },
}


def test_an_extension_counts_that_a_document_grants_within_the_term():
    order = RECTIFICATION.lines[0] | {
        "county": "紫阳县",
        "category": "能耗",
        "ordered_on": date(2024, 2, 29),
        "extension_months": 3,
    }
    lines = [
        order
        | {"enterprise": f"紫阳县{number}号窑砖厂", "credit_code": None, "order_no": f"安发改责〔2024〕{number}号"}
        | {"extension_document": document, "extended_on": day}
        for number, (document, day) in enumerate(EXTENSIONS, start=11)
    ]
    filled = Filled("rectification", "ankang-2024", "610900-fgw", tuple(lines))
    checked = check_files([("r.xlsx", saved(fill_in(filled)))], load(), filled.regime, "annual", filled.reporter)
    told = {one["cell"]: one["message"] for one in checked.as_json()[0]["findings"] if one["rule"] == "R10"}
    for place, why in enumerate(EXTENSIONS.values()):
        message = told.pop(cell_of(filled, "extension_months", place), None)
        assert (why is None and message is None) or why in message
    assert not told
