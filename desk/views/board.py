"""The cycle board: where every reporter stands, city by city, and what waits for the next build.

Figures are those of the warehouse; what came in or was decided since it was built is told beside them and changes none
of them before the next build. Lines are read once for each warehouse and day: pages only choose among them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache

from desk.decisions.acts import CHANGES_NO_FIGURE
from desk.decisions.log import Decision
from desk.january.report import excused_of
from desk.views.records import Records, SubmissionRecord
from desk.views.warehouse import Warehouse
from exports.papers.reporting import REPORTING, CityTally, ReportingLine, Tally, tally, tally_cities
from rulebook import EXIT_TABLE, LOCAL_TIME, REPORTER_KINDS, Regime, Rulebook

TO_DO = "todo"
"""Chosen like a state: everybody of whom something is overdue (``ReportingLine.must_act``)."""

MOST_STRAY_FILES = 20

# a submission without a round may be of any; what an identification has settled is withdrawn
STRAY_FILES = """
select submission_id, file, received_at
from marts.fct_submission
where regime = ? and (round = ? or round is null) and reporter_code is null and status in ('counting', 'rejected')
order by submission_id desc
"""

CONFIRMED_CITIES = """
select city_code, max_by(is_current, sequence) as is_current
from marts.fct_city_confirmation
where regime = ? and round = ?
group by city_code
"""


@dataclass(frozen=True, slots=True)
class StrayFile:
    """A file of which nobody knows who sent it."""

    submission_id: str
    file: str
    received_at: datetime


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """Every reporter's line by one warehouse on one day; known by identity, as there is one for each."""

    day: date
    lines: tuple[ReportingLine, ...]
    stray_files: tuple[StrayFile, ...]
    confirmed: dict[str, bool]
    """By city that confirmed its figure: whether that is its figure still."""

    def within(self, cities: Collection[str] | None) -> tuple[ReportingLine, ...]:
        """The lines of these cities; of all where None."""
        return self.lines if cities is None else tuple(line for line in self.lines if line.city_code in cities)


@dataclass(frozen=True, slots=True)
class Board:
    """What the board of a cycle shows to somebody to whom certain cities are open."""

    built_at: datetime | None
    """When the figures were built (UTC); None: never, and the lines say only who owes."""
    standing: Standing
    lines: tuple[ReportingLine, ...]
    total: Tally
    cities: tuple[CityTally, ...]
    waiting: Counter[str]
    """By reporter: how many of its files came in since the build."""
    waiting_decisions: int
    stray_files: tuple[StrayFile, ...]
    """The newest first; none for somebody to whom only some cities are open."""


def read_board(
    warehouse: Warehouse,
    records: Records,
    decisions: Iterable[Decision],
    rulebook: Rulebook,
    cycle: tuple[str, str],
    cities: Collection[str] | None = None,
    day: date | None = None,
) -> Board:
    """The board of ``cycle`` (regime, round) for ``cities`` (None: all) on ``day`` (None: today in Asia/Shanghai)."""
    decided = tuple(decisions)
    excused = excused_of(decided, *cycle)
    standing = read_standing(warehouse, rulebook, cycle, day or datetime.now(LOCAL_TIME).date(), excused)
    pending = records.pending(*cycle)
    lines, total, tallies = _within(standing, None if cities is None else frozenset(cities))
    last = warehouse.last_decision
    return Board(
        built_at=warehouse.built_at,
        standing=standing,
        lines=lines,
        total=total,
        cities=tallies,
        waiting=Counter(record.reporter_code for record in pending if record.reporter_code is not None),
        waiting_decisions=sum(
            decision.sequence > last and decision.regime == cycle[0] and decision.kind not in CHANGES_NO_FIGURE
            for decision in decided
        ),
        stray_files=_stray_files(standing, pending) if cities is None else (),
    )


def read_standing(
    warehouse: Warehouse, rulebook: Rulebook, cycle: tuple[str, str], day: date, excused: frozenset[str]
) -> Standing:
    """Where everybody stands on ``day``, with the codes ``excused`` by now; before the first build, who owes by the rulebook."""
    built_at = warehouse.built_at
    if built_at is None:
        owed = _owed_by_the_rulebook(rulebook, *cycle)
        return Standing(day, tuple(replace(line, is_excused=line.reporter_code in excused) for line in owed), (), {})
    return _standing_of(warehouse, built_at, cycle, day, excused)


def choose(
    lines: Sequence[ReportingLine], day: date, city: str | None = None, state: str | None = None, text: str = ""
) -> list[ReportingLine]:
    """The lines of ``city``, in ``state`` (where a reporter stands, or ``TO_DO``), whose name or code has ``text``."""
    wanted = text.strip().casefold()
    return [
        line
        for line in lines
        if (not city or line.city_code == city)
        and (not state or (line.must_act(day) if state == TO_DO else line.is_counted_as(state, day)))
        and (not wanted or wanted in f"{line.reporter} {line.reporter_code} {line.city}".casefold())
    ]


@lru_cache(maxsize=16)
def _standing_of(
    warehouse: Warehouse, _built_at: datetime, cycle: tuple[str, str], day: date, excused: frozenset[str]
) -> Standing:
    """Read once for each warehouse that was built: the moment of the build is part of what it is known by."""
    regime, round_key = cycle
    lines = warehouse.query(REPORTING, {"regime": regime, "round": round_key, "form": EXIT_TABLE})
    stray = warehouse.query(f"{STRAY_FILES} limit {MOST_STRAY_FILES}", [regime, round_key])
    confirmed = warehouse.query(CONFIRMED_CITIES, [regime, round_key])
    return Standing(
        day,
        tuple(ReportingLine(**line, is_excused=line["reporter_code"] in excused) for line in lines),
        tuple(StrayFile(**line) for line in stray),
        {line["city_code"]: line["is_current"] for line in confirmed},
    )


@lru_cache(maxsize=64)
def _within(
    standing: Standing, cities: frozenset[str] | None
) -> tuple[tuple[ReportingLine, ...], Tally, tuple[CityTally, ...]]:
    lines = standing.within(cities)
    return lines, tally(lines, standing.day), tuple(tally_cities(lines, standing.day))


def _stray_files(standing: Standing, pending: Iterable[SubmissionRecord]) -> tuple[StrayFile, ...]:
    fresh = (
        StrayFile(record.submission_id, record.file, record.received_at)
        for record in pending
        if record.reporter_code is None
    )
    return (*reversed(list(fresh)), *standing.stray_files)[:MOST_STRAY_FILES]


def _owed_by_the_rulebook(rulebook: Rulebook, regime_key: str, round_key: str) -> list[ReportingLine]:
    """Everybody who owes the exit table, with nothing received."""
    regime = rulebook.regimes[regime_key]
    lines = [
        ReportingLine(
            reporter_code=reporter.code,
            reporter=reporter.printed_name,
            kind=reporter.kind,
            city_code=(city := _city_of(regime, reporter.home, rulebook)),
            city=rulebook.reference.divisions[city].name,
            due=due,
            due_in_plan=due,
            state="missing",
        )
        for reporter in regime.reporters.values()
        if (due := regime.owed(reporter.code, round_key)) is not None
    ]
    return sorted(lines, key=lambda line: (line.city_code, REPORTER_KINDS.index(line.kind), line.reporter_code))


def _city_of(regime: Regime, home: str, rulebook: Rulebook) -> str:
    return rulebook.reference.city_of(home) or regime.area
