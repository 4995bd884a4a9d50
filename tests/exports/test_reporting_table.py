"""The reporting table (通报) read back: who is counted as what, ranked where, and named for what."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import duckdb
import openpyxl
import pytest
from xlsxwriter import Workbook

import exports
from exports.facts import CycleFacts
from exports.papers.reporting import CityTally, ReportingLine, percent, rank, tally
from exports.papers.reporting_table import _ReportingTable
from exports.sheets.layout import Column, PrintedSheet, Styles
from rulebook import load
from tests.reporting_warehouse import AFTER, DUE, REGIME, ROUND, lay_reporting_warehouse


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notice")
    warehouse = lay_reporting_warehouse(folder / "warehouse.duckdb")
    path = exports.write_reporting_table(warehouse, REGIME, ROUND, folder / "通报.xlsx", load(), AFTER)
    return openpyxl.load_workbook(path)


def lines_below(sheet, first_heading: str) -> list[dict]:
    """The table whose first heading is ``first_heading``, by Chinese heading, to its first blank line."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    start = next(number for number, row in enumerate(rows) if str(row[0]).split("\n")[0] == first_heading)
    names = [str(name).split("\n")[0] for name in rows[start]]
    table = []
    for row in rows[start + 1 :]:
        if all(value is None for value in row[1:]):
            break
        table.append(dict(zip(names, row, strict=True)))
    return table


def named(sheet) -> dict[str, str]:
    """Who is named for what."""
    return {row[0].value: row[1].value for row in sheet.iter_rows() if row[0].value and row[1].value}


def line(state: str, **fields) -> ReportingLine:
    return ReportingLine("371002", "环翠区", "county", "371000", "威海市", fields.pop("due", DUE), state, **fields)


def test_cities_are_ranked_with_the_figures_they_are_ranked_by(book):
    table = lines_below(book["通报"], "名次")

    assert [(row["名次"], row["市"], row["应报"], row["实报"], row["按时"], row["迟报"]) for row in table] == [
        (1, "威海市", 3, 3, 2, 1),
        (2, "聊城市", 5, 1, 1, 0),
        (None, "合计", 8, 4, 3, 1),
    ]
    assert [(row["报送率%"], row["按时率%"], row["被退回次数"]) for row in table] == [
        (100, 66.7, 1),
        (20, 20, 3),
        (50, 37.5, 4),
    ]


def test_the_departments_of_the_province_are_no_city(tmp_path):
    warehouse = lay_reporting_warehouse(tmp_path / "warehouse.duckdb")
    rulebook = load()
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            "update marts.dim_reporter set home_code = $1 where home_code like '3710%'",
            [rulebook.regimes[REGIME].area],
        )
    path = exports.write_reporting_table(warehouse, REGIME, ROUND, tmp_path / "通报.xlsx", rulebook, AFTER)
    table = lines_below(openpyxl.load_workbook(path)["通报"], "名次")
    assert [(row["名次"], row["市"]) for row in table] == [(1, "聊城市"), (None, "省直部门"), (None, "合计")]


def test_a_hundred_names_stand_in_rows_that_a_program_can_draw(tmp_path):
    warehouse = lay_reporting_warehouse(tmp_path / "warehouse.duckdb")
    lines = [line("missing", due=DUE) for _ in range(137)]
    with CycleFacts(warehouse, load().regimes[REGIME], ROUND) as facts, Workbook(tmp_path / "通报.xlsx") as workbook:
        _ReportingTable(workbook, lines, [], facts, load(), AFTER, None).write_notice()
    sheet = openpyxl.load_workbook(tmp_path / "通报.xlsx")["通报"]
    rows = [row[1].value for row in sheet.iter_rows() if row[0].value == "逾期未报"]
    assert "、".join(rows).count("环翠区") == 137
    assert max(one.height or 0 for one in sheet.row_dimensions.values()) < 200


def test_who_is_slow_is_named_and_nobody_before_the_due_date(book):
    """莘县 is overdue; 冠县 was given until the end of January."""
    names = named(book["通报"])

    assert names["逾期未报"] == "聊城市莘县（5天）"
    assert names["迟报"] == "威海市荣成市（3天）"
    assert (names["审核未通过"], names["已退回"], names["重报中"]) == (
        "聊城市茌平区",
        "聊城市阳谷县",
        "聊城市东昌府区",
    )


def test_every_reporter_has_a_line_also_who_sent_without_owing(book):
    lines = {row["填报单位"]: row for row in lines_below(book["明细"], "市")}

    assert len(lines) == 9
    assert lines["荣成市"]["迟报天数"] == 3 and lines["荣成市"]["审核未通过次数"] == 1
    assert lines["荣成市"]["收到时间（北京时间）"] == "2018-01-03 00:00"
    assert (lines["冠县"]["应报日期"], lines["冠县"]["原定日期"], lines["冠县"]["状态"]) == (
        "2018-01-31",
        "2017-12-31",
        "未到期",
    )
    assert (lines["山东省生态环境厅"]["应报日期"], lines["山东省生态环境厅"]["状态"]) == ("无任务", "主动报送")


ONE_PAGE = None
"""What a sheet fitted to one page says of its height: the format's default is left out."""


def test_it_prints_one_page_wide_on_a4(book):
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.paperSize == 9
    # signatures, and the names under their heading, are not left alone on a second page; a list is as long as it is
    assert [sheet.page_setup.fitToHeight for sheet in book] == [ONE_PAGE, 0, 0]


@pytest.mark.parametrize(("lines", "pages"), [(20, ONE_PAGE), (80, 0)])
def test_a_sheet_is_on_one_page_as_long_as_it_can_be_read(tmp_path, lines, pages):
    with Workbook(tmp_path / "sheet.xlsx") as workbook:
        sheet = PrintedSheet(workbook.add_worksheet(), Styles(workbook), [Column("", "", 20)] * 3, "")
        sheet.write_records([("莘县", 1, 2)] * lines)
        sheet.finish_on_one_page()
    (read,) = openpyxl.load_workbook(tmp_path / "sheet.xlsx")
    assert read.page_setup.fitToHeight == pages


def test_a_long_list_of_names_is_high_enough_to_be_read(tmp_path):
    with Workbook(tmp_path / "long.xlsx") as workbook:
        sheet = PrintedSheet(workbook.add_worksheet(), Styles(workbook), [Column("", "", 20)] * 3, "")
        sheet.write_fact("逾期未报", "、".join(["莘县（5天）"] * 40))
        sheet.write_fact("迟报", "无")

    rows = openpyxl.load_workbook(tmp_path / "long.xlsx").active.row_dimensions
    assert rows[1].height > 10 * rows[2].height


def test_a_citys_own_regime_is_counted_by_kind_of_reporter(tmp_path):
    """It has no cities to rank, and no column for their places."""
    warehouse = lay_reporting_warehouse(tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(warehouse)) as connection:
        for table in ("dim_reporter", "fct_obligation"):
            connection.execute(f"update marts.{table} set regime = 'weihai-2022'")

    path = exports.write_reporting_table(warehouse, "weihai-2022", ROUND, tmp_path / "通报.xlsx", load(), AFTER)

    table = lines_below(openpyxl.load_workbook(path)["通报"], "填报单位类别")
    assert [(row["填报单位类别"], row["应报"], row["实报"]) for row in table] == [
        ("县（市、区）", 8, 4),
        ("合计", 8, 4),
    ]


def test_a_cycle_in_which_nobody_owes_says_so(tmp_path):
    warehouse = lay_reporting_warehouse(tmp_path / "warehouse.duckdb")

    path = exports.write_reporting_table(warehouse, REGIME, "midyear", tmp_path / "通报.xlsx", load(), AFTER)

    texts = [str(row[0].value) for row in openpyxl.load_workbook(path)["通报"].iter_rows()]
    assert any("没有单位应报" in text for text in texts)


@pytest.mark.parametrize(("day", "standing", "overdue"), [(DUE, "open", 0), (date(2018, 1, 1), "missing", 1)])
def test_the_due_day_itself_is_not_overdue(day, standing, overdue):
    missing = line("missing")

    assert (missing.standings(day), missing.days_overdue(day)) == ((standing,), overdue)
    assert (missing.must_act(day), missing.may_be_reminded(day)) == (bool(overdue), True)


@pytest.mark.parametrize(
    ("own", "standings"),
    [
        (line("late", is_on_time=False, is_demanded=True), ("late", "demanded")),
        (line("nil", is_on_time=True), ("received", "nil")),
        (line("nil", is_on_time=False), ("late", "nil")),
        (line("rejected", due=None), ("unasked", "rejected")),
        (line("received", is_on_time=True, missing_parts="长岛县"), ("received", "partial")),
        (line("received", is_on_time=True, replaced_parts="长岛县"), ("received", "replaced")),
    ],
)
def test_what_is_true_beside_the_state_is_told_beside_it(own, standings):
    assert own.standings(AFTER) == standings


def test_the_county_of_that_year_that_did_not_report_is_named(tmp_path):
    """In the notice and in the list, beside the reporter of today whose other part did."""
    warehouse = lay_reporting_warehouse(tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("update marts.fct_obligation set missing_parts = '长岛县' where submission_id = '000001'")

    path = exports.write_reporting_table(warehouse, REGIME, ROUND, tmp_path / "通报.xlsx", load(), AFTER)

    book = openpyxl.load_workbook(path)
    assert named(book["通报"])["合并前单位未报齐"] == "威海市环翠区（长岛县）"
    states = {row["填报单位"]: row["状态"] for row in lines_below(book["明细"], "市")}
    assert states["环翠区"] == "按时报送 · 合并前单位未报齐（长岛县）"


def test_who_owes_nothing_is_in_no_figure_but_its_own():
    counted = tally([line("received", due=None), line("received", is_on_time=True)], AFTER)

    assert (counted.owed, counted.received, counted.unasked) == (1, 1, 1)
    assert tally([], AFTER).received_percent is None


def test_all_is_said_of_all_only():
    assert [percent(part, 3000) for part in (3000, 2999, 1, 0)] == [
        Decimal("100.0"),
        Decimal("99.9"),
        Decimal("0.1"),
        Decimal("0.0"),
    ]


def test_equal_cities_share_a_place():
    on_time = tally([line("received", is_on_time=True)], AFTER)
    missing = tally([line("missing")], AFTER)

    ranked = rank([CityTally("a", "甲", on_time), CityTally("b", "乙", on_time), CityTally("c", "丙", missing)])

    assert [place for place, _ in ranked] == [1, 1, 3]
