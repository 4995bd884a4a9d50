"""A store with one small cycle that may be sealed: two counties, a plan, a city's confirmation with its scan."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from desk.decisions.acts import Actor, Draft
from desk.decisions.log import Decision, Decisions
from ingestion.receipt import Receipt
from rulebook import load
from tests.dbt_project.collection import IN_TIME, Collection

REGIME, ROUND = "ankang-2024", "annual"
CYCLE = {"regime": REGIME, "round": ROUND}
ZIYANG, HANYIN = "610924", "610921"
SIGNER = Actor("li", "李签发", "signer", "610900")
SCAN = b"%PDF-1.4 consent"
SEALED_AT = datetime(2025, 1, 20, 8, 30, 15, tzinfo=UTC)


def exit_of(county: str, enterprise: str, amount: str, **told) -> dict:
    """A row of an exit table as ingestion would have read it."""
    known = {"county_code": county, "city_code": "610900", "enterprise": enterprise, "enterprise_full_key": enterprise}
    return known | {"amount": amount, "categories": ["能耗"], "equipment_count": 2} | told


def lay_store(root: Path) -> Collection:
    """The store at ``root``, with three decisions; nobody has sealed anything."""
    collection = Collection(root)
    collect(collection, ZIYANG, exit_of(ZIYANG, "宏源水泥", "30"), exit_of(ZIYANG, "大河水泥", "12"))
    collect(collection, HANYIN, exit_of(HANYIN, "汉阴水泥", "7", categories=["能耗", "环保"]))
    collect(collection, ZIYANG, exit_of(ZIYANG, "宏源水泥", "30"), round="plan")
    collect(collection, HANYIN, exit_of(HANYIN, "汉阴水泥", "7"), round="midyear")
    consent = {
        "city_code": "610900",
        "figure": (),
        "document_no": "安政函〔2025〕1号",
        "document_date": date(2025, 1, 10),
    }
    decide(collection, "confirm", **CYCLE, **consent, document=SCAN)
    decide(collection, "grant", user="zhao", granted_role="viewer", granted_unit="610900")
    decide(collection, "confirm", regime=REGIME, round="midyear", **consent, document=b"another scan")
    return collection


def collect(collection: Collection, reporter: str, *rows: dict, **told) -> str:
    """One file of ``reporter`` with its receipt, read, judged and answered."""
    submission = collection.collect(reporter, *rows, **told)
    receipt = Receipt(
        number=collection.received, sha256="0" * 64, name=f"{submission}.xlsx", channel="folder", folder=reporter,
        received_at=IN_TIME, regime=told.get("regime", REGIME), round=told.get("round", ROUND), rulebook_digest="", bytes=1,
    )  # fmt: skip
    collection.store.write_bytes(f"receipts/{submission}.jsonl", f"{receipt.as_json()}\n".encode())
    collection.store.write_bytes(f"answers/{submission}.json", b"{}")
    return submission


def decide(collection: Collection, kind: str, **told) -> Decision:
    """Add a decision of the signer to the log; the time of the seal where none is told."""
    told = {"reason": "核对后决定"} | told
    at = told.pop("at", SEALED_AT)
    return Decisions(collection.store, load()).record(Draft(kind, **told), SIGNER, None, at)


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Every file below ``folder`` by its path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
