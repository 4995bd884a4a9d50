"""Small stores of hand-written Parquet and the warehouses built of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
import yaml

import dbt_project
from dbt_project.build import SOURCES
from rulebook import Rulebook, load
from store import Store

CEMENT = {"industry": "水泥", "industry_code": "C3011", "capacity_unit": "万吨"}
IN_TIME = datetime(2024, 12, 30, 15, 59, tzinfo=UTC)
LATE = datetime(2025, 1, 2, 1, 0, tzinfo=UTC)

MACHINE = pa.struct(
    [
        ("name", pa.string()),
        ("spec_value", pa.float64()),
        ("spec_unit", pa.string()),
        ("quantity", pa.int64()),
        ("quantity_unit", pa.string()),
    ]
)
ARROW_TYPES = {
    "string": pa.string(),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", tz="UTC"),
    "decimal(28, 8)": pa.decimal128(28, 8),
    "string[]": pa.list_(pa.string()),
}


class Collection:
    """A store that is filled by hand: what ingestion and expectations would have written of a cycle's files."""

    def __init__(self, root: Path) -> None:
        self.store = Store(root)
        self.received = 0

    def collect(self, reporter: str, *rows: dict, round: str = "annual", rejected_by: str | None = None, **told) -> str:
        """Put one file of ``reporter`` into a batch of its own, judged; return its submission's id."""
        self.received += 1
        batch = receipt = f"{self.received:06}"
        cycle = {"regime": "ankang-2024", "round": round, "reporter_code": reporter}
        submission = {
            "submission_id": receipt,
            "receipt_no": self.received,
            "batch": batch,
            "form": "exit_statistics",
            "file": f"{receipt}.xlsx",
            "received_at": IN_TIME,
            "is_nil": not rows,
            "row_count": len(rows),
        }
        findings = (
            [
                {
                    "finding_id": f"{receipt}-{rejected_by}",
                    "submission_id": receipt,
                    "rule": rejected_by,
                    "severity": "reject",
                    "message": "请改正",
                    "remedy": "改正后重报",
                }
            ]
            if rejected_by
            else []
        )
        numbered = [
            {"row_id": f"{receipt}:1:{row}", "submission_id": receipt, "sheet": "统计表", "row": row}
            | cycle
            | CEMENT
            | {"enterprise_key": said["enterprise"], "capacity": Decimal(said["amount"])}
            | {name: value for name, value in said.items() if name != "amount"}
            for row, said in enumerate(rows, start=5)
        ]
        self.write("submissions", batch, [submission | cycle | told])
        self.write("rows", batch, numbered)
        self.write("findings", batch, findings)
        return receipt

    def write(self, table: str, batch: str, lines: list[dict]) -> None:
        """Put ``lines`` under the batch, with every column the sources declare."""
        schema = source_schema(table)
        self.store.write_table(f"{table}/{batch}.parquet", pa.Table.from_pylist(lines, schema=schema))


def source_schema(table: str) -> pa.Schema:
    """The columns of a source table, as dbt's sources declare them."""
    declared = yaml.safe_load(SOURCES.read_text(encoding="utf-8"))["sources"]
    (columns,) = [item["columns"] for source in declared for item in source["tables"] if item["name"] == table]
    return pa.schema([(column["name"], ARROW_TYPES.get(column["data_type"], pa.list_(MACHINE))) for column in columns])


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
