"""The desk as one ASGI application: its pages, and the pages that say why not."""

from __future__ import annotations

import errno
import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from desk.decisions.log import BrokenLog
from desk.web import (
    acts,
    board,
    cities,
    clocks,
    documentation,
    figures,
    home,
    january,
    people,
    pictures,
    questions,
    reporters,
    submissions,
    uploads,
)
from desk.web.desk import Desk
from desk.web.frame import HERE, paths_of, render
from desk.web.head_requests import HeadRequests
from desk.web.refusals import NotSignedIn, Refusal

log = logging.getLogger(__name__)

_TOPICS = (
    *(
        home,
        board,
        reporters,
        cities,
        clocks,
        pictures,
        figures,
        questions,
        january,
        uploads,
        submissions,
        acts,
        people,
        documentation,
    ),
)


def create_app(desk: Desk) -> FastAPI:
    """The pages of ``desk``; every one but the style sheet and the scripts needs somebody who is signed in."""
    app = FastAPI(title="汇总 huizong", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.desk = desk
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    for topic in _TOPICS:
        app.include_router(topic.router)
    app.add_middleware(HeadRequests)
    app.state.path_of = paths_of(app)
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(BrokenLog, _broken_log)
    app.add_exception_handler(OSError, _store_fails)
    app.add_exception_handler(NotSignedIn, _to_login)
    app.add_exception_handler(HTTPException, _no_such_page)
    app.add_exception_handler(RequestValidationError, _misspelt)
    app.add_exception_handler(Exception, _our_fault)
    return app


def _refused(request: Request, refusal: Refusal) -> HTMLResponse:
    return _told(request, refusal.status, refusal.message_zh, refusal.message_en)


def _broken_log(request: Request, broken: BrokenLog) -> HTMLResponse:
    log.error("the log of decisions is broken: %s", broken)
    return _told(
        request,
        503,
        "决定记录已损坏，工作台暂停使用，这次提交的内容没有保存。"
        f"请联系管理员运行 huizong decisions --check 核对并恢复。{broken.message_zh}",
        "The log of decisions is damaged: nothing you submitted was kept. "
        f"An administrator must run huizong decisions --check. {broken.message_en}",
    )


def _store_fails(request: Request, error: OSError) -> HTMLResponse:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        log.error("the disk is full at %s", request.url.path, exc_info=error)
        return _told(
            request,
            507,
            "服务器磁盘已满，这次提交的内容没有保存。请联系系统管理员腾出空间，然后再提交一次。",
            "The server's disk is full: nothing you submitted was kept. Tell the administrator, then submit it again.",
        )
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        log.error("the store cannot be written to at %s", request.url.path, exc_info=error)
        return _told(
            request,
            503,
            "服务器上的数据仓目录不能写入，这次提交的内容没有保存。请联系系统管理员检查目录权限，然后再提交一次。",
            "The store on the server cannot be written to: nothing you submitted was kept. Tell the administrator.",
        )
    return _our_fault(request, error)


def _to_login(request: Request, _: NotSignedIn) -> Response:
    if request.method in ("GET", "HEAD"):
        # without scheme and host: behind a proxy the server does not know its own
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(request.app.state.desk.login_address(here), 303)
    return _told(request, 401, "登录已过期，请重新登录后再提交。", "Your login has expired: sign in and submit again.")


def _no_such_page(request: Request, error: HTTPException) -> HTMLResponse:
    if error.status_code == 404:
        return _told(
            request, 404, "没有这个页面。请从首页重新进入。", "There is no such page. Start again from the first."
        )
    return _told(
        request, error.status_code, "这个请求不能处理。请返回后重试。", "This request cannot be handled. Go back."
    )


def _misspelt(request: Request, _: RequestValidationError) -> HTMLResponse:
    return _told(
        request, 400, "网址或表单里有内容不对，请返回后重试。", "Something in the address or form is not right."
    )


def _our_fault(request: Request, error: Exception) -> HTMLResponse:
    log.error("the desk failed at %s", request.url.path, exc_info=error)
    return _told(
        request,
        500,
        "系统内部出错，不是您的操作有误。您提交的内容没有生效；详情已记入服务器日志，请联系系统管理员。",
        "Our fault, not yours. What you submitted did not take effect; the server's log has the details.",
    )


def _told(request: Request, status: int, message_zh: str, message_en: str) -> HTMLResponse:
    visitor = getattr(request.state, "visitor", None)
    return render(request, visitor, "refusal.html", status, message_zh=message_zh, message_en=message_en)
