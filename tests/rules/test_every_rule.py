"""Every cell, row and sheet rule fires on a faultless workbook changed as little as possible: there, so grave, alone."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from pathlib import Path

import pytest

from desk.delivery.checking import check_files
from rulebook import load
from tests.golden.tables import read_expected_findings
from tests.rules.exit_table import ZIYANG, Office, fill_in
from tests.rules.variants import HUANCUI, NANSHAN, NO_FAULT, TO_COME, VARIANTS, ZHANGQIU, Change, Variant, spoil

RULES_TABLE = Path(__file__).parents[1] / "rulebook" / "rules.csv"
"""The severities the field asks for, not those of the rulebook under test."""

OUR_FAULT = "S00"
"""Has no workbook that shows it; `tests/conftest.py` lets no test pass in which it appears."""

Found = list[tuple[str, str, str | None, str | None]]
"""Rule, severity, sheet and cell of each finding."""

SPOILT = {f"{variant.rule} {variant.what}": variant for variant in VARIANTS}
UNCHANGED = {office.regime: office for office in (ZIYANG, HUANCUI, NANSHAN, ZHANGQIU)}
PREPARED = {name: variant for name, variant in SPOILT.items() if variant.before}


@pytest.fixture(scope="module")
def found() -> dict[str, Found]:
    """The findings on every workbook of the tables below, by its name; one judgement for each office."""
    tables: dict[Office, dict[str, bytes]] = defaultdict(dict)
    for name, variant in SPOILT.items():
        tables[variant.office][name] = workbook(variant.office, variant.before, variant.change)
    for name, office in UNCHANGED.items():
        tables[office][name] = workbook(office)
    for name, variant in PREPARED.items():
        tables[variant.office][f"before {name}"] = workbook(variant.office, variant.before)
    for name, (office, change) in NO_FAULT.items():
        tables[office][name] = workbook(office, change)
    return {name: findings for office, given in tables.items() for name, findings in judged(office, given).items()}


def workbook(office: Office, *changes: Change) -> bytes:
    filled = fill_in(load(), office)
    for change in changes:
        spoil(filled, change)
    target = io.BytesIO()
    filled.save(target)
    return target.getvalue()


def judged(office: Office, tables: dict[str, bytes]) -> dict[str, Found]:
    given = [(f"{name}.xlsx", data) for name, data in tables.items()]
    checked = check_files(given, load(), office.regime, "annual", office.reporter)
    return {
        name: [(one["rule"], one["severity"], one["sheet"], one["cell"]) for one in file["findings"]]
        for name, file in zip(tables, checked.as_json(), strict=True)
    }


def severities() -> dict[str, str]:
    with RULES_TABLE.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["severity"] for row in csv.DictReader(file) if row["scope"] != "cross"}


@pytest.mark.parametrize("name", UNCHANGED)
def test_the_unchanged_workbook_has_no_finding_under_any_plan(found, name):
    assert found[name] == []


@pytest.mark.parametrize(("name", "variant"), SPOILT.items(), ids=SPOILT)
def test_the_rule_fires_at_that_cell_and_no_other_rule_does(found, name, variant: Variant):
    assert found[name] == [(variant.rule, severities()[variant.rule], variant.sheet, variant.cell)]


@pytest.mark.parametrize("name", PREPARED)
def test_what_a_table_is_prepared_with_is_no_fault_itself(found, name):
    assert found[f"before {name}"] == []


@pytest.mark.parametrize("name", NO_FAULT)
def test_what_only_comes_close_to_a_fault_is_none(found, name):
    assert found[name] == []


def test_every_rule_that_is_judged_on_one_file_is_shown_to_fire():
    shown = {variant.rule for variant in VARIANTS} | {finding.rule for finding in read_expected_findings()}
    assert sorted(severities().keys() - shown - {OUR_FAULT}) == []


@pytest.mark.parametrize(("round_key", "told"), [("midyear", ["K5"]), ("annual", ["K5"]), ("plan", [])])
def test_only_a_plan_tells_of_days_to_come(round_key, told):
    data = workbook(ZIYANG, {"K5": TO_COME})
    (file,) = check_files([("a.xlsx", data)], load(), ZIYANG.regime, round_key, ZIYANG.reporter).as_json()
    assert [one["cell"] for one in file["findings"] if one["rule"] == "R09"] == told
