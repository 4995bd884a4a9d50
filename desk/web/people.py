"""Who has which role for which unit: an administrator's page. Granting and revoking are acts like any other."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from desk.decisions.people import Role
from desk.web.frame import DeskDep, VisitorDep, render
from desk.web.refusals import Denied

router = APIRouter()


@router.get("/people", name="people")
def people(request: Request, desk: DeskDep, visitor: VisitorDep) -> HTMLResponse:
    """The posts that are granted, and the form that grants one."""
    if not visitor.is_administrator:
        raise Denied(
            "只有管理员可以查看和修改人员授权。", "Only an administrator may see and change who has which role."
        )
    return render(
        request,
        visitor,
        "people.html",
        granted=desk.granted(),
        roles=tuple(Role),
        units=desk.units(),
        seen=desk.decisions.last_sequence(),
    )
