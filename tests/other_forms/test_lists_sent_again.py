"""A later list replaces the one before: whoever it leaves out is named (S18). Acceptance records add to one another."""

from __future__ import annotations

from pathlib import Path

import pytest

import expectations
import ingestion
from rulebook import load
from store import Store
from tests.other_forms.filled import ACCEPTANCE, EXCEEDANCE, RECTIFICATION, SUPERVISION, Filled, fill_in, saved


def told_of_the_later(root: Path, filled: Filled) -> list[tuple[str, str]]:
    """Rule and value of the findings on a table with the first line alone, collected after one with all lines."""
    store, inbox = Store(root / "store"), root / "inbox" / filled.reporter
    inbox.mkdir(parents=True)
    for number, lines in enumerate((filled.lines, filled.lines[:1]), start=1):
        version = Filled(filled.form, filled.regime, filled.reporter, lines)
        (inbox / f"{number}.xlsx").write_bytes(saved(fill_in(version)))
        batch = ingestion.receive(store, inbox.parent, filled.regime, "annual", load())[-1]
        ingestion.read_batch(store, batch, load())
        expectations.judge_batch(store, batch, load())
    return [(one["rule"], one["value"]) for one in store.read_table(f"findings/{batch}.parquet").to_pylist()]


@pytest.mark.parametrize("filled", [RECTIFICATION, EXCEEDANCE, SUPERVISION], ids=lambda filled: filled.form)
def test_who_is_left_out_of_a_later_list_is_named(tmp_path, filled):
    assert told_of_the_later(tmp_path, filled) == [("S18", filled.lines[1]["enterprise"])]


def test_a_later_acceptance_record_leaves_nobody_out(tmp_path):
    assert told_of_the_later(tmp_path, ACCEPTANCE) == []
