"""Builds the warehouse of a store: beside the one in use, then renamed into place.

dbt runs in this process. What it writes (compiled SQL, the parse it can use again) lies in the store, never in the
source tree. Readers keep the last good warehouse until the new one is whole; a failed build changes nothing for them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from rulebook import Rulebook, tables
from store import Store

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult

PROJECT = Path(__file__).parent
SOURCES = PROJECT / "models" / "staging" / "_sources.yml"

WAREHOUSE = "warehouse.duckdb"
# The database is built under its final name in a folder of its own: its views keep the name of the database they were
# made in, and would break if the file were renamed.
WORKSHOP = ".building"

# The events that end a node, and what each calls the number of nodes in all.
NODES_IN_ALL = {"LogModelResult": "total", "LogTestResult": "num_models"}

Progress = Callable[[str], None]


class WarehouseError(Exception):
    """The warehouse could not be built; the one before, if there was one, is still in use."""


def build(store_root: str | os.PathLike[str], rulebook: Rulebook, progress: Progress | None = None) -> None:
    """Build ``warehouse.duckdb`` from the judged batches and the rulebook, and put it in place of the one before.

    A batch is read from the moment its findings are written: what nobody has judged yet is left out, not let in.
    ``progress`` is told each step that is done. Raises ``WarehouseError`` with the models that failed and why.
    """
    store = Store(Path(store_root).resolve())
    announce = progress or (lambda step: None)
    with store.lock("warehouse"):
        announce("规则表 the rulebook's tables")
        write_rulebook_tables(store, rulebook)
        database = Path(store.location(f"{WORKSHOP}/{WAREHOUSE}"))
        database.parent.mkdir(parents=True, exist_ok=True)
        remove_database(database)
        try:
            create_sources(store, database)
            outcome = run_dbt(["build", "--exclude-resource-type", "unit_test"], database, announce)
            if not outcome.success:
                raise WarehouseError(describe_failure(outcome))
            database.replace(store.location(WAREHOUSE))
        finally:
            remove_database(database)


def write_rulebook_tables(store: Store, rulebook: Rulebook) -> None:
    """Put every table of the rulebook beside the batches, where dbt reads it."""
    for name, frame in tables(rulebook).items():
        store.write_table(f"rulebook/{name}.parquet", pa.Table.from_pandas(frame, preserve_index=False))


def create_sources(store: Store, database: Path) -> None:
    """Create dbt's sources in a new database: a view over the files of each, or, where there are none, an empty one."""
    import duckdb
    import yaml

    sources = yaml.safe_load(SOURCES.read_text(encoding="utf-8"))["sources"]
    batches = judged_batches(store)
    with duckdb.connect(str(database)) as connection:
        for source in sources:
            connection.execute(f"create schema {source['name']}")
            for table in source["tables"]:
                files = source_files(store, source["name"], table["name"], batches)
                relation = f"{source['name']}.{table['name']}"
                connection.execute(f"create view {relation} as {source_query(files, table['columns'])}")


def judged_batches(store: Store) -> list[str]:
    """Numbers of the batches whose findings are written."""
    return [Path(key).stem for key in store.keys("findings")]


def source_files(store: Store, source: str, table: str, batches: Sequence[str]) -> list[str]:
    """Where the Parquet files of one source table lie."""
    if source == "rulebook":
        return [store.location(f"rulebook/{table}.parquet")]
    return [store.location(key) for batch in batches if store.exists(key := f"{table}/{batch}.parquet")]


def source_query(files: Sequence[str], columns: Sequence[dict]) -> str:
    """The query over ``files``; without any, one that has the declared columns and no rows."""
    if files:
        paths = ", ".join("'" + path.replace("'", "''") + "'" for path in files)
        return f"select * from read_parquet([{paths}], union_by_name => true)"
    nulls = ", ".join(f'cast(null as {column["data_type"]}) as "{column["name"]}"' for column in columns)
    return f"select {nulls} where false"


def run_dbt(command: Sequence[str], database: Path, announce: Progress) -> dbtRunnerResult:
    """Run a dbt command on ``database`` without a word on the console; what dbt writes goes beside the database.

    The parse is kept there too, so that the next run for the same store starts without it.
    """
    from dbt.cli.main import dbtRunner

    os.environ["HUIZONG_WAREHOUSE_BUILD_PATH"] = str(database)

    def announce_node(event) -> None:
        if total_field := NODES_IN_ALL.get(event.info.name):
            node = event.data
            announce(f"{node.index}/{getattr(node, total_field)} {node.node_info.node_name}")

    return dbtRunner(callbacks=[announce_node]).invoke(
        [
            *("--quiet", "--log-level", "none", "--log-level-file", "none", "--no-version-check", "--no-write-json"),
            *command,
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
            *("--target-path", str(database.parent / "target"), "--log-path", str(database.parent / "logs")),
        ]
    )


def describe_failure(outcome: dbtRunnerResult) -> str:
    """What a person is told of a failed build: each model or test that failed, and the database's own words."""
    failed = [
        f"{result.node.name}：{' '.join((result.message or '').split())}"
        for result in getattr(outcome.result, "results", None) or []
        if result.status in {"error", "fail", "runtime error"}
    ]
    if outcome.exception is not None:
        failed.append(str(outcome.exception))
    return "\n".join(
        [
            "数据仓库没有建成，继续使用上一次建成的仓库。以下模型出错：",
            "The warehouse was not built; the last good one stays in use. These models failed:",
            *(f"  - {line}" for line in failed),
        ]
    )


def remove_database(database: Path) -> None:
    """Remove what a build left behind, its write-ahead log included."""
    database.unlink(missing_ok=True)
    database.with_name(f"{database.name}.wal").unlink(missing_ok=True)
