"""From an exit outside the plan to the act that adds it, and from a planned row to the act that takes it out."""

import html
import re

import pytest

import dbt_project
import expectations
import exports
import ingestion
from desk.decisions.log import Actor, Draft
from rulebook import load
from tests.desk.web.conftest import BRICKS, CEMENT, REGIME, write_exit_table

CONSENT = {"document_no": "紫政函〔2024〕9号", "document_date": "2024-12-01", "document_issuer": "紫阳县人民政府"}
LIME = [1, "紫阳县", "水泥", "紫阳县石灰厂", "Φ2.4×7m水泥磨1台", "10万吨/年", "能耗"]


PLANNED = ["", "紫阳县", "水泥", "紫阳县石灰厂", "Φ2.4×7m水泥磨1台", "9万吨/年", "能耗"]
MISREAD = ["", "紫阳县", "水泥", "紫阳县向阳水泥厂", "Φ2.4×7m水泥磨1台", "9万吨/年", "节能"]


def take_in(store, inbox, round):
    """What lies in ``inbox`` is read, judged, answered and in the warehouse."""
    for batch in ingestion.receive(store, inbox, REGIME, round, load()):
        ingestion.read_batch(store, batch, load())
        expectations.judge_batch(store, batch, load())
        exports.answer_batch(store, batch, load())
    dbt_project.build(store.root, load())


@pytest.fixture
def planned(signed, tmp_path):
    """The desk after 紫阳县 sent a plan (000006) that names another enterprise than its annual table (000002)."""
    store = signed.desk.store
    write_exit_table(tmp_path / "plan" / "610924" / "计划.xlsx", "紫阳县人民政府", [LIME])
    write_exit_table(tmp_path / "plan" / "610902" / "计划.xlsx", "汉滨区人民政府", [BRICKS])
    take_in(store, tmp_path / "plan", "plan")
    return signed


def follow(signed, page, kind, **filled):
    """The only link of ``page`` to the act, its form filled in and sent."""
    (link,) = set(re.findall(rf'href="(/acts/{kind}[^"]*)"', page.text))
    browser = signed.client("steward")
    form = browser.get(html.unescape(link))
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form.text)
    data = {name: html.unescape(value) for name, value in hidden} | {"reason": "查实"} | filled
    return browser.post(f"/acts/{kind}", data=data, follow_redirects=False)


def test_an_exit_outside_the_plan_is_added_where_it_is_told_and_is_told_no_more(planned):
    annual = planned.client("steward").get("/submissions/000002")
    assert "X03" in annual.text and CEMENT[3] in annual.text
    assert follow(planned, annual, "add_to_plan", **CONSENT).status_code == 303
    plan = planned.client("steward").get("/submissions/000007")
    assert follow(planned, plan, "remove_from_plan").status_code == 303

    dbt_project.build(planned.desk.store.root, load())
    changed = "select plan_change from marts.fct_plan order by plan_change"
    assert [line["plan_change"] for line in planned.desk.warehouse.query(changed)] == ["added", "planned", "removed"]
    assert "X03" not in planned.client("steward").get("/submissions/000002").text


def test_a_row_taken_out_of_the_plan_says_so_wherever_it_is_shown(planned):
    steward = planned.client("steward")
    plan = steward.get("/submissions/000007")
    follow(planned, plan, "remove_from_plan")
    number = planned.desk.decisions.last_sequence()
    name = planned.desk.decisions.get(number).enterprise

    page = steward.get("/submissions/000007").text
    assert f"已调出计划（第 {number} 号决定）" in page and "/acts/remove_from_plan" not in page
    told = f"<td>第 5 行“{name}”</td>"
    reporter = planned.desk.records.submission("000007").reporter_code
    assert name and told in page
    assert told in steward.get(f"/cycles/ankang-2024/annual/reporters/{reporter}").text
    assert told in steward.get("/decisions").text


def test_once_an_exit_is_added_it_is_not_offered_again_before_the_next_build(planned):
    annual = planned.client("steward").get("/submissions/000002")
    follow(planned, annual, "add_to_plan", **CONSENT)
    page = planned.client("steward").get("/submissions/000002").text
    assert "X03" in page and "/acts/add_to_plan" not in page
    assert f"已列入计划（第 {planned.desk.decisions.last_sequence()} 号决定），下次建仓后不再提示" in page


@pytest.fixture
def midyear(planned, tmp_path):
    """And a mid-year table of 紫阳县 with the planned enterprise and the one of the annual table (000008); one rejected (000009)."""
    store = planned.desk.store
    write_exit_table(tmp_path / "midyear" / "610924" / "1.xlsx", "紫阳县人民政府", [PLANNED, CEMENT])
    write_exit_table(tmp_path / "midyear" / "610924" / "2.xlsx", "紫阳县人民政府", [MISREAD])
    take_in(store, tmp_path / "midyear", "midyear")
    return planned


def test_what_is_planned_already_or_in_a_rejected_table_is_not_added(midyear):
    def said_of(row: str) -> str:
        browser = midyear.client("steward")
        form = browser.get("/acts/add_to_plan", params={"row": row})
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form.text)
        data = {name: html.unescape(value) for name, value in hidden} | {"reason": "查实"} | CONSENT
        answer = browser.post("/acts/add_to_plan", data=data, follow_redirects=False)
        return "" if answer.status_code == 303 else answer.text

    assert "本来就在本年计划里" in said_of("000008:1:5")
    assert "没有通过审核" in said_of("000009:1:5")
    assert said_of("000008:1:6") == ""
    number = midyear.desk.decisions.last_sequence()
    assert f"第 {number} 号决定已经把" in said_of("000002:1:5")
    midyear.desk.decisions.record(Draft("undo", "误列", undoes=number), Actor("steward", "审核员"), None)
    assert said_of("000002:1:5") == ""


MORE = ["", "紫阳县", "水泥", "紫阳县石灰厂", "Φ2.4×7m水泥磨1台", "16万吨/年", "能耗"]


def test_what_a_planned_enterprise_exits_beyond_its_plan_is_added_beside_its_row(planned, tmp_path):
    """10 were planned, 16 have exited: nothing asks, as the enterprise is planned; the row offers it all the same."""
    store = planned.desk.store
    write_exit_table(tmp_path / "annual" / "610924" / "2.xlsx", "紫阳县人民政府", [CEMENT, MORE])
    take_in(store, tmp_path / "annual", "annual")
    steward = planned.client("steward")
    offered = steward.get("/submissions/000008")
    (row,) = set(re.findall(r'href="/acts/add_to_plan\?row=([^"&]*)">(?:超出计划)', offered.text))
    assert html.unescape(row).replace("%3A", ":") == "000008:1:6"
    browser = planned.client("steward")
    form = browser.get("/acts/add_to_plan", params={"row": "000008:1:6"})
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form.text)
    data = {name: html.unescape(value) for name, value in hidden} | {"reason": "查实"} | CONSENT
    assert browser.post("/acts/add_to_plan", data=data, follow_redirects=False).status_code == 303
    assert "超出计划，动态新增" not in steward.get("/submissions/000008").text

    dbt_project.build(store.root, load())
    outside = """
        select sum(unmet_capacity) as capacity
        from marts.fct_plan_fulfilment inner join marts.fct_exit_claim using (exit_id)
        where row_id = '000008:1:6' and side = 'exit'
    """
    assert planned.desk.warehouse.query(outside) == [{"capacity": 0}]
    # sent again without it, the addition has nothing to add, and the log says so
    write_exit_table(tmp_path / "again" / "610924" / "3.xlsx", "紫阳县人民政府", [CEMENT])
    take_in(store, tmp_path / "again", "annual")
    page = steward.get("/decisions").text
    assert "已失效" in page and "所指企业现在没有计入的退出" in page


def test_who_may_not_change_the_plan_is_offered_no_way_to(planned):
    for user, submission in (("viewer", "000002"), ("ziyang", "000002"), ("ziyang", "000007"), ("province", "000007")):
        assert "/acts/" not in planned.client(user).get(f"/submissions/{submission}").text.replace("/acts/withdraw", "")
