"""Many small batches are read as few files.

Whoever uploads one workbook makes a batch of one, and every model that reads the batches opens each of their files. So
a hundred batches that follow one another are copied into one file, ``compacted/<table>/<first batch>.parquet``. The
batches stay the truth: a copy is made again where one of them is younger, and all may be deleted at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from store import Store

BATCHES_PER_FILE = 100


def files_of_batches(store: Store, table: str, batches: Sequence[str]) -> list[str]:
    """Where the lines of ``table`` of ``batches`` lie, each once; what is missing of the copies is made."""
    return [store.location(key) for key in _keys(store, table, batches)]


def _keys(store: Store, table: str, batches: Iterable[str]) -> Iterator[str]:
    # one look at the folder: most tables of the other forms are in few batches, or in none
    written = store.names(table)
    for _, neighbours in groupby(batches, key=lambda batch: (int(batch) - 1) // BATCHES_PER_FILE):
        together = list(neighbours)
        keys = [f"{table}/{batch}.parquet" for batch in together if f"{batch}.parquet" in written]
        # a batch that nobody judged yet comes in between later: until then nothing is copied
        if len(together) == BATCHES_PER_FILE and len(keys) > 1:
            yield _copy_of(store, f"compacted/{table}/{together[0]}.parquet", keys)
        else:
            yield from keys


def _copy_of(store: Store, copy: str, keys: Sequence[str]) -> str:
    """The key of the copy, which is younger than all it holds."""
    import pyarrow as pa

    if not store.exists(copy) or store.stamp(copy) <= max(map(store.stamp, keys)):
        tables = [store.read_table(key) for key in keys]
        # batches that an earlier release wrote know nothing of columns that came later
        store.write_table(copy, pa.concat_tables(tables, promote_options="default"))
    return copy
