"""``python -m bench.desk``: how long the desk's pages take with 3,000 reporters, 20,000 submissions and 10 people at once.

What the project promises: every page within 300 ms for 95 of 100 requests, on two cores – those of the server and of
the ten. No province has so many reporters: each county of Shandong 2017 is given bureaus until there are enough.
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import io
import json
import shutil
import socket
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from urllib.parse import quote

import xlsxwriter

from rulebook import Regime, Reporter, Rulebook, load

PLACE = Path(__file__).resolve().parents[1] / "var" / "bench" / "desk"
REGIME, ROUND = "shandong-2017", "annual"
REPORTERS, SUBMISSIONS = 3_000, 20_000
PEOPLE_AT_ONCE = 10
REQUESTS_EACH = 60
SEED = 20171231
HEADINGS = ("序号", "县（市、区）", "行业", "企业名称", "设备型号及数量", "涉及产能", "淘汰类别")
ROWS = 6
ONE_WRONG_IN = 5


def main() -> None:
    """Make the store once, serve it, ask for every page, and print the milliseconds of each kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--think", type=float, default=1.0, help="每人两次请求之间的秒数 seconds between requests")
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve)
        return
    rulebook = crowded(load())
    store = make_store(rulebook)
    port = free_port()
    server = subprocess.Popen([sys.executable, "-m", "bench.desk", "--serve", str(port)])
    try:
        wait_for(port)
        pages = list_pages(rulebook.regimes[REGIME], store)
        for page in dict(pages).values():
            ask(port, page)
        for think in (options.think, 0.0):
            report(think, ask_at_once(port, pages, think))
    finally:
        server.terminate()
        server.wait()


def crowded(rulebook: Rulebook) -> Rulebook:
    """``rulebook`` with so many bureaus in each county of the regime that ``REPORTERS`` owe a table."""
    regime = rulebook.regimes[REGIME]
    counties = [reporter for reporter in regime.reporters.values() if reporter.kind == "county"]
    reporters = dict(regime.reporters)
    number = 0
    while len(reporters) < REPORTERS:
        county = counties[number % len(counties)]
        code, name = f"{county.code}-j{number // len(counties):02}", f"{county.name}{number // len(counties) + 1:02}局"
        reporters[code] = Reporter(
            code=code, name=name, kind="county", area=county.area, home=county.home, categories=county.categories,
            aliases=(name,),
        )  # fmt: skip
        number += 1
    changed = regime.model_copy(update={"reporters": reporters})
    return rulebook.model_copy(update={"regimes": rulebook.regimes | {REGIME: changed}})


# ---- the store ----


def make_store(rulebook: Rulebook) -> Path:
    """A store with ``SUBMISSIONS`` collected, judged and built by the stages themselves; kept for reuse."""
    store_root, mark = PLACE / "store", PLACE / "complete.json"
    wanted = {"reporters": REPORTERS, "submissions": SUBMISSIONS, "seed": SEED, "rulebook": rulebook.digest}
    if mark.exists() and json.loads(mark.read_text()) == wanted:
        return store_root
    shutil.rmtree(PLACE, ignore_errors=True)
    import dbt_project
    import expectations
    import exports
    import ingestion
    from store import Store

    store = Store(store_root)
    inbox = write_inbox(PLACE / "inbox", rulebook.regimes[REGIME])
    batches = ingestion.receive(store, inbox, REGIME, ROUND, rulebook)
    for position, batch in enumerate(batches, start=1):
        print(f"\r生成样本 taking in {position}/{len(batches)}", end="", flush=True)
        ingestion.read_batch(store, batch, rulebook)
        expectations.judge_batch(store, batch, rulebook)
        exports.answer_batch(store, batch, rulebook)
    print("\n建仓 building", flush=True)
    dbt_project.build(store_root, rulebook)
    shutil.rmtree(inbox)
    mark.write_text(json.dumps(wanted))
    return store_root


def write_inbox(folder: Path, regime: Regime) -> Path:
    """``SUBMISSIONS`` small workbooks, six or seven versions from every reporter; one in five with a wrong category."""
    random = Random(SEED)
    reporters = list(regime.reporters.values())
    names: dict[str, list[str]] = defaultdict(list)
    for number in range(SUBMISSIONS):
        reporter = reporters[number % len(reporters)]
        if not names[reporter.code]:
            names[reporter.code] = [f"{reporter.name}第{place}水泥有限公司" for place in range(1, ROWS + 1)]
        path = folder / reporter.code / f"第{number // len(reporters) + 1}版.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(write_table(regime, reporter, names[reporter.code], number, random))
        if number % 500 == 0:
            print(f"\r生成样本 making {number}/{SUBMISSIONS}", end="", flush=True)
    print()
    return folder


def write_table(regime: Regime, reporter: Reporter, names: list[str], number: int, random: Random) -> bytes:
    """One exit table of ``reporter``."""
    memory = io.BytesIO()
    county = regime.reporters.get(reporter.home, reporter).name
    with xlsxwriter.Workbook(memory, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("统计表")
        sheet.write(0, 0, f"{regime.year}年落后产能退出情况统计表")
        sheet.write(1, 0, f"填报单位（盖章）：{reporter.name}")
        sheet.write_row(3, 0, HEADINGS)
        for place, name in enumerate(names):
            wrong = place == 0 and number % ONE_WRONG_IN == 0
            amount, category = f"{random.randint(5, 60)}万吨", "节能" if wrong else "能耗、技术"
            sheet.write_row(4 + place, 0, [place + 1, county, "水泥", name, "Φ2.4×10m水泥磨1台", amount, category])
    return memory.getvalue()


# ---- the server ----


def serve(port: int) -> None:
    """The desk on ``port``, every request by the steward of the whole area; Airflow's login is not measured."""
    import uvicorn

    from desk.decisions.acts import Actor, Draft
    from desk.web.app import create_app
    from desk.web.desk import Desk, User

    async def identify(request: object) -> User:
        return User("steward", "审核员")

    rulebook = crowded(load())
    desk = Desk(
        store_root=PLACE / "store",
        rulebook=rulebook,
        identify=identify,
        login_address=lambda back: back,
        start_build=lambda regime, round_key: None,
        secret=hashlib.sha256(b"bench").hexdigest(),
    )
    if not desk.granted():
        draft = Draft(
            kind="grant", reason="压力测试 benchmark", user="steward", granted_role="steward",
            granted_unit=rulebook.regimes[REGIME].area,
        )  # fmt: skip
        desk.decisions.record(draft, Actor("bench", "bench"), None)
    uvicorn.run(create_app(desk), host="127.0.0.1", port=port, log_level="warning")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(port: int) -> None:
    """Return once somebody listens on ``port``."""
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)


# ---- the ten people ----


def list_pages(regime: Regime, store: Path) -> list[tuple[str, str]]:
    """Kind and address of pages to ask for, of many reporters, cities and submissions."""
    random = Random(SEED)
    cycle = f"/cycles/{REGIME}/{ROUND}"
    codes = random.sample(sorted(regime.reporters), 60)
    cities = [code for code in regime.divisions if code.endswith("00") and code != regime.area]
    numbers = random.sample(range(len(regime.reporters) + 1, SUBMISSIONS), 60)
    pages = [("轮次 cycles", "/"), ("看板 board", cycle), ("看板刷新 fragment", f"{cycle}/fragment")]
    pages += [
        ("地图 map", f"{cycle}/map.svg"),
        ("处理记录 decisions", "/decisions"),
        ("文档 documentation", "/documentation"),
    ]
    pages += [("看板一市 board of a city", f"{cycle}?city={city}") for city in cities]
    pages += [("看板筛选 board filtered", f"{cycle}?q={quote(text)}") for text in ("05局", "历下", "公司")]
    pages += [("市 city", f"{cycle}/cities/{city}") for city in cities]
    pages += [("填报单位 reporter", f"{cycle}/reporters/{code}") for code in codes]
    pages += [("报表 submission", f"/submissions/{number:06}") for number in numbers]
    pages += [("比较 compare", f"/submissions/{number:06}/compare") for number in numbers]
    pages += [("处理 act", f"/acts/return?submission={number:06}") for number in numbers]
    return pages


def ask(port: int, address: str) -> float:
    """Milliseconds until the whole page is there; an answer that is no page ends the benchmark."""
    begun = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", address)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"{address} → {answer.status}")
    return (time.perf_counter() - begun) * 1000


def ask_at_once(port: int, pages: list[tuple[str, str]], think: float) -> dict[str, list[float]]:
    """Milliseconds by kind of page, asked for by ten people who wait ``think`` seconds between their requests."""
    by_kind: dict[str, list[str]] = defaultdict(list)
    for kind, address in pages:
        by_kind[kind].append(address)

    def person(seed: int) -> Iterator[tuple[str, float]]:
        random = Random(seed)
        time.sleep(random.random() * think)
        for _ in range(REQUESTS_EACH):
            kind = random.choice(list(by_kind))
            yield kind, ask(port, random.choice(by_kind[kind]))
            time.sleep(think)

    taken: dict[str, list[float]] = defaultdict(list)
    with ThreadPoolExecutor(PEOPLE_AT_ONCE) as people:
        for asked in people.map(lambda seed: list(person(seed)), range(PEOPLE_AT_ONCE)):
            for kind, milliseconds in asked:
                taken[kind].append(milliseconds)
    return taken


def report(think: float, taken: dict[str, list[float]]) -> None:
    """Print requests, median and 95th percentile of every kind of page."""
    print(f"\n{PEOPLE_AT_ONCE} 人同时，间隔 {think:g} 秒  people at once, {think:g} s between requests")
    for kind, milliseconds in sorted(taken.items(), key=lambda item: -quantile(item[1], 0.95)):
        median, most = quantile(milliseconds, 0.5), quantile(milliseconds, 0.95)
        print(f"{kind:30} {len(milliseconds):5}  median {median:6.0f} ms  95% {most:6.0f} ms")
    every = [one for milliseconds in taken.values() for one in milliseconds]
    print(f"{'全部 all':30} {len(every):5}  median {quantile(every, 0.5):6.0f} ms  95% {quantile(every, 0.95):6.0f} ms")


def quantile(values: list[float], share: float) -> float:
    """The value below which ``share`` of ``values`` lie."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


if __name__ == "__main__":
    main()
