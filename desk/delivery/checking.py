"""Workbooks read and judged without a store: what ``huizong check`` and ``huizong read`` are made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from math import isfinite
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import ingestion
from rulebook import DOCUMENT, EXIT_TABLE, verdict

if TYPE_CHECKING:
    import pandas as pd

    from rulebook import Form, Rulebook

FINDING_KEYS = {
    "finding_id": "id",
    "rule": "rule",
    "severity": "severity",
    "sheet": "sheet",
    "cell": "cell",
    "value": "value",
    "message": "message",
    "message_en": "message_en",
    "remedy": "remedy",
}
"""Columns of the findings frame and their keys in ``check --json`` (architecture, section 5.1)."""

ROW_KEYS = (
    "sheet", "row", "county", "county_code", "industry", "industry_code", "enterprise", "equipment", "capacity",
    "capacity_unit", "categories", "method", "shut_on", "dismantled_on", "equipment_text",
)  # fmt: skip
"""Columns of the exit table's frame that ``read --json`` shows, in order: the contract's, then the equipment as sent."""


@dataclass(frozen=True)
class CheckedFile:
    """One workbook with its verdict: the bytes it was read from, its submission line and its findings."""

    data: bytes
    submission: dict[str, Any]
    findings: list[dict[str, Any]]
    verdict: str


@dataclass(frozen=True)
class Checked:
    """The workbooks of one call, in the order given (members of an archive in its place)."""

    files: list[CheckedFile]
    skipped: list[str]

    @property
    def has_reject(self) -> bool:
        """Whether at least one workbook is rejected."""
        return any(file.verdict == "rejected" for file in self.files)

    def as_json(self) -> list[dict[str, Any]]:
        """The contract's list of objects, one for every workbook."""
        return [
            {
                "file": file.submission["file"],
                "verdict": file.verdict,
                "form": file.submission["form"],
                "reporter": file.submission["reporter_code"],
                "regime": file.submission["regime"],
                "round": file.submission["round"],
                "skipped": self.skipped,
                "findings": [{key: finding[name] for name, key in FINDING_KEYS.items()} for finding in file.findings],
            }
            for file in self.files
        ]

    def annotate(self, folder: Path) -> list[Path]:
        """Write an annotated copy of every workbook with something to put right or explain; returns their paths."""
        import exports

        folder.mkdir(parents=True, exist_ok=True)
        names: set[str] = set()
        written = []
        for file in self.files:
            if any(finding["severity"] in ("reject", "explain") for finding in file.findings):
                name = free_name(f"{exports.safe_stem(file.submission['file'])}_批注", names)
                target = folder / f"{name}.xlsx"
                # the copy goes back to who sent the file: the folders here tell them nothing
                _, own_name = _split(file.submission["file"])
                written.append(exports.annotate(file.data, own_name, file.submission, file.findings, target))
        return written


def check_files(
    given: Iterable[tuple[str, bytes]],
    rulebook: Rulebook,
    regime: str | None,
    round_key: str | None,
    reporter: str | None,
) -> Checked:
    """Read and judge the files ``given`` as (name, bytes); without a regime the rules that need one are skipped."""
    import expectations

    # Findings name a file as a person does, without the folders before it; the answer names it as it was given.
    opened = [
        (folder, *member)
        for folder, name, data in ((*_split(path), data) for path, data in given)
        for member in ingestion.unpack(name, data)
    ]
    readings = [ingestion.read_file(name, data) for _, name, data in opened]
    # as though they came at this moment: no day may lie ahead of it
    now = datetime.now(UTC)
    assignments = [
        ingestion.Assignment(f"{number:06d}", regime=regime, round=round_key, reporter=reporter, received_at=now)
        for number in range(1, len(opened) + 1)
    ]
    frames = ingestion.understand(readings, rulebook, assignments)
    findings = records_by_submission(expectations.judge(frames, rulebook))
    files = []
    for (folder, _, data), submission in zip(opened, as_records(frames.submissions), strict=True):
        found = findings.get(submission["submission_id"], [])
        submission["file"] = folder + submission["file"]
        files.append(CheckedFile(data, submission, found, verdict(finding["severity"] for finding in found)))
    return Checked(files, expectations.skipped_rules(rulebook.regimes.get(regime or ""), rulebook))


def _split(path: str) -> tuple[str, str]:
    """The folders of a path as they were given, and the file's own name."""
    name = PurePath(path).name
    return path.removesuffix(name), name


def understood_rows(name: str, data: bytes, rulebook: Rulebook) -> tuple[list[dict[str, Any]], list[str]]:
    """The rows of a workbook as ``read --json`` shows them, and a sentence for each file that could not be read.

    A document beside a table in an archive need not hold one itself.
    """
    rows: list[dict[str, Any]] = []
    form_by_member: dict[str, str | None] = {}
    for member, member_data in ingestion.unpack(name, data):
        frames = ingestion.understand(
            [ingestion.read_file(member, member_data)], rulebook, [ingestion.Assignment("000001")]
        )
        rows.extend({key: plain(line[key]) for key in ROW_KEYS} for line in as_records(frames.rows))
        for form, lines in frames.other_rows.items():
            keys = _keys_of(rulebook.forms[form], lines)
            rows.extend({key: plain(line[column]) for key, column in keys.items()} for line in as_records(lines))
        (submission,) = as_records(frames.submissions)
        form_by_member[member] = submission["form"]
    known = set(rulebook.forms)
    expected = {*known, DOCUMENT} if known.intersection(form_by_member.values()) else known
    problems = [
        f"{member}：读不出{rulebook.forms[EXIT_TABLE].title}或其他下发的表。"
        "No table of any form could be read; try huizong check."
        for member, form in form_by_member.items()
        if form not in expected
    ]
    return rows, problems


def _keys_of(form: Form, lines: pd.DataFrame) -> dict[str, str]:
    """The keys ``read --json`` shows of a form beside the exit table, each with its column in the form's frame.

    Place, what every field was understood as, of a text the text, and of an opinion both.
    """
    keys = {"sheet": "sheet", "row": "row"}
    for field in form.fields.values():
        if field.type == "opinion":
            keys |= {field.name: f"{field.name}_text", f"{field.name}_says": field.name}
            continue
        beside = (f"{field.name}_code", f"{field.name}_unit")
        columns = [name for name in (field.name, *beside) if name in lines] or [f"{field.name}_text"]
        keys |= {column.removesuffix("_text"): column for column in columns}
    return keys


def as_records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The lines of a frame as dictionaries, with ``None`` where a value is missing."""
    import pandas as pd

    def known(value: Any) -> Any:
        return None if pd.api.types.is_scalar(value) and pd.isna(value) else value

    return [{key: known(value) for key, value in line.items()} for line in frame.to_dict("records")]


def records_by_submission(findings: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """The findings of each submission, in order."""
    grouped: dict[str, list[dict[str, Any]]] = {}
    for finding in as_records(findings):
        grouped.setdefault(finding["submission_id"], []).append(finding)
    return grouped


def plain(value: Any) -> Any:
    """``value`` in the types JSON has: whole numbers without a point, dates in ISO form, nothing that is no number."""
    if isinstance(value, Decimal | float):
        if not isfinite(value):
            return None
        return int(value) if value == int(value) else float(value)
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "tolist"):  # an array or a number of numpy
        value = value.tolist()
    return [plain(part) for part in value] if isinstance(value, list) else value


def free_name(name: str, taken: set[str]) -> str:
    """``name``, or with a number behind where it is taken already; it is taken from now on."""
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name}({number})"
    taken.add(free)
    return free
