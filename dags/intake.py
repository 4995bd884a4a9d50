"""What the DAGs that collect have in common: when they run, what a sealed cycle does, how a batch is taken in.

Nothing here reads a file or imports a stage: the DAG processor runs this text every few seconds.
"""

import os
from collections.abc import Callable
from datetime import timedelta

from airflow.sdk import Metadata, task
from airflow.sdk.exceptions import AirflowSkipException
from cycle import SUBMISSIONS

SCHEDULE = os.environ.get("HUIZONG_COLLECT_SCHEDULE", "*/5 * * * *").strip() or None
"""A cron expression, by Asia/Shanghai; empty: by hand only."""

LONGEST_COLLECTION = timedelta(minutes=30)
"""A server that answers no more must not keep the next collections waiting."""


def receive_new(params: dict, fetch: Callable) -> list[str]:
    """The batches that wait to be read: what ``fetch(store, rulebook)`` receives and what a crash left in any cycle.

    Of a sealed cycle only the latter: what comes stays where it is, for the next cycle or a person. The run ends here
    where there is nothing.
    """
    import ingestion
    from desk.decisions.log import Decisions
    from desk.delivery.intake import receive_corrections
    from desk.views.records import Records
    from rulebook import load
    from store import Store

    store, rulebook = Store(params["store"]), load()
    records = Records(store, rulebook)
    decisions = Decisions(store, rulebook, records)
    if decisions.is_sealed(params["regime"], params["round"]):
        why = "这个轮次已经封存，不再收件。This cycle is sealed and takes no more files."
    else:
        why = "没有新文件。Nothing new."
        fetch(store, rulebook)
    receive_corrections(store, rulebook, decisions, records)
    batches = list(ingestion.unfinished_batches(store))
    if not batches:
        raise AirflowSkipException(why)
    return batches


def take_in(received) -> None:
    """The tasks after the receipt: batches (at most 250 files each) are read, judged in their order, and answered.

    Reading and answering run side by side on several workers. A table may replace one of the batch before, so judging
    does not. ``received`` are the batches a task of the DAG names.
    """

    @task
    def read(batch: str, params: dict) -> str:
        """Read a batch's originals into rows and observations."""
        import ingestion
        from rulebook import load
        from store import Store

        ingestion.read_batch(Store(params["store"]), batch, load())
        return batch

    @task
    def judge(batches: list[str], params: dict) -> list[str]:
        """Judge the batches against the rulebook, one after the other: a table is compared with its version before."""
        import expectations
        from rulebook import load
        from store import Store

        # asked for as a whole: gone through one by one, Airflow would look for one more and log that there is none
        batches = batches[:]
        store = Store(params["store"])
        with store.lock("judge"):
            for batch in batches:
                expectations.judge_batch(store, batch, load())
        return batches

    @task
    def answer(batch: str, params: dict) -> str:
        """Put receipts and annotated workbooks into the reporters' outboxes."""
        import exports
        from desk.decisions.log import Decisions
        from desk.delivery.deadlines import deadlines_of
        from desk.views.records import Records
        from rulebook import load
        from store import Store

        store, rulebook = Store(params["store"]), load()
        records = Records(store, rulebook)
        deadlines = deadlines_of(batch, records, Decisions(store, rulebook, records), rulebook)
        exports.answer_batch(store, batch, rulebook, deadlines=deadlines)
        return batch

    @task(outlets=[SUBMISSIONS])
    def announce(batches: list[str], params: dict):
        """Tell the warehouse which cycles have something new."""
        from ingestion.receipt import read_receipts
        from store import Store

        store = Store(params["store"])
        firsts = (read_receipts(store, batch)[0] for batch in batches)
        cycles = sorted({(first.regime, first.round) for first in firsts})
        told = [{"store": params["store"], "regime": regime, "round": round_key} for regime, round_key in cycles]
        yield Metadata(SUBMISSIONS, {"cycles": told})

    judged = judge(read.expand(batch=received))
    answer.expand(batch=judged) >> announce(judged)
