"""``make up`` and ``make down``: Airflow with its web interface on this machine, for trying out.

Everything listens on the loopback address; the password is made at the first start and kept in a file only its owner
can read. For real use see ``docker-compose.yml`` and ``docs/operations.md``.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Sequence
from pathlib import Path

import psutil

from desk.airflow.environment import PROJECT, airflow_environment
from desk.tables import Progress

USER = "admin"
USUAL_PORT = 8080
ONLOOKER = "viewer"
"""Airflow's role of who only looks on there."""
START_LIMIT_SECONDS = 180
STOP_LIMIT_SECONDS = 10
COMPONENTS = ("metadatabase", "scheduler", "dag_processor", "triggerer")


class ServerError(RuntimeError):
    """The server cannot be started; the text says why and where its log lies."""


def start_server(home: Path, place: Path) -> dict[str, object]:
    """Start Airflow with its files in ``home`` and the cycle's folders in ``place``, and wait until it is healthy.

    Returns ``{"pid", "port", "address", "user", "password", "passwords"}``, the last with everybody's by name; a server
    already running is left as it is.
    ``ServerError`` when it does not become healthy.
    """
    running = running_server(home)
    if running is not None:
        return running
    home.mkdir(parents=True, exist_ok=True)
    (place / "inbox").mkdir(parents=True, exist_ok=True)
    port = free_port()
    passwords = keep_passwords(home, [USER, *more_users()])
    log_path = home / "server.log"
    environment = os.environ | airflow_environment(home) | server_environment(home, port, passwords) | folders(place)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with log_path.open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "airflow", "standalone"],
            env=environment,
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = {
        "pid": process.pid,
        "started": psutil.Process(process.pid).create_time(),
        "port": port,
        "address": f"http://127.0.0.1:{port}",
        "user": USER,
        "password": passwords[USER],
        "passwords": passwords,
    }
    write_private(home / "server.json", json.dumps(server))
    give_up = time.monotonic() + START_LIMIT_SECONDS
    while not is_healthy(server["address"]):
        if process.poll() is not None or time.monotonic() > give_up:
            stop_server(home)
            raise ServerError(f"Airflow 没有启动成功，日志在 {log_path}。Airflow did not start; see the log.")
        time.sleep(0.5)
    return server


def stop_server(home: Path) -> bool:
    """End the server of ``home`` and all its processes by their ids; False when none was running."""
    server = running_server(home)
    (home / "server.json").unlink(missing_ok=True)
    if server is None:
        return False
    parent = psutil.Process(server["pid"])
    family = [*parent.children(recursive=True), parent]
    for process in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
    _, left = psutil.wait_procs(family, timeout=STOP_LIMIT_SECONDS)
    for process in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(left, timeout=STOP_LIMIT_SECONDS)
    return True


def running_server(home: Path) -> dict[str, object] | None:
    """What ``start_server`` said of the server of ``home``, if that very process is still there."""
    try:
        server = json.loads((home / "server.json").read_text())
        process = psutil.Process(server["pid"])
    except (FileNotFoundError, psutil.NoSuchProcess):
        return None
    # a process id is used again after a restart of the machine; its start time is not
    same = process.create_time() == server["started"] and process.status() != psutil.STATUS_ZOMBIE
    return server if same else None


def server_environment(home: Path, port: int, users: Iterable[str]) -> dict[str, str]:
    """What Airflow's servers need on top of ``airflow_environment``: the port and who may log in."""
    # what a user may do on the desk is decided there; in Airflow itself all but the first only look on, unless the
    # environment says more: to answer the tasks of january_report takes Airflow's role "user"
    told = more_users()
    roles = [f"{user}:{'admin' if user == USER else told.get(user, ONLOOKER)}" for user in users]
    # Airflow's standalone command looks for `airflow` on the path; ours lies beside this Python
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return {
        "PATH": path,
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(roles),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str((home / "passwords.json").resolve()),
        "AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "1",
    }


def folders(place: Path) -> dict[str, str]:
    """Where the DAGs find inbox and store unless a run says otherwise; settings of the caller win."""
    defaults = {"HUIZONG_INBOX": place / "inbox", "HUIZONG_STORE": place / "store"}
    return {name: os.environ.get(name, str(path.resolve())) for name, path in defaults.items()}


def more_users() -> dict[str, str]:
    """Login name and role in Airflow of those, beside the administrator, that the environment asks for.

    ``HUIZONG_USERS``, by comma; ``name:user`` may answer what DAGs ask, a name alone looks on.
    """
    told = (entry.partition(":") for entry in os.environ.get("HUIZONG_USERS", "").split(","))
    return {name.strip(): role.strip() or ONLOOKER for name, _, role in told if name.strip()}


def keep_passwords(home: Path, users: Iterable[str]) -> dict[str, str]:
    """The password of each of ``users``; it is made the first time somebody is named."""
    path = home / "passwords.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    passwords = {user: known.get(user) or secrets.token_urlsafe(12) for user in users}
    write_private(path, json.dumps(known | passwords))
    return passwords


def write_private(path: Path, text: str) -> None:
    """Write ``text`` to a file that only its owner can read."""
    path.touch(mode=0o600)
    path.write_text(text)


def free_port() -> int:
    """The usual port when nobody listens there, else any free one."""
    for port in (USUAL_PORT, 0):
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
            return listener.getsockname()[1]
    raise ServerError("没有空闲端口。No free port.")


def is_healthy(address: str) -> bool:
    """Whether Airflow answers at ``address`` and all its components report themselves healthy."""
    try:
        with urllib.request.urlopen(f"{address}/api/v2/monitor/health", timeout=5) as answer:
            health = json.load(answer)
    except (urllib.error.URLError, TimeoutError, ConnectionError, json.JSONDecodeError):
        return False
    return all(health[component]["status"] == "healthy" for component in COMPONENTS)


def main(arguments: Sequence[str] | None = None) -> int:
    """``python -m desk.airflow_server up|down``."""
    parser = argparse.ArgumentParser(description="启动或停止本机的 Airflow。Start or stop Airflow on this machine.")
    parser.add_argument("action", choices=["up", "down"])
    parser.add_argument("--home", type=Path, default=PROJECT / "var" / "airflow")
    options = parser.parse_args(arguments)
    if options.action == "down":
        print("已停止。Stopped." if stop_server(options.home) else "没有在运行。It was not running.")
        return 0
    try:
        with Progress() as progress:
            progress("启动 Airflow，要半分钟到两分钟 starting Airflow, up to two minutes")
            server = start_server(options.home, PROJECT / "var")
    except ServerError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"地址 address:  {server['address']}\n工作台 desk:   {server['address']}/huizong/")
    for user, password in server["passwords"].items():
        print(f"用户 user:     {user}\n密码 password: {password}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
