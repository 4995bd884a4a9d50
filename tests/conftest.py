"""For every test: S00, an error of our own on somebody's file, never passes unnoticed."""

from __future__ import annotations

import logging

import pytest

LOGGERS = ("ingestion", "expectations")
"""What is kept as S00 is logged with its exception by one of these."""


class _Faults(logging.Handler):
    """Remembers what was logged with an exception."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            self.told.append(f"{record.getMessage()}: {record.exc_info[1]!r}")

    def take(self) -> list[str]:
        """What was told since the last time."""
        told, self.told = self.told, []
        return told


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "our_fault: the test causes an error of our own (S00) on purpose")


@pytest.fixture(scope="session", autouse=True)
def _faults():
    faults = _Faults()
    for name in LOGGERS:
        logging.getLogger(name).addHandler(faults)
    yield faults
    for name in LOGGERS:
        logging.getLogger(name).removeHandler(faults)


@pytest.fixture(autouse=True)
def _nothing_is_our_fault(request, _faults):
    """Fails the test in which, or in whose shared fixtures, S00 appeared."""
    yield
    told = _faults.take()
    if told and not request.node.get_closest_marker("our_fault"):
        pytest.fail("S00: " + "; ".join(told))
