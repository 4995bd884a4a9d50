"""Two versions of a table: what disappeared comes first, and what rule S18 names is never hidden."""

from __future__ import annotations

import pytest

import expectations
import ingestion
from desk.views.comparison import compare
from desk.views.understanding import conversion_of, understood_as
from rulebook import EXIT_TABLE, load
from tests.desk.conftest import ROWS, write_exit_table

FORM = load().forms[EXIT_TABLE]
CEMENT, CHEMICALS = ROWS
BRICKS = [3, "紫阳县", "砖瓦", "紫阳县城关砖瓦厂", "轮窑1座", "2000万块", "环保"]


@pytest.fixture
def compared(tmp_path):
    """Writes two versions of 紫阳县's table and compares their rows as they are understood."""

    def compare_tables(before, after):
        return compare(_rows(tmp_path, before), _rows(tmp_path, after), FORM)

    return compare_tables


def _rows(folder, lines):
    data = write_exit_table(folder / "表.xlsx", lines).read_bytes()
    assignment = ingestion.Assignment("000001", regime="ankang-2024", round="annual")
    frames = ingestion.understand([ingestion.read_file("表.xlsx", data)], load(), [assignment])
    return ingestion.frames.build_table_of_lines(
        ingestion.frames.schema_of_rows(FORM), _records(frames.rows)
    ).to_pylist()


def _records(frame):
    from desk.delivery.checking import as_records

    return as_records(frame)


def _told(comparison):
    return (
        [gone.row["enterprise"] for gone in comparison.disappeared],
        [(changed.after["enterprise"], [cell.field for cell in changed.cells]) for changed in comparison.changed],
        [row["enterprise"] for row in comparison.new],
        comparison.unchanged,
    )


def changed(row, **cells):
    names = dict(
        zip(("sequence", "county", "industry", "enterprise", "equipment", "capacity", "category"), row, strict=True)
    )
    return list((names | cells).values())


def test_the_same_table_has_no_differences(compared):
    assert _told(compared(ROWS, ROWS)) == ([], [], [], 2)


def test_a_row_left_out_disappears_and_the_rows_below_it_that_moved_up_are_the_same(compared):
    assert _told(compared([CEMENT, CHEMICALS, BRICKS], [changed(CHEMICALS, sequence=1), BRICKS])) == (
        [CEMENT[3]],
        [],
        [],
        2,
    )


def test_a_changed_cell_is_shown_as_sent_and_as_understood(compared):
    comparison = compared(ROWS, [changed(CEMENT, capacity="45万吨/年"), CHEMICALS])
    (cell,) = comparison.changed[0].cells
    assert (cell.field, cell.cell_before, cell.cell_after) == ("capacity", "F5", "F5")
    assert (cell.before, cell.after) == ("30万吨/年", "45万吨/年")
    assert (cell.understood_before, cell.understood_after) == ("30 万吨", "45 万吨")
    assert comparison.unchanged == 1


def test_another_spelling_of_the_same_is_told_to_mean_the_same(compared):
    comparison = compared(ROWS, [changed(CEMENT, category="技术，能耗"), CHEMICALS])
    (cell,) = comparison.changed[0].cells
    assert (cell.before, cell.after, cell.is_understood_otherwise) == ("能耗、技术", "技术，能耗", False)


def test_the_same_amount_in_another_unit_means_the_same(compared):
    (cell,) = compared(ROWS, [changed(CEMENT, capacity="300000吨"), CHEMICALS]).changed[0].cells
    assert (cell.understood_before, cell.is_understood_otherwise) == ("30 万吨", False)


def test_an_enterprise_put_in_the_place_of_another_hides_nothing(compared):
    comparison = compared(ROWS, [CEMENT, changed(CHEMICALS, enterprise="紫阳县巴山化工厂")])
    assert _told(comparison) == ([CHEMICALS[3]], [], ["紫阳县巴山化工厂"], 1)
    assert comparison.disappeared[0].in_its_place["enterprise"] == "紫阳县巴山化工厂"


def test_a_county_that_is_read_only_now_makes_no_other_row(compared):
    comparison = compared([changed(CEMENT, county="紫羊"), CHEMICALS], [CEMENT, CHEMICALS])
    assert _told(comparison) == ([], [(CEMENT[3], ["county"])], [], 1)


def test_several_lines_of_one_enterprise_are_paired_with_their_equals_first(compared):
    small = changed(CEMENT, equipment="Φ1.8×7m水泥磨1台", capacity="8万吨/年")
    comparison = compared([CEMENT, small], [small, changed(CEMENT, capacity="31万吨/年")])
    assert _told(comparison) == ([], [(CEMENT[3], ["capacity"])], [], 1)


def test_what_s18_names_as_missing_has_disappeared_here(tmp_path, compared):
    """The rule and the page speak of the same rows, in a mixture of everything."""
    before = [CEMENT, CHEMICALS, BRICKS, changed(CEMENT, enterprise="紫阳县二水泥厂")]
    after = [changed(CEMENT, enterprise="紫阳县新水泥厂"), changed(BRICKS, capacity="3000万块"), CHEMICALS]
    files = []
    for name, lines in (("一.xlsx", before), ("二.xlsx", after)):
        files.append(ingestion.read_file(name, write_exit_table(tmp_path / name, lines).read_bytes()))
    assignments = [
        ingestion.Assignment(f"{number:06d}", regime="ankang-2024", round="annual", receipt_no=number)
        for number in (1, 2)
    ]
    found = expectations.judge(ingestion.understand(files, load(), assignments), load())
    (named,) = found.loc[found["rule"] == "S18", "value"]
    assert [gone.row["enterprise"] for gone in compared(before, after).disappeared] == named.split("、")


def test_what_was_understood_is_told_in_words(tmp_path):
    (row,) = _rows(tmp_path, [changed(CEMENT, capacity="3000吨")])
    assert [
        understood_as(row, FORM.fields[name]) for name in ("county", "industry", "equipment", "capacity", "category")
    ] == [
        "紫阳县（610924）",
        "水泥（C3011）",
        "水泥磨 2.4 米 × 2 台",
        "0.3 万吨",
        "能耗、技术",
    ]
    assert understood_as(row, FORM.fields["enterprise"]) is None
    assert conversion_of(row) == "× 0.0001"
