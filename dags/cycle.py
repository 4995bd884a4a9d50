"""What the DAGs share: the cycle they run for, where its files lie, and the assets that tie them together.

Nothing here reads a file or imports a stage: the DAG processor runs this text every few seconds.
"""

import os
from datetime import timedelta

import pendulum
from airflow.sdk import Asset, Param

SUBMISSIONS = Asset(name="huizong_submissions", uri="huizong://store/submissions")
WAREHOUSE = Asset(name="huizong_warehouse", uri="huizong://store/warehouse")

DEFAULTS = {
    "start_date": pendulum.datetime(2024, 1, 1, tz="Asia/Shanghai"),
    "catchup": False,
    "max_active_runs": 1,
    "default_args": {"retries": 1, "retry_delay": timedelta(seconds=5)},
    "tags": ["huizong"],
}


def cycle_params() -> dict[str, Param]:
    """The cycle and its folders as parameters of a run; the environment names the usual ones."""
    return {
        "regime": Param(os.environ.get("HUIZONG_REGIME", "ankang-2024"), type="string", title="方案 regime"),
        "round": Param(
            os.environ.get("HUIZONG_ROUND", "annual"), enum=["plan", "midyear", "annual"], title="轮次 round"
        ),
        **store_params(),
    }


def store_params() -> dict[str, Param]:
    """Where the store lies, as a parameter of a run."""
    return {"store": Param(os.environ.get("HUIZONG_STORE", "var/store"), type="string", title="数据仓目录 store")}


def inbox_params() -> dict[str, Param]:
    """Where the received files lie, as a parameter of a run."""
    return {"inbox": Param(os.environ.get("HUIZONG_INBOX", "var/inbox"), type="string", title="收件目录 inbox")}


def cycles_of(params: dict, events) -> list[dict[str, str]]:
    """The cycles a run is for: those named by the assets that set it off, else the one of its parameters.

    ``events`` is Airflow's ``triggering_asset_events``; of an event Airflow keeps one extra, so that it holds all cycles
    of its run. Each cycle is ``{"store", "regime", "round"}``, named once.
    """
    extras = [event.extra for asset_events in (events or {}).values() for event in asset_events if event.extra]
    named = [cycle for extra in extras for cycle in extra["cycles"]] or [params]
    return [
        dict(cycle) for cycle in {tuple((key, extra[key]) for key in ("store", "regime", "round")) for extra in named}
    ]
