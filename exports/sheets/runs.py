"""Where in the list of exits those of a figure stand.

Figures overlap, so that no order of the list makes each of them one block. The list is sorted (``exports.facts``) so that
the exits of a place, and of an industry and unit in a place, follow one another; within these what is dismantled, what
stands and what is not known lie apart, and exits of the same categories follow one another. So every figure is a few
runs of numbers of that list.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Any


@dataclass(frozen=True, slots=True)
class Run:
    """Exits of one place, industry and unit that follow one another in the list, by their numbers there."""

    place: str
    industry: str
    unit: str | None
    first: int
    last: int
    capacity: Decimal | None

    @property
    def exits(self) -> int:
        """How many they are."""
        return self.last - self.first + 1

    def follows(self, other: Run) -> bool:
        """Whether it begins where ``other``, of the same place, industry and unit, ends."""
        alike = (other.place, other.industry, other.unit, other.last + 1)
        return alike == (self.place, self.industry, self.unit, self.first)


Covered = tuple[Any, ...]
"""What a figure covers: everything (``()``), or a kind of ``ExitRuns`` and its key."""


class ExitRuns:
    """The runs of every figure of one cycle, made of the like exits of the list in its order (``facts.LIKE_EXITS``)."""

    def __init__(self, like_exits: Iterable[Any]) -> None:
        self.exits = 0
        """How many the list holds."""
        self.of_place: dict[str, tuple[int, int]] = {}
        self.of_industry: dict[tuple[str, str | None], list[Run]] = {}
        self.of_category: dict[tuple[str, str, str | None], list[Run]] = {}
        """By category, industry and unit."""
        self.of_sole: dict[str, list[Run]] = {}
        """Of exits in one category only, by that."""
        self.of_dismantling: dict[bool | None, list[Run]] = {}
        self.of_county: dict[str, list[Run]] = {}
        """By code of the county or zone; its runs are placed in the county."""
        for line in like_exits:
            run = Run(line.place, line.industry, line.capacity_unit, line.first, line.last, line.capacity)
            self.exits = run.last
            first, _ = self.of_place.get(run.place, (run.first, 0))
            self.of_place[run.place] = (first, run.last)
            _add(self.of_industry.setdefault((run.industry, run.unit), []), run)
            if "、" not in line.categories:
                _add(self.of_sole.setdefault(line.categories, []), run)
            for category in line.categories.split("、"):
                _add(self.of_category.setdefault((category, run.industry, run.unit), []), run)
            _add(self.of_dismantling.setdefault(line.is_dismantled, []), run)
            if line.county_code is not None:
                county = line.place if line.county == line.place else f"{line.place}{line.county}"
                _add(self.of_county.setdefault(line.county_code, []), replace(run, place=county))

    def runs_of(self, covered: Covered) -> list[Run]:
        """The runs of what is covered, of a category without an industry those of all industries."""
        kind, key = covered
        if kind == "industry":
            return self.of_industry.get(key, [])
        if kind == "sole":
            return self.of_sole.get(key, [])
        if kind == "dismantling":
            return self.of_dismantling.get(key, [])
        if kind == "county":
            return self.of_county.get(key, [])
        return [run for of, runs in self.of_category.items() if of[: len(key)] == key for run in runs]

    def numbers_of(self, covered: Covered) -> tuple[int, int] | None:
        """The first and last number in the list of what is covered; None where there is none, or others between."""
        if covered == ():
            return (1, self.exits) if self.exits else None
        if covered[0] == "place":
            return self.of_place.get(covered[1])
        if covered[0] == "cell":
            place, *head = covered[1]
            runs = [run for run in self.of_industry.get(tuple(head), ()) if run.place == place]
        else:
            runs = self.runs_of(covered)
        # the industries of a county follow one another where it is a place of its own
        is_block = all(after.first == before.last + 1 for before, after in pairwise(runs))
        return (runs[0].first, runs[-1].last) if runs and is_block else None


def _add(runs: list[Run], run: Run) -> None:
    """Put ``run`` behind ``runs``; where it follows the last of them the two are one."""
    if not runs or not run.follows(runs[-1]):
        runs.append(run)
        return
    last = runs[-1]
    known = [amount for amount in (last.capacity, run.capacity) if amount is not None]
    runs[-1] = Run(run.place, run.industry, run.unit, last.first, run.last, sum(known) if known else None)
