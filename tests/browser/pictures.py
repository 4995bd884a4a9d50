"""``python tests/browser/pictures.py``: the pictures of the desk in docs/, made anew from the demo's store (`make demo`)."""

import json
import os
import shutil
import sys
import tempfile
import urllib.parse
import urllib.request
from datetime import date
from pathlib import Path

from playwright.sync_api import sync_playwright

from desk.airflow.server import start_server, stop_server
from desk.decisions.acts import Actor, Draft
from desk.decisions.log import Decisions
from desk.decisions.room import decision_room
from rulebook import load
from store import Store

PROJECT = Path(__file__).resolve().parents[2]
PICTURES = PROJECT / "docs" / "images" / "desk"
CYCLE = "/huizong/cycles/ankang-2024/annual"
PAGES = {
    "board": ("shenhe", CYCLE),
    "reporter": ("ziyang", f"{CYCLE}/reporters/610924"),
    "submission": ("shenhe", "/huizong/submissions/000013"),
    "compare": ("shenhe", "/huizong/submissions/000012/compare?with=000008"),
    "act": ("shenhe", "/huizong/acts/return?submission=000013"),
    "city": ("shenhe", f"{CYCLE}/cities/610900"),
    "january": ("shenhe", f"{CYCLE}/january"),
    "decisions": ("shenhe", "/huizong/decisions"),
    "pictures": ("shenhe", f"{CYCLE}/pictures"),
    "people": ("admin", "/huizong/people"),
}
CYCLE_FIELDS = {"regime": "ankang-2024", "round": "annual"}
ACTS = (
    Draft(kind="return", submission_id="000007", reason="第 3 行产能与现场核查不符，请核实后重报"),
    Draft(
        kind="extend",
        reporter_code="610900-q02",
        due=date(date.today().year + 1, 1, 10),
        reason="示范区机构调整",
        **CYCLE_FIELDS,
    ),
    Draft(kind="undo", undoes=7, reason="县里已补充说明，数据无误"),
    Draft(kind="demand", reporter_code="610902", reason="合并后名称有变，请用新名称重报", **CYCLE_FIELDS),
)
"""After the three posts and what is shown on the page of the report: so the seventh decision is the first of these."""
SHOWN = (
    Draft(
        kind="consent",
        reason="市政府已批复",
        document_no="安政函〔2025〕2号",
        document_date=date(2025, 1, 4),
        document_issuer="安康市人民政府",
        document=b"%PDF-1.4",
        **CYCLE_FIELDS,
    ),
    Draft(
        kind="open_notice",
        reason="按计划公示",
        opened_on=date(2025, 1, 6),
        shown_at="市工业和信息化局网站",
        document=b"%PDF-1.4",
        **CYCLE_FIELDS,
    ),
    Draft(
        kind="object",
        reason="来信",
        objector="某居民",
        received_on=date(2025, 1, 8),
        content="名单里有一家企业仍在生产",
        **CYCLE_FIELDS,
    ),
)
"""What the page of the report tells; decided in the room, which keeps the list as it stands."""

POSTS = (("shenhe", "steward", "610900"), ("ziyang", "reporter", "610924"), ("qianfa", "signer", "610900"))


def main() -> int:
    """Serve a copy of the demo's store, open every page as somebody who may, and keep what it looks like."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        shutil.copytree(PROJECT / "var" / "demo" / "store", place / "store")
        decisions = Decisions(Store(place / "store"))
        for user, role, unit in POSTS:
            draft = Draft(kind="grant", reason="岗位分工", user=user, granted_role=role, granted_unit=unit)
            decisions.record(draft, Actor("admin", "admin"), None)
        steward = Actor("shenhe", "shenhe", "steward", "610900")
        room = decision_room(place / "store", load())
        for draft in SHOWN:
            room.decide(draft, steward, None)
        for draft in ACTS:
            decisions.record(draft, steward, None)
        os.environ["HUIZONG_USERS"] = "shenhe,ziyang"
        server = start_server(place / "home", place)
        try:
            draw(server)
        finally:
            stop_server(place / "home")
    return 0


def draw(server: dict) -> None:
    """Every page as a picture of a laptop's width."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, (user, path) in PAGES.items():
            context = browser.new_context(viewport={"width": 1366, "height": 860}, locale="zh-CN")
            context.add_cookies([{"name": "_token", "value": token_of(server, user), "url": server["address"]}])
            page = context.new_page()
            answer = page.goto(server["address"] + path)
            page.wait_for_timeout(500)
            page.screenshot(path=PICTURES / f"{name}.png", full_page=name != "people")
            print(name, answer.status, page.title())
            context.close()
        browser.close()


def token_of(server: dict, user: str) -> str:
    """What Airflow gives somebody who signs in."""
    body = json.dumps({"username": user, "password": server["passwords"][user]}).encode()
    address = urllib.parse.urljoin(server["address"], "/auth/token")
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["access_token"]


if __name__ == "__main__":
    sys.exit(main())
