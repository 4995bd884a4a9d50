"""Issue the blank workbooks of a cycle, one for every reporter and form it sends, into the reporters' outboxes."""

from airflow.sdk import dag, task
from cycle import DEFAULTS, cycle_params


@dag(dag_display_name="下发填报表 issue_templates", schedule=None, params=cycle_params(), doc_md=__doc__, **DEFAULTS)
def issue_templates():
    @task
    def issue(params: dict) -> int:
        """Write the workbooks of every reporter of the cycle, one for each of its forms; returns how many."""
        import exports
        from desk.decisions.log import Decisions
        from desk.delivery.deadlines import extensions_of
        from rulebook import load
        from store import Store

        store = Store(params["store"])
        extensions = extensions_of(Decisions(store, load()).in_force())
        cycle = (params["regime"], params["round"])
        return len(exports.issue_templates(*cycle, store.location("outbox"), load(), extensions))

    issue()


issue_templates()
