"""What a finding is: its columns, its name, its place among others, and what findings mean for a submission."""

from __future__ import annotations

import hashlib

import pandas as pd
import pyarrow as pa

SEVERITIES = ("reject", "explain", "note")
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
    parts = [sha256, reporter, rule, sheet, cell]
    if nth:
        parts.append(str(nth))
    return hashlib.sha256("|".join(part or "" for part in parts).encode()).hexdigest()[:16]


def ordered(cases: pd.DataFrame) -> pd.DataFrame:
    """``cases`` by submission, severity, sheet, row and column; what points at no cell comes first in its group."""
    address = cases["cell"].astype("str").str.extract(r"^([A-Z]+)([0-9]+)$")
    keys = pd.DataFrame(
        {
            "submission_id": cases["submission_id"],
            "severity": cases["severity"].map(SEVERITIES.index),
            "sheet": cases["sheet"].fillna(""),
            "row": pd.to_numeric(address[1]).fillna(0),
            # Z comes before AA: shorter letters first, then by alphabet.
            "column_length": address[0].str.len().fillna(0),
            "column": address[0].fillna(""),
            "rule": cases["rule"],
        },
        index=cases.index,
    )
    return cases.loc[keys.sort_values(list(keys.columns), kind="stable").index]
