"""From every figure of a demo's ``rollup.xlsx`` the links lead to exits, claims and the cell as sent, and all adds up.

Nothing of the project that makes or reads the links takes part: the workbook is read back by openpyxl, originals by what
``ingestion`` reads of any workbook.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
from openpyxl.utils import column_index_from_string, range_boundaries

import dbt_project
import exports
import ingestion
from desk.views.lineage import DISMANTLED, DONE, OUTSIDE, PLANNED, STANDING, UNKNOWN, Figure, trace
from desk.views.warehouse import Warehouse
from store import Store
from tests.cycles.test_rollup_equals_truth import REGIMES, ROUND, Settled, settled

__all__ = ["settled"]
EXITS, RUNS, CLAIMS, SOURCES = "企业名单", "数字来源", "报送依据", "来源文件"
PLANNED_REGIMES = ("ankang-2024", "shandong-2017")
RUNS_OF = {RUNS: 8, "计划数字来源": 7, "计划外数字来源": 7}
"""Sheets that lie between a figure and its list, and the column there that leads on."""
PLAN_ACTUAL, CHARTS = "目标任务完成情况表", "图表"
ADDED_UP = {
    "计划条数": ("计划名单", None), "计划产能": ("计划名单", "计划产能"),
    "其中已完成条数": ("计划名单", "已完成条数"), "其中已完成产能": ("计划名单", "已完成产能"),
    "实际退出条数": (EXITS, None), "实际退出产能": (EXITS, "退出产能"),
    "其中计划外条数": ("计划外名单", "计划外条数"), "其中计划外产能": ("计划外名单", "计划外产能"),
    # and of the pictures
    "计划": ("计划名单", None), "计划内已完成": ("计划名单", "已完成条数"), "计划外": ("计划外名单", "计划外条数"),
    "退出条数": (EXITS, None), "行数": (EXITS, None),
}  # fmt: skip
"""By the name of a figure the list it leads to and the column there that it adds up; None counts the lines."""
COUNTS = ("exits", "enterprises", "equipment")
FIGURE_SHEETS = ("汇总", "分市分行业", "分行业分类别")
COUNTED = {"退出条数", "退出条数 Exits", "其中仅涉及该类的条数", "已拆除 Dismantled", "已关停未拆除 Shut, not dismantled",
           "拆除情况不明 Not known"}  # fmt: skip


@dataclass(frozen=True)
class Book:
    """A rollup read back: its cells, and where the link on a cell leads."""

    sheets: dict[str, list[list]]
    links: dict[tuple[str, int, int], tuple[str, int, int]]
    """From sheet, row and column to sheet, first and last row."""

    def heads(self, sheet: str, first_heading: str) -> tuple[int, list[str]]:
        rows = self.sheets[sheet]
        at = next(row for row, line in enumerate(rows, 1) if str(line[0]).split("\n")[0] == first_heading)
        return at, [str(name).split("\n")[0] for name in rows[at - 1]]

    def line(self, sheet: str, first_heading: str, row: int) -> dict[str, object]:
        _, names = self.heads(sheet, first_heading)
        return dict(zip(names, self.sheets[sheet][row - 1], strict=True))

    def exits_of(self, cell: tuple[str, int, int], listed_in: str = EXITS) -> list[dict[str, object]]:
        """The lines of a list that the links from a cell lead to, over 数字来源 where that lies between."""
        sheet, first, last = self.links[cell]
        if sheet in RUNS_OF:
            return [
                one for row in range(first, last + 1) for one in self.exits_of((sheet, row, RUNS_OF[sheet]), listed_in)
            ]
        assert sheet == listed_in
        return [self.line(sheet, "序号", row) | {"row": row} for row in range(first, last + 1)]


def read_back(path) -> Book:
    book = openpyxl.load_workbook(path)
    links = {}
    for sheet in book:
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.hyperlink):
            target, area = re.fullmatch(r"'(.+)'!(.+)", cell.hyperlink.location).groups()
            _, first, _, last = range_boundaries(area)
            links[sheet.title, cell.row, cell.column] = (target, first, last)
    return Book({sheet.title: [[c.value for c in row] for row in sheet.iter_rows()] for sheet in book}, links)


def exact(value: object) -> Decimal:
    return Decimal(str(value or 0))


def figures(book: Book) -> Iterator[tuple[tuple[str, int, int], str, object, str | None]]:
    """Every number of the sheets of figures: its cell, what it is called, its value, its unit."""
    for sheet in FIGURE_SHEETS:
        names: list[str] = []
        for row, line in enumerate(book.sheets[sheet], 1):
            if str(line[0]).split("\n")[0] in ("行业", "淘汰类别", "市", "县（市、区）"):
                names = [str(name or "") for name in line]
            for column, value in enumerate(line, 1):
                if isinstance(value, int | float) and (names or column == 4):
                    name = names[column - 1].replace("\n", " ") if names else str(line[column - 2])
                    unit = re.search(r"（(.+)）", name)
                    yield (sheet, row, column), name, value, unit[1] if unit else dict(zip(names, line, strict=False)).get(
                        "计量单位\nUnit"
                    )  # fmt: skip


@pytest.fixture(scope="module")
def books(settled: Settled, tmp_path_factory) -> dict[str, Book]:
    warehouse = settled.store.location("warehouse.duckdb")
    folder = tmp_path_factory.mktemp("packs")
    for regime in REGIMES:
        exports.write_pack(warehouse, regime, ROUND, folder / regime, settled.rulebook)
    return {regime: read_back(folder / regime / "rollup.xlsx") for regime in REGIMES}


@pytest.mark.parametrize("regime", REGIMES)
def test_every_figure_is_the_sum_of_the_exits_it_leads_to(books, regime):
    book = books[regime]
    kinds = Counter()
    for cell, name, value, _ in figures(book):
        if not value:
            continue
        exits = book.exits_of(cell)
        if name.startswith(("退出条数", *COUNTED)):
            found = len(exits)
            assert not name.startswith("其中仅") or len({one["类别"] for one in exits}) == 1, (cell, name)
        elif name.startswith(("企业数", "退出企业数")):
            found = len({one["企业编号"] for one in exits} - {None})
        elif name.startswith(("主体设备",)):
            found = sum(exact(one["台数"]) for one in exits)
        elif name.startswith("未写明台数"):
            found = sum(one["台数"] is None for one in exits)
        else:
            assert len({one["单位"] for one in exits}) == 1, (cell, name)
            found = sum(exact(one["退出产能"]) for one in exits)
        assert found == exact(value), (cell, name, value, found)
        kinds[cell[0]] += 1
    assert set(kinds) == set(FIGURE_SHEETS) and kinds["分市分行业"] > 5


def figures_of_plan(book: Book) -> Iterator[tuple[tuple[str, int, int], str, object]]:
    """Every number of 目标任务完成情况表 but rates, and those of the pictures that count exits of the cycle."""
    for sheet, year in ((PLAN_ACTUAL, None), (CHARTS, str(book.sheets[CHARTS][0][0]))):
        names: list[str] = []
        for row, line in enumerate(book.sheets[sheet], 1):
            words = [str(name or "").split("\n")[0] for name in line]
            if "实际退出条数" in words or (sheet == CHARTS and not words[0] and any(words)):
                names = words
            for column, value in enumerate(line, 1):
                name = names[column - 1] if names else ""
                if isinstance(value, int | float) and "率" not in name:
                    # rows before the last step are no exits yet, other years are of other cycles
                    if (name == "行数" and line[0] != "核对合并后的退出") or (name.endswith("年") and name not in year):
                        continue
                    yield (sheet, row, column), name, value


@pytest.fixture(scope="module")
def planned_store(settled: Settled, tmp_path_factory) -> Store:
    """A city and a province with a plan: what was sent, less every fifth row, with other amounts."""
    store = Store(shutil.copytree(settled.store.root, tmp_path_factory.mktemp("planned") / "store"))
    for number, regime in enumerate(PLANNED_REGIMES, start=900):
        lay_plan(store, regime, f"{number:06}")
    dbt_project.build(store.root, settled.rulebook)
    return store


@pytest.fixture(scope="module")
def planned_books(settled: Settled, planned_store: Store, tmp_path_factory) -> dict[str, Book]:
    """Their rollups."""
    folder = tmp_path_factory.mktemp("planned_packs")
    for regime in PLANNED_REGIMES:
        exports.write_pack(planned_store.location("warehouse.duckdb"), regime, ROUND, folder / regime, settled.rulebook)
    return {regime: read_back(folder / regime / "rollup.xlsx") for regime in PLANNED_REGIMES}


def lay_plan(store: Store, regime: str, batch: str) -> None:
    """A batch of plan tables lies in the store: those of the annual round, of which some rows plan more, less or nothing."""
    tables = {name: [store.read_table(key) for key in store.keys(name)] for name in ("submissions", "rows", "findings")}
    submissions, rows = (
        [line for table in tables[name] for line in table.to_pylist() if line["regime"] == regime]
        for name in ("submissions", "rows")
    )
    rejected = {
        line["submission_id"]
        for table in tables["findings"]
        for line in table.to_pylist()
        if line["severity"] == "reject"
    }
    planned: dict[str, list[dict]] = {"submissions": [], "rows": [], "findings": []}
    for one in submissions:
        if one["form"] == "exit_statistics" and one["submission_id"] not in rejected and not one["is_nil"]:
            planned["submissions"].append(one | {"submission_id": f"P{one['submission_id']}", "batch": batch})
    sent = {one["submission_id"] for one in planned["submissions"]}
    for at, row in enumerate(rows):
        ids = {name: f"P{row[name]}" for name in ("row_id", "submission_id")}
        if at % 5 != 4 and ids["submission_id"] in sent:
            amount = row["capacity"] and row["capacity"] * (1, 2, Decimal("0.5"), 1)[at % 5]
            planned["rows"].append(row | ids | {"capacity": amount})
    for name, lines in planned.items():
        told = [line | {"round": "plan"} for line in lines]
        store.write_table(f"{name}/{batch}.parquet", pa.Table.from_pylist(told, tables[name][0].schema))


@pytest.mark.parametrize("regime", PLANNED_REGIMES)
def test_every_figure_about_the_plan_and_of_the_pictures_is_the_sum_of_the_lines_it_leads_to(planned_books, regime):
    book, kinds = planned_books[regime], Counter()
    for cell, name, value in figures_of_plan(book):
        if not value:
            assert cell not in book.links
            continue
        listed, column = ADDED_UP.get(name, (EXITS, "退出产能"))
        lines = book.exits_of(cell, listed)
        found = len(lines) if column is None else sum(exact(line[column]) for line in lines)
        assert found == exact(value), (cell, name, value, found)
        kinds[cell[0], name] += 1
    assert {(PLAN_ACTUAL, name) for name in ("计划条数", "其中已完成产能", "实际退出条数", "其中计划外条数")} <= set(
        kinds
    )
    assert {name for sheet, name in kinds if sheet == CHARTS} >= {"计划", "计划外", "退出条数", "行数"}
    assert any(name.endswith("年") for sheet, name in kinds if sheet == CHARTS)


@pytest.mark.parametrize("regime", PLANNED_REGIMES)
def test_what_is_outside_the_plan_is_part_of_its_exit_and_no_rate_exceeds_100(planned_books, regime):
    book = planned_books[regime]
    first, _ = book.heads("计划外名单", "序号")
    for row in range(first + 1, len(book.sheets["计划外名单"]) + 1):
        outside = book.line("计划外名单", "序号", row)
        (one,) = book.exits_of(("计划外名单", row, 11))
        assert one["企业名称"] == outside["企业名称"] and exact(outside["计划外产能"]) <= exact(one["退出产能"])
    rates = [value for line in book.sheets[PLAN_ACTUAL] for value in line[7:9] if isinstance(value, int | float)]
    assert rates and max(rates) <= 100


@pytest.mark.parametrize("regime", REGIMES)
def test_every_exit_leads_to_its_claims_files_and_cells_and_adds_up(books, settled, regime):
    book, readings = books[regime], {}
    submissions = pd.concat(settled.store.read_table(key).to_pandas() for key in settled.store.keys("submissions"))
    texts = pd.concat(settled.store.read_table(key).to_pandas() for key in settled.store.keys("rows"))
    texts = texts.assign(cell=texts["capacity_cell"].fillna(texts["enterprise_cell"]))
    texts = texts.set_index(["submission_id", "sheet", "cell"]).sort_index()
    first, _ = book.heads(EXITS, "序号")
    receipt_column = 15
    for row in range(first + 1, len(book.sheets[EXITS]) + 1):
        one = book.line(EXITS, "序号", row)
        sheet, source, _ = book.links[EXITS, row, receipt_column]
        kept = book.line(SOURCES, "回执号", source)
        assert sheet == SOURCES and kept["回执号"] == str(one["回执号"]).split("；")[0]
        places = [(kept["回执号"], place) for place in str(one["工作表!单元格"]).split("；")]
        if (EXITS, row, 14) in book.links:
            _, top, bottom = book.links[EXITS, row, 14]
            claims = [book.line(CLAIMS, "企业名单序号", line) for line in range(top, bottom + 1)]
            assert {line["企业名单序号"] for line in claims} == {one["序号"]} and len(claims) > 1
            chosen = [line for line in claims if line["采用"] == "是"]
            assert sum(exact(line["读作"]) for line in chosen) == exact(one["退出产能"])
            places = [(line["回执号"], line["工作表!单元格"]) for line in claims]
        for receipt, place in places:
            sheet_name, cell = place.rsplit("!", 1)
            row_as_sent = texts.loc[[(receipt, sheet_name, cell)]].iloc[0]
            (told,) = submissions[submissions["submission_id"] == receipt].to_dict("records")
            if told["sha256"] not in readings:
                data = settled.store.read_bytes(f"originals/{told['sha256']}")
                name = told["file"].split("!")[-1]
                readings[told["sha256"]] = [ingestion.read_file(*part) for part in ingestion.unpack(name, data)]
            column, number = re.fullmatch(r"([A-Z]+)(\d+)", cell).groups()
            in_original = [
                sheet.text(int(number) - 1, column_index_from_string(column) - 1)
                for reading in readings[told["sha256"]]
                for sheet in reading.sheets
                if sheet.name == sheet_name
            ]
            assert row_as_sent["capacity_text"] in in_original, (receipt, place)


@pytest.mark.parametrize("regime", REGIMES)
def test_trace_adds_up_every_line_of_the_rollup(settled, regime):
    warehouse = Warehouse(settled.store.location("warehouse.duckdb"))
    lines = warehouse.query("select * from marts.rpt_rollup where regime = ? and round = ?", [regime, ROUND])
    for line in lines:
        industry, category = (None if line[name] == "合计" else line[name] for name in ("industry", "category"))
        figure = Figure(settled.rulebook.regimes[regime], ROUND, line["division_code"], industry, category)
        traced = trace(warehouse, figure)
        exits = [one for one in traced.exits if industry is None or one["capacity_unit"] == line["capacity_unit"]]
        same_unit = [one for one in traced.amounts if one["capacity_unit"] == line["capacity_unit"]]
        told = same_unit[-1] if industry else traced.amounts[0]
        assert [told[name] for name in COUNTS] == [line[name] for name in COUNTS]
        assert len(exits) == line["exits"]
        assert all(category is None or category in one["categories"] for one in exits)
        if line["capacity"] is not None:
            assert sum(one["capacity"] for one in exits) == line["capacity"]
            chosen = (claim["capacity"] for one in exits for claim in one["claims"] if claim["is_chosen"])
            assert sum(chosen) == line["capacity"]
    assert lines


@pytest.mark.parametrize("regime", PLANNED_REGIMES)
def test_trace_adds_up_every_figure_of_the_plan(settled, planned_store, regime):
    """What is planned, done and outside, line by line; what was done is told with the exits that did it, and their rows."""
    warehouse = Warehouse(planned_store.location("warehouse.duckdb"))
    lines = warehouse.query("select * from marts.rpt_plan_actual where regime = ? and round = ?", [regime, ROUND])
    traced_figures = Counter()
    for line in lines:
        industry, category = (None if line[name] == "合计" else line[name] for name in ("industry", "category"))
        unit = None if industry is None else line["capacity_unit"] or ""
        for part, column in ((PLANNED, "planned"), (DONE, "done"), (OUTSIDE, "unplanned")):
            place = settled.rulebook.regimes[regime], ROUND, line["division_code"]
            traced = trace(warehouse, Figure(*place, industry, category, unit, part))
            told = traced.amounts[0]
            assert told["exits"] == line[f"{column}_exits"], (line, part)
            assert sum(one["part_exits"] for one in traced.exits) == told["exits"]
            if industry is not None:
                assert (told["capacity"] or 0) == (line[f"{column}_capacity"] or 0), (line, part)
            assert all(claim["cell"] and claim["file"] for one in traced.exits for claim in one["claims"])
            if part == DONE:
                assert all(one["held_against"] for one in traced.exits)
                assert all(other["claims"] for one in traced.exits for other in one["held_against"])
            traced_figures[part] += bool(traced.exits)
    assert min(traced_figures[part] for part in (PLANNED, DONE, OUTSIDE)) > 0


@pytest.mark.parametrize("regime", REGIMES)
def test_trace_tells_what_stands_from_what_is_dismantled(settled, regime):
    warehouse = Warehouse(settled.store.location("warehouse.duckdb"))
    count = "select is_dismantled, count(*) as exits from marts.fct_exit where regime = ? and round = ? group by 1"
    counted = {line["is_dismantled"]: line["exits"] for line in warehouse.query(count, [regime, ROUND])}
    area = settled.rulebook.regimes[regime].area
    for part, state in ((DISMANTLED, True), (STANDING, False), (UNKNOWN, None)):
        traced = trace(warehouse, Figure(settled.rulebook.regimes[regime], ROUND, area, part=part))
        assert traced.amounts[0]["exits"] == len(traced.exits) == counted.get(state, 0)
        assert {one["is_dismantled"] for one in traced.exits} <= {state}
