"""What becomes of each reporter in a cycle."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from rulebook import Reporter

SHARES = (
    ("missing", 16),
    ("nil", 8),
    ("rejected", 8),
    ("resubmitted", 16),
    ("worsened", 16),
    ("corrected", 16),
    ("late", 8),
)
"""One reporter in so many has this fate, at least one in a cycle that has enough reporters; all others are on time.

resubmitted: wrong, then right. worsened: right, then wrong. corrected: right, then right with other figures.
"""

COUNTING_VERSION = {"on_time": 1, "late": 1, "nil": 1, "resubmitted": 2, "worsened": 1, "corrected": 2}
"""Which version of a reporter counts; rejected and missing ones have none (domain, 4: resubmissions)."""


def cast(reporters: Iterable[Reporter], random: Random) -> dict[str, str]:
    """A fate for each reporter; a department without categories has nothing to tell and returns nil."""
    everyone = sorted(reporters, key=lambda reporter: reporter.code)
    fates = {reporter.code: "nil" for reporter in everyone if not reporter.categories}
    others = [reporter.code for reporter in everyone if reporter.categories]
    waiting = random.sample(others, len(others))
    for fate, one_in in SHARES:
        quota = max(1, len(everyone) // one_in) - sum(given == fate for given in fates.values())
        for _ in range(max(0, quota)):
            if len(waiting) > 1:
                fates[waiting.pop()] = fate
    return fates | dict.fromkeys(waiting, "on_time")
