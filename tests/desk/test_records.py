"""Single submissions out of their batches: found by their number, without reading what is not asked for."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

import pytest

import dbt_project
import expectations
import exports
import ingestion
from desk.views.records import Records
from rulebook import load
from store import Store
from tests.desk.conftest import ROWS, write_exit_table

CYCLE = ("ankang-2024", "annual")
REPORTER = "610924"
WRONG_CATEGORY = [ROWS[0], [*ROWS[1][:6], "节能"]]


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """Three batches: 紫阳县 sends a good table and a photo; its second version is rejected; after the build a third."""
    root = tmp_path_factory.mktemp("records")
    store, inbox = Store(root / "store"), root / "inbox" / REPORTER
    inbox.mkdir(parents=True)
    write_exit_table(inbox / "统计表.xlsx", ROWS)
    (inbox / "照片.jpg").write_bytes(b"\xff\xd8\xff photo")
    _collect(store, inbox.parent)
    write_exit_table(inbox / "统计表（第2次）.xlsx", WRONG_CATEGORY)
    _collect(store, inbox.parent)
    dbt_project.build(store.root, load())
    write_exit_table(inbox / "统计表（第3次）.xlsx", ROWS[:1])
    _collect(store, inbox.parent)
    return store


def _collect(store, inbox):
    for batch in ingestion.receive(store, inbox, *CYCLE, load()):
        ingestion.read_batch(store, batch, load())
        expectations.judge_batch(store, batch, load())
        exports.answer_batch(store, batch, load())


class ReadKeys(Store):
    """A store that remembers which keys were read."""

    def __init__(self, root):
        super().__init__(root)
        self.read = []

    def read_bytes(self, key):
        self.read.append(key)
        return super().read_bytes(key)

    def read_table(self, key, columns=None):
        self.read.append(key)
        return super().read_table(key, columns)


@pytest.fixture
def records(collected):
    return Records(ReadKeys(collected.root), load())


def test_a_submission_is_read_from_its_own_batch_alone_and_once(records):
    record = records.submission("000003")
    assert (record.batch, record.reporter_code, record.row_count) == ("000002", REPORTER, 2)
    records._store.read.clear()
    assert records.submission("000003") is record
    assert records._store.read == []


def test_rows_findings_and_answers_are_of_that_submission_only(records):
    good, wrong = records.submission("000001"), records.submission("000003")
    assert [row["enterprise"] for row in records.rows(good)] == [row[3] for row in ROWS]
    assert [row["row"] for row in records.rows(good, first=6, last=6)] == [6]
    assert next((finding["rule"], finding["cell"]) for finding in records.findings(wrong)) == ("F06", "G6")
    keys = records.answer_keys(wrong)
    assert keys.annotated.startswith(f"outbox/{REPORTER}/000003_")
    assert keys.receipt == f"outbox/{REPORTER}/000003_回执.txt"
    assert records.answer_keys(good).annotated is None
    assert records.original(records.submission("000002")) == b"\xff\xd8\xff photo"
    assert records.receipt(wrong).name == "统计表（第2次）.xlsx"


def test_rows_and_findings_are_read_once_and_again_when_they_were_written_again(collected, tmp_path):
    """Findings are: by ``huizong rejudge``."""
    shutil.copytree(collected.root, tmp_path / "store")
    store = ReadKeys(tmp_path / "store")
    records = Records(store, load())
    wrong = records.submission("000003")
    assert records.findings(wrong) == records.findings(wrong) != []
    records.rows(wrong)
    assert len(records.rows(wrong)) == 2
    frames = ["findings/000002.parquet", "rows/000002.parquet"]
    assert [key for key in store.read if key in frames] == frames

    for key in frames:
        store.write_table(key, store.read_table(key).slice(0, 0))
    assert records.findings(wrong) == records.rows(wrong) == []


@pytest.mark.parametrize("strange", ["000009", "000000", "1", "000001-1", "../etc", "٠٠٠٠٠١", "9" * 400, ""])
def test_an_id_that_nobody_was_given_is_none(records, strange):
    assert records.submission(strange) is None


def test_versions_come_from_the_warehouse_and_what_came_after_it_waits(records):
    told = [(one.submission_id, one.status, one.verdict) for one in records.versions(*CYCLE, REPORTER)]
    assert told == [("000001", "counting", None), ("000003", "rejected", None), ("000004", None, "accepted")]
    assert [record.submission_id for record in records.pending(*CYCLE)] == ["000004"]
    assert records.pending("ankang-2024", "plan") == []
    assert [one.submission_id for one in records.versions(*CYCLE, REPORTER, "document")] == ["000002"]
    assert not [key for key in records._store.read if key == "submissions/000001.parquet"]


def test_versions_of_several_tables_are_those_of_each(records):
    tables = [(*CYCLE, REPORTER, form) for form in ("exit_statistics", "document", "acceptance")]
    nobodys = [(*CYCLE, None, "exit_statistics"), (*CYCLE, "610925", "exit_statistics")]
    assert records.versions_of([*tables, *nobodys]) == {
        **{table: records.versions(*table) for table in tables},
        **{table: [] for table in nobodys},
    }
    assert records.versions(*tables[0]) and records.versions(*tables[1])


def test_before_any_build_every_version_waits(collected, tmp_path):
    shutil.copytree(collected.root, tmp_path / "store")
    (tmp_path / "store" / "warehouse.duckdb").unlink()
    records = Records(Store(tmp_path / "store"), load())
    told = [(one.submission_id, one.status, one.verdict) for one in records.versions(*CYCLE, REPORTER)]
    assert told == [("000001", None, "accepted"), ("000003", None, "rejected"), ("000004", None, "accepted")]


def test_a_batch_that_comes_while_the_desk_runs_is_seen_when_it_is_judged(collected, tmp_path):
    shutil.copytree(collected.root, tmp_path / "store")
    store = Store(tmp_path / "store")
    records = Records(store, load())
    assert records.submission("000005") is None
    inbox = tmp_path / "inbox" / REPORTER
    inbox.mkdir(parents=True)
    write_exit_table(inbox / "统计表（第4次）.xlsx", ROWS)
    (batch,) = ingestion.receive(store, inbox.parent, *CYCLE, load())
    ingestion.read_batch(store, batch, load())
    assert records.submission("000005") is None, "not judged yet"
    expectations.judge_batch(store, batch, load())
    assert records.submission("000005").file == "统计表（第4次）.xlsx"


def test_rows_of_before_a_column_was_added_have_it_blank(collected, tmp_path):
    shutil.copytree(collected.root, tmp_path / "store")
    store = Store(tmp_path / "store")
    key = "rows/000001.parquet"
    store.write_table(key, store.read_table(key).drop_columns(["quantity_unit_text"]))
    records = Records(store, load())
    assert [row["quantity_unit_text"] for row in records.rows(records.submission("000001"))] == [None, None]


def test_halving_finds_the_batch_among_many(tmp_path):
    """A thousand batches of one or two files: few receipts are opened."""
    store = ReadKeys(tmp_path)
    number = 1
    for batch in range(1, 1001):
        lines = ""
        for _ in range(1 + batch % 2):
            lines += _receipt_line(number)
            number += 1
        store.write_bytes(f"receipts/{batch:06d}.jsonl", lines.encode())
    records = Records(store, load())
    assert records.submission(f"{number - 1:06d}") is None
    assert records._batch_of(number - 1) == "001000"
    assert records._batch_of(2) == "000001"
    assert records._batch_of(3) == "000002"
    assert len(store.read) < 40


def _receipt_line(number):
    receipt = ingestion.Receipt(
        number=number,
        sha256="0" * 64,
        name="表.xlsx",
        channel="folder",
        folder=REPORTER,
        received_at=datetime(2024, 12, 30, tzinfo=UTC),
        regime=CYCLE[0],
        round=CYCLE[1],
        rulebook_digest="",
        bytes=1,
    )
    return receipt.as_json() + "\n"
