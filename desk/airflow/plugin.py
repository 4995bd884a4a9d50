"""The desk in Airflow's own web server: its pages below ``/huizong``, its entry in the navigation.

Every Airflow process imports this module, the workers too: it must stay light. The desk itself is loaded with the
first request.
"""

from __future__ import annotations

import logging
import os
import re
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

from airflow.plugins_manager import AirflowPlugin

if TYPE_CHECKING:
    from fastapi import FastAPI, Request

    from desk.messages.mail import MailServer
    from desk.web.desk import Desk, User

log = logging.getLogger(__name__)

PREFIX = "/huizong"
BUILD_DAG = "build_warehouse"
SMTP_CONNECTION = "huizong_smtp"
ATTEMPTS_AT_A_BUSY_DATABASE = 5

_HAN = re.compile("[\u4e00-\u9fff]")


class DeskApplication:
    """The desk as an ASGI application that is made with the first request."""

    def __init__(self) -> None:
        self._app: FastAPI | None = None
        self._lock = Lock()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer one request."""
        if self._app is None:
            from starlette.concurrency import run_in_threadpool

            await run_in_threadpool(self._make)
        await self._app(scope, receive, send)

    def _make(self) -> None:
        with self._lock:
            if self._app is None:
                self._app = make_app()


def make_app() -> FastAPI:
    """The desk of the store that the environment names; people sign in through Airflow."""
    from airflow.configuration import conf

    from desk.web.app import create_app
    from desk.web.desk import Desk
    from rulebook import load

    store = Path(os.environ.get("HUIZONG_STORE", "var/store")).resolve()
    names = os.environ.get("HUIZONG_ADMINISTRATORS", "admin").split(",")
    desk = Desk(
        store_root=store,
        rulebook=load(),
        identify=identify,
        login_address=login_address,
        start_build=lambda regime, round_key: start_build(str(store), regime, round_key),
        secret=conf.get("api", "secret_key"),
        administrators=frozenset(name.strip() for name in names if name.strip()),
        mail_server=mail_server(),
        usual_cycle=(os.environ.get("HUIZONG_REGIME", "ankang-2024"), os.environ.get("HUIZONG_ROUND", "annual")),
    )
    desk.intake.warm()
    Thread(target=_finish_what_was_left, args=(desk,), daemon=True).start()
    return create_app(desk)


def _finish_what_was_left(desk: Desk) -> None:
    """What the desk was doing when it was last stopped is done, and its cycles are built; the pages do not wait for it."""
    try:
        for regime, round_key in desk.intake.resume():
            desk.start_build(regime, round_key)
    except Exception:
        log.exception("what the desk was doing when it was last stopped is not all done: the next collection goes on")


async def identify(request: Request) -> User | None:
    """Who is signed in to Airflow, by cookie or bearer token; known by the login name under every auth manager."""
    from airflow.api_fastapi.core_api.security import bearer_scheme, get_user
    from fastapi import HTTPException

    from desk.web.desk import User

    try:
        user = await get_user(request, None, await bearer_scheme(request))
    except HTTPException:
        return None
    return User(user.get_name(), full_name(user))


def full_name(user: Any) -> str:
    """What the auth manager calls the person, a Chinese surname first; the login name where it knows no other."""
    first, last = (getattr(user, name, None) or "" for name in ("first_name", "last_name"))
    joined = f"{last}{first}" if _HAN.search(last) else f"{first} {last}"
    return joined.strip() or user.get_name()


def login_address(back: str) -> str:
    """Airflow's login page, which leads back to the page that was asked for."""
    from airflow.api_fastapi.app import get_auth_manager

    return get_auth_manager().get_url_login(next_url=back)


def start_build(store: str, regime: str, round_key: str) -> None:
    """Set off the DAG that builds the warehouse, unless a run of the same cycle waits to begin: that one will do."""
    from airflow.api.common.trigger_dag import trigger_dag
    from airflow.models.dagrun import DagRun
    from airflow.utils.retries import run_with_db_retries
    from airflow.utils.session import create_session
    from airflow.utils.state import DagRunState
    from airflow.utils.types import DagRunTriggeredByType

    conf = {"store": store, "regime": regime, "round": round_key}
    # SQLite lets one process write at a time
    for attempt in run_with_db_retries(max_retries=ATTEMPTS_AT_A_BUSY_DATABASE):
        with attempt, create_session() as session:
            waiting = DagRun.find(dag_id=BUILD_DAG, state=DagRunState.QUEUED, session=session)
            if not any(run.conf == conf for run in waiting):
                trigger_dag(BUILD_DAG, conf=conf, triggered_by=DagRunTriggeredByType.UI, session=session)


def mail_server() -> MailServer | None:
    """The mail server of Airflow's connection ``huizong_smtp``; None when there is no such connection."""
    from airflow.exceptions import AirflowNotFoundException
    from airflow.models import Connection

    from desk.messages.mail import MailServer

    try:
        known = Connection.get_connection_from_secrets(SMTP_CONNECTION)
    except AirflowNotFoundException:
        return None
    sender = known.extra_dejson.get("from_email") or known.login
    return MailServer(known.host, known.port or 25, sender, known.login, known.password)


class HuizongPlugin(AirflowPlugin):
    """What Airflow is told of the desk."""

    name = "huizong"
    fastapi_apps = [{"app": DeskApplication(), "url_prefix": PREFIX, "name": "huizong"}]  # noqa: RUF012
    external_views = [  # noqa: RUF012
        {
            "name": "汇总工作台 huizong desk",
            "href": f"{PREFIX}/",
            "destination": "nav",
            "url_route": "huizong",
            "nav_top_level": True,
        }
    ]
