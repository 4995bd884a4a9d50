"""The documentation that is built offline: Data Docs of a cycle, dbt docs of the warehouse, served as they lie.

The pages are drawn by Great Expectations and dbt, not by the desk; so they are served under a policy of their own,
which lets them show what they hold and reach nothing.
"""

from __future__ import annotations

import mimetypes
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from desk.decisions.people import Right
from desk.documentation import FIRST_PAGE, WAREHOUSE, judging_folder
from desk.web.desk import Desk
from desk.web.frame import DeskDep, Visitor, VisitorDep, cycle_of, render, require
from desk.web.refusals import Denied, NotThere
from rulebook import ROUNDS
from store import Store

router = APIRouter()

_REACHES_NOTHING = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
JUDGING_POLICY = f"{_REACHES_NOTHING}; sandbox"
"""Data Docs hold what was written in cells, and run no script."""

WAREHOUSE_POLICY = f"{_REACHES_NOTHING}; script-src 'unsafe-inline'; sandbox allow-scripts"
"""dbt's page is one script; it runs as a stranger's would, without the visitor's login."""


@router.get("/documentation", name="documentation")
def documentation(request: Request, desk: DeskDep, visitor: VisitorDep) -> HTMLResponse:
    """What documentation there is for the visitor, and when it was built."""
    _require_more_than_a_reporter(visitor)
    return render(
        request,
        visitor,
        "documentation.html",
        judging=_judging_built(desk, visitor),
        warehouse_built_at=_built_at(desk.store, WAREHOUSE),
    )


@router.get("/documentation/judging/{regime_key}/{round_key}/{path:path}", name="judging_documentation")
def judging(desk: DeskDep, visitor: VisitorDep, regime_key: str, round_key: str, path: str) -> Response:
    """A page of a cycle's Data Docs, for those who may see all its reporters."""
    _require_more_than_a_reporter(visitor)
    require(visitor, Right.VIEW, cycle_of(desk, regime_key, round_key))
    return _served(desk.store, judging_folder(regime_key, round_key), path, JUDGING_POLICY)


@router.get("/documentation/warehouse/{path:path}", name="warehouse_documentation")
def warehouse(desk: DeskDep, visitor: VisitorDep, path: str) -> Response:
    """dbt's page about the warehouse: what its tables are, not what is in them."""
    _require_more_than_a_reporter(visitor)
    return _served(desk.store, WAREHOUSE, path, WAREHOUSE_POLICY)


def _require_more_than_a_reporter(visitor: Visitor) -> None:
    if not visitor.access.is_of_an_office:
        raise Denied(
            "审核与数据文档只向审核、签发和查阅人员开放。",
            "The documentation is for stewards, signers and viewers.",
        )


def _judging_built(desk: Desk, visitor: Visitor) -> list[tuple[Any, str, datetime]]:
    """Regime, round and moment of the Data Docs the visitor may see."""
    return [
        (regime, round_key, built_at)
        for regime in desk.rulebook.regimes.values()
        if visitor.may(Right.VIEW, regime)
        for round_key in ROUNDS
        if (built_at := _built_at(desk.store, judging_folder(regime.key, round_key)))
    ]


def _built_at(store: Store, folder: str) -> datetime | None:
    """When the documentation below ``folder`` was built (UTC); None: it was not."""
    try:
        return datetime.fromtimestamp(Path(store.location(f"{folder}/{FIRST_PAGE}")).stat().st_mtime, UTC)
    except FileNotFoundError:
        return None


def _served(store: Store, folder: str, path: str, policy: str) -> Response:
    """The file ``path`` of ``folder``; only what a look through the folder finds can be asked for."""
    key = f"{folder}/{path}"
    if key not in store.keys(folder):
        raise NotThere(
            "没有这个文档页面，可能已经重新生成。请从“审核与数据文档”重新进入。",
            "There is no such page; the documentation may have been built again.",
        )
    return Response(
        store.read_bytes(key),
        media_type=mimetypes.guess_type(path)[0] or "application/octet-stream",
        headers={
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        },
    )
