"""The marts of one cycle as Parquet: what a sealed pack keeps of the warehouse, so that its figures can be asked for ever.

The same lines give the same bytes: every table is sorted by all its columns and written in one way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from store import sql_literal

if TYPE_CHECKING:
    import duckdb

PLAN = "plan"

_OF_THE_YEAR = frozenset(("fct_acceptance", "fct_photo", "fct_rectification"))
"""Marts that a cycle reads across the rounds of its regime: a record made at mid-year holds for the year, and the last
list of orders is the whole list (decisions 14 and 15)."""

_BEHIND_EXITS = ("fct_claim", "fct_submission")
"""What exits rest on. An exit that a mid-year row added to the plan has its row and file in a round that is not kept."""

_COLUMNS = """
select table_name, list(column_name) as columns
from information_schema.columns
where table_schema = 'marts'
group by table_name
order by table_name
"""


def write_marts(warehouse: Path | str, regime: str, round: str, folder: Path) -> tuple[str, ...]:
    """``<mart>.parquet`` lies in ``folder`` for every mart, narrowed to the cycle; their names, sorted.

    With a round that is held against the plan goes the plan round of the regime. What belongs to exits is kept with them,
    of enterprises who is named; what only names codes (divisions, industries, categories) is kept whole.
    """
    import duckdb
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(":memory:") as connection:
        name = Path(warehouse).stem
        connection.execute(f'attach {sql_literal(str(warehouse))} as "{name}" (read_only)')
        connection.execute(f'use "{name}"')
        marts = {mart: frozenset(columns) for mart, columns in connection.execute(_COLUMNS).fetchall()}
        _keep(connection, marts, regime, rounds_kept(round))
        for mart in marts:
            table = connection.execute(f'select * from memory.kept."{mart}" order by all').to_arrow_table()
            pq.write_table(
                table,
                folder / f"{mart}.parquet",
                version="2.6",
                compression="zstd",
                compression_level=3,
                row_group_size=100_000,
                write_statistics=True,
                store_schema=False,
            )
    return tuple(f"{mart}.parquet" for mart in marts)


def rounds_kept(round: str) -> tuple[str, ...]:
    """The rounds whose lines go with a cycle: its own, and the plan it is held against."""
    return (round,) if round == PLAN else (round, PLAN)


def _keep(
    connection: duckdb.DuckDBPyConnection, marts: dict[str, frozenset[str]], regime: str, rounds: tuple[str, ...]
) -> None:
    """Every mart lies in ``memory.kept`` as far as it belongs to the cycle."""
    connection.execute("create schema memory.kept")
    of_regime = f"regime = {sql_literal(regime)}"
    of_rounds = f"round in ({', '.join(map(sql_literal, rounds))})"
    of_cycle = {mart for mart, columns in marts.items() if "regime" in columns}
    of_exits = {mart for mart, columns in marts.items() if "exit_id" in columns} - of_cycle
    for mart in of_cycle - frozenset(_BEHIND_EXITS):
        with_round = "round" in marts[mart] and mart not in _OF_THE_YEAR
        _keep_where(connection, mart, f"{of_regime} and {of_rounds}" if with_round else of_regime)
    exits = "select exit_id from memory.kept.fct_exit union select exit_id from memory.kept.fct_plan"
    for mart in of_exits:
        _keep_where(connection, mart, f"exit_id in ({exits})")
    rows = "row_id in (select row_id from memory.kept.fct_exit_claim)"
    _keep_where(connection, "fct_claim", f"{of_regime} and ({of_rounds} or {rows})")
    files = "submission_id in (select submission_id from memory.kept.fct_claim)"
    _keep_where(connection, "fct_submission", f"{of_regime} and ({of_rounds} or {files})")
    naming = [mart for mart in of_cycle if "enterprise_id" in marts[mart]]
    enterprises = " union ".join(f'select enterprise_id from memory.kept."{mart}"' for mart in naming)
    for mart in marts.keys() - of_cycle - of_exits:
        is_narrowed = "enterprise_id" in marts[mart] and enterprises
        _keep_where(connection, mart, f"enterprise_id in ({enterprises})" if is_narrowed else "true")


def _keep_where(connection: duckdb.DuckDBPyConnection, mart: str, condition: str) -> None:
    connection.execute(f'create table memory.kept."{mart}" as select * from marts."{mart}" where {condition}')


@contextmanager
def sealed_marts(**folders: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory with a schema for each of the ``folders`` of sealed marts, called by its name."""
    import duckdb

    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        for schema, folder in folders.items():
            connection.execute(f"create schema {schema}")
            for path in sorted(folder.glob("*.parquet")):
                lines = f"select * from read_parquet({sql_literal(str(path))})"
                connection.execute(f'create view {schema}."{path.stem}" as {lines}')
        yield connection
