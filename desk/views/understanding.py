"""What was understood of a row, field by field, in words: to stand beside what was written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from exports.amounts import write_exactly
from rulebook import Field

Row = Mapping[str, Any]
"""A line of the rows frame."""


def understood_as(row: Row, field: Field) -> str | None:
    """What ``field`` of ``row`` was taken to mean; None where it was not understood, or is kept as it was written."""
    if field.name == "quantity":
        return _counted(row)
    tell = _TELLERS.get(field.type)
    return tell(row, field.name) if tell else None


def _coded(row: Row, name: str) -> str | None:
    code = row[f"{name}_code"]
    return row[name] if code is None else f"{row[name] or ''}（{code}）"


def _dated(row: Row, name: str) -> str | None:
    return row[name].isoformat() if row[name] else None


def _named(row: Row, name: str) -> str | None:
    return row[name]


def _numbered(row: Row, name: str) -> str | None:
    return None if row[name] is None else str(row[name])


def _answered(row: Row, name: str) -> str | None:
    return None if row[name] is None else "是" if row[name] else "否"


def _agreed(row: Row, name: str) -> str | None:
    return {"agrees": "同意", "refuses": "不同意", "unclear": "意思不明确"}.get(row[name])


def conversion_of(row: Row) -> str | None:
    """By what the amount was multiplied, where it was written in another unit than the industry's own."""
    factor: Decimal | None = row["capacity_factor"]
    return None if factor in (None, 1) else f"× {write_exactly(factor)}"


def _amount(row: Row, name: str) -> str | None:
    """Amount and canonical unit."""
    return None if row[name] is None else f"{write_exactly(row[name])} {row[f'{name}_unit'] or ''}".strip()


def _machines(row: Row, name: str) -> str | None:
    return "；".join(_machine(machine) for machine in row[name] or ()) or None


def _machine(machine: Row) -> str:
    """One kind of machine: name, size, how many."""
    size = _measured(machine["spec_value"], machine["spec_unit"])
    count = _measured(machine["quantity"], machine["quantity_unit"])
    return "".join((machine["name"] or "", size and f" {size}", count and f" × {count}")).strip()


def _measured(amount: Decimal | int | None, unit: str | None) -> str:
    return "" if amount is None else f"{write_exactly(Decimal(amount))} {unit or ''}".strip()


def _counted(row: Row) -> str | None:
    return None if row["equipment_count"] is None else str(row["equipment_count"])


def _between(row: Row, name: str) -> str | None:
    """The day, or both ends of the time that the text names; an open beginning is none."""
    last, first = row[name], row[f"{name}_from"]
    if last is None or first == last:
        return _dated(row, name)
    return f"{first.isoformat() if first else '…'} — {last.isoformat()}"


_TELLERS: dict[str, Callable[[Row, str], str | None]] = {
    "place": _coded,
    "industry": _coded,
    "equipment": _machines,
    "amount": _amount,
    "categories": lambda row, name: "、".join(row["categories"] or ()) or None,
    "category": _named,
    "credit_code": _named,
    "method": _named,
    "choice": _named,
    "days": _between,
    "date": _dated,
    "whole_number": _numbered,
    "yes_no": _answered,
    "opinion": _agreed,
    "document": _named,
}
"""By what reads the field."""
