"""Many files at once: readings become frames, and a batch of a store becomes its three Parquet files."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cache, partial

from ingestion.cells import Reading
from ingestion.frames import (
    OBSERVATIONS,
    SUBMISSIONS,
    Frames,
    Tables,
    build_table,
    build_table_of_lines,
    join_tables,
)
from ingestion.photos import find_photos
from ingestion.receipt import Receipt, read_receipts
from ingestion.submission import Assignment, SubmissionReader, Understood
from ingestion.understanding import read_equipment
from ingestion.workbook import read_file
from rulebook import EXIT_TABLE, Rulebook, load
from store import Store

_as_json = json.JSONEncoder(ensure_ascii=False).encode

FILES_PER_TASK = 20
FEWEST_FILES_FOR_WORKERS = 200
"""Starting workers costs as much as reading about this many workbooks."""


@dataclass(frozen=True, slots=True)
class _File:
    """One workbook or document of a batch: where its bytes lie, under which name they were sent, and what is known of it."""

    name: str
    key: str
    assignment: Assignment


def understand(readings: Sequence[Reading], rulebook: Rulebook, assignments: Sequence[Assignment]) -> Frames:
    """The frames of ``readings``, one assignment for each, as ``rulebook`` understands them."""
    reader = SubmissionReader(rulebook)
    pairs = zip(readings, assignments, strict=True)
    return Frames.from_tables(
        _build_tables(reader, (reader.read(reading, assignment) for reading, assignment in pairs))
    )


def read_batch(store: Store, batch: str, rulebook: Rulebook, workers: Executor | None = None) -> None:
    """``rows``, ``observations`` and ``submissions`` of ``batch`` are written, and ``photos`` where it has some.

    Repeated, they are the same again.

    Rows of a form other than the exit table are written beside, where there are some.
    Where ``workers`` are given and the batch is large, they read it.
    """
    tables = _read_originals(store, batch, rulebook, workers)
    store.write_table(f"rows/{batch}.parquet", tables.rows)
    for form, rows in tables.other_rows.items():
        store.write_table(f"{rulebook.forms[form].frame}/{batch}.parquet", rows)
    store.write_table(f"observations/{batch}.parquet", tables.observations)
    photos = find_photos(tables.submissions, rulebook)
    if photos.num_rows:
        store.write_table(f"photos/{batch}.parquet", photos)
    # last: a batch without submissions is one that was not read to its end
    store.write_table(f"submissions/{batch}.parquet", tables.submissions)


def reread(store: Store, batches: Iterable[str], rulebook: Rulebook, workers: Executor | None = None) -> Frames:
    """The frames of ``batches`` as ``rulebook`` understands their originals; the store is left as it is."""
    return Frames.from_tables(join_tables(_read_originals(store, batch, rulebook, workers) for batch in batches))


def _read_originals(store: Store, batch: str, rulebook: Rulebook, workers: Executor | None) -> Tables:
    files = [file for receipt in read_receipts(store, batch) for file in _files_of(receipt, batch)]
    # A worker loads the rulebook itself, so it must be the one in force.
    if workers and len(files) >= FEWEST_FILES_FOR_WORKERS and rulebook.digest == load().digest:
        tasks = [files[start : start + FILES_PER_TASK] for start in range(0, len(files), FILES_PER_TASK)]
        return join_tables(workers.map(partial(_read_task, store), tasks))
    return _read_with(SubmissionReader(rulebook), store, files)


def _files_of(receipt: Receipt, batch: str) -> list[_File]:
    """The files of one receipt: the file itself, or the numbered members of an archive."""
    files = receipt.members or (receipt,)
    return [
        _File(
            file.name,
            f"originals/{file.sha256}",
            Assignment(
                submission_id=submission_id,
                regime=receipt.regime,
                round=receipt.round,
                folder=receipt.folder,
                receipt_no=receipt.number,
                batch=batch,
                channel=receipt.channel,
                received_at=receipt.received_at,
                rulebook_digest=receipt.rulebook_digest,
                same_as=receipt.same_as,
                decided_reporter=receipt.reporter,
                corrects=receipt.corrects,
            ),
        )
        for submission_id, file in zip(receipt.submission_ids, files, strict=True)
    ]


def _read_task(store: Store, files: list[_File]) -> Tables:
    return _read_with(_reader_in_force(), store, files)


def get_ready() -> None:
    """What reads the files of a task is made now, and not with the first file."""
    _reader_in_force()
    for text in ("一期球磨机1台", "球磨机1台"):
        # each needs patterns of its own, which are compiled with the first text
        read_equipment(text)


@cache
def _reader_in_force() -> SubmissionReader:
    return SubmissionReader(load())


def _read_with(reader: SubmissionReader, store: Store, files: list[_File]) -> Tables:
    return _build_tables(
        reader, (reader.read(read_file(file.name, store.read_bytes(file.key)), file.assignment) for file in files)
    )


def _build_tables(reader: SubmissionReader, submissions: Iterable[Understood]) -> Tables:
    understood = list(submissions)
    lines = [
        {
            "submission_id": one.line["submission_id"],
            "observation": observation.kind,
            "sheet": observation.sheet,
            "cell": observation.cell,
            "value": observation.value,
            "params": _as_json(observation.params),
        }
        for one in understood
        for observation in one.observations
    ]
    columns = defaultdict(list)
    for one in understood:
        if one.rows and one.rows["row"]:
            columns[one.line["form"]].append(one.rows)
    return Tables(
        build_table_of_lines(SUBMISSIONS, [one.line for one in understood]),
        build_table(reader.schemas[EXIT_TABLE], columns.pop(EXIT_TABLE, ())),
        build_table_of_lines(OBSERVATIONS, lines),
        {form: build_table(schema, columns[form]) for form, schema in reader.schemas.items() if form in columns},
    )
