"""The exit table: its fields, the headings they go by, what these imply."""

import pytest

from rulebook import EXIT_TABLE


@pytest.fixture(scope="module")
def fields(rulebook):
    return rulebook.forms[EXIT_TABLE].fields


def test_the_fields_of_the_exit_table(fields):
    assert " ".join(fields) == (
        "sequence province city county industry enterprise equipment capacity unit quantity quantity_unit category"
        " credit_code method shut_on dismantled_on accepted_on planned_on remark"
    )


def test_the_issued_headings_come_first(fields):
    annex = ("序号", "市（区）", "行业", "企业名称", "设备型号及数量", "涉及产能", "淘汰类别")
    names = ("sequence", "county", "industry", "enterprise", "equipment", "capacity", "category")
    assert tuple(fields[name].headings[0] for name in names) == annex


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("县（市、区）", "county"),
        ("省份", "province"),
        ("省(区)市", "province"),
        ("所属行业", "industry"),
        ("单位名称", "enterprise"),
        ("煤矿名称", "enterprise"),
        ("淘汰生产线（设备）型号及数量", "equipment"),
        ("主体设备（生产线）名称、规格型号及数量", "equipment"),
        ("退出产能", "capacity"),
        ("计量单位", "unit"),
        ("拟淘汰时间", "planned_on"),
        ("统一社会信用代码", "credit_code"),
        ("退出方式", "method"),
        ("关停时间", "shut_on"),
        ("拆除时间", "dismantled_on"),
        ("验收时间", "accepted_on"),
        ("备注", "remark"),
    ],
)
def test_headings_of_published_tables_are_known(fields, heading, name):
    assert heading in fields[name].headings


def test_a_list_of_mines_implies_coal(fields):
    assert fields["enterprise"].implies["煤矿名称"] == {"industry": "煤炭"}


def test_lengths_are_those_of_rule_f15(fields):
    longer = {name: field.max_length for name, field in fields.items() if field.max_length != 500}
    assert longer == {"enterprise": 200, "equipment": 4000}
