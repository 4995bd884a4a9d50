"""One Airflow home for all tests of this folder: its database is made once."""

import csv
from pathlib import Path

import openpyxl
import pytest

from rulebook import load

REAL_LISTS = Path(__file__).resolve().parents[1] / "data" / "real_lists"
COAL_LIST = "S15"


@pytest.fixture(scope="session")
def airflow_home(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("airflow-home")


@pytest.fixture(scope="session")
def coal_list() -> list[dict]:
    with (REAL_LISTS / "enterprise_rows.csv").open(encoding="utf-8-sig", newline="") as file:
        return [line for line in csv.DictReader(file) if line["source"] == COAL_LIST]


@pytest.fixture
def coal_inbox(coal_list, tmp_path) -> Path:
    """The 21 mines of Shaanxi 2018, one workbook per county under the list's own headings.

    The mine whose county is not known comes from its city's department of industry.
    """
    inbox = tmp_path / "inbox"
    reference = load().reference
    by_reporter: dict[str, list[dict]] = {}
    for line in coal_list:
        place = reference.find_division(line["county"] or line["city"], area="610000").code
        by_reporter.setdefault(place if line["county"] else f"{place}-gxj", []).append(line)
    for reporter, lines in by_reporter.items():
        write_coal_workbook(inbox / reporter / "引导退出关闭煤矿名单.xlsx", lines)
    return inbox


def write_coal_workbook(path: Path, lines: list[dict]) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.append(["陕西省2018年煤炭行业化解过剩产能引导退出关闭煤矿名单"])
    sheet.append(["序号", "煤矿名称", "退出产能(万吨/年)"])
    for number, line in enumerate(lines, start=1):
        sheet.append([number, line["enterprise"], float(line["capacity"])])
    path.parent.mkdir(parents=True)
    workbook.save(path)
