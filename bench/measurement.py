"""Seconds and memory of a command, with everything it starts."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

SAMPLE_SECONDS = 0.1
BYTES_PER_MIB = 1024 * 1024


class CommandFailed(RuntimeError):
    """A measured command ended badly; its measure means nothing."""


@dataclass(frozen=True)
class Measurement:
    """Wall-clock seconds, the largest single process (MiB), the largest sum over the process tree (MiB), processor seconds.

    The sum counts pages that processes share once for each of them: an upper bound.
    """

    seconds: float
    process_mib: float
    tree_mib: float
    processor_seconds: float
    """Of the command and of what it waited for."""


def measure(command: list[str], log: Path, expected: Collection[int] = (0,)) -> Measurement:
    """Run ``command`` with its output in ``log`` and return what it took; it must end with an ``expected`` code."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        begun = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        watch = _MemoryWatch(process.pid)
        watch.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
    watch.stop()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in expected:
        raise CommandFailed(f"{' '.join(command)} → {process.returncode}，日志 log: {log}")
    return Measurement(
        seconds, usage.ru_maxrss / 1024, watch.peak_bytes / BYTES_PER_MIB, usage.ru_utime + usage.ru_stime
    )


class _MemoryWatch(threading.Thread):
    """Samples the resident memory of a process and all its descendants while they run."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.peak_bytes = 0
        self._ended = threading.Event()

    def run(self) -> None:
        """Sample until told to stop."""
        while not self._ended.wait(SAMPLE_SECONDS):
            self.peak_bytes = max(self.peak_bytes, sum(map(_resident_bytes, _list_tree(self.pid))))

    def stop(self) -> None:
        """Take no more samples."""
        self._ended.set()
        self.join()


def _list_tree(pid: int) -> list[int]:
    """The process and its descendants; whoever ends meanwhile is left out."""
    try:
        children = [
            int(child)
            for task in Path(f"/proc/{pid}/task").iterdir()
            for child in (task / "children").read_text().split()
        ]
    except OSError:
        return [pid]
    return [pid, *(descendant for child in children for descendant in _list_tree(child))]


def _resident_bytes(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0
