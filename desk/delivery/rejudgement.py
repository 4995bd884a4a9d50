"""A changed rulebook tried on a collected cycle: whose verdict would change. The store is only read.

What a steward waived stands against no table, whatever the rules make of it: it is left out before and after.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, NamedTuple

import expectations
import ingestion
from desk.decisions.log import Decisions
from desk.delivery.checking import as_records
from rulebook import verdict
from store import Store

if TYPE_CHECKING:
    from rulebook import Rulebook


class _Told(NamedTuple):
    """What makes a finding the same as another on the same file: a reworded one is no other."""

    rule: str
    severity: str
    sheet: str | None
    cell: str | None


Findings = Mapping[str, Counter[_Told]]
"""What each submission is told, by its id."""


@dataclass(frozen=True)
class ChangedVerdict:
    """One file whose verdict would be another under the rulebook that is tried."""

    submission_id: str
    """The number of its receipt, and of the member where it came in an archive."""
    reporter_code: str | None
    """Who it was taken to be from when it was received."""
    file: str
    before: str
    after: str
    newly_firing: list[tuple[str, str]]
    """Rule and severity of what the file would be told beyond before."""
    no_longer_firing: list[tuple[str, str]]
    """Rule and severity of what it would be told no more."""

    def as_json(self) -> dict[str, Any]:
        """One object of ``rejudge --json``."""
        return {
            "submission_id": self.submission_id,
            "reporter": self.reporter_code,
            "file": self.file,
            "from": self.before,
            "to": self.after,
            "newly_firing": [{"rule": rule, "severity": severity} for rule, severity in self.newly_firing],
            "no_longer_firing": [{"rule": rule, "severity": severity} for rule, severity in self.no_longer_firing],
        }


@dataclass(frozen=True)
class Rejudged:
    """What a rulebook would change in one cycle."""

    submission_count: int
    changed_verdicts: list[ChangedVerdict]
    other_findings: int
    """Findings that would come, go or change in severity on files whose verdict stays."""

    def as_json(self) -> dict[str, Any]:
        """What ``rejudge --json`` prints."""
        return {
            "submissions": self.submission_count,
            "changed_verdicts": [changed.as_json() for changed in self.changed_verdicts],
            "other_findings": self.other_findings,
        }


def rejudge_cycle(
    store_root: Path,
    regime: str,
    round_key: str,
    rulebook: Rulebook,
    workers: Executor,
    progress: Callable[[str], None],
) -> Rejudged:
    """Every original of the cycle is read and judged again by ``rulebook`` and compared with what was told before.

    Raises ``BrokenLog`` where the decisions cannot be read.
    """
    store = Store(store_root)
    cycle = ingestion.batches_of(store, regime, round_key)
    # A batch that a crash left unjudged has no verdict that could change.
    judged = [batch for batch in cycle if store.exists(f"findings/{batch}.parquet")]
    if not judged:
        return Rejudged(0, [], 0)
    waived = _waived_findings(store, rulebook)
    Thread(target=expectations.prepare, daemon=True).start()
    progress("重新读表 read again")
    frames = ingestion.reread(store, judged, rulebook, workers)
    progress("重新审核 judge again")
    after = _by_submission(as_records(expectations.judge(frames, rulebook, expectations.decided_in(store))), waived)
    lines = _read_lines(store, "findings", judged, ["submission_id", "finding_id", *_Told._fields])
    before = _by_submission(lines, waived)
    submissions = _read_lines(store, "submissions", judged, ["submission_id", "reporter_code", "file"])
    return _compare(submissions, before, after)


def _read_lines(store: Store, folder: str, batches: list[str], columns: list[str]) -> list[dict[str, Any]]:
    return [line for batch in batches for line in store.read_table(f"{folder}/{batch}.parquet", columns).to_pylist()]


def _waived_findings(store: Store, rulebook: Rulebook) -> set[tuple[str | None, str | None]]:
    """Submission and finding of every waiver that holds, in a sealed cycle those that held when it was sealed."""
    decisions = Decisions(store, rulebook)
    return {
        (one.submission_id, one.finding_id)
        for one in decisions.in_force()
        if one.kind == "waive"
        and (one.expires_on is None or one.expires_on >= decisions.day_of_waivers(one.regime, one.round))
    }


def _by_submission(
    findings: Iterable[Mapping[str, Any]], left_out: Collection[tuple[str | None, str | None]]
) -> Findings:
    told: defaultdict[str, Counter[_Told]] = defaultdict(Counter)
    for finding in findings:
        if (finding["submission_id"], finding["finding_id"]) not in left_out:
            told[finding["submission_id"]][_Told(*(finding[name] for name in _Told._fields))] += 1
    return told


def _compare(submissions: list[dict[str, Any]], before: Findings, after: Findings) -> Rejudged:
    changed = []
    other_findings = 0
    for submission in submissions:
        old, new = before[submission["submission_id"]], after[submission["submission_id"]]
        verdicts = [verdict(one.severity for one in told) for told in (old, new)]
        if verdicts[0] == verdicts[1]:
            # where only the severity is another, one finding goes and one comes: it is one that changes
            other_findings += (_places(new - old) | _places(old - new)).total()
            continue
        changed.append(
            ChangedVerdict(
                submission["submission_id"],
                submission["reporter_code"],
                submission["file"],
                *verdicts,
                _rules(new - old),
                _rules(old - new),
            )
        )
    return Rejudged(len(submissions), changed, other_findings)


def _places(told: Counter[_Told]) -> Counter[tuple]:
    places: Counter[tuple] = Counter()
    for one, count in told.items():
        places[one.rule, one.sheet, one.cell] += count
    return places


def _rules(told: Counter[_Told]) -> list[tuple[str, str]]:
    return sorted({(one.rule, one.severity) for one in told})
