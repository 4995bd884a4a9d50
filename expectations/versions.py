"""Which rows of the table that counted so far a later version of it leaves out (rule S18).

That is asked of every form of which a later table replaces the one before (``Form.resubmission``). Which version counts
is settled by the warehouse (`int_submission_status`): the latest of a reporter, form and round – of each county by
itself where a reporter of today was several in that year (`reported_as`) – without a reject that was not waived, unless
it was taken away. The same is asked here, of what was collected and decided before a table came. Where a steward
returned a version, the one before it is what the next is compared with.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from expectations.columns import known_values
from expectations.decided import Decided
from rulebook import EXIT_TABLE, Rulebook
from store import Store

MOST_ROWS_NAMED = 10
"""Rows that are named one by one; of the rest only the number is told."""

Obligation = tuple[str, str, str, str | None, str]
"""Regime, round, reporter, the county it was reported as, and the form: whose table a later one replaces."""

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

Versions = Mapping[str, Version]
"""What counted before each submission that came again, by the id of that submission."""

Rejects = Mapping[str, Collection[str | None]]
"""The rejects of each submission that has any, by their ids; None is one that nobody waived."""


class Table(NamedTuple):
    """One table that was received."""

    submission_id: str
    obligation: Obligation
    file: str
    received_at: datetime
    corrects: str | None
    """The submission whose bytes these are, where a steward found it to be this reporter's."""

    @property
    def arrival(self) -> tuple[Any, ...]:
        """Its place among all that was received: the number an archive's member ends with grows in digits."""
        return _arrival(self.submission_id)

    @property
    def place(self) -> tuple[Any, ...]:
        """Its place among the versions: what corrects another stands where that one stood."""
        return _arrival(self.corrects or self.submission_id), self.arrival


def _arrival(submission_id: str) -> tuple[Any, ...]:
    receipt_no, _, member = submission_id.partition("-")
    return len(receipt_no), receipt_no, len(member), member


_OBLIGATION = ["regime", "round", "reporter_code", "reported_as", "form"]
_REPORTER, _FORM = _OBLIGATION.index("reporter_code"), _OBLIGATION.index("form")
_TABLE_COLUMNS = ["submission_id", "file", "received_at", "corrects", *_OBLIGATION]
_SUBMISSION_COLUMNS = ["receipt_no", *_TABLE_COLUMNS]
_ROW_COLUMNS = ["submission_id", *_IDENTITY, "enterprise", "sheet", "row"]
_FINDING_COLUMNS = ["submission_id", "finding_id", "severity"]
_MISSING_COLUMNS = ["submission_id", "sheet", "cell", "value", "params"]


def missing_rows(
    submissions: pd.DataFrame,
    rows: Mapping[str, pd.DataFrame],
    rejects: Rejects,
    incomparable: Collection[str],
    versions: Versions,
    decided: Decided,
    rulebook: Rulebook,
) -> pd.DataFrame:
    """One line for each submission that leaves out rows of the version before it, which ``params`` names.

    ``rows`` are those of each form. ``versions`` counted before these submissions came. One that has ``rejects``
    replaces none, but is told what it leaves out, unless it is ``incomparable``.
    """
    tables = _tables(submissions, rulebook)
    times_sent = Counter(table.obligation for table in tables)
    again = [table for table in tables if table.submission_id in versions or times_sent[table.obligation] > 1]
    ids = [table.submission_id for table in again]
    rows_by_submission: dict[str, NamedRows] = {}
    for form, of_form in rows.items():
        rows_by_submission |= _rows_by_submission(of_form.loc[of_form["submission_id"].isin(ids), _ROW_COLUMNS], form)
    sent: defaultdict[Obligation, list[Table]] = defaultdict(list)
    found = []
    for table in again:
        former = _last_counting(sent[table.obligation], table, rejects, decided)
        before = _version(former, rows_by_submission) if former else versions.get(table.submission_id)
        if before and table.submission_id not in incomparable:
            after = rows_by_submission.get(table.submission_id, _NO_ROWS)
            if missing := _without_match(before.rows, after):
                found.append((table.submission_id, None, None, *_told(before, missing)))
        sent[table.obligation].append(table)
    return pd.DataFrame(found, columns=_MISSING_COLUMNS)


def versions_before(
    store: Store, batch: str, submissions: pd.DataFrame, decided: Decided, rulebook: Rulebook
) -> Versions:
    """The tables that counted before those of ``batch``: only the findings and rows of who sent again are read."""
    waiting = _tables(submissions, rulebook)
    last: dict[str, tuple[str, Table]] = {}
    for earlier in _judged_before(store, batch) if waiting else ():
        key = f"submissions/{earlier}.parquet"
        sent = _received_tables(store.location(key), store.stamp(key), _replacing(rulebook))
        again = [table for table in waiting if table.obligation in sent]
        if not again:
            continue
        rejects = rejects_in(store.read_table(f"findings/{earlier}.parquet", _FINDING_COLUMNS))
        for table in again:
            former = _last_counting(sent[table.obligation], table, rejects, decided)
            known = last.get(table.submission_id)
            if former and (known is None or known[1].place < former.place):
                last[table.submission_id] = earlier, former
        waiting = [table for table in waiting if _may_be_earlier(last, table)]
        if not waiting:
            break
    rows_by_submission: dict[str, NamedRows] = {}
    for earlier, form in {(of, former.obligation[_FORM]) for of, former in last.values()}:
        key = f"{rulebook.forms[form].frame}/{earlier}.parquet"
        if not store.exists(key):
            continue
        rows = store.read_table(key, _ROW_COLUMNS)
        asked = pa.array([former.submission_id for of, former in last.values() if of == earlier])
        told = rows.filter(pc.is_in(rows["submission_id"], asked)).to_pandas()
        rows_by_submission |= _rows_by_submission(told, form)
    return {submission_id: _version(former, rows_by_submission) for submission_id, (_, former) in last.items()}


def _replacing(rulebook: Rulebook) -> frozenset[str]:
    """The forms of which a later table replaces the one before; acceptance records add to one another."""
    return frozenset(form.key for form in rulebook.forms.values() if form.resubmission == "replaces")


def _judged_before(store: Store, batch: str) -> list[str]:
    """The batches before ``batch`` whose findings are written, the last first."""
    read, judged = ({PurePosixPath(key).stem for key in store.keys(name)} for name in ("submissions", "findings"))
    return sorted((earlier for earlier in read & judged if earlier < batch), reverse=True)


def _version(table: Table, rows_by_submission: Mapping[str, NamedRows]) -> Version:
    return Version(table.file, rows_by_submission.get(table.submission_id, _NO_ROWS))


def _may_be_earlier(last: Mapping[str, tuple[str, Table]], table: Table) -> bool:
    """Whether an earlier batch may hold a later version: only what corrects another was received after its place."""
    known = last.get(table.submission_id)
    return known is None or known[1].corrects is not None


def _last_counting(formers: Iterable[Table], table: Table, rejects: Rejects, decided: Decided) -> Table | None:
    """Which of the tables received earlier counted when ``table`` came; None: none of them did."""
    moment = table.received_at
    counting = [
        former for former in formers if former.place < table.place and _counted(former, rejects, decided, moment)
    ]
    return max(counting, key=lambda former: former.place, default=None)


def _counted(table: Table, rejects: Rejects, decided: Decided, moment: datetime) -> bool:
    name = table.submission_id
    return (
        decided.are_waived(name, rejects.get(name, ()), moment)
        and not decided.is_taken_away(name, moment)
        and (table.corrects is None or decided.reporter_of(table.corrects, moment) == table.obligation[_REPORTER])
    )


def rejects_in(findings: pa.Table) -> Rejects:
    """The rejects among ``findings``."""
    rejects: defaultdict[str, set[str | None]] = defaultdict(set)
    for finding in findings.filter(pc.equal(findings["severity"], "reject")).to_pylist():
        rejects[finding["submission_id"]].add(finding["finding_id"])
    return rejects


@cache
def _received_tables(location: str, stamp: int, forms: frozenset[str]) -> Mapping[Obligation, list[Table]]:
    """The tables of these forms of a batch that was judged, by whose and which they are.

    They are remembered until the batch is written again (``stamp``): a cycle whose reporters upload has thousands of
    batches, and each upload asks for all of them.
    """
    # opened as a file, not as a data set: that takes a quarter of the time
    with pq.ParquetFile(location) as file:
        # what an earlier release wrote corrects nothing
        columns = [name for name in _SUBMISSION_COLUMNS if name in file.schema_arrow.names]
        lines = file.read(columns=columns).to_pylist()
    tables: dict[Obligation, list[Table]] = {}
    for line in lines:
        if line["form"] in forms and line["receipt_no"] is not None and line["round"] is not None:
            table = _table(line)
            tables.setdefault(table.obligation, []).append(table)
    return tables


def _tables(submissions: pd.DataFrame, rulebook: Rulebook) -> list[Table]:
    """The tables that replace one another, received from reporters of their regime, in the order they came.

    Files that are only checked were not received: one is no version of another.
    """
    reporters = {(regime.key, code) for regime in rulebook.regimes.values() for code in regime.reporters}
    senders = zip(submissions["regime"], submissions["reporter_code"], strict=True)
    is_of_reporter = np.fromiter((sender in reporters for sender in senders), bool, len(submissions))
    is_received = submissions["receipt_no"].notna() & submissions["round"].notna()
    received = submissions[is_of_reporter & is_received & submissions["form"].isin(_replacing(rulebook))]
    columns = {name: known_values(received[name]) for name in _TABLE_COLUMNS if name in received}
    tables = (_table(dict(zip(columns, line, strict=True))) for line in zip(*columns.values(), strict=True))
    return sorted(tables, key=lambda table: table.arrival)


def _table(line: Mapping[str, Any]) -> Table:
    # what an earlier release wrote was reported as nobody else
    obligation = tuple(line.get(name) for name in _OBLIGATION)
    return Table(line["submission_id"], obligation, line["file"], line["received_at"], line.get("corrects"))


def _rows_by_submission(rows: pd.DataFrame, form: str) -> dict[str, NamedRows]:
    if form != EXIT_TABLE:
        # a list need not say the industry; without it a row is misread no more than with it
        rows = rows.assign(industry=rows["industry"].astype("str").fillna(""))
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
    told = {reading for parts in _parts(after.frame.iloc[misread]) for reading in _readings(parts)}
    unread = {tuple(part is None for part in parts) for parts in told}
    return [
        place
        for place, parts in zip(missing, _parts(before.frame.iloc[missing]), strict=True)
        if told.isdisjoint(_blanked(parts, blanks) for blanks in unread)
    ]


def _parts(rows: pd.DataFrame) -> list[tuple[str | None, ...]]:
    return list(zip(*(known_values(rows[name]) for name in _IDENTITY), strict=True))


def _readings(parts: tuple[str | None, ...]) -> list[tuple[str | None, ...]]:
    """What a misread row may be: where its county was not read, the enterprise's name still begins with the place."""
    county, industry, enterprise = parts
    if county is None and enterprise is not None:
        return [(county, industry, enterprise[start:]) for start in range(len(enterprise))]
    return [parts]


def _blanked(parts: tuple[str | None, ...], blanks: tuple[bool, ...]) -> tuple[str | None, ...]:
    return tuple(None if is_blank else part for part, is_blank in zip(parts, blanks, strict=True))


def _told(version: Version, missing: list[int]) -> tuple[str, dict[str, Any]]:
    """The enterprises that are missing, as the finding's value, and what sentences tell of them."""
    named = version.rows.frame[["enterprise", "sheet", "row"]].iloc[missing[:MOST_ROWS_NAMED]]
    rows = [(enterprise, sheet, int(row)) for enterprise, sheet, row in named.itertuples(index=False)]
    params = {"file": version.file, "rows": rows, "count": len(missing)}
    return "、".join(enterprise for enterprise, *_ in rows), params
