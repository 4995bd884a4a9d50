"""Collect the files of a cycle from an SFTP server: one folder for each reporter, named by its code.

It needs the connection ``huizong_sftp`` and is switched off until somebody switches it on. The connection's extra may
say ``{"folder": "/upload"}``: where the reporters' folders lie. Nothing on the server is changed or deleted; files that
are still being written are left for the next run.
"""

from airflow.sdk import dag, task
from cycle import DEFAULTS, cycle_params
from intake import LONGEST_COLLECTION, SCHEDULE, receive_new, take_in

CONNECTION = "huizong_sftp"


@dag(
    dag_display_name="收取 SFTP 文件 collect_sftp",
    schedule=SCHEDULE,
    is_paused_upon_creation=True,
    params=cycle_params(),
    doc_md=__doc__,
    **DEFAULTS,
)
def collect_sftp():
    @task(execution_timeout=LONGEST_COLLECTION)
    def receive(params: dict) -> list[str]:
        """Keep the new files and their receipts; names the batches that wait to be read."""
        from airflow.providers.sftp.hooks.sftp import SFTPHook

        from desk.delivery.sftp_drop import collect_drop

        def fetch(store, rulebook) -> list[str]:
            folder = SFTPHook.get_connection(CONNECTION).extra_dejson.get("folder", ".")
            with SFTPHook(CONNECTION).get_managed_conn() as client:
                return collect_drop(client, store, params["regime"], params["round"], rulebook, folder)

        return receive_new(params, fetch)

    take_in(receive())


collect_sftp()
