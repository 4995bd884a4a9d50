import shutil
from pathlib import Path

import pytest

import rulebook as package
from rulebook import load

SHIPPED = Path(package.__file__).parent
SMALL_REGIME = Path(__file__).parent / "ankang-2030.yml"


@pytest.fixture(scope="session")
def rulebook():
    """The rulebook that is shipped."""
    return load()


@pytest.fixture(scope="session")
def reference(rulebook):
    return rulebook.reference


@pytest.fixture
def own_rulebook(tmp_path) -> Path:
    """A rulebook folder that a test may change: shipped forms, rules and reference, one small regime."""
    folder = tmp_path / "rulebook"
    for part in ("forms", "reference"):
        shutil.copytree(SHIPPED / part, folder / part)
    for part in ("regimes", "plans"):
        (folder / part).mkdir()
    shutil.copy(SHIPPED / "rules.yml", folder)
    shutil.copy(SMALL_REGIME, folder / "regimes")
    shutil.copy(SMALL_REGIME.with_suffix(".txt"), folder / "plans")
    return folder
