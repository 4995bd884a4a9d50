"""What all pages share: who is asking, in which language, whether it is allowed, and how a page is drawn."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

import jinja2
from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import FormData

from desk.decisions.listing import holds_in_words
from desk.decisions.log import BrokenLog, Decision
from desk.decisions.people import Access, Right
from desk.decisions.room import sequence_in
from desk.views.sheet_view import shown_in_order
from desk.web import wording
from desk.web.body_limit import limited
from desk.web.desk import Desk
from desk.web.refusals import Denied, NotSignedIn, NotThere, TooLarge, Wrong
from ingestion import limits
from rulebook import LOCAL_TIME, ROUNDS, Regime

HERE = Path(__file__).parent
LANGUAGE_COOKIE = "huizong_language"
LANGUAGES = ("zh", "en")
CSRF_FIELD = "csrf"

PAGE_HEADERS = {
    "Cache-Control": "no-store",
    # Airflow shows the desk in a frame of its own pages
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'",
    "X-Frame-Options": "SAMEORIGIN",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
"""A page runs and loads what the desk itself serves, and stands in nobody else's frame."""

LINKS_KEPT = 10_000
"""Paths and queries that are known by heart: those of some dozens of pages."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is asking, and in which language the answer is."""

    user_id: str
    name: str
    access: Access
    language: str
    csrf: str

    @property
    def is_administrator(self) -> bool:
        """Whether this person maps people to posts."""
        return self.access.is_administrator

    def may(self, right: Right | str, regime: Regime, unit: str | None = None) -> bool:
        """Whether ``right`` is given for ``unit`` of ``regime``, or, without a unit, for the whole regime."""
        return self.access.may(Right(right), regime, unit)


def desk_of(request: Request) -> Desk:
    """The desk a request is for."""
    return request.app.state.desk


async def _desk_of(request: Request) -> Desk:
    # a dependency that is not async is called in another thread, which takes longer than this
    return desk_of(request)


DeskDep = Annotated[Desk, Depends(_desk_of)]


async def visitor_of(request: Request, desk: DeskDep) -> Visitor:
    """Who is asking; ``NotSignedIn`` when nobody is, ``Denied`` when that person was given no post."""
    user = await desk.identify(request)
    if user is None:
        raise NotSignedIn
    access = desk.access_of(user)
    visitor = Visitor(
        user.id,
        user.name,
        access,
        _language_of(request),
        _csrf_of(desk, user.id, datetime.now(UTC).date()),
    )
    request.state.visitor = visitor
    if not access.posts and not access.is_administrator:
        raise Denied(
            f"您（{user.name}）已登录，但还没有被授予任何身份。请联系管理员在“人员”页给您授权。",
            f"You ({user.name}) are signed in but were given no role yet. Ask an administrator.",
        )
    return visitor


VisitorDep = Annotated[Visitor, Depends(visitor_of)]


def _language_of(request: Request) -> str:
    """The language that was switched to; Chinese where none was, or what the browser says is none."""
    told = request.cookies.get(LANGUAGE_COOKIE)
    return told if told in LANGUAGES else LANGUAGES[0]


def require(visitor: Visitor, right: Right, regime: Regime, unit: str | None = None) -> None:
    """``Denied`` unless the visitor has ``right`` for ``unit`` of ``regime``."""
    if not visitor.may(right, regime, unit):
        label_zh, label_en = wording.RIGHTS[right]
        if right in (Right.SEAL, Right.ADMINISTER):
            said_zh, where_en = f"您没有{label_zh}的权限", ""
        elif unit is None:
            said_zh, where_en = f"您对整个轮次没有“{label_zh}”的权限", " for a whole cycle"
        else:
            said_zh, where_en = f"您对这个单位没有“{label_zh}”的权限", " here"
        raise Denied(
            f"{said_zh}。需要的话，请联系管理员。",
            f"You may not {label_en}{where_en}. Ask an administrator if you should.",
        )


def regime_of(desk: Desk, key: str) -> Regime:
    """The regime ``key``; ``NotThere`` when there is none."""
    if key not in desk.rulebook.regimes:
        raise NotThere(f"没有名为“{key}”的方案。", f"There is no regime {key!r}.")
    return desk.rulebook.regimes[key]


def cycle_of(desk: Desk, regime_key: str, round_key: str) -> Regime:
    """The regime of a cycle; ``NotThere`` when there is no such regime or round."""
    if round_key not in ROUNDS:
        raise NotThere(f"没有名为“{round_key}”的轮次。", f"There is no round {round_key!r}.")
    return regime_of(desk, regime_key)


# ---- forms ----


def _csrf_of(desk: Desk, user_id: str, day: date) -> str:
    return hmac.new(desk.secret.encode(), f"{user_id}|{day}".encode(), hashlib.sha256).hexdigest()


def check_csrf(desk: Desk, visitor: Visitor, token: Any) -> None:
    """``Wrong`` unless ``token`` stood in a form that this visitor was shown today or yesterday."""
    today = datetime.now(UTC).date()
    valid = (_csrf_of(desk, visitor.user_id, day) for day in (today, date.fromordinal(today.toordinal() - 1)))
    if not isinstance(token, str) or not any(hmac.compare_digest(token.encode(), one.encode()) for one in valid):
        raise Wrong(
            "这个页面放得太久了，请返回、刷新后再提交一次。", "This page is too old: go back, reload, submit again."
        )


async def checked_form(request: Request, desk: DeskDep, visitor: VisitorDep) -> AsyncIterator[FormData]:
    """The form of a request that came from a page of ours; its files are closed when the request is answered."""
    too_large = TooLarge(
        f"提交的内容超过 {limits.MAX_FILE_MEGABYTES} MB，没有收下，什么也没有改变。请把附件压缩后重试。",
        f"This is over {limits.MAX_FILE_MEGABYTES} MB: nothing was kept or changed. Send a smaller file.",
    )
    async with limited(request, too_large).form(max_files=20, max_fields=200) as form:
        check_csrf(desk, visitor, form.get(CSRF_FIELD))
        yield form


CheckedForm = Annotated[FormData, Depends(checked_form)]


# ---- pages ----


def address(request: Request, name: str, query: Mapping[str, Any] | None = None, **path: Any) -> str:
    """The path of the route ``name``, with what is known of ``query`` behind it."""
    known = tuple((key, str(value)) for key, value in (query or {}).items() if value not in (None, ""))
    # ``request.url_for`` would ask the server the desk is mounted in
    path_below = request.app.state.path_of(name, tuple(path.items()))
    return request.scope.get("root_path", "") + path_below + (f"?{_encoded(known)}" if known else "")


def paths_of(app: FastAPI) -> Callable[[str, tuple[tuple[str, str], ...]], str]:
    """What gives the path of a route of ``app`` by its name and path parameters.

    ``app.url_path_for`` tries one route after the other: of a page with hundreds of links that was half its time.
    """
    routes = {route.name: route for route in app.routes}

    @lru_cache(maxsize=LINKS_KEPT)
    def path_of(name: str, path: tuple[tuple[str, str], ...]) -> str:
        return routes[name].url_path_for(name, **dict(path))

    return path_of


@lru_cache(maxsize=LINKS_KEPT)
def _encoded(query: tuple[tuple[str, str], ...]) -> str:
    return urlencode(query)


def local(moment: datetime | None) -> str:
    """``moment`` as people in China read it, to the second; one without a zone is UTC."""
    if moment is None:
        return ""
    known = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return f"{known.astimezone(LOCAL_TIME):%Y-%m-%d %H:%M:%S}"


_environment = jinja2.Environment(
    loader=jinja2.FileSystemLoader(HERE / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=jinja2.StrictUndefined,
    auto_reload=False,
)
_environment.filters |= {"local": local, "in_order": shown_in_order}
_environment.globals.update(limits=limits, wording=wording, Right=Right, holds_in_words=holds_in_words)


def render(request: Request, visitor: Visitor | None, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """The page ``template``, drawn for ``visitor``.

    A template knows ``visitor``, ``t(zh, en)`` (the words of the visitor's language), ``url(name, query, **path)``, ``title_of(regime)``,
    ``wording``, ``Right``, ``limits``, the filters ``local`` and ``in_order`` and ``context``.
    """
    language = visitor.language if visitor else _language_of(request)

    def t(zh: str, en: str) -> str:
        return en if language == "en" else zh

    def url(name: str, query: Mapping[str, Any] | None = None, **path: Any) -> str:
        return address(request, name, query, **path)

    desk = desk_of(request)

    def title_of(regime: Regime) -> str:
        return t(*wording.title_of(regime, desk.rulebook))

    page = _environment.get_template(template).render(
        visitor=visitor,
        language=language,
        t=t,
        url=url,
        title_of=title_of,
        desk=desk,
        here=str(request.url.path) + (f"?{request.url.query}" if request.url.query else ""),
        done=_decision_told_of(request, desk, visitor),
        **context,
    )
    return HTMLResponse(page, status, headers=PAGE_HEADERS)


def _decision_told_of(request: Request, desk: Desk, visitor: Visitor | None) -> Decision | None:
    """The visitor's own decision that ``?done=`` names: the page that follows an act says that it is kept."""
    sequence = sequence_in(request.query_params.get("done", ""))
    if sequence is None or visitor is None:
        return None
    # the page that says that the log cannot be read must not read it
    with suppress(BrokenLog):
        decision = desk.decisions.get(sequence)
        return decision if decision and decision.actor == visitor.user_id else None
    return None
