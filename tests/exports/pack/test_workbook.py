"""``rollup.xlsx`` read back: its figures are those of the exits, and units are never added."""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest

from exports import facts as questions
from exports.facts import CycleFacts
from exports.pack import write_pack
from rulebook import LOCAL_TIME
from tests.exports.pack.reading import records, texts

A3, A4 = 8, 9
WIDE = ("企业名单", "对账", "报送依据")
SHEETS = [
    "汇总",
    "图表",
    "分市分行业",
    "分行业分类别",
    "目标任务完成情况表",
    "企业名单",
    "报送情况",
    "缺项",
    "对账",
    "数字来源",
    "报送依据",
    "来源文件",
    "计划名单",
    "计划数字来源",
    "计划外名单",
    "计划外数字来源",
]


@pytest.fixture(scope="module")
def book(warehouse, rulebook, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pack")
    write_pack(warehouse, "ankang-2024", "annual", folder, rulebook)
    return openpyxl.load_workbook(folder / "rollup.xlsx")


@pytest.fixture(scope="module")
def exits(warehouse):
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        query = "select exit_id, county_code, industry, capacity, capacity_unit from marts.fct_exit"
        return connection.execute(query).fetchall()


def test_the_layout_is_constant(book):
    assert book.sheetnames == SHEETS
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize == (A3 if sheet.title in WIDE else A4)
        # charts are printed at a scale, as a sheet that is fitted to the page knows no breaks between them
        assert bool(sheet.sheet_properties.pageSetUpPr.fitToPage) is (sheet.title != "图表")
        assert "草稿" in str(sheet["A1"].value)


def test_the_summary_adds_up_each_unit_by_itself(book, exits):
    expected = defaultdict(Decimal)
    for _, _, industry, capacity, unit in exits:
        expected[industry, unit] += capacity

    table = records(book["汇总"], "行业")

    shown = {(line["行业"], line["计量单位"]): line["退出产能"] for line in table if line["行业"] != "合计"}
    assert {key: Decimal(str(value)) for key, value in shown.items()} == expected
    total = table[-1]
    assert (total["行业"], total["退出条数"]) == ("合计", len(exits))
    assert total["退出产能"] is None, "amounts in different units must not be added"


def test_places_and_what_lies_in_none_add_up_to_the_total(book, exits):
    *places, total = records(book["分市分行业"], "县（市、区）")

    assert [line["县（市、区）"] for line in places] == ["汉阴县", "石泉县", "未写明地区"]
    assert sum(line["退出条数"] for line in places) == total["退出条数"] == len(exits)
    assert sum(line["水泥"] or 0 for line in places) == total["水泥"] == 30.125


def test_a_row_in_two_categories_counts_once_in_the_total_and_in_both_rows(book):
    cement = [line for line in records(book["分行业分类别"], "行业") if line["行业"] == "水泥"]

    assert {line["淘汰类别"]: line["退出条数"] for line in cement} == {"合计": 2, "能耗": 1, "技术": 1, "未分类": 1}
    assert any("只计一次" in str(row[0].value) for row in book["分行业分类别"].iter_rows())


def test_every_exit_is_listed_with_the_cell_it_comes_from(book, exits):
    listed = records(book["企业名单"], "序号")

    assert len(listed) == len(exits)
    assert sum(Decimal(str(line["退出产能"])) for line in listed if line["单位"] == "万吨") == Decimal("31.325")
    mill = listed[0]
    assert (mill["企业名称"], mill["设备型号及数量"], mill["类别"]) == (
        "汉阴县城关水泥厂",
        "Φ3.2米水泥磨机2台",
        "能耗、技术",
    )
    assert (mill["回执号"], mill["来源文件"], mill["工作表!单元格"]) == ("000001", "汉阴县.xlsx", "统计表!F6")
    assert [line["拆除"] for line in listed] == ["否", "是", "不明", "否"]


def test_a_name_that_begins_like_a_formula_stays_a_text(book):
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if "=安康" in str(cell.value)]

    # of the lists of exits, of differences and of what is outside the plan
    assert len(cells) == 3
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}


def test_amounts_show_every_decimal_they_have(book):
    formats = {cell.value: cell.number_format for row in book["企业名单"].iter_rows() for cell in row}

    assert formats[0.125].startswith("#,##0.000")
    assert formats[3000].startswith("#,##0_")


def test_who_reported_is_told_in_words_and_local_time(book):
    told = {line["填报单位"]: line for line in records(book["报送情况"], "填报单位")}

    assert {name: line["状态"] for name, line in told.items()} == {
        "汉阴县": "按时报送",
        "石泉县": "迟报",
        "宁陕县": "按时报送 · 零报告",
        "紫阳县": "逾期未报",
        "旬阳市": "审核未通过",
        "安康市生态环境局": "按时报送",
    }
    assert told["石泉县"]["收到时间（北京时间）"] == "2025-01-03 00:30"
    assert told["石泉县"]["迟报天数"] == 4


def test_what_is_missing_is_told_with_the_rules_met_most_often(book):
    missing = [
        (line["填报单位"], line["缺什么"], line["规则"], line["处数"], line["位置"])
        for line in records(book["缺项"], "填报单位")
    ]

    assert missing == [
        ("紫阳县", "逾期未报", None, None, None),
        ("旬阳市", "审核未通过", "F03", 2, "Sheet1!F9"),
        ("旬阳市", "审核未通过", "S13", 1, "Sheet1!F12"),
        ("石泉县", "待说明", "S14", 1, "Sheet1!A2"),
        ("石泉县", "待说明", "X04", 1, "Sheet1!F5"),
    ]


def test_what_was_not_due_when_the_warehouse_was_built_is_not_chased(warehouse, rulebook, tmp_path):
    early = Path(shutil.copy(warehouse, tmp_path / "warehouse.duckdb"))
    the_due_day = datetime(2024, 12, 30, 12, tzinfo=LOCAL_TIME).timestamp()
    os.utime(early, (the_due_day, the_due_day))

    write_pack(early, "ankang-2024", "annual", tmp_path, rulebook)

    missing = records(openpyxl.load_workbook(tmp_path / "rollup.xlsx")["缺项"], "填报单位")
    assert [(line["缺什么"], line["怎么改"]) for line in missing if line["填报单位"] == "紫阳县"] == [
        ("未到期", "尚未到期，不必催报。")
    ]


def test_a_finding_across_submissions_names_the_other_one(book):
    problems = {line["规则"]: line["问题"] for line in records(book["缺项"], "填报单位")}

    assert problems["X04"] == "产能与别的单位所报不同。收件 000004"
    assert problems["S14"] == "没有写明填报单位或者填报时间。"


def test_no_number_of_other_problems_crowds_out_what_other_submissions_speak_against(warehouse, rulebook, tmp_path):
    crowded = Path(shutil.copy(warehouse, tmp_path / "warehouse.duckdb"))
    with duckdb.connect(str(crowded)) as connection:
        ((submission,),) = connection.execute(
            "select submission_id from marts.fct_finding where rule = 'X04'"
        ).fetchall()
        for rule in ("R01", "R02", "R03", "R04") * 3:
            finding = (submission, rule, "explain", "Sheet1", "F5", "请说明。", "说明原因。", "open", None)
            connection.execute("insert into marts.fct_finding values (?, ?, ?, ?, ?, ?, ?, ?, ?)", finding)

    write_pack(crowded, "ankang-2024", "annual", tmp_path, rulebook)

    missing = records(openpyxl.load_workbook(tmp_path / "rollup.xlsx")["缺项"], "填报单位")
    assert [line["规则"] for line in missing if line["缺什么"] == "待说明"] == ["R01", "R02", "R03", "X04"]


def test_a_returned_table_is_missing_with_the_stewards_reason_and_a_waived_finding_is_not(
    warehouse, rulebook, tmp_path
):
    decided = tmp_path / "warehouse.duckdb"
    shutil.copy(warehouse, decided)
    with duckdb.connect(str(decided)) as connection:
        connection.execute("insert into marts.fct_decision values ('return', '000001', '产能与许可证不符', true, null)")
        connection.execute("update marts.fct_submission set status = 'returned' where submission_id = '000001'")
        connection.execute("update marts.fct_obligation set state = 'returned' where submission_id = '000001'")
        connection.execute("update marts.fct_finding set resolution = 'waived' where rule = 'S13'")
    write_pack(decided, "ankang-2024", "annual", tmp_path, rulebook)
    told = openpyxl.load_workbook(tmp_path / "rollup.xlsx")

    missing = [(line["填报单位"], line["缺什么"], line["问题"]) for line in records(told["缺项"], "填报单位")]
    assert ("汉阴县", "已退回", "审核员退回：产能与许可证不符") in missing
    assert [problem for _, _, problem in missing if problem == "合计与各行之和不符。"] == []
    states = {line["填报单位"]: line["状态"] for line in records(told["报送情况"], "填报单位")}
    assert states["汉阴县"] == "已退回"


def test_differences_show_both_sides_and_which_one_counts(book):
    lines = [line for line in records(book["对账"], "地区") if line["企业名称"] == "石泉县饶峰水泥有限公司"]

    assert [(line["报送方"], line["所报产能"], line["计入产能"]) for line in lines] == [
        ("县级", 0.125, 0.125),
        ("部门", 0.8, None),
    ]


def test_a_difference_says_that_the_choice_made_of_it_holds_no_more(book):
    notes = {line["企业名称"]: line["说明"] for line in records(book["对账"], "地区")}

    assert "第 8 号决定" in notes.pop("石泉县饶峰水泥有限公司") and set(notes.values()) == {None}


def test_a_difference_says_under_which_word_of_industry_a_side_reports_it(book):
    notes = [line["说明"] for line in records(book["对账"], "地区") if line["企业名称"] == "石泉县饶峰水泥有限公司"]

    assert ["行业写作“建材”" in note for note in notes] == [False, True]


def test_the_workbook_of_a_plan_speaks_of_what_is_planned_alone(warehouse, rulebook, tmp_path):
    write_pack(warehouse, "ankang-2024", "plan", tmp_path, rulebook)
    told = openpyxl.load_workbook(tmp_path / "rollup.xlsx")
    # the titles of the plan's document and of the workbook itself are no claim
    said = "\n".join(map(texts, told)).replace("落后产能退出", "").replace("计划退出", "")
    assert "退出" not in said and "拆除" not in said and "Dismantled" not in said
    assert " Exits" not in said and "Planned exits" in said
    assert "计划退出条数 Planned exits" in texts(told["汇总"])
    listed = told["企业名单"]
    (mill,) = records(listed, "序号")
    assert (mill["企业名称"], mill["计划退出产能"], mill["计划关停时间"]) == (
        "汉阴县城关水泥厂",
        40,
        "2024-06-30",
    )
    (receipt,) = (cell for row in listed.iter_rows() for cell in row if cell.value == "000007")
    assert receipt.hyperlink.location.startswith("'来源文件'!")
    transmittal = openpyxl.load_workbook(tmp_path / "transmittal.xlsx").active
    assert "退出计划报送清单" in str(transmittal["A1"].value)


def test_a_place_is_printed_with_the_name_it_had_in_the_year(warehouse, rulebook):
    regime = rulebook.regimes["ankang-2024"]
    renamed = regime.reporters["610921"].model_copy(update={"names_then": ("汉阴厅",)})
    regime = regime.model_copy(update={"reporters": regime.reporters | {"610921": renamed}})
    with CycleFacts(warehouse, regime, "annual") as facts:
        facts.list_exits()
        assert {line.place for line in facts.ask(questions.PLACES)} >= {"汉阴县（时为汉阴厅）", "石泉县"}
        assert {line.county for line in facts.ask(questions.EXITS)} == {"汉阴县（时为汉阴厅）", "石泉县", None}
        assert "汉阴县" in {line.division for line in facts.ask(questions.ROLLUP)}
