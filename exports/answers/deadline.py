"""When a table is due and how the one that came stands to that day, in the words of receipts and pages."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

Words = tuple[str, str]
"""Chinese, English."""


class Deadline(NamedTuple):
    """What holds for one submission; a day is met until its end in Asia/Shanghai (domain, section 1)."""

    due_on: date | None = None
    """The plan's day, or that of an extension; None: nothing is owed."""
    accepted_on: date | None = None
    """When the first table of those that still hold was received, where this one corrects it (`fct_obligation`)."""
    demanded_by: date | None = None
    """The day a steward named who had the table sent again (强制重报)."""

    def days_late(self, received_on: date) -> int | None:
        """Days after the due day, by the first table accepted, as a correction makes nobody late; None: nothing is owed."""
        if self.due_on is None:
            return None
        return max((min(received_on, self.accepted_on or received_on) - self.due_on).days, 0)

    def standing(self, received_on: date) -> Words | None:
        """In time, late, or a correction of what came before; None where nothing is owed."""
        days = self.days_late(received_on)
        if days is None:
            return None
        if self.accepted_on is None or received_on <= self.due_on:
            return (f"迟报 {days} 天", f"this file came {_days(days)} late") if days else ("按时收到", "in time")
        if days:
            return (
                f"更正件，按 {self.accepted_on} 首次通过的报表计，迟报 {days} 天",
                f"a correction; the table accepted first, of {self.accepted_on}, came {_days(days)} late",
            )
        return (
            f"更正件，{self.accepted_on} 收到的报表已按时通过，更正不算迟报",
            f"a correction; the table of {self.accepted_on} was accepted in time, so this is not late",
        )

    def answer_to_demand(self, received_on: date) -> Words | None:
        """How it stands to the day a steward named; None where none was."""
        if self.demanded_by is None:
            return None
        days = (received_on - self.demanded_by).days
        return (
            (f"晚 {days} 天", f"this file came {_days(days)} after it")
            if days > 0
            else ("按期收到", "met by this file")
        )


def _days(count: int) -> str:
    return f"{count} {'day' if count == 1 else 'days'}"
