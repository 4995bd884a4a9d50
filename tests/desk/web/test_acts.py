"""Acts on the desk's pages: who may make which, what is shown before and after, and what happens to two at once."""

import errno
import html
import re
from datetime import date

import pytest

import expectations
import ingestion
from desk.decisions.acts import ACTS, Actor, Draft
from desk.decisions.log import Decisions
from desk.decisions.room import InThisProcess
from desk.delivery.intake import Intake
from desk.web.body_limit import ROOM_FOR_FIELDS_BYTES
from ingestion import limits
from rulebook import load
from tests.desk.web.conftest import CEMENT, NEXT_YEAR, REGIME, ROUND, write_exit_table
from tests.desk.web.endless import PIECE_BYTES, send_endlessly

CYCLE = {"regime": REGIME, "round": ROUND}
ABOUT = {
    "return": {"submission": "000001"},
    "withdraw": {"submission": "000001"},
    "identify": {"submission": "000001"},
    "demand": {"reporter": "610924", **CYCLE},
    "extend": {"reporter": "610924", **CYCLE},
    "confirm": {"city": "610900", **CYCLE},
    "seal": CYCLE,
    "add_to_plan": {"row": "000002:1:5"},
}
"""What each act is about, where a store as it was collected has something for it."""


class Person:
    """Somebody at a browser: opens a form and sends it off, with what the page had in it."""

    def __init__(self, signed, user):
        self.client = signed.client(user)
        self.csrf = signed.csrf(user)

    def open(self, kind, **about):
        return self.client.get(f"/acts/{kind}", params=about)

    def send(self, page, kind, document=None, **filled):
        """``page``'s form with ``filled`` in its fields."""
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
        data = {name: html.unescape(value) for name, value in hidden} | filled
        files = {"document": document} if document else None
        return self.client.post(f"/acts/{kind}", data=data, files=files, follow_redirects=False)

    def do(self, kind, about, document=None, **filled):
        return self.send(self.open(kind, **about), kind, document, reason="查实", **filled)


@pytest.fixture
def people(signed):
    return lambda user: Person(signed, user)


@pytest.fixture
def steward(people):
    return people("steward")


def made(signed):
    """Kinds of the decisions that were made on a page: after the roles that the fixture gave."""
    return [one.kind for one in signed.desk.decisions.all() if one.kind != "grant"]


# ---- making an act ----


def test_the_form_says_about_what_it_is_what_it_does_and_what_was_decided_before(signed, steward):
    signed.desk.decisions.record(
        Draft("demand", "<b>数字</b>不符", reporter_code="610924", **CYCLE), Actor("li", "李明"), None
    )
    page = steward.open("extend", reporter="610924", **CYCLE)
    assert page.status_code == 200
    assert "紫阳县 610924" in page.text and ACTS["extend"].effect_zh in page.text
    assert "李明" in page.text and "&lt;b&gt;数字" in page.text and "<b>数字" not in page.text
    assert made(signed) == ["demand"]


def test_an_act_is_recorded_a_build_set_off_and_the_subjects_page_says_so(signed, steward):
    answer = steward.do("return", {"submission": "000001"})
    decision = signed.desk.decisions.all()[-1]
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/submissions/000001?done={decision.sequence}"
    assert (decision.kind, decision.actor, decision.role, decision.unit) == ("return", "steward", "steward", "610900")
    assert decision.reason == "查实"
    assert signed.builds == [(REGIME, ROUND)]
    told = steward.client.get(answer.headers["location"])
    assert f"第 {decision.sequence} 号决定" in told.text


def test_who_decides_is_called_by_the_name_that_came_with_the_role(signed, steward, people):
    admin = people("admin")
    assert "姓名" in admin.client.get("/people").text
    grant = {"user": "steward", "role": "viewer", "unit": "610900", "name": "王芳", "reason": "新任", "seen": "99"}
    assert (
        admin.client.post("/acts/grant", data=grant | {"csrf": admin.csrf}, follow_redirects=False).status_code == 303
    )
    steward.do("return", {"submission": "000001"})
    decision = signed.desk.decisions.all()[-1]
    assert (decision.kind, decision.actor, decision.actor_name) == ("return", "steward", "王芳")
    assert "王芳" in admin.client.get("/people").text


def test_an_exit_is_added_to_the_plan_with_the_consent_named(signed, steward):
    consent = {"document_no": "紫政函〔2024〕9号", "document_date": "2024-12-01", "document_issuer": "紫阳县人民政府"}
    page = steward.open("add_to_plan", row="000002:1:5")
    assert "收件 000002（紫阳县 610924）第 5 行" in page.text and "同意的政府" in page.text
    answer = steward.send(page, "add_to_plan", reason="县政府同意", **consent)
    decision = signed.desk.decisions.all()[-1]
    assert answer.headers["location"] == f"/submissions/000002?done={decision.sequence}"
    assert (decision.row_id, decision.round, decision.document_issuer) == ("000002:1:5", "annual", "紫阳县人民政府")
    assert "紫阳县人民政府同意文件 紫政函〔2024〕9号（2024-12-01）" in steward.client.get("/decisions").text


def test_a_missing_reason_brings_the_form_back_as_it_was_filled_in(signed, steward):
    page = steward.open("extend", reporter="610924", **CYCLE)
    answer = steward.send(page, "extend", due=f"{NEXT_YEAR}-01-05", reason="  ")
    assert answer.status_code == 400
    assert "还缺：理由" in answer.text and f'value="{NEXT_YEAR}-01-05"' in answer.text
    assert made(signed) == [] and signed.builds == []


def test_what_the_rules_forbid_is_told_on_the_form(signed, steward):
    record = signed.desk.records.submission("000003")
    (finding,) = [one for one in signed.desk.records.findings(record) if one["rule"] == "F06"]
    about = {"submission": "000003", "finding": finding["finding_id"]}
    page = steward.open("waive", **about)
    assert finding["message"] in html.unescape(page.text)
    answer = steward.do("waive", about, expires_on="2099-01-01")
    assert answer.status_code == 400 and "不可豁免" in answer.text
    assert made(signed) == []


def test_evidence_is_kept_with_the_act(signed, steward):
    steward.do("return", {"submission": "000001"}, document=("照片.jpg", b"photo"))
    decision = signed.desk.decisions.all()[-1]
    assert signed.desk.store.read_bytes(f"originals/{decision.evidence_sha256}") == b"photo"


def test_an_act_without_the_forms_token_is_not_made(signed, steward):
    answer = steward.client.post("/acts/return", data={"submission": "000001", "reason": "查实", "seen": "99"})
    assert answer.status_code == 400
    assert made(signed) == []


@pytest.mark.parametrize("seen", [None, "", "x", "²"])
def test_an_act_from_a_page_that_saw_nothing_is_not_made(signed, steward, seen):
    data = {"submission": "000001", "reason": "查实", "csrf": steward.csrf}
    answer = steward.client.post("/acts/return", data=data if seen is None else data | {"seen": seen})
    assert answer.status_code == 400
    assert made(signed) == []


@pytest.mark.parametrize(
    ("kind", "about"),
    [
        ("abolish", {"submission": "000001"}),
        ("return", {"submission": "000099"}),
        ("waive", {"submission": "000001", "finding": "none"}),
        ("demand", {"reporter": "110101", **CYCLE}),
        ("undo", {"decision": "999"}),
    ],
)
def test_a_form_about_what_is_not_there_is_answered_with_404(steward, kind, about):
    assert steward.open(kind, **about).status_code == 404


def test_a_form_about_nothing_is_answered_with_400(steward):
    assert steward.open("return").status_code == 400


def test_a_file_of_the_wrong_reporter_is_taken_in_for_the_right_one(signed, steward):
    signed.desk.__dict__["intake"] = Intake(signed.desk.store, load(), InThisProcess(), seconds_to_wait=120)
    answer = steward.do("identify", {"submission": "000001"}, new_reporter="610921")
    assert answer.headers["location"].startswith("/submissions/000001?done=")
    taken = signed.desk.records.submission("000006")
    assert (taken.reporter_code, taken.corrects) == ("610921", "000001")


def test_a_correction_that_fails_is_told_as_recorded_and_a_build_is_set_off_that_repeats_it(
    signed, steward, monkeypatch
):
    def fail(intake, decision):
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(Intake, "correct", fail)
    answer = steward.do("identify", {"submission": "000001"}, new_reporter="610921")
    assert (answer.status_code, made(signed), signed.builds) == (503, ["identify"], [(REGIME, ROUND)])
    assert "已记录，不要重做" in answer.text


def test_a_document_over_the_limit_is_refused_before_it_was_read_to_its_end(signed, monkeypatch):
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", 1024**2)
    asked = [0]
    status, page = send_endlessly(signed.app, "/acts/confirm", "document", "steward", asked)
    assert status == 413 and "什么也没有改变" in page
    assert asked[0] <= limits.MAX_FILE_BYTES + ROOM_FOR_FIELDS_BYTES + PIECE_BYTES
    assert made(signed) == []


def test_a_waiver_says_that_an_amount_nobody_could_read_stays_out(signed, steward, tmp_path):
    rows = [[*CEMENT[:5], "12.5万标张", *CEMENT[6:]]]
    write_exit_table(tmp_path / "inbox" / "610923" / "宁陕县.xlsx", "宁陕县人民政府", rows)
    store = signed.desk.store
    (batch,) = ingestion.receive(store, tmp_path / "inbox", REGIME, ROUND, load())
    ingestion.read_batch(store, batch, load())
    expectations.judge_batch(store, batch, load())
    findings = {one["rule"]: one for one in signed.desk.records.findings(signed.desk.records.submission("000006"))}
    form = steward.open("waive", submission="000006", finding=findings["F04"]["finding_id"]).text
    assert "计为一条产能不明的退出，“12.5万标张”不计入产能合计" in form and "替代原来计入的版本" in form
    others = [one for rule, one in findings.items() if rule != "F04"]
    assert others and all(
        "产能不明" not in steward.open("waive", submission="000006", finding=one["finding_id"]).text for one in others
    )


# ---- two at once ----


def test_the_later_of_two_stewards_sees_what_the_earlier_did_and_must_confirm(signed, people):
    signed.grant("li", "steward", "610900")
    first, second = people("steward"), people("li")
    page = second.open("demand", reporter="610924", **CYCLE)
    first.do("extend", {"reporter": "610924", **CYCLE}, due=f"{NEXT_YEAR}-01-05")
    conflict = second.send(page, "demand", reason="数字不符", due=f"{NEXT_YEAR}-02-01")
    assert conflict.status_code == 409
    assert "延期" in conflict.text and f"截止 {NEXT_YEAR}-01-05" in conflict.text and "数字不符" in conflict.text
    assert made(signed) == ["extend"]
    confirmed = second.send(conflict, "demand")
    assert confirmed.status_code == 303
    decision = signed.desk.decisions.all()[-1]
    assert (decision.kind, decision.reason, str(decision.due)) == ("demand", "数字不符", f"{NEXT_YEAR}-02-01")


def test_what_others_did_between_conflict_and_confirmation_is_told_too(signed, people):
    signed.grant("li", "steward", "610900")
    first, second = people("steward"), people("li")
    about = {"reporter": "610924", **CYCLE}
    page = second.open("demand", **about)
    first.do("extend", about, due=f"{NEXT_YEAR}-01-05")
    conflict = second.send(page, "demand", reason="数字不符")
    first.do("extend", about, due=f"{NEXT_YEAR}-01-09")
    again = second.send(conflict, "demand")
    assert again.status_code == 409 and f"{NEXT_YEAR}-01-09" in again.text and f"{NEXT_YEAR}-01-05" not in again.text


def test_the_later_of_two_who_do_the_same_is_told_that_it_is_done_and_keeps_the_reason_to_read(signed, people):
    signed.grant("li", "steward", "610900")
    page = people("li").open("return", submission="000001")
    people("steward").do("return", {"submission": "000001"})
    conflict = people("li").send(page, "return", reason="与台账不符")
    assert conflict.status_code == 409
    assert "不必再“退回”" in conflict.text and "与台账不符" in conflict.text
    assert "<form" not in conflict.text, "there is no button that leads nowhere"


# ---- the city's figure ----


def test_the_city_confirms_the_figure_it_was_shown_with_its_document(signed, steward):
    page = steward.open("confirm", city="610900", **CYCLE)
    assert "水泥" in page.text and "30" in page.text
    answer = steward.send(
        page, "confirm", ("同意函.pdf", b"scan"), reason="市政府同意", document_no="安政函〔2025〕1号",
        document_date="2025-01-10",
    )  # fmt: skip
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"].startswith(f"/cycles/{REGIME}/{ROUND}/cities/610900?done=")
    decision = signed.desk.decisions.all()[-1]
    assert {line["industry"] for line in decision.figure} >= {"合计", "水泥"}


def test_a_figure_that_is_not_the_one_shown_is_not_confirmed(signed, steward):
    page = steward.open("confirm", city="610900", **CYCLE)
    answer = steward.send(
        page, "confirm", ("同意函.pdf", b"scan"), reason="市政府同意", document_no="安政函〔2025〕1号", document_date="2025-01-10",
        figure_seen="of another day",
    )  # fmt: skip
    assert answer.status_code == 400 and "数据有了变化" in answer.text
    assert made(signed) == []


def test_a_figure_that_is_about_to_change_is_not_shown_for_confirmation(steward):
    steward.do("return", {"submission": "000002"})
    page = steward.open("confirm", city="610900", **CYCLE)
    assert page.status_code == 400 and "建仓" in page.text


# ---- who may ----


MAY = {
    "steward": {"return", "withdraw", "identify", "demand", "extend", "confirm", "add_to_plan"},
    "ziyang": {"withdraw"},
    "hanbin": set(),
    "fgw": set(),
    "signer": {"seal"},
    "viewer": set(),
    "province": set(),
    "foreign": set(),
    "admin": set(),
}


@pytest.mark.parametrize("user", MAY)
def test_each_role_can_open_and_send_the_forms_that_are_its_own_and_no_others(signed, people, user):
    person = people(user)
    opened = {kind for kind, about in ABOUT.items() if person.open(kind, **about).status_code == 200}
    assert opened == MAY[user]
    for kind, about in ABOUT.items():
        if kind not in MAY[user]:
            data = {**about, "reason": "越权", "seen": "999", "csrf": person.csrf}
            assert person.client.post(f"/acts/{kind}", data=data).status_code == 403
    assert made(signed) == []


@pytest.mark.parametrize(
    ("kind", "about", "words"),
    [
        ("seal", CYCLE, "您没有签发封存、退回报告或撤销封存的权限"),
        ("grant", {"user": "zhao"}, "您没有管理人员和授权的权限"),
        ("return", {"submission": "000001"}, "您对这个单位没有“退回”的权限"),
    ],
)
def test_what_is_not_ones_own_is_refused_in_words_of_that_right(people, kind, about, words):
    assert words in people("viewer").open(kind, **about).text


def test_only_an_administrator_grants_and_no_build_follows(signed, people):
    post = {"user": "zhao", "role": "viewer", "unit": "610900", "reason": "新任", "seen": "99"}
    steward, admin = people("steward"), people("admin")
    assert steward.client.post("/acts/grant", data=post | {"csrf": steward.csrf}).status_code == 403
    answer = admin.client.post("/acts/grant", data=post | {"csrf": admin.csrf}, follow_redirects=False)
    assert answer.status_code == 303 and answer.headers["location"].startswith("/people?done=")
    assert ("zhao", "viewer", "610900") in signed.desk.granted()
    assert signed.builds == []


def test_a_reporter_cannot_undo_a_return_by_withdrawing_the_returned_table(signed, steward, people):
    steward.do("return", {"submission": "000002"})
    ziyang = people("ziyang")
    assert "/acts/withdraw" not in ziyang.client.get("/submissions/000002").text
    form = ziyang.open("withdraw", submission="000002")
    assert form.status_code == 400 and "不能撤回" in form.text and "请改好后重新报送" in form.text
    answer = ziyang.client.post(
        "/acts/withdraw", data={"submission": "000002", "reason": "填错", "seen": "99", "csrf": ziyang.csrf}
    )
    assert answer.status_code == 400 and made(signed) == ["return"]


# ---- undoing ----


def test_an_undo_is_offered_in_the_log_and_made_there(signed, steward):
    steward.do("return", {"submission": "000001"})
    sequence = signed.desk.decisions.last_sequence()
    log = steward.client.get("/decisions")
    assert f"/acts/undo?decision={sequence}" in log.text
    answer = steward.do("undo", {"decision": str(sequence)})
    assert answer.headers["location"].startswith("/submissions/000001?done=")
    log = steward.client.get("/decisions")
    assert "/acts/undo" not in log.text and "已撤销" in log.text
    assert "有效" in log.text.split(f'id="decision-{sequence + 1}"')[1].partition("</tr>")[0]


def test_others_acts_are_not_undone_by_who_may_not(signed, steward, people):
    steward.do("return", {"submission": "000001"})
    sequence = str(signed.desk.decisions.last_sequence())
    for user in ("ziyang", "viewer", "signer", "province", "foreign", "admin"):
        assert people(user).open("undo", decision=sequence).status_code == 403, user
        assert "/acts/undo?" not in people(user).client.get("/decisions").text or user == "admin"


def test_a_reporter_takes_back_its_own_withdrawal(signed, people):
    ziyang = people("ziyang")
    ziyang.do("withdraw", {"submission": "000001"})
    sequence = str(signed.desk.decisions.last_sequence())
    assert ziyang.do("undo", {"decision": sequence}).status_code == 303
    assert [one.kind for one in Decisions(signed.desk.store, load()).in_force() if one.kind != "grant"] == []


def test_a_seal_is_not_undone_by_a_steward(signed, steward, people):
    signed.desk.decisions.record(Draft("seal", "收齐", **CYCLE), Actor("signer", "签发人"), None)
    sequence = str(signed.desk.decisions.last_sequence())
    assert steward.open("undo", decision=sequence).status_code == 403
    assert people("signer").do("undo", {"decision": sequence}).status_code == 303


# ---- sealing ----


def seal(signed):
    return signed.desk.decisions.record(Draft("seal", "收齐", **CYCLE), Actor("signer", "李签发"), None)


def test_the_signer_sees_what_is_sealed_and_what_is_left_open(signed, people):
    page = people("signer").open("seal", **CYCLE)
    assert page.status_code == 200
    assert '<th scope="row">水泥</th>' in page.text
    assert "数据没有确认" not in page.text, "a city's own regime asks no city to confirm"
    (overdue,) = [line for line in page.text.split("<li>") if "逾期未报" in line]
    (rejected,) = [line for line in page.text.split("<li>") if "审核未通过" in line]
    assert "/reporters/610981" in overdue and "/reporters/610924" not in overdue
    assert "/reporters/610921" in rejected


def test_who_was_excused_is_not_left_overdue_by_the_seal(signed, people):
    signed.desk.decisions.record(Draft("excuse", "准予", reporter_code="610981", **CYCLE), Actor("wang", "王芳"), None)
    page = people("signer").open("seal", **CYCLE).text
    (excused,) = [line for line in page.split("<li>") if "state-excused" in line]
    assert "/reporters/610981" in excused
    assert not [line for line in page.split("<li>") if "逾期未报" in line and "610981" in line]


def test_what_keeps_a_cycle_from_being_sealed_is_told_before_the_form_is_filled_in(people):
    assert "没有说明或豁免" in people("signer").open("seal", **CYCLE).text


def test_a_demand_made_since_the_build_is_among_what_is_left_open(signed, people):
    signed.desk.decisions.record(
        Draft("demand", "数字不符", reporter_code="610924", **CYCLE), Actor("li", "李明"), None
    )
    (demanded,) = [line for line in people("signer").open("seal", **CYCLE).text.split("<li>") if "重报中" in line]
    assert "/reporters/610924" in demanded


def test_a_figure_that_is_not_the_one_shown_is_not_sealed(signed, people):
    answer = people("signer").do("seal", CYCLE, figure_seen="of another day")
    assert answer.status_code == 400 and "数据有了变化" in answer.text
    assert made(signed) == []


def test_in_a_sealed_cycle_no_form_opens_but_that_which_undoes_the_seal(signed, people):
    sequence = seal(signed).sequence
    for user, kinds in MAY.items():
        for kind in kinds:
            page = people(user).open(kind, **ABOUT[kind])
            assert (
                page.status_code == 400
                and f"已经封存（第 {sequence} 号决定）" in page.text
                and "<form" not in page.text
            )
    assert people("signer").open("undo", decision=str(sequence)).status_code == 200


# ---- what follows an act ----


def told_after(person, answer):
    return person.client.get(answer.headers["location"]).text


def test_a_build_is_told_of_only_where_figures_wait_for_it(signed, steward, people):
    signer, admin = people("signer"), people("admin")
    assert "建仓已安排" in told_after(steward, steward.do("return", {"submission": "000001"}))
    grant = {"user": "zhao", "role": "viewer", "unit": "610900", "reason": "新任", "seen": "99", "csrf": admin.csrf}
    answer = admin.client.post("/acts/grant", data=grant, follow_redirects=False)
    assert "立即生效" in told_after(admin, answer) and "建仓已安排" not in told_after(admin, answer)
    undone = signer.do("undo", {"decision": str(seal(signed).sequence)})
    assert "立即生效" in told_after(signer, undone) and "建仓已安排" not in told_after(signer, undone)


# ---- the log ----


def test_everybody_reads_the_decisions_about_what_is_open_to_them(signed, steward, people):
    steward.do("return", {"submission": "000001"})
    seen_by = {user: "查实" in people(user).client.get("/decisions").text for user in MAY}
    assert {user for user, sees in seen_by.items() if sees} == {
        "steward", "ziyang", "signer", "viewer", "province", "admin",
    }  # fmt: skip
    assert "新任" not in steward.client.get("/decisions").text
    assert "授权" not in steward.client.get("/decisions").text.partition("<table")[2]


def test_the_log_is_filtered_by_reporter(steward):
    for code in ("610924", "610921"):
        steward.do("demand", {"reporter": code, **CYCLE})
    log = steward.client.get("/decisions", params={"reporter": "610921", **CYCLE})
    assert "汉阴县 610921" in log.text and "紫阳县 610924" not in log.text
    assert "没有符合条件" in steward.client.get("/decisions", params={"round": "plan"}).text


def test_a_long_log_comes_in_pages(signed, steward):
    for number in range(101):
        signed.desk.decisions.record(
            Draft("demand", f"第{number}次", reporter_code="610924", **CYCLE), Actor("li", "李明"), None
        )
    first, second = (steward.client.get("/decisions", params={"page": page}) for page in (1, 2))
    assert "第100次" in first.text and "第0次" not in first.text
    assert "第0次" in second.text and "page=1" in second.text


# ---- what was handed in with a decision ----


@pytest.mark.parametrize(
    ("data", "suffix"), [(b"%PDF-1.7 scan", ".pdf"), (b"<html><script>alert(1)</script></html>", "")]
)
def test_a_scan_is_saved_by_who_sees_the_page_and_never_shown_as_one(signed, people, data, suffix):
    consent = Draft(
        "consent", "已批", document_no="安政函〔2025〕2号", document_date=date(2025, 1, 18),
        document_issuer="安康市人民政府", document=data, **CYCLE,
    )  # fmt: skip
    sequence = signed.desk.decisions.record(consent, Actor("wang", "王芳"), None).sequence
    link = f"/decisions/{sequence}/scan"
    for user in ("steward", "signer", "viewer"):
        assert link in people(user).client.get("/cycles/ankang-2024/annual/january").text
        scan = people(user).client.get(link)
        assert (scan.status_code, scan.content) == (200, data)
        assert scan.headers["content-type"] == "application/octet-stream"
        assert scan.headers["x-content-type-options"] == "nosniff"
        assert re.search(rf'^attachment; filename="[^"]*{re.escape(suffix)}"', scan.headers["content-disposition"])
    county = people("hanbin").client
    assert county.get(link).status_code == 403 and link not in county.get("/decisions").text


def test_a_decision_without_a_scan_or_with_an_altered_one_says_so(signed, steward):
    steward.do("return", {"submission": "000001"}, document=("照片.jpg", b"photo"))
    decision = signed.desk.decisions.all()[-1]
    link = f"/decisions/{decision.sequence}/scan"
    assert steward.client.get(link).content == b"photo" and link in steward.client.get("/submissions/000001").text
    signed.desk.store.write_bytes(f"originals/{decision.evidence_sha256}", b"another")
    altered = steward.client.get(link)
    assert altered.status_code == 404 and "huizong decisions --check" in altered.text
    assert steward.client.get("/decisions/1/scan").status_code == 404
