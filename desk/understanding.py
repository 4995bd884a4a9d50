"""What was understood of a row, field by field, in words: to stand beside what was written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from exports.amounts import write_exactly

Row = Mapping[str, Any]
"""A line of the rows frame."""


def understood_as(row: Row, field: str) -> str | None:
    """What ``field`` of ``row`` was taken to mean; None where it was not understood, or is kept as it was written."""
    tell = _TELLERS.get(field)
    return tell(row) if tell else None


def _coded(name: str) -> Callable[[Row], str | None]:
    def tell(row: Row) -> str | None:
        code = row[f"{name}_code"]
        return row[name] if code is None else f"{row[name] or ''}（{code}）"

    return tell


def _dated(name: str) -> Callable[[Row], str | None]:
    def tell(row: Row) -> str | None:
        return row[name].isoformat() if row[name] else None

    return tell


def conversion_of(row: Row) -> str | None:
    """By what the amount was multiplied, where it was written in another unit than the industry's own."""
    factor: Decimal | None = row["capacity_factor"]
    return None if factor in (None, 1) else f"× {write_exactly(factor)}"


def _amount(row: Row) -> str | None:
    """Amount and canonical unit."""
    return None if row["capacity"] is None else f"{write_exactly(row['capacity'])} {row['capacity_unit'] or ''}".strip()


def _machines(row: Row) -> str | None:
    return "；".join(_machine(machine) for machine in row["equipment"] or ()) or None


def _machine(machine: Row) -> str:
    """One kind of machine: name, size, how many."""
    size = _measured(machine["spec_value"], machine["spec_unit"])
    count = _measured(machine["quantity"], machine["quantity_unit"])
    return "".join((machine["name"] or "", size and f" {size}", count and f" × {count}")).strip()


def _measured(amount: Decimal | int | None, unit: str | None) -> str:
    return "" if amount is None else f"{write_exactly(Decimal(amount))} {unit or ''}".strip()


def _counted(row: Row) -> str | None:
    return None if row["equipment_count"] is None else str(row["equipment_count"])


def _shut_on(row: Row) -> str | None:
    """The day, or both ends of the time that the text names; an open beginning is none."""
    last, first = row["shut_on"], row["shut_on_from"]
    if last is None or first == last:
        return _dated("shut_on")(row)
    return f"{first.isoformat() if first else '…'} — {last.isoformat()}"


_TELLERS: dict[str, Callable[[Row], str | None]] = {
    "county": _coded("county"),
    "industry": _coded("industry"),
    "equipment": _machines,
    "quantity": _counted,
    "capacity": _amount,
    "category": lambda row: "、".join(row["categories"] or ()) or None,
    "method": lambda row: row["method"],
    "shut_on": _shut_on,
    "dismantled_on": _dated("dismantled_on"),
    "accepted_on": _dated("accepted_on"),
}
