"""Look at the clocks every morning: build the warehouse of the day, then tell whose orders fall due or are overdue.

A build is made only where the one in use is of another day, or files and decisions came since. Messages lie in the
outboxes and are mailed where the connection ``huizong_smtp`` is set; one a day, however often this runs.
"""

from airflow.sdk import Metadata, dag, task
from airflow.sdk.exceptions import AirflowSkipException
from cycle import DEFAULTS, WAREHOUSE, cycle_params


@dag(
    dag_display_name="查看整改期限 watch_clocks",
    schedule="0 7 * * *",
    params=cycle_params(),
    doc_md=__doc__,
    **DEFAULTS,
)
def watch_clocks():
    @task(outlets=[WAREHOUSE])
    def build(params: dict):
        """Build the warehouse of today, unless the one in use is that already."""
        from datetime import datetime

        import dbt_project
        from desk.decisions.log import Decisions
        from desk.delivery.intake import finish_corrections
        from desk.messages.watching import needs_build
        from desk.views.warehouse import Warehouse
        from rulebook import LOCAL_TIME, load
        from store import Store

        store, rulebook = Store(params["store"]), load()
        warehouse = Warehouse(store.location("warehouse.duckdb"))
        if not needs_build(store, warehouse, Decisions(store, rulebook), datetime.now(LOCAL_TIME).date()):
            raise AirflowSkipException("数据仓库已是今天的。The warehouse is of today.")
        finish_corrections(store, rulebook)
        dbt_project.build(params["store"], rulebook)
        yield Metadata(WAREHOUSE, {"cycles": [{key: params[key] for key in ("store", "regime", "round")}]})

    @task(trigger_rule="none_failed")
    def notify(params: dict) -> list[str]:
        """Put today's messages into the outboxes, and mail them; the codes of those who were told now."""
        from datetime import datetime

        from desk.airflow.plugin import mail_server
        from desk.messages.watching import watch
        from desk.views.warehouse import Warehouse
        from rulebook import LOCAL_TIME, load
        from store import Store

        store = Store(params["store"])
        warehouse = Warehouse(store.location("warehouse.duckdb"))
        day = datetime.now(LOCAL_TIME).date()
        return list(watch(store, load(), warehouse, day, mail_server()).new)

    build() >> notify()


watch_clocks()
