"""The files of `inbox/`, made anew by ``python -m tests.golden.workbooks`` (LibreOffice writes some of them).

Every file is the annual table of 紫阳县 for Ankang 2024 unless it says otherwise. The folder says what becomes of a
file, its name which rule speaks about it or what is accepted in it.
"""

from __future__ import annotations

import io
import shutil
from datetime import date
from pathlib import Path

import openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from ingestion import limits
from rulebook import load
from tests.golden.writers import (
    by_libreoffice,
    by_xlsxwriter,
    changed,
    encrypted,
    linked,
    marked_encrypted,
    repackaged,
    with_cells,
    zipped_by_windows,
)
from tests.ingestion.samples import (
    DATE_LINE,
    HEADINGS,
    PREAMBLE,
    REPORTER_LINE,
    TITLE,
    comma_separated,
    row,
    saved,
    table,
    xls,
    xlsx,
    zipped,
)

INBOX = Path(__file__).parent / "inbox"

Files = dict[str, bytes]

MILL = row()
KILN = row(sequence=2, enterprise="紫阳县汉江水泥厂", equipment="机立窑2座", capacity="20万吨/年", category="安全")
PLANT = row(
    sequence=3,
    industry="化工",
    enterprise="紫阳县汉江化工厂",
    equipment="反应釜3台",
    capacity="0.5万吨",
    category="环保",
)
PLAIN = table(MILL, KILN, PLANT)
DATED = [*HEADINGS, "退出方式", "关停时间", "拆除时间"]
TWO_ROW_HEADINGS = [
    [*HEADINGS[:5], "涉及产能", None, "淘汰类别"],
    [None, None, None, None, None, "数量", "计量单位", None],
]
MACRO_ENABLED = {"[Content_Types].xml": ("spreadsheetml.sheet.main+xml", "ms-excel.sheet.macroEnabled.main+xml")}


# ---- accepted: every habit of real files (domain, section 3.3), alone and together ----


def accepted_formats() -> Files:
    """One table in every format."""
    plain = by_xlsxwriter(PLAIN)
    zone = [[str(value).replace("紫阳县", "安康高新技术产业开发区") for value in line] for line in table(MILL, KILN)]
    zone[1] = ["填报单位（盖章）：安康高新区管委会"]
    return {
        "openpyxl.xlsx": xlsx(PLAIN),
        "xlsxwriter.xlsx": plain,
        "libreoffice.xlsx": by_libreoffice(plain, ".xlsx"),
        "libreoffice.ods": by_libreoffice(plain, ".ods"),
        "libreoffice.xls": by_libreoffice(plain, ".xls"),
        "xlwt.xls": xls(PLAIN),
        "wps.et": xls(PLAIN),
        "xlsx_under_the_name_of_an_xls.xls": plain,
        "gb18030.csv": comma_separated(PLAIN, "gb18030"),
        "utf8_bom.csv": comma_separated(PLAIN, "utf-8-sig"),
        "without_macros.xlsm": repackaged(plain, MACRO_ENABLED),
        "inline_strings.xlsx": repackaged(
            with_cells(PLAIN, D5=12345),
            {
                "xl/worksheets/sheet1.xml": (
                    '<c r="D5" t="n"><v>12345</v></c>',
                    f'<c r="D5" t="inlineStr"><is><t>{MILL[3]}</t></is></c>',
                )
            },
        ),
        "rich_text.xlsx": with_cells(
            PLAIN,
            D5=CellRichText(
                TextBlock(InlineFont(b=True), "紫阳县华安"), TextBlock(InlineFont(color="FFFF0000"), "水泥有限公司")
            ),
        ),
        "formula_with_stored_value.xlsx": by_xlsxwriter(
            table([*MILL[:5], None, "能耗"]), {"F5": ('=10+20&"万吨"', "30万吨")}
        ),
        "name_(最终版)汇总表(2).xlsx": plain,
        "document.pdf": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n",
        "zip_with_names_in_gbk.zip": zipped_by_windows(
            {
                "紫阳县统计表.xlsx": plain,
                "~$紫阳县统计表.xlsx": b"\x06author",
                "高新区/统计表.xls": xls(zone),
                "现场照片.jpg": b"\xff\xd8\xff\xe0",
            }
        ),
    }


def accepted_layouts() -> Files:
    """What stands around and between the rows."""
    return {
        "two_row_header.xlsx": xlsx(
            [*PREAMBLE, *TWO_ROW_HEADINGS, [*MILL[:5], 30, "万吨", "能耗"], [*KILN[:5], 200000, "吨", "安全"]],
            merged=["A4:A5", "B4:B5", "C4:C5", "D4:D5", "E4:E5", "F4:G4", "H4:H5"],
        ),
        "two_row_header_without_merged_cells.csv": comma_separated(
            [*PREAMBLE, *TWO_ROW_HEADINGS, [*MILL[:5], 30, "万吨", "能耗"]]
        ),
        "three_headings_and_ticked_categories.xlsx": xlsx(
            [
                *PREAMBLE,
                [*HEADINGS[:4], "退出情况", None, None, "淘汰类别", None, None, None, None],
                [*[None] * 4, "设备", "产能", None, "能耗", "环保", "质量", "安全", "技术"],
                [*[None] * 4, "型号及数量", "数量", "单位"],
                [*MILL[:5], 30, "万吨", "√"],
                [*KILN[:5], 20, "万吨", None, "√", None, "√"],
            ],
            merged=[
                *(f"{letter}4:{letter}6" for letter in "ABCD"),
                *("E4:G4", "H4:L4", "F5:G5"),
                *(f"{letter}5:{letter}6" for letter in "HIJKL"),
            ],
        ),
        "machines_by_name_model_and_number.xlsx": xlsx(
            table(
                [*MILL[:4], "水泥磨", "Φ2.4×10m", 1, *MILL[5:]],
                [*KILN[:4], "水泥磨\n破碎机", "Φ2.2×7m\nPE400", "2\n1", *KILN[5:]],
                headings=[*HEADINGS[:4], "设备名称", "规格型号", "数量（台）", *HEADINGS[5:]],
            )
        ),
        "machines_by_model_and_number.xlsx": xlsx(
            [
                *PREAMBLE,
                [*HEADINGS[:4], "淘汰生产线（设备）", None, "退出产能（万吨）", "淘汰类别"],
                [*[None] * 4, "型号", "数量（台/套）", None, None],
                [*MILL[:4], "Φ2.4×10m水泥磨", 2, 30, "能耗"],
            ],
            merged=[*(f"{letter}4:{letter}5" for letter in "ABCDGH"), "E4:F4"],
        ),
        "grouped_header.xlsx": xlsx(
            [
                *PREAMBLE,
                [*HEADINGS, "退出情况", None, None],
                [*[None] * 7, "退出方式", "关停时间", "拆除时间"],
                [*MILL, "关停", date(2024, 3, 1), None],
            ],
            merged=[*(f"{letter}4:{letter}5" for letter in "ABCDEFG"), "H4:J4"],
        ),
        "merged_places.xlsx": xlsx(
            table(
                MILL,
                row(sequence=2, county=None, industry=None, enterprise="紫阳县汉江水泥厂"),
                [*PLANT[:1], None, *PLANT[2:]],
            ),
            merged=["B5:B7", "C5:C6"],
        ),
        "title_far_above.xlsx": xlsx([["附件2"], [], TITLE, [], REPORTER_LINE, DATE_LINE, [], HEADINGS, MILL]),
        "reporter_and_date_in_one_cell.xlsx": xlsx(
            [TITLE, ["填报单位（盖章）：紫阳县工信局      填报时间：2024年12月20日"], HEADINGS, MILL]
        ),
        "totals.xlsx": xlsx(
            table(
                MILL,
                KILN,
                ["小计", None, None, "2家", None, "50万吨"],
                PLANT,
                ["小计", None, None, "1家", None, "5000吨"],
                ["合计", None, None, "3家", None, "50.5万吨"],
            )
        ),
        "total_counts_enterprises_only.xlsx": xlsx(table(MILL, KILN, ["合计", None, None, "共2家"])),
        "totals_by_industry_at_the_end.xlsx": xlsx(
            table(
                MILL,
                PLANT,
                KILN,
                ["水泥小计", None, None, "2家", None, "50万吨"],
                ["小计", None, "化工", "1家", None, "5000吨"],
                ["合计", None, None, "3家", None, "50.5万吨"],
                ["其中：水泥", None, None, None, None, "50万吨"],
                ["化工", None, None, None, None, "0.5万吨"],
            )
        ),
        "reporter_and_date_below_the_table.xlsx": xlsx(
            [TITLE, HEADINGS, MILL, KILN, [*REPORTER_LINE, None, None, *DATE_LINE]]
        ),
        "ticks_under_a_heading_not_merged.xlsx": xlsx(
            [
                *PREAMBLE,
                [*HEADINGS, None, None, None, None],
                [*[None] * 6, "能耗", "环保", "质量", "安全", "技术"],
                [*MILL[:6], "√"],
                [*KILN[:6], None, "√", None, "√"],
            ]
        ),
        "unit_behind_the_title.xlsx": xlsx([[f"{TITLE[0]}（单位：万吨）"], *PREAMBLE[1:], HEADINGS, row(capacity=30)]),
        "notes_and_signatures.xlsx": xlsx(
            table(
                MILL,
                ['注："淘汰类别"是指具体在环保、能耗、质量、安全、技术标准中不达标的类别。'],
                ["填表人：李某", None, None, "审核人：王某", None, "联系电话：0915-1234567"],
            )
        ),
        "blank_rows.xlsx": xlsx(table(MILL, [], [None] * 7, KILN, [3], [4])),
        "heading_again_on_the_next_page.xlsx": xlsx(table(MILL, HEADINGS, KILN)),
        "columns_counted_under_the_heading.xlsx": xlsx(table(["甲", "乙", "丙", "丁", "1", "2", "3"], MILL)),
        "second_sheet_is_no_table.xlsx": xlsx(PLAIN, 填表说明=[["一、请逐行填写。"], ["二、产能请写明单位。"]]),
        "hidden_rows_without_values.xlsx": changed(
            PLAIN, lambda sheet: sheet.row_dimensions.group(20, 30, hidden=True)
        ),
        "formatted_far_down.xlsx": changed(PLAIN, lambda sheet: setattr(sheet["F60000"], "number_format", "0.00")),
        "other_headings.xlsx": xlsx(
            [
                *PREAMBLE,
                [
                    "序号",
                    "县（市、区）",
                    "所属行业",
                    "单位名称",
                    "主体设备(生产线)名称、规格型号及数量",
                    "退出产能(万吨/年)",
                    "淘汰类别",
                ],
                [*MILL[:5], 30, "能耗"],
            ]
        ),
        "unit_line_above.xlsx": xlsx([*PREAMBLE, ["单位：万吨"], HEADINGS, row(capacity=30)]),
        "unit_in_heading.xlsx": xlsx(
            table(
                row(capacity=30),
                [*KILN[:5], "20.5", "安全"],
                headings=[*HEADINGS[:5], "涉及产能（万吨/年）", "淘汰类别"],
            )
        ),
        "unit_column.xlsx": xlsx(
            table(
                [*MILL[:5], 30, "万吨", "能耗"],
                [*KILN[:5], 1200, "吨", "安全"],
                headings=[*HEADINGS[:6], "计量单位", "淘汰类别"],
            )
        ),
        "nil_row.xlsx": xlsx(table([1, "紫阳县", None, "无"])),
        "nil_sentence.xlsx": xlsx([*PREAMBLE, ["本年度无落后产能退出，特此报告。"], HEADINGS]),
        "nil_without_table.xlsx": xlsx([*PREAMBLE, ["零报告"]]),
    }


def accepted_words() -> Files:
    """How amounts, counts, dates and categories are written."""
    names = [f"紫阳县{name}水泥厂" for name in ("东山", "南坪", "西河", "北关", "中坝", "上营")]
    amounts = ["约30万吨/年", "20余万吨", "300,000吨", "12，000 吨/年", "900t/a", "0.3亿吨"]
    dates = [
        (date(2024, 7, 1), date(2024, 8, 30)),
        (45474, "2024年8月"),
        ("2024年7月1日", "二〇二四年八月三十日"),
        ("2024.7.1", "2024.8.30"),
        ("2024-07-01", "2024年8月31日前"),
        ("２０２４／７／１", "2024/8/30"),
    ]
    categories = ["能耗、技术", "能耗，环保", "质量/安全", "能耗不达标；技术不达标", "环保 安全", "能耗"]
    methods = ["关停", "停业", "关闭", "取缔", "拆除", "断水断电、拆除动力装置、封存"]
    return {
        "full_width.xlsx": xlsx(
            table(
                row(equipment="Φ２．４×１０ｍ水泥磨１台", capacity="５，０００吨"),
                row(sequence="２", enterprise=names[0], equipment="ф3.2m磨机２台"),
                row(sequence="３", enterprise=names[1], equipment="φ2.2m水泥磨１台", capacity="３０　万吨／年"),
            )
        ),
        "amounts.xlsx": xlsx(
            table(*(row(enterprise=name, capacity=text) for name, text in zip(names, amounts, strict=True)))
        ),
        "chinese_numerals.xlsx": xlsx(
            table(
                row(equipment="水泥生产线一条、石灰窑贰座"),
                row(enterprise=names[0], equipment="机立窑壹座"),
            )
        ),
        "clinker_by_the_day.xlsx": xlsx(table(row(industry="水泥熟料", capacity="2500吨/日", equipment="回转窑1座"))),
        "dates.xlsx": xlsx(
            table(
                *([*row(enterprise=name), "拆除", *both] for name, both in zip(names, dates, strict=True)),
                headings=DATED,
            )
        ),
        "categories.xlsx": xlsx(
            table(*(row(enterprise=name, category=text) for name, text in zip(names, categories, strict=True)))
        ),
        "methods.xlsx": xlsx(
            table(
                *([*row(enterprise=name), method] for name, method in zip(names, methods, strict=True)),
                headings=[*HEADINGS, "退出方式"],
            )
        ),
    }


def accepted_together() -> Files:
    """Several habits in one table."""
    rows = [
        ["附件2"],
        ["安康市二〇二四年落后产能退出情况统计表"],
        ["填报单位（盖章）：紫阳县经济贸易局", None, None, None, None, "填报时间：2024年12月20日"],
        [
            "序号",
            "县（市、区）",
            "所属行业",
            "单位名称",
            "主体设备（生产线）名称、规格型号及数量",
            "退出产能",
            None,
            "淘汰类别",
            "关停时间",
        ],
        [None, None, None, None, None, "数量", "计量单位"],
        [
            1,
            "紫阳县",
            "水泥",
            "紫阳县华安 水泥有限公司",
            "Φ２．４×１０ｍ水泥磨壹台",
            "３００，０００",
            "吨",
            "能耗、技术",
            "2024.3.1",
        ],
        [2, None, None, "紫阳县汉江水泥厂", "机立窑两座及配套设备", 20, "万吨/年", "安全不达标", "二〇二四年五月"],
        [],
        ["小计", None, None, "2家", None, 50, "万吨"],
        [3, None, "化工", "紫阳县汉江化工厂", "反应釜3台（1#、2#、3#）", "约0.5", "万吨", "环保", "2024年6月30日前"],
        ["合计", None, None, "共3家", None, "50.5", "万吨"],
        ['注："淘汰类别"是指具体在环保、能耗、质量、安全、技术标准中不达标的类别。'],
        ["填表人：李某", None, None, "审核人：王某"],
    ]
    merged = [*(f"{letter}4:{letter}5" for letter in "ABCDEHI"), "F4:G4", "B6:B10", "C6:C7", "A2:I2"]
    workbook = xlsx(rows, merged=merged, 填表说明=[["请逐行填写。"]])
    container = by_libreoffice(workbook, ".xls")
    # a .csv has no merged cells: the clerk wrote place and industry into every row
    flat = [list(line) for line in rows]
    flat[6][1:3] = ["紫阳县", "水泥"]
    flat[9][1] = "紫阳县"
    return {
        "together.xlsx": workbook,
        "together_libreoffice.xlsx": by_libreoffice(workbook, ".xlsx"),
        "together.ods": by_libreoffice(workbook, ".ods"),
        "together.xls": container,
        "together_gb18030.csv": comma_separated(flat, "gb18030"),
        "together.zip": zipped_by_windows({"报送材料/统计表（最终版）.xls": container}),
    }


# ---- noted and to explain: accepted, with something to say ----


def noted() -> Files:
    """The figures enter; the reporter is told something."""
    return {
        "S06_column_of_no_field.xlsx": xlsx(table([*MILL, "王某"], headings=[*HEADINGS, "联系人"])),
        "S19_amount_from_another_workbook.xlsx": linked(
            by_xlsxwriter(table([*MILL[:5], None, "能耗"]), {"F5": ("='[1]统计表'!F5", "30万吨")}), "去年.xlsx"
        ),
        "S20_card_without_our_signature.xlsx": xlsx(
            PLAIN, _huizong=[["regime", "ankang-2024"], ["reporter", "610924"]]
        ),
        "F07_industry_beyond_the_plan.xlsx": with_cells(PLAIN, C5="造纸"),
        "F12_equipment_without_count.xlsx": with_cells(PLAIN, E5="Φ2.4×10m水泥磨"),
        "F12_machines_without_a_name.xlsx": with_cells(PLAIN, E5="四台"),
    }


def to_explain() -> Files:
    """The figures enter, and the reporter says why they are right."""
    joint = xlsx(table(MILL, [*KILN[:5], None, "安全"]), merged=["F5:F6"])
    hidden_row = changed(PLAIN, lambda sheet: setattr(sheet.row_dimensions[6], "hidden", True))
    last_year = [["安康市2023年落后产能退出情况统计表"], *PREAMBLE[1:], HEADINGS, row(enterprise="紫阳县旧水泥厂")]
    two_years = openpyxl.load_workbook(io.BytesIO(xlsx(PLAIN, **{"2023年": last_year})))
    beside = saved(two_years)
    two_years["2023年"].sheet_state = "hidden"
    return {
        "S12_hidden_row.xlsx": hidden_row,
        "S12_hidden_row.xls": by_libreoffice(hidden_row, ".xls"),
        "S12_hidden_row.ods": by_libreoffice(hidden_row, ".ods"),
        "S12_hidden_column.xlsx": changed(PLAIN, lambda sheet: setattr(sheet.column_dimensions["G"], "hidden", True)),
        "S12_hidden_sheet_of_last_year.xlsx": saved(two_years),
        "S14_date_left_blank.xlsx": with_cells(PLAIN, A3="填报时间：2024 年 月 日"),
        "S14_date_that_no_calendar_has.xlsx": with_cells(PLAIN, A3="填报时间：2024年2月30日"),
        "S14_date_absent.xlsx": xlsx([TITLE, REPORTER_LINE, HEADINGS, MILL]),
        "S17_last_year_on_another_sheet.xlsx": beside,
        "F14_name_is_a_placeholder.xlsx": with_cells(PLAIN, D5="待定"),
        "F17_joint_amount.xlsx": joint,
        "F17_joint_amount.xls": by_libreoffice(joint, ".xls"),
        "F17_joint_amount.ods": by_libreoffice(joint, ".ods"),
        "F19_method_merged_over_two_rows.xlsx": xlsx(
            table([*MILL, "关停"], [*KILN, None], headings=[*HEADINGS, "退出方式"]), merged=["H5:H6"]
        ),
        "F18_count_column_differs.xlsx": xlsx(
            table(
                [*MILL[:5], 1, *MILL[5:]],
                [*KILN[:5], 3, *KILN[5:]],
                headings=[*HEADINGS[:5], "设备数量", *HEADINGS[5:]],
            )
        ),
        "R03_one_amount_ten_thousand_times_too_large.xlsx": xlsx(
            table(
                *(
                    row(sequence=number, enterprise=f"紫阳县{name}水泥厂", capacity=f"{20 + number}万吨")
                    for number, name in enumerate("东南西北中上下左右", start=1)
                ),
                row(sequence=10, enterprise="紫阳县前水泥厂", capacity="300000万吨"),
            )
        ),
        "R03_two_mills_in_tonnes_under_a_heading_of_ten_thousands.xlsx": xlsx(
            table(
                *(
                    row(sequence=number, enterprise=f"紫阳县{name}水泥厂", capacity=amount)
                    for number, (name, amount) in enumerate((("东", 300000), ("西", 200000)), start=1)
                ),
                headings=[heading.replace("涉及产能", "涉及产能（万吨/年）") for heading in HEADINGS],
            )
        ),
        "R11_one_credit_code_for_two_enterprises.xlsx": xlsx(
            table(
                [*MILL, "91350100M000100Y43"],
                [*KILN, "91350100M000100Y43"],
                headings=[*HEADINGS, "统一社会信用代码"],
            )
        ),
        "F20_unit_beside_the_amount_differs.xlsx": xlsx(
            table([*MILL, "吨"], [*KILN, "万吨"], headings=[*HEADINGS, "计量单位"])
        ),
        "R05_shut_before_the_year.xlsx": xlsx(table([*MILL, "关停", "2023年11月30日", "2024年3月1日"], headings=DATED)),
    }


# ---- rejected ----


def rejected_files() -> Files:
    """Files that are no readable table, or whose sender or cycle cannot be told."""
    plain = by_xlsxwriter(PLAIN)
    return {
        "S01_damaged.xlsx": plain[: len(plain) // 2],
        "S01_damaged.xls": xls(PLAIN)[:2000],
        "S01_damaged_zip.zip": zipped({"统计表.xlsx": plain})[:3000],
        "S01_empty_file.xlsx": b"",
        "S01_web_page.xls": "<html><body><p>会话已过期，请重新登录后下载。</p></body></html>".encode(),
        "S01_photo.xlsx": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" * 40,
        "S01_text_under_the_name_of_a_workbook.xlsx": comma_separated(PLAIN),
        "S01_workbook_under_the_name_of_a_document.docx": plain,
        "S02_encrypted.xlsx": encrypted(plain),
        "S02_encrypted.xls": marked_encrypted(xls(PLAIN)),
        "S03_another_table.xlsx": xlsx(
            [["节能监察工作座谈会签到表"], ["序", "姓名", "科室", "电话"], [1, "王某", "办公室", "1234"]]
        ),
        "S03_blank_sheet.xlsx": xlsx([]),
        "S07_nobody_named.xlsx": xlsx([TITLE, DATE_LINE, HEADINGS, MILL]),
        "S07_all_rows_of_another_county.xlsx": xlsx(
            table(*(row(county="汉阴县", enterprise=f"汉阴县{name}水泥厂") for name in "东西"))
        ),
        "S07_office_of_another_city.xlsx": with_cells(PLAIN, A2="填报单位（盖章）：泾阳县人民政府"),
        "S08_last_year.xlsx": with_cells(PLAIN, A1="安康市2023年落后产能退出情况统计表"),
        "S08_half_year.xlsx": with_cells(PLAIN, A1="安康市2024年上半年落后产能退出情况统计表"),
        "S08_plan.xlsx": with_cells(PLAIN, A1="安康市2024年落后产能退出计划表"),
        "S11_value_in_the_last_cell.xlsx": with_cells(PLAIN, XFD1048576="x"),
        "S11_too_many_rows.zip": zipped({"统计表.csv": b"x\n" * (limits.MAX_ROWS_WITH_VALUES + 1)}),
        "S11_too_long_a_text.zip": zipped({"统计表.csv": b"x" * (limits.MAX_CELL_CHARACTERS + 1)}),
        "S16_macros.xlsm": repackaged(
            plain, MACRO_ENABLED, {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)}
        ),
        "S16_embedded_object.xlsx": repackaged(plain, {}, {"xl/embeddings/oleObject1.bin": bytes(512)}),
    }


def rejected_tables() -> Files:
    """Tables with something wrong in them."""
    ref_error = with_cells(PLAIN, F5="#REF!")
    return {
        "S04_category_missing.xlsx": xlsx([line[:6] for line in PLAIN]),
        "S05_industry_twice.xlsx": xlsx(table([*MILL, "水泥"], headings=[*HEADINGS, "所属行业"])),
        "R01_machines_written_otherwise.xlsx": xlsx(table(MILL, [*MILL[:4], "1台Φ2.4*10米水泥磨", *MILL[5:]])),
        "S05_headings_repeated_in_another_order.xlsx": xlsx(
            table(
                MILL,
                [*HEADINGS[:2], HEADINGS[3], HEADINGS[2], *HEADINGS[4:]],
                [*KILN[:2], KILN[3], KILN[2], *KILN[4:]],
            )
        ),
        "S09_empty_table.xlsx": xlsx(table()),
        "S09_nil_word_in_another_column.xlsx": xlsx(table([1, None, "无"])),
        "S10_nil_and_rows.xlsx": xlsx([*PREAMBLE, ["零报告"], HEADINGS, MILL]),
        "S13_wrong_total.xlsx": xlsx(table(MILL, KILN, ["合计", None, None, None, None, "60万吨"])),
        "S13_wrong_number_of_enterprises.xlsx": xlsx(table(MILL, KILN, ["合计", None, None, "3家", None, "50万吨"])),
        "F01_enterprise_blank.xlsx": with_cells(PLAIN, D5=None),
        "F01_most_of_a_row_blank.xlsx": with_cells(PLAIN, B6=None, C6=None, E6=None, F6=None, G6=None),
        "F01_ditto_marks.xlsx": with_cells(PLAIN, B6="同上", C6="〃", E6="/", F6="—", G6="无"),
        "F01_row_that_was_begun_and_left.xlsx": xlsx([*PLAIN, [4, "紫阳县", "水泥"]]),
        "F01_category_merged_over_two_rows.xlsx": xlsx(table(MILL, [*KILN[:6], None]), merged=["G5:G6"]),
        "F02_amount_in_words.xlsx": with_cells(PLAIN, F5="若干"),
        "F03_amount_without_unit.xlsx": with_cells(PLAIN, F5=30),
        "F04_unit_of_another_industry.xlsx": with_cells(PLAIN, F5="30万米"),
        "F05_zero.xlsx": with_cells(PLAIN, F5="0万吨"),
        "F06_word_like_a_category.xlsx": with_cells(PLAIN, G5="环境"),
        "F08_industry_mistyped.xlsx": with_cells(PLAIN, C5="水尼"),
        "F09_code_of_17_characters.xlsx": xlsx(
            table([*MILL, "91350100M000100Y4"], headings=[*HEADINGS, "统一社会信用代码"])
        ),
        "F10_neighbouring_county.xlsx": with_cells(PLAIN, B5="汉阴县"),
        "F11_no_day_of_the_calendar.xlsx": xlsx(table([*MILL, "关停", "2024年2月30日", None], headings=DATED)),
        "F13_ref_error.xlsx": ref_error,
        "F13_ref_error.xls": by_libreoffice(ref_error, ".xls"),
        "F13_division_by_zero.ods": by_libreoffice(with_cells(PLAIN, F5="=1/0"), ".ods"),
        "F13_formula_without_value.xlsx": with_cells(PLAIN, F5='=10+20&"万吨"'),
        "F13_total_without_value.xlsx": xlsx(table(MILL, KILN, ["合计", None, None, None, None, "=SUM(F5:F6)"])),
        "F15_name_too_long.xlsx": with_cells(PLAIN, D5="紫阳县" + "长" * 194 + "有限公司"),
        "F16_category_of_another_department.xlsx": xlsx(
            [TITLE, ["填报单位：安康市应急管理局"], DATE_LINE, HEADINGS, row(category="安全"), [*KILN[:6], "能耗"]]
        ),
        "R01_row_twice.xlsx": xlsx(table(MILL, KILN, [3, *MILL[1:]])),
        "R04_dismantled_before_shut.xlsx": xlsx(table([*MILL, "拆除", "2024年6月1日", "2024年5月1日"], headings=DATED)),
        "R06_capacity_swapped.xlsx": xlsx(table([*MILL, "产能置换"], headings=[*HEADINGS, "退出方式"])),
        "several_rules.xlsx": with_cells(PLAIN, B5="汉阴县", C5="水尼", F6="若干", G6="节能", F7=0.5),
    }


# ---- the other forms ----

RECORD = {
    "county": "紫阳县",
    "industry": "水泥",
    "enterprise": "紫阳县华安水泥有限公司",
    "equipment": "Φ2.4×10m水泥磨1台",
    "capacity": "30万吨",
    "method": "拆除",
    "shut_on": "2024年6月1日",
    "dismantled_on": "2024年9月1日",
    "dismantled_what": "磨机筒体、减速机",
    "accepted_on": "2024年9月20日",
    "county_opinion": "主体设备已拆除，同意通过验收",
    "county_inspectors": "张三、李四",
    "city_opinion": "同意县级意见",
    "city_inspectors": "王五",
    "photos_before": "3张",
    "photos_during": 5,
    "photos_after": 3,
    "pledge": "已承诺",
}
ORDER = {
    "county": "紫阳县",
    "industry": "水泥",
    "enterprise": "紫阳县华安水泥有限公司",
    "card": "黄牌",
    "category": "能耗",
    "standard": "GB 16780-2021",
    "order_no": "安节监〔2024〕3号",
    "ordered_on": "2024年3月1日",
    "months_given": "六个月",
    "result": "整改中",
    "closed_on": "/",
}
AFTER_ARRIVAL = "2025年2月1日"
"""After `tables.RECEIVED_AT`."""

EMISSION = {
    "county": "紫阳县",
    "enterprise": "紫阳县汉江化工厂",
    "severity": "情节严重",
    "what": "烟尘排放浓度超标 3 倍",
    "occurred_on": "2024.5.12",
    "measure": "责令停产整治",
}
SUPERVISED = {
    "county": "紫阳县",
    "industry": "化工",
    "enterprise": "紫阳县汉江化工厂",
    "category": "安全",
    "standard": "GB 50016",
    "inspect_by": "2024年9月底",
    "result": "符合",
    "inspected_on": "2024-08-15",
}


def of_form(key: str, *lines: dict) -> bytes:
    """A workbook of another form as a county makes it itself: title, sender, date, the columns it fills in, its rows."""
    form = load().forms[key]
    headings = [form.fields[name].headings[0] for name in lines[0]]
    title = [f"紫阳县2024年{form.title}"]
    return xlsx([title, REPORTER_LINE, DATE_LINE, headings, *(list(line.values()) for line in lines)])


def accepted_other_forms() -> Files:
    """One of each of the forms beside the exit table, and one that says there is nothing."""
    return {
        "acceptance_record.xlsx": of_form("acceptance", RECORD, RECORD | {"enterprise": "紫阳县汉江水泥厂"}),
        "yellow_and_red_list.xlsx": of_form(
            "rectification",
            ORDER,
            ORDER | {"card": "红牌", "category": "质量", "result": "已关闭", "closed_on": "2024年10月1日"},
        ),
        "exceedance_list.xlsx": of_form("exceedance", EMISSION),
        "supervision_list.xlsx": of_form("supervision", SUPERVISED),
        "nil_of_the_yellow_list.xlsx": of_form("rectification", dict.fromkeys(ORDER) | {"enterprise": "无"}),
    }


def to_explain_other_forms() -> Files:
    """Lists whose clocks cannot be read as they are told."""
    met = ORDER | {"result": "已达标"}
    extended = ORDER | {"extension_months": "3个月", "extension_document": "安节监延〔2024〕2号"}
    return {
        "R08_result_without_a_day.xlsx": of_form("rectification", met),
        "R09_order_of_tomorrow.xlsx": of_form("rectification", ORDER | {"ordered_on": AFTER_ARRIVAL}),
        "R09_result_of_tomorrow.xlsx": of_form("rectification", met | {"result_on": AFTER_ARRIVAL}),
        "R09_accepted_tomorrow.xlsx": of_form("acceptance", RECORD | {"accepted_on": AFTER_ARRIVAL}),
        "R10_extension_without_its_document.xlsx": of_form("rectification", extended | {"extension_document": "/"}),
        "R10_extension_longer_than_allowed.xlsx": of_form("rectification", extended | {"extension_months": "六个月"}),
        "R10_extension_the_plan_does_not_know.xlsx": of_form("rectification", extended | {"category": "质量"}),
    }


def rejected_other_forms() -> Files:
    """Each faultless but for what its name says."""
    return {
        "F01_record_without_the_citys_opinion.xlsx": of_form("acceptance", RECORD | {"city_opinion": None}),
        "F02_photos_not_counted.xlsx": of_form("acceptance", RECORD | {"photos_during": "若干"}),
        "F06_pledge_neither_yes_nor_no.xlsx": of_form("acceptance", RECORD | {"pledge": "再议"}),
        "R04_accepted_before_shut.xlsx": of_form("acceptance", RECORD | {"accepted_on": "2024年5月1日"}),
        "F05_order_of_no_months.xlsx": of_form("rectification", ORDER | {"months_given": "0个月"}),
        "F06_card_of_another_colour.xlsx": of_form("rectification", ORDER | {"card": "蓝牌"}),
        "F06_two_categories_in_one_row.xlsx": of_form("rectification", ORDER | {"category": "能耗、质量"}),
        "F11_order_without_a_day.xlsx": of_form("rectification", ORDER | {"ordered_on": "三月间"}),
        "R01_order_twice.xlsx": of_form("rectification", ORDER, ORDER),
        "R04_closed_before_the_order.xlsx": of_form("rectification", ORDER | {"closed_on": "2024年2月1日"}),
        "F01_emission_without_measure.xlsx": of_form("exceedance", EMISSION | {"measure": None}),
        "S04_list_without_its_standard.xlsx": of_form(
            "supervision", {name: value for name, value in SUPERVISED.items() if name != "standard"}
        ),
    }


# ---- sent again: the files of one folder are versions of one table, in the order of their names ----


def sent_again() -> dict[str, Files]:
    """Versions of one table."""
    whole, without_kiln = xlsx(PLAIN), xlsx(table(MILL, [2, *PLANT[1:]]))
    return {
        "S15_same_bytes": {"1.xlsx": whole, "2_同一份.xlsx": whole},
        "S18_row_left_out": {"1.xlsx": whole, "2_改后.xlsx": without_kiln},
        "S18_nil_after_rows": {"1.xlsx": whole, "2_改后.xlsx": xlsx(table([1, "紫阳县", None, "无"]))},
        "accepted_row_added": {"1.xlsx": without_kiln, "2_改后.xlsx": whole},
        "accepted_after_a_reject": {"1.xlsx": with_cells(PLAIN, G6="节能"), "2_改后.xlsx": without_kiln},
    }


def write_inbox() -> None:
    """`inbox/` holds these files and no others."""
    shutil.rmtree(INBOX, ignore_errors=True)
    accepted = accepted_formats() | accepted_layouts() | accepted_words() | accepted_together() | accepted_other_forms()
    folders = {
        "accepted": {f"accepted_{name}": data for name, data in accepted.items()},
        "noted": noted(),
        "to_explain": to_explain() | to_explain_other_forms(),
        "rejected": rejected_files() | rejected_tables() | rejected_other_forms(),
    } | {f"sent_again/{name}": files for name, files in sent_again().items()}
    for folder, files in folders.items():
        (INBOX / folder).mkdir(parents=True)
        for name, data in files.items():
            (INBOX / folder / name).write_bytes(data)


if __name__ == "__main__":
    write_inbox()
