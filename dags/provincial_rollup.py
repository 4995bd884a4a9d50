"""Write the draft pack of a cycle – rollup workbook, rollup table, manifest – whenever the warehouse is new."""

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
        from desk.january import sign_off_of
        from rulebook import load
        from store import Store

        folders, rulebook = [], load()
        for cycle in cycles_of(params, triggering_asset_events):
            store = Store(cycle["store"])
            key = (cycle["regime"], cycle["round"])
            folder = store.location(f"published/{'/'.join(key)}")
            sign_off = sign_off_of(Decisions(store, rulebook).in_force(), *key, rulebook)
            exports.write_pack(store.location("warehouse.duckdb"), *key, folder, rulebook, sign_off)
            folders.append(folder)
        return folders

    report()


provincial_rollup()
