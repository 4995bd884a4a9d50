"""A store filled by hand, as far as decisions look at it: submissions, their findings, their receipts."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from expectations.findings import FINDINGS_SCHEMA
from ingestion.frames import SUBMISSIONS, schema_of_rows
from ingestion.receipt import Receipt
from rulebook import EXIT_TABLE, load
from store import Store

ANKANG = ("ankang-2024", "annual")
SHANDONG = ("shandong-2017", "annual")
PLAN = ("ankang-2024", "plan")

FINDINGS = {
    "asks": ("F14", "explain"),
    "rejects": ("F06", "reject"),
    "rejects-waivably": ("F04", "reject"),
    "notes": ("F12", "note"),
}
"""Rule and severity of the findings of submission 000001, by their ids."""


def write_small_store(root: Path) -> Store:
    """000001 of 紫阳县 with the ``FINDINGS``, 000002 of 汉阴县, 000003 of nobody known, 000005 the plan of 紫阳县.

    Each is a batch of its own; rows 5 and 6 of its sheet name an enterprise and none.
    """
    store = Store(root)
    write_submission(store, 1, ANKANG, "610924", FINDINGS)
    write_submission(store, 2, ANKANG, "610921", {})
    write_submission(store, 3, ANKANG, None, {})
    write_submission(store, 4, SHANDONG, "370102", {})
    write_submission(store, 5, PLAN, "610924", {})
    return store


def write_submission(
    store: Store,
    number: int,
    cycle: tuple[str, str],
    reporter: str | None,
    findings: dict,
    corrects: str | None = None,
) -> None:
    """One submission in a batch of its own, with ``findings`` (rule and severity by id), judged."""
    regime, round_key = cycle
    batch = submission_id = f"{number:06d}"
    received_at = datetime(2024, 12, 20, 1, tzinfo=UTC)
    receipt = Receipt(
        number=number, sha256="0" * 64, name="统计表.xlsx", channel="folder", folder=reporter, received_at=received_at,
        regime=regime, round=round_key, rulebook_digest="", bytes=1,
    )  # fmt: skip
    store.write_bytes(f"receipts/{batch}.jsonl", f"{receipt.as_json()}\n".encode())
    submission = {
        "submission_id": submission_id, "receipt_no": number, "batch": batch, "regime": regime, "round": round_key,
        "form": "exit_statistics", "sha256": "0" * 64, "file": "统计表.xlsx", "folder": reporter, "channel": "folder",
        "received_at": received_at, "reporter_code": reporter, "is_nil": False, "row_count": 1, "rulebook_digest": "",
        "corrects": corrects,
    }  # fmt: skip
    store.write_table(f"submissions/{batch}.parquet", pa.Table.from_pylist([submission], schema=SUBMISSIONS))
    rows = [
        {"row_id": f"{submission_id}:1:{row}", "submission_id": submission_id, "row": row, "enterprise_key": name}
        for row, name in ((5, "宏源水泥"), (6, None))
    ]
    schema = schema_of_rows(load().forms[EXIT_TABLE])
    store.write_table(f"rows/{batch}.parquet", pa.Table.from_pylist(rows, schema=schema))
    told = [
        {"finding_id": finding, "submission_id": submission_id, "rule": rule, "severity": severity}
        for finding, (rule, severity) in findings.items()
    ]
    store.write_table(f"findings/{batch}.parquet", pa.Table.from_pylist(told, schema=FINDINGS_SCHEMA))
