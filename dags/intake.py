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
    """The batches that wait to be read: what ``fetch(store, rulebook)`` receives and what a crash left.

    Of a sealed cycle only the latter: what comes stays where it is, for the next cycle or a person. The run ends here
    where there is nothing.
    """
    import ingestion
    from desk.decisions import Decisions
    from rulebook import load
    from store import Store

    store, rulebook = Store(params["store"]), load()
    if Decisions(store, rulebook).is_sealed(params["regime"], params["round"]):
        why = "这个轮次已经封存，不再收件。This cycle is sealed and takes no more files."
        batches = ingestion.receive_files(store, [], params["regime"], params["round"], rulebook).batches
    else:
        why = "没有新文件。Nothing new."
        batches = fetch(store, rulebook)
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
        from desk.deadlines import extensions_of
        from desk.decisions import Decisions
        from rulebook import load
        from store import Store

        store = Store(params["store"])
        exports.answer_batch(store, batch, load(), extensions=extensions_of(Decisions(store, load()).in_force()))
        return batch

    @task(outlets=[SUBMISSIONS])
    def announce(params: dict):
        """Tell the warehouse which cycle has something new."""
        yield Metadata(SUBMISSIONS, {key: params[key] for key in ("store", "regime", "round")})

    read_batches = read.expand(batch=received)
    answer.expand(batch=judge(read_batches)) >> announce()
