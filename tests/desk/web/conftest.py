"""The desk's pages over a real store: Ankang 2024, annual, five files collected and built once per session."""

import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from fastapi import Request
from fastapi.testclient import TestClient

import dbt_project
import expectations
import exports
import ingestion
from desk.decisions.log import Actor, Decisions, Draft
from desk.web.app import create_app
from desk.web.desk import Desk, User
from rulebook import load
from store import Store

REGIME, ROUND = "ankang-2024", "annual"
NEXT_YEAR = date.today().year + 1
"""A day of it is neither past nor too far for a due day."""

PEOPLE = (
    ("ziyang", "reporter", "610924"),
    ("hanbin", "reporter", "610902"),
    ("fgw", "reporter", "610900-fgw"),
    ("steward", "steward", "610900"),
    ("signer", "signer", "610900"),
    ("viewer", "viewer", "610900"),
    ("province", "steward", "610000"),
    ("foreign", "steward", "371000"),
)

ADMINISTRATOR = Actor("admin", "管理员", "administrator", "")

HEADINGS = ["序号", "市（区）", "行业", "企业名称", "设备型号及数量", "涉及产能", "淘汰类别"]
CEMENT = [1, "紫阳县", "水泥", "紫阳县宏源水泥有限公司", "Φ2.4×7m水泥磨2台", "30万吨/年", "能耗、技术"]
CHEMICALS = [2, "紫阳县", "化工", "紫阳县汉江化工厂", "反应釜3台", "0.5万吨", "安全"]
PAPER = [1, "汉阴县", "造纸", "汉阴县月河造纸厂", "1092型纸机1台", "0.3万吨", "节能"]
BRICKS = [1, "汉滨区", "砖瓦", "汉滨区建民砖厂", "轮窑24门1座", "3000万块", "环保"]

INBOX = (
    # folder, name, who says to send it, rows, received
    ("610924", "统计表.xlsx", "紫阳县人民政府", [CEMENT, CHEMICALS], "2024-12-20 09:00:00"),
    ("610924", "统计表（修订）.xlsx", "紫阳县人民政府", [CEMENT], "2024-12-27 10:30:00"),
    ("610921", "汉阴县.xlsx", "汉阴县人民政府", [PAPER], "2024-12-28 16:00:00"),
    ("610902", "汉滨区.xlsx", "汉滨区人民政府", [BRICKS], "2025-01-03 08:00:00"),
    ("610922", "石泉县.xlsx", "石泉县人民政府", [["", "", "", "无", "", "", ""]], "2024-12-29 11:00:00"),
)
"""One table that counts (and its first version, one row more), one with a wrong category, one late, one nil return."""


def write_exit_table(path: Path, reporter: str, rows: list[list]) -> Path:
    """The annex of Ankang 2024 as ``reporter`` fills it in: header in row 4, first data row 5."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "统计表"
    for row in (
        ["安康市2024年落后产能退出情况统计表"],
        [f"填报单位（盖章）：{reporter}"],
        ["填报时间：2024年12月26日"],
    ):
        sheet.append(row)
    for row in [HEADINGS, *rows]:
        sheet.append(row)
    path.parent.mkdir(parents=True, exist_ok=True)
    workbook.save(path)
    return path


@pytest.fixture(scope="session")
def built_store(tmp_path_factory) -> Path:
    """A store into which ``INBOX`` was collected, built, with one person in every post; tests work on copies of it."""
    root = tmp_path_factory.mktemp("desk")
    inbox, store = root / "inbox", Store(root / "store")
    times = ["file,received_at"]
    for folder, name, reporter, rows, received in INBOX:
        write_exit_table(inbox / folder / name, reporter, rows)
        times.append(f"{folder}/{name},{received}")
    (inbox / "_received.csv").write_text("\n".join(times), encoding="utf-8")
    for batch in ingestion.receive(store, inbox, REGIME, ROUND, load()):
        ingestion.read_batch(store, batch, load())
        expectations.judge_batch(store, batch, load())
        exports.answer_batch(store, batch, load())
    dbt_project.build(store.root, load())
    decisions = Decisions(store, load())
    for user, role, unit in PEOPLE:
        decisions.record(grant_of(user, role, unit), ADMINISTRATOR, None)
    return store.root


def grant_of(user: str, role: str, unit: str) -> Draft:
    """``user`` has ``role`` for ``unit``."""
    return Draft(kind="grant", reason="测试", user=user, granted_role=role, granted_unit=unit)


class Signed:
    """The desk for tests: whoever the header ``x-user`` names is signed in; builds that were set off are listed."""

    app = create_app(None)
    """Made once: its routes know nothing of the desk behind them."""

    def __init__(self, store: Path) -> None:
        self.builds: list[tuple[str, str]] = []
        self.desk = Desk(
            store_root=store,
            rulebook=load(),
            identify=_by_header,
            login_address=lambda back: f"/auth/login?next={back}",
            start_build=lambda regime, round_key: self.builds.append((regime, round_key)),
            secret="for tests",
            usual_cycle=(REGIME, ROUND),
        )
        self.app.state.desk = self.desk

    def client(self, user: str) -> TestClient:
        """A browser in which ``user`` is signed in; an error of ours is answered as people would see it."""
        return TestClient(self.app, headers={"x-user": user}, raise_server_exceptions=False)

    def grant(self, user: str, role: str, unit: str) -> None:
        """``user`` has ``role`` for ``unit``."""
        self.desk.decisions.record(grant_of(user, role, unit), ADMINISTRATOR, None)

    def csrf(self, user: str) -> str:
        """What the forms shown to ``user`` carry."""
        from datetime import UTC, datetime

        from desk.web.frame import _csrf_of

        return _csrf_of(self.desk, user, datetime.now(UTC).date())


async def _by_header(request: Request) -> User | None:
    name = request.headers.get("x-user")
    return User(name, name) if name else None


@pytest.fixture
def signed(built_store, tmp_path) -> Signed:
    """A desk on its own copy of the store."""
    store = tmp_path / "store"
    shutil.copytree(built_store, store)
    return Signed(store)
