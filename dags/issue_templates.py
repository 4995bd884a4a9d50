"""Issue the blank workbooks of a cycle, one for every reporter and form it sends, into the reporters' outboxes."""

from airflow.sdk import dag, task
from cycle import DEFAULTS, cycle_params


@dag(dag_display_name="下发填报表 issue_templates", schedule=None, params=cycle_params(), doc_md=__doc__, **DEFAULTS)
def issue_templates():
    @task
    def issue(params: dict) -> int:
        """Write the workbooks of every reporter of the cycle, one for each of its forms; returns how many."""
        import exports
        from rulebook import load
        from store import Store

        folder = Store(params["store"]).location("outbox")
        return len(exports.issue_templates(params["regime"], params["round"], folder, load()))

    issue()


issue_templates()
