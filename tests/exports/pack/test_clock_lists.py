"""Yellow list, red list and the list for the credit platform, as a pack holds them."""

import csv
from datetime import date
from io import StringIO
from types import SimpleNamespace

import duckdb
import openpyxl
import pytest

from exports import write_pack
from exports.papers.clock_lists import format_credit_platform
from exports.wording import with_city
from tests.exports.pack import clock_marts
from tests.exports.pack.regime_packs import lay_warehouse
from tests.exports.pack.report_marts import read_document


@pytest.fixture(scope="module")
def pack(warehouse, rulebook, tmp_path_factory):
    return write_pack(warehouse, "ankang-2024", "annual", tmp_path_factory.mktemp("pack"), rulebook)


def lines_of(pack, name):
    """Title and the lines of the list, as text."""
    sheet = openpyxl.load_workbook(pack.folder / name).active
    rows = [[str(value) for value in row if value is not None] for row in sheet.iter_rows(values_only=True)]
    return rows[0][0], [row for row in rows if row and row[0].isdecimal()]


def test_the_yellow_list_says_until_when_and_names_what_was_not_applied(pack):
    title, (overdue, stopped) = lines_of(pack, "yellow_list.xlsx")
    assert title == "安康市2024年限期整改（黄牌）企业名单（草稿，截至2025年3月3日）"
    assert overdue[-3:-1] == ["2025-02-28", "逾期未整改 3 天"]
    assert overdue[-1] == "延期 4 个月未采用：超过方案允许的期限；所报结果未采用：日期还没有到"
    assert stopped[-3:] == ["未定", "整改中", "须立即停产停业整顿"]


def test_a_province_names_a_county_with_its_city(warehouse, rulebook, tmp_path):
    """济南 and 枣庄 have a 市中区 each."""
    path = lay_warehouse(tmp_path / "warehouse.duckdb", warehouse, rulebook.regimes["shandong-2017"], rulebook)
    with duckdb.connect(str(path)) as connection:
        for mart in ("rpt_yellow_list", "rpt_red_list", "rpt_overdue"):
            given_by = "reporter_code = '370402', reporter = '市中区'"
            connection.execute(f"update marts.{mart} set city = '枣庄市', county = '市中区', {given_by}")
    pack = write_pack(path, "shandong-2017", "annual", tmp_path / "pack", rulebook)
    for name in ("yellow_list.xlsx", "red_list.xlsx"):
        sheet = openpyxl.load_workbook(pack.folder / name).active
        (heading,) = (row for row in sheet.iter_rows(values_only=True) if row[0] == "序号\nNo.")
        column = heading.index("下达单位\nGiven by")
        lines = [row for row in sheet.iter_rows(values_only=True) if isinstance(row[0], int)]
        assert [(row[1], row[column]) for row in lines] == [("枣庄市市中区", "枣庄市市中区")] * 2
    credit = csv.DictReader((pack.folder / "credit_platform.csv").read_text(encoding="utf-8-sig").splitlines())
    assert [line["认定单位"] for line in credit] == ["枣庄市市中区"]
    open_matters = {
        row[0]: row[1:]
        for row in openpyxl.load_workbook(pack.folder / "transmittal.xlsx").active.iter_rows(values_only=True)
    }
    assert "枣庄市市中区" in str(open_matters["没有报表的 Missing"])
    assert "枣庄市市中区（逾期未报）" in read_document((pack.folder / "report.docx").read_bytes())


@pytest.mark.parametrize(
    ("name", "city", "area", "told"),
    [
        ("市中区", "济南市", "山东省", "济南市市中区"),
        ("汉阴县", "安康市", "安康市", "汉阴县"),
        ("朝阳县", "朝阳市", "辽宁省", "朝阳市朝阳县"),
        ("安康高新技术产业开发区", "安康市", "陕西省", "安康高新技术产业开发区"),
        ("山东省生态环境局", None, "山东省", "山东省生态环境局"),
    ],
)
def test_a_city_stands_before_what_is_not_called_by_it(name, city, area, told):
    assert with_city(name, city, area) == told


def test_the_red_list_says_who_is_closed_since_when(pack):
    _, lines = lines_of(pack, "red_list.xlsx")
    (closed,) = (line for line in lines if "汉阴县涧池砖厂" in line)
    assert {"已关闭", "2024-11-01"} <= set(closed)


def test_the_red_list_says_who_is_not_among_the_exits(pack):
    _, lines = lines_of(pack, "red_list.xlsx")
    said = {name: line for line in lines for name in line if name.startswith("汉阴县")}
    assert "未见退出" in said["汉阴县涧池砖厂"]
    assert "是" in said["汉阴县蒲溪砖厂"]


def test_a_text_that_looks_like_a_formula_stays_a_text(pack):
    cells = [cell for row in openpyxl.load_workbook(pack.folder / "yellow_list.xlsx").active for cell in row]
    assert [cell.data_type for cell in cells if cell.value == "=汉阴县城关水泥厂"] == ["s"]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []


def test_the_credit_platform_gets_the_order_with_its_legal_basis_and_no_formula(pack):
    text = (pack.folder / "credit_platform.csv").read_bytes().decode("utf-8-sig")
    (told,) = csv.DictReader(StringIO(text))
    assert (told["企业名称"], told["责令整改文书号"]) == ("'=汉阴县城关水泥厂", "'-1号")
    assert (told["统一社会信用代码"], told["整改期限"], told["逾期天数"]) == ("91610921MA70ABCD1X", "2025-02-28", "3")
    assert told["法律依据"] == "《方案》：“应在6个月内整改，逾期的依法关停退出”"


@pytest.mark.parametrize(("number", "named"), [("威应急〔2022〕3号", "“威应急〔2022〕3号”"), (None, "（没有写文号）")])
def test_where_the_plan_has_no_sentence_the_order_is_the_basis(number, named):
    order = dict.fromkeys(clock_marts.LINES["rpt_overdue"][0]) | {"city": "威海市", "county": "环翠区"}
    told = {
        "enterprise": "环翠水泥厂",
        "reporter": "威海市应急管理局",
        "reporter_code": "371000-yjgl",
        "order_no": number,
    }
    line = SimpleNamespace(**order | told | {"ordered_on": date(2022, 3, 1)})
    (written,) = csv.DictReader(StringIO(format_credit_platform([line]).decode("utf-8-sig")))
    assert written["处置措施"] == "依照责令整改文书处理"
    assert written["法律依据"] == f"威海市应急管理局2022-03-01下达的责令整改文书{named}"


def test_where_nobody_is_listed_the_lists_say_so(warehouse, rulebook, tmp_path):
    write_pack(warehouse, "weihai-2022", "annual", tmp_path, rulebook)
    sheet = openpyxl.load_workbook(tmp_path / "red_list.xlsx").active
    assert "没有企业。No enterprises." in [cell.value for row in sheet for cell in row]
    assert (tmp_path / "credit_platform.csv").read_bytes().count(b"\n") == 1
