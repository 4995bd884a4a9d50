"""What the decisions in force make of submissions: the same that the build settles (`int_submission_status`), told at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desk.decisions.log import Decision
    from desk.views.records import SubmissionRecord, Version

MOVED = "moved"
"""Identified as another reporter's: its bytes were taken in again under the right name."""
UNMOVED = "unmoved"
"""Taken in by an identification that holds no more: nobody sent it under this name."""
RETURNED = "returned"
WITHDRAWN = "withdrawn"

GONE = (MOVED, UNMOVED, WITHDRAWN)
"""As though it had never been sent by this reporter."""


class Fates:
    """What became of submissions by the decisions ``in_force``."""

    def __init__(self, in_force: Iterable[Decision]) -> None:
        self._about = {(one.kind, one.submission_id): one for one in in_force if one.finding_id is None}

    def of(self, sent: SubmissionRecord | Version, reporter_code: str | None) -> str | None:
        """``MOVED UNMOVED RETURNED WITHDRAWN``, or None where nothing was decided about what ``reporter_code`` sent."""
        if self.moved_by(sent.submission_id):
            return MOVED
        if sent.corrects is not None:
            ground = self.moved_by(sent.corrects)
            if ground is None or ground.new_reporter_code != reporter_code:
                return UNMOVED
        # nobody withdraws what was returned: the version before it would count again
        for kind, fate in (("return", RETURNED), ("withdraw", WITHDRAWN)):
            if (kind, sent.submission_id) in self._about:
                return fate
        return None

    def moved_by(self, submission_id: str) -> Decision | None:
        """The decision by which the submission is another reporter's; None where it is not."""
        return self._about.get(("identify", submission_id))
