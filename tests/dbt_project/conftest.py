"""Small stores of hand-written Parquet and the warehouses built of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

import dbt_project
from rulebook import Rulebook, load
from tests.dbt_project.collection import LATE, Collection


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    return load()


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    """An empty store to be filled by hand."""
    return Collection(tmp_path / "store")


@pytest.fixture(scope="session")
def ankang(tmp_path_factory: pytest.TempPathFactory, rulebook: Rulebook) -> Collection:
    """A cycle of ankang-2024 with one of each fate, its warehouse built. Tests only read it.

    紫阳县 and the development and reform commission report the same cement line with different figures; 旬阳市's
    resubmission is rejected; 高新区 names the county it lies in; 汉阴县 sends a nil return, late.
    """
    cycle = Collection(tmp_path_factory.mktemp("ankang"))
    cycle.collect("610924", {"county_code": "610924", "enterprise": "紫阳水泥", "amount": "40"}, round="plan")
    cycle.collect(
        "610924",
        {
            "county_code": "610924",
            "enterprise": "紫阳水泥",
            "amount": "30.3",
            "categories": ["能耗"],
            "method": "封存",
            "equipment_count": 2,
            "equipment": [
                {"name": "水泥磨", "spec_value": 3.2, "spec_unit": "米", "quantity": 2, "quantity_unit": "台"}
            ],
        },
    )
    cycle.collect("610900-fgw", {"enterprise": "紫阳水泥", "amount": "35", "categories": ["能耗", "环保"]})
    cycle.collect("610981", {"county_code": "610981", "enterprise": "旬阳水泥", "amount": "10"})
    cycle.collect("610981", {"county_code": "610981", "enterprise": "旬阳水泥", "amount": "999"}, rejected_by="F05")
    cycle.collect("610900-q01", {"county_code": "610902", "enterprise": "高新粉磨", "amount": "0.2"})
    cycle.collect("610921", received_at=LATE)
    cycle.collect("610922", rejected_by="S01", form=None, is_nil=None)
    dbt_project.build(cycle.store.root, rulebook)
    return cycle


@pytest.fixture
def ask() -> Iterator[Callable[..., list[tuple]]]:
    """Asks the warehouse of a store, as every reader does: read-only and without dbt."""

    def ask_warehouse(collection: Collection, question: str) -> list[tuple]:
        with duckdb.connect(collection.store.location("warehouse.duckdb"), read_only=True) as warehouse:
            return warehouse.execute(question).fetchall()

    return ask_warehouse
