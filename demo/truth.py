"""The truth of a generated cycle: what was written, what of it counts, and which exits that makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from itertools import groupby
from pathlib import Path

import pandas as pd

from demo import fates, mistakes
from demo.claims import Claim
from demo.deliveries import Delivery
from rulebook import CATEGORIES, Regime

EXIT_COLUMNS = (
    "county_code",
    "industry",
    "enterprise",
    "equipment_count",
    "capacity",
    "capacity_unit",
    "categories",
    "method",
    "reconciliation",
    "department_capacity",
)


@dataclass(frozen=True)
class Truth:
    """What is true of a cycle, whatever anybody reads from its files.

    ``reporters``: one line per reporter with its fate. ``files``: one per delivered file with its mistake and the rule
    that rejects it, if any. ``claims``: one per row that counts. ``exits``: one per reconciled exit, amounts as
    ``Decimal`` in the canonical unit, ``equipment_count`` missing where not all machines are counted.
    """

    regime: str
    round: str
    reporters: pd.DataFrame
    files: pd.DataFrame
    claims: pd.DataFrame
    exits: pd.DataFrame

    def write(self, folder: Path) -> None:
        """Write the four frames as CSV files."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("reporters", "files", "claims", "exits"):
            frame: pd.DataFrame = getattr(self, name)
            flat = frame.map(lambda value: "、".join(value) if isinstance(value, tuple) else value)
            flat.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8-sig", lineterminator="\n")


@dataclass(frozen=True)
class CountingTable:
    """The claims of one file that counts, and who made them."""

    file: str
    reporter_code: str
    role: str
    claims: tuple[Claim, ...]


def frame_reporters(
    regime: Regime, round: str, fate_of: dict[str, str], deliveries: Sequence[Delivery]
) -> pd.DataFrame:
    """One line per reporter: what became of it, and when the version that counts was received."""
    lines = []
    for code, reporter in regime.reporters.items():
        due = regime.owed(code, round)
        received = [
            delivery.received_at
            for delivery in deliveries
            if delivery.reporter.code == code and delivery.version == fates.COUNTING_VERSION.get(fate_of[code])
        ]
        received_at = received[0] if received else None
        days_late = max(0, (received_at.date() - due).days) if received_at and due else None
        lines.append(
            {
                "reporter_code": code,
                "reporter": reporter.name,
                "kind": reporter.kind,
                "fate": fate_of[code],
                "due": due,
                "received_at": received_at,
                "days_late": days_late,
            }
        )
    return pd.DataFrame(lines).astype({"days_late": "Int64"})


def frame_files(deliveries: Sequence[Delivery], files: Sequence[str], fate_of: dict[str, str]) -> pd.DataFrame:
    """One line per file: what is wrong with it, by which rule, and whether it counts."""
    return pd.DataFrame(
        {
            "file": file,
            "reporter_code": delivery.reporter.code,
            "version": delivery.version,
            "received_at": delivery.received_at,
            "mistake": delivery.mistake,
            "rule": mistakes.rule_of(delivery.mistake) if delivery.mistake else None,
            "counts": fates.COUNTING_VERSION.get(fate_of[delivery.reporter.code]) == delivery.version,
            "rows": len(delivery.claims),
            "quirks": tuple(sorted(delivery.quirks)),
        }
        for delivery, file in zip(deliveries, files, strict=True)
    )


def frame_claims(tables: Sequence[CountingTable]) -> pd.DataFrame:
    """One line per claim that counts."""
    lines = [
        {"file": table.file, "reporter_code": table.reporter_code, "role": table.role} | asdict(claim)
        for table in tables
        for claim in table.claims
    ]
    columns = ["file", "reporter_code", "role", *(field.name for field in fields(Claim))]
    return pd.DataFrame(lines, columns=columns).astype({"equipment_count": "Int64"})


def reconcile(tables: Sequence[CountingTable]) -> pd.DataFrame:
    """One line per exit: claims of county and department on the same exit become one (domain, 4).

    The county's amount stands, categories are united, and what only a department reports counts. Several rows of one
    side that meet the other side are one exit; met by nobody, each is its own.
    """
    told = sorted(
        ((claim.identity, table.role, claim) for table in tables for claim in table.claims),
        key=lambda entry: entry[0],
    )
    exits = []
    for _, group in groupby(told, key=lambda entry: entry[0]):
        sides: dict[str, list[Claim]] = {"county": [], "department": []}
        for _, role, claim in group:
            sides[role].append(claim)
        if sides["county"] and sides["department"]:
            exits.append(_unite(sides["county"], sides["department"]))
        else:
            role = "county" if sides["county"] else "department"
            exits += [_describe([claim], [claim], f"{role}_only") for claim in sides[role]]
    return pd.DataFrame(exits, columns=list(EXIT_COLUMNS)).astype({"equipment_count": "Int64"})


def _unite(county: list[Claim], department: list[Claim]) -> dict[str, object]:
    department_capacity = _add_capacity(department)
    reconciliation = "both" if _add_capacity(county) == department_capacity else "figures_differ"
    described = _describe(county, [*county, *department], reconciliation)
    return described | {"department_capacity": department_capacity}


def _describe(chosen: list[Claim], everyone: list[Claim], reconciliation: str) -> dict[str, object]:
    first = chosen[0]
    counts = [claim.equipment_count for claim in chosen]
    return {
        "county_code": first.county_code,
        "industry": first.industry,
        "enterprise": first.plant,
        "equipment_count": None if None in counts else sum(counts),
        "capacity": _add_capacity(chosen),
        "capacity_unit": first.capacity_unit,
        "categories": tuple(name for name in CATEGORIES if any(name in claim.categories for claim in everyone)),
        "method": first.method,
        "reconciliation": reconciliation,
        "department_capacity": None,
    }


def _add_capacity(claims: list[Claim]) -> Decimal:
    return sum((claim.capacity for claim in claims), Decimal(0))
