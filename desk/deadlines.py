"""When a table is due for one reporter, and how late a file is: a day ends at midnight in Asia/Shanghai."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from rulebook import LOCAL_TIME, Regime

if TYPE_CHECKING:
    from desk.decisions import Decision

Extensions = Mapping[tuple[str, str, str], dt.date]
"""The last day by regime, round and reporter, where a decision put it off."""


def extensions_of(in_force: Iterable[Decision]) -> Extensions:
    """The days that decisions in force put off."""
    return {
        (decision.regime, decision.round, decision.reporter_code): decision.due
        for decision in in_force
        if decision.kind == "extend"
    }


def due_on(regime: Regime, round_key: str, reporter_code: str | None, extensions: Extensions) -> dt.date | None:
    """The last day for the exit table: the plan's, unless it was put off; None: this reporter owes none."""
    if reporter_code not in regime.reporters:
        return None
    return extensions.get((regime.key, round_key, reporter_code)) or regime.owed(reporter_code, round_key)


def days_late(received_at: dt.datetime, due: dt.date) -> int:
    """Whole days after ``due``; 0 until the last second of that day in Asia/Shanghai. ``received_at`` has a zone."""
    return max((received_at.astimezone(LOCAL_TIME).date() - due).days, 0)
