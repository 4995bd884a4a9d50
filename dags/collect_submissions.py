"""Collect a cycle's inbox: keep what is new, read it, judge it, answer every reporter.

A batch (at most 500 files) goes through the stages on its own, so that batches run side by side on several workers.
Collecting an inbox again finds nothing new and leaves the warehouse alone.
"""

from airflow.sdk import Metadata, dag, task, task_group
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

    @task_group
    def take_in(batch: str):
        @task
        def read(batch: str, params: dict) -> str:
            """Read a batch's originals into rows and observations."""
            import ingestion
            from rulebook import load
            from store import Store

            ingestion.read_batch(Store(params["store"]), batch, load())
            return batch

        @task
        def judge(batch: str, params: dict) -> str:
            """Judge a batch's rows against the rulebook."""
            import expectations
            from rulebook import load
            from store import Store

            expectations.judge_batch(Store(params["store"]), batch, load())
            return batch

        @task
        def answer(batch: str, params: dict) -> str:
            """Put receipts and annotated workbooks into the reporters' outboxes."""
            import exports
            from rulebook import load
            from store import Store

            exports.answer_batch(Store(params["store"]), batch, load())
            return batch

        return answer(judge(read(batch)))

    @task(outlets=[SUBMISSIONS])
    def announce(params: dict):
        """Tell the warehouse which cycle has something new."""
        yield Metadata(SUBMISSIONS, {key: params[key] for key in ("store", "regime", "round")})

    take_in.expand(batch=receive()) >> announce()


collect_submissions()
