"""Write the draft pack of a cycle – rollup workbook, rollup table, manifest – whenever the warehouse is new.

Of a sealed cycle what was sealed is published, as it was sealed; until its sealed copy is written the last draft stays.
"""

from airflow.sdk import dag, task
from cycle import DEFAULTS, WAREHOUSE, cycle_params, cycles_of


@dag(
    dag_display_name="省级汇总 provincial_rollup",
    schedule=[WAREHOUSE],
    params=cycle_params(),
    doc_md=__doc__,
    **DEFAULTS,
)
def provincial_rollup():
    @task
    def report(params: dict, triggering_asset_events=None) -> list[str]:
        """Write the pack of every cycle the warehouse was built for; returns their folders."""
        from desk.january.report import publish
        from rulebook import load
        from store import Store

        return [
            publish(Store(cycle["store"]), load(), cycle["regime"], cycle["round"])
            for cycle in cycles_of(params, triggering_asset_events)
        ]

    report()


provincial_rollup()
