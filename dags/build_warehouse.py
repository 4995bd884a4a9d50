"""Build the warehouse whenever submissions came in; the finished file replaces the one before it."""

from airflow.sdk import Metadata, dag, task
from cycle import DEFAULTS, SUBMISSIONS, WAREHOUSE, cycle_params, cycles_of


@dag(
    dag_display_name="建立数据仓库 build_warehouse",
    schedule=[SUBMISSIONS],
    params=cycle_params(),
    doc_md=__doc__,
    **DEFAULTS,
)
def build_warehouse():
    @task(outlets=[WAREHOUSE])
    def build(params: dict, triggering_asset_events=None):
        """Run dbt beside the warehouse in use and put the result in its place; one build for each store."""
        import dbt_project
        from desk.delivery.intake import finish_corrections
        from rulebook import load
        from store import Store

        cycles = cycles_of(params, triggering_asset_events)
        for store in sorted({cycle["store"] for cycle in cycles}):
            finish_corrections(Store(store), load())
            dbt_project.build(store, load())
        yield Metadata(WAREHOUSE, {"cycles": cycles})

    build()


build_warehouse()
