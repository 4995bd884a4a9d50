"""``not_dismantled.xlsx`` read back: what stands and what is not known, each an "of which" of the exits."""

from __future__ import annotations

import openpyxl
import pytest

from exports.pack import write_pack
from tests.exports.pack.reading import records

STANDING, UNKNOWN = "已关停未拆除", "拆除情况不明"


@pytest.fixture(scope="module")
def folder(warehouse, rulebook, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pack")
    write_pack(warehouse, "ankang-2024", "annual", folder, rulebook)
    return folder


@pytest.fixture(scope="module")
def book(folder):
    return openpyxl.load_workbook(folder / "not_dismantled.xlsx")


def test_what_stands_is_told_apart_from_what_nobody_tells(book):
    assert book.sheetnames == [STANDING, UNKNOWN]
    told = {sheet.title: [(one["企业名称"], one["拆除情况"], one["依据"], one["市县验收"])
                          for one in records(sheet, "企业名单序号")] for sheet in book}  # fmt: skip
    assert told == {
        STANDING: [
            ("汉阴县城关水泥厂", "未拆除", "统计表", "未经两级验收"),
            ("=安康市江北化工厂", "已封存未拆除", "验收意见表", "两级已验收"),
        ],
        UNKNOWN: [("石泉县饶峰水泥有限公司", "不明", None, "无验收意见表")],
    }


def test_the_sentence_above_counts_them_among_the_exits_and_adds_each_unit_by_itself(book):
    assert book[STANDING]["A3"].value == "退出 4 条，其中已关停未拆除 2 条（其中已封存 1 条）：31.2 万吨。"
    assert book[UNKNOWN]["A3"].value == "退出 4 条，其中统计表和验收意见表都没有说明是否拆除的 1 条：0.125 万吨。"


def test_its_numbers_are_those_of_the_list_of_exits(folder, book):
    listed = records(openpyxl.load_workbook(folder / "rollup.xlsx")["企业名单"], "序号")
    names = {one["序号"]: one["企业名称"] for one in listed}
    assert [names[one["企业名单序号"]] for sheet in book for one in records(sheet, "企业名单序号")] == [
        "汉阴县城关水泥厂",
        "=安康市江北化工厂",
        "石泉县饶峰水泥有限公司",
    ]
