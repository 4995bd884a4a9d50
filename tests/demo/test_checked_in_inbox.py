"""The inbox that ``make demo`` collects is small, varied, and comes out of its seed byte for byte."""

from __future__ import annotations

from pathlib import Path

import demo
from demo import REGIME, ROUND, SEED, generate_cycle
from demo.proofs import add_proofs
from rulebook import load

CHECKED_IN = Path(demo.__file__).parent / "inbox"
LARGEST_BYTES = 300_000


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_comes_out_of_its_seed_byte_for_byte(tmp_path: Path):
    add_proofs(tmp_path, generate_cycle(REGIME, ROUND, tmp_path, SEED, load()), load())
    assert _files(CHECKED_IN) == _files(tmp_path)


def test_it_is_small_enough_to_be_checked_in():
    assert sum(map(len, _files(CHECKED_IN).values())) <= LARGEST_BYTES


def test_it_shows_what_a_cycle_is_like(tmp_path: Path):
    truth = generate_cycle(REGIME, ROUND, tmp_path, SEED, load())
    fates = truth.reporters["fate"].value_counts()
    assert len(truth.files[truth.files["counts"] & (truth.files["rows"] > 0)]) >= 11
    assert fates["missing"] == fates["resubmitted"] == fates["worsened"] == 1
    assert fates["nil"] == fates["rejected"] == fates["late"] == 2
    departments = truth.reporters[truth.reporters["kind"] == "department"]
    assert len(departments) == 4
    assert truth.exits["reconciliation"].nunique() == 4
