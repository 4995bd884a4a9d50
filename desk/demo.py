"""``make demo``: one whole collection cycle of the demo data through the real DAGs, and what came out of it.

Starts from an empty store each time, so that what is shown is a whole cycle.
"""

from __future__ import annotations

import csv
import shutil
import sys
from pathlib import Path

from desk.airflow.environment import PROJECT
from desk.airflow.run import DagFailed, run_dags
from desk.tables import Progress, print_status, print_table
from desk.views.status import read_status

REGIME = "ankang-2024"
ROUND = "annual"
INBOX = PROJECT / "demo" / "inbox"
PLACE = PROJECT / "var" / "demo"

DAG_ZH = {
    "issue_templates": "下发填报表 issue_templates",
    "collect_submissions": "收集报表 collect_submissions",
    "build_warehouse": "建立数据仓库 build_warehouse",
    "provincial_rollup": "省级汇总 provincial_rollup",
}

REJECTED_QUERY = """
select
    submission.submission_id,
    coalesce(reporter.reporter, submission.reporter_code, '(不明)') as reporter,
    submission.file,
    finding.sheet,
    finding.cell,
    finding.message
from marts.fct_submission as submission
inner join marts.fct_finding as finding on submission.submission_id = finding.submission_id
left join marts.dim_reporter as reporter
    on submission.regime = reporter.regime and submission.reporter_code = reporter.reporter_code
where submission.status = 'rejected' and finding.severity = 'reject'
order by submission.submission_id, finding.sheet, finding.cell
"""


def main() -> int:
    """Run the demo; 0 when the cycle went through, 1 when a DAG failed."""
    store = PLACE / "store"
    # sealed folders are read-only
    for folder in filter(Path.is_dir, store.rglob("*")):
        folder.chmod(0o755)
    shutil.rmtree(store, ignore_errors=True)
    conf = {"inbox": str(INBOX), "store": str(store), "regime": REGIME, "round": ROUND}
    try:
        with Progress() as progress:
            progress("启动 Airflow starting Airflow")
            run_dags(PLACE / "airflow", conf, announce=lambda dag_id: progress(DAG_ZH[dag_id]))
    except DagFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    warehouse = store / "warehouse.duckdb"
    print_status(read_status(warehouse, REGIME, ROUND))
    print_rejected(warehouse)
    pack = store / "published" / REGIME / ROUND
    print_figure(pack / "rollup.csv")
    annotated = sorted((store / "outbox").glob("*/*批注*.xlsx"))
    print(f"汇总表 rollup:            {shown(pack / 'rollup.xlsx')}")
    print(f"汇总数据 data:            {shown(pack / 'rollup.csv')}")
    print(f"批注稿 annotated workbook: {shown(annotated[0])}")
    print(f"全部回执与批注稿 answers:  {shown(store / 'outbox')}")
    return 0


def print_rejected(warehouse: Path) -> None:
    """Which files were rejected, and why: sheet, cell and the sentence the reporter reads."""
    import duckdb

    with duckdb.connect(str(warehouse), read_only=True) as connection:
        lines = connection.execute(REJECTED_QUERY).fetchall()
    print("审核未通过的文件和原因 Rejected, and why\n")
    told = None
    for submission_id, reporter, file, sheet, cell, message in lines:
        if submission_id != told:
            print(f"  {submission_id} {reporter}：{file}")
            told = submission_id
        place = " ".join(part for part in (sheet, cell) if part)
        print(f"         {place}{'  ' if place else ''}{message}")
    print()


def print_figure(rollup: Path) -> None:
    """The figure of the whole area: one line per industry and unit, each exit counted once."""
    with rollup.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    area = lines[0]["division_code"] if lines else None
    print_table(
        "汇总（草稿） The figure (draft)",
        ["地区", "行业", "企业（家）", "退出（条）", "产能", "单位"],
        [
            [
                line["division"],
                line["industry"],
                line["enterprises"],
                line["exits"],
                line["capacity"],
                line["capacity_unit"],
            ]
            for line in lines
            if line["division_code"] == area and line["category"] == "合计"
        ],
    )


def shown(path: Path) -> str:
    """``path`` as one types it from the project's folder."""
    return str(path.relative_to(PROJECT))


if __name__ == "__main__":
    raise SystemExit(main())
