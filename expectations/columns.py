"""Columns of frames as plain values."""

from __future__ import annotations

from typing import Any

import pandas as pd


def known_values(column: pd.Series) -> list[Any]:
    """The values of ``column``, with None where pandas has one of its marks for a missing value."""
    is_known = column.notna()
    return column.tolist() if is_known.all() else column.astype(object).where(is_known, None).tolist()
