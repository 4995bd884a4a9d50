"""Runs the project's DAGs, one after the other, in this process: real DAGs and tasks, without a server.

Starting Airflow costs seconds each time, so the demo, the tests and the benchmark run a whole cycle in one process.
A server would set off ``build_warehouse`` and ``provincial_rollup`` by their assets; here they are run in that order.
"""

from __future__ import annotations

import argparse
import logging
import os
import subprocess
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

from desk.airflow.environment import DAGS, airflow_environment

CYCLE_DAGS = ("issue_templates", "collect_submissions", "build_warehouse", "provincial_rollup")


class DagFailed(RuntimeError):
    """A DAG run did not end in success; the text names the DAG, its failed tasks and where the log lies."""


def prepare_airflow(home: Path) -> None:
    """Point this process at an Airflow below ``home`` and make its database when there is none."""
    os.environ.update(airflow_environment(home))
    os.environ.setdefault("AIRFLOW__LOGGING__LOGGING_LEVEL", "WARNING")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "airflow.db").exists():
        with (home / "migrate.log").open("w") as log:
            subprocess.run(
                [sys.executable, "-m", "airflow", "db", "migrate"], check=True, stdout=log, stderr=subprocess.STDOUT
            )


def run_dags(
    home: Path,
    conf: dict[str, str],
    dag_ids: Sequence[str] = CYCLE_DAGS,
    announce: Callable[[str], None] = lambda dag_id: None,
) -> None:
    """Run the DAGs ``dag_ids`` in order with the parameters ``conf``; ``DagFailed`` at the first that fails.

    ``announce`` is told each DAG's id before it starts.
    """
    prepare_airflow(home)
    if str(DAGS) not in sys.path:
        sys.path.insert(0, str(DAGS))
    # dag.test() goes through FastAPI's test client, whose advice to its developers is not for our users
    warnings.filterwarnings("ignore", message="Using `httpx` with `starlette.testclient`")
    from airflow.dag_processing.dagbag import DagBag
    from airflow.utils.state import DagRunState, TaskInstanceState

    logging.getLogger("airflow").setLevel(logging.WARNING)
    bag = DagBag(str(DAGS))
    if bag.import_errors:
        raise DagFailed(f"DAG 不能加载。DAGs cannot be loaded: {bag.import_errors}")
    for dag_id in dag_ids:
        announce(dag_id)
        dag = bag.dags[dag_id]
        run = dag.test(run_conf={key: conf[key] for key in conf if key in dag.params})
        if run.state != DagRunState.SUCCESS:
            failed = sorted(ti.task_id for ti in run.get_task_instances() if ti.state == TaskInstanceState.FAILED)
            raise DagFailed(
                f"{dag_id} 运行失败，出错的任务：{'、'.join(failed)}。{dag_id} failed at: {', '.join(failed)}."
            )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a cycle's DAGs from the command line: the way the benchmark measures what Airflow adds."""
    parser = argparse.ArgumentParser(description="经 Airflow 跑完一个轮次。Run one cycle through Airflow.")
    for name in ("inbox", "store", "regime", "round"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--home", type=Path, default=Path("var/airflow-run"))
    options = vars(parser.parse_args(arguments))
    home = options.pop("home")
    try:
        run_dags(home, options, CYCLE_DAGS[1:], announce=print)
    except DagFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
