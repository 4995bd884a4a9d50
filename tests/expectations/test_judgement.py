"""What is found in frames, rule by rule: at which cell, how grave, in which order."""

from collections import defaultdict

import pandas as pd
import pytest

from expectations import FINDINGS_SCHEMA, judge_batch, skipped_rules
from expectations.root_causes import MOST_SHOWN_PER_RULE
from rulebook import verdict
from store import Store
from tests.expectations.frame_builder import FrameBuilder, write_frames


def test_a_correct_submission_has_no_finding(builder):
    findings = builder.submission().row().findings()
    assert findings.empty and list(findings.columns) == FINDINGS_SCHEMA.names
    assert verdict(findings["severity"].tolist()) == "accepted"


FAULTY_ROWS = [
    ({"enterprise_text": None}, "F01", "D5"),
    ({"capacity_text": "三十", "capacity_problem": "not_number"}, "F02", "F5"),
    ({"capacity_text": "30", "capacity_problem": "no_unit"}, "F03", "F5"),
    ({"capacity_text": "30万箱", "capacity_problem": "unknown_unit"}, "F04", "F5"),
    ({"capacity_text": "30万米", "capacity_problem": "unit_not_of_industry"}, "F04", "F5"),
    ({"capacity_text": "0万吨", "capacity_problem": "not_positive"}, "F05", "F5"),
    ({"category_text": "环境", "category_problem": "unknown_category", "categories": []}, "F06", "G5"),
    ({"industry": "造纸", "industry_text": "造纸"}, "F07", "C5"),
    ({"industry": None, "industry_text": "水尼", "industry_problem": "unknown_industry"}, "F08", "C5"),
    ({"county_text": "汉阴县", "county_problem": "outside_area"}, "F10", "B5"),
    ({"county_text": "紫羊县", "county_problem": "unknown_county"}, "F10", "B5"),
    ({"equipment_text": "水泥磨", "equipment_problem": "no_count"}, "F12", "E5"),
    ({"enterprise_text": "#REF!", "enterprise_problem": "formula_error"}, "F13", "D5"),
    ({"enterprise_text": "长" * 201, "enterprise_problem": "too_long"}, "F15", "D5"),
    ({"enterprise_text": "待定", "enterprise_problem": "unlikely_name"}, "F14", "D5"),
    ({"quantity_text": "3", "quantity_cell": "N5", "quantity_problem": "count_differs"}, "F18", "N5"),
    ({"duplicate_of": "000001:1:4"}, "R01", "D5"),
    ({"method_text": "技改", "method_problem": "unknown_method", "method_cell": "M5"}, "R06", "M5"),
]

NOTICED = [
    ("our_fault", "S00"),
    ("unreadable", "S01"),
    ("encrypted", "S02"),
    ("no_table", "S03"),
    ("column_twice", "S05"),
    ("reporter_unknown", "S07"),
    ("reporter_contradiction", "S07"),
    ("rows_of_another", "S07"),
    ("round_unknown", "S07"),
    ("other_cycle", "S08"),
    ("no_rows", "S09"),
    ("nil_and_rows", "S10"),
    ("over_limit", "S11"),
    ("total_differs", "S13"),
    ("formula_error", "F13"),
    ("heading_blank", "S14"),
    ("hidden_values", "S12"),
    ("same_bytes", "S15"),
    ("macros", "S16"),
    ("external_links", "S19"),
    ("card_altered", "S20"),
]


@pytest.fixture(scope="module")
def found(rulebook):
    """Rule and cell of the findings of each case in this module; every case is a submission, all are judged at once."""
    builder = FrameBuilder(rulebook)
    for number, (changes, _, _) in enumerate(FAULTY_ROWS):
        builder.submission(f"row-{number}").row(5, f"row-{number}", **changes)
    for number, (observation, _) in enumerate(NOTICED):
        name = f"noticed-{number}"
        builder.submission(name).observation(observation, name, sheet="统计表", cell="F12", value="x")

    for name, regime, reporter in (("strict", "ankang-2024", "610924"), ("lenient", "shaanxi-2018", "610724")):
        builder.submission(name, regime=regime, reporter=reporter)
        builder.observation("column_missing", name, field="category", cell="A4")
        builder.observation("column_missing", name, field="credit_code", cell="A4")
        builder.row(5, name, category_text=None, categories=[], industry="煤炭", industry_text="煤炭")

    builder.submission("department", reporter="610900-yjgl")
    builder.row(5, "department", categories=["安全", "能耗"], category_text="安全、能耗")
    builder.row(6, "department", categories=["能耗"], category_text="环境、能耗", category_problem="unknown_category")

    builder.submission("unread").observation("unreadable", "unread").observation("reporter_unknown", "unread")

    builder.submission("unsettled").observation("reporter_contradiction", "unsettled", sheet="统计表", cell="A2")
    builder.row(5, "unsettled", county_problem="outside_area")

    builder.submission("no-column")
    builder.observation("column_missing", "no-column", field="category", sheet="统计表", cell="A4")
    builder.row(5, "no-column", category_text=None, category_cell=None, enterprise_text=None)

    builder.submission("formula").row(5, "formula", capacity_text=None, capacity_problem="formula_error")

    builder.submission("joint").observation(
        "joint_amount", "joint", sheet="统计表", cell="F5", value="30万吨", rows=2, row_id="joint:1:5"
    )
    for number in (5, 6, 7):
        builder.row(number, "joint", capacity_text="30万吨" if number == 5 else None)

    builder.submission("headings")
    for heading in ("填报单位", "填报时间"):
        builder.observation("heading_blank", "headings", sheet="统计表", heading=heading)

    builder.submission("ordered").observation("heading_blank", "ordered", sheet="统计表", cell="A2")
    builder.row(10, "ordered", enterprise_text=None)
    builder.row(9, "ordered", enterprise_text=None, industry="造纸")

    builder.submission("no-regime", regime=None, reporter=None).observation("reporter_unknown", "no-regime")
    builder.row(5, "no-regime", industry="造纸", county_problem="outside_area")
    builder.row(6, "no-regime", enterprise_text=None)

    found = defaultdict(list)
    findings = builder.findings()
    # one reporter sent them all: what each leaves out of the one before is told too, and tested beside
    for finding in findings[findings["rule"] != "S18"].itertuples():
        found[finding.submission_id].append((finding.rule, None if pd.isna(finding.cell) else finding.cell))
    return found


@pytest.mark.parametrize("number", range(len(FAULTY_ROWS)), ids=[f"{rule}-{cell}" for _, rule, cell in FAULTY_ROWS])
def test_a_row_rule_points_at_the_cell_at_fault_and_nothing_else_is_found(found, number):
    _, rule, cell = FAULTY_ROWS[number]
    assert found[f"row-{number}"] == [(rule, cell)]


@pytest.mark.parametrize("number", range(len(NOTICED)), ids=[observation for observation, _ in NOTICED])
def test_an_observation_becomes_the_finding_of_its_rule_at_its_place(found, number):
    _, rule = NOTICED[number]
    assert found[f"noticed-{number}"] == [(rule, "F12")]


def test_a_missing_column_and_a_blank_cell_count_only_where_the_regime_requires_them(found):
    assert found["strict"] == [("S04", "A4"), ("F07", "C5")]
    assert found["lenient"] == []


def test_a_department_may_speak_of_its_own_categories_only(found):
    assert ("F16", "G5") in found["department"]


def test_a_cell_is_told_its_gravest_fault_only(found):
    assert [rule for rule, cell in found["department"] if cell == "G6"] == ["F06"]


def test_a_file_that_could_not_be_read_says_only_that(found):
    assert found["unread"] == [("S01", None)]


def test_what_a_reporter_may_speak_of_is_not_judged_while_the_reporter_is_unsettled(found):
    assert found["unsettled"] == [("S07", "A2")]


def test_a_missing_column_hides_its_blank_cells_and_no_others(found):
    assert found["no-column"] == [("S04", "A4"), ("F01", "D5")]


def test_a_formula_without_a_value_is_not_also_a_blank_cell(found):
    assert found["formula"] == [("F13", "F5")]


def test_rows_below_a_merged_amount_are_not_blank(found):
    assert found["joint"] == [("F01", "F7"), ("F17", "F5")]


def test_two_blank_labels_are_two_findings_even_where_neither_has_a_cell(found):
    assert found["headings"] == [("S14", None), ("S14", None)]


def test_findings_are_ordered_by_severity_and_place(found):
    assert found["ordered"] == [("F01", "D9"), ("F01", "D10"), ("S14", "A2"), ("F07", "C9")]


def test_without_a_regime_the_rules_that_need_one_are_skipped_and_listed(found, rulebook):
    assert found["no-regime"] == [("F01", "D6")]
    assert skipped_rules(None, rulebook) == ["S07", "S08", "F07", "F10", "F16", "R02", "R05", "R07", "R10"]
    assert skipped_rules(rulebook.regimes["ankang-2024"], rulebook) == []


def test_a_long_series_is_cut_and_the_last_one_shown_names_the_rest(builder):
    builder.submission()
    for number in range(5, 5 + MOST_SHOWN_PER_RULE + 20):
        builder.row(number, enterprise_text=None)
    findings = builder.findings()
    assert len(findings) == MOST_SHOWN_PER_RULE
    assert f"共 {MOST_SHOWN_PER_RULE + 20} 处" in findings["message"].iloc[-1]
    assert str(MOST_SHOWN_PER_RULE + 20) not in findings["message"].iloc[-2]


def test_the_name_of_a_finding_is_the_same_every_time_and_no_other_finding_has_it(builder):
    builder.submission().observation("column_missing", field="category", cell="A4")
    builder.observation("column_missing", field="county", cell="A4").row(enterprise_text=None)
    first, again = builder.findings(), builder.findings()
    assert list(first["finding_id"]) == list(again["finding_id"])
    assert first["finding_id"].is_unique and first["finding_id"].str.fullmatch("[0-9a-f]{16}").all()


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path)


def judged_bytes(store, frames, rulebook):
    """The findings file of a batch of ``frames``."""
    write_frames(store, "000001", frames)
    judge_batch(store, "000001", rulebook)
    return store.read_bytes("findings/000001.parquet")


def test_a_batch_is_judged_from_the_store_and_judging_again_changes_no_byte(builder, rulebook, store):
    frames = builder.submission().row(5, enterprise_text=None).observation("heading_blank", cell="A2").frames()
    first = judged_bytes(store, frames, rulebook)
    table = store.read_table("findings/000001.parquet")
    assert table.schema.equals(FINDINGS_SCHEMA) and table.column("rule").to_pylist() == ["F01", "S14"]
    assert judged_bytes(store, frames, rulebook) == first


def test_a_batch_without_findings_keeps_the_schema(builder, rulebook, store):
    judged_bytes(store, builder.submission().frames(), rulebook)
    assert store.read_table("findings/000001.parquet").schema.equals(FINDINGS_SCHEMA)
