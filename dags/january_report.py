"""The report of January: its gates, its draft, then two people – who prepares it, and another who signs or refuses it.

Started by hand for a regime. Both answer here (Required Actions) or on the desk; what is decided on the desk is not asked
for again. An answer that the desk does not record, or that was given to a question which is no longer so, ends the run, and
another begins by itself and asks about what is true then. A report that is refused ends it too: it goes back with its reason,
and whoever puts it right starts a new run.
"""

from airflow.sdk import dag, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException
from cycle import DEFAULTS, cycle_params
from sign_off import AskAnewOperator, SignOffOperator, asked


@dag(
    dag_display_name="年度上报 january_report",
    schedule=None,
    params=cycle_params(),
    doc_md=__doc__,
    **DEFAULTS | {"max_active_runs": 4},
)
def january_report():
    @task
    def gates(params: dict) -> list[dict]:
        """Where each gate stands, in the log and as this task's result; an open one is told, and keeps nobody from preparing."""
        import logging
        from pathlib import Path

        from desk.decisions.acts import REPORTED_ROUND
        from desk.decisions.room import decision_room
        from desk.january.answering import gate_lines
        from rulebook import load

        if params["round"] != REPORTED_ROUND:
            raise AirflowSkipException("只有年度轮次要上报。Only the annual round is reported.")
        room = decision_room(Path(params["store"]), load())
        if not room.warehouse.exists:
            raise AirflowFailException("数据仓库还没有建立，请先建仓。The warehouse was not built yet: build it first.")
        report = room.read_report(params["regime"], params["round"])
        for line in gate_lines(report):
            logging.getLogger("airflow.task").info(line)
        return [gate.as_json() for gate in report.gates]

    @task
    def draft(params: dict) -> str:
        """The pack as it would be sent; a draft until it is signed. Returns its folder."""
        return _publish(params)

    prepare = SignOffOperator(
        task_id="prepare",
        step="prepare",
        subject="{{ params.regime }} 年度报告：制表送签 prepare the report",
        options=["制表送签 prepare"],
        params=asked("reason"),
    )
    sign = SignOffOperator(
        task_id="sign",
        step="sign",
        subject="{{ params.regime }} 年度报告：签发封存或退回（不能是送签的人） sign or refuse",
        options=["签发封存 sign", "退回报告 refuse"],
        params=asked("reason", "document_no", "listed_findings"),
    )

    @task
    def seal(answer: dict, params: dict) -> str:
        """The sealed copy of what was signed; skipped where the report was refused. Returns its folder."""
        if answer["kind"] == "refuse":
            raise AirflowSkipException(f"{answer['by']} 退回：{answer['reason']} Refused.")
        from desk.decisions.acts import Refused
        from desk.january.seal_writing import seal_cycle
        from rulebook import load
        from store import Store

        try:
            return seal_cycle(Store(params["store"]), params["regime"], params["round"], load()).pack.key
        except Refused as refused:
            raise AirflowFailException(str(refused)) from None

    @task
    def publish(params: dict) -> str:
        """The pack as it was sealed. Returns its folder."""
        return _publish(params)

    gates() >> draft() >> prepare >> sign
    seal(sign.output) >> publish()
    ask_anew = AskAnewOperator(task_id="ask_anew", trigger_dag_id="january_report", steps=["prepare", "sign"])
    [prepare, sign] >> ask_anew


def _publish(params: dict) -> str:
    from desk.january.report import publish
    from rulebook import load
    from store import Store

    return publish(Store(params["store"]), load(), params["regime"], params["round"])


january_report()
