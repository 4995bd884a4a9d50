"""Collect a cycle's inbox: keep what is new, read it, judge it, answer every reporter.

Batches (at most 250 files each) are read and answered side by side on several workers. They are judged in their order:
a table may replace one of the batch before.
Collecting an inbox again finds nothing new and leaves the warehouse alone.
"""

from airflow.sdk import Metadata, dag, task
from airflow.sdk.exceptions import AirflowSkipException
from cycle import DEFAULTS, SUBMISSIONS, cycle_params, inbox_params


@dag(
    dag_display_name="收集报表 collect_submissions",
    schedule=None,
    params=cycle_params() | inbox_params(),
    doc_md=__doc__,
    **DEFAULTS,
)
def collect_submissions():
    @task
    def receive(params: dict) -> list[str]:
        """Keep the new files and their receipts; names the batches that wait to be read."""
        import ingestion
        from rulebook import load
        from store import Store

        batches = ingestion.receive(Store(params["store"]), params["inbox"], params["regime"], params["round"], load())
        if not batches:
            raise AirflowSkipException("收件目录里没有新文件。Nothing new in the inbox.")
        return batches

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
        for batch in batches:
            expectations.judge_batch(Store(params["store"]), batch, load())
        return batches

    @task
    def answer(batch: str, params: dict) -> str:
        """Put receipts and annotated workbooks into the reporters' outboxes."""
        import exports
        from rulebook import load
        from store import Store

        exports.answer_batch(Store(params["store"]), batch, load())
        return batch

    @task(outlets=[SUBMISSIONS])
    def announce(params: dict):
        """Tell the warehouse which cycle has something new."""
        yield Metadata(SUBMISSIONS, {key: params[key] for key in ("store", "regime", "round")})

    read_batches = read.expand(batch=receive())
    answer.expand(batch=judge(read_batches)) >> announce()


collect_submissions()
