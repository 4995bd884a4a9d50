"""A generated cycle is realistic, reproducible, and its truth agrees with itself."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from demo import generate_cycle, vocabulary
from demo.mistakes import FILE_MISTAKES, PAGE_MISTAKES
from demo.quirks import GROUPS
from rulebook import load

ROUND = "annual"
PROVINCE = "shandong-2017"
CITY = "ankang-2024"


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_word_and_unit_means_to_the_rulebook_what_the_generator_means_by_it():
    reference = load().reference
    profiles = [*vocabulary.PROFILES.items(), (vocabulary.CLINKER_INDUSTRY, vocabulary.CLINKER)]
    for industry, profile in profiles:
        understood = reference.capacity_units(industry)
        assert {reference.industry(word).name for word in profile.words} == {industry}
        for spelling, factor in vocabulary.UNIT_SPELLINGS[profile.unit]:
            assert understood[reference.unit(spelling)] == (profile.unit, factor)
    for code, old_name in vocabulary.OLD_NAMES.items():
        assert reference.find_division(old_name).code == code
    assert reference.industry(vocabulary.UNKNOWN_INDUSTRY) is None


@pytest.mark.parametrize("regime", sorted(load().regimes))
def test_every_regime_can_be_generated_and_every_file_is_listed_with_its_time(regime: str, tmp_path: Path):
    truth = generate_cycle(regime, ROUND, tmp_path, 1, load())
    delivered = {name for name in _files(tmp_path) if not Path(name).name.startswith(("_", "~$"))}
    listed = {line.rsplit(",", 1)[0] for line in (tmp_path / "_received.csv").read_text("utf-8").splitlines()[1:]}
    assert delivered == listed == set(truth.files["file"])
    assert set(truth.reporters["reporter_code"]) == set(load().regimes[regime].reporters)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path):
    once, again, other = (tmp_path / name for name in ("once", "again", "other"))
    for folder, seed in ((once, 3), (again, 3), (other, 4)):
        generate_cycle(CITY, ROUND, folder, seed, load())
    assert _files(once) == _files(again)
    assert _files(once) != _files(other)


def test_a_province_shows_every_quirk_and_every_mistake_a_county_can_make(tmp_path: Path):
    files = generate_cycle(PROVINCE, ROUND, tmp_path, 1, load()).files
    assert set(files["mistake"].dropna()) | {"foreign_category"} == {*PAGE_MISTAKES, *FILE_MISTAKES}
    assert set(files["quirks"].explode().dropna()) == {quirk for group in GROUPS for quirk in group}


def test_every_claim_that_counts_stands_in_the_file_it_is_said_to_come_from(tmp_path: Path):
    truth = generate_cycle(CITY, ROUND, tmp_path, 2, load())
    for file, claims in truth.claims.groupby("file"):
        texts = set(_texts(file, (tmp_path / file).read_bytes()))
        assert set(claims["enterprise"]) <= texts


def test_a_cycle_has_reporters_of_every_fate(tmp_path: Path):
    reporters = generate_cycle(CITY, ROUND, tmp_path, 2, load()).reporters
    assert set(reporters["fate"]) == {
        "on_time",
        "late",
        "nil",
        "missing",
        "rejected",
        "resubmitted",
        "worsened",
        "corrected",
    }
    assert (reporters.loc[reporters["fate"] == "late", "days_late"] > 0).all()


def test_an_exit_two_offices_tell_of_counts_once_with_the_countys_amount_and_all_categories(tmp_path: Path):
    truth = generate_cycle(CITY, ROUND, tmp_path, 2, load())
    together = truth.exits[truth.exits["reconciliation"].isin(["both", "figures_differ"])]
    keys = ["county_code", "industry"]
    claims = truth.claims.rename(columns={"plant": "enterprise_name"})
    assert len(together)
    for line in together.itertuples():
        told = claims[(claims[keys] == [line.county_code, line.industry]).all(axis=1)]
        told = told[told["enterprise_name"] == line.enterprise]
        assert set(told["role"]) == {"county", "department"}
        assert line.capacity == sum(told.loc[told["role"] == "county", "capacity"])
        assert set(line.categories) == set(told["categories"].explode())


def _texts(name: str, data: bytes) -> Iterator[str]:
    """All text cells of a file, read without the project's own reader."""
    if name.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.namelist():
                yield from _texts(member, archive.read(member))
    elif name.endswith(".csv"):
        for line in data.decode("gb18030").splitlines():
            yield from line.split(",")
    else:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for sheet in workbook.sheet_names:
            for row in workbook.get_sheet_by_name(sheet).to_python():
                yield from (str(value) for value in row)
