"""The desk as people use it: Airflow's real server, its login, its scheduler, and a real browser.

One story, told in order: each test goes on where the one before it ended.
"""

import time
from pathlib import Path

import openpyxl
import pytest

from desk.airflow.server import start_server, stop_server

PROJECT = Path(__file__).resolve().parents[2]
CYCLE = "/huizong/cycles/ankang-2024/annual"
HEADINGS = ["序号", "市（区）", "行业", "企业名称", "设备型号及数量", "涉及产能", "淘汰类别"]
WRONG = [1, "紫阳县", "水泥", "紫阳县宏源水泥有限公司", "Φ2.4×7m水泥磨2台", "30万吨/年", "节能"]
ODD_TOTAL = ["合计", "", "", "", "", "31万吨", ""]
USERS = ("ziyang", "hanbin", "shenhe")
BUILD_LIMIT_SECONDS = 120


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    place = tmp_path_factory.mktemp("desk")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUIZONG_USERS", ",".join(USERS))
        patch.setenv("HUIZONG_ADMINISTRATORS", "admin")
        started = start_server(place / "home", place)
    yield started | {"place": place}
    stop_server(place / "home")


class Person:
    """Somebody at a browser, signed in through Airflow's own page."""

    def __init__(self, browser, server: dict, user: str) -> None:
        self.address = server["address"]
        self.context = browser.new_context(
            viewport={"width": 1366, "height": 900}, locale="zh-CN", accept_downloads=True
        )
        self.foreign_requests: list[str] = []
        self.context.on("request", self._note_request)
        self.page = self.context.new_page()
        self.page.goto(f"{self.address}/huizong/")
        self.page.fill("input[name=username]", user)
        self.page.fill("input[name=password]", server["passwords"][user])
        self.page.click("button[type=submit]")
        self.page.wait_for_selector("header .brand")

    def open(self, path: str):
        """The page at ``path``; its answer is returned."""
        return self.page.goto(self.address + path)

    def text(self) -> str:
        """What the page says."""
        return self.page.inner_text("main")

    def upload(self, path: Path) -> str:
        """Choose the file, send it, and read what the next page says."""
        self.page.set_input_files("input[name=files]", path)
        self.page.click("form.upload button[type=submit]")
        self.page.wait_for_selector("h1:has-text('报送结果')")
        return self.text()

    def _note_request(self, request) -> None:
        if not request.url.removeprefix("blob:").startswith((self.address, "data:")):
            self.foreign_requests.append(request.url)


@pytest.fixture(scope="module")
def people(browser, server):
    """Everybody, signed in once."""
    everybody = dict.fromkeys(("admin", *USERS))

    def person(user: str) -> Person:
        if everybody[user] is None:
            everybody[user] = Person(browser, server, user)
        return everybody[user]

    yield person
    for one in filter(None, everybody.values()):
        assert one.foreign_requests == []
        one.context.close()


def write_table(path: Path, *rows: list) -> Path:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "统计表"
    for row in (
        ["安康市2024年落后产能退出情况统计表"],
        ["填报单位（盖章）：紫阳县人民政府"],
        ["填报时间：2024年12月26日"],
    ):
        sheet.append(row)
    for row in [HEADINGS, *rows]:
        sheet.append(row)
    workbook.save(path)
    return path


def wait_until_shown(person: Person, path: str, words: str) -> str:
    """The page at ``path`` once it says ``words``: the build that was set off has ended."""
    give_up = time.monotonic() + BUILD_LIMIT_SECONDS
    while time.monotonic() < give_up:
        person.open(path)
        if words in person.text():
            return person.text()
        time.sleep(1)
    pytest.fail(f"{path} never said {words!r}:\n{person.text()[:2000]}")


def decide(person: Person, **fields: str) -> None:
    """Fill in the form of an act and send it."""
    for name, value in fields.items():
        person.page.fill(f"form[method=post] [name={name}]", value)
    person.page.click("main form[method=post] button")
    person.page.wait_for_selector(".note.done")


def test_somebody_without_a_post_is_told_so_and_the_administrator_gives_everybody_one(people):
    assert "还没有被授予任何身份" in people("ziyang").text()
    admin = people("admin")
    for user, role, unit in (
        ("ziyang", "reporter", "610924"), ("hanbin", "reporter", "610902"), ("shenhe", "steward", "610900"),
    ):  # fmt: skip
        admin.open("/huizong/people")
        form = admin.page.locator("section.card form")
        form.locator("[name=user]").fill(user)
        form.locator("[name=role]").select_option(role)
        form.locator("[name=unit]").fill(unit)
        form.locator("[name=reason]").fill("岗位分工")
        form.locator("button").click()
        admin.page.wait_for_selector(".note.done")
    admin.open("/huizong/people")
    assert "紫阳县 610924" in admin.text() and "安康市 610900" in admin.text()


def test_the_desk_is_an_entry_in_airflows_navigation(people):
    admin = people("admin")
    admin.open("/")
    admin.page.wait_for_selector("text=汇总工作台")


def test_a_county_reads_which_cell_is_wrong_and_gets_it_marked_in_the_annotated_copy(people, server):
    county = people("ziyang")
    county.open("/huizong/")
    assert county.page.url.endswith(f"{CYCLE}/reporters/610924")
    told = county.upload(write_table(server["place"] / "统计表.xlsx", WRONG))
    assert "未通过，请修改" in told and "G5" in told and "“节能”不是五个淘汰类别中的一个" in told
    with county.page.expect_download() as download:
        county.page.click("text=下载批注稿")
    annotated = server["place"] / "批注稿.xlsx"
    download.value.save_as(annotated)
    workbook = openpyxl.load_workbook(annotated)
    assert workbook.sheetnames == ["修改清单", "统计表"]
    assert workbook["统计表"]["G5"].fill.fill_type == "solid"


def test_the_corrected_annotated_copy_is_accepted_and_its_figure_is_on_the_board_after_the_build(people, server):
    annotated = server["place"] / "批注稿.xlsx"
    workbook = openpyxl.load_workbook(annotated)
    workbook["统计表"]["G5"] = "能耗"
    workbook.save(annotated)
    county = people("ziyang")
    county.open(f"{CYCLE}/reporters/610924")
    assert "已接收" in county.upload(annotated)
    steward = people("shenhe")
    city = wait_until_shown(steward, f"{CYCLE}/cities/610900", "水泥")
    assert "30" in city
    steward.open(CYCLE)
    assert "紫阳县" in steward.text()


def test_a_steward_returns_the_table_and_undoes_it(people):
    steward = people("shenhe")
    steward.open(f"{CYCLE}/reporters/610924")
    steward.page.click("text=000002")
    steward.page.click("main a:has-text('退回')")
    decide(steward, reason="请核对产能")
    wait_until_shown(steward, "/huizong/submissions/000002", "已退回")
    wait_until_shown(steward, f"{CYCLE}/reporters/610924", "已退回")
    steward.open("/huizong/submissions/000002")
    steward.page.click("main a:has-text('撤销')")
    decide(steward, reason="核对无误")
    wait_until_shown(steward, "/huizong/submissions/000002", "计入汇总")


def test_a_steward_waives_a_wrong_total_and_the_table_counts(people, server):
    county = people("ziyang")
    county.open(f"{CYCLE}/reporters/610924")
    told = county.upload(write_table(server["place"] / "带合计.xlsx", [*WRONG[:6], "能耗"], ODD_TOTAL))
    assert "S13" in told and "未通过，请修改" in told
    wait_until_shown(county, f"{CYCLE}/reporters/610924", "审核未通过")
    steward = people("shenhe")
    steward.open("/huizong/submissions/000003")
    steward.page.click("main a:has-text('豁免')")
    decide(steward, reason="合计含在建项目，已电话核实", expires_on="2099-12-31")
    page = wait_until_shown(steward, "/huizong/submissions/000003", "计入汇总")
    assert "已豁免" in page


def test_two_stewards_at_once_the_later_sees_what_the_earlier_did(people, browser, server):
    first, second = people("shenhe"), Person(browser, server, "shenhe")
    for steward in (first, second):
        steward.open("/huizong/acts/return?submission=000003")
    decide(first, reason="先到的")
    second.page.fill("[name=reason]", "后到的")
    second.page.click("main form[method=post] button")
    second.page.wait_for_selector("text=先到的")
    told = second.text()
    assert "不必再“退回”" in told and "后到的" in told and "已看过，仍然" not in told
    second.context.close()


def test_a_reporter_is_refused_at_another_countys_page_and_on_the_board(people):
    county = people("hanbin")
    for path in (
        f"{CYCLE}/reporters/610924",
        "/huizong/submissions/000001",
        "/huizong/submissions/000001/original",
        CYCLE,
    ):
        assert county.open(path).status == 403, path
    county.open(f"{CYCLE}/reporters/610924")
    assert "没有" in county.text() and "权限" in county.text()


def test_the_pages_are_whole_without_javascript(browser, server, people):
    cookies = people("ziyang").context.cookies()
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(f"{server['address']}{CYCLE}/reporters/610924")
    page.set_input_files("input[name=files]", write_table(server["place"] / "无脚本.xlsx", WRONG))
    page.click("form.upload button[type=submit]")
    page.wait_for_selector("h1:has-text('报送结果')")
    assert "“节能”不是五个淘汰类别中的一个" in page.inner_text("main")
    context.close()


def test_the_language_is_switched(people):
    steward = people("shenhe")
    steward.open(CYCLE)
    steward.page.click("header >> text=English")
    assert "due" in steward.text().lower()
    steward.page.click("header >> text=中文")
    assert "应报" in steward.text()
