"""Suites come from the rulebook, and an expectation that cannot be evaluated is never taken for one that holds."""

from importlib import import_module

import pandas as pd
import pytest

from expectations.suites import (
    Check,
    ExpectationFailed,
    Validator,
    checks_of,
    having_values,
    import_great_expectations,
)


@pytest.fixture(scope="module")
def validator():
    return Validator()


@pytest.fixture
def rule(rulebook):
    return rulebook.rules["F01"]


def check(rule, column, type="expect_column_values_to_not_be_null", **kwargs):
    return Check(rule, type, column, None, kwargs)


def test_a_rule_asks_of_every_required_field_of_the_regime(rulebook):
    for regime in (rulebook.regimes["ankang-2024"], rulebook.regimes["shaanxi-2018"]):
        asked = {check.field for check in checks_of("rows", regime, rulebook) if check.rule.code == "F01"}
        assert asked == set(regime.required_fields)


def test_without_a_regime_the_form_says_what_is_required(rulebook):
    asked = {check.field for check in checks_of("rows", None, rulebook) if check.rule.code == "F01"}
    assert asked == {"county", "industry", "enterprise", "equipment", "capacity", "category"}


def test_a_dollar_name_stands_for_the_value_of_the_regime(rulebook):
    regime = rulebook.regimes["ankang-2024"]
    [in_focus] = [check for check in checks_of("rows", regime, rulebook) if check.rule.code == "F07"]
    assert in_focus.kwargs["value_set"] == list(regime.industries_in_focus)


def test_only_what_some_cell_can_fail_is_asked(rule):
    frame = pd.DataFrame({"full": ["a", "b"], "gap": ["a", None], "blank": [None, None]})
    forbids_blanks = [check(rule, column) for column in frame]
    forbids_values = [check(rule, column, "expect_column_values_to_not_be_in_set", value_set=["a"]) for column in frame]
    asked = having_values([*forbids_blanks, *forbids_values], frame)
    assert asked == [*forbids_blanks[1:], *forbids_values[:2]]


def test_databases_can_be_used_beside_great_expectations():
    import_great_expectations()
    assert import_module("sqlalchemy").create_engine


@pytest.mark.parametrize("kind", ["expect_column_value_lengths_to_equal", "expect_column_values_to_match_regex"])
def test_a_kind_of_expectation_that_no_rule_asks_for_yet_can_be_asked(validator, rule, kind):
    wanted = {"value": 1} if kind.endswith("equal") else {"regex": "^.$"}
    frame = pd.DataFrame({"name": ["a", "bb", "c"]})
    assert validator.failing_positions([check(rule, "name", kind, **wanted)], frame) == {0: [1]}


def test_failing_rows_are_named_by_position_whatever_the_index(validator, rule):
    frame = pd.DataFrame({"name": ["a", None, "c", None]}, index=[10, 20, 30, 40])
    assert validator.failing_positions([check(rule, "name")], frame) == {0: [1, 3]}


def test_two_expectations_on_one_column_are_both_evaluated(validator, rule):
    frame = pd.DataFrame({"name": ["a", "b"]})
    checks = [check(rule, "name", "expect_column_values_to_be_in_set", value_set=[value]) for value in "ab"]
    assert validator.failing_positions(checks, frame) == {0: [1], 1: [0]}


def test_rules_that_forbid_values_of_one_column_are_each_told_their_own_rows(validator, rule):
    frame = pd.DataFrame({"problem": ["bad", None, "worse", "odd", "bad"]}, index=list("vwxyz"))
    forbidden = [["bad"], ["worse", "worst"], ["fine"]]
    checks = [check(rule, "problem", "expect_column_values_to_not_be_in_set", value_set=values) for values in forbidden]
    assert validator.failing_positions(checks, frame) == {0: [0, 4], 1: [2], 2: []}


@pytest.mark.parametrize(
    "broken",
    [
        ("no_such_column", "expect_column_values_to_not_be_null", {}),
        ("name", "expect_column_values_to_be_between", {"min_value": 0}),
    ],
    ids=["column", "type"],
)
def test_an_expectation_that_cannot_be_evaluated_raises(validator, rule, broken):
    column, type, kwargs = broken
    with pytest.raises(ExpectationFailed, match="F01"):
        validator.failing_positions([check(rule, column, type, **kwargs)], pd.DataFrame({"name": ["a", "b"]}))
