"""What a seal leaves open for good: cities that do not stand by their figure, reporters of whom something is expected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from desk.decisions.acts import REPORTED_ROUND
from desk.decisions.city_figure import compare_figures, confirmation_of, is_changed, read_figure
from desk.decisions.log import Decision
from desk.january.report import excused_of
from desk.views.board import read_standing
from desk.views.warehouse import Warehouse
from exports.papers.reporting import ReportingLine
from rulebook import Rulebook

_OPEN = ("missing", "excused", "open", "rejected", "returned", "demanded", "partial", "replaced")
"""Where a reporter stands of whom something is expected, due or not."""


@dataclass(frozen=True, slots=True)
class OpenCity:
    """A city that did not confirm its figure as it stands."""

    code: str
    name: str
    is_changed: bool
    """It confirmed a figure, which has changed since."""


@dataclass(frozen=True, slots=True)
class OpenEnds:
    """What is not settled in a cycle."""

    cities: tuple[OpenCity, ...]
    reporters: dict[str, tuple[ReportingLine, ...]]
    """By where they stand, a key of ``exports.wording.STANDINGS``; one may stand in two places."""


def read_open_ends(
    warehouse: Warehouse, rulebook: Rulebook, in_force: Iterable[Decision], cycle: tuple[str, str], day: date
) -> OpenEnds:
    """What is open in ``cycle`` (regime, round) on ``day``: by the last build, and confirmed, excused or demanded by now.

    Cities are asked to confirm the annual figure of a province's regime, and no other.
    """
    decided = [one for one in in_force if (one.regime, one.round) == cycle]
    demanded = {one.reporter_code for one in decided if one.kind == "demand" and one.sequence > warehouse.last_decision}
    by_standing: dict[str, list[ReportingLine]] = {}
    for line in read_standing(warehouse, rulebook, cycle, day, excused_of(decided, *cycle)).lines:
        standings = {*line.standings(day), *(["demanded"] if line.reporter_code in demanded else [])}
        for standing in standings.intersection(_OPEN):
            by_standing.setdefault(standing, []).append(line)
    return OpenEnds(
        tuple(_open_cities(warehouse, rulebook, decided, cycle)),
        {standing: tuple(by_standing[standing]) for standing in _OPEN if standing in by_standing},
    )


def _open_cities(
    warehouse: Warehouse, rulebook: Rulebook, decided: list[Decision], cycle: tuple[str, str]
) -> Iterable[OpenCity]:
    divisions = rulebook.reference.divisions
    if rulebook.regimes[cycle[0]].level != "province" or cycle[1] != REPORTED_ROUND:
        return
    for code in rulebook.regimes[cycle[0]].divisions:
        if divisions[code].level != "city":
            continue
        confirmation = confirmation_of(decided, *cycle, code)
        if confirmation is None:
            yield OpenCity(code, divisions[code].name, False)
        elif is_changed(compare_figures(read_figure(warehouse, *cycle, code), confirmation.figure or ())):
            yield OpenCity(code, divisions[code].name, True)
