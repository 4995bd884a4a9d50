"""A store filled by hand, for the warehouse to be built of."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import yaml

from dbt_project.build import SOURCES
from store import Store

CEMENT = {"industry": "水泥", "industry_code": "C3011", "capacity_unit": "万吨"}
IN_TIME = datetime(2024, 12, 30, 15, 59, tzinfo=UTC)
LATE = datetime(2025, 1, 2, 1, 0, tzinfo=UTC)
DECIDED = datetime(2025, 1, 1, 1, 0, tzinfo=UTC)

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
        self.decided = 0

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

    def list_orders(self, reporter: str, *orders: dict, **told) -> str:
        """Put one list of orders (黄牌、红牌) of ``reporter`` into a batch of its own; return its submission's id."""
        receipt = self.collect(reporter, form="rectification", is_nil=False, row_count=len(orders), **told)
        cycle = {"regime": "ankang-2024", "round": "annual", "reporter_code": reporter, "submission_id": receipt}
        lines = [
            {"row_id": f"{receipt}:1:{row}", "sheet": "清单", "row": row, "order_no_cell": f"H{row}", "card": "黄牌"}
            | cycle
            | {"enterprise_key": said["enterprise"], "enterprise_full_key": said["enterprise"]}
            | said
            | {f"{name}_text": text for name, text in said.items() if isinstance(text, str)}
            for row, said in enumerate(orders, start=5)
        ]
        self.write("rectification_rows", receipt, lines)
        return receipt

    def decide(self, kind: str, **about) -> int:
        """Record a decision about a cycle of ankang-2024; return its sequence."""
        self.decided += 1
        decision = {
            "sequence": self.decided,
            "kind": kind,
            "at": DECIDED.isoformat(),
            "actor": "wang",
            "actor_name": "王",
            "role": "steward",
            "unit": "610900",
            "reason": "核对后决定",
            "regime": "ankang-2024",
            "round": "annual",
        }
        self.store.write_bytes(f"decisions/{self.decided:06}.json", json.dumps(decision | about).encode())
        return self.decided

    def write(self, table: str, batch: str, lines: list[dict]) -> None:
        """Put ``lines`` under the batch, with every column the sources declare."""
        schema = source_schema(table)
        self.store.write_table(f"{table}/{batch}.parquet", pa.Table.from_pylist(lines, schema=schema))


def source_schema(table: str) -> pa.Schema:
    """The columns of a source table, as dbt's sources declare them."""
    declared = yaml.safe_load(SOURCES.read_text(encoding="utf-8"))["sources"]
    (columns,) = [item["columns"] for source in declared for item in source["tables"] if item["name"] == table]
    return pa.schema([(column["name"], ARROW_TYPES.get(column["data_type"], pa.list_(MACHINE))) for column in columns])
