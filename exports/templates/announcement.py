"""``announcement.xlsx``, to start a template of one's own from: the list of exits as it is made public.

The announcement of a pack is huizong's own sheet (``exports``) until a province lays this one, as it changed it, into its
store.
"""

from __future__ import annotations

import io
from datetime import datetime

from xlsxwriter import Workbook

from exports.sheets.packages import settle_package

COLUMNS = (
    ("序号", 6, "{{ 企业.序号 }}"),
    ("地区", 16, "{{ 企业.地区 }}"),
    ("行业", 10, "{{ 企业.行业 }}"),
    ("企业名称", 30, "{{ 企业.企业名称 }}"),
    ("设备（生产线）型号及数量", 32, "{{ 企业.设备 }}"),
    ("产能", 12, "{{ 企业.产能数 }}"),
    ("单位", 10, "{{ 企业.单位 }}"),
    ("淘汰类别", 12, "{{ 企业.类别 }}"),
)
MOMENT = datetime(2000, 1, 1)


def make_announcement() -> bytes:
    """The bytes of the template; the same every time."""
    whole = io.BytesIO()
    with Workbook(whole, {"in_memory": True}) as book:
        book.set_properties({"created": MOMENT})
        sheet = book.add_worksheet("公告")
        plain = {"font_name": "仿宋", "font_size": 12, "valign": "vcenter", "text_wrap": True}
        title = book.add_format(plain | {"font_name": "方正小标宋简体", "font_size": 18, "align": "center"})
        text = book.add_format(plain)
        head = book.add_format(plain | {"font_name": "黑体", "align": "center", "border": 1})
        cell = book.add_format(plain | {"border": 1})
        last = len(COLUMNS) - 1
        sheet.merge_range(0, 0, 0, last, "{{ 地区 }}{{ 期间 }}落后产能退出企业名单公告", title)
        sheet.set_row(0, 36)
        sheet.merge_range(
            1,
            0,
            1,
            last,
            "根据《{{ 方案名称 }}》，现将{{ 地区 }}{{ 期间 }}落后产能退出企业、设备（生产线）和产能公告如下，接受社会监督。",
            text,
        )
        sheet.set_row(1, 36)
        for column, (name, width, placeholder) in enumerate(COLUMNS):
            sheet.set_column(column, column, width)
            sheet.write_string(2, column, name, head)
            sheet.write_string(3, column, placeholder, cell)
        sheet.merge_range(4, 0, 4, last, "合计{{ 退出条数 }}条，企业{{ 退出企业数 }}家。{{ 退出产能 }}", text)
        sheet.merge_range(6, 4, 6, last, "{{ 署名单位 }}", book.add_format(plain | {"align": "right"}))
        sheet.merge_range(7, 4, 7, last, "{{ 成文日期 }}", book.add_format(plain | {"align": "right"}))
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(2)
        sheet.set_footer("&C— &P —")
    return settle_package(whole.getvalue(), MOMENT)
