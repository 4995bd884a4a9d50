"""Issued, filled in, saved by LibreOffice in each of its formats, sent back: accepted without a finding, value for value.

``make programs`` installs LibreOffice where it may; without it there is nothing that could save a workbook here.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import expectations
import exports
import ingestion
from exports.answers.template import DATE_LABEL, HEADER_ROW, column_of
from rulebook import EXIT_TABLE, Rulebook, load

FORM = load().forms[EXIT_TABLE]
REGIME, ROUND = "ankang-2024", "annual"
FORMATS = ("xlsx", "xls", "ods")

FILLED, NIL, BLANK = "610924", "610923", "610922"
"""A county with exits, one that ticks the nil return, one that sends the workbook back as it came."""

MILL, PLANT = "紫阳县华安水泥有限公司", "紫阳县向阳化工厂"
TYPED = [
    {
        "sequence": 1,
        "county": "紫阳县",
        "industry": "水泥",
        "enterprise": MILL,
        "credit_code": "91350100M000100Y43",
        "equipment": "Φ2.4×10m水泥磨",
        "quantity": 2,
        "quantity_unit": "台",
        "capacity": 30.6,
        "unit": "万吨",
        "category": "能耗、技术",
        "method": "拆除",
        "shut_on": date(2024, 6, 30),
        "dismantled_on": date(2024, 9, 1),
        "accepted_on": date(2024, 10, 8),
        "remark": "动力装置已拆除",
    },
    {
        "sequence": 2,
        "county": "紫阳县",
        "industry": "化工",
        "enterprise": PLANT,
        "equipment": "5立方米反应釜",
        "quantity": 4,
        "quantity_unit": "台（套）",
        "capacity": 0.5,
        "unit": "万吨",
        "category": "环保",
        "method": "关停",
        "shut_on": date(2024, 3, 1),
    },
    {
        "sequence": 3,
        "county": "紫阳县",
        "industry": "水泥",
        "enterprise": MILL,
        "equipment": "水泥回转窑2座；球磨机3台",
        "capacity": "1,250",
        "unit": "吨",
        "category": "安全",
    },
]


def machine(name, quantity, quantity_unit, spec_value=None, spec_unit=None):
    return (name, spec_value, spec_unit, quantity, quantity_unit)


UNDERSTOOD = [
    {
        "county_code": "610924",
        "industry": "水泥",
        "enterprise": MILL,
        "credit_code_text": "91350100M000100Y43",
        "equipment": [machine("水泥磨", 2, "台", Decimal("2.4"), "米")],
        "equipment_count": 2,
        "capacity": Decimal("30.6"),
        "capacity_unit": "万吨",
        "categories": ["能耗", "技术"],
        "method": "拆除",
        "shut_on": date(2024, 6, 30),
        "dismantled_on": date(2024, 9, 1),
        "accepted_on": date(2024, 10, 8),
        "remark_text": "动力装置已拆除",
    },
    {
        "county_code": "610924",
        "industry": "化工",
        "enterprise": PLANT,
        "credit_code_text": None,
        "equipment": [machine("反应釜", 4, "台套", Decimal(5), "立方米")],
        "equipment_count": 4,
        "capacity": Decimal("0.5"),
        "capacity_unit": "万吨",
        "categories": ["环保"],
        "method": "关停",
        "shut_on": date(2024, 3, 1),
        "dismantled_on": None,
        "accepted_on": None,
        "remark_text": None,
    },
    {
        "county_code": "610924",
        "industry": "水泥",
        "enterprise": MILL,
        "credit_code_text": None,
        "equipment": [machine("水泥回转窑", 2, "座"), machine("球磨机", 3, "台")],
        "equipment_count": 5,
        "capacity": Decimal("0.125"),
        "capacity_unit": "万吨",
        "categories": ["安全"],
        "method": None,
        "shut_on": None,
        "dismantled_on": None,
        "accepted_on": None,
        "remark_text": None,
    },
]


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return load()


@pytest.fixture(scope="module")
def saved(rulebook, tmp_path_factory) -> Path:
    """The folder of the three workbooks as LibreOffice saved them, a folder for each format."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip(
            "没有 LibreOffice（soffice），回环测试跳过；安装见 make programs。No LibreOffice: see make programs."
        )
    folder = tmp_path_factory.mktemp("saved")
    workbooks = [issue(reporter, folder, rulebook) for reporter in (FILLED, NIL, BLANK)]
    fill_in(workbooks[0])
    tick_nil(workbooks[1])
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    for name in (*FORMATS, "pdf"):
        call = [office, profile, "--headless", "--convert-to", name, "--outdir", folder / name, *workbooks]
        done = subprocess.run(call, capture_output=True, text=True, timeout=300, check=False)
        assert all((folder / name / f"{path.stem}.{name}").exists() for path in workbooks), done.stderr
    return folder


@pytest.fixture(scope="module")
def received(saved, rulebook) -> tuple[ingestion.Frames, pd.DataFrame]:
    """What is read of all of them, sent without a word on reporter or round, and what is found."""
    files = sorted(path for name in FORMATS for path in (saved / name).iterdir())
    readings = [ingestion.read_file(path.name, path.read_bytes()) for path in files]
    assignments = [ingestion.Assignment(path.name, regime=REGIME) for path in files]
    frames = ingestion.understand(readings, rulebook, assignments)
    return frames, expectations.judge(frames, rulebook)


def issue(reporter: str, folder: Path, rulebook: Rulebook) -> Path:
    path = folder / f"{reporter}.xlsx"
    exports.write_template(REGIME, ROUND, reporter, path, rulebook)
    return path


def fill_in(path: Path) -> None:
    """Type the rows and the date of filling in, as a person does."""
    book = openpyxl.load_workbook(path)
    sheet = book[FORM.sheet]
    right_of(sheet, DATE_LABEL).value = date(2024, 12, 20)
    for row, line in enumerate(TYPED, start=HEADER_ROW + 2):
        for field, value in line.items():
            sheet.cell(row, column_of(FORM, field) + 1).value = value
    book.save(path)


def tick_nil(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book[FORM.sheet]
    right_of(sheet, DATE_LABEL).value = date(2024, 12, 20)
    right_of(sheet, FORM.nil_label).value = "是"
    book.save(path)


def right_of(sheet, text):
    (label,) = (cell for row in sheet.iter_rows(max_row=HEADER_ROW) for cell in row if cell.value == text)
    return label.offset(column=1)


def of_file(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    return frame[frame.submission_id == name]


def understood(line) -> dict:
    """A row of the frame in the terms of ``UNDERSTOOD``."""
    items = [tuple(item[key] for key in ("name", "spec_value", "spec_unit", "quantity", "quantity_unit"))
             for item in line["equipment"]]  # fmt: skip
    plain = {name: None if name not in ("equipment", "categories") and pd.isna(line[name]) else line[name]
             for name in UNDERSTOOD[0]}  # fmt: skip
    return plain | {"equipment": items, "categories": list(line["categories"])}


@pytest.mark.parametrize("format_name", FORMATS)
def test_what_was_typed_comes_back_value_for_value_and_nothing_is_found(received, format_name):
    frames, findings = received
    name = f"{FILLED}.{format_name}"

    assert of_file(findings, name).to_dict("records") == []
    assert [understood(line) for line in of_file(frames.rows, name).to_dict("records")] == UNDERSTOOD


@pytest.mark.parametrize("format_name", FORMATS)
def test_the_tick_of_the_nil_return_is_all_a_county_without_exits_has_to_do(received, format_name):
    frames, findings = received
    name = f"{NIL}.{format_name}"

    assert of_file(findings, name).to_dict("records") == []
    assert of_file(frames.submissions, name).is_nil.tolist() == [True]


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_workbook_sent_back_as_it_came_is_neither_rows_nor_a_nil_return(received, format_name):
    frames, findings = received
    name = f"{BLANK}.{format_name}"

    assert of_file(findings, name).rule.tolist() == ["S09", "S14"]
    assert of_file(frames.submissions, name).row_count.tolist() == [0]


@pytest.mark.parametrize("format_name", FORMATS)
@pytest.mark.parametrize("reporter", [FILLED, NIL, BLANK])
def test_the_card_is_still_trusted_and_says_who_and_which_round(received, reporter, format_name):
    (line,) = of_file(received[0].submissions, f"{reporter}.{format_name}").to_dict("records")

    assert (line["reporter_code"], line["told_by"], line["round"]) == (reporter, "card", ROUND)


def test_drop_downs_prompts_and_protection_outlive_being_saved_by_libreoffice(saved):
    issued, kept = (openpyxl.load_workbook(folder / f"{BLANK}.xlsx") for folder in (saved, saved / "xlsx"))

    assert help_of(kept) == help_of(issued)
    assert kept[FORM.sheet].protection.sheet
    assert {sheet.title for sheet in kept if sheet.sheet_state == "visible"} == {FORM.sheet}


def help_of(book) -> dict:
    rules = book[FORM.sheet].data_validations.dataValidation
    return {
        str(rule.sqref): (rule.prompt, rule.errorStyle or "stop", rule.formula1 if rule.type else None)
        for rule in rules
    }


@pytest.mark.parametrize(("reporter", "pages"), [(FILLED, 1), (NIL, 1), (BLANK, 1)])
def test_it_prints_on_one_page_as_wide_as_the_paper(saved, reporter, pages):
    document = (saved / "pdf" / f"{reporter}.pdf").read_bytes()

    assert document.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", document)) == pages
