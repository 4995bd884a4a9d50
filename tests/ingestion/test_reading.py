"""A batch of a store becomes its three Parquet files, the same however it is read."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import pyarrow as pa
import pytest

import ingestion
from ingestion import reading
from ingestion.frames import OBSERVATIONS, SUBMISSIONS, schema_of_rows
from rulebook import EXIT_TABLE
from store import Store
from tests.ingestion.samples import comma_separated, row, table, the_rulebook, understood, xlsx, zipped

ROWS = schema_of_rows(the_rulebook().forms[EXIT_TABLE])
KINDS = {"submissions": SUBMISSIONS, "rows": ROWS, "observations": OBSERVATIONS}


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "store")


def receive(store: Store, tmp_path, **files: bytes) -> str:
    """The batch of these files, each sent into the folder of 紫阳县."""
    folder = tmp_path / "inbox" / "610924"
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name.replace("_", ".")).write_bytes(data)
    (batch,) = ingestion.receive(store, tmp_path / "inbox", "ankang-2024", "annual", the_rulebook())
    return batch


def frames(store: Store, batch: str) -> dict[str, pa.Table]:
    return {kind: store.read_table(f"{kind}/{batch}.parquet") for kind in KINDS}


def test_the_columns_of_the_exit_tables_frame_are_those_of_the_contract():
    fields = the_rulebook().forms[EXIT_TABLE].fields
    assert ROWS.names == [
        *("row_id", "submission_id", "regime", "round", "reporter_code", "sheet", "row"),
        *(f"{field}_{aspect}" for field in fields for aspect in ("text", "cell", "problem")),
        *("county_code", "county", "city_code", "industry", "industry_code"),
        *("enterprise", "enterprise_key", "enterprise_full_key", "equipment", "equipment_count"),
        *("capacity", "capacity_unit", "capacity_factor", "categories", "credit_code", "method"),
        *("shut_on", "shut_on_from", "dismantled_on", "accepted_on", "duplicate_of"),
    ]


def test_a_batch_has_one_line_per_file_and_per_row(store, tmp_path):
    batch = receive(
        store, tmp_path, 好_csv=comma_separated(table(row(), row(sequence=2, enterprise="乙厂"))), 坏_xlsx=b"x"
    )
    ingestion.read_batch(store, batch, the_rulebook())
    written = frames(store, batch)
    lines = {line["file"]: line for line in written["submissions"].to_pylist()}
    assert {name: line["row_count"] for name, line in lines.items()} == {"好.csv": 2, "坏.xlsx": 0}
    assert written["rows"].column("submission_id").to_pylist() == [lines["好.csv"]["submission_id"]] * 2
    assert {line["rulebook_digest"] for line in lines.values()} == {the_rulebook().digest}


@pytest.mark.parametrize("data", [b"x", xlsx(table(["零报告"]))])
def test_frames_without_lines_keep_their_types(store, tmp_path, data):
    batch = receive(store, tmp_path, 表_xlsx=data)
    ingestion.read_batch(store, batch, the_rulebook())
    assert {kind: one.schema for kind, one in frames(store, batch).items()} == KINDS


def test_reading_a_batch_again_changes_nothing(store, tmp_path):
    batch = receive(store, tmp_path, 表_xlsx=xlsx(table(row())))
    ingestion.read_batch(store, batch, the_rulebook())
    before = {key: store.read_bytes(key) for key in store.keys("")}
    ingestion.read_batch(store, batch, the_rulebook())
    assert {key: store.read_bytes(key) for key in store.keys("")} == before


def test_workers_give_the_same_frames_in_the_same_order(store, tmp_path, monkeypatch):
    files = {f"{number}_csv": comma_separated(table(row(capacity=f"{number + 1}万吨"))) for number in range(7)}
    batch = receive(store, tmp_path, **files)
    ingestion.read_batch(store, batch, the_rulebook())
    alone = frames(store, batch)
    monkeypatch.setattr(reading, "FEWEST_FILES_FOR_WORKERS", 2)
    monkeypatch.setattr(reading, "FILES_PER_TASK", 3)
    with ProcessPoolExecutor(2, multiprocessing.get_context("forkserver")) as workers:
        ingestion.read_batch(store, batch, the_rulebook(), workers)
    assert frames(store, batch) == alone


def test_the_workbooks_of_an_archive_are_submissions_of_their_own(store, tmp_path):
    archive = zipped({"甲.csv": comma_separated(table(row())), "乙.csv": comma_separated(table(row(sequence=2)))})
    batch = receive(store, tmp_path, 报_zip=archive)
    ingestion.read_batch(store, batch, the_rulebook())
    lines = frames(store, batch)["submissions"].select(["submission_id", "file"]).to_pylist()
    assert [tuple(line.values()) for line in lines] == [("000001-1", "报.zip!甲.csv"), ("000001-2", "报.zip!乙.csv")]


def test_several_readings_are_understood_at_once():
    data = comma_separated(table(row()))
    readings = [ingestion.read_file(f"{name}.csv", data) for name in "甲乙"]
    assignments = [ingestion.Assignment(name, regime="ankang-2024", round="annual") for name in ("1", "2")]
    both = ingestion.understand(readings, the_rulebook(), assignments)
    assert list(both.rows.row_id) == ["1:1:5", "2:1:5"]


def test_frames_are_typed_as_stored():
    rows = understood(comma_separated(table(row())), "表.csv").rows
    assert list(rows.columns) == ROWS.names
    assert (rows.row.dtype, rows.equipment_count.dtype) == ("Int64", "Int64")
