"""The page of a submission: what it shows, what it hands out, who sees it and what each may do from there."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from datetime import UTC, datetime

import openpyxl
import pytest

import dbt_project
import expectations
import exports
import ingestion
from desk.decisions.log import Actor, Draft
from rulebook import load
from store import Store
from tests.desk.web.conftest import CEMENT, CHEMICALS, REGIME, ROUND, Signed, write_exit_table

STEWARD = Actor("steward", "审核员", "steward", "610900")
SCRIPT = "<script>alert('x')</script>"


@pytest.fixture
def page(signed):
    """The text of a page as one person sees it."""

    def get(path, user="steward", **cookies):
        client = signed.client(user)
        client.cookies.update(cookies)
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    return get


@pytest.fixture
def ids(signed):
    """The submissions of the store by their file."""
    records = (signed.desk.records.submission(f"{number:06d}") for number in range(1, 6))
    return {record.file: record.submission_id for record in records}


def cell(html, address):
    """The cell of the sheet as sent, as its opening tag and its content."""
    return re.search(rf'(<td id="{address}"[^>]*>)(.*?)</td>', html, re.DOTALL).groups()


def test_a_finding_is_told_with_its_cell_and_the_cell_is_marked(page, ids):
    html = page(f"/submissions/{ids['汉阴县.xlsx']}")
    tag, content = cell(html, "G5")
    assert "severity-reject" in tag and "五个淘汰类别" in tag, "the title says what is wrong"
    assert content.startswith("节能") and "#finding-1" in content
    assert "F06" in html and "必须修改" in html and "未处理 1 处" in html
    assert "severity" not in cell(html, "F5")[0]


def test_what_was_understood_stands_beside_what_was_written(page, ids):
    html = page(f"/submissions/{ids['统计表.xlsx']}")
    assert '30万吨/年<span class="meant">→ 30 万吨</span>' in html
    assert "水泥磨 2.4 米 × 2 台" in html and "紫阳县（610924）" in html and "水泥（C3011）" in html


def test_a_category_that_is_none_was_not_understood(page, ids):
    assert '<span class="misread">没有读懂</span>' in page(f"/submissions/{ids['汉阴县.xlsx']}")


def test_all_versions_are_listed_with_what_became_of_them(page, ids):
    html = page(f"/submissions/{ids['统计表（修订）.xlsx']}")
    assert "计入汇总" in html and "已被新表替代" in html
    assert f"/submissions/{ids['统计表（修订）.xlsx']}/compare?with={ids['统计表.xlsx']}" in html


def test_the_english_page_has_the_english_sentences(page, ids):
    html = page(f"/submissions/{ids['汉阴县.xlsx']}", huizong_language="en")
    assert "must be corrected" in html and "必须修改" not in html


def test_a_nil_return_is_told(page, ids):
    assert "零报告" in page(f"/submissions/{ids['石泉县.xlsx']}")


# ---- downloads ----


def test_the_original_comes_back_byte_for_byte_as_something_to_save(signed, ids):
    answer = signed.client("ziyang").get(f"/submissions/{ids['统计表.xlsx']}/original")
    assert answer.content == signed.desk.records.original(signed.desk.records.submission(ids["统计表.xlsx"]))
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"] == (
        "attachment; filename=\"___.xlsx\"; filename*=UTF-8''%E7%BB%9F%E8%AE%A1%E8%A1%A8.xlsx"
    )


def test_annotated_copy_and_receipt_are_handed_out_where_there_are_any(signed, ids):
    client = signed.client("steward")
    wrong, nil = ids["汉阴县.xlsx"], ids["石泉县.xlsx"]
    copy = openpyxl.load_workbook(io.BytesIO(client.get(f"/submissions/{wrong}/annotated").content))
    assert copy["统计表"]["G5"].comment is not None
    assert wrong in client.get(f"/submissions/{wrong}/receipt").content.decode("utf-8-sig")
    assert client.get(f"/submissions/{nil}/annotated").status_code == 404
    assert "annotated" not in client.get(f"/submissions/{nil}").text


# ---- who sees it, who may do what ----

ROUTES = ("", "/original", "/annotated", "/receipt", "/compare")


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("user", ["hanbin", "fgw", "foreign"])
def test_a_foreign_unit_is_refused(signed, ids, route, user):
    answer = signed.client(user).get(f"/submissions/{ids['统计表（修订）.xlsx']}{route}")
    assert answer.status_code == 403
    assert "水泥" not in answer.text


@pytest.fixture
def sent_for_another(signed, tmp_path):
    """What 汉滨区 sent and a steward said is of 紫阳县, as its heading and rows say."""
    data = write_exit_table(tmp_path / "送错.xlsx", "紫阳县人民政府", [CEMENT]).read_bytes()
    now = datetime.now(UTC)
    sent = ingestion.Delivery("送错.xlsx", data, "610902", "desk", now, reporter="610924")
    (batch,) = ingestion.receive_files(signed.desk.store, [sent], REGIME, ROUND, load()).batches
    ingestion.read_batch(signed.desk.store, batch, load())
    expectations.judge_batch(signed.desk.store, batch, load())
    exports.answer_batch(signed.desk.store, batch, load())
    return signed.desk.records.submission("000006")


def test_who_sent_a_file_for_another_opens_it_and_decides_nothing_about_it(signed, page, sent_for_another):
    assert (sent_for_another.folder, sent_for_another.reporter_code) == ("610902", "610924")
    address = f"/submissions/{sent_for_another.submission_id}"
    html = page(address, "hanbin")
    assert "/acts/" not in html and "/reporters/610924" not in html
    client = signed.client("hanbin")
    assert client.get(f"{address}/original").content == signed.desk.records.original(sent_for_another)
    assert client.get(f"{address}/receipt").status_code == 200
    about = {"submission": sent_for_another.submission_id}
    assert client.get("/acts/withdraw", params=about).status_code == 403
    assert signed.client("fgw").get(address).status_code == 403


def test_who_sent_a_file_for_another_sees_nothing_of_the_others_own_versions(signed, page, ids, sent_for_another):
    address = f"/submissions/{sent_for_another.submission_id}"
    own = [ids["统计表.xlsx"], ids["统计表（修订）.xlsx"]]
    assert all(one in page(address, "ziyang") and one not in page(address, "hanbin") for one in own)
    assert signed.client("hanbin").get(f"{address}/compare").status_code == 404
    answer = signed.client("hanbin").get(f"{address}/compare?with={own[0]}")
    assert answer.status_code == 403 and CHEMICALS[3] not in answer.text


@pytest.mark.parametrize("route", ROUTES)
def test_nobody_sees_what_is_not_there(signed, route):
    for strange in ("000999", "abc", "000001-7"):
        assert signed.client("steward").get(f"/submissions/{strange}{route}").status_code == 404


@pytest.mark.parametrize(
    ("user", "offered"),
    [
        ("steward", {"return", "withdraw", "identify", "explain", "waive"}),
        ("ziyang", {"withdraw"}),
        ("viewer", set()),
        ("signer", set()),
        ("province", set()),
        ("admin", set()),
    ],
)
def test_only_the_acts_that_are_ones_own_are_offered(page, ids, user, offered):
    html = page(f"/submissions/{ids['统计表（修订）.xlsx']}", user)
    assert set(re.findall(r"/acts/(\w+)\?submission=", html)) == offered


def test_a_finding_that_rejects_cannot_be_explained_nor_waived_where_the_rule_forbids_it(page, ids):
    assert not load().rules["F06"].waivable
    html = page(f"/submissions/{ids['汉阴县.xlsx']}")
    assert "/acts/explain" not in html and "/acts/waive" not in html


def _decide(signed, **draft):
    return signed.desk.decisions.record(Draft(reason="已电话核实", **draft), STEWARD, None)


def _finding_of(signed, submission_id, rule):
    findings = signed.desk.records.findings(signed.desk.records.submission(submission_id))
    return next(finding["finding_id"] for finding in findings if finding["rule"] == rule)


def test_an_accepted_explanation_settles_the_finding_and_is_listed(signed, page, ids):
    revised = ids["统计表（修订）.xlsx"]
    explained = _finding_of(signed, revised, "S18")
    decision = _decide(signed, kind="explain", submission_id=revised, finding_id=explained, explanation="已并入水泥厂")
    html = page(f"/submissions/{revised}")
    assert "已采纳说明" in html and "已电话核实" in html and "下次建仓后计入数据" in html
    assert f"finding={explained}" not in html, "nothing is left to decide about it"
    assert f"/acts/undo?decision={decision.sequence}" in html
    _decide(signed, kind="undo", undoes=decision.sequence)
    assert f"finding={explained}" in page(f"/submissions/{revised}")


def test_a_withdrawn_submission_offers_nothing_but_to_undo_it(signed, page, ids):
    _decide(signed, kind="withdraw", submission_id=ids["汉滨区.xlsx"])
    html = page(f"/submissions/{ids['汉滨区.xlsx']}")
    assert set(re.findall(r"/acts/(\w+)\?", html)) == {"undo"}


def test_the_log_and_the_page_say_the_same_of_a_decision_that_was_undone(signed, page, ids):
    address = f"/submissions/{ids['汉滨区.xlsx']}"
    returned = _decide(signed, kind="return", submission_id=ids["汉滨区.xlsx"])
    undone = _decide(signed, kind="undo", undoes=returned.sequence)
    for html in (page(address), page(f"/cycles/{REGIME}/{ROUND}/reporters/610902"), page("/decisions")):
        rows = [row for row in html.split("<tr") if "已电话核实" in row]
        assert [("已撤销" in row and f"（第 {undone.sequence} 号）" in row, "有效" in row) for row in rows] == [
            (False, True), (True, False),
        ]  # fmt: skip


def test_in_a_sealed_cycle_nothing_is_offered(signed, page, ids):
    _decide(signed, kind="return", submission_id=ids["汉滨区.xlsx"])
    _decide(signed, kind="seal", regime=REGIME, round=ROUND)
    assert not re.findall(r"/acts/\w+\?", page(f"/submissions/{ids['汉滨区.xlsx']}"))


# ---- strange files ----


@pytest.fixture(scope="module")
def strange_store(built_store, tmp_path_factory):
    """The store with one more batch, not built: a page of markup, a long table, other formats, what cannot be read."""
    root = tmp_path_factory.mktemp("strange")
    store, inbox = Store(root / "store"), root / "inbox" / "610923"
    shutil.copytree(built_store, store.root)
    markup = [1, "宁陕县", "水泥", SCRIPT, "=1+1", "30万吨", "<b>节能</b>"]
    write_exit_table(inbox / "a <b>&.xlsx", f"宁陕县{SCRIPT}", [markup])
    _as_formula(inbox / "a <b>&.xlsx")
    rows = [
        [number, "宁陕县", "水泥", f"宁陕县{number}水泥厂", "水泥磨1台", "3万吨", "能耗"] for number in range(1, 300)
    ]
    write_exit_table(
        inbox / "b长.xlsx", "宁陕县人民政府", [*rows, [300, "宁陕县", "水泥", "末水泥厂", "水泥磨1台", "3万吨", "节能"]]
    )
    table = [["2024年落后产能退出情况统计表"], ["填报单位：宁陕县人民政府"], ["填报时间：2024年12月20日"]]
    table += [["序号", "市（区）", "行业", "企业名称", "设备型号及数量", "涉及产能", "淘汰类别"], [*CEMENT[:6], "节能"]]
    (inbox / "c.csv").write_bytes("\n".join(",".join(map(str, row)) for row in table).encode("gb18030"))
    with zipfile.ZipFile(inbox / "d报送.zip", "w") as archive:
        archive.write(inbox / "c.csv", "里面.csv")
        archive.writestr("总结.pdf", b"%PDF-1.7")
    (inbox / "e坏.xlsx").write_bytes(b"PK\x03\x04 cut off")
    (batch,) = ingestion.receive(store, inbox.parent, REGIME, ROUND, load())
    ingestion.read_batch(store, batch, load())
    expectations.judge_batch(store, batch, load())
    exports.answer_batch(store, batch, load())
    return store


def _as_formula(path):
    workbook = openpyxl.load_workbook(path)
    workbook.active["E5"] = '=HYPERLINK("javascript:alert(1)")'
    workbook.active.title = "表<i>&'"
    workbook.active["A9"] = f'"{SCRIPT}'
    workbook.save(path)


@pytest.fixture
def strange(strange_store):
    """The page of a file of ``strange_store``, by its name."""
    signed = Signed(strange_store.root)
    ids = {record.file: record.submission_id for record in signed.desk.records.pending(REGIME, ROUND)}

    def get(file, query=""):
        answer = signed.client("steward").get(f"/submissions/{ids[file]}{query}")
        assert answer.status_code == 200, answer.text
        return answer

    return get


def test_nothing_a_file_says_becomes_part_of_the_page(strange):
    html = strange("a <b>&.xlsx").text
    assert "<script>alert" not in html and "<b>" not in html and "<i>" not in html
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;" in html
    assert 'href="javascript:' not in html
    disposition = strange("a <b>&.xlsx", "/original").headers["content-disposition"]
    assert disposition == "attachment; filename=\"a__b__.xlsx\"; filename*=UTF-8''a%20_b_%26.xlsx"


def test_what_came_after_the_build_waits_for_it(strange):
    assert "待建仓" in strange("c.csv").text


def test_a_long_table_opens_at_its_finding_and_is_paged(strange):
    html = strange("b长.xlsx").text
    assert 'id="G304"' in html and 'id="G5"' not in html
    first = strange("b长.xlsx", "?row=1").text
    assert 'id="G5"' in first and 'id="G304"' not in first
    assert "row=201" in first.replace("&amp;", "&")


def test_a_csv_and_a_member_of_an_archive_are_shown_like_a_workbook(strange):
    for file in ("c.csv", "d报送.zip!里面.csv"):
        assert "severity-reject" in cell(strange(file).text, "G5")[0]
    assert "%E9%87%8C%E9%9D%A2.csv" in strange("d报送.zip!里面.csv", "/original").headers["content-disposition"]


def test_a_document_and_a_broken_file_have_a_page(strange):
    assert "附件材料" in strange("d报送.zip!总结.pdf").text
    broken = strange("e坏.xlsx").text
    assert "S01" in broken and "整个文件" in broken and "打不开" in broken


# ---- comparison ----


def test_the_comparison_tells_disappeared_rows_first(page, ids):
    html = page(f"/submissions/{ids['统计表（修订）.xlsx']}/compare")
    assert "少了 1 行，改了 0 行，新增 0 行，1 行没有变化。" in html
    assert CHEMICALS[3] in html and CEMENT[3] not in html


def test_the_older_version_is_before_whichever_page_one_comes_from(page, ids):
    first, revised = ids["统计表.xlsx"], ids["统计表（修订）.xlsx"]
    assert "少了 1 行" in page(f"/submissions/{first}/compare?with={revised}")


def test_a_change_that_is_understood_no_more_is_told_so(signed, page, ids, tmp_path):
    inbox = tmp_path / "inbox" / "610924"
    write_exit_table(inbox / "第三版.xlsx", "紫阳县人民政府", [[*CEMENT[:5], "30万标张", CEMENT[6]]])
    (batch,) = ingestion.receive(signed.desk.store, inbox.parent, REGIME, ROUND, load())
    ingestion.read_batch(signed.desk.store, batch, load())
    expectations.judge_batch(signed.desk.store, batch, load())
    html = page(f"/submissions/000006/compare?with={ids['统计表（修订）.xlsx']}")
    assert '30万吨/年<span class="meant">→ 30 万吨</span>' in html
    assert '30万标张<span class="misread">没有读懂</span>' in html


def test_tables_of_two_reporters_are_no_versions(signed, ids):
    answer = signed.client("steward").get(f"/submissions/{ids['汉滨区.xlsx']}/compare?with={ids['汉阴县.xlsx']}")
    assert answer.status_code == 400
    assert signed.client("steward").get(f"/submissions/{ids['汉滨区.xlsx']}/compare").status_code == 404


@pytest.fixture
def disputed(signed, tmp_path):
    """The desk after a build in which a department gave another figure for 紫阳县's mill (X04)."""
    inbox = tmp_path / "inbox"
    other_figure = [*CEMENT[:5], "35万吨/年", "能耗"]
    write_exit_table(inbox / "610900-fgw" / "发改委.xlsx", "安康市发展和改革委员会", [other_figure])
    (batch,) = ingestion.receive(signed.desk.store, inbox, REGIME, ROUND, load())
    ingestion.read_batch(signed.desk.store, batch, load())
    expectations.judge_batch(signed.desk.store, batch, load())
    dbt_project.build(signed.desk.store.root, load())
    return signed


def test_what_the_build_found_across_submissions_is_shown_with_its_evidence_and_decided(disputed, page, ids):
    address = f"/submissions/{ids['统计表（修订）.xlsx']}"
    html = page(address)
    assert "跨表核对" in html and "X04" in html and "未处理 1 处" in html
    assert "收件 000006，安康市发展和改革委员会“发改委.xlsx”的“统计表”第 5 行" in html
    assert "severity-explain" in cell(html, "F5")[0]
    about_x04 = html[html.index("<strong>X04</strong>") :]
    finding = re.search(r"/acts/explain\?submission=\d+&amp;finding=([0-9a-f]{16})", about_x04)[1]

    about = {"submission": ids["统计表（修订）.xlsx"], "finding": finding}
    form = disputed.client("steward").get("/acts/explain", params=about)
    assert form.status_code == 200 and "发改委.xlsx" in form.text
    draft = Draft(
        "explain", "以核定产能为准", submission_id=about["submission"], finding_id=finding, explanation="按核定产能"
    )
    assert disputed.desk.decisions.record(draft, STEWARD, None).rule == "X04"
    assert "已采纳说明" in page(address).partition("<strong>X04</strong>")[2]


def test_a_version_that_no_longer_counts_is_held_against_no_other(disputed, page, ids):
    assert "跨表核对" not in page(f"/submissions/{ids['统计表.xlsx']}")
