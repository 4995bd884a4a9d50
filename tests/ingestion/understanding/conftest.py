import pytest

from rulebook import load


@pytest.fixture(scope="session")
def reference():
    return load().reference
