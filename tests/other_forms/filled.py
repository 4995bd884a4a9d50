"""Faultless workbooks of the forms beside the exit table: issued, and filled in as the office that sends them does."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

import exports
from exports.answers.template import DATE_LABEL, HEADER_ROW, column_of
from rulebook import load

CREDIT_CODE = "91350100M000100Y43"
"""The example of GB 32100-2015."""

FIRST_ROW = HEADER_ROW + 2

Line = Mapping[str, Any]


@dataclass(frozen=True)
class Filled:
    """What an office writes into the workbook that was issued to it, row by row and field by field."""

    form: str
    regime: str
    reporter: str
    lines: tuple[Line, ...]


ACCEPTANCE = Filled(
    "acceptance",
    "ankang-2024",
    "610924",
    (
        {
            "county": "紫阳县",
            "industry": "水泥",
            "enterprise": "紫阳县华安水泥有限公司",
            "credit_code": CREDIT_CODE,
            "equipment": "Φ2.4×10m水泥磨机2台",
            "capacity": 30,
            "unit": "万吨",
            "method": "拆除",
            "shut_on": date(2024, 6, 1),
            "dismantled_on": date(2024, 9, 1),
            "dismantled_what": "磨机筒体、减速机",
            "cut_off_what": "高压进线",
            "sealed_what": "配电室",
            "accepted_on": date(2024, 9, 20),
            "county_opinion": "主体设备已拆除，同意通过验收",
            "county_inspectors": "张三、李四",
            "county_accepted_on": date(2024, 9, 10),
            "city_opinion": "同意县级意见",
            "city_inspectors": "王五",
            "city_accepted_on": date(2024, 9, 20),
            "photos_before": 3,
            "photos_during": 5,
            "photos_after": 0,
            "pledge": "是",
        },
        {
            "county": "紫阳县",
            "industry": "化工",
            "enterprise": "紫阳县向阳化工厂",
            "equipment": "反应釜4台",
            "capacity": "0.5",
            "unit": "万吨",
            "method": "关停",
            "accepted_on": date(2024, 10, 8),
            "county_opinion": "已断电，同意",
            "county_inspectors": "张三",
            "city_opinion": "没有意见，同意落后产能退出",
            "city_inspectors": "王五",
            "photos_before": "3张",
            "photos_during": 1,
            "photos_after": 2,
            "pledge": "否",
        },
    ),
)
RECTIFICATION = Filled(
    "rectification",
    "shandong-2017",
    "370000-scjg",
    (
        {
            "county": "章丘区",
            "industry": "水泥",
            "enterprise": "章丘华安水泥有限公司",
            "credit_code": CREDIT_CODE,
            "card": "黄牌",
            "category": "质量",
            "standard": "GB 175-2007 通用硅酸盐水泥",
            "order_no": "鲁质监〔2017〕12号",
            "ordered_on": date(2017, 3, 1),
            "months_given": 6,
            "extension_months": "/",
            "result": "整改中",
        },
        {
            "county": "章丘区",
            "industry": "水泥",
            "enterprise": "章丘汉江水泥厂",
            "card": "红牌",
            "category": "质量",
            "standard": "GB 175-2007 通用硅酸盐水泥",
            "order_no": "鲁质监〔2017〕13号",
            "ordered_on": date(2017, 2, 1),
            "months_given": "六个月",
            "term_until": date(2017, 8, 1),
            "extension_months": 3,
            "extension_document": "鲁质监延〔2017〕2号",
            "extended_on": date(2017, 7, 20),
            "result": "已关闭",
            "result_on": date(2017, 11, 1),
            "closed_on": date(2017, 11, 20),
            "licence_cancelled_on": date(2017, 12, 1),
        },
    ),
)
EXCEEDANCE = Filled(
    "exceedance",
    "shandong-2017",
    "370000-sthj",
    (
        {
            "county": "章丘区",
            "industry": "水泥",
            "enterprise": "章丘华安水泥有限公司",
            "credit_code": CREDIT_CODE,
            "severity": "超标排放",
            "what": "烟尘排放浓度超标 1.2 倍",
            "occurred_on": date(2017, 5, 12),
            "measure": "责令限制生产",
        },
        {
            "county": "章丘区",
            "enterprise": "章丘汉江水泥厂",
            "severity": "情节严重",
            "what": "没有处理设施，直接排放",
            "occurred_on": date(2017, 6, 1),
            "measure": "报请政府责令关闭",
        },
    ),
)
SUPERVISION = Filled(
    "supervision",
    "shenzhen-2019",
    "440300-yjgl",
    (
        {
            "county": "南山区",
            "industry": "水泥",
            "enterprise": "南山华安水泥有限公司",
            "credit_code": CREDIT_CODE,
            "category": "安全",
            "standard": "GB 50016 防火要求",
            "inspect_by": date(2019, 9, 30),
        },
        {
            "county": "南山区",
            "industry": "水泥",
            "enterprise": "南山汉江水泥厂",
            "category": "安全",
            "standard": "GB 50016 防火要求",
            "inspect_by": date(2019, 6, 30),
            "result": "无问题",
            "inspected_on": date(2019, 6, 15),
        },
    ),
)
FILLED = (ACCEPTANCE, RECTIFICATION, EXCEEDANCE, SUPERVISION)


def cell_of(filled: Filled, field: str, line: int = 0) -> str:
    """The address of a field of a line in the workbook."""
    column = column_of(load().forms[filled.form], field)
    return f"{openpyxl.utils.get_column_letter(column + 1)}{FIRST_ROW + line}"


def issued(filled: Filled) -> openpyxl.Workbook:
    """The blank workbook, with the day it is filled in on."""
    rulebook = load()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "空表.xlsx"
        exports.write_template(filled.regime, "annual", filled.reporter, path, rulebook, filled.form)
        book = openpyxl.load_workbook(path)
    sheet = book[rulebook.forms[filled.form].sheet]
    (label,) = (cell for row in sheet.iter_rows(max_row=HEADER_ROW) for cell in row if cell.value == DATE_LABEL)
    label.offset(column=1).value = date(rulebook.regimes[filled.regime].year, 12, 20)
    return book


def fill_in(filled: Filled) -> openpyxl.Workbook:
    """The workbook with all lines written."""
    form, book = load().forms[filled.form], issued(filled)
    sheet = book[form.sheet]
    for row, line in enumerate(filled.lines, start=FIRST_ROW):
        for field, value in line.items():
            sheet.cell(row, column_of(form, field) + 1).value = value
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    """The workbook as bytes."""
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
