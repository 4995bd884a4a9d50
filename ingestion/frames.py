"""The three frames that reading gives, and their types in Parquet (contracts, section 3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa

FIELDS = (
    "sequence",
    "province",
    "city",
    "county",
    "industry",
    "enterprise",
    "equipment",
    "capacity",
    "unit",
    "quantity",
    "quantity_unit",
    "category",
    "credit_code",
    "method",
    "shut_on",
    "dismantled_on",
    "accepted_on",
    "planned_on",
    "remark",
)
"""The fields of the exit table, 落后产能退出情况统计表."""

_TEXT = pa.string()
_AMOUNT = pa.decimal128(28, 8)
_MACHINE = pa.struct(
    [
        ("name", _TEXT),
        ("spec_value", _AMOUNT),
        ("spec_unit", _TEXT),
        ("quantity", pa.int64()),
        ("quantity_unit", _TEXT),
    ]
)

SUBMISSIONS = pa.schema(
    [
        ("submission_id", _TEXT),
        ("receipt_no", pa.int64()),
        ("batch", _TEXT),
        ("regime", _TEXT),
        ("round", _TEXT),
        ("form", _TEXT),
        ("document_kind", _TEXT),
        ("sha256", _TEXT),
        ("file", _TEXT),
        ("folder", _TEXT),
        ("channel", _TEXT),
        ("received_at", pa.timestamp("us", tz="UTC")),
        ("reporter_code", _TEXT),
        ("told_by", _TEXT),
        ("declared_reporter", _TEXT),
        ("declared_cell", _TEXT),
        ("declared_date", pa.date32()),
        ("sheet", _TEXT),
        ("header_row", pa.int64()),
        ("title", _TEXT),
        ("is_nil", pa.bool_()),
        ("row_count", pa.int64()),
        ("rulebook_digest", _TEXT),
        ("corrects", _TEXT),
    ]
)

ROWS = pa.schema(
    [
        *((name, _TEXT) for name in ("row_id", "submission_id", "regime", "round", "reporter_code", "sheet")),
        ("row", pa.int64()),
        *((f"{field}_{aspect}", _TEXT) for field in FIELDS for aspect in ("text", "cell", "problem")),
        ("county_code", _TEXT),
        ("county", _TEXT),
        ("city_code", _TEXT),
        ("industry", _TEXT),
        ("industry_code", _TEXT),
        ("enterprise", _TEXT),
        ("enterprise_key", _TEXT),
        ("enterprise_full_key", _TEXT),
        ("equipment", pa.list_(_MACHINE)),
        ("equipment_count", pa.int64()),
        ("capacity", _AMOUNT),
        ("capacity_unit", _TEXT),
        ("capacity_factor", pa.decimal128(28, 8)),
        ("categories", pa.list_(_TEXT)),
        ("method", _TEXT),
        ("shut_on", pa.date32()),
        ("shut_on_from", pa.date32()),
        ("dismantled_on", pa.date32()),
        ("accepted_on", pa.date32()),
        ("duplicate_of", _TEXT),
    ]
)

OBSERVATIONS = pa.schema(
    [(name, _TEXT) for name in ("submission_id", "observation", "sheet", "cell", "value", "params")]
)

Columns = Mapping[str, list[Any]]
"""Some lines of a frame, column by column; all lists are of the same length."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The frames as Arrow tables, as they are stored."""

    submissions: pa.Table
    rows: pa.Table
    observations: pa.Table


@dataclass(frozen=True, slots=True)
class Frames:
    """What reading gives: one line per submission, per row of its table, and per thing noticed on the way."""

    submissions: pd.DataFrame
    rows: pd.DataFrame
    observations: pd.DataFrame

    @classmethod
    def from_tables(cls, tables: Tables) -> Frames:
        """The same as pandas frames; whole numbers stay whole where some are missing."""
        whole_numbers = {pa.int64(): pd.Int64Dtype()}.get
        return cls(
            *(
                table.to_pandas(types_mapper=whole_numbers)
                for table in (tables.submissions, tables.rows, tables.observations)
            )
        )


def build_table(schema: pa.Schema, parts: Iterable[Columns]) -> pa.Table:
    """The parts one under the other as a table of ``schema``; without parts an empty one."""
    columns: dict[str, list[Any]] = {name: [] for name in schema.names}
    for part in parts:
        for name, values in columns.items():
            values.extend(part[name])
    return pa.table([pa.array(columns[field.name], field.type) for field in schema], schema=schema)


def build_table_of_lines(schema: pa.Schema, lines: Iterable[Mapping[str, Any]]) -> pa.Table:
    """The lines as a table of ``schema``."""
    return pa.Table.from_pylist(list(lines), schema=schema)


def join_tables(parts: Iterable[Tables]) -> Tables:
    """The parts one under the other."""
    parts = list(parts)
    return Tables(
        pa.concat_tables([part.submissions for part in parts]),
        pa.concat_tables([part.rows for part in parts]),
        pa.concat_tables([part.observations for part in parts]),
    )
