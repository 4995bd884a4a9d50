"""How the warehouse comes about: built beside, renamed into place, and the last good one kept when that fails."""

from pathlib import Path

import pytest

import dbt_project
from dbt_project.invocation import PROJECT

EXITS = "select exit_id, capacity from marts.fct_exit order by exit_id"
LINE = {"county_code": "610924", "enterprise": "紫阳水泥", "amount": "30"}


def test_an_empty_store_gives_a_warehouse_without_exits_and_leaves_no_other_trace(collection, rulebook, ask, capfd):
    steps = []
    files_of_the_project = source_tree()

    dbt_project.build(collection.store.root, rulebook, steps.append)

    assert ask(collection, EXITS) == []
    assert ask(collection, "select count(*) > 0 from marts.fct_obligation") == [(True,)]
    assert any("fct_exit" in step for step in steps)
    assert capfd.readouterr() == ("", "")
    assert source_tree() == files_of_the_project


def test_a_batch_counts_only_once_it_is_judged(collection, rulebook, ask):
    collection.collect("610924", LINE)
    judgement = Path(collection.store.location("findings/000001.parquet"))
    findings = judgement.read_bytes()
    judgement.unlink()

    dbt_project.build(collection.store.root, rulebook)
    assert ask(collection, "select * from marts.fct_submission") == []

    judgement.write_bytes(findings)
    dbt_project.build(collection.store.root, rulebook)
    assert len(ask(collection, EXITS)) == 1


def test_batches_from_before_a_column_was_added_are_read(collection, rulebook, ask):
    collection.collect("610924", LINE)
    older = collection.store.read_table("submissions/000001.parquet").drop_columns(["corrects"])
    collection.store.write_table("submissions/000001.parquet", older)

    dbt_project.build(collection.store.root, rulebook)
    assert ask(collection, "select corrects, status from marts.fct_submission") == [(None, "counting")]


def test_building_again_gives_the_same_exits(collection, rulebook, ask):
    collection.collect("610924", LINE, LINE | {"enterprise": "汉江水泥"})
    dbt_project.build(collection.store.root, rulebook)
    first = ask(collection, EXITS)

    dbt_project.build(collection.store.root, rulebook)
    assert ask(collection, EXITS) == first
    assert len(first) == 2


def test_a_failed_build_leaves_the_last_good_warehouse_and_names_what_failed(collection, rulebook):
    collection.collect("610924", LINE)
    dbt_project.build(collection.store.root, rulebook)
    good = collection.store.read_bytes("warehouse.duckdb")

    collection.write("findings", "000001", [{"submission_id": "000001", "severity": "fatal"}])
    with pytest.raises(dbt_project.WarehouseError, match=r"^数据仓库没有建成[^$]*stg_findings_severity"):
        dbt_project.build(collection.store.root, rulebook)

    assert collection.store.read_bytes("warehouse.duckdb") == good
    assert collection.store.keys(".building/warehouse.duckdb") == []


def test_what_a_killed_build_left_behind_is_no_hindrance(collection, rulebook, ask):
    collection.store.write_bytes(".building/warehouse.duckdb", b"half a database")
    collection.store.write_bytes(".building/warehouse.duckdb.wal", b"half a log")

    dbt_project.build(collection.store.root, rulebook)
    assert ask(collection, EXITS) == []


def source_tree() -> set[Path]:
    """Every file of the dbt project but Python's byte-code."""
    return {path for path in PROJECT.rglob("*") if "__pycache__" not in path.parts}
