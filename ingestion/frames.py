"""The frames that reading gives, and their types in Parquet (contracts, section 3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from rulebook import Field, Form

if TYPE_CHECKING:
    import pandas as pd

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
        ("reported_as", _TEXT),
    ]
)

_HEAD = [
    *((name, _TEXT) for name in ("row_id", "submission_id", "regime", "round", "reporter_code", "sheet")),
    ("row", pa.int64()),
]
_SAID_OF_A_CELL = ("text", "cell", "problem")
_DAY = pa.date32()


def _given_by(field: Field) -> list[tuple[str, pa.DataType]]:
    """The columns that a field gives beside its text, cell and problem, by what reads it."""
    name = field.name
    return {
        "place": [(f"{name}_code", _TEXT), (name, _TEXT), ("city_code", _TEXT)],
        "industry": [(name, _TEXT), (f"{name}_code", _TEXT)],
        "enterprise": [(name, _TEXT), (f"{name}_key", _TEXT), (f"{name}_full_key", _TEXT)],
        "equipment": [(name, pa.list_(_MACHINE)), (f"{name}_count", pa.int64())],
        "amount": [(name, _AMOUNT), (f"{name}_unit", _TEXT), (f"{name}_factor", _AMOUNT)],
        "categories": [("categories", pa.list_(_TEXT))],
        "days": [(name, _DAY), (f"{name}_from", _DAY)],
        "date": [(name, _DAY)],
        "whole_number": [(name, pa.int64())],
        "yes_no": [(name, pa.bool_())],
        "text": [],
    }.get(field.type, [(name, _TEXT)])


def schema_of_rows(form: Form) -> pa.Schema:
    """The types of the frame that holds the rows of ``form``."""
    fields = form.fields.values()
    return pa.schema(
        [
            *_HEAD,
            *((f"{field.name}_{aspect}", _TEXT) for field in fields for aspect in _SAID_OF_A_CELL),
            *(column for field in fields for column in _given_by(field)),
            ("duplicate_of", _TEXT),
        ]
    )


OBSERVATIONS = pa.schema(
    [(name, _TEXT) for name in ("submission_id", "observation", "sheet", "cell", "value", "params")]
)

PHOTOS = pa.schema(
    [
        ("submission_id", _TEXT),
        ("stage", _TEXT),
        ("name_no", pa.int64()),
        *((name, _TEXT) for name in ("enterprise", "enterprise_key", "enterprise_full_key")),
    ]
)

Columns = Mapping[str, list[Any]]
"""Some lines of a frame, column by column; all lists are of the same length."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The frames as Arrow tables, as they are stored."""

    submissions: pa.Table
    rows: pa.Table
    observations: pa.Table
    other_rows: Mapping[str, pa.Table]
    """Rows of forms other than the exit table, by the form; only of those there are some."""


@dataclass(frozen=True, slots=True)
class Frames:
    """What reading gives: one line per submission, per row of its table, and per thing noticed on the way."""

    submissions: pd.DataFrame
    rows: pd.DataFrame
    observations: pd.DataFrame
    other_rows: Mapping[str, pd.DataFrame] = dataclass_field(default_factory=dict)
    """Rows of forms other than the exit table, by the form; only of those there are some."""

    @classmethod
    def from_tables(cls, tables: Tables) -> Frames:
        """The same as pandas frames; whole numbers stay whole where some are missing."""
        # imported here: who only reads files need not wait for it
        import pandas as pd

        whole_numbers = {pa.int64(): pd.Int64Dtype()}.get
        return cls(
            *(
                table.to_pandas(types_mapper=whole_numbers)
                for table in (tables.submissions, tables.rows, tables.observations)
            ),
            {form: table.to_pandas(types_mapper=whole_numbers) for form, table in tables.other_rows.items()},
        )


def build_table(schema: pa.Schema, parts: Iterable[Columns]) -> pa.Table:
    """The parts one under the other as a table of ``schema``; without parts an empty one."""
    columns: dict[str, list[Any]] = {name: [] for name in schema.names}
    for part in parts:
        for name, values in columns.items():
            values.extend(part[name])
    return pa.table([_array(columns[one.name], one.type) for one in schema], schema=schema)


def _array(values: list[Any], type: pa.DataType) -> pa.Array:
    # more than half of the columns are blank: problems nobody has, fields nobody was asked for
    is_blank = not any(values) and values.count(None) == len(values)
    return pa.nulls(len(values), type) if is_blank else pa.array(values, type)


def build_table_of_lines(schema: pa.Schema, lines: Iterable[Mapping[str, Any]]) -> pa.Table:
    """The lines as a table of ``schema``."""
    return pa.Table.from_pylist(list(lines), schema=schema)


def join_tables(parts: Iterable[Tables]) -> Tables:
    """The parts one under the other."""
    parts = list(parts)
    forms = sorted({form for part in parts for form in part.other_rows})
    return Tables(
        pa.concat_tables([part.submissions for part in parts]),
        pa.concat_tables([part.rows for part in parts]),
        pa.concat_tables([part.observations for part in parts]),
        {
            form: pa.concat_tables([part.other_rows[form] for part in parts if form in part.other_rows])
            for form in forms
        },
    )
