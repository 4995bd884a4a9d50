"""A step that waits for a person and records the answer on the desk; it waits in Airflow's database, in no worker.

A question is put once. Airflow keeps its text for good, whatever is asked again by the same task and in whichever try; so an
answer that is not recorded ends the run, and ``AskAnewOperator`` starts another, which asks about what is true then.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NoReturn

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import Param, TriggerRule
from airflow.sdk.exceptions import AirflowSkipException

LABELS = {
    "reason": "理由（必填，记入记录） reason",
    "document_no": "发文字号（可不填） number of the report",
    "listed_findings": "对未说明问题的意见（有未说明的问题时填） the signer on open findings",
}
REQUIRED = frozenset({"reason"})

ASKED, REFUSED = "asked", "refused"
"""XComs of a step: what was asked, word for word; why it is asked anew in another run."""

TIMES_ASKED = "times_asked"
"""In the configuration of a run that asks anew, beside ``REFUSED`` (by task, why): how many runs asked before."""

NOT_RECORDED = (
    "{% set refused = (dag_run.conf or {}).get('refused', {}).get(task.task_id) %}"
    "{% if refused %}（上次的回答没有记录 not recorded：{{ refused }}）{% endif %}"
)


def asked(*names: str) -> dict[str, Param]:
    """The fields of ``LABELS`` that a task asks for beside the choice.

    Airflow's page lets nobody answer before every field is filled that may not be null.
    """
    return {
        name: Param("", type="string", title=LABELS[name])
        if name in REQUIRED
        else Param(None, type=["null", "string"], title=LABELS[name])
        for name in names
    }


class SignOffOperator(HITLOperator):
    """One step of the sign-off; skipped where the answer was not recorded, and the question is put anew elsewhere."""

    def __init__(self, *, step: str, subject: str, **kwargs) -> None:
        super().__init__(subject=subject + NOT_RECORDED, **kwargs)
        self.step = step

    def execute(self, context) -> dict[str, Any] | None:
        """What was decided on the desk already; else a person is asked, and the task ends its work for now."""
        from desk.january.answering import as_of, question, settled

        room, cycle = _room_and_cycle(context)
        report = room.read_report(*cycle)
        if made := settled(report, self.step):
            self.log.info("已在工作台上决定：第 %d 号。Decided on the desk already.", made.sequence)
            return _told(made)
        if context["ti"].try_number > 1:
            _ask_anew(context, "任务中断过，问题的文字不再是现在的情况。The task was interrupted.")
        text = question(report)
        context["ti"].xcom_push(ASKED, text)
        self.body = f"{text}\n{as_of(datetime.now(UTC))}"
        return super().execute(context)

    def execute_complete(self, context, event: dict[str, Any]) -> dict[str, Any] | None:
        """The decision that the answer is, with who gave it; skipped, to be asked anew, where the desk refuses it."""
        from desk.decisions.acts import Refused
        from desk.january.answering import answer

        said = event["params_input"] or {}
        # who answers by the API may leave out what may stay blank
        event = event | {"params_input": {name: said.get(name) or "" for name in self.serialized_params}}
        response = super().execute_complete(context, event)
        room, cycle = _room_and_cycle(context)
        # the desk knows people by their login names, under every auth manager
        user = response["responded_by_user"]["name"]
        read = context["ti"].xcom_pull(task_ids=self.task_id, key=ASKED)
        (choice,) = response["chosen_options"]
        try:
            return _told(answer(room, cycle, self.step, user, choice, response["params_input"], read))
        except Refused as refused:
            self.log.warning("没有记录，会重新提问。%s", refused)
            _ask_anew(context, f"{user}：{refused}")


class AskAnewOperator(TriggerDagRunOperator):
    """Another run of its DAG (``trigger_dag_id``) where an answer to one of the tasks ``steps`` was not recorded; else skipped.

    Its runs are numbered: a further try of this task starts none beside the one it started.
    """

    def __init__(self, *, steps: Sequence[str], **kwargs) -> None:
        super().__init__(
            trigger_rule=TriggerRule.ALL_DONE,
            skip_when_already_exists=True,
            openlineage_inject_parent_info=False,
            **kwargs,
        )
        self.steps = tuple(steps)

    def execute(self, context) -> None:
        """Start the run, with the same parameters and why it asks anew."""
        told = {step: context["ti"].xcom_pull(task_ids=step, key=REFUSED) for step in self.steps}
        refused = {step: why for step, why in told.items() if why}
        if not refused:
            raise AirflowSkipException("没有要重新提问的。Nothing is to be asked anew.")
        conf = context["dag_run"].conf or {}
        before = conf.get(TIMES_ASKED, 0)
        first = context["run_id"].removesuffix(_ending(before))
        self.trigger_run_id = first + _ending(before + 1)
        self.conf = {**context["params"], REFUSED: refused, TIMES_ASKED: before + 1}
        super().execute(context)


def _ending(times_asked: int) -> str:
    """What stands behind the id of the first run in that of a run that asks anew."""
    return f"_again_{times_asked}" if times_asked else ""


def _ask_anew(context, why: str) -> NoReturn:
    context["ti"].xcom_push(REFUSED, why)
    raise AirflowSkipException(f"{why}会在新的一次运行里重新提问。It is asked anew in another run.")


def _room_and_cycle(context):
    from pathlib import Path

    from desk.decisions.room import decision_room
    from rulebook import load

    params = context["params"]
    return decision_room(Path(params["store"]), load()), (params["regime"], params["round"])


def _told(made) -> dict[str, Any]:
    return {"kind": made.kind, "decision": made.sequence, "by": made.actor, "reason": made.reason}
