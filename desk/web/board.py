"""The cycle board: where every reporter stands, on a map and in lists; the notice; reminding; setting off a build."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup
from starlette.datastructures import FormData

import exports
from desk.decisions.log import Decision
from desk.decisions.people import Right
from desk.january.report import excused_of
from desk.january.sealed_packs import SealedFigures
from desk.messages.reminders import remind, to_remind
from desk.views.board import TO_DO, Board, Standing, choose, read_board
from desk.views.maps import Place, draw_map
from desk.web.desk import Desk
from desk.web.downloads import attachment
from desk.web.frame import LANGUAGES, CheckedForm, DeskDep, Visitor, VisitorDep, address, cycle_of, render, require
from desk.web.refusals import Denied, NotThere, Wrong
from exports.wording import STANDINGS
from rulebook import Regime
from rulebook.reference import shorten

router = APIRouter()

LINES_OF_A_PAGE = 50
REFRESH_SECONDS = 15
TO_DO_LABEL = (
    "待办：逾期未报、合并前单位未报齐、审核未通过、已退回、重报中",
    "must act: overdue, a county of that year missing, rejected, returned, demanded",
)
NOTHING_ASKED = ("本轮不报", "owes none")
MAP_LABEL = ("报送情况示意图，内容与下表相同", "Map of who reported; the table says the same")
OFFICE_ONLY = ("仅供内部办公使用，不得公开。", "For the office, never for publication.")


@dataclass(frozen=True, slots=True)
class Choice:
    """What of the board is looked at, as its address says."""

    city: str
    state: str
    q: str
    page: int

    @property
    def query(self) -> dict[str, str]:
        """The same without the page, as an address says it."""
        return {"city": self.city, "state": self.state, "q": self.q}


def chosen(city: str = "", state: str = "", q: str = "", page: int = 1) -> Choice:
    """The choice an address or form says; a state there is none of is none."""
    return Choice(city, state if state in (TO_DO, *STANDINGS) else "", q, page)


async def _chosen(
    city: str = "",
    state: str = "",
    q: Annotated[str, Query(max_length=100)] = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Choice:
    # async, as one that is not is called in another thread, which takes longer than this
    return chosen(city, state, q, page)


ChoiceDep = Annotated[Choice, Depends(_chosen)]


@dataclass(frozen=True, slots=True)
class Scene:
    """A board, who looks at it, and what for."""

    request: Request
    desk: Desk
    visitor: Visitor
    regime: Regime
    round_key: str
    cities: frozenset[str] | None
    """The cities that are open to the visitor; None: all."""
    board: Board

    @property
    def path(self) -> dict[str, str]:
        """What the addresses of the cycle's pages have in common."""
        return {"regime_key": self.regime.key, "round_key": self.round_key}

    def may_remind(self, code: str | None) -> bool:
        """Whether the visitor may remind a reporter or city, or (None) everybody."""
        return self.visitor.may(Right.REMIND, self.regime, code)

    @property
    def seal(self) -> Decision | None:
        """The decision that closed the cycle; None while it is open."""
        return self.desk.decisions.seal_of(self.regime.key, self.round_key)

    @property
    def sealed(self) -> SealedFigures | None:
        """What the cycle's sealed figures are beside those shown, as far as they are open to the visitor."""
        return self.desk.sealed_figures(self.regime, self.round_key, self.cities)

    @property
    def may_act(self) -> bool:
        """Whether the visitor is a steward of the regime, or of one of its cities."""
        return any(map(self.may_remind, (None,) if self.cities is None else self.cities))


def scene_of(request: Request, desk: DeskDep, visitor: VisitorDep, regime_key: str, round_key: str) -> Scene:
    """The board of a cycle as far as it is open to the visitor; ``Denied`` where none of it is."""
    regime = cycle_of(desk, regime_key, round_key)
    cities = visitor.access.cities(regime)
    if cities == ():
        raise not_theirs(desk, visitor, regime)
    shown = read_board(
        desk.warehouse, desk.records, desk.decisions.all(), desk.rulebook, (regime_key, round_key), cities
    )
    return Scene(request, desk, visitor, regime, round_key, None if cities is None else frozenset(cities), shown)


def not_theirs(desk: Desk, visitor: Visitor, regime: Regime) -> Denied:
    """Why a board is closed: to a reporter, as it shows the others; to another place's office, as it is not that place."""
    if visitor.access.is_of_an_office and not visitor.access.reporters(regime):
        place = desk.rulebook.reference.divisions[regime.area].name
        return Denied(
            f"这里是{place}的报送情况，您的身份不包括{place}。向您开放的轮次在首页。",
            f"This is the board of {place}, which none of your roles is for. Your cycles are on the first page.",
        )
    return Denied(
        "这里是全部单位的报送情况，您只能查看自己单位的页面。",
        "The board shows all reporters; only the page of your own unit is open to you.",
    )


SceneDep = Annotated[Scene, Depends(scene_of)]


@router.get("/cycles/{regime_key}/{round_key}", name="board")
def board(scene: SceneDep, choice: ChoiceDep) -> HTMLResponse:
    """The whole board; it is complete without the script that refreshes its changing part."""
    return render(
        scene.request,
        scene.visitor,
        "board.html",
        **_describe(scene, choice),
        tag=_tag(scene, choice),
        build_was_started=scene.request.query_params.get("build") == "started",
        refresh_seconds=REFRESH_SECONDS,
        sees_everything=scene.visitor.may(Right.VIEW, scene.regime),
    )


@router.get("/cycles/{regime_key}/{round_key}/fragment", name="board_fragment")
def fragment(scene: SceneDep, choice: ChoiceDep) -> Response:
    """The changing part alone; 304 where the browser has it as it is."""
    tag = _tag(scene, choice)
    if scene.request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    part = render(scene.request, scene.visitor, "board_table.html", **_describe(scene, choice))
    part.headers["ETag"] = tag
    return part


@router.get("/cycles/{regime_key}/{round_key}/map.svg", name="board_map")
def map_picture(scene: SceneDep, choice: ChoiceDep) -> Response:
    """The map alone, to be looked at large."""
    return Response(_map_of(scene, choice), media_type="image/svg+xml", headers={"Cache-Control": "no-store"})


@router.get("/cycles/{regime_key}/{round_key}/notice.xlsx", name="notice")
def notice(scene: SceneDep) -> Response:
    """The reporting table (通报) of the cycle; it ranks the cities, so it is for those who may see all of them."""
    require(scene.visitor, Right.VIEW, scene.regime)
    if scene.board.built_at is None:
        raise NotThere("还没有建仓，暂时没有通报表。请先建仓。", "There are no figures yet: start a build first.")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "notice.xlsx"
        exports.write_reporting_table(
            scene.desk.warehouse.path,
            scene.regime.key,
            scene.round_key,
            path,
            scene.desk.rulebook,
            excused=excused_of(scene.desk.decisions.in_force(), scene.regime.key, scene.round_key),
        )
        data = path.read_bytes()
    place = scene.desk.rulebook.reference.divisions[scene.regime.area].name
    return attachment(data, f"{place}{scene.regime.year}年报送情况通报_{scene.board.standing.day}.xlsx")


@router.post("/cycles/{regime_key}/{round_key}/remind", name="remind")
def remind_reporters(scene: SceneDep, form: CheckedForm) -> HTMLResponse:
    """Remind the reporters that were ticked, or (``all``) everybody of the choice of whom something is overdue."""
    if scene.seal:
        raise Wrong("本轮次已封存，不再收表，所以没有催报。", "This cycle is sealed: nobody was reminded.")
    standing = scene.board.standing
    reminded = remind(
        scene.desk.store,
        scene.desk.rulebook,
        (scene.regime.key, scene.round_key),
        standing.lines,
        _to_be_reminded(scene, form),
        standing.day,
        scene.desk.decisions.in_force(),
        scene.desk.mail_server,
    )
    names = {city.city_code: city.city for city in scene.board.cities}
    return render(
        scene.request,
        scene.visitor,
        "reminded.html",
        regime=scene.regime,
        path=scene.path,
        reminded=reminded,
        city_names=[names.get(code, code) for code in reminded.cities],
        mail_is_set=scene.desk.mail_server is not None,
    )


@router.post("/cycles/{regime_key}/{round_key}/build", name="build")
def build(scene: SceneDep, _: CheckedForm) -> RedirectResponse:
    """Set off a build of the warehouse; the board says so, and shows the new figures when they are there."""
    if not scene.may_act:
        require(scene.visitor, Right.REMIND, scene.regime)
    scene.desk.start_build(scene.regime.key, scene.round_key)
    return RedirectResponse(address(scene.request, "board", {"build": "started"}, **scene.path), 303)


def _to_be_reminded(scene: Scene, form: FormData) -> list[str]:
    """The codes a form asks to remind; ``Denied`` where the visitor may not, ``Wrong`` where there are none."""
    if not form.get("all"):
        codes = [str(code) for code in form.getlist("reporter")]
        for code in codes:
            require(scene.visitor, Right.REMIND, scene.regime, code)
        if not codes:
            raise Wrong("没有选择要催报的单位，请返回勾选。", "Nobody was ticked: go back and tick somebody.")
        return codes
    if not scene.may_act:
        require(scene.visitor, Right.REMIND, scene.regime)
    day = scene.board.standing.day
    choice = chosen(*(str(form.get(name, "")) for name in ("city", "state", "q")))
    lines = to_remind(choose(scene.board.lines, day, choice.city, choice.state, choice.q), day)
    return [line.reporter_code for line in lines if scene.may_remind(line.reporter_code)]


def _describe(scene: Scene, choice: Choice) -> dict[str, object]:
    """What the changing part is drawn from: the lines of one page, and the figures of all that is open."""
    day = scene.board.standing.day
    lines = choose(scene.board.lines, day, choice.city, choice.state, choice.q)
    page_count = max(1, math.ceil(len(lines) / LINES_OF_A_PAGE))
    page = min(choice.page, page_count)
    of_page = lines[(page - 1) * LINES_OF_A_PAGE : page * LINES_OF_A_PAGE]
    return {
        "regime": scene.regime,
        "path": scene.path,
        "board": scene.board,
        "choice": choice,
        "city": _city_of(scene, choice),
        "day": day,
        "lines": of_page,
        "line_count": len(lines),
        "page": page,
        "page_count": page_count,
        "remindable": {
            line.reporter_code
            for line in of_page
            if not scene.seal and line.may_be_reminded(day) and scene.may_remind(line.reporter_code)
        },
        "may_remind": scene.may_act and not scene.seal,
        "remind_count": len(to_remind(lines, day)),
        "may_act": scene.may_act,
        "seal": scene.seal,
        "sealed_figures": scene.sealed,
        "may_seal": scene.seal is None and scene.visitor.may(Right.SEAL, scene.regime),
        "states": {TO_DO: TO_DO_LABEL} | STANDINGS,
        "picture": _map_of(scene, choice),
    }


def _city_of(scene: Scene, choice: Choice) -> str | None:
    """The city whose page belongs to what is looked at: the one that was chosen, or the only one there is."""
    codes = [city.city_code for city in scene.board.cities]
    code = choice.city or (codes[0] if len(codes) == 1 else "")
    divisions = scene.desk.rulebook.reference.divisions
    return code if code in codes and divisions[code].level == "city" else None


def _tag(scene: Scene, choice: Choice) -> str:
    """Changes with everything the changing part says: figures, what waits, the day, who looks at what."""
    shown = scene.board
    said = (
        shown.built_at,
        shown.standing.day,
        sorted(shown.waiting.items()),
        shown.waiting_decisions,
        shown.stray_files,
        scene.seal,
        scene.sealed,
        scene.cities,
        scene.visitor.csrf,
        scene.visitor.language,
        scene.visitor.access.posts,
        choice,
    )
    return f'"{hashlib.sha256(repr(said).encode()).hexdigest()[:32]}"'


def _map_of(scene: Scene, choice: Choice) -> Markup:
    """The map of the chosen city, else of everything that is open."""
    divisions = scene.desk.rulebook.reference.divisions
    cities = scene.cities
    if choice.city and (cities is None or choice.city in cities):
        cities = frozenset((choice.city,))
    counties = tuple(
        code
        for code in scene.regime.divisions
        if divisions[code].level == "county"
        and (cities is None or scene.desk.rulebook.reference.city_of(code) in cities)
    )
    prefix = address(scene.request, "reporter", code="-", **scene.path).removesuffix("-")
    return _draw(scene.board.standing, cities, counties, scene.visitor.language, prefix)


@lru_cache(maxsize=32)
def _draw(
    standing: Standing, cities: frozenset[str] | None, counties: tuple[str, ...], language: str, prefix: str
) -> Markup:
    """Drawn once for each standing and choice; ``prefix`` is what stands before the code in a reporter's address."""
    word = LANGUAGES.index(language)
    names = {state: labels[word] for state, labels in (STANDINGS | {"none": NOTHING_ASKED}).items()}
    colon = "：" if language == "zh" else ": "
    places = [
        Place(
            line.reporter_code,
            line.reporter,
            shorten(line.reporter),
            (states := line.standings(standing.day))[-1],
            line.reporter + colon + " · ".join(names[state] for state in states),
            f"{prefix}{line.reporter_code}",
        )
        for line in standing.within(cities)
    ]
    return draw_map(places, counties, names, MAP_LABEL[word], OFFICE_ONLY[word])
