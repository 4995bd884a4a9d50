"""What tests ask of processes, by what Linux tells of them."""

import time
from pathlib import Path


def started_by(process: int) -> list[str]:
    """The processes that ``process`` has started and that are still there."""
    children = Path(f"/proc/{process}/task").glob("*/children")
    return [number for of_thread in children for number in of_thread.read_text().split()]


def has_ended(process: str) -> bool:
    """Whether it is gone, or nobody has asked yet how it ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def wait_until(is_so) -> None:
    """Until it is so; a minute is forever here."""
    for _ in range(6000):
        if is_so():
            return
        time.sleep(0.01)
    raise AssertionError("it never was")
