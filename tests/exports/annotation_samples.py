"""A small workbook and findings on it, as the tests of the answers share them."""

import io

import openpyxl

ROWS = [
    ["落后产能退出情况统计表", None, None],
    ["企业名称", "涉及产能", "淘汰类别"],
    ["甲水泥厂", "三十", "环境"],
    ["乙水泥厂", "=1+1", "能耗"],
]


def finding(cell, severity="reject", rule="F02", sheet="统计表", value="三十"):
    return {
        "rule": rule,
        "severity": severity,
        "sheet": sheet,
        "cell": cell,
        "value": value,
        "message": f"您填的“{value}”不是数字。",
        "message_en": "Not a number.",
        "remedy": "请填写数字，例如 30。",
        "remedy_en": "Write a number, such as 30.",
    }


def workbook_bytes(change=None):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "统计表"
    for row in ROWS:
        sheet.append(row)
    if change:
        change(sheet)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()
