"""What the store says of single submissions, straight from the files of their batch: before and after any build.

Twenty thousand submissions may lie in batches of 250 or of one. So nothing here reads them all: the batch of a receipt
is found by halving (both numbers only ever grow), a batch is read once, and which submissions are versions of one
table is asked of the warehouse, but for those that came after it was built.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from threading import RLock
from typing import TYPE_CHECKING, Any

from desk.views.kept import Kept
from desk.views.warehouse import Warehouse
from ingestion.frames import schema_of_rows
from ingestion.receipt import Receipt, batch_name, read_receipts
from rulebook import EXIT_TABLE, Rulebook, verdict
from store import Store

if TYPE_CHECKING:
    import pyarrow as pa

_SUBMISSION_ID = re.compile(r"(?P<receipt>\d{6,9})(-\d{1,4})?", re.ASCII)
_NO_BATCHES: frozenset[str] = frozenset()

KEPT_BYTES = 128 * 2**20
"""Of rows and findings, as they lie in memory; those of 250 small workbooks take about one megabyte."""

KEPT_SEVERITIES = 1_000_000
"""Of findings, one word each."""

_KNOWN_BATCHES = "select distinct batch from marts.fct_submission"
_VERSIONS = """
select reporter_code, form, submission_id, receipt_no, file, sha256, received_at, is_nil, row_count, corrects, status,
    reported_as
from marts.fct_submission
where regime = ? and round = ? and list_contains(?, reporter_code)
"""
_CORRECTIONS = "select submission_id from marts.fct_submission where corrects = ?"
_CROSS_FINDINGS = """
select finding.* from marts.fct_finding as finding
where finding.submission_id = ? and list_contains(?, finding.rule)
order by finding.severity, finding.rule, finding.sheet, length(finding.cell), finding.cell, finding.value
"""


Obligation = tuple[str, str | None, str | None, str]
"""Regime, round, reporter and form."""


@dataclass(frozen=True, slots=True)
class SubmissionRecord:
    """One workbook or document as it was taken in: a line of the submissions frame, and what the receipt adds."""

    submission_id: str
    receipt_no: int
    batch: str
    regime: str
    round: str | None
    form: str | None
    sha256: str
    file: str
    folder: str | None
    channel: str
    received_at: dt.datetime
    """In UTC."""
    reporter_code: str | None
    told_by: str | None
    declared_reporter: str | None
    declared_date: dt.date | None
    sheet: str | None
    header_row: int | None
    title: str | None
    is_nil: bool
    row_count: int
    rulebook_digest: str
    corrects: str | None = None
    """The submission whose bytes were taken in again here for the right reporter (decision ``identify``)."""
    reported_as: str | None = None
    """Code of the county of the regime's year that sent it, where the reporter was several then."""

    @property
    def table(self) -> str:
        """The form; of a file that cannot be read nobody knows it: it is taken for the table its cycle asks for."""
        return self.form or EXIT_TABLE

    @property
    def obligation(self) -> Obligation:
        """Regime, round, reporter and form: those that agree in all of them are versions of one table."""
        return self.regime, self.round, self.reporter_code, self.table


@dataclass(frozen=True, slots=True)
class Version:
    """One of the versions of a table."""

    submission_id: str
    receipt_no: int
    file: str
    sha256: str
    received_at: dt.datetime
    """In UTC."""
    is_nil: bool
    row_count: int
    status: str | None
    """``counting superseded rejected returned withdrawn`` by the last build; None: it came after it."""
    verdict: str | None
    """Of one that waits for a build: ``accepted`` or ``rejected``, before any decision about it."""
    corrects: str | None = None
    """The submission whose bytes were taken in again here for the right reporter (decision ``identify``)."""
    copy_of: str | None = None
    """The version whose bytes it brings once more, with no other between them: it replaces nothing."""
    reported_as: str | None = None
    """As in ``SubmissionRecord``: versions of one county replace those of no other."""

    @property
    def state(self) -> str:
        """Its status as people are told: ``repeated`` of a copy that replaces nothing, ``pending`` of one that waits."""
        if self.copy_of and self.status in ("superseded", None):
            return "repeated"
        return self.status or "pending"


@dataclass(frozen=True, slots=True)
class AnswerKeys:
    """Where the answers to a submission lie in the store; None where there is none."""

    receipt: str | None
    receipt_json: str | None
    annotated: str | None


_RECORD_COLUMNS = [field.name for field in fields(SubmissionRecord)]


class Records:
    """The submissions of a store; threads may share it. Every batch that was looked at stays in memory, a line a file."""

    def __init__(self, store: Store, rulebook: Rulebook, warehouse: Warehouse | None = None) -> None:
        self._store = store
        self._rulebook = rulebook
        self._warehouse = warehouse or Warehouse(store.location("warehouse.duckdb"))
        self._tables: Kept[pa.Table] = Kept(KEPT_BYTES, lambda table: table.nbytes)
        self._severities: Kept[Mapping[str, list[str]]] = Kept(
            KEPT_SEVERITIES, lambda severities: sum(map(len, severities.values()))
        )
        self._lock = RLock()
        self._batches: list[str] = []
        self._first_receipts: dict[str, int] = {}
        self._submissions: dict[str, dict[str, SubmissionRecord]] = {}
        self._in_warehouse: tuple[dt.datetime | None, frozenset[str]] = (None, _NO_BATCHES)

    @property
    def warehouse(self) -> Warehouse:
        """The warehouse that was built of the store."""
        return self._warehouse

    def submission(self, submission_id: str) -> SubmissionRecord | None:
        """The submission of that id; None where there is none, or where its batch is still being judged."""
        number = _SUBMISSION_ID.fullmatch(submission_id)
        batch = self._batch_of(int(number["receipt"])) if number else None
        return self._of_batch(batch).get(submission_id) if batch else None

    def receipt(self, record: SubmissionRecord) -> Receipt:
        """The receipt of the file that brought the submission: an archive's, where it came in one."""
        receipts = read_receipts(self._store, record.batch)
        return next(receipt for receipt in receipts if receipt.number == record.receipt_no)

    def of_batch(self, batch: str) -> list[SubmissionRecord]:
        """The submissions of a batch; none while it is still being judged."""
        return [*self._of_batch(batch).values()]

    def rows(self, record: SubmissionRecord, first: int = 1, last: int | None = None) -> list[dict[str, Any]]:
        """Its rows as understood, in the order of the sheet: those from row ``first`` of it to row ``last``."""
        import pyarrow.compute as pc

        form = self._rulebook.forms.get(record.table)
        if form is None or not record.row_count:
            return []
        rows = self._lines_of(record, form.frame)
        if first > 1:
            rows = rows.filter(pc.greater_equal(rows["row"], first))
        if last is not None:
            rows = rows.filter(pc.less_equal(rows["row"], last))
        # batches of before a column was added do not have it
        blank = dict.fromkeys(schema_of_rows(form).names)
        return [blank | row for row in rows.to_pylist()]

    def findings(self, record: SubmissionRecord) -> list[dict[str, Any]]:
        """Its findings in the order a reporter reads them: gravest first, then by sheet, row and column.

        After those of its receipt come those across submissions (rules X), as the last build found them.
        """
        own = self._lines_of(record, "findings").to_pylist()
        return own + self._cross_findings(record)

    def versions(self, regime: str, round: str, reporter: str, form: str = EXIT_TABLE) -> list[Version]:
        """All versions of one table, the first first: those of the warehouse, then what came after it was built."""
        return self.versions_of([(regime, round, reporter, form)])[regime, round, reporter, form]

    def versions_of(self, obligations: Collection[Obligation]) -> dict[Obligation, list[Version]]:
        """The versions of several tables, each as ``versions`` gives them; a cycle is looked through once."""
        versions: defaultdict[Obligation, list[Version]] = defaultdict(list)
        for regime, round in {(regime, round) for regime, round, *_ in obligations}:
            reporters = {one[2] for one in obligations if one[:2] == (regime, round) and one[2]}
            for obligation, version in self._built_versions(regime, round, reporters):
                versions[obligation].append(version)
            for record in self.pending(regime, round):
                if record.obligation in obligations:
                    versions[record.obligation].append(_waiting_version(record, self._verdict(record)))
        return {obligation: self._in_order(obligation, versions[obligation]) for obligation in obligations}

    def _built_versions(
        self, regime: str, round: str | None, reporters: Collection[str]
    ) -> Iterator[tuple[Obligation, Version]]:
        """The versions of all tables of the reporters in a cycle that the last build knew."""
        if reporters and self._warehouse.exists:
            for line in self._warehouse.query(_VERSIONS, [regime, round, sorted(reporters)]):
                obligation = regime, round, line.pop("reporter_code"), line.pop("form")
                yield obligation, Version(**line, verdict=None)

    def _in_order(self, obligation: Obligation, versions: Iterable[Version]) -> list[Version]:
        # the number an archive's member ends with grows in digits: 000123-2 comes before 000123-10
        ordered = sorted(versions, key=lambda one: (one.receipt_no, len(one.submission_id), one.submission_id))
        # what replaces no other is no copy of one
        known = self._rulebook.forms.get(obligation[-1])
        return [*_with_copies(ordered)] if known and known.resubmission == "replaces" else ordered

    def corrections_of(self, submission_id: str) -> list[SubmissionRecord]:
        """What its bytes were taken in again as, once for each reporter it was identified as one of."""
        record = self.submission(submission_id)
        if record is None:
            return []
        built = self._warehouse.query(_CORRECTIONS, [submission_id]) if self._warehouse.exists else []
        known = [self.submission(line["submission_id"]) for line in built]
        waiting = self.pending(record.regime, record.round) if record.round else []
        return [one for one in (*known, *waiting) if one is not None and one.corrects == submission_id]

    def pending(self, regime: str, round: str) -> list[SubmissionRecord]:
        """The submissions of a cycle that were judged after the warehouse was built, in the order they were received."""
        with self._lock:
            self._find_new_batches()
            known = self._batches_in_warehouse()
            waiting = [batch for batch in self._batches if batch not in known]
        records = (record for batch in waiting for record in self._of_batch(batch).values())
        return [record for record in records if (record.regime, record.round) == (regime, round)]

    def unjudged(self, regime: str, round: str, reporter: str) -> list[Receipt]:
        """The files delivered for a reporter in a cycle that are received and still to be judged, the first first."""
        with self._lock:
            self._find_new_batches()
            known = self._batches_in_warehouse()
            waiting = [batch for batch in self._batches if batch not in known and batch not in self._submissions]
        receipts = (
            receipt
            for batch in waiting
            if not self._store.exists(_findings_key(batch))
            for receipt in read_receipts(self._store, batch)
        )
        return [
            receipt
            for receipt in receipts
            if (receipt.regime, receipt.round, receipt.reporter or receipt.folder) == (regime, round, reporter)
        ]

    def original(self, record: SubmissionRecord) -> bytes:
        """The bytes as they were sent; of an archive's member, its own."""
        return self._store.read_bytes(f"originals/{record.sha256}")

    def answer_keys(self, record: SubmissionRecord) -> AnswerKeys:
        """Where its receipt and its annotated copy lie."""
        key = f"answers/{record.batch}.json"
        written = json.loads(self._store.read_bytes(key)) if self._store.exists(key) else []
        prefix = f"{record.submission_id}_"
        own = [key for key in written if key.rpartition("/")[2].startswith(prefix)]
        return AnswerKeys(
            receipt=_ending(own, "_回执.txt"),
            receipt_json=_ending(own, "_回执.json"),
            annotated=_ending(own, "_批注.xlsx"),
        )

    def _cross_findings(self, record: SubmissionRecord) -> list[dict[str, Any]]:
        """What the build found when it held the submission against others; nothing before it is built."""
        if record.batch not in self._batches_in_warehouse():
            return []
        rules = [rule.code for rule in self._rulebook.rules.values() if rule.scope == "cross"]
        return self._warehouse.query(_CROSS_FINDINGS, [record.submission_id, rules])

    # ---- which batch ----

    def _batch_of(self, receipt_no: int) -> str | None:
        """The batch that holds a receipt, by halving: the numbers of receipts grow from batch to batch."""
        with self._lock:
            self._find_new_batches()
            low, high = 0, len(self._batches)
            while low < high:
                middle = (low + high) // 2
                if self._first_receipt(self._batches[middle]) <= receipt_no:
                    low = middle + 1
                else:
                    high = middle
            return self._batches[low - 1] if low else None

    def _find_new_batches(self) -> None:
        """``_batches`` holds all there are. They are counted up without gaps, so that none need be listed."""
        count, step = len(self._batches), 1
        while self._has_receipts(count + step):
            count, step = count + step, step * 2
        while step > 1:
            step //= 2
            if self._has_receipts(count + step):
                count += step
        self._batches += (batch_name(number) for number in range(len(self._batches) + 1, count + 1))

    def _has_receipts(self, number: int) -> bool:
        return self._store.exists(f"receipts/{batch_name(number)}.jsonl")

    def _first_receipt(self, batch: str) -> int:
        if batch not in self._first_receipts:
            line = self._store.read_bytes(f"receipts/{batch}.jsonl").partition(b"\n")[0]
            self._first_receipts[batch] = Receipt.from_json(line).number
        return self._first_receipts[batch]

    def _batches_in_warehouse(self) -> frozenset[str]:
        """The batches that the warehouse in use was built of."""
        built_at = self._warehouse.built_at
        if built_at is None:
            return _NO_BATCHES
        if self._in_warehouse[0] != built_at:
            self._in_warehouse = (built_at, frozenset(line["batch"] for line in self._warehouse.query(_KNOWN_BATCHES)))
        return self._in_warehouse[1]

    # ---- what a batch holds ----

    def _of_batch(self, batch: str) -> Mapping[str, SubmissionRecord]:
        """The submissions of a batch by their ids; none while it is still being judged."""
        if batch not in self._submissions:
            if not self._store.exists(_findings_key(batch)):
                return {}
            lines = self._store.read_table(f"submissions/{batch}.parquet").to_pylist()
            self._submissions[batch] = {line["submission_id"]: _record(line) for line in lines}
        return self._submissions[batch]

    def _lines_of(self, record: SubmissionRecord, frame: str) -> pa.Table:
        import pyarrow.compute as pc

        key = f"{frame}/{record.batch}.parquet"
        lines = self._tables.get((key, self._store.stamp(key)), lambda: self._store.read_table(key))
        return lines.filter(pc.equal(lines["submission_id"], record.submission_id))

    def _verdict(self, record: SubmissionRecord) -> str:
        """What the next build will say of it: what nobody of the regime sent cannot count, whatever was found in it."""
        if record.reporter_code not in self._rulebook.regimes[record.regime].reporters:
            return "rejected"
        key = _findings_key(record.batch)
        severities = self._severities.get(
            (key, self._store.stamp(key)), lambda: severities_of(self._store, record.batch)
        )
        return verdict(severities.get(record.submission_id, ()))


def severities_of(store: Store, batch: str) -> dict[str, list[str]]:
    """The severities of a judged batch's findings by submission; one without any is not in it."""
    severities: defaultdict[str, list[str]] = defaultdict(list)
    findings = store.read_table(_findings_key(batch), ["submission_id", "severity"])
    for submission_id, severity in zip(*(column.to_pylist() for column in findings.columns), strict=True):
        severities[submission_id].append(severity)
    return dict(severities)


def _findings_key(batch: str) -> str:
    return f"findings/{batch}.parquet"


def _record(line: Mapping[str, Any]) -> SubmissionRecord:
    """The record of one line; batches of before a column was added do not have it."""
    return SubmissionRecord(**{name: line[name] for name in _RECORD_COLUMNS if name in line})


def _with_copies(versions: Iterable[Version]) -> Iterator[Version]:
    """``versions``, the first first, each copy with the version it repeats (as int_submission_status counts)."""
    before_of: dict[str | None, Version] = {}
    for version in versions:
        before = before_of.get(version.reported_as)
        if "rejected" in (version.status, version.verdict) or version.status == "withdrawn":
            yield version
            continue
        if before is not None and before.sha256 == version.sha256:
            version = replace(version, copy_of=before.copy_of or before.submission_id)
        yield version
        before_of[version.reported_as] = version


def _waiting_version(record: SubmissionRecord, judged: str) -> Version:
    return Version(
        submission_id=record.submission_id,
        receipt_no=record.receipt_no,
        file=record.file,
        sha256=record.sha256,
        received_at=record.received_at,
        is_nil=record.is_nil,
        row_count=record.row_count,
        corrects=record.corrects,
        status=None,
        verdict=judged,
        reported_as=record.reported_as,
    )


def _ending(keys: Iterable[str], ending: str) -> str | None:
    return next((key for key in keys if key.endswith(ending)), None)
