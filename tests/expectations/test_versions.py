"""A later version of a table names the rows of the version before that it leaves out (S18)."""

import json

import pandas as pd
import pyarrow as pa
import pytest

from expectations import decided_in, judge, judge_batch
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


def test_the_name_of_an_enterprise_whose_county_is_misread_still_begins_with_the_place(builder):
    """The key of an enterprise leaves out its county only where the county was read."""
    misspelt = {"county_code": None, "county_problem": "unknown_county"}
    two_versions(builder).row(5, "000002").row(6, "000002", enterprise_key="紫阳县紫阳第6水泥", **misspelt)
    assert told(builder.findings()) == [("000002", "紫阳县第7水泥厂")]


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


RECEIVED = "2024-12-29T02:30:00+00:00"
BEFORE, AFTER = "2024-12-28T01:00:00+00:00", "2024-12-30T01:00:00+00:00"


class Cycle:
    """Tables of 紫阳县 that were collected one by one, and what a steward decided of them."""

    def __init__(self, store, rulebook):
        self.store, self.rulebook = store, rulebook
        self.last_batch = self.last_decision = 0

    def collect(self, *rows, reporter="610924", rejected=False, **changes):
        """The findings on the next table, which has these rows; the submission's number is its batch's."""
        self.last_batch += 1
        name = f"{self.last_batch:06d}"
        builder = FrameBuilder(self.rulebook).submission(name, reporter=reporter, **({"corrects": None} | changes))
        for number in rows:
            problem = "no_unit" if rejected and number == rows[0] else None
            builder.row(number, name, capacity_problem=problem)
        return judged(self.store, name, builder, self.rulebook)

    def decide(self, kind, at=BEFORE, **about):
        self.last_decision += 1
        decision = {"sequence": self.last_decision, "kind": kind, "at": at, "reason": "核对后决定"} | about
        self.store.write_bytes(f"decisions/{self.last_decision:06d}.json", json.dumps(decision).encode())
        return self.last_decision

    def waive(self, submission_id, findings, **more):
        for finding_id in findings.loc[findings["severity"] == "reject", "finding_id"]:
            self.decide("waive", submission_id=submission_id, finding_id=finding_id, **more)


@pytest.fixture
def cycle(rulebook, tmp_path):
    return Cycle(Store(tmp_path), rulebook)


@pytest.mark.parametrize("kind", ["return", "withdraw", "identify"])
def test_a_version_that_was_taken_away_is_compared_with_no_more(cycle, kind):
    cycle.collect(5, 6)
    cycle.collect(5, 6, 7)
    cycle.decide(kind, submission_id="000002", new_reporter_code="610921")
    assert told(cycle.collect(5)) == [("000003", "紫阳县第6水泥厂")]


def test_what_was_decided_after_a_table_came_changes_nothing_for_it(cycle):
    cycle.collect(5, 6)
    cycle.decide("withdraw", at=AFTER, submission_id="000001")
    assert told(cycle.collect(5)) == [("000002", "紫阳县第6水泥厂")]


def test_a_decision_of_the_very_moment_a_table_came_is_none_of_before(cycle):
    cycle.collect(5, 6)
    cycle.decide("withdraw", at=RECEIVED, submission_id="000001")
    assert told(cycle.collect(5)) == [("000002", "紫阳县第6水泥厂")]


@pytest.mark.parametrize(
    ("undone_at", "expected"), [(BEFORE, [("000002", "紫阳县第6水泥厂")]), (AFTER, [])], ids=["before", "after"]
)
def test_an_undone_decision_counts_until_it_was_undone(cycle, undone_at, expected):
    cycle.collect(5, 6)
    cycle.decide("undo", at=undone_at, undoes=cycle.decide("return", submission_id="000001"))
    assert told(cycle.collect(5)) == expected


@pytest.mark.parametrize(
    ("expires_on", "former"),
    [("2024-12-29", "紫阳县第6水泥厂、紫阳县第7水泥厂"), ("2024-12-28", "紫阳县第6水泥厂")],
    ids=["on its last day", "expired"],
)
def test_a_version_whose_rejects_are_waived_counts_until_the_waiver_ends(cycle, expires_on, former):
    cycle.collect(5, 6)
    cycle.waive("000002", cycle.collect(5, 6, 7, rejected=True), expires_on=expires_on)
    assert told(cycle.collect(5)) == [("000003", former)]


def test_a_waiver_of_one_reject_does_not_let_a_version_with_two_count(cycle):
    cycle.collect(5, 6)
    findings = cycle.collect(5, 6, 7, rejected=True)
    cycle.waive("000002", findings, expires_on="2025-12-31")
    cycle.store.write_table(
        "findings/000002.parquet",
        pa.Table.from_pandas(pd.concat([findings, findings.assign(finding_id="another")]), preserve_index=False),
    )
    assert told(cycle.collect(5)) == [("000003", "紫阳县第6水泥厂")]


def test_what_was_found_to_be_of_another_reporter_stands_where_it_came_first(cycle):
    """000001 was of 紫阳县 all along; it is taken in once more, under its first time, after 000002 came."""
    cycle.collect(5, 6, reporter="610921")
    cycle.collect(5, 6, 7)
    decision = cycle.decide("identify", at=AFTER, submission_id="000001", new_reporter_code="610924")
    assert told(cycle.collect(5, 6, corrects="000001")) == [], "no later version is held against it"
    later = cycle.collect(5, received_at=pd.Timestamp("2025-01-02T01:00:00Z"))
    assert told(later) == [("000004", "紫阳县第6水泥厂、紫阳县第7水泥厂")]
    cycle.decide("withdraw", at=AFTER, submission_id="000002")
    cycle.decide("withdraw", at=AFTER, submission_id="000004")
    again = cycle.collect(5, received_at=pd.Timestamp("2025-01-02T02:00:00Z"))
    assert told(again) == [("000005", "紫阳县第6水泥厂")], "it counts while the decision stands"
    cycle.decide("withdraw", at=AFTER, submission_id="000005")
    cycle.decide("undo", at=AFTER, undoes=decision)
    assert told(cycle.collect(8, received_at=pd.Timestamp("2025-01-02T03:00:00Z"))) == []


def test_judged_anew_every_table_is_told_the_same(cycle, rulebook):
    """Decisions that came later, and batches that came later, are there when everything is judged again."""
    cycle.collect(5, 6)
    cycle.waive("000002", cycle.collect(5, 6, 7, rejected=True), expires_on="2024-12-31")
    cycle.collect(5)
    cycle.decide("withdraw", at=AFTER, submission_id="000001")
    names = ("000001", "000002", "000003")
    before = [cycle.store.read_bytes(f"findings/{name}.parquet") for name in names]
    for name in names:
        judge_batch(cycle.store, name, rulebook)
    assert [cycle.store.read_bytes(f"findings/{name}.parquet") for name in names] == before


def test_judged_together_versions_are_the_ones_that_were_decided_on(builder, rulebook, cycle):
    two_versions(builder).row(5, "000002", capacity_problem="no_unit")
    builder.submission("000003").row(6, "000003")
    findings = builder.findings()
    assert told(findings)[1:] == [("000003", "紫阳县第5水泥厂、紫阳县第7水泥厂")]
    cycle.waive("000002", findings, expires_on="2025-12-31")
    decided = decided_in(cycle.store)
    assert told(judge(builder.frames(), rulebook, decided))[1:] == [("000003", "紫阳县第5水泥厂")]


def test_counties_that_merged_since_are_no_versions_of_one_another(cycle):
    """Each is compared with its own version alone."""
    cycle.collect(5, 6, reported_as="610001")
    assert told(cycle.collect(7, reported_as="610002")) == []
    assert told(cycle.collect(5, reported_as="610001")) == [("000003", "紫阳县第6水泥厂")]
