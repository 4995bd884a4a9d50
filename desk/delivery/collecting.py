"""One collection by the command line: the stages that Airflow runs as tasks, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import exports
import ingestion
from rulebook import verdict
from store import Store

if TYPE_CHECKING:
    from desk.decisions.log import Decisions
    from desk.views.records import Records
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
    """Take in, read, judge and answer everything new in ``inbox``; nothing happens when nothing is new.

    Raises ``Refused``, with nothing taken in, for a sealed cycle and where the decisions cannot be read.
    """
    store = Store(store_root)
    progress("收件 receive")
    _receive_corrections(store, rulebook)
    with ThreadPoolExecutor(1) as ahead, ThreadPoolExecutor(1) as behind:
        # The workers read the next batch and answer the one before while this process judges.
        answerer = _Answerer(store, rulebook, workers)
        reading_of: dict[str, Future[None]] = {}

        def read_ahead(batch: str) -> None:
            if not reading_of:
                Thread(target=_prepare_to_judge, daemon=True).start()
            if batch not in reading_of:
                reading_of[batch] = ahead.submit(ingestion.read_batch, store, batch, rulebook, workers)

        # a cycle cannot be sealed between the question and the receipts
        with store.lock("decisions"):
            _check_is_open(store, regime, round_key, rulebook)
            batches = ingestion.receive(store, inbox, regime, round_key, rulebook, received=read_ahead)
        for batch in batches:
            # also what a collection that broke off left unread
            read_ahead(batch)
        answers = []
        for position, batch in enumerate(batches, start=1):
            of = f"{position}/{len(batches)}"
            progress(f"读表 read {of}")
            reading_of[batch].result()
            import expectations

            progress(f"审核 judge {of}")
            # the desk and the DAGs judge too; a batch is compared with those before it
            with store.lock("judge"):
                expectations.judge_batch(store, batch, rulebook)
            answers.append(behind.submit(answerer.answer, batch))
        if answers:
            progress("回执 answer")
        for answer in answers:
            answer.result()
    taken_in = [line for batch in batches for line in verdicts(store, batch)]
    return Collected(taken_in, store.location("outbox"))


def _prepare_to_judge() -> None:
    """What judging needs is loaded: it takes seconds, in which the workers already read."""
    import expectations

    expectations.prepare()


def _receive_corrections(store: Store, rulebook: Rulebook) -> None:
    """What was decided to be another reporter's and was not taken in for it has its receipt."""
    if not store.keys("decisions"):
        return
    # imported here: a store without decisions does not wait for it
    from desk.decisions.log import Decisions
    from desk.delivery.intake import receive_corrections
    from desk.views.records import Records

    records = Records(store, rulebook)
    receive_corrections(store, rulebook, Decisions(store, rulebook, records), records)


@dataclass
class _Answerer:
    """Answers batch after batch; what it learnt of the earlier ones is not read again."""

    store: Store
    rulebook: Rulebook
    workers: Executor

    @cached_property
    def records(self) -> Records:
        """The submissions of the store; loaded with the first answer, while the workers read."""
        from desk.views.records import Records

        return Records(self.store, self.rulebook)

    @cached_property
    def decisions(self) -> Decisions:
        """What people decided about them."""
        from desk.decisions.log import Decisions

        return Decisions(self.store, self.rulebook, self.records)

    def answer(self, batch: str) -> None:
        """The batch is answered, each of its tables held against its deadline."""
        from desk.delivery.deadlines import deadlines_of

        deadlines = deadlines_of(batch, self.records, self.decisions, self.rulebook)
        exports.answer_batch(self.store, batch, self.rulebook, self.workers, deadlines)


def _check_is_open(store: Store, regime: str, round_key: str, rulebook: Rulebook) -> None:
    """``Refused`` where the cycle is sealed."""
    if not store.keys("decisions"):
        return
    # imported here: a store without decisions does not wait for it
    from desk.decisions.acts import Refused
    from desk.decisions.log import Decisions

    decisions = Decisions(store, rulebook)
    if decisions.is_sealed(regime, round_key):
        raise Refused(
            "这个轮次已经封存，不再收件，什么都没有收。确需补报或更正的，请先撤销封存。",
            "This cycle is sealed and takes no more files; nothing was taken. Undo the seal first if something is missing.",
        )


def verdicts(store: Store, batch: str) -> list[dict]:
    """One line for every workbook of ``batch``, for people: who, which file, its verdict, how many findings."""
    from desk.views.records import severities_of

    severities = severities_of(store, batch)
    shown = ["submission_id", "reporter_code", "file", "is_nil", "row_count"]
    lines = store.read_table(f"submissions/{batch}.parquet", shown).to_pylist()
    own = [severities.get(line["submission_id"], []) for line in lines]
    return [line | {"verdict": verdict(found), "findings": len(found)} for line, found in zip(lines, own, strict=True)]
