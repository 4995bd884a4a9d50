"""Small batches that follow one another are read as one file, and nothing is lost or counted twice."""

from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dbt_project import compaction
from dbt_project.compaction import files_of_batches
from store import Store


@pytest.fixture
def store(tmp_path, monkeypatch) -> Store:
    monkeypatch.setattr(compaction, "BATCHES_PER_FILE", 2)
    return Store(tmp_path)


def write(store: Store, *batches: str, **more) -> list[str]:
    for batch in batches:
        store.write_table(
            f"rows/{batch}.parquet", pa.table({"batch": [batch]} | {name: [v] for name, v in more.items()})
        )
    return list(batches)


def lines(files: list[str], column: str = "batch") -> Counter:
    return Counter(value for file in files for value in pq.read_table(file)[column].to_pylist())


def test_every_line_is_read_once_from_few_files(store):
    batches = write(store, "000001", "000002", "000003", "000004", "000005")
    files = files_of_batches(store, "rows", batches)
    assert lines(files) == Counter(batches)
    assert [Path(file).relative_to(store.root).as_posix() for file in files] == [
        "compacted/rows/000001.parquet",
        "compacted/rows/000003.parquet",
        "rows/000005.parquet",
    ]


def test_a_copy_is_made_once(store):
    batches = write(store, "000001", "000002")
    (first,) = files_of_batches(store, "rows", batches)
    stamp = Path(first).stat().st_mtime_ns
    assert files_of_batches(store, "rows", batches) == [first]
    assert Path(first).stat().st_mtime_ns == stamp


def test_a_batch_that_is_written_again_is_copied_again(store):
    batches = write(store, "000001", "000002")
    files_of_batches(store, "rows", batches)
    store.write_table("rows/000002.parquet", pa.table({"batch": ["anew"]}))
    assert lines(files_of_batches(store, "rows", batches)) == Counter(["000001", "anew"])


def test_a_batch_that_was_not_judged_yet_is_not_left_out_later(store):
    write(store, "000001", "000002")
    assert lines(files_of_batches(store, "rows", ["000002"])) == Counter(["000002"])
    assert lines(files_of_batches(store, "rows", ["000001", "000002"])) == Counter(["000001", "000002"])


def test_batches_of_an_earlier_release_lack_only_what_they_did_not_know(store):
    batches = write(store, "000001") + write(store, "000002", corrects="000001")
    assert lines(files_of_batches(store, "rows", batches), "corrects") == Counter([None, "000001"])


def test_a_table_that_few_batches_have_is_read_from_one_file_too(store):
    """Rows of the other forms are written only where a batch has some."""
    batches = ["000001", "000002", "000003", "000004"]
    for batch in ("000003", "000004"):
        store.write_table(f"acceptance_rows/{batch}.parquet", pa.table({"batch": [batch]}))
    assert [
        Path(file).relative_to(store.root).as_posix() for file in files_of_batches(store, "acceptance_rows", batches)
    ] == ["compacted/acceptance_rows/000003.parquet"]
    assert files_of_batches(store, "supervision_rows", batches) == []
