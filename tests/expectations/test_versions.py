"""A later version of a table names the rows of the version before that it leaves out (S18)."""

import pytest

from expectations import judge_batch
from expectations.versions import MOST_ROWS_NAMED
from store import Store
from tests.expectations.frame_builder import FrameBuilder, write_frames


def told(findings):
    return [(line.submission_id, line.value) for line in findings[findings["rule"] == "S18"].itertuples()]


def two_versions(builder, **later):
    """Rows 5, 6, 7 of a table, and of its next version row 5."""
    builder.submission("000001")
    for number in (5, 6, 7):
        builder.row(number, "000001")
    return builder.submission("000002", file="统计表（改）.xlsx", **later)


def test_the_rows_that_are_missing_are_named_with_their_place_in_the_former_file(builder):
    findings = two_versions(builder).row(5, "000002").findings()
    assert told(findings) == [("000002", "紫阳县第6水泥厂、紫阳县第7水泥厂")]
    [message] = findings["message"]
    assert "2 行（上次的文件是“统计表.xlsx”）" in message and "紫阳县第7水泥厂（“统计表”第 7 行）" in message


def test_files_that_are_only_checked_are_no_versions_of_one_another(builder):
    builder.submission("one", receipt_no=None).row(5, "one").row(6, "one")
    assert told(builder.submission("two", receipt_no=None).row(5, "two").findings()) == []


def test_a_long_list_is_cut_and_its_length_told(builder):
    builder.submission("000001")
    for number in range(5, 25):
        builder.row(number, "000001")
    [message] = builder.submission("000002").row(5, "000002").findings()["message"]
    assert "找不到上次报过的 19 行" in message and message.count("第 ") == MOST_ROWS_NAMED and "……" in message


def test_a_corrected_amount_or_another_order_leaves_nothing_out(builder):
    two_versions(builder)
    for number, row in ((5, 7), (6, 6), (7, 5)):
        builder.row(number, "000002", enterprise_key=f"紫阳第{row}水泥", capacity_text="31万吨")
    assert told(builder.findings()) == []


def test_a_nil_return_leaves_out_every_row(builder):
    findings = two_versions(builder, is_nil=True).findings()
    assert told(findings) == [("000002", "紫阳县第5水泥厂、紫阳县第6水泥厂、紫阳县第7水泥厂")]


def test_the_same_rows_in_the_same_bytes_leave_nothing_out(builder):
    two_versions(builder).observation("same_bytes", "000002", receipt=1)
    for number in (5, 6, 7):
        builder.row(number, "000002")
    assert told(builder.findings()) == []


@pytest.mark.parametrize(
    "observation", ["unreadable", "no_rows", "nil_and_rows", "other_cycle", "reporter_contradiction"]
)
def test_where_the_rows_are_not_the_cycles_that_is_the_cause(builder, observation):
    assert told(two_versions(builder).observation(observation, "000002").findings()) == []


@pytest.mark.parametrize(
    "misread",
    [
        {"county_code": None, "county_problem": "unknown_county"},
        {"industry": None, "industry_problem": "unknown_industry"},
        {"enterprise_key": None, "enterprise_problem": "formula_error"},
    ],
    ids=["county", "industry", "enterprise"],
)
def test_a_row_that_is_misread_may_be_the_one_that_is_missing(builder, misread):
    two_versions(builder).row(5, "000002").row(6, "000002").row(7, "000002", **misread)
    assert told(builder.findings()) == []


def test_a_rejected_version_is_told_what_it_leaves_out_but_replaces_nothing(builder):
    two_versions(builder).row(5, "000002").row(6, "000002", capacity_problem="no_unit")
    builder.submission("000003").row(5, "000003").row(6, "000003").row(7, "000003")
    assert told(builder.findings()) == [("000002", "紫阳县第7水泥厂")]


def test_another_round_or_reporter_is_compared_with_nothing(builder):
    two_versions(builder, round="midyear")
    builder.submission("000003", reporter="610921")
    assert told(builder.findings()) == []


def judged(store, batch, builder, rulebook):
    """The findings of a batch of the builder's frames."""
    write_frames(store, batch, builder.frames())
    judge_batch(store, batch, rulebook)
    return store.read_table(f"findings/{batch}.parquet").to_pandas()


def test_a_batch_is_compared_with_the_version_that_counted_before_it(rulebook, tmp_path):
    store = Store(tmp_path)
    first, rejected, last = FrameBuilder(rulebook), FrameBuilder(rulebook), FrameBuilder(rulebook)
    first.submission("000001")
    for number in (5, 6, 7):
        first.row(number, "000001")
    judged(store, "000001", first, rulebook)
    rejected.submission("000002").row(5, "000002", capacity_problem="no_unit")
    judged(store, "000002", rejected, rulebook)
    findings = judged(store, "000003", last.submission("000003").row(5, "000003").row(6, "000003"), rulebook)
    assert told(findings) == [("000003", "紫阳县第7水泥厂")]
