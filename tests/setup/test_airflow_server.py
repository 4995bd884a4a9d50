"""`make up` and `make down`, and the scheduler setting off the warehouse and the rollup by their assets."""

import json
import shutil
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest

from desk.airflow.server import running_server, start_server, stop_server

PROJECT = Path(__file__).resolve().parents[2]
LIMIT_SECONDS = 300


class Api:
    """Airflow's REST API at ``address``, logged in."""

    def __init__(self, server: dict) -> None:
        self.address, self.token = server["address"], None
        who = {"username": server["user"], "password": server["password"]}
        self.token = self.call("POST", "/auth/token", who)["access_token"]

    def call(self, method: str, path: str, body: dict | None = None):
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, method=method, data=data, headers=headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def trigger(self, dag_id: str) -> None:
        """A run by hand; SQLite lets one process write at a time, so a server that is busy is asked again."""
        give_up = time.monotonic() + LIMIT_SECONDS
        while True:
            try:
                self.call("POST", f"/api/v2/dags/{dag_id}/dagRuns", {"logical_date": None})
                return
            except urllib.error.HTTPError as error:
                if error.code != 500 or time.monotonic() > give_up:
                    raise
                time.sleep(1)

    def wait_for_success(self, dag_id: str) -> None:
        give_up = time.monotonic() + LIMIT_SECONDS
        states = []
        while time.monotonic() < give_up:
            states = [run["state"] for run in self.call("GET", f"/api/v2/dags/{dag_id}/dagRuns")["dag_runs"]]
            assert "failed" not in states, dag_id
            if states and set(states) == {"success"}:
                return
            time.sleep(0.5)
        pytest.fail(f"{dag_id} did not end: {states}")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    place = tmp_path_factory.mktemp("airflow")
    shutil.copytree(PROJECT / "demo" / "inbox", place / "inbox")
    started = start_server(place / "home", place)
    yield started | {"place": place}
    stop_server(place / "home")


def test_the_server_says_who_may_log_in_and_keeps_the_password_to_its_owner(server):
    home = server["place"] / "home"
    assert running_server(home)["address"] == server["address"]
    assert (home / "passwords.json").stat().st_mode & 0o077 == 0
    assert Api(server).token


def test_all_dags_load(server):
    api = Api(server)
    assert api.call("GET", "/api/v2/importErrors")["import_errors"] == []
    assert {dag["dag_id"] for dag in api.call("GET", "/api/v2/dags")["dags"]} == {
        "issue_templates", "collect_submissions", "collect_mail", "collect_sftp", "build_warehouse", "provincial_rollup",
        "publish_documentation", "watch_clocks", "january_report",
    }  # fmt: skip


def test_the_scheduler_builds_the_warehouse_and_the_rollup_once_submissions_came_in(server):
    api = Api(server)
    api.trigger("collect_submissions")
    for dag_id in ("collect_submissions", "build_warehouse", "provincial_rollup"):
        api.wait_for_success(dag_id)
    store = server["place"] / "store"
    assert (store / "warehouse.duckdb").exists()
    assert (store / "published" / "ankang-2024" / "annual" / "rollup.csv").exists()


def test_stopping_leaves_no_process(server):
    home = server["place"] / "home"
    parent = psutil.Process(server["pid"])
    family = [parent, *parent.children(recursive=True)]
    assert stop_server(home)
    assert not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in family)
    assert running_server(home) is None
    assert not stop_server(home)
