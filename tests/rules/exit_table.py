"""A workbook without any fault: the exit table with all its columns, as an office of one plan fills it in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from openpyxl import Workbook

from rulebook import Rulebook

HEADINGS = {
    "sequence": "序号",
    "county": "市（区）",
    "industry": "行业",
    "enterprise": "企业名称",
    "equipment": "设备型号及数量",
    "capacity": "涉及产能",
    "category": "淘汰类别",
    "credit_code": "统一社会信用代码",
    "method": "退出方式",
    "shut_on": "关停时间",
    "dismantled_on": "拆除时间",
    "accepted_on": "验收时间",
    "remark": "备注",
}
"""The columns A to M; they stand in row 4, the first exit in row 5."""

HEADING_ROW = 4
SHEET = "统计表"


@dataclass(frozen=True)
class Office:
    """Who fills in the table, under which plan, about which county."""

    regime: str
    reporter: str
    county: str


ZIYANG = Office("ankang-2024", "610924", "紫阳县")


def fill_in(rulebook: Rulebook, office: Office = ZIYANG) -> Workbook:
    """The office's annual table with three exits of the plan's year, cement works that any of the plans is about."""
    regime = rulebook.regimes[office.regime]
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = SHEET
    sheet.append([f"{regime.year}年落后产能退出情况统计表"])
    sheet.append([f"填报单位（盖章）：{regime.reporters[office.reporter].name}"])
    sheet.append([f"填报时间：{regime.year}年12月20日"])
    sheet.append(list(HEADINGS.values()))
    for exit in _exits(office.county, regime.year):
        sheet.append(exit)
    return workbook


def _exits(county: str, year: int) -> list[list]:
    shut, dismantled, accepted = date(year, 3, 1), date(year, 5, 10), date(year, 6, 30)
    closed = ["91350100M000100Y43", "关停", shut, dismantled, accepted, "已公告"]  # the code is GB 32100-2015's example
    return [
        [1, county, "水泥", f"{county}华安水泥有限公司", "Φ2.4×10m水泥磨1台", "30万吨", "能耗", *closed],
        [2, county, "水泥", f"{county}汉江水泥厂", "机立窑2座", "20万吨/年", "安全", None, "拆除", shut, dismantled],
        [3, county, "水泥", f"{county}宏源建材有限责任公司", "Φ2.2×7m水泥磨两台", "15万吨", "能耗、质量"],
    ]
