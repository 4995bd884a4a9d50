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
        import exports
        from desk.decisions import Decisions
        from desk.sealed_packs import publish_sealed
        from rulebook import load
        from store import Store

        folders = []
        for cycle in cycles_of(params, triggering_asset_events):
            store, of_cycle = Store(cycle["store"]), (cycle["regime"], cycle["round"])
            folder = store.location(f"published/{cycle['regime']}/{cycle['round']}")
            if not publish_sealed(store, Decisions(store, load()), *of_cycle, folder):
                exports.write_pack(store.location("warehouse.duckdb"), *of_cycle, folder, load())
            folders.append(folder)
        return folders

    report()


provincial_rollup()
