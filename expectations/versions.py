"""Which rows of the table that counted so far a later version of it leaves out (rule S18).

Which version counts is settled by the warehouse (`int_submission_status`): the latest of a reporter, form and round
without a reject. The same is asked here, of what was collected before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from expectations.columns import known_values
from rulebook import EXIT_TABLE, Rulebook
from store import Store

MOST_ROWS_NAMED = 10
"""Rows that are named one by one; of the rest only the number is told."""

Obligation = tuple[str, str, str]
"""Regime, round and reporter: whose table a later one replaces."""

_IDENTITY = ["county_code", "industry", "enterprise_key"]
"""What makes a row the same one: as in R01, but a correction may change equipment and amount."""


class NamedRows(NamedTuple):
    """The rows of one submission: their places in a frame of many, and the identity of each as one text.

    The identity is None where a part of it could not be read.
    """

    frame: pd.DataFrame
    places: Sequence[int]
    identities: list[str | None]


class Version(NamedTuple):
    """A table that counts until another replaces it."""

    file: str
    rows: NamedRows


_NO_ROWS = NamedRows(pd.DataFrame(), [], [])

Versions = Mapping[Obligation, Version]

_OBLIGATION = ["regime", "round", "reporter_code"]
_SUBMISSION_COLUMNS = ["submission_id", "receipt_no", "form", "file", *_OBLIGATION]
_ROW_COLUMNS = ["submission_id", *_IDENTITY, "enterprise", "sheet", "row"]
_MISSING_COLUMNS = ["submission_id", "sheet", "cell", "value", "params"]


def missing_rows(
    submissions: pd.DataFrame,
    rows: pd.DataFrame,
    rejected: Collection[str],
    incomparable: Collection[str],
    versions: Versions,
    rulebook: Rulebook,
) -> pd.DataFrame:
    """One line for each submission that leaves out rows of the version before it, which ``params`` names.

    ``versions`` counted before these submissions came. One that is ``rejected`` replaces none, but is told what it
    leaves out, unless it is ``incomparable``.
    """
    tables = _tables(submissions, rulebook)
    times_sent = Counter(_obligations(tables))
    again = tables.loc[[obligation in versions or times_sent[obligation] > 1 for obligation in _obligations(tables)]]
    rows_by_submission = _rows_by_submission(rows.loc[rows["submission_id"].isin(again["submission_id"]), _ROW_COLUMNS])
    counting = dict(versions)
    found = []
    for obligation, submission_id, file in zip(_obligations(again), again["submission_id"], again["file"], strict=True):
        version = Version(file, rows_by_submission.get(submission_id, _NO_ROWS))
        before = counting.get(obligation)
        missing = _without_match(before.rows, version.rows) if before and submission_id not in incomparable else []
        if missing:
            found.append((submission_id, None, None, *_told(before, missing)))
        if submission_id not in rejected:
            counting[obligation] = version
    return pd.DataFrame(found, columns=_MISSING_COLUMNS)


def versions_before(store: Store, batch: str, submissions: pd.DataFrame, rulebook: Rulebook) -> Versions:
    """The tables that counted before ``batch``, of those who sent one again: only their findings and rows are read."""
    wanted = set(_obligations(_tables(submissions, rulebook)))
    last: dict[Obligation, tuple[str, str, str]] = {}
    for key in store.keys("submissions"):
        earlier = PurePosixPath(key).stem
        if earlier >= batch or not store.exists(f"findings/{earlier}.parquet"):
            continue
        tables = _tables(store.read_table(key, _SUBMISSION_COLUMNS).to_pandas(), rulebook)
        tables = tables.loc[[obligation in wanted for obligation in _obligations(tables)]]
        if not tables.empty:
            findings = store.read_table(f"findings/{earlier}.parquet", ["submission_id", "severity"])
            rejected = pc.unique(findings.filter(pc.equal(findings["severity"], "reject"))["submission_id"]).to_pylist()
            tables = tables[~tables["submission_id"].isin(rejected)]
            places = zip([earlier] * len(tables), tables["submission_id"], tables["file"], strict=True)
            last |= dict(zip(_obligations(tables), places, strict=True))
    rows_by_submission: dict[str, NamedRows] = {}
    for earlier in {place[0] for place in last.values()}:
        rows = store.read_table(f"rows/{earlier}.parquet", _ROW_COLUMNS)
        asked = pa.array([submission_id for of, submission_id, _ in last.values() if of == earlier])
        rows_by_submission |= _rows_by_submission(rows.filter(pc.is_in(rows["submission_id"], asked)).to_pandas())
    return {
        obligation: Version(file, rows_by_submission.get(submission_id, _NO_ROWS))
        for obligation, (_, submission_id, file) in last.items()
    }


def _tables(submissions: pd.DataFrame, rulebook: Rulebook) -> pd.DataFrame:
    """The exit tables received from reporters of their regime, in the order of their versions.

    Files that are only checked were not received: one is no version of another.
    """
    reporters = {(regime.key, code) for regime in rulebook.regimes.values() for code in regime.reporters}
    senders = zip(submissions["regime"], submissions["reporter_code"], strict=True)
    is_of_reporter = np.fromiter((sender in reporters for sender in senders), bool, len(submissions))
    is_received = submissions["receipt_no"].notna() & submissions["round"].notna()
    tables = submissions[is_of_reporter & is_received & (submissions["form"] == EXIT_TABLE)]
    # The number an archive's member ends with grows in digits: 000123-2 comes before 000123-10.
    order = pd.DataFrame(
        {
            "receipt_no": pd.to_numeric(tables["receipt_no"], errors="coerce"),
            "length": tables["submission_id"].str.len(),
            "submission_id": tables["submission_id"],
        }
    ).reset_index(drop=True)
    return tables.iloc[order.sort_values(list(order.columns)).index]


def _obligations(tables: pd.DataFrame) -> list[Obligation]:
    return list(tables[_OBLIGATION].itertuples(index=False, name=None))


def _rows_by_submission(rows: pd.DataFrame) -> dict[str, NamedRows]:
    county, industry, enterprise = (rows[name].astype("str") for name in _IDENTITY)
    identities = known_values(county + "|" + industry + "|" + enterprise)
    return {
        submission_id: NamedRows(rows, places, [identities[place] for place in places])
        for submission_id, places in rows.groupby("submission_id", sort=False).indices.items()
    }


def _without_match(before: NamedRows, after: NamedRows) -> list[int]:
    """The places of those rows of ``before`` that are not in ``after``; what is misread there may be any of them."""
    known = set(after.identities)
    missing = [
        place
        for place, identity in zip(before.places, before.identities, strict=True)
        if identity is not None and identity not in known
    ]
    if not missing or None not in known:
        return missing
    misread = [place for place, identity in zip(after.places, after.identities, strict=True) if identity is None]
    told = set(_parts(after.frame.iloc[misread]))
    unread = {tuple(part is None for part in parts) for parts in told}
    return [
        place
        for place, parts in zip(missing, _parts(before.frame.iloc[missing]), strict=True)
        if told.isdisjoint(_blanked(parts, blanks) for blanks in unread)
    ]


def _parts(rows: pd.DataFrame) -> list[tuple[str | None, ...]]:
    return list(zip(*(known_values(rows[name]) for name in _IDENTITY), strict=True))


def _blanked(parts: tuple[str | None, ...], blanks: tuple[bool, ...]) -> tuple[str | None, ...]:
    return tuple(None if is_blank else part for part, is_blank in zip(parts, blanks, strict=True))


def _told(version: Version, missing: list[int]) -> tuple[str, dict[str, Any]]:
    """The enterprises that are missing, as the finding's value, and what sentences tell of them."""
    named = version.rows.frame[["enterprise", "sheet", "row"]].iloc[missing[:MOST_ROWS_NAMED]]
    rows = [(enterprise, sheet, int(row)) for enterprise, sheet, row in named.itertuples(index=False)]
    params = {"file": version.file, "rows": rows, "count": len(missing)}
    return "、".join(enterprise for enterprise, *_ in rows), params
