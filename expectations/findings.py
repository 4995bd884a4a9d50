"""What a finding is: its columns, its name, its place among others, and what findings mean for a submission."""

from __future__ import annotations

import hashlib
import re

import pandas as pd
import pyarrow as pa

GRAVITY = {"reject": 0, "explain": 1, "note": 2}
"""Gravest first: the order in which a reporter reads them."""

FINDINGS_SCHEMA = pa.schema(
    [
        (name, pa.string())
        for name in (
            "finding_id",
            "submission_id",
            "row_id",
            "rule",
            "severity",
            "sheet",
            "cell",
            "value",
            "message",
            "message_en",
            "remedy",
            "remedy_en",
        )
    ]
)


def finding_id(sha256: str, reporter: str | None, rule: str, sheet: str | None, cell: str | None, nth: int) -> str:
    """A stable name, so that a decision can point at the finding: the same file gives the same names again.

    ``nth`` tells apart findings of one rule at one place (two missing columns of one header row); the first, 0, does
    not enter.
    """
    place = f"{sha256}|{reporter or ''}|{rule}|{sheet or ''}|{cell or ''}{f'|{nth}' if nth else ''}"
    return hashlib.sha256(place.encode()).hexdigest()[:16]


def ordered(cases: pd.DataFrame) -> pd.DataFrame:
    """``cases`` by submission, severity, sheet, row and column; what points at no cell comes first in its group."""
    cells, cell_by_number = pd.factorize(cases["cell"])
    places = pd.DataFrame([_NO_PLACE, *map(_place, cell_by_number)], columns=["row", "column_length", "column"])
    keys = pd.DataFrame(
        {
            "submission_id": cases["submission_id"],
            "severity": cases["severity"].map(GRAVITY),
            "sheet": cases["sheet"].fillna(""),
            **{name: column.to_numpy()[cells + 1] for name, column in places.items()},
            "rule": cases["rule"],
        },
        index=cases.index,
    )
    return cases.loc[keys.sort_values(list(keys.columns), kind="stable").index]


_ADDRESS = re.compile(r"([A-Z]+)([0-9]+)")
_NO_PLACE = (0, 0, "")


def _place(cell: str) -> tuple[int, int, str]:
    """Row and column of an A1 address, to sort by. Z comes before AA: shorter letters first, then by alphabet."""
    address = _ADDRESS.fullmatch(cell)
    return (int(address[2]), len(address[1]), address[1]) if address else _NO_PLACE
