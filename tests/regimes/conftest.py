import pytest

from rulebook import load


@pytest.fixture(scope="session")
def regimes():
    """The regimes as the product loads them."""
    return load().regimes
