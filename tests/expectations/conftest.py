"""The rulebook and an empty set of frames for every test of the judgement."""

import pytest

from rulebook import load
from tests.expectations.frame_builder import FrameBuilder


@pytest.fixture(scope="session")
def rulebook():
    return load()


@pytest.fixture
def builder(rulebook):
    return FrameBuilder(rulebook)
