"""A task that waits for a person and records the answer on the desk; it waits in Airflow's database, in no worker."""

from datetime import UTC, datetime
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param, Variable

LABELS = {
    "reason": "理由（必填，记入记录） reason",
    "document_no": "发文字号（可不填） number of the report",
    "listed_findings": "对未说明问题的意见（有未说明的问题时填） the signer on open findings",
}


RETRIES = 10
"""An answer the desk refuses makes the task wait anew, and what Airflow is told late of the earlier wait may count as a
failed try: it asks again all the same, until so many were lost."""

NOT_RECORDED = (
    "{% set refused = var.value.get('huizong_refused_' ~ run_id ~ '_' ~ task.task_id, '') %}"
    "{% if refused %}（上次的回答没有记录 not recorded：{{ refused }}）{% endif %}"
)


def asked(*names: str) -> dict[str, Param]:
    """The fields of ``LABELS`` that a task asks for beside the choice."""
    return {name: Param("", type="string", title=LABELS[name]) for name in names}


class SignOffOperator(HITLOperator):
    """One step of the sign-off: what the desk refuses is told in the log, and asked again."""

    def __init__(self, *, step: str, subject: str, **kwargs) -> None:
        super().__init__(subject=subject + NOT_RECORDED, **{"retries": RETRIES} | kwargs)
        self.step = step

    def execute(self, context) -> dict[str, Any] | None:
        """What was decided on the desk already; else a person is asked, and the task ends its work for now."""
        from desk.january.answering import question, settled

        room, cycle = _room_and_cycle(context)
        report = room.read_report(*cycle)
        if made := settled(report, self.step):
            self.log.info("已在工作台上决定：第 %d 号。Decided on the desk already.", made.sequence)
            return _told(made)
        # what is true now, not at the run's start
        self.body = question(report, datetime.now(UTC))
        return super().execute(context)

    def execute_complete(self, context, event: dict[str, Any]) -> dict[str, Any] | None:
        """The decision that the answer is, with who gave it; asked again where the desk refuses it."""
        from desk.decisions.acts import Refused
        from desk.january.answering import answer

        said = event["params_input"] or {}
        # who answers by the API may leave out what may stay blank
        event = event | {"params_input": {name: said.get(name) or "" for name in self.serialized_params}}
        response = super().execute_complete(context, event)
        room, cycle = _room_and_cycle(context)
        # the desk knows people by their login names, under every auth manager
        user = response["responded_by_user"]["name"]
        try:
            made = answer(room, cycle, self.step, user, response["chosen_options"][0], response["params_input"])
        except Refused as refused:
            self.log.warning("没有记录，请重新回答。%s", refused)
            context["ti"].xcom_push("refused", f"{user}：{refused}")
            # a further try begins without the task's XComs
            Variable.set(_refused_key(context), f"{user}：{refused}")
            return super().execute(context)
        context["ti"].xcom_push("refused", None)
        if Variable.get(_refused_key(context), default=None) is not None:
            Variable.delete(_refused_key(context))
        return _told(made)


def _refused_key(context) -> str:
    """Of the variable that keeps why an answer was not recorded, until one is; ``NOT_RECORDED`` reads it."""
    return f"huizong_refused_{context['run_id']}_{context['ti'].task_id}"


def _room_and_cycle(context):
    from pathlib import Path

    from desk.decisions.room import decision_room
    from rulebook import load

    params = context["params"]
    return decision_room(Path(params["store"]), load()), (params["regime"], params["round"])


def _told(made) -> dict[str, Any]:
    return {"kind": made.kind, "decision": made.sequence, "by": made.actor, "reason": made.reason}
