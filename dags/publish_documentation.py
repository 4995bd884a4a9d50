"""Document the rules with what the tables of the cycle do not meet (Data Docs), and the warehouse (dbt docs).

At night or by hand, never after each build: it costs as much as one, and nobody waits for it.
"""

from airflow.sdk import dag, task
from airflow.sdk.exceptions import AirflowSkipException
from cycle import DEFAULTS, cycle_params


@dag(
    dag_display_name="生成审核与数据文档 publish_documentation",
    schedule="30 3 * * *",
    params=cycle_params(),
    doc_md=__doc__,
    **DEFAULTS,
)
def publish_documentation():
    @task
    def document_judging(params: dict) -> str:
        """Build the Data Docs of the cycle; the key of their first page."""
        from desk import documentation
        from rulebook import load

        page = documentation.document_judging(params["store"], params["regime"], params["round"], load())
        if page is None:
            raise AirflowSkipException("这一轮还没有审核过的报表。Nothing of this cycle is judged yet.")
        return page

    @task
    def document_warehouse(params: dict) -> str:
        """Build dbt's documentation of the warehouse; the key of its page."""
        from desk import documentation

        page = documentation.document_warehouse(params["store"])
        if page is None:
            raise AirflowSkipException("数据仓库还没有建立。The warehouse was not built yet.")
        return page

    document_judging()
    document_warehouse()


publish_documentation()
