"""Collect a cycle's inbox: keep what is new, read it, judge it, answer every reporter.

It runs by itself every few minutes. Where nothing is new the first task says so, and the run ends there: the warehouse
is left alone. A file that is being copied into the inbox is waited for.
"""

from airflow.sdk import dag, task
from cycle import DEFAULTS, cycle_params, inbox_params
from intake import LONGEST_COLLECTION, SCHEDULE, receive_new, take_in


@dag(
    dag_display_name="收集报表 collect_submissions",
    schedule=SCHEDULE,
    params=cycle_params() | inbox_params(),
    doc_md=__doc__,
    **DEFAULTS,
)
def collect_submissions():
    @task(execution_timeout=LONGEST_COLLECTION)
    def receive(params: dict) -> list[str]:
        """Keep the new files and their receipts; names the batches that wait to be read."""
        from pathlib import Path

        import ingestion
        from desk.delivery.watched_folder import wait_until_settled

        def fetch(store, rulebook) -> list[str]:
            wait_until_settled(Path(params["inbox"]))
            return ingestion.receive(store, params["inbox"], params["regime"], params["round"], rulebook)

        return receive_new(params, fetch)

    take_in(receive())


collect_submissions()
