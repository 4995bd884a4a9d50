"""What is expected of the files of `inbox/`, as tables a person can review: `findings.csv`, `rows.csv`, `other_rows.csv`.

`findings.csv` has one line for every finding, and one for every workbook without any; `rows.csv` one for every row of
an accepted exit table, `other_rows.csv` one for every field of a row of another form. ``python -m tests.golden`` writes
them anew, so that a change shows in the diff.
"""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

import pandas as pd

import expectations
import ingestion
from desk.delivery.checking import as_records, plain, records_by_submission
from desk.views.understanding import understood_as
from rulebook import Rulebook, load, verdict
from store import Store

FOLDER = Path(__file__).parent
INBOX = FOLDER / "inbox"
FINDINGS, ROWS, OTHER_ROWS = FOLDER / "findings.csv", FOLDER / "rows.csv", FOLDER / "other_rows.csv"

REGIME, ROUND = "ankang-2024", "annual"
RECEIVED_AT = dt.datetime(2025, 1, 10, tzinfo=dt.UTC)
"""When the files judged by themselves came."""

SENT_AGAIN = INBOX / "sent_again"


@dataclass(frozen=True)
class ExpectedFinding:
    """One finding on one file, or the fact that there is none."""

    file: str
    verdict: str
    rule: str
    severity: str
    sheet: str
    cell: str
    message: str
    remedy: str


@dataclass(frozen=True)
class ExpectedRow:
    """What is understood of one row of an accepted file."""

    file: str
    row: str
    county: str
    industry: str
    enterprise: str
    equipment: str
    capacity: str
    unit: str
    categories: str
    method: str
    shut_on: str
    dismantled_on: str


@dataclass(frozen=True)
class ExpectedField:
    """What is understood of one field of a row of an accepted file of another form."""

    file: str
    form: str
    row: str
    field: str
    understood: str


@dataclass(frozen=True)
class Judged:
    """The files of the inbox with all that is told about them."""

    findings: list[ExpectedFinding]
    rows: list[ExpectedRow]
    other_rows: list[ExpectedField]


def read_expected_findings() -> list[ExpectedFinding]:
    """The lines of `findings.csv`."""
    return _read(FINDINGS, ExpectedFinding)


def read_expected_rows() -> list[ExpectedRow]:
    """The lines of `rows.csv`."""
    return _read(ROWS, ExpectedRow)


def read_expected_fields() -> list[ExpectedField]:
    """The lines of `other_rows.csv`."""
    return _read(OTHER_ROWS, ExpectedField)


def write_tables(judged: Judged) -> None:
    """`findings.csv`, `rows.csv` and `other_rows.csv` say what was judged."""
    for path, kind, lines in (
        (FINDINGS, ExpectedFinding, judged.findings),
        (ROWS, ExpectedRow, judged.rows),
        (OTHER_ROWS, ExpectedField, judged.other_rows),
    ):
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(field.name for field in fields(kind))
            writer.writerows(astuple(line) for line in lines)


def judge_inbox(rulebook: Rulebook) -> Judged:
    """Every file of the inbox read and judged: those of `sent_again` one after the other, the others each by itself."""
    alone = _judge_each_by_itself(rulebook)
    folders = sorted(path for path in SENT_AGAIN.iterdir() if path.is_dir())
    again = [_judge_versions(folder, rulebook) for folder in folders]
    return Judged(
        [finding for judged in (alone, *again) for finding in judged.findings],
        [row for judged in (alone, *again) for row in judged.rows],
        alone.other_rows,
    )


def _judge_each_by_itself(rulebook: Rulebook) -> Judged:
    paths = sorted(path for path in INBOX.rglob("*") if path.is_file() and SENT_AGAIN not in path.parents)
    sent = [(path.parent, *member) for path in paths for member in ingestion.unpack(path.name, path.read_bytes())]
    frames = ingestion.understand(
        [ingestion.read_file(name, data) for _, name, data in sent],
        rulebook,
        [
            ingestion.Assignment(f"{number:06d}", regime=REGIME, round=ROUND, received_at=RECEIVED_AT)
            for number in range(1, len(sent) + 1)
        ],
    )
    return _told([folder for folder, _, _ in sent], frames, expectations.judge(frames, rulebook))


def _judge_versions(folder: Path, rulebook: Rulebook) -> Judged:
    """The files of ``folder``, each collected after the one before it."""
    with tempfile.TemporaryDirectory() as temporary:
        store, inbox = Store(Path(temporary) / "store"), Path(temporary) / "inbox"
        inbox.mkdir()
        for path in sorted(folder.iterdir()):
            (inbox / path.name).write_bytes(path.read_bytes())
            # nobody answers here, so that earlier batches are returned too
            batch = ingestion.receive(store, inbox, REGIME, ROUND, rulebook)[-1]
            ingestion.read_batch(store, batch, rulebook)
            expectations.judge_batch(store, batch, rulebook)
        submissions, rows, observations, findings = (
            pd.concat([store.read_table(key).to_pandas() for key in store.keys(name)], ignore_index=True)
            for name in ("submissions", "rows", "observations", "findings")
        )
    return _told([folder] * len(submissions), ingestion.Frames(submissions, rows, observations), findings)


def _told(folders: list[Path], frames: ingestion.Frames, findings: pd.DataFrame) -> Judged:
    """What the tables say of the submissions of ``frames``, which lie in ``folders``."""
    told = records_by_submission(findings)
    accepted, expected_findings = {}, []
    for folder, submission in zip(folders, as_records(frames.submissions), strict=True):
        file = f"{folder.relative_to(INBOX).as_posix()}/{submission['file']}"
        found = told.get(submission["submission_id"], [])
        result = verdict(finding["severity"] for finding in found)
        if result == "accepted":
            accepted[submission["submission_id"]] = file
        expected_findings.extend(_expected_finding(file, result, finding) for finding in found or [{}])
    rows = as_records(frames.rows[frames.rows["submission_id"].isin(accepted)])
    return Judged(
        expected_findings,
        [_expected_row(accepted[row["submission_id"]], row) for row in rows],
        [field for form, lines in frames.other_rows.items() for field in _expected_fields(form, lines, accepted)],
    )


_KEPT_AS_WRITTEN = ("text", "enterprise", "opinion")


def _expected_fields(form: str, lines: pd.DataFrame, accepted: dict[str, str]) -> list[ExpectedField]:
    """What every field of the accepted rows was understood as; a blank one has no line."""
    return [
        ExpectedField(accepted[row["submission_id"]], form, str(row["row"]), field.name, told)
        for row in as_records(lines)
        if row["submission_id"] in accepted
        for field in load().forms[form].fields.values()
        if (told := row[f"{field.name}_text"] if field.type in _KEPT_AS_WRITTEN else understood_as(row, field))
    ]


def _expected_finding(file: str, result: str, finding: dict[str, Any]) -> ExpectedFinding:
    names = [field.name for field in fields(ExpectedFinding)][2:]
    return ExpectedFinding(file, result, *(finding.get(name) or "" for name in names))


def _expected_row(file: str, row: dict[str, Any]) -> ExpectedRow:
    values = (
        row["row"],
        row["county"],
        row["industry"],
        row["enterprise"],
        "；".join(" ".join(_texts(plain(item).values())) for item in row["equipment"]),
        plain(row["capacity"]),
        row["capacity_unit"],
        "、".join(row["categories"]),
        row["method"],
        plain(row["shut_on"]),
        plain(row["dismantled_on"]),
    )
    return ExpectedRow(file, *("" if value is None else str(value) for value in values))


def _texts(values: Iterable[Any]) -> list[str]:
    return [str(value) for value in values if value is not None]


def _read(path: Path, kind: type) -> list[Any]:
    with path.open(encoding="utf-8", newline="") as file:
        return [kind(**line) for line in csv.DictReader(file)]
