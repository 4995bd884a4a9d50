"""What the proof measures stands at the end of the test run's output, also where every test passes."""

from __future__ import annotations

import pytest

MEASURED = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def measured_lines(pytestconfig: pytest.Config) -> list[str]:
    """Lines that are shown when all tests have run."""
    return pytestconfig.stash.setdefault(MEASURED, [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    lines = config.stash.get(MEASURED, [])
    if lines:
        terminalreporter.section("a province with known truth")
        for line in lines:
            terminalreporter.write_line(line)
