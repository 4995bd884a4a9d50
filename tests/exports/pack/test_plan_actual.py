"""目标任务完成情况表 read back: by place, industry and category, each planned and each actual figure leading to its exits."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal

import duckdb
import openpyxl
import pytest

from exports.pack import write_pack
from tests.exports.pack.conftest import write_warehouse

SHEET, LIST_OF = "目标任务完成情况表", {4: "计划名单", 5: "计划名单", 6: "企业名单", 7: "企业名单"}
RUNS_OF = {"计划名单": ("计划数字来源", 7), "企业名单": ("数字来源", 8)}
CAPACITY_COLUMN = {"计划名单": 7, "企业名单": 8}


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
    assert lines["汉阴县", "水泥"] == ["万吨", 1, 40, 1, 30, 100, 75, 0, None, 100, 75]
    assert lines["安康市", "合计"] == [None, 1, None, 4, None, 400, None, 3, None, 100, None]
    assert lines["安康市", "水泥"] == ["万吨", 1, 40, 2, 30.125, 200, 75.31, 1, 0.125, 100, 75]
    assert lines["能耗", "水泥"] == ["万吨", 1, 40, 1, 30, 100, 75, 0, None, 100, 75]
    assert lines["技术", "合计"] == [None, 0, None, 1, None, None, None, 0, None, None, None]
    assert lines["未写明地区", "合计"] == [None, 0, None, 1, None, None, None, 1, None, None, None]
    assert lines["未写明地区", "化工"] == ["万吨", 0, None, 1, 1.2, None, None, 1, 1.2, None, None]


def test_the_signatures_are_never_alone_on_a_page(book, warehouse, rulebook, tmp_path, monkeypatch):
    """A short table is printed on one page; of a longer one the categories begin a page, which the signatures end."""
    assert book[SHEET].page_setup.fitToHeight is None and not book[SHEET].row_breaks.brk
    monkeypatch.setattr("exports.plan_actual.MOST_ROWS_ON_A_PAGE", 20)
    monkeypatch.setattr("exports.layout.MOST_ROWS_ON_A_PAGE", 20)
    write_pack(warehouse, "ankang-2024", "annual", tmp_path, rulebook)
    sheet = openpyxl.load_workbook(tmp_path / "rollup.xlsx")[SHEET]
    (found,) = sheet.row_breaks.brk
    assert str(sheet.cell(found.id + 1, 1).value).startswith("三、分淘汰类别")


def test_places_add_up_to_the_total_and_each_exit_is_in_it_once(book):
    totals = [values for _, values in figures(book) if values[1] == "合计"]
    (area,) = (values for values in totals if values[0] == "安康市")
    places = [values for values in totals if values[0] in ("汉阴县", "石泉县", "未写明地区")]
    assert [sum(values[column] for values in places) for column in (3, 5)] == [area[3], area[5]] == [1, 4]


def test_every_figure_leads_to_the_exits_it_adds_up(book, links):
    led = 0
    for row, values in figures(book):
        for column, expected in ((4, values[3]), (5, values[4]), (6, values[5]), (7, values[6])):
            if expected in (None, 0):
                assert (SHEET, row, column) not in links
                continue
            listed = LIST_OF[column]
            runs_sheet, runs_column = RUNS_OF[listed]
            target, first, last = links[SHEET, row, column]
            blocks = [(first, last)]
            if target == runs_sheet:
                blocks = [links[runs_sheet, run, runs_column][1:] for run in range(first, last + 1)]
            exits = [one for start, end in blocks for one in range(start, end + 1)]
            if column in (4, 6):
                assert len(exits) == expected
            else:
                amounts = [Decimal(str(book[listed].cell(one, CAPACITY_COLUMN[listed]).value)) for one in exits]
                assert sum(amounts) == Decimal(str(expected))
            led += 1
    assert led == sum(value not in (None, 0) for _, values in figures(book) for value in values[3:7]) > 30


def test_a_planned_exit_names_the_file_and_cell_it_comes_from(book, links):
    (line,) = (row for row in book["计划名单"].iter_rows() if row[4].value == "汉阴县城关水泥厂")
    assert [cell.value for cell in line[9:]] == ["000007", "汉阴计划.xlsx", "计划!F5", "已退出"]
    target, first, _ = links["计划名单", line[9].row, 10]
    assert (target, book[target].cell(first, 1).value) == ("来源文件", "000007")


def test_what_was_added_by_a_table_of_another_round_leads_to_that_table(rulebook, tmp_path):
    warehouse = write_warehouse(tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            "insert into marts.fct_plan select * replace ('m1' as exit_id, 'added' as plan_change) from marts.fct_plan"
        )
        connection.execute("insert into marts.fct_exit_category values ('m1', '能耗', true)")
        connection.execute("insert into marts.fct_exit_claim values ('m1', 'm:1:5', 'county', true, 'only_side', null)")
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
        for exit_id, enterprise_id in (("p2", "n1"), ("p3", "nobody")):
            connection.execute(
                "insert into marts.fct_plan select * replace ($1 as exit_id, $2 as enterprise_id) from marts.fct_plan"
                " where exit_id = 'p1'",
                [exit_id, enterprise_id],
            )
            for table in ("fct_exit_category", "fct_exit_claim"):
                connection.execute(
                    f"insert into marts.{table} select * replace ($1 as exit_id) from marts.{table} where exit_id = 'p1'",
                    [exit_id],
                )
    write_pack(warehouse, "ankang-2024", "annual", tmp_path / "pack", rulebook)
    sheet = openpyxl.load_workbook(tmp_path / "pack/rollup.xlsx")["计划名单"]
    done = [row[12].value for row in sheet.iter_rows() if row[9].value == "000007"]
    assert sorted(done) == ["未完成", "部分退出", "部分退出"]


def test_the_plan_itself_is_held_against_nothing_and_has_no_list_of_what_stands(warehouse, rulebook, tmp_path):
    pack = write_pack(warehouse, "ankang-2024", "plan", tmp_path, rulebook)
    assert SHEET not in openpyxl.load_workbook(tmp_path / "rollup.xlsx").sheetnames
    assert "not_dismantled.xlsx" not in [path.name for path in pack.files]


def test_what_exited_under_another_industry_than_planned_is_named(rulebook, tmp_path):
    warehouse = write_warehouse(tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            "update marts.fct_exit set industry = '建材' where enterprise_id in"
            " (select enterprise_id from marts.fct_plan where exit_id = 'p1')"
        )
    write_pack(warehouse, "ankang-2024", "annual", tmp_path / "pack", rulebook)
    sheet = openpyxl.load_workbook(tmp_path / "pack/rollup.xlsx")["计划名单"]
    assert [row[12].value for row in sheet.iter_rows() if row[9].value == "000007"] == ["已退出（计入建材）"]
