"""``transmittal.xlsx`` read back: what goes to whom, with the digest of every file, and what is still open."""

from __future__ import annotations

from datetime import date

import docx
import openpyxl
import pytest

from exports import SignOff, write_pack
from exports.sign_off import Notice, Objection, Supplement
from exports.verification import digest_file
from tests.exports.pack.reading import records, texts


@pytest.fixture(scope="module")
def pack(warehouse, rulebook, tmp_path_factory):
    day = date(2025, 1, 8)
    objection = Objection(7, day, "某居民", "汉阴县涧池砖厂", "仍在生产")
    sign_off = SignOff(notice=Notice(day, day, 5, "市政府网站", (objection,)), listed_findings="一处已电话核实")
    return write_pack(warehouse, "ankang-2024", "annual", tmp_path_factory.mktemp("pack"), rulebook, sign_off)


def test_it_names_every_file_of_the_pack_with_its_digest_and_lines(pack):
    sheet = openpyxl.load_workbook(pack.folder / "transmittal.xlsx").active
    # the table of recipients has the same first heading
    listed = {line["SHA-256"]: line for line in _files(sheet)}
    others = [path for path in pack.files if path.name not in ("transmittal.xlsx", "manifest.json")]
    assert {digest: line["文件"] for digest, line in listed.items()} == {
        digest_file(path): path.name for path in others
    }
    lines = {line["文件"]: line["行数"] for line in listed.values()}
    assert lines == {
        "rollup.xlsx": 4, "rollup.csv": 18, "announcement.xlsx": 3, "yellow_list.xlsx": 2, "red_list.xlsx": 2,
        "not_dismantled.xlsx": 3, "credit_platform.csv": 1, "reporting_table.xlsx": 6, "report.docx": None,
    }  # fmt: skip


@pytest.mark.parametrize(("number", "told"), [("安工信〔2025〕7号", "安工信〔2025〕7号"), (None, "未编号")])
def test_the_number_of_a_sealed_report_and_its_day_stand_each_in_their_own_row(
    warehouse, rulebook, tmp_path, number, told
):
    sealed = SignOff(is_sealed=True, document_no=number, document_date=date(2025, 1, 20))
    folder = write_pack(warehouse, "ankang-2024", "annual", tmp_path, rulebook, sealed).folder
    rows = [
        [str(cell.value) for cell in row if cell.value is not None]
        for row in openpyxl.load_workbook(folder / "transmittal.xlsx").active.iter_rows()
    ]
    facts = {row[0].split()[0]: row[1].removesuffix(" Not numbered") for row in rows if len(row) == 2}
    assert (facts["文号"], facts["成文日期"]) == (told, "2025年1月20日")


def test_it_says_what_is_open(pack):
    told = texts(openpyxl.load_workbook(pack.folder / "transmittal.xlsx").active)
    assert "2 个单位（未报 1，审核未通过或已退回 1）：紫阳县、旬阳市" in told
    assert "2 处，见汇总表“缺项”" in told
    assert "1 条，以县级数计入" in told
    assert "一处已电话核实" in told
    assert "第 7 号：汉阴县涧池砖厂，仍在生产（2025年1月8日）" in told


def test_papers_tell_who_was_excused_and_do_not_call_it_overdue(warehouse, rulebook, tmp_path):
    excused = SignOff(excused=frozenset({"610924"}))
    folder = write_pack(warehouse, "ankang-2024", "annual", tmp_path, rulebook, excused).folder
    told = texts(openpyxl.load_workbook(folder / "transmittal.xlsx").active)
    assert "1 个单位（未报 0，审核未通过或已退回 1）：旬阳市" in told
    assert "1 个单位：紫阳县" in told
    report = "".join(one.text for one in docx.Document(folder / "report.docx").paragraphs)
    assert "没有可采用的统计表的单位2个：紫阳县（准予免报）、旬阳市（审核未通过）" in report
    named = texts(openpyxl.load_workbook(folder / "reporting_table.xlsx")["通报"])
    assert (
        "未报 1 个（其中 1 个准予免报）" in named
        and named.split("逾期未报")[1].startswith("\n无")
        and "准予免报\n紫阳县" in named
    )
    missing = texts(openpyxl.load_workbook(folder / "rollup.xlsx")["缺项"])
    assert "已准予免报，不必催报" in missing


def test_it_goes_to_all_the_plan_names_and_counts_the_copies(rulebook, warehouse, tmp_path):
    write_pack(warehouse, "shandong-2017", "annual", tmp_path, rulebook)
    sheet = openpyxl.load_workbook(tmp_path / "transmittal.xlsx").active
    *recipients, total = records(sheet, "序号")
    regime = rulebook.regimes["shandong-2017"]
    assert [line["单位"] for line in recipients] == [*regime.reports_to, *regime.copies]
    assert [line["方式"][:2] for line in recipients] == ["主送"] * 2 + ["抄送"] * 14
    assert total["份数"] == 16


def test_it_tells_by_when_it_is_due_and_whether_that_is_past(rulebook, warehouse, tmp_path):
    write_pack(warehouse, "shenzhen-2019", "annual", tmp_path, rulebook)
    told = texts(openpyxl.load_workbook(tmp_path / "transmittal.xlsx").active)
    assert "2020年1月15日前，截至20" in told and "已过期" in told and "报省工业和信息化厅等部门" in told


def test_a_supplement_names_the_report_it_corrects(rulebook, warehouse, tmp_path):
    corrected = Supplement(2, "安工信字〔2025〕6号", date(2025, 1, 20))
    write_pack(warehouse, "ankang-2024", "annual", tmp_path, rulebook, SignOff(supplement=corrected))
    told = texts(openpyxl.load_workbook(tmp_path / "transmittal.xlsx").active)
    assert "第 2 次补充更正报告，更正2025年1月20日的报告（安工信字〔2025〕6号）" in told


def test_what_is_sealed_tells_whether_it_was_signed_in_time(rulebook, warehouse, tmp_path):
    for day, words in (
        (date(2025, 1, 31), "2025年1月31日前。市工业"),
        (date(2025, 2, 3), "前，签发时已过期 3 天。市工业"),
    ):
        sign_off = SignOff(is_sealed=True, document_date=day)
        write_pack(warehouse, "ankang-2024", "annual", tmp_path, rulebook, sign_off)
        told = texts(openpyxl.load_workbook(tmp_path / "transmittal.xlsx").active)
        assert words in told


def _files(sheet):
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    start = max(number for number, row in enumerate(rows) if str(row[0]).startswith("序号"))
    names = [str(name).split("\n")[0] for name in rows[start]]
    for row in rows[start + 1 :]:
        if not isinstance(row[0], int):
            return
        yield dict(zip(names, row, strict=True))
