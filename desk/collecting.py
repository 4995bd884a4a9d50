"""One collection by the command line: the stages that Airflow runs as tasks, one after the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import expectations
import exports
import ingestion
from rulebook import verdict
from store import Store

if TYPE_CHECKING:
    from rulebook import Rulebook


@dataclass(frozen=True)
class Collected:
    """What one collection took in.

    ``submissions`` has one line per workbook: submission_id, reporter_code, file, is_nil, row_count, verdict, findings
    (how many). ``outbox`` is where the answers lie.
    """

    submissions: list[dict]
    outbox: str


def collect_inbox(
    inbox: Path,
    store_root: Path,
    regime: str,
    round_key: str,
    rulebook: Rulebook,
    workers: Executor,
    progress: Callable[[str], None],
) -> Collected:
    """Take in, read, judge and answer everything new in ``inbox``; nothing happens when nothing is new."""
    store = Store(store_root)
    progress("收件 receive")
    batches = ingestion.receive(store, inbox, regime, round_key, rulebook)
    if batches:
        Thread(target=expectations.prepare, daemon=True).start()
    with ThreadPoolExecutor(1) as ahead, ThreadPoolExecutor(1) as behind:
        # The workers read the next batch and answer the one before while this process judges.
        readings = [ahead.submit(ingestion.read_batch, store, batch, rulebook, workers) for batch in batches]
        answers = []
        for position, (batch, reading) in enumerate(zip(batches, readings, strict=True), start=1):
            of = f"{position}/{len(batches)}"
            progress(f"读表 read {of}")
            reading.result()
            progress(f"审核 judge {of}")
            expectations.judge_batch(store, batch, rulebook)
            answers.append(behind.submit(exports.answer_batch, store, batch, rulebook, workers))
        if answers:
            progress("回执 answer")
        for answer in answers:
            answer.result()
    taken_in = [line for batch in batches for line in verdicts(store, batch)]
    return Collected(taken_in, store.location("outbox"))


def verdicts(store: Store, batch: str) -> list[dict]:
    """One line for every workbook of ``batch``, for people: who, which file, its verdict, how many findings."""
    severities = defaultdict(list)
    for finding in store.read_table(f"findings/{batch}.parquet", ["submission_id", "severity"]).to_pylist():
        severities[finding["submission_id"]].append(finding["severity"])
    shown = ["submission_id", "reporter_code", "file", "is_nil", "row_count"]
    return [
        line
        | {"verdict": verdict(severities[line["submission_id"]]), "findings": len(severities[line["submission_id"]])}
        for line in store.read_table(f"submissions/{batch}.parquet", shown).to_pylist()
    ]
