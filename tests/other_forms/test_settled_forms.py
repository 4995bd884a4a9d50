"""Collected and built: the staging models are filled, and nothing of it touches the exit table or its obligations."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import pytest

import dbt_project
import expectations
import exports
import ingestion
from dbt_project.invocation import PROJECT
from rulebook import load
from store import Store
from tests.other_forms.filled import ACCEPTANCE, FILLED, Filled, fill_in, saved

SECOND_RECORD = Filled(ACCEPTANCE.form, ACCEPTANCE.regime, ACCEPTANCE.reporter, ACCEPTANCE.lines[1:])
"""Sent after the first: it adds to it."""


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Store:
    """One workbook of each form, and a second acceptance record, collected and built."""
    root = tmp_path_factory.mktemp("forms")
    store = Store(root / "store")
    for number, filled in enumerate((*FILLED, SECOND_RECORD)):
        inbox = root / f"inbox{number}"
        (inbox / filled.reporter).mkdir(parents=True)
        (inbox / filled.reporter / f"{number}.xlsx").write_bytes(saved(fill_in(filled)))
        for batch in ingestion.receive(store, inbox, filled.regime, "annual", load()):
            ingestion.read_batch(store, batch, load())
            expectations.judge_batch(store, batch, load())
            exports.answer_batch(store, batch, load())
    dbt_project.build(store.root, load())
    return store


@pytest.fixture(scope="module")
def ask(store) -> Callable[[str], list[tuple]]:
    def query(sql: str) -> list[tuple]:
        with duckdb.connect(store.location("warehouse.duckdb"), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    return query


def test_every_row_is_in_the_staging_model_of_its_form(ask):
    counts = {
        form: ask(f"select count(*) from staging.stg_{form}")[0][0]
        for form in load().forms
        if form != "exit_statistics"
    }
    assert counts == {"acceptance": 3, "rectification": 2, "exceedance": 2, "supervision": 2}


def test_texts_numbers_days_and_words_arrive_as_they_were_meant(ask):
    assert ask(
        "select county_opinion, photos_during, pledge from staging.stg_acceptance where row_id = '000001:1:6'"
    ) == [("主体设备已拆除，同意通过验收", 5, True)]
    assert ask("select card, category, order_no, order_cell, months_given, result from staging.stg_rectification") == [
        ("黄牌", "质量", "鲁质监〔2017〕12号", "I6", 6, None),
        ("红牌", "质量", "鲁质监〔2017〕13号", "I7", 6, "已关闭"),
    ]


def test_a_form_of_the_store_is_only_written_where_a_batch_has_rows_of_it(store):
    assert store.keys("acceptance_rows") == ["acceptance_rows/000001.parquet", "acceptance_rows/000005.parquet"]
    assert store.read_table("rows/000001.parquet").num_rows == 0


def test_records_add_to_one_another_and_nothing_is_an_exit_or_a_claim(ask):
    assert ask("select submission_id, status from marts.fct_submission where form = 'acceptance' order by 1") == [
        ("000001", "counting"),
        ("000005", "counting"),
    ]
    assert ask("select count(*) from marts.fct_claim") == [(0,)]


def test_the_exit_table_is_still_missing_and_the_list_that_was_owed_is_not(ask):
    states = dict(
        ask("""
            select what, state from marts.fct_obligation
            where regime = 'shenzhen-2019' and round = 'annual' and reporter_code = '440300-yjgl'
        """)
    )
    assert (states["exit_statistics"], states["enterprise_list"]) == ("missing", "late")


def test_what_adds_up_is_told_alike_in_rulebook_and_warehouse():
    """The model and the guard beside it name the forms whose submissions all count."""
    adding = [form.key for form in load().forms.values() if form.resubmission == "adds"]
    named = ", ".join(f"'{form}'" for form in ("document", *adding))
    for sql in (
        "models/intermediate/int_submission_status",
        "tests/at_most_one_submission_counts_for_a_reporter_and_cycle",
    ):
        assert f"in ({named})" in (PROJECT / f"{sql}.sql").read_text(encoding="utf-8")
