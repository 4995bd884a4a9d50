"""What stewards decided about submissions, as far as it settles which version of a table counts (rule S18).

The warehouse asks the same of the same files (`int_submission_status`), but of today. Here only what was decided before
a table came is asked for: whenever it is judged again, it is compared with the same version.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import cache
from typing import NamedTuple

from rulebook import LOCAL_TIME
from store import Store

_FOLDER = "decisions"
_TAKES_AWAY = ("return", "withdraw", "identify")
_WAIVES = "waive"


class _Decision(NamedTuple):
    sequence: int
    kind: str
    at: datetime
    finding_id: str | None
    expires_on: date | None
    new_reporter_code: str | None


class Decided:
    """The decisions about submissions, by submission; of none at first."""

    def __init__(self) -> None:
        self._read = 0
        self._about: defaultdict[str, list[_Decision]] = defaultdict(list)
        self._undone_at: dict[int, datetime] = {}

    def add_new(self, store: Store) -> None:
        """Read what was added to the log of ``store``; nothing in it is ever changed. A damaged file raises."""
        while store.exists(key := f"{_FOLDER}/{self._read + 1:06d}.json"):
            self._add(json.loads(store.read_bytes(key)))
            self._read += 1

    def _add(self, told: dict) -> None:
        at = datetime.fromisoformat(told["at"])
        if told["kind"] == "undo":
            self._undone_at[told["undoes"]] = at
        elif told["kind"] in (*_TAKES_AWAY, _WAIVES):
            expires_on = told.get("expires_on")
            self._about[told["submission_id"]].append(
                _Decision(
                    told["sequence"],
                    told["kind"],
                    at,
                    told.get("finding_id"),
                    date.fromisoformat(expires_on) if expires_on else None,
                    told.get("new_reporter_code"),
                )
            )

    def is_taken_away(self, submission_id: str, moment: datetime) -> bool:
        """Whether it had been returned, withdrawn or found to be another reporter's before ``moment``."""
        return any(one.kind in _TAKES_AWAY for one in self._in_force(submission_id, moment))

    def reporter_of(self, submission_id: str, moment: datetime) -> str | None:
        """Whose it had been found to be before ``moment``; None where nobody had decided about that."""
        found = [one.new_reporter_code for one in self._in_force(submission_id, moment) if one.kind == "identify"]
        return found[-1] if found else None

    def are_waived(self, submission_id: str, finding_ids: Collection[str | None], moment: datetime) -> bool:
        """Whether waivers that held at ``moment`` cover all these findings of the submission."""
        if submission_id not in self._about:
            return not finding_ids
        # of several waivers of one finding the last one holds
        last = {one.finding_id: one for one in self._in_force(submission_id, moment) if one.kind == _WAIVES}
        day = moment.astimezone(LOCAL_TIME).date()
        return all(name in last and (last[name].expires_on or day) >= day for name in finding_ids)

    def with_waivers(self, submission_ids: Iterable[str]) -> list[str]:
        """Those of the submissions of which some finding was waived, whenever that was."""
        return [key for key in submission_ids if any(one.kind == _WAIVES for one in self._about.get(key, ()))]

    def _in_force(self, submission_id: str, moment: datetime) -> list[_Decision]:
        return [
            one
            for one in self._about.get(submission_id, ())
            if one.at < moment and not self._undone_at.get(one.sequence, moment) < moment
        ]


def decided_in(store: Store) -> Decided:
    """The decisions in ``store``; each file is read once by a process."""
    decided = _decided_at(store.location(_FOLDER))
    decided.add_new(store)
    return decided


@cache
def _decided_at(location: str) -> Decided:
    return Decided()
