"""The desk's decisions as one table: what dbt reads of the files ``decisions/*.json`` of a store."""

from __future__ import annotations

import datetime as dt
import json
import sys
from io import BytesIO
from typing import TYPE_CHECKING

from store import Store

if TYPE_CHECKING:
    import pyarrow as pa

KEY = "decided/decisions.parquet"
DAY_KEY = "decided/day.parquet"

_NAMES_IN_FILES = {"decided_at": "at", "user_id": "user"}
"""Columns whose name in the files is a word of SQL."""

_TEXTS = (
    *("kind", "decided_at", "actor", "actor_name", "role", "unit", "reason"),
    *("regime", "round", "reporter_code", "submission_id", "finding_id", "rule", "expires_on", "due"),
    *("new_reporter_code", "city_code", "document_no", "document_date", "document_sha256", "explanation"),
    *("identity_id", "other_identity_id", "claims_id", "place_code", "industry", "chosen_reporter_code"),
    *("user_id", "granted_role", "granted_unit", "evidence_sha256", "as_of"),
    *("row_id", "document_issuer", "outcome"),
)
_NUMBERS = ("sequence", "undoes", "objection")


def write_decisions(store: Store, as_of: dt.date, last_decision: int | None = None) -> None:
    """Put every decision into ``decided/decisions.parquet``, each with ``as_of``: the day until which waivers are held.

    Only those up to the one numbered ``last_decision``, where one is given.

    Days and moments stay text, amounts too: staging gives them their types. Raises ``ValueError`` for a file that is
    no decision: one left out would change the figure without a word.
    """
    keys = [key for key in store.keys("decisions") if key.endswith(".json")]
    lines = [_flatten(store, key, as_of) for key in keys[:last_decision]]
    store.write_table(KEY, _as_table(lines))


def write_day(store: Store, as_of: dt.date) -> None:
    """Put ``as_of``, the day by which clocks are read, into ``decided/day.parquet``: a table of one line."""
    # as days since 1970, as Arrow keeps them: where it is given one of Python's values pyarrow loads pandas
    import pyarrow as pa

    days = (as_of - dt.date(1970, 1, 1)).days
    day = pa.Array.from_buffers(pa.date32(), 1, [None, pa.py_buffer(days.to_bytes(4, sys.byteorder, signed=True))])
    store.write_table(DAY_KEY, pa.Table.from_arrays([day], ["as_of"]))


def _flatten(store: Store, key: str, as_of: dt.date) -> dict:
    try:
        decision = json.loads(store.read_bytes(key))
        columns = {column: decision.get(_NAMES_IN_FILES.get(column, column)) for column in (*_NUMBERS, *_TEXTS)}
        return columns | {"as_of": as_of.isoformat(), "figure": decision.get("figure")}
    except (ValueError, AttributeError) as error:
        raise ValueError(key) from error


def _as_table(lines: list[dict]) -> pa.Table:
    # by way of JSON, because pyarrow loads pandas where it is given Python's values, and for an empty table of a schema
    import pyarrow as pa
    from pyarrow.json import ParseOptions, read_json

    line_of_figure = pa.struct(
        [
            ("industry", pa.string()),
            ("capacity", pa.string()),
            ("capacity_unit", pa.string()),
            ("exits", pa.int64()),
            ("enterprises", pa.int64()),
            ("exits_sha256", pa.string()),
        ]
    )
    schema = pa.schema(
        [
            *((column, pa.int64()) for column in _NUMBERS),
            *((column, pa.string()) for column in _TEXTS),
            ("figure", pa.list_(line_of_figure)),
        ]
    )
    if not lines:
        return pa.Table.from_batches([], schema)
    text = "\n".join(json.dumps(line) for line in lines)
    return read_json(BytesIO(text.encode()), parse_options=ParseOptions(explicit_schema=schema))
