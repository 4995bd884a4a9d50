"""Nothing a county wrote becomes a formula in any file that is sent on."""

from __future__ import annotations

import csv
import shutil
import zipfile
from collections import Counter
from datetime import date
from itertools import cycle
from pathlib import Path

import duckdb
import openpyxl
import pytest

from exports import SignOff, write_pack
from exports.sheets.formulas import make_harmless
from exports.sign_off import Consent, Notice, Objection

HOSTILE = ('=HYPERLINK("http://x.example","点")', "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1")
TEXTS = {
    "fct_claim": ("enterprise", "equipment_text", "sheet", "capacity_text", "category_text"),
    "fct_submission": ("file",),
    "fct_finding": ("message", "remedy", "sheet"),
    "rpt_reconciliation": ("enterprise",),
    "rpt_yellow_list": ("enterprise", "standard", "order_no"),
    "rpt_red_list": ("enterprise", "standard", "order_no", "legal_basis"),
    "rpt_overdue": ("enterprise", "standard", "order_no", "credit_code"),
    "dim_reporter": ("reporter",),
}


@pytest.fixture(scope="module")
def pack(warehouse, rulebook, tmp_path_factory):
    """A pack of a warehouse in which every text of a county is one of the hostile ones, and what people decided too."""
    folder = tmp_path_factory.mktemp("hostile")
    hostile = Path(shutil.copy(warehouse, folder / "warehouse.duckdb"))
    texts = cycle(HOSTILE)
    with duckdb.connect(str(hostile)) as connection:
        for table, columns in TEXTS.items():
            for column in columns:
                connection.execute(f"update marts.{table} set {column} = ?", [next(texts)])
    link, plus, minus, at, tab, wide = HOSTILE
    day = date(2025, 1, 1)
    notice = Notice(day, day, 5, plus, (Objection(1, day, at, "没有这家", tab),))
    sign_off = SignOff(consent=Consent(minus, day, wide), notice=notice, listed_findings=link)
    return write_pack(hostile, "ankang-2024", "annual", folder / "pack", rulebook, sign_off)


def test_in_a_workbook_it_stays_a_text_and_its_cell_is_kept_as_one(pack):
    found = Counter()
    for path in pack.files:
        if path.suffix != ".xlsx":
            continue
        for sheet in openpyxl.load_workbook(path):
            for cell in (cell for row in sheet.iter_rows() for cell in row):
                assert cell.data_type != "f", (path.name, sheet.title, cell.coordinate)
                if cell.value in HOSTILE or str(cell.value).startswith(HOSTILE):
                    found[cell.value] += 1
                    assert cell.data_type in ("s", "inlineStr")
                    assert cell.quotePrefix, (path.name, sheet.title, cell.coordinate)
        with zipfile.ZipFile(path) as package:
            for part in package.namelist():
                if part.startswith("xl/worksheets/") and part.endswith(".xml"):
                    assert b"<f>" not in package.read(part), (path.name, part)
    assert all(found[text] for text in HOSTILE), found


def test_in_a_csv_no_cell_begins_like_one(pack):
    for path in pack.files:
        if path.suffix == ".csv":
            with path.open(encoding="utf-8-sig", newline="") as file:
                cells = [cell for line in csv.reader(file) for cell in line]
            assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))], path.name
    assert f"'{HOSTILE[2]}" in (pack.folder / "credit_platform.csv").read_text(encoding="utf-8-sig").split(",")


def test_a_number_below_zero_stays_a_number(warehouse, rulebook, tmp_path):
    below = Path(shutil.copy(warehouse, tmp_path / "warehouse.duckdb"))
    with duckdb.connect(str(below)) as connection:
        connection.execute("update marts.rpt_rollup set capacity = -capacity")
    write_pack(below, "ankang-2024", "annual", tmp_path / "pack", rulebook)
    with (tmp_path / "pack" / "rollup.csv").open(encoding="utf-8-sig", newline="") as file:
        assert "-30.125" in [line["capacity"] for line in csv.DictReader(file)]
    numbers = [cell.value for row in openpyxl.load_workbook(tmp_path / "pack" / "rollup.xlsx")["汇总"] for cell in row]
    assert -30.125 in numbers


@pytest.mark.parametrize(("text", "cell"), [("=1", "'=1"), ("a=1", "a=1"), ("", ""), ("－1", "'－1")])
def test_only_what_begins_like_a_formula_is_changed(text, cell):
    assert make_harmless(text) == cell
