"""The inbox is looked at by itself: a file that somebody is copying into it at that moment is waited for."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

QUIET_SECONDS = 2.0
LONGEST_WAIT_SECONDS = 60.0
"""After that the inbox is taken as it is: one file that is written without end must not keep back all others."""


def wait_until_settled(inbox: Path, sleep: Callable[[float], None] = time.sleep) -> None:
    """Return once nothing in ``inbox`` has changed for ``QUIET_SECONDS``; at once where nothing changed lately.

    The time of the last change of a file's entry (ctime) tells: the time of its contents is kept by programs that copy.
    """
    for _ in range(int(LONGEST_WAIT_SECONDS / QUIET_SECONDS)):
        if time.time() - _last_change(inbox) >= QUIET_SECONDS:
            return
        sleep(QUIET_SECONDS)


def _last_change(inbox: Path) -> float:
    latest = 0.0
    for path in inbox.rglob("*"):
        # a lock file may be gone by now
        with suppress(FileNotFoundError):
            latest = max(latest, path.lstat().st_ctime)
    return latest
