"""目标任务完成情况表 read back: by place, industry and category, each figure leading to the lines it adds up."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import datetime
from decimal import Decimal

import duckdb
import openpyxl
import pytest

from exports import facts as questions
from exports.changes import PlanFigures, read_plan_lines
from exports.facts import CycleFacts
from exports.pack import write_pack
from exports.wording import TOTAL, printed_rate
from tests.exports.pack.conftest import KILN, MILL, PLANT, write_warehouse

SHEET = "目标任务完成情况表"
COLUMNS_OF = {
    # of a figure: its list, and there the column it adds up; None counts the lines
    4: ("计划名单", None), 5: ("计划名单", 7), 6: ("计划名单", 14), 7: ("计划名单", 15),
    10: ("企业名单", None), 11: ("企业名单", 8), 12: ("计划外名单", 7), 13: ("计划外名单", 8),
}  # fmt: skip
RUNS_OF = {"计划名单": ("计划数字来源", 7), "企业名单": ("数字来源", 8), "计划外名单": ("计划外数字来源", 7)}
NONE = "不适用"
WORKS = "汉阴县城关水泥厂"


@pytest.fixture(scope="module")
def book(warehouse, rulebook, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pack")
    write_pack(warehouse, "ankang-2024", "annual", folder, rulebook)
    return openpyxl.load_workbook(folder / "rollup.xlsx")


@pytest.fixture(scope="module")
def links(book):
    """Where each cell leads: sheet, first and last row."""
    found = {}
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.hyperlink:
                    target, first, last = re.fullmatch(
                        r"'(.+)'!\w+?(\d+)(?::\w+?(\d+))?", cell.hyperlink.location
                    ).groups()
                    found[sheet.title, cell.row, cell.column] = (target, int(first), int(last or first))
    return found


def figures(book):
    """The lines that hold figures: row, place or category, industry, and the figures."""
    for row in book[SHEET].iter_rows(min_row=4):
        values = [cell.value for cell in row]
        if values[1] and values[1] != "行业\nIndustry":
            yield row[0].row, values


def test_places_industries_and_categories_are_held_against_the_plan(book):
    lines = {(values[0], values[1]): values[2:] for _, values in figures(book)}
    assert lines["汉阴县", "水泥"] == ["万吨", 1, 40, 1, 30, 100, 75, 1, 30, 0, None]
    assert lines["安康市", "合计"] == [None, 1, None, 1, None, 100, None, 4, None, 3, None]
    assert lines["安康市", "水泥"] == ["万吨", 1, 40, 1, 30, 100, 75, 2, 30.125, 1, 0.125]
    assert lines["能耗", "水泥"] == ["万吨", 1, 40, 1, 30, 100, 75, 1, 30, 0, None]
    assert lines["技术", "合计"] == [None, 0, None, 0, None, NONE, None, 1, None, 0, None]
    assert lines["未写明地区", "合计"] == [None, 0, None, 0, None, NONE, None, 1, None, 1, None]
    assert lines["未写明地区", "化工"] == ["万吨", 0, None, 0, None, NONE, NONE, 1, 1.2, 1, 1.2]


def test_the_signatures_are_never_alone_on_a_page(book, warehouse, rulebook, tmp_path, monkeypatch):
    """A short table is printed on one page; of a longer one the categories begin a page, which the signatures end."""
    assert book[SHEET].page_setup.fitToHeight is None and not book[SHEET].row_breaks.brk
    monkeypatch.setattr("exports.sheets.layout.MOST_POINTS_ON_A_PAGE", {8: 400, 9: 400})
    write_pack(warehouse, "ankang-2024", "annual", tmp_path, rulebook)
    sheet = openpyxl.load_workbook(tmp_path / "rollup.xlsx")[SHEET]
    (found,) = sheet.row_breaks.brk
    assert str(sheet.cell(found.id + 1, 1).value).startswith("三、分淘汰类别")
    # what is repeated above these pages is true of places and of categories
    repeated = int(sheet.print_title_rows.rpartition("$")[2])
    assert str(sheet.cell(repeated, 1).value).startswith("地区／淘汰类别")


def test_places_add_up_to_the_total_and_each_exit_is_in_it_once(book):
    totals = [values for _, values in figures(book) if values[1] == "合计"]
    (area,) = (values for values in totals if values[0] == "安康市")
    places = [values for values in totals if values[0] in ("汉阴县", "石泉县", "未写明地区")]
    assert (
        [sum(values[column] for values in places) for column in (3, 5, 9, 11)]
        == [area[column] for column in (3, 5, 9, 11)]
        == [1, 1, 4, 3]
    )


def test_every_figure_leads_to_the_exits_it_adds_up(book, links):
    led = 0
    for row, values in figures(book):
        for column, (listed, adds_up) in COLUMNS_OF.items():
            expected = values[column - 1]
            if expected in (None, 0):
                assert (SHEET, row, column) not in links
                continue
            runs_sheet, runs_column = RUNS_OF[listed]
            target, first, last = links[SHEET, row, column]
            blocks = [(first, last)]
            if target == runs_sheet:
                blocks = [links[runs_sheet, run, runs_column] for run in range(first, last + 1)]
                assert {block[0] for block in blocks} == {listed}
                blocks = [block[1:] for block in blocks]
            else:
                assert target == listed
            lines = [one for start, end in blocks for one in range(start, end + 1)]
            if adds_up is None:
                assert len(lines) == expected
            else:
                amounts = [book[listed].cell(one, adds_up).value for one in lines]
                assert sum(Decimal(str(amount)) for amount in amounts if amount) == Decimal(str(expected))
            led += 1
    assert led == sum(values[column - 1] not in (None, 0) for _, values in figures(book) for column in COLUMNS_OF) > 60


def test_what_is_outside_the_plan_leads_to_its_exit(book, links):
    outside = [row for row in book["计划外名单"].iter_rows() if isinstance(row[0].value, int)]
    assert [[cell.value for cell in row[4:9]] for row in outside] == [
        [KILN, 3000, 1, 3000, "万块标砖"],
        [MILL, 0.125, 1, 0.125, "万吨"],
        [PLANT, 1.2, 1, 1.2, "万吨"],
    ]
    for row in outside:
        target, first, last = links["计划外名单", row[0].row, 11]
        assert (target, first) == ("企业名单", last)
        assert book[target].cell(first, 1).value == row[10].value


def test_a_planned_exit_names_the_file_and_cell_it_comes_from(book, links):
    (line,) = (row for row in book["计划名单"].iter_rows() if row[4].value == WORKS)
    assert [cell.value for cell in line[9:]] == ["000007", "汉阴计划.xlsx", "计划!F5", "已退出", 1, 30, "1"]
    target, first, last = links["计划名单", line[9].row, 16]
    assert target == "企业名单" and first == last and book[target].cell(first, 1).value == 1
    target, first, _ = links["计划名单", line[9].row, 10]
    assert (target, book[target].cell(first, 1).value) == ("来源文件", "000007")


def test_what_was_added_by_a_table_of_another_round_leads_to_that_table(rulebook, tmp_path):
    warehouse = write_warehouse(tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            "insert into marts.fct_plan select * replace ('m1' as exit_id, 'added' as plan_change) from marts.fct_plan"
        )
        connection.execute("insert into marts.fct_exit_category values ('m1', '能耗', true)")
        connection.execute(
            "insert into marts.fct_plan_fulfilment select * replace ('m1' as exit_id) from marts.fct_plan_fulfilment"
            " where side = 'plan'"
        )
        connection.execute(
            "insert into marts.fct_exit_claim values ('m1', 'm:1:5', 'county', true, 'only_side', null, null)"
        )
        connection.execute(
            "insert into marts.fct_claim select * replace ('m:1:5' as row_id, '000008' as submission_id)"
            " from marts.fct_claim where submission_id = '000007'"
        )
        connection.execute(
            "insert into marts.fct_submission select * replace ('000008' as submission_id, 'midyear' as round,"
            " $came as received_at, '汉阴年中.xlsx' as file) from marts.fct_submission where submission_id = '000007'",
            {"came": datetime(2024, 7, 19, 1, 0)},
        )
    write_pack(warehouse, "ankang-2024", "annual", tmp_path / "pack", rulebook)
    book = openpyxl.load_workbook(tmp_path / "pack/rollup.xlsx")
    (cell,) = (row[9] for row in book["计划名单"].iter_rows() if row[9].value == "000008")
    row = int(re.search(r"\d+", cell.hyperlink.location.split("!")[1])[0])
    assert [book["来源文件"].cell(row, column).value for column in (1, 3)] == ["000008", "汉阴年中.xlsx"]


def test_what_was_planned_and_has_not_exited_is_named(rulebook, tmp_path):
    warehouse = write_warehouse(tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(warehouse)) as connection:
        for exit_id, lines, capacity in (("p2", 0, 5), ("p3", 0, 0)):
            connection.execute(
                "insert into marts.fct_plan select * replace ($1 as exit_id) from marts.fct_plan where exit_id = 'p1'",
                [exit_id],
            )
            for table in ("fct_exit_category", "fct_exit_claim"):
                connection.execute(
                    f"insert into marts.{table} select * replace ($1 as exit_id) from marts.{table} where exit_id = 'p1'",
                    [exit_id],
                )
            connection.execute(
                "insert into marts.fct_plan_fulfilment select * replace"
                " ($1 as exit_id, $2 as met_exits, $3 as met_capacity) from marts.fct_plan_fulfilment where exit_id = 'p1'",
                [exit_id, lines, capacity],
            )
    write_pack(warehouse, "ankang-2024", "annual", tmp_path / "pack", rulebook)
    sheet = openpyxl.load_workbook(tmp_path / "pack/rollup.xlsx")["计划名单"]
    done = [tuple(cell.value for cell in row[12:15]) for row in sheet.iter_rows() if row[9].value == "000007"]
    assert sorted(done) == [("已退出", 1, 30), ("未完成", 0, 0), ("部分退出", 0, 5)]


def test_the_plan_itself_is_held_against_nothing_and_has_no_list_of_what_stands(warehouse, rulebook, tmp_path):
    pack = write_pack(warehouse, "ankang-2024", "plan", tmp_path, rulebook)
    assert SHEET not in openpyxl.load_workbook(tmp_path / "rollup.xlsx").sheetnames
    assert "not_dismantled.xlsx" not in [path.name for path in pack.files]


def test_what_exited_under_another_industry_or_in_another_unit_than_planned_is_named(rulebook, tmp_path):
    warehouse = write_warehouse(tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            "update marts.fct_exit set industry = '建材', capacity_unit = '万件' where enterprise_id in"
            " (select enterprise_id from marts.fct_plan where exit_id = 'p1')"
        )
    write_pack(warehouse, "ankang-2024", "annual", tmp_path / "pack", rulebook)
    sheet = openpyxl.load_workbook(tmp_path / "pack/rollup.xlsx")["计划名单"]
    assert [row[12].value for row in sheet.iter_rows() if row[9].value == "000007"] == [
        "已退出（计入建材，单位为万件）"
    ]


def test_every_line_names_the_exits_that_did_it_and_what_is_beyond_names_the_lines_it_does(rulebook, tmp_path):
    """One exit does two lines, of which one in part; it stands under another word, though the plan has that word too."""
    warehouse = write_warehouse(tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(warehouse)) as connection:
        for table in ("fct_exit_category", "fct_exit_claim"):
            connection.execute(
                f"insert into marts.{table} select * replace ('p2' as exit_id) from marts.{table} where exit_id = 'p1'"
            )
        connection.execute(
            "insert into marts.fct_plan select * replace ('p2' as exit_id, '化工' as industry) from marts.fct_plan"
        )
        connection.execute(
            "insert into marts.fct_plan_fulfilment select * replace ('p2' as exit_id, 0 as met_exits, 5 as met_capacity)"
            " from marts.fct_plan_fulfilment where exit_id = 'p1'"
        )
        connection.execute(
            "insert into marts.fct_plan_match select held.* replace (met.planned as plan_id, met.exited as exit_id)"
            " from marts.fct_plan_match as held, (values ('p2', 'e1'), ('p1', 'e3')) as met(planned, exited)"
        )
    write_pack(warehouse, "ankang-2024", "annual", tmp_path / "pack", rulebook)
    book = openpyxl.load_workbook(tmp_path / "pack/rollup.xlsx")
    numbers = {row[4].value: str(row[0].value) for row in book["企业名单"].iter_rows() if isinstance(row[0].value, int)}
    mills = f"{numbers[WORKS]}、{numbers[MILL]}"
    planned = {row[3].value: row for row in book["计划名单"].iter_rows() if row[9].value == "000007"}
    assert [(planned[word][12].value, planned[word][15].value) for word in ("水泥", "化工")] == [
        ("已退出", mills),
        ("部分退出（计入水泥）", numbers[WORKS]),
    ]
    outside = {row[4].value: row[11].value for row in book["计划外名单"].iter_rows() if isinstance(row[0].value, int)}
    assert outside == {KILN: None, MILL: str(planned["水泥"][0].value), PLANT: None}


@pytest.mark.parametrize(
    ("rate", "printed"), [("99.9997", "99.99"), ("100", "100.00"), ("33.335", "33.34"), ("null", None)]
)
def test_a_rate_that_missed_its_plan_is_never_printed_as_100(rate, printed):
    (told,) = duckdb.sql(f"select {printed_rate(rate)}").fetchone()
    assert told == (printed and Decimal(printed))


def test_a_supplement_compares_the_very_lines_that_are_printed(warehouse, rulebook):
    """Those of each place, of 未写明地区 too, and of the whole area by category."""
    regime = rulebook.regimes["ankang-2024"]
    with CycleFacts(warehouse, regime, "annual") as facts:
        facts.list_exits()
        facts.list_plan()
        printed = {
            (line.place, line.industry if not line.is_total else TOTAL, TOTAL, line.capacity_unit): line
            for line in facts.ask(questions.PLAN_ACTUAL_OF_PLACES)
        }
        for line in facts.ask(questions.PLAN_ACTUAL):
            printed["安康市", line.industry, line.category, line.capacity_unit] = line
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        compared = {
            (line["division"], line["industry"], line["category"], line["capacity_unit"]): line
            for line in read_plan_lines(connection, "marts", regime, "annual")
        }
    assert ("未写明地区", "化工", TOTAL, "万吨") in compared and compared.keys() >= printed.keys()
    names = [one.name for one in fields(PlanFigures)]
    for key, line in printed.items():
        assert [compared[key][name] for name in names] == [getattr(line, name) for name in names], key
