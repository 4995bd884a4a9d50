"""The page of the report: what it lacks, who may do what about it, and that who prepared does not sign."""

import io
import zipfile
from datetime import date

import pytest

import dbt_project
import expectations
import exports
import ingestion
from desk.decisions.acts import Actor, Draft
from rulebook import load
from tests.desk.web.conftest import REGIME, ROUND, write_exit_table
from tests.desk.web.test_acts import Person

CYCLE = {"regime": REGIME, "round": ROUND}
PAGE = f"/cycles/{REGIME}/{ROUND}/january"
WANG = Actor("wang", "王芳")


def page(signed, user, path=PAGE) -> str:
    answer = signed.client(user).get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def offered(text) -> set[str]:
    return {
        kind
        for kind in ("prepare", "refuse", "seal", "consent", "open_notice", "object", "answer_objection", "announce")
        if f"/acts/{kind}?" in text
    }


def prepare(signed, user):
    person = Person(signed, user)
    answer = person.do("prepare", CYCLE)
    assert answer.status_code == 303 and answer.headers["location"].startswith(f"{PAGE}?done="), answer.text
    return signed.desk.decisions.all()[-1]


def show(signed):
    signed.desk.decisions.record(
        Draft("open_notice", "公示", opened_on=date(2025, 1, 13), shown_at="市政府网站", **CYCLE), WANG, None
    )


def test_the_gates_tell_what_is_lacking_with_the_page_where_it_is_mended(signed):
    text = page(signed, "viewer")
    (obligations,) = (part for part in text.split("<tr ") if 'id="gate-obligations"' in part)
    assert f"/cycles/{REGIME}/{ROUND}/reporters/610981" in obligations and "统计表没有报送" in obligations
    (findings,) = (part for part in text.split("<tr ") if 'id="gate-findings"' in part)
    assert "/submissions/000002" in findings
    (consent,) = (part for part in text.split("<tr ") if 'id="gate-consent"' in part)
    assert "经市政府审定同意" in consent and "未满足" in consent
    assert "报送期限：2025-01-31（含当日），已过期" in text and "2025年1月底前" in text


def test_each_sees_the_buttons_that_are_his_and_the_board_leads_there(signed):
    assert offered(page(signed, "viewer")) == offered(page(signed, "signer")) == set()
    assert offered(page(signed, "steward")) == {"prepare", "consent", "open_notice", "announce"}
    show(signed)
    prepare(signed, "steward")
    assert offered(page(signed, "steward")) == {"consent", "open_notice", "object", "announce"}, "nothing changed since"
    assert offered(page(signed, "signer")) == {"seal", "refuse"}
    assert PAGE in page(signed, "viewer", f"/cycles/{REGIME}/{ROUND}")


@pytest.mark.parametrize("what", ["a table", "a decision"])
def test_what_of_the_plan_waits_for_a_build_holds_the_annual_report(signed, tmp_path, what):
    """The annual seal closes the plan round too: page, form and act say that it waits."""
    store = signed.desk.store
    prepare(signed, "steward")
    assert "还没有进入汇总" not in page(signed, "signer")
    signer = Person(signed, "signer")
    opened_before = signer.open("seal", **CYCLE)
    row = [1, "紫阳县", "水泥", "紫阳县石灰厂", "Φ2.4×7m水泥磨1台", "10万吨/年", "能耗"]
    write_exit_table(tmp_path / "plan" / "610924" / "计划.xlsx", "紫阳县人民政府", [row])
    for batch in ingestion.receive(store, tmp_path / "plan", REGIME, "plan", load()):
        ingestion.read_batch(store, batch, load())
        expectations.judge_batch(store, batch, load())
        exports.answer_batch(store, batch, load())
    if what == "a decision":
        dbt_project.build(store.root, load())
        assert "还没有进入汇总" not in page(signed, "signer")
        assert Person(signed, "steward").do("return", {"submission": "000006"}).status_code == 303
    waits = "年度或计划轮次有新收的报表、新的决定或到期的豁免还没有进入汇总，下次建仓后才计入"
    assert waits in page(signed, "signer") and waits in signer.open("seal", **CYCLE).text
    answer = signer.send(opened_before, "seal", None, reason="查实")
    assert answer.status_code == 400 and waits in answer.text


def test_a_refusal_goes_back_with_its_reason(signed):
    prepare(signed, "steward")
    assert Person(signed, "signer").do("refuse", CYCLE).status_code == 303
    text = page(signed, "steward")
    assert "已退回" in text and "理由：查实" in text
    assert offered(page(signed, "signer")) == set(), "there is nothing to sign until it is prepared again"


def test_who_prepared_is_not_offered_to_sign_and_cannot(signed):
    signed.grant("steward", "signer", "610900")
    prepare(signed, "steward")
    text = page(signed, "steward")
    assert "seal" not in offered(text) and "要由另一位签发人签发" in text
    person = Person(signed, "steward")
    assert "您本人制表送签" in person.open("seal", **CYCLE).text
    answer = person.do("seal", CYCLE)
    assert answer.status_code == 400
    assert signed.desk.decisions.all()[-1].kind == "prepare"


def test_an_open_gate_is_named_when_the_signer_signs_all_the_same(signed):
    prepare(signed, "steward")
    answer = Person(signed, "signer").do("seal", CYCLE)
    assert answer.status_code == 400 and "还不能封存" in answer.text and "请在“上报”页登记政府同意" in answer.text
    assert "发文字号" in answer.text and "对未说明问题的意见" in answer.text


def test_an_objection_is_registered_about_an_enterprise_by_its_name_and_answered(signed):
    show(signed)
    steward = Person(signed, "steward")
    form = steward.open("object", **CYCLE)
    (option,) = (line for line in form.text.split("<option ") if "宏源水泥" in line)
    identity = option.split('"')[1]
    filled = {"objector": "张三", "received_on": "2025-01-15", "content": "仍在生产", "identity": identity}
    answer = steward.send(form, "object", reason="来信", **filled)
    assert answer.status_code == 303
    assert "办结之前，该企业在本轮次的退出都不计入汇总" in steward.client.get(answer.headers["location"]).text
    objection = signed.desk.decisions.all()[-1]
    assert "宏源水泥" in objection.enterprise
    text = page(signed, "steward")
    assert (
        "未办结" in text
        and objection.enterprise in text
        and f"/acts/answer_objection?objection={objection.sequence}" in text
    )
    about = {"objection": str(objection.sequence)}
    assert steward.do("answer_objection", about, outcome="not_upheld").status_code == 303
    assert "不成立" in page(signed, "viewer")


def test_a_county_that_announced_is_listed(signed):
    filled = {"announced_on": "2025-01-16", "shown_at": "县政府网站"}
    answer = Person(signed, "steward").do("announce", CYCLE | {"place": "610924"}, **filled)
    assert answer.status_code == 303 and answer.headers["location"].startswith(PAGE)
    assert "县政府网站" in page(signed, "viewer")


def test_the_packs_that_were_written_are_handed_out_whole(signed):
    assert signed.client("viewer").get(f"{PAGE}/draft.zip").status_code == 404
    signed.desk.store.write_bytes(f"published/{REGIME}/{ROUND}/manifest.json", b"{}")
    signed.desk.store.write_bytes(f"published/{REGIME}/{ROUND}2/other.json", b"{}")
    answer = signed.client("viewer").get(f"{PAGE}/draft.zip")
    assert zipfile.ZipFile(io.BytesIO(answer.content)).namelist() == ["manifest.json"]
    assert f"{PAGE}/draft.zip" in page(signed, "viewer") and f"{PAGE}/sealed.zip" not in page(signed, "viewer")
    assert signed.client("viewer").get(f"{PAGE}/..%2fdraft.zip").status_code == 404


@pytest.mark.parametrize("language", ["zh", "en"])
def test_another_round_is_not_reported(signed, language):
    client = signed.client("signer")
    client.cookies.set("huizong_language", language)
    text = client.get(f"/cycles/{REGIME}/midyear/january").text
    assert {"zh": "只有年度轮次要上报", "en": "Only the annual round is reported"}[language] in text
    assert offered(text) == {"seal"}


def test_a_citys_steward_records_the_announcements_of_her_city_alone(signed):
    signed.grant("weihai", "steward", "371000")
    of_city = f"/cycles/shandong-2017/{ROUND}/cities/371000"
    about = {"regime": "shandong-2017", "round": ROUND}
    assert "/acts/announce?" in page(signed, "weihai", of_city)
    steward = Person(signed, "weihai")
    filled = {"announced_on": "2018-01-16", "shown_at": "环翠区政府网站"}
    answer = steward.do("announce", about | {"place": "371002"}, **filled)
    assert answer.status_code == 303 and answer.headers["location"].startswith(of_city)
    assert "环翠区政府网站" in page(signed, "weihai", of_city)
    assert steward.open("announce", **about, place="370102").status_code == 403
    assert signed.client("weihai").get(f"/cycles/shandong-2017/{ROUND}/january").status_code == 403
