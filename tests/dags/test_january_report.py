"""The sign-off of January through real Airflow: its DAG, its tasks that wait for people, its own REST API for the answers."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
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
ADMIN, WANG = Actor("admin", "管理员", "administrator", ""), Actor("wang", "王芳")
WAIT_SECONDS = 120
PREPARE, SIGN, REFUSE = "制表送签 prepare", "签发封存 sign", "退回报告 refuse"
SIGNED = {"reason": "同意上报", "document_no": "安工信〔2025〕7号", "listed_findings": "已当面核实"}


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
    room.decide(Draft("consent", "同意", document=b"scan", **consent, **CYCLE), WANG, None)
    (obligations, *_) = room.read_report(*CYCLE.values()).gates
    for lack in obligations.lacks:
        room.decide(Draft("excuse", "准予", reporter_code=lack.about["code"], **CYCLE), WANG, None)
    return CYCLE | {"store": str(cycle.store.root)}


def test_airflows_page_asks_for_nothing_that_may_stay_blank(airflow_home, monkeypatch):
    prepare_airflow(airflow_home)
    monkeypatch.syspath_prepend(str(DAGS))
    from airflow.dag_processing.dagbag import DagBag

    fields = DagBag(str(DAGS)).dags["january_report"].get_task("sign").serialized_params
    required = [name for name, field in fields.items() if "null" not in field["schema"]["type"]]
    assert (required, [*fields]) == (["reason"], [*SIGNED])


@dataclass
class Answer:
    """What somebody says to a task that waits; without a choice the task is cleared instead."""

    task: str
    user: str
    choice: str | None
    said: dict = field(default_factory=dict)
    meanwhile: Callable[[], object] = lambda: None
    """What happens between reading and answering."""


class People(threading.Thread):
    """Those who answer the tasks that wait, one after the other, by Airflow's REST API under their own names."""

    def __init__(self, *answers: Answer) -> None:
        super().__init__(daemon=True)
        self.answers = list(answers)
        self.subjects: list[str] = []
        self.asked: list[str] = []
        """What each of them read before answering, without the moment it was asked at."""
        self.runs: list[str] = []

    def run(self) -> None:
        from airflow.api_fastapi.app import create_app, get_auth_manager
        from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
        from fastapi.testclient import TestClient

        with TestClient(create_app("core")) as client:
            give_up = time.monotonic() + WAIT_SECONDS
            while self.answers and time.monotonic() < give_up:
                answer = self.answers[0]
                role = "user" if answer.choice else "admin"
                token = get_auth_manager().generate_jwt(SimpleAuthManagerUser(username=answer.user, role=role))
                client.headers["Authorization"] = f"Bearer {token}"
                details = client.get("/api/v2/dags/~/dagRuns/~/hitlDetails", params={"response_received": "false"})
                waiting = [
                    one for one in details.json()["hitl_details"] if one["task_instance"]["state"] == "awaiting_input"
                ]
                if [one["task_instance"]["task_id"] for one in waiting] == [answer.task]:
                    self._answer(client, waiting[0], answer)
                    del self.answers[0]
                time.sleep(0.2)

    def _answer(self, client, question, answer: Answer) -> None:
        place = question["task_instance"]
        text, _, moment = question["body"].rpartition("\n")
        assert "（北京时间）的情况" in moment
        self.subjects.append(question["subject"])
        self.asked.append(text)
        self.runs.append(place["dag_run_id"])
        answer.meanwhile()
        dag = f"/api/v2/dags/{place['dag_id']}"
        if answer.choice is None:
            what = {
                "dag_run_id": place["dag_run_id"],
                "task_ids": [answer.task],
                "dry_run": False,
                "only_failed": False,
            }
            told = client.post(f"{dag}/clearTaskInstances", json=what)
        else:
            told = client.patch(
                f"{dag}/dagRuns/{place['dag_run_id']}/taskInstances/{answer.task}/-1/hitlDetails",
                json={"chosen_options": [answer.choice], "params_input": answer.said},
            )
        assert told.status_code == 200, told.text


def run(airflow_home, conf, *answers: Answer) -> People:
    """The DAG and every further run that it starts; a scheduler would run those by itself. Everybody has answered."""
    prepare_airflow(airflow_home)
    started_before = {one.run_id for one in started_runs()}
    people = People(*answers)
    people.start()
    run_dags(airflow_home, conf, ["january_report"])
    from airflow.dag_processing.dagbag import DagBag

    dag = DagBag(str(DAGS)).dags["january_report"]
    while started := [one for one in started_runs() if one.run_id not in started_before]:
        (new,) = started
        started_before.add(new.run_id)
        assert dag.test(run_conf=new.conf).state == "success"
    assert people.answers == [], "everybody was asked"
    return people


def started_runs():
    """The runs that another run started."""
    from airflow.models.dagrun import DagRun
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        runs = session.scalars(select(DagRun).where(DagRun.run_type == "operator_triggered")).all()
        session.expunge_all()
        return runs


def made(conf) -> list[tuple[str, str]]:
    decided = decision_room(conf["store"], load()).decisions.all()
    return [(one.kind, one.actor) for one in decided if one.kind in ("prepare", "refuse", "seal")]


def prepare_on_the_desk(conf, reason) -> int:
    """Anew where it was prepared before; the number of the decision."""
    room = decision_room(conf["store"], load())
    if prepared := room.read_report(*CYCLE.values()).prepared:
        room.decide(Draft("undo", reason, undoes=prepared.sequence), WANG, None)
    return room.decide(Draft("prepare", reason, **CYCLE), WANG, None, datetime.now(UTC)).sequence


def test_two_people_sign_off_and_the_second_is_not_the_first(airflow_home, conf):
    people = run(
        airflow_home,
        conf,
        Answer("prepare", "stranger", PREPARE, {"reason": "无权"}),
        Answer("prepare", "wang", PREPARE, {"reason": "核对无误"}),
        Answer("sign", "wang", SIGN, SIGNED),
        Answer("sign", "li", REFUSE, {"reason": "请附说明"}),
    )
    assert made(conf) == [("prepare", "wang"), ("refuse", "li")]
    # the second is asked with what is true then
    assert ["送签：王芳" in text for text in people.asked] == [False, False, True, True]
    assert all("政府同意：已满足" in text and "要上报的数：水泥1条30万吨。" in text for text in people.asked)
    # whoever is asked again reads why, and only the step that it was about says so
    told = [subject.partition("not recorded：")[2].partition("：")[0] for subject in people.subjects]
    assert told == ["", "stranger", "", "wang"]


def test_what_is_signed_is_what_was_read_or_the_question_is_put_anew(airflow_home, conf):
    """The report is prepared anew between reading and answering, then Airflow's own task is cleared when it was once more."""
    prepared = [prepare_on_the_desk(conf, "送签")]
    people = run(
        airflow_home,
        conf,
        Answer("sign", "li", SIGN, SIGNED, lambda: prepared.append(prepare_on_the_desk(conf, "改过"))),
        Answer("sign", "li", None, {}, lambda: prepared.append(prepare_on_the_desk(conf, "又改过"))),
        Answer("sign", "li", SIGN, SIGNED),
    )
    told = [[number for number in prepared if f"（第 {number} 号决定）" in text] for text in people.asked]
    assert told == [[number] for number in prepared]
    assert "提问之后情况变了" in people.subjects[1] and "任务中断过" in people.subjects[2]

    assert made(conf) == [("prepare", "wang")] * 3 + [("seal", "li")]
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
