"""What is promised of every model: its unit tests pass, and it and each of its columns are described."""

import shutil
from pathlib import Path

import pytest
from dbt.artifacts.resources.types import NodeType

from dbt_project.invocation import run_dbt

LAYERS = ("staging", "intermediate", "marts")


@pytest.fixture(scope="module")
def database(ankang, tmp_path_factory) -> Path:
    """A copy of the built warehouse: dbt opens it for writing, and other tests read the original."""
    copy = tmp_path_factory.mktemp("copy") / "warehouse.duckdb"
    shutil.copy(ankang.store.location("warehouse.duckdb"), copy)
    return copy


@pytest.fixture(scope="module")
def manifest(database):
    """What dbt knows of the project."""
    return run_dbt(["parse"], database, lambda step: None).result


@pytest.fixture(scope="module")
def models(manifest) -> list:
    return [node for node in manifest.nodes.values() if node.resource_type == NodeType.Model]


def test_the_models_unit_tests_pass(manifest, database):
    outcome = run_dbt(["test", "--select", "test_type:unit"], database, lambda step: None)

    assert {result.node.name: result.message for result in outcome.result if result.status != "pass"} == {}
    assert len(outcome.result) == len(manifest.unit_tests) > 0


def test_the_data_tests_pass_on_a_cycle_with_one_of_each_fate(manifest, database):
    outcome = run_dbt(["test", "--select", "test_type:data"], database, lambda step: None)

    assert {result.node.name: result.message for result in outcome.result if result.status != "pass"} == {}
    assert len(outcome.result) == len([node for node in manifest.nodes.values() if node.resource_type == NodeType.Test])


def test_every_model_and_source_is_described(manifest, models):
    assert [node.unique_id for node in [*models, *manifest.sources.values()] if not node.description.strip()] == []


def test_every_column_of_every_model_is_described(ankang, models, ask):
    described = {
        (model.name, column.name)
        for model in models
        if model.config.materialized != "ephemeral"
        for column in model.columns.values()
        if column.description.strip()
    }
    built = ask(
        ankang, f"select table_name, column_name from information_schema.columns where table_schema in {LAYERS}"
    )
    assert set(built) == described


def test_every_mart_has_an_enforced_contract_and_says_its_grain(models):
    marts = [model for model in models if model.schema == "marts"]
    assert [mart.name for mart in marts if not mart.contract.enforced] == []
    assert [mart.name for mart in marts if "One row per " not in mart.description.replace("\n", " ")] == []


def test_only_staging_reads_sources(models):
    readers = [model for model in models if any(parent.startswith("source.") for parent in model.depends_on.nodes)]
    assert [model.name for model in readers if model.schema != "staging"] == []
    assert len(readers) > 0
