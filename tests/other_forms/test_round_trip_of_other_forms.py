"""Issued, filled in, sent back: what was typed is understood, nothing is found, and the card says which form it is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

import expectations
import ingestion
from rulebook import load
from tests.other_forms.filled import ACCEPTANCE, FILLED, RECTIFICATION, Filled, cell_of, fill_in, issued, saved

MEANT = {
    "acceptance": [
        {
            "county_code": "610924",
            "enterprise_key": "华安水泥公司",
            "credit_code": "91350100M000100Y43",
            "equipment_count": 2,
            "capacity": Decimal(30),
            "capacity_unit": "万吨",
            "method": "拆除",
            "shut_on": date(2024, 6, 1),
            "city_accepted_on": date(2024, 9, 20),
            "county_opinion_text": "主体设备已拆除，同意通过验收",
            "photos_before": 3,
            "photos_after": 0,
            "pledge": True,
        },
        {"enterprise": "紫阳县向阳化工厂", "photos_before": 3, "pledge": False, "city_accepted_on": None},
    ],
    "rectification": [
        {"card": "黄牌", "category": "质量", "months_given": 6, "extension_months": None, "result": None},
        {"card": "红牌", "months_given": 6, "extension_months": 3, "result": "已关闭", "closed_on": date(2017, 11, 20)},
    ],
    "exceedance": [
        {"severity": "超标排放", "occurred_on": date(2017, 5, 12), "what_text": "烟尘排放浓度超标 1.2 倍"},
        {"severity": "情节严重", "measure_text": "报请政府责令关闭", "industry": None},
    ],
    "supervision": [
        {"category": "安全", "inspect_by": date(2019, 9, 30), "inspected_on": None, "result_text": None},
        {"inspected_on": date(2019, 6, 15), "result_text": "无问题"},
    ],
}


def read(filled: Filled, data: bytes) -> ingestion.Frames:
    """What is read of a workbook that came without a word on reporter or round."""
    assignment = ingestion.Assignment("000001", regime=filled.regime)
    return ingestion.understand([ingestion.read_file("清单.xlsx", data)], load(), [assignment])


@pytest.mark.parametrize("filled", FILLED, ids=lambda filled: filled.form)
def test_what_was_typed_is_understood_and_nothing_is_found(filled):
    frames = read(filled, saved(fill_in(filled)))
    (line,) = frames.submissions.to_dict("records")
    rows = frames.other_rows[filled.form].to_dict("records")

    assert (line["form"], line["reporter_code"], line["told_by"]) == (filled.form, filled.reporter, "card")
    assert (line["round"], line["row_count"]) == ("annual", len(filled.lines))
    assert frames.rows.empty
    assert expectations.judge(frames, load()).to_dict("records") == []
    for row, meant in zip(rows, MEANT[filled.form], strict=True):
        assert {name: None if pd.isna(row[name]) else row[name] for name in meant} == meant


@pytest.mark.parametrize(
    ("filled", "field", "text", "meant"),
    [(ACCEPTANCE, "pledge", "无", False), (RECTIFICATION, "months_given", "/", None)],
    ids=["a word of the form", "a blank of the form"],
)
def test_what_a_form_reads_itself_is_no_mark_that_says_nothing(filled, field, text, meant):
    book, form = fill_in(filled), load().forms[filled.form]
    book[form.sheet][cell_of(filled, field)] = text
    row = read(filled, saved(book)).other_rows[filled.form].iloc[0]

    assert (None if pd.isna(row[field]) else row[field]) == meant
    assert row[f"{field}_text"] == text and pd.isna(row[f"{field}_problem"])


@pytest.mark.parametrize("filled", FILLED, ids=lambda filled: filled.form)
def test_the_tick_of_the_nil_return_is_all_there_is_to_do(filled):
    book, form = issued(filled), load().forms[filled.form]
    (label,) = (cell for row in book[form.sheet].iter_rows() for cell in row if cell.value == form.nil_label)
    label.offset(column=1).value = "是"
    frames = read(filled, saved(book))

    assert frames.submissions[["form", "is_nil"]].values.tolist() == [[filled.form, True]]
    assert expectations.judge(frames, load()).to_dict("records") == []


@pytest.mark.parametrize("filled", FILLED, ids=lambda filled: filled.form)
def test_a_workbook_sent_back_as_it_came_is_neither_rows_nor_a_nil_return(filled):
    frames = read(filled, saved(issued(filled)))

    assert expectations.judge(frames, load()).rule.tolist() == ["S09"]


@pytest.mark.parametrize("filled", FILLED, ids=lambda filled: filled.form)
def test_the_form_is_told_by_title_and_headings_where_there_is_no_card(filled):
    book = fill_in(filled)
    del book["_huizong"]
    assert read(filled, saved(book)).submissions.form.tolist() == [filled.form]

    book[load().forms[filled.form].sheet]["A1"] = "附表"
    assert read(filled, saved(book)).submissions.form.tolist() == [filled.form]


def test_a_nil_return_in_words_under_the_title_of_a_list_is_none_of_the_exit_table():
    data = "2017年限期整改（黄牌）和依法关闭（红牌）清单\n填报单位：山东省质监局\n零报告\n".encode()
    assignment = ingestion.Assignment("000001", regime="shandong-2017", round="annual")
    frames = ingestion.understand([ingestion.read_file("清单.csv", data)], load(), [assignment])

    assert frames.submissions[["form", "is_nil"]].values.tolist() == [["rectification", True]]


def test_of_two_forms_in_one_file_the_card_names_the_one_that_is_read():
    book = fill_in(ACCEPTANCE)
    other = fill_in(RECTIFICATION).worksheets[0]
    sheet = book.create_sheet("附", 0)
    for row in other.iter_rows(values_only=True):
        sheet.append(row)
    frames = read(ACCEPTANCE, saved(book))

    assert frames.submissions.form.tolist() == ["acceptance"]
    assert "several_tables" in frames.observations.observation.tolist()
