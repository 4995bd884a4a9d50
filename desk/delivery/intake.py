"""What comes by the desk is kept at once, and read, judged and answered within seconds.

A process of its own does the work: Great Expectations is loaded there before anybody asks, and a file that breaks it
takes no page with it. The batches of a cycle are judged in their order, whoever received them: a table is compared with
its version before.
"""

from __future__ import annotations

import datetime as dt
import logging
import multiprocessing
import os
import signal
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ingestion
from desk.decisions.acts import Refused
from desk.decisions.log import FOLDER as DECISIONS
from desk.decisions.log import Decision, Decisions
from desk.delivery.deadlines import deadlines_of
from desk.delivery.workers import end_with_parent
from desk.views.records import Records
from exports import Deadline
from ingestion import Delivery, Receipt, limits
from rulebook import Rulebook, load, verdict
from store import Store

__all__ = [
    "Intake", "Refused", "Taken", "Worker", "finish_corrections", "receive_corrections", "safe_name", "too_large",
]  # fmt: skip

log = logging.getLogger(__name__)

SECONDS_TO_WAIT = 20.0
"""So long a page waits for its verdict; the work goes on behind it."""
SECONDS_TO_GIVE_UP = 600.0
"""So long one batch may keep the worker from all others."""
SECONDS_TO_STOP = 5.0
"""So long the batch in work may still take when the worker is stopped."""
LONGEST_NAME_BYTES = 120
_LONGEST_SUFFIX_BYTES = 12
_NAMELESS = "文件"
_CORRECTION_CHANNEL = "desk"
_OWN_CHANNELS = ("upload", _CORRECTION_CHANNEL)
_LOCK_FILE = "~$"


@dataclass(frozen=True, slots=True)
class Taken:
    """One file that was taken in."""

    submission_ids: tuple[str, ...]
    """Its own, or those of an archive's members."""
    receipt_no: int
    file: str
    sha256: str
    received_at: dt.datetime
    """In UTC; where it is not new, of the first time."""
    is_new: bool
    verdict: str | None
    """``accepted``, or ``rejected`` where at least one of its submissions is; None: it is still being judged."""
    batch: str


class Intake:
    """The way in for single files, by upload or by a steward's correction; threads may share it.

    ``rulebook`` is the one installed: the worker loads it itself.
    """

    def __init__(
        self,
        store: Store,
        rulebook: Rulebook,
        worker: Worker | None = None,
        seconds_to_wait: float = SECONDS_TO_WAIT,
        decisions: Decisions | None = None,
        records: Records | None = None,
    ) -> None:
        self._store = store
        self._rulebook = rulebook
        self._records = records or Records(store, rulebook)
        self._decisions = decisions or Decisions(store, rulebook, self._records)
        self._seconds_to_wait = seconds_to_wait
        self._queue = ThreadPoolExecutor(1, thread_name_prefix="intake")
        self._worker = worker or Worker()
        self._given_up: set[str] = set()

    def warm(self) -> None:
        """The worker starts now, so that the first upload need not wait for it; returns at once."""
        self._queue.submit(self._worker.start)

    def close(self) -> None:
        """The worker ends; what is still to be judged is found again by the next collection."""
        self._queue.shutdown(wait=False, cancel_futures=True)
        self._worker.stop()

    def take_in(self, deliveries: Sequence[Delivery], regime: str, round: str) -> list[Taken]:
        """The deliveries, received, read, judged and answered, in their order; a repeated one keeps its first receipt.

        Raises ``Refused`` before anything is kept: a sealed cycle, nothing sent, a file over the limit, a lock file.
        What is not judged within ``SECONDS_TO_WAIT`` seconds is returned without a verdict, and ``finish`` waits for it.
        """
        # a cycle cannot be sealed between the question and the receipt
        with self._store.lock(DECISIONS):
            self._check(deliveries, regime, round)
            reception = ingestion.receive_files(self._store, deliveries, regime, round, self._rulebook)
        own = set(reception.batch_of_receipt)
        for batch in reception.batches:
            if batch < max(own) and batch not in own:
                self._queue.submit(self._work_on, batch, self._judge)
        wait([self._finish(batch) for batch in sorted(own)], self._seconds_to_wait)
        return [
            Taken(
                submission_ids=receipt.submission_ids,
                receipt_no=receipt.number,
                file=receipt.name,
                sha256=receipt.sha256,
                received_at=receipt.received_at,
                is_new=is_new,
                verdict=self._verdict(receipt, batch),
                batch=batch,
            )
            for receipt, is_new, batch in zip(
                reception.receipts, reception.is_new, reception.batch_of_receipt, strict=True
            )
        ]

    def finish(self, batch: str) -> None:
        """Wait until ``batch`` is judged and answered, or given up."""
        self._finish(batch).result()

    def correct(self, decision: Decision) -> list[Taken]:
        """The bytes of the submission that ``decision`` (identify) is about, taken in for the right reporter.

        They keep the time they first came. Raises ``Refused`` when the cycle is sealed or there is no such submission.
        """
        return self.take_in([_correction(decision, self._records)], decision.regime, decision.round)

    def resume(self) -> list[tuple[str, str]]:
        """What a crash left of the desk's own work is done, in whatever cycle; the cycles concerned, to be built.

        Corrections that were decided and not taken in, and what came by the desk and was not judged: what other
        channels received is found again by the next collection.
        """
        receive_corrections(self._store, self._rulebook, self._decisions, self._records)
        left = ingestion.unfinished_batches(self._store)
        own = {batch: receipt for batch, receipt in left.items() if receipt.channel in _OWN_CHANNELS}
        for batch in own:
            self.finish(batch)
        return sorted({(receipt.regime, receipt.round) for receipt in own.values()})

    # ---- what is not taken ----

    def _check(self, deliveries: Sequence[Delivery], regime: str, round: str) -> None:
        if self._decisions.is_sealed(regime, round):
            raise Refused(
                "这个轮次已经封存，不再收件。确需补报或更正的，请联系上级工信部门。",
                "This cycle is sealed and takes no more files. Ask the office above you if something must be corrected.",
            )
        if not deliveries:
            raise Refused("还没有选择文件，请选择后再上传。", "No file was chosen.")
        for delivery in deliveries:
            _check_delivery(delivery)

    # ---- the work ----

    def _finish(self, batch: str) -> Future:
        return self._queue.submit(self._work_on, batch, self._judge_and_answer)

    def _judge(self, batch: str) -> None:
        self._worker.run(_judge, self._store, batch)

    def _judge_and_answer(self, batch: str) -> None:
        self._judge(batch)
        deadlines = deadlines_of(batch, self._records, self._decisions, self._rulebook)
        self._worker.run(_answer, self._store, batch, deadlines)

    def _work_on(self, batch: str, stage: Callable[[str], None]) -> None:
        """The worker does ``stage`` for the batch; what breaks it is written to the log and not tried again."""
        if batch in self._given_up or self._store.exists(f"answers/{batch}.json"):
            return
        try:
            stage(batch)
        except Exception:
            log.exception("batch %s is kept and was not judged: the next collection tries again", batch)
            self._given_up.add(batch)

    def _verdict(self, receipt: Receipt, batch: str) -> str | None:
        if not self._store.exists(f"findings/{batch}.parquet"):
            return None
        findings = self._store.read_table(f"findings/{batch}.parquet", ["submission_id", "severity"]).to_pylist()
        return verdict(
            finding["severity"] for finding in findings if finding["submission_id"] in receipt.submission_ids
        )


# ---- corrections that were decided and not taken in ----


def receive_corrections(store: Store, rulebook: Rulebook, decisions: Decisions, records: Records) -> None:
    """Every ``identify`` in force has the receipt for the right reporter; what a crash left out is received now.

    Not in a sealed cycle. One that cannot be received keeps back no other, and is tried again the next time.
    """
    decided = [one for one in decisions.in_force() if one.kind == "identify"]
    if not decided:
        return
    done = ingestion.corrections(store)
    for decision in decided:
        if (decision.submission_id, decision.new_reporter_code) in done:
            continue
        try:
            with store.lock(DECISIONS):
                if not decisions.is_sealed(decision.regime, decision.round):
                    delivery = _correction(decision, records)
                    ingestion.receive_files(store, [delivery], decision.regime, decision.round, rulebook)
        except Exception:
            log.exception("decision %d is not carried out yet: it is tried again the next time", decision.sequence)


def finish_corrections(store: Store, rulebook: Rulebook) -> None:
    """Every ``identify`` in force is carried out, its file read, judged and answered: before the warehouse is built."""
    if not store.keys(DECISIONS):
        return
    records = Records(store, rulebook)
    decisions = Decisions(store, rulebook, records)
    receive_corrections(store, rulebook, decisions, records)
    for batch, receipt in ingestion.unfinished_batches(store).items():
        if receipt.channel == _CORRECTION_CHANNEL:
            _judge(store, batch)
            _answer(store, batch, deadlines_of(batch, records, decisions, rulebook))


def _correction(decision: Decision, records: Records) -> Delivery:
    """The bytes that ``decision`` (identify) is about, as they first came, for the right reporter."""
    record = records.submission(decision.submission_id or "")
    if record is None:
        raise Refused("没有这份报送。", "There is no such submission.")
    return Delivery(
        name=record.file,
        data=records.original(record),
        folder=record.folder,
        channel=_CORRECTION_CHANNEL,
        received_at=record.received_at,
        sender=decision.actor,
        reporter=decision.new_reporter_code,
        corrects=record.submission_id,
    )


class Worker:
    """One process that does one thing at a time; another takes its place when it dies or takes too long.

    One thread gives it work; ``prepare`` is what the process does first.
    """

    def __init__(
        self, prepare: Callable[[], object] | None = None, seconds_to_give_up: float = SECONDS_TO_GIVE_UP
    ) -> None:
        self._prepare = prepare or _prepare
        self._seconds_to_give_up = seconds_to_give_up
        self._pool: ProcessPoolExecutor | None = None
        self._process_id: int | None = None
        self._work: Future | None = None
        self._is_stopped = False

    def start(self) -> None:
        """The process is there and has loaded what it needs; ``RuntimeError`` once the worker was stopped."""
        if self._is_stopped:
            raise RuntimeError("the worker was stopped")
        if self._pool is None:
            # spawned: this process has threads, of the web server and of Arrow
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, context, initializer=self._prepare)
            self._process_id = self._pool.submit(os.getpid).result(self._seconds_to_give_up)

    def run(self, task: Callable[..., Any], *args: object) -> Any:
        """What ``task`` gives; raises what it raises, ``BrokenProcessPool`` or ``TimeoutError``."""
        try:
            return self._run(task, *args)
        except BrokenProcessPool:
            # it may have died before: only what breaks a fresh one is to blame
            self._end_process()
            try:
                return self._run(task, *args)
            except BrokenProcessPool:
                self._end_process()
                raise

    def stop(self) -> None:
        """The process is gone for good, in order where its work is done within seconds; any thread may ask for it."""
        self._is_stopped = True
        if self._work is not None:
            wait([self._work], SECONDS_TO_STOP)
        self._end_process()

    def _end_process(self) -> None:
        """The process ends in order where it has nothing to do; busy, it is killed."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        if self._process_id is not None and self._work is not None and not self._work.done():
            with suppress(ProcessLookupError):
                os.kill(self._process_id, signal.SIGKILL)
        self._process_id = None
        pool.shutdown(cancel_futures=True)

    def _run(self, task: Callable[..., Any], *args: object) -> Any:
        self.start()
        self._work = self._pool.submit(task, *args)
        try:
            return self._work.result(self._seconds_to_give_up)
        except TimeoutError:
            self._end_process()
            raise


# ---- in the worker's process ----


def _prepare() -> None:
    """A blank workbook goes through every stage, so that a real one finds them loaded."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    import exports

    rulebook = load()
    regime = next(iter(rulebook.regimes.values()))
    reporter = next(iter(regime.reporters))
    with tempfile.TemporaryDirectory() as folder:
        store = Store(folder)
        blank = Path(folder, "blank.xlsx")
        exports.write_template(regime.key, "annual", reporter, blank, rulebook)
        delivery = Delivery(blank.name, blank.read_bytes(), reporter, "upload", dt.datetime.now(dt.UTC))
        for batch in ingestion.receive_files(store, [delivery], regime.key, "annual", rulebook).batches:
            _judge(store, batch)
            _answer(store, batch, {})


def _judge(store: Store, batch: str) -> None:
    """The batch is read and judged, unless somebody did that already."""
    import expectations

    with store.lock("judge"):
        if not store.exists(f"findings/{batch}.parquet"):
            ingestion.read_batch(store, batch, load())
            expectations.judge_batch(store, batch, load())


def _answer(store: Store, batch: str, deadlines: Mapping[str, Deadline]) -> None:
    """The judged batch is answered, unless somebody did that already."""
    import exports

    if not store.exists(f"answers/{batch}.json"):
        exports.answer_batch(store, batch, load(), deadlines=deadlines)


# ---- names and sizes ----


def safe_name(raw: str | None) -> str:
    """The file's own name as a person reads it, at most 120 bytes, never empty.

    Folders before it, control characters and signs that turn the direction of writing are left out; its ending stays.
    """
    last = (raw or "").replace("\\", "/").rstrip("/").rpartition("/")[2]
    readable = "".join(_readable(last)).strip(". ")
    stem, dot, suffix = readable.rpartition(".")
    if not dot or not stem or len(f".{suffix}".encode()) > _LONGEST_SUFFIX_BYTES:
        stem, suffix = readable, ""
    ending = f".{suffix}" if suffix else ""
    shortened = stem.encode()[: LONGEST_NAME_BYTES - len(ending.encode())].decode(errors="ignore").strip(". ")
    return f"{shortened or _NAMELESS}{ending}"


def _readable(text: str) -> Iterable[str]:
    for sign in text:
        if sign.isprintable():
            yield sign
        elif sign.isspace():
            # a wide space of Chinese typing is no sign to Python
            yield " "


def _check_delivery(delivery: Delivery) -> None:
    if not delivery.name.strip():
        raise Refused("有一个文件没有文件名，请改名后再上传。", "A file has no name: give it one and send it again.")
    if delivery.name.startswith(_LOCK_FILE):
        raise Refused(
            f"“{delivery.name}”是表格打开时留下的临时文件，不是报表。请关闭表格后选择原来的文件。",
            f"{delivery.name} is what an open workbook leaves behind. Close the workbook and choose the file itself.",
        )
    if len(delivery.data) > limits.MAX_FILE_BYTES:
        raise too_large(delivery.name)


def too_large(name: str | None = None) -> Refused:
    """What somebody is told whose file, or whose files together, are over the limit."""
    subject_zh, subject_en = (f"文件“{name}”", f"{name} is") if name else ("上传的文件", "These files are")
    return Refused(
        f"{subject_zh}超过 {limits.MAX_FILE_MEGABYTES} MB，没有收下。统计表请删去图片；附件请分几次上传。",
        f"{subject_en} over {limits.MAX_FILE_MEGABYTES} MB and were not taken. Remove pictures, or send the files one by one.",
    )
