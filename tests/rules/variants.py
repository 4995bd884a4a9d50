"""The table of ways to break one rule: which cells of a faultless exit table are written differently, and what is found.

Cells are those of `exit_table`: headings in row 4, exits in rows 5 to 7.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.rules.exit_table import ZIYANG, Office

NANSHAN = Office("shenzhen-2019", "440305", "南山区")
HUANCUI = Office("weihai-2022", "371002", "环翠区")
ZHANGQIU = Office("shandong-2017", "370114", "章丘区")
SAFETY_BUREAU = Office("ankang-2024", "610900-yjgl", "紫阳县")

Change = Mapping[str, Any] | Callable[[Worksheet], None]
"""New values by cell, or what is done to the sheet."""


TO_COME = date(date.today().year + 2, 1, 1)
"""A day after that on which any table of the tests came."""


@dataclass(frozen=True)
class Variant:
    """One way to break one rule."""

    rule: str
    what: str
    change: Change
    cell: str | None
    office: Office = ZIYANG
    before: Change = field(default_factory=dict)
    """What is written differently in the faultless table too, so that this rule has something to speak about."""
    sheet: str | None = "统计表"
    """Sheet of the finding."""


def spoil(workbook: Workbook, change: Change) -> None:
    """Write ``change`` into the first sheet of ``workbook``."""
    sheet = workbook.worksheets[0]
    if callable(change):
        change(sheet)
    else:
        for cell, value in change.items():
            sheet[cell] = value


def merge(cells: str) -> Change:
    return lambda sheet: sheet.merge_cells(cells)


def append(*rows: list[Any]) -> Change:
    def change(sheet: Worksheet) -> None:
        for row in rows:
            sheet.append(row)

    return change


def repeat_row(source: int, **changes: Any) -> Change:
    """The exit of row ``source`` stands a second time below the last one, with some cells changed by their column."""

    def change(sheet: Worksheet) -> None:
        cells = {cell.column_letter: cell.value for cell in sheet[source]} | changes
        sheet.append(cells)

    return change


def remove_column(letter: str) -> Change:
    return lambda sheet: sheet.delete_cols(sheet[f"{letter}1"].column)


def remove_rows(first: int, last: int) -> Change:
    return lambda sheet: sheet.delete_rows(first, last - first + 1)


def hide_row(number: int) -> Change:
    def change(sheet: Worksheet) -> None:
        sheet.row_dimensions[number].hidden = True

    return change


def hide_column(letter: str) -> Change:
    def change(sheet: Worksheet) -> None:
        sheet.column_dimensions[letter].hidden = True

    return change


def add_sheet(name: str, state: str = "visible", year: int | None = None) -> Change:
    """A second sheet with the same table; with ``year`` in its title another year's."""

    def change(sheet: Worksheet) -> None:
        copy = sheet.parent.copy_worksheet(sheet)
        copy.title = name
        copy.sheet_state = state
        if year:
            copy["A1"] = f"{year}年落后产能退出情况统计表"

    return change


def chained(*changes: Change) -> Change:
    def change(sheet: Worksheet) -> None:
        for one in changes:
            spoil(sheet.parent, one)

    return change


UNIT_BESIDE = {"N4": "计量单位", "F5": 30, "N5": "万吨", "F6": 20, "N6": "万吨", "F7": 15, "N7": "万吨"}
"""The unit in a column of its own."""


def ten_works(sheet: Worksheet) -> None:
    """Ten cement works of 20 to 29 万吨 instead of three."""
    sheet.delete_rows(5, 3)
    for number in range(1, 11):
        name = f"紫阳县第{number}水泥有限公司"
        sheet.append([number, "紫阳县", "水泥", name, "机立窑1座", f"{19 + number}万吨", "能耗"])


def units_beside(sheet: Worksheet) -> None:
    """The unit of every amount stands in a column of its own too."""
    for row, text in enumerate(["计量单位", "万吨", "万吨", "万吨"], start=4):
        sheet.cell(row, 14, text)


VARIANTS = [
    # ---- the sheet ----
    Variant("S04", "a required column is not there", remove_column("G"), "A4"),
    Variant(
        "S04", "the amounts stand under a heading nobody knows", {"F4": None, "F5": None, "F6": None, "F7": None}, "A4"
    ),
    Variant("S05", "two columns carry the same field", {"N4": "企业名称"}, "N4"),
    Variant("S05", "the same field under another of its headings", {"M4": "所属行业", "M5": None}, "M4"),
    Variant("S06", "a column that belongs to no field", {"N4": "联系人", "N5": "王某"}, "N4"),
    Variant("S06", "values in a column without a heading", {"N6": "已核"}, "N4"),
    Variant("S09", "no rows and no nil return", remove_rows(5, 7), "A4"),
    Variant(
        "S10",
        "a sentence says that there is nothing, and rows follow",
        {"A2": "填报单位：紫阳县人民政府（零报告）"},
        "D5",
    ),
    Variant("S10", "a row says 无 below rows that say otherwise", {"D8": "无"}, "D5"),
    Variant("S12", "a row of data is hidden", hide_row(6), "A6"),
    Variant("S12", "rows are folded away", lambda sheet: sheet.row_dimensions.group(6, 7, hidden=True), "A6"),
    Variant("S12", "a column of the table is hidden", hide_column("H"), "H5"),
    Variant("S12", "the column of the amounts is hidden", hide_column("F"), "F5"),
    Variant("S13", "the total is not the sum", append(["合计", None, None, None, None, "66万吨"]), "F8"),
    Variant(
        "S13", "the total is off by the last printed digit", append(["合计", None, None, None, None, "65.1万吨"]), "F8"
    ),
    Variant("S13", "the number of enterprises is wrong", append(["合计", None, None, "4家"]), "D8"),
    Variant(
        "S13",
        "a subtotal is wrong, the total is right",
        {"F8": "60万吨"},
        "F8",
        before=append(["小计", None, None, None, None, "65万吨"], ["合计", None, None, None, None, "65万吨"]),
    ),
    Variant("S14", "填报单位 is blank, the place of delivery tells the reporter", {"A2": "填报单位（盖章）："}, "A2"),
    Variant("S14", "填报时间 is the printed form that nobody filled in", {"A3": "填报时间：2024 年 月 日"}, "A3"),
    Variant("S14", "填报时间 is absent", {"A3": None}, None),
    Variant("S14", "填报时间 is a day that no calendar has", {"A3": "填报时间：2024年2月30日"}, "A3"),
    Variant("S17", "last year's table lies beside it", add_sheet("2023年", year=2023), None),
    # ---- the cell ----
    *(
        Variant("F01", f"required and blank: {cell}", {cell: None}, cell)
        for cell in ("B6", "C6", "D6", "E6", "F6", "G6")
    ),
    Variant("F01", "nothing but spaces", {"D6": " 　"}, "D6"),
    *(Variant("F01", f"a dash in {cell}", {cell: "—"}, cell) for cell in ("B6", "C6", "E6", "F6", "G6")),
    Variant("F02", "an amount in words", {"F5": "若干万吨"}, "F5"),
    Variant("F02", "two amounts in one cell", {"F5": "10万吨+20万吨"}, "F5"),
    Variant("F02", "a range", {"F5": "10-20万吨"}, "F5"),
    Variant("F03", "a number as text without a unit", {"F5": "30"}, "F5"),
    Variant("F03", "a number without a unit", {"F5": 30}, "F5"),
    Variant("F04", "a unit of another industry", {"F5": "30万米"}, "F5"),
    Variant("F04", "a unit nobody knows", {"F5": "30万斗"}, "F5"),
    Variant("F04", "dyeing in 万吨", {"C5": "印染", "F5": "30万吨", "G5": "环保"}, "F5", office=NANSHAN),
    Variant("F05", "zero", {"F5": "0万吨"}, "F5"),
    Variant("F05", "below zero", {"F5": "-30万吨"}, "F5"),
    Variant("F06", "a word that is like one of the five", {"G5": "节能"}, "G5"),
    Variant("F06", "one of several is none of the five", {"G5": "能耗、环境"}, "G5"),
    Variant("F07", "an industry beyond the plan's key industries", {"C5": "造纸"}, "C5"),
    Variant("F08", "an industry mistyped", {"C5": "水尼"}, "C5"),
    Variant("F08", "an industry nobody knows", {"C5": "开网店"}, "C5"),
    Variant("F09", "the check character does not fit", {"H5": "91350100M000100Y44"}, "H5"),
    Variant("F09", "one character short", {"H5": "91350100M000100Y4"}, "H5"),
    Variant("F09", "a letter the alphabet does not have", {"H5": "9135O100M000100Y43"}, "H5"),
    Variant("F10", "a neighbouring county", {"B5": "汉阴县"}, "B5"),
    Variant("F10", "a place that does not exist", {"B5": "紫云县"}, "B5"),
    Variant("F11", "a day no calendar has", {"J6": "2024年2月30日"}, "J6"),
    Variant("F11", "no date at all", {"K6": "年底前"}, "K6"),
    Variant("F11", "the date of acceptance", {"L5": "待定"}, "L5"),
    Variant("F12", "equipment without a count", {"E5": "Φ2.4×10m水泥磨"}, "E5"),
    Variant("F12", "a number of nobody knows which machines", {"E5": "四台"}, "E5"),
    *(
        Variant("F13", f"an error value in {cell}", {cell: value}, cell)
        for cell, value in {"F5": "#REF!", "D5": "#N/A", "E6": "#DIV/0!", "G7": "#VALUE!", "M5": "#NAME?"}.items()
    ),
    Variant("F13", "a formula whose value was not stored", {"F5": '=10+20&"万吨"'}, "F5"),
    Variant("F13", "a formula instead of a date", {"J5": "=TODAY()"}, "J5"),
    Variant("F13", "a total whose value was not stored", append(["合计", *[None] * 4, "=SUM(F5:F7)"]), "F8"),
    Variant("F14", "a placeholder", {"D5": "待定"}, "D5"),
    Variant("F14", "a stroke", {"D5": "/"}, "D5"),
    Variant("F14", "only a place", {"D5": "紫阳县"}, "D5"),
    Variant("F14", "fewer than four characters", {"D5": "水泥厂"}, "D5"),
    Variant("F15", "a name of 201 characters", {"D5": "紫阳县" + "长" * 194 + "有限公司"}, "D5"),
    Variant("F15", "a remark of 501 characters", {"M5": "说" * 501}, "M5"),
    Variant("F15", "equipment of more than 4,000 characters", {"E5": "机立窑1座" + "、机立窑1座" * 800}, "E5"),
    Variant(
        "F16",
        "a department speaks of another's category",
        {"G5": "环保"},
        "G5",
        SAFETY_BUREAU,
        {"G5": "安全", "G7": "安全"},
    ),
    Variant(
        "F16",
        "of two categories one is another's",
        {"G5": "安全、质量"},
        "G5",
        SAFETY_BUREAU,
        {"G5": "安全", "G7": "安全"},
    ),
    Variant("F17", "one amount merged over two enterprises", merge("F5:F6"), "F5"),
    Variant("F19", "one method merged over two rows", merge("I5:I6"), "I5"),
    Variant("F19", "one day merged over three rows", merge("J5:J7"), "J5"),
    Variant(
        "F18",
        "the column of counts says another number than the equipment",
        {"N6": 3},
        "N6",
        before={"N4": "设备数量", "N5": 1, "N6": 2, "N7": 2},
    ),
    Variant("F01", "a row that was begun and left", append([4, "紫阳县", "水泥"]), "D8"),
    Variant("F01", "a row with a stroke for a name and nothing else", append([4, "紫阳县", "水泥", "/"]), "D8"),
    Variant("F01", "an amount without anything beside it", append([None, None, "水泥", None, None, "65万吨"]), "D8"),
    Variant("F03", "a unit merged over two rows", merge("N5:N6"), "F6", before=UNIT_BESIDE),
    # ---- the row ----
    Variant("R01", "a row comes twice", repeat_row(5, A=4), "D8"),
    Variant(
        "R01",
        "the same amount in another unit, the name with another legal form",
        repeat_row(7, D="紫阳县宏源建材有限公司", F="150000吨"),
        "D8",
    ),
    Variant(
        "R02",
        "a mill above the limit of the 2011 catalogue",
        {"E5": "Φ3.2×13m水泥磨1台"},
        "E5",
        NANSHAN,
        {"G5": "技术"},
    ),
    Variant(
        "R02",
        "the same where the province's plan points at that catalogue",
        {"E5": "Φ3.0×11m水泥磨1台"},
        "E5",
        ZHANGQIU,
        {"G5": "技术"},
    ),
    Variant("R03", "吨 written as 万吨", {"F9": "240000万吨"}, "F9", before=ten_works),
    Variant("F20", "another unit beside the amount than in it", {"N5": "吨"}, "N5", before=units_beside),
    Variant("R03", "吨 written as 万吨 where there are but two others", {"F5": "240000万吨"}, "F5"),
    Variant("R03", "万吨 written as 吨", {"F9": "24吨"}, "F9", before=ten_works),
    Variant("R04", "dismantled before it was shut down", {"K5": date(2024, 2, 1)}, "K5"),
    Variant("R04", "accepted before it was shut down", {"L5": date(2024, 2, 1)}, "L5"),
    Variant("R05", "shut down in the year before", {"J5": date(2023, 12, 31)}, "J5"),
    Variant("R09", "dismantled in a year or two", {"K5": TO_COME}, "K5"),
    Variant("R06", "capacity was swapped", {"I5": "产能置换"}, "I5"),
    Variant("R06", "capacity was written down", {"I5": "核减"}, "I5"),
    Variant("R06", "converted to other products", {"I5": "转产"}, "I5"),
    Variant("R06", "a method nobody knows", {"I5": "择日处理"}, "I5"),
    Variant(
        "R07",
        "energy of dyeing",
        {"C5": "印染", "F5": "30万米", "G5": "能耗"},
        "G5",
        NANSHAN,
        {"C5": "印染", "F5": "30万米", "G5": "环保"},
    ),
    Variant(
        "R11",
        "the code of the enterprise above",
        {"H6": "91350100M000100Y43"},
        "H6",
        before={"H5": "91350100M000100Y43"},
    ),
]

NO_FAULT = {
    "a bare number of ten thousands beside its unit": (
        ZIYANG,
        {"F5": "30万", "N4": "计量单位", "N5": "吨", "N6": "万吨", "N7": "万吨"},
    ),
    "one credit code for two rows of one enterprise": (
        ZIYANG,
        {"H5": "91350100M000100Y43", "H6": "91350100M000100Y43", "D6": "紫阳县华安水泥有限公司二厂"},
    ),
    "the same mill where the plan sets another limit": (
        HUANCUI,
        {"E5": "Φ3.2×13m水泥磨1台", "G5": "技术", "I5": "整合退出"},
    ),
    "the same mill where the plan sets none": (ZIYANG, {"E5": "Φ3.2×13m水泥磨1台", "G5": "技术"}),
    "an integration that the plan counts as an exit": (HUANCUI, {"I5": "整合退出"}),
    "shut down on the first day of the year": (ZIYANG, {"J5": date(2024, 1, 1)}),
    "dismantled on the day it was shut down": (ZIYANG, {"K5": date(2024, 3, 1)}),
    "dismantled within the month of the shutdown": (ZIYANG, {"J5": "2024年5月", "K5": "2024年5月20日"}),
    "a count column that says the same": (ZIYANG, {"N4": "设备数量", "N5": 1, "N6": 2, "N7": 2}),
    "a total that is right to half its last digit": (ZIYANG, append(["合计", None, "3家", None, None, "65万吨"])),
    "one name, two machines": (ZIYANG, repeat_row(5, E="Φ2.2×7m水泥磨1台", H=None)),
    "names, industry and county in other words": (ZIYANG, {"B5": "紫阳", "C5": "水泥行业", "G5": "能耗不达标"}),
    "one amount for two rows of one enterprise": (
        ZIYANG,
        chained(repeat_row(7, E="Φ2.2×7m水泥磨1台", H=None), merge("F7:F8")),
    ),
    "a remark for several rows": (ZIYANG, merge("M5:M7")),
    "a blank row between": (ZIYANG, lambda sheet: sheet.insert_rows(6)),
    "a hidden row without values": (ZIYANG, hide_row(40)),
    "amounts far apart, but neither eight others nor published ones": (ZIYANG, {"C5": "化工", "F5": "240000万吨"}),
    "an amount a hundred times the published average": (ZIYANG, {"F5": "1900万吨"}),
}
"""What comes close to a fault and is none."""
