"""Workbooks a county officer might hand to the command line."""

from pathlib import Path

import openpyxl
import pytest

HEADINGS = ["序号", "市（区）", "行业", "企业名称", "设备型号及数量", "涉及产能", "淘汰类别"]
ROWS = [
    [1, "紫阳县", "水泥", "紫阳县宏源水泥有限公司", "Φ2.4×7m水泥磨2台", "30万吨/年", "能耗、技术"],
    [2, "紫阳县", "化工", "紫阳县汉江化工厂", "反应釜3台", "0.5万吨", "安全"],
]


def write_exit_table(path: Path, rows: list[list]) -> Path:
    """The annex of Ankang 2024 with ``rows``; header in row 4, first data row 5."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "统计表"
    sheet.append(["安康市2024年落后产能退出情况统计表"])
    sheet.append(["填报单位（盖章）：紫阳县人民政府"])
    sheet.append(["填报时间：2024年12月26日"])
    for row in [HEADINGS, *rows]:
        sheet.append(row)
    workbook.save(path)
    return path


@pytest.fixture
def good_workbook(tmp_path) -> Path:
    return write_exit_table(tmp_path / "紫阳县.xlsx", ROWS)


@pytest.fixture
def workbook_with_unknown_category(tmp_path) -> Path:
    wrong = [ROWS[0], [*ROWS[1][:6], "节能"]]
    return write_exit_table(tmp_path / "紫阳县（类别写错）.xlsx", wrong)
