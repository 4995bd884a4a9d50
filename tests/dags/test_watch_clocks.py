"""The morning's look at the clocks through the real DAG: a build where one is due, and each message once."""

import os
from pathlib import Path

from desk.airflow.run import run_dags
from tests.clock_store import OFFICE, lay_clock_store


def test_the_warehouse_of_yesterday_is_built_anew_and_the_department_told_once(airflow_home, tmp_path):
    store = lay_clock_store(tmp_path / "store").store
    warehouse = Path(store.location("warehouse.duckdb"))
    os.utime(warehouse, (0, 0))
    conf = {"regime": "ankang-2024", "round": "annual", "store": str(store.root)}
    run_dags(airflow_home, conf, ["watch_clocks"])
    built_at = warehouse.stat().st_mtime
    (message,) = store.keys(f"outbox/{OFFICE}")
    assert built_at > 0 and "逾期水泥厂" in store.read_bytes(message).decode()

    run_dags(airflow_home, conf, ["watch_clocks"])
    assert warehouse.stat().st_mtime == built_at
    assert store.keys(f"outbox/{OFFICE}") == [message]
