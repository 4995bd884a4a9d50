"""A form beside the exit table on the desk: its submission, what was understood of it, its place beside the table."""

from __future__ import annotations

import io

import openpyxl
import pytest

import expectations
import exports
import ingestion
from rulebook import load
from tests.desk.web.conftest import REGIME, ROUND
from tests.other_forms.filled import ACCEPTANCE, Filled, fill_in, saved

REPORTER_PAGE = f"/cycles/{REGIME}/{ROUND}/reporters/610924"


@pytest.fixture
def taken_in(signed, tmp_path) -> list[str]:
    """The ids of an acceptance record without the city's opinion, and of one that is whole."""
    folder = tmp_path / "inbox" / "610924"
    folder.mkdir(parents=True)
    lines = (ACCEPTANCE.lines[0] | {"city_opinion": None}, ACCEPTANCE.lines[1])
    lacking = Filled(ACCEPTANCE.form, ACCEPTANCE.regime, ACCEPTANCE.reporter, lines)
    (folder / "1.xlsx").write_bytes(saved(fill_in(lacking)))
    (folder / "2.xlsx").write_bytes(saved(fill_in(ACCEPTANCE)))
    store = signed.desk.store
    batch = ingestion.receive(store, tmp_path / "inbox", REGIME, ROUND, load())[-1]
    ingestion.read_batch(store, batch, load())
    expectations.judge_batch(store, batch, load())
    exports.answer_batch(store, batch, load())
    return [line["submission_id"] for line in store.read_table(f"submissions/{batch}.parquet").to_pylist()]


def page(signed, path: str) -> str:
    answer = signed.client("ziyang").get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_the_page_shows_form_sheet_finding_and_what_was_understood(signed, taken_in):
    html = page(signed, f"/submissions/{taken_in[0]}")

    assert "企业落后产能退出验收意见表" in html
    assert "F01" in html and "市级验收意见" in html
    assert "拆除前照片" in html and "县级验收人员" in html and "紫阳县（610924）" in html


def test_two_records_can_be_compared_and_neither_is_a_version_of_the_exit_table(signed, taken_in):
    first, second = taken_in
    html = page(signed, f"/submissions/{second}/compare?with={first}")

    assert "市级验收意见" in html and "同意县级意见" in html
    assert first not in [one.submission_id for one in signed.desk.records.versions(REGIME, ROUND, "610924")]


def test_the_reporters_page_lists_it_under_its_title_and_hands_out_the_blank_workbook(signed, taken_in):
    html = page(signed, REPORTER_PAGE)
    assert "<h2>企业落后产能退出验收意见表</h2>" in html and all(one in html for one in taken_in)

    blank = signed.client("ziyang").get(f"{REPORTER_PAGE}/workbook?form=acceptance")
    assert openpyxl.load_workbook(io.BytesIO(blank.content)).sheetnames[0] == "验收意见表"
    assert signed.client("ziyang").get(f"{REPORTER_PAGE}/workbook?form=nothing").status_code == 404
