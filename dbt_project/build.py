"""Builds the warehouse of a store: beside the one in use, then renamed into place.

What dbt writes lies in the store, never in the source tree. Readers keep the last good warehouse until the new one is
whole; a failed build changes nothing for them.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dbt_project.compaction import files_of_batches
from dbt_project.decided import write_day, write_decisions
from dbt_project.invocation import PROJECT, Progress, describe_failure, run_dbt, taken_as_compiled
from dbt_project.manifest import keep_manifest, load_manifest
from rulebook import LOCAL_TIME, Rulebook, tables
from store import Store, sql_literal

if TYPE_CHECKING:
    import duckdb
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

SOURCES = PROJECT / "models" / "staging" / "_sources.yml"

WAREHOUSE = "warehouse.duckdb"
# The database is built under its final name in a folder of its own: its views keep the name of the database they were
# made in, and would break if the file were renamed.
WORKSHOP = ".building"

# The log is copied into the file once, at the end: halfway it would hold up every model. Nothing is lost with the log of
# a build that breaks off: the next begins anew.
WRITTEN_AT_ONCE = "1TB"

GUARDS = ("test_type:singular", "tag:guard")
BUILD = ("build", "--select", "resource_type:model", *GUARDS, "--indirect-selection", "empty")


class WarehouseError(Exception):
    """The warehouse could not be built; the one before, if there was one, is still in use."""


def build(
    store_root: str | os.PathLike[str],
    rulebook: Rulebook,
    progress: Progress | None = None,
    as_of: dt.date | None = None,
    key: str = WAREHOUSE,
    last_decision: int | None = None,
) -> None:
    """Build ``warehouse.duckdb`` from judged batches, decisions and rulebook, and put it in place of the one before.

    Under another ``key`` (which ends in the same name: views know it) lies a warehouse that nobody reads but who asked for
    it. Decisions after the one numbered ``last_decision`` are left out.

    A batch is read from the moment its findings are written: what nobody has judged yet is left out, not let in.
    Waivers hold until ``as_of`` and clocks are read on it, today in Asia/Shanghai where none is given; waivers of a sealed
    cycle hold by the day of its seal. ``progress`` is told each step that is done. Raises ``WarehouseError`` with the models
    that failed and why, or the decision that cannot be read.
    """
    import duckdb

    store = Store(Path(store_root).resolve())
    announce = progress or (lambda step: None)
    with store.lock("warehouse"):
        announce("规则表 the rulebook's tables")
        write_rulebook_tables(store, rulebook)
        day = as_of or dt.datetime.now(LOCAL_TIME).date()
        write_decided_table(store, day, last_decision)
        write_day(store, day)
        database = Path(store.location(f"{WORKSHOP}/{WAREHOUSE}"))
        database.parent.mkdir(parents=True, exist_ok=True)
        remove_database(database)
        try:
            create_database(database)
            # dbt opens and closes the database for every node; while it is open here too, that costs next to nothing
            with duckdb.connect(str(database)) as connection:
                connection.execute(f"set wal_autocheckpoint = '{WRITTEN_AT_ONCE}'")
                create_sources(store, connection)
                build_models(database, announce)
                connection.execute("checkpoint")
            target = Path(store.location(key))
            target.parent.mkdir(parents=True, exist_ok=True)
            database.replace(target)
        finally:
            remove_database(database)


def create_database(database: Path) -> None:
    """Create the file in DuckDB's newest storage format; the default is its oldest, and takes twice as long to write."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(f"attach {sql_literal(str(database))} as created (storage_version 'latest')")


def write_rulebook_tables(store: Store, rulebook: Rulebook) -> None:
    """Put every table of the rulebook beside the batches, where dbt reads it."""
    for name, table in tables(rulebook).items():
        store.write_table(f"rulebook/{name}.parquet", table)


def write_decided_table(store: Store, as_of: dt.date, last_decision: int | None = None) -> None:
    """Put the desk's decisions where dbt reads them; ``WarehouseError`` names the file that is none."""
    try:
        write_decisions(store, as_of, last_decision)
    except ValueError as error:
        raise WarehouseError(
            f"数据仓库没有建成，继续使用上一次建成的仓库。处理决定读不懂：{error}。请按备份恢复该文件后再建。\n"
            f"The warehouse was not built; the last good one stays in use. A decision cannot be read: {error}. "
            "Restore the file from the backup and build again."
        ) from error


def create_sources(store: Store, connection: duckdb.DuckDBPyConnection) -> None:
    """Create dbt's sources in a new database: a view over the files of each, or, where there are none, an empty one."""
    import yaml

    # written in C, and nine times as fast, where PyYAML was built with it
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    sources = yaml.load(SOURCES.read_text(encoding="utf-8"), loader)["sources"]
    batches = judged_batches(store)
    for source in sources:
        connection.execute(f"create schema {source['name']}")
        for table in source["tables"]:
            files = source_files(store, source["name"], table["name"], batches)
            create_source(connection, f"{source['name']}.{table['name']}", files, table["columns"])


def create_source(
    connection: duckdb.DuckDBPyConnection, relation: str, files: Sequence[str], columns: Sequence[dict]
) -> None:
    """Create the view over ``files``; a declared column that none of them has is null in every line."""
    if not files:
        connection.execute(f"create view {relation} as select {nulls(columns)} where false")
        return
    lines = f"from read_parquet([{', '.join(map(sql_literal, files))}], union_by_name => true)"
    connection.execute(f"create view {relation} as select * {lines}")
    in_files = {name for name, *_ in connection.execute(f"describe {relation}").fetchall()}
    # batches that an earlier release wrote know nothing of columns that came later
    if later := [column for column in columns if column["name"] not in in_files]:
        connection.execute(f"create or replace view {relation} as select *, {nulls(later)} {lines}")


def judged_batches(store: Store) -> list[str]:
    """Numbers of the batches whose findings are written."""
    return [Path(key).stem for key in store.keys("findings")]


def source_files(store: Store, source: str, table: str, batches: Sequence[str]) -> list[str]:
    """Where the Parquet files of one source table lie: those of the batches, or the only one."""
    if source == "batches":
        return files_of_batches(store, table, batches)
    return [store.location(f"{source}/{table}.parquet")]


def nulls(columns: Sequence[dict]) -> str:
    """The declared ``columns``, without a value."""
    return ", ".join(f'cast(null as {column["data_type"]}) as "{column["name"]}"' for column in columns)


def build_models(database: Path, announce: Progress) -> None:
    """Build every model and run the data tests that guard the figure; a build that breaks one ends here.

    All other data tests and the unit tests hold by the models alone, and are the test suite's (decision 4).
    """
    manifest = load_manifest() or parse_project(database, announce)
    announce("模型 models")
    with taken_as_compiled():
        check(run_dbt(BUILD, database, announce, manifest))


def parse_project(database: Path, announce: Progress) -> Manifest:
    """dbt's reading of the project with the SQL of each model as compiled, kept for the next build."""
    announce("解析模型 parsing the models")
    manifest = check(run_dbt(["parse"], database, announce)).result
    check(run_dbt(["compile"], database, announce, manifest))
    keep_manifest(manifest)
    return manifest


def check(outcome: dbtRunnerResult) -> dbtRunnerResult:
    """``outcome`` if dbt succeeded; else ``WarehouseError`` with what a person is told of a failed build."""
    if outcome.success:
        return outcome
    raise WarehouseError(
        "\n".join(
            [
                "数据仓库没有建成，继续使用上一次建成的仓库。以下模型出错：",
                "The warehouse was not built; the last good one stays in use. These models failed:",
                *(f"  - {line}" for line in describe_failure(outcome)),
            ]
        )
    )


def remove_database(database: Path) -> None:
    """Remove what a build left behind, its write-ahead log included."""
    database.unlink(missing_ok=True)
    database.with_name(f"{database.name}.wal").unlink(missing_ok=True)
