"""What a build made of a province, held against its truth: pairs joined, exits doubled and lost, by kind of noise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from pathlib import Path

import duckdb
import pandas as pd

from desk.views.questions import Question
from tests.proof.province import HOST, IN_FIGURES, KINDS, LINE_BY_LINE, PLAIN, Province

OF_NAMES = tuple(kind for kind in KINDS if kind not in IN_FIGURES)
SEVERAL = "two of these at once"
"""Of two names neither of which is the enterprise's own."""

CLAIMS = """
    select
        fct_submission.file,
        fct_claim.row,
        fct_claim.enterprise_id,
        dim_enterprise_name.identity_id,
        fct_exit_claim.exit_id
    from marts.fct_claim
    inner join marts.fct_submission on fct_claim.submission_id = fct_submission.submission_id
    inner join marts.dim_enterprise_name on fct_claim.written_id = dim_enterprise_name.written_id
    inner join marts.fct_exit_claim on fct_claim.row_id = fct_exit_claim.row_id
    inner join marts.fct_exit on fct_exit_claim.exit_id = fct_exit.exit_id
"""


@dataclass
class Tally:
    """True pairs of one kind, and how many of them were found; of those ``joined``, how many are ``wrong``."""

    true: int = 0
    found: int = 0
    joined: int = 0
    wrong: int = 0

    @property
    def recall(self) -> float:
        """The share of the true pairs that was found."""
        return self.found / self.true

    @property
    def precision(self) -> float:
        """The share of the joined pairs that are of one enterprise."""
        return 1 - self.wrong / self.joined


@dataclass
class Score:
    """Pairs joined against pairs that belong together, by what the second of them is told with."""

    kinds: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))

    @property
    def wrong(self) -> int:
        """The joined pairs that are of two enterprises, over all kinds."""
        return sum(tally.wrong for tally in self.kinds.values())

    @property
    def precision(self) -> float:
        """The share of the joined pairs that are of one enterprise, over all kinds."""
        return 1 - self.wrong / sum(tally.joined for tally in self.kinds.values())

    @property
    def recall(self) -> float:
        """The share of the pairs that belong together which was found, over all kinds."""
        return sum(tally.found for tally in self.kinds.values()) / sum(tally.true for tally in self.kinds.values())


@dataclass(frozen=True)
class Measured:
    """One build: ``sides`` are pairs county ↔ department of one year, ``years`` names of one enterprise in two years.

    ``traps``: pairs of enterprises that are two, by what tells them apart; found means taken for one.
    """

    sides: Score
    years: Score
    traps: dict[str, Tally]
    doubled: tuple[str, ...]
    lost: tuple[str, ...]


Row = tuple
"""One line of ``read_claims``, its columns by name."""


def read_claims(warehouse: Path, province: Province) -> list[Row]:
    """The truth's rows with the exit and the enterprise they were taken for; None where a row does not count."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        claims = connection.execute(CLAIMS).df()
    told = province.tellings.merge(claims, on=["file", "row"], how="left", validate="one_to_one")
    return list(told.astype(object).where(told.notna(), None).itertuples(index=False))


def measure(warehouse: Path, province: Province) -> Measured:
    """Hold what the build says against the truth."""
    rows = read_claims(warehouse, province)
    return Measured(
        sides=_score_sides(rows),
        years=_score_years(rows),
        traps=_spring_traps(rows, province.enterprises),
        doubled=tuple(exit for exit, told in _group(rows, "exit").items() if len(_named(told, "exit_id")) > 1),
        lost=tuple(_find_lost(rows)),
    )


@dataclass(frozen=True)
class EnterprisesTold:
    """What the build takes the enterprises of the truth for.

    ``parts_of``: for each of the truth the enterprises of the build that have rows of it, more than one where names are
    not joined; ``kind_of``: in what such a part's names differ; ``enterprise_of``: what each identity is taken for;
    ``true_of``: which of the truth it is a name of.
    """

    parts_of: dict[str, set[str]]
    kind_of: dict[tuple[str, str], str]
    enterprise_of: dict[str, str]
    true_of: dict[str, set[str]]

    def is_one(self, identity: str, other_identity: str) -> bool:
        """Whether two names are of one enterprise."""
        return bool(self.true_of[identity] & self.true_of[other_identity])


def read_told(warehouse: Path, province: Province) -> EnterprisesTold:
    """Hold the enterprises and names of a build against the truth."""
    rows = read_claims(warehouse, province)
    parts: dict[str, set[str]] = defaultdict(set)
    kinds: dict[tuple[str, str], set[str]] = defaultdict(set)
    true_of: dict[str, set[str]] = defaultdict(set)
    enterprise_of: dict[str, str] = {}
    written = dict(zip(province.enterprises["enterprise"], province.enterprises["name"], strict=True))
    kinds_of_name: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        kinds_of_name[row.enterprise, row.name].add(row.kind)
    for row in rows:
        if row.enterprise_id is None:
            continue
        parts[row.enterprise].add(row.enterprise_id)
        # a department that differs in its figures may repeat a name that its county wrote differently
        names = kinds_of_name[row.enterprise, row.name]
        kind = PLAIN if row.name == written[row.enterprise] else next(kind for kind in OF_NAMES if kind in names)
        kinds[row.enterprise, row.enterprise_id].add(kind)
        true_of[row.identity_id].add(row.enterprise)
        enterprise_of[row.identity_id] = row.enterprise_id
    kind_of = {part: PLAIN if PLAIN in told else min(told) for part, told in kinds.items()}
    return EnterprisesTold(dict(parts), kind_of, enterprise_of, dict(true_of))


@dataclass
class Asked:
    """The questions before any decision: per kind the true pairs that nobody joined, and how many of them are asked.

    ``wrong`` are the questions about two enterprises, ``confirming`` those about names that are joined as abbreviations.
    """

    kinds: dict[str, Tally]
    asked: int
    wrong: int
    confirming: int

    @property
    def recall(self) -> float:
        """The share of the pairs to be joined that is asked."""
        return sum(tally.found for tally in self.kinds.values()) / sum(tally.true for tally in self.kinds.values())

    @property
    def precision(self) -> float:
        """The share of the questions whose answer is yes."""
        return 1 - self.wrong / self.asked


def measure_questions(told: EnterprisesTold, questions: Iterable[Question]) -> Asked:
    """Hold the questions against the truth; each pair of enterprises counts once, in however many years it is asked."""
    enterprise_of = told.enterprise_of
    asked: dict[frozenset[str], bool] = {}
    confirming: set[frozenset[str]] = set()
    for question in questions:
        pair = frozenset((question.one.identity_id, question.other.identity_id))
        if question.is_matched:
            confirming.add(pair)
        else:
            asked[frozenset(enterprise_of[identity] for identity in pair)] = told.is_one(*pair)
    kinds: dict[str, Tally] = defaultdict(Tally)
    for enterprise, parts in told.parts_of.items():
        for pair in combinations(sorted(parts), 2):
            of_names = sorted({told.kind_of[enterprise, part] for part in pair} - {PLAIN})
            tally = kinds[of_names[0] if len(of_names) == 1 else SEVERAL]
            tally.true += 1
            tally.found += frozenset(pair) in asked
    return Asked(dict(kinds), len(asked), sum(not is_one for is_one in asked.values()), len(confirming))


def _group(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    """The rows by the value of a column; those without one are left out."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if (value := getattr(row, column)) is not None:
            groups[value].append(row)
    return groups


def _named(rows: Iterable[Row], column: str) -> set[str]:
    return {value for row in rows if (value := getattr(row, column)) is not None}


def _score_sides(rows: Sequence[Row]) -> Score:
    score = Score()
    for told in _group(rows, "exit").values():
        for county, department in _across_sides(told):
            tally = score.kinds[department.kind]
            tally.true += 1
            tally.found += county.exit_id is not None and county.exit_id == department.exit_id
    for taken in _group(rows, "exit_id").values():
        for county, department in _across_sides(taken):
            tally = score.kinds[department.kind]
            tally.joined += 1
            tally.wrong += county.enterprise != department.enterprise
    return score


def _across_sides(rows: Sequence[Row]) -> Iterator[tuple[Row, Row]]:
    return product([row for row in rows if row.side == "county"], [row for row in rows if row.side == "department"])


def _score_years(rows: Sequence[Row]) -> Score:
    """An enterprise as it was first told, against the county's word on it in each later year."""
    score = Score()
    for told in _group(rows, "enterprise").values():
        year = min(row.year for row in told)
        first = [row for row in told if row.year == year]
        # the words of its county, where it told at all
        known = _named([row for row in first if row.side == "county"] or first, "enterprise_id")
        for row in {row.year: row for row in told if row.year > year and row.side == "county"}.values():
            tally = score.kinds[row.kind]
            tally.true += 1
            tally.found += row.enterprise_id in known
    for taken in _group(rows, "enterprise_id").values():
        # the county's word last: where it told, its kind is that of the year
        kind_of = {(row.year, row.enterprise): row.kind for row in sorted(taken, key=lambda row: row.side == "county")}
        for (year, one), (other_year, other) in combinations(sorted(kind_of), 2):
            if year != other_year:
                tally = score.kinds[kind_of[other_year, other]]
                tally.joined += 1
                tally.wrong += one != other
    return score


def _spring_traps(rows: Sequence[Row], enterprises: pd.DataFrame) -> dict[str, Tally]:
    told = _group(rows, "enterprise")
    traps: dict[str, Tally] = defaultdict(Tally)
    for line in enterprises[enterprises["enterprise"] < enterprises["twin"]].itertuples():
        one, other = told[line.enterprise], told[line.twin]
        traps[line.trap].true += 1
        traps[line.trap].found += any(
            _named(one, column) & _named(other, column) for column in ("enterprise_id", "exit_id")
        )
    return traps


def _find_lost(rows: Sequence[Row]) -> Iterator[str]:
    """The exits of which no row counts, and of those taken for one exit all but the first."""
    yield from (exit for exit, told in _group(rows, "exit").items() if not _named(told, "exit_id"))
    for taken in _group(rows, "exit_id").values():
        yield from sorted(_named(taken, "exit"))[1:]


def tabulate(before: Measured, province: Province) -> Iterator[str]:
    """The lines people read: how much is told differently, and what was found of each kind before any decision."""
    yield f"told differently: {province.told_differently:.3f} by departments, {province.respelt:.3f} in a later year"
    yield f"{'before any decision':<24}{'county ↔ department':>29}{'across years':>30}"
    yield f"{'':<24}{'found, precision':>30}{'found, precision':>30}"
    for kind in (PLAIN, *KINDS, HOST, LINE_BY_LINE):
        cells = (_cell(score.kinds.get(kind)) for score in (before.sides, before.years))
        yield f"{kind:<24}{''.join(f'{cell:>30}' for cell in cells)}"
    for name in ("recall", "precision"):
        yield f"{name + ' over all':<24}{getattr(before.sides, name):>30.4f}{getattr(before.years, name):>30.4f}"
    for trap, tally in sorted(before.traps.items()):
        yield f"{'two, kept apart: ' + trap:<34}{tally.true - tally.found:>7}/{tally.true}"
    yield f"exits counted twice {len(before.doubled)}, lost {len(before.lost)}"


def tabulate_questions(asked: Asked) -> Iterator[str]:
    """The lines people read: what the desk asks of what nobody joined, before any decision."""
    yield f"{'pairs nobody joined':<34}{'asked':>12}"
    for kind in sorted(asked.kinds):
        yield f"{kind:<24}{_cell(asked.kinds[kind]):>22}"
    yield f"{'recall of questions':<24}{asked.recall:>22.4f}"
    yield f"{'precision of questions':<24}{asked.precision:>22.4f}: {asked.asked} asked, {asked.wrong} of them two enterprises"
    yield f"asked besides, to confirm names joined as abbreviations: {asked.confirming}"


def _cell(tally: Tally | None) -> str:
    if not tally or not tally.true:
        return "–"
    precision = f", {tally.precision:.3f}" if tally.joined else ""
    return f"{tally.found}/{tally.true} = {tally.recall:.3f}{precision}"
