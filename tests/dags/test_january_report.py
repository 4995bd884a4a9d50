"""The sign-off of January through real Airflow: its DAG, its tasks that wait for people, its own REST API for the answers."""

import json
import threading
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import dbt_project
from desk.airflow.environment import DAGS
from desk.airflow.run import prepare_airflow, run_dags
from desk.decisions.acts import Actor, Draft
from desk.decisions.room import decision_room
from rulebook import load
from tests.dbt_project.collection import Collection

CYCLE = {"regime": "ankang-2024", "round": "annual"}
ADMIN = Actor("admin", "管理员", "administrator", "")
WAIT_SECONDS = 120


@pytest.fixture
def conf(tmp_path) -> dict[str, str]:
    """A cycle that lacks nothing but answers to its findings; wang prepares (and is a signer too), li signs."""
    cycle = Collection(tmp_path / "store")
    cycle.collect("610924", {"enterprise": "宏源水泥厂", "enterprise_full_key": "宏源水泥厂", "amount": "30"})
    dbt_project.build(cycle.store.root, load())
    room = decision_room(cycle.store.root, load())
    for user, role, name in (("wang", "steward", None), ("wang", "signer", None), ("li", "signer", "李明")):
        post = Draft("grant", "岗位", user=user, granted_role=role, granted_unit="610900", person_name=name)
        room.decide(post, ADMIN, None)
    consent = {
        "document_no": "安政函〔2025〕2号",
        "document_date": date(2025, 1, 18),
        "document_issuer": "安康市人民政府",
    }
    room.decide(Draft("consent", "同意", document=b"scan", **consent, **CYCLE), Actor("wang", "王芳"), None)
    (obligations, *_) = room.read_report(*CYCLE.values()).gates
    for lack in obligations.lacks:
        room.decide(Draft("excuse", "准予", reporter_code=lack.about["code"], **CYCLE), Actor("wang", "王芳"), None)
    return CYCLE | {"store": str(cycle.store.root)}


class People(threading.Thread):
    """Those who answer the tasks that wait, one after the other, by Airflow's REST API under their own names."""

    def __init__(self, *answers: tuple[str, str, str, dict]) -> None:
        """``answers``: task, user, choice, and what is said beside it."""
        super().__init__(daemon=True)
        self.answers = list(answers)
        self.asked: list[str] = []
        """What each of them read before answering."""
        self.kept: list[str] = []
        """What Airflow kept then of an answer that was not recorded."""

    def run(self) -> None:
        from airflow.api_fastapi.app import create_app, get_auth_manager
        from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
        from fastapi.testclient import TestClient

        with TestClient(create_app("core")) as client:
            give_up = time.monotonic() + WAIT_SECONDS
            while self.answers and time.monotonic() < give_up:
                task, user, choice, said = self.answers[0]
                token = get_auth_manager().generate_jwt(SimpleAuthManagerUser(username=user, role="user"))
                client.headers["Authorization"] = f"Bearer {token}"
                waiting = client.get(
                    "/api/v2/dags/~/dagRuns/~/hitlDetails", params={"response_received": "false"}
                ).json()
                for asked in waiting["hitl_details"]:
                    place = asked["task_instance"]
                    if (place["task_id"], place["state"]) == (task, "awaiting_input"):
                        self.asked.append(asked["body"])
                        self.kept.append(refusals_kept())
                        answer = client.patch(
                            f"/api/v2/dags/{place['dag_id']}/dagRuns/{place['dag_run_id']}"
                            f"/taskInstances/{task}/-1/hitlDetails",
                            json={"chosen_options": [choice], "params_input": said},
                        )
                        assert answer.status_code == 200, answer.text
                        del self.answers[0]
                time.sleep(0.2)


def refusals_kept() -> str:
    from airflow.models.variable import Variable
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        return "".join(one.val for one in session.scalars(select(Variable)) if one.key.startswith("huizong_refused_"))


def run(airflow_home, conf, *answers) -> People:
    """Answers the DAG's questions in turn; returns what was read before each answer."""
    prepare_airflow(airflow_home)
    people = People(*answers)
    people.start()
    run_dags(airflow_home, conf, ["january_report"])
    assert people.answers == [], "everybody was asked"
    return people


def made(conf) -> list[tuple[str, str]]:
    decided = decision_room(conf["store"], load()).decisions.all()
    return [(one.kind, one.actor) for one in decided if one.kind in ("prepare", "refuse", "seal")]


def test_two_people_sign_off_and_the_second_is_not_the_first(airflow_home, conf):
    people = run(
        airflow_home,
        conf,
        ("prepare", "stranger", "制表送签 prepare", {"reason": "无权"}),
        ("prepare", "wang", "制表送签 prepare", {"reason": "核对无误"}),
        ("sign", "wang", "签发封存 sign", {"reason": "自己签", "listed_findings": "已核实"}),
        ("sign", "li", "签发封存 sign", {"reason": "带着问题签不了"}),
        ("sign", "li", "退回报告 refuse", {"reason": "请附说明"}),
    )
    assert made(conf) == [("prepare", "wang"), ("refuse", "li")]
    # the second is asked with what is true then
    assert ["送签：王芳" in text for text in people.asked] == [False, False, True, True, True]
    assert all("政府同意：已满足" in text for text in people.asked)
    # asked again after a refusal, it still says of which moment it is
    assert people.asked[0] == people.asked[1] and people.asked[2] == people.asked[3] == people.asked[4]
    assert all("第一次提问时的情况" in text for text in people.asked)
    # why an answer was not recorded lasts until one is, whatever becomes of the try it was given in
    assert [text.partition("：")[0] for text in people.kept] == ["", "stranger", "", "wang", "li"]
    assert refusals_kept() == ""

    room = decision_room(conf["store"], load())
    room.decide(Draft("prepare", "在工作台送签", **CYCLE), Actor("wang", "王芳"), None, datetime.now(UTC))
    said = {"reason": "同意上报", "document_no": "安工信〔2025〕7号", "listed_findings": "已当面核实"}
    run(airflow_home, conf, ("sign", "li", "签发封存 sign", said))
    assert made(conf) == [("prepare", "wang"), ("refuse", "li"), ("prepare", "wang"), ("seal", "li")]
    seal = decision_room(conf["store"], load()).decisions.all()[-1]
    # by the name of the grant, or of decisions before; Airflow knows the login alone
    assert (seal.actor, seal.actor_name) == ("li", "李明")
    assert (seal.document_no, seal.listed_findings, seal.role) == ("安工信〔2025〕7号", "已当面核实", "signer")
    manifest = Path(conf["store"]) / "published" / "ankang-2024" / "annual" / "manifest.json"
    assert json.loads(manifest.read_text())["sealed"] is True


@pytest.mark.parametrize(("first", "last", "called"), [("明", "李", "李明"), ("Ming", "Li", "Ming Li"), ("", "", "li")])
def test_the_desk_calls_people_as_the_auth_manager_does(first, last, called):
    from airflow.providers.fab.auth_manager.models import User

    from desk.airflow.plugin import full_name

    assert full_name(User(username="li", first_name=first, last_name=last)) == called


def test_a_further_try_tells_why_the_answer_before_was_not_recorded(airflow_home, monkeypatch):
    prepare_airflow(airflow_home)
    monkeypatch.syspath_prepend(str(DAGS))
    from airflow.dag_processing.dagbag import DagBag

    sign = DagBag(str(DAGS)).dags["january_report"].get_task("sign").prepare_for_execution()
    refused = {"huizong_refused_monday_sign": "li：还不能封存"}
    sign.render_template_fields(
        {"params": {"regime": "ankang-2024"}, "run_id": "monday", "task": sign, "var": {"value": refused}}
    )

    assert sign.subject.startswith("ankang-2024 年度报告：签发") and "li：还不能封存" in sign.subject
    assert sign.retries == 10
