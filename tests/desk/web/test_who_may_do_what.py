"""Every route × every person × own and foreign units: who is let in, and that everybody else is refused.

What a refused request asked for is never seen; a route that is not in this table fails the test.
"""

import shutil
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import pytest

from desk.decisions.acts import ACTS, Actor, Draft
from tests.desk.web.conftest import Signed

CYCLE = "/cycles/ankang-2024/annual"
SUBJECT = {"regime": "ankang-2024", "round": "annual"}
EVERYBODY = frozenset(
    {"admin", "ziyang", "hanbin", "fgw", "steward", "signer", "viewer", "province", "foreign", "stranger"}
)
"""With a post each (see conftest.py), but for ``stranger``; ``foreign`` is the steward of Weihai."""

OFFICE = frozenset({"admin", "steward", "signer", "viewer", "province"})
"""Who sees the whole cycle; the province looks on."""

WITH_A_POST = EVERYBODY - {"stranger"}
OF_610924, OF_610902 = "000001", "000005"
CLAIMS_OF_SEVERAL = "claims-of-several"


@pytest.fixture
def signed(built_store, tmp_path) -> Signed:
    """The desk, with an exit that is said to be spoken of by several, a list that is shown and an objection to it."""
    store = tmp_path / "store"
    shutil.copytree(built_store, store)
    with duckdb.connect(str(store / "warehouse.duckdb")) as warehouse:
        warehouse.execute("update marts.fct_exit_claim set claims_id = ? where claims_id is null", [CLAIMS_OF_SEVERAL])
    signed = Signed(store)
    for act in (
        Draft("open_notice", "公示", opened_on=date(2025, 1, 13), shown_at="网站", document=b"scan", **SUBJECT),
        Draft("object", "来信", objector="张三", received_on=date(2025, 1, 14), content="仍在生产", **SUBJECT),
    ):
        signed.desk.decisions.record(act, Actor("wang", "王芳"), None)
    return signed


@dataclass(frozen=True)
class Asked:
    """One request, and who may make it."""

    route: str
    path: str
    allowed: frozenset[str]
    form: dict[str, str] | None = None
    """Of a POST; without a reason, so that nothing is decided."""
    query: dict[str, str] = field(default_factory=dict)


def of_unit(own: str, reporter: str, submission: str) -> list[Asked]:
    """Everything about one reporter, whose own officer is ``own``."""
    seen = OFFICE | {own}
    place = f"{CYCLE}/reporters/{reporter}"
    pages = [
        Asked("reporter", place, seen),
        Asked("blank_workbook", f"{place}/workbook", seen),
        Asked("message", f"{place}/messages/{submission}_回执.txt", seen),
        Asked("upload", f"{CYCLE}/upload", frozenset({"steward", own}), {"reporter": reporter}),
    ]
    pages += [
        Asked(route, f"/submissions/{submission}{rest}", seen)
        for route, rest in (
            ("submission", ""), ("original", "/original"), ("annotated", "/annotated"), ("receipt", "/receipt"),
            ("compare", "/compare"),
        )
    ]  # fmt: skip
    for kind in ("return", "identify", "withdraw"):
        allowed = frozenset({"steward", own} if kind == "withdraw" else {"steward"})
        pages += form_and_act(kind, {"submission": submission}, allowed)
    for kind in ("add_to_plan", "remove_from_plan"):
        pages += form_and_act(kind, {"row": f"{submission}:1:5"}, frozenset({"steward"}))
    for kind in ("demand", "extend", "excuse"):
        pages += form_and_act(kind, SUBJECT | {"reporter": reporter}, frozenset({"steward"}))
    return pages


def form_and_act(kind: str, subject: dict[str, str], allowed: frozenset[str]) -> list[Asked]:
    return [
        Asked("act", f"/acts/{kind}", allowed, query=subject),
        Asked("make_act", f"/acts/{kind}", allowed, form=subject),
    ]


def of_cycle(finding: str, pair: dict[str, str], claims: str, objection: str) -> list[Asked]:
    """Everything about the whole cycle, and what belongs to no cycle."""
    return [
        Asked("home", "/", WITH_A_POST),
        Asked("language", "/language?to=zh", EVERYBODY),
        Asked("board", CYCLE, OFFICE),
        Asked("board_fragment", f"{CYCLE}/fragment", OFFICE),
        Asked("board_map", f"{CYCLE}/map.svg", OFFICE),
        Asked("notice", f"{CYCLE}/notice.xlsx", OFFICE),
        Asked("january", f"{CYCLE}/january", OFFICE),
        Asked("january_pack", f"{CYCLE}/january/draft.zip", OFFICE),
        Asked("remind", f"{CYCLE}/remind", frozenset({"steward"}), {"reporter": "610923"}),
        Asked("build", f"{CYCLE}/build", frozenset({"steward"}), {}),
        Asked("city", f"{CYCLE}/cities/610900", OFFICE),
        Asked("clocks", f"{CYCLE}/clocks", OFFICE),
        Asked("pictures", f"{CYCLE}/pictures", OFFICE),
        Asked("figure", f"{CYCLE}/cities/610900/figure", OFFICE, query={"industry": "水泥"}),
        *form_and_act("explain", {"submission": "000002", "finding": finding}, frozenset({"steward"})),
        *form_and_act("waive", {"submission": "000002", "finding": finding}, frozenset({"steward"})),
        *form_and_act("confirm", SUBJECT | {"city": "610900"}, frozenset({"steward"})),
        Asked("questions", f"{CYCLE}/questions", OFFICE, query={"city": "610900"}),
        *form_and_act("merge", SUBJECT | pair, frozenset({"steward"})),
        *form_and_act("distinct", SUBJECT | pair, frozenset({"steward"})),
        *form_and_act("choose", SUBJECT | {"claims": claims}, frozenset({"steward"})),
        *(
            line
            for kind in ("prepare", "consent", "open_notice", "object")
            for line in form_and_act(kind, SUBJECT, frozenset({"steward"}))
        ),
        *form_and_act("answer_objection", {"objection": objection}, frozenset({"steward"})),
        *form_and_act("announce", SUBJECT | {"place": "610924"}, frozenset({"steward"})),
        *form_and_act("refuse", SUBJECT, frozenset({"signer"})),
        *form_and_act("seal", SUBJECT, frozenset({"signer"})),
        *form_and_act("undo", {"decision": "1"}, frozenset({"admin"})),
        *form_and_act("grant", {"user": "x", "role": "viewer", "unit": "610900"}, frozenset({"admin"})),
        *form_and_act("revoke", {"user": "x", "role": "viewer", "unit": "610900"}, frozenset({"admin"})),
        Asked("decisions", "/decisions", WITH_A_POST),
        # the notice, which has a scan, was decided before the objection to it
        Asked("scan", f"/decisions/{int(objection) - 1}/scan", OFFICE),
        Asked("people", "/people", frozenset({"admin"})),
        Asked("documentation", "/documentation", OFFICE | {"foreign"}),
        Asked("judging_documentation", "/documentation/judging/ankang-2024/annual/index.html", OFFICE),
        Asked("warehouse_documentation", "/documentation/warehouse/index.html", OFFICE | {"foreign"}),
    ]


def everything(desk) -> list[Asked]:
    found = desk.records.findings(desk.records.submission("000002"))
    (missing_rows,) = [finding["finding_id"] for finding in found if finding["rule"] == "S18"]
    names = desk.warehouse.query("select distinct identity_id from marts.dim_enterprise_name order by 1 limit 2")
    pair = dict(zip(("identity", "other"), (name["identity_id"] for name in names), strict=True))
    units = [*of_unit("ziyang", "610924", OF_610924), *of_unit("hanbin", "610902", OF_610902)]
    (objection,) = [one.sequence for one in desk.decisions.in_force() if one.kind == "object"]
    return [*units, *of_cycle(missing_rows, pair, CLAIMS_OF_SEVERAL, str(objection))]


def ask(signed, user: str, asked: Asked):
    client = signed.client(user)
    if asked.form is None:
        return client.get(asked.path, params=asked.query or None, follow_redirects=False)
    return client.post(asked.path, data=asked.form | {"csrf": signed.csrf(user)}, follow_redirects=False)


def test_every_route_and_every_kind_of_act_is_in_the_table(signed):
    table = everything(signed.desk)
    routes = {route.name for route in signed.app.routes if hasattr(route, "methods")}
    assert {asked.route for asked in table} == routes
    assert {Path(asked.path).name for asked in table if asked.route == "make_act"} == set(ACTS)


def test_exactly_those_are_let_in_who_may(signed):
    wrong = []
    for asked in everything(signed.desk):
        for user in sorted(EVERYBODY):
            status = ask(signed, user, asked).status_code
            is_in = status != 403
            if status >= 500 or is_in != (user in asked.allowed):
                wrong.append((asked.route, asked.path, asked.query or asked.form, user, status))
    assert wrong == []


def test_who_is_not_signed_in_gets_nothing(signed):
    for asked in everything(signed.desk):
        if asked.route != "language":
            assert ask(signed, "", asked).status_code in (303, 401), asked.path


def test_what_the_table_asks_for_decided_nothing(signed):
    before = signed.desk.decisions.last_sequence()
    for asked in everything(signed.desk):
        if asked.route == "make_act":
            for user in asked.allowed - {"admin"}:
                ask(signed, user, asked)
    assert signed.desk.decisions.last_sequence() == before


@pytest.mark.parametrize("user", ["ziyang", "hanbin", "foreign"])
def test_the_log_tells_nobody_of_others(signed, user):
    page = signed.client(user).get("/decisions").text
    others = {"ziyang": "610902", "hanbin": "610924", "foreign": "610924"}[user]
    assert others not in page
