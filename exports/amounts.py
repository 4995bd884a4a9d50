"""Amounts as text and as number formats: exact, without trailing zeros, never with an exponent."""

from decimal import Decimal


def write_exactly(amount: Decimal) -> str:
    """``amount`` in plain digits: ``45.21000000`` is ``45.21``, ``1E+3`` is ``1000``."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def count_decimals(amount: Decimal) -> int:
    """How many digits after the point are needed to show ``amount`` exactly."""
    return len(write_exactly(amount).partition(".")[2])
