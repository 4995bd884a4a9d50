"""A city's figure as it stands beside the one that was confirmed: whether, and where, it has changed since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from desk.decisions.log import Decision
from desk.views.warehouse import Warehouse
from exports.amounts import write_exactly
from exports.wording import TOTAL

_FIGURE = """
select industry, capacity, capacity_unit, exits, enterprises
from marts.rpt_rollup
where regime = ? and round = ? and division_code = ? and category = '合计'
order by industry_position, industry, capacity_unit
"""


@dataclass(frozen=True, slots=True)
class Amounts:
    """What one industry of a city has in one unit."""

    capacity: Decimal | None
    exits: int
    enterprises: int

    @property
    def capacity_text(self) -> str:
        """The capacity in plain digits; blank where none is known."""
        return "" if self.capacity is None else write_exactly(self.capacity)


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One industry and unit: as it stands, and as it was confirmed; None where the figure had no such line."""

    industry: str
    capacity_unit: str | None
    today: Amounts | None
    confirmed: Amounts | None

    @property
    def is_changed(self) -> bool:
        """Whether it differs from what was confirmed."""
        return self.today != self.confirmed


def is_changed(figure: Iterable[FigureLine]) -> bool:
    """Whether a figure is not what was confirmed; its total is not asked, as `fct_city_confirmation` does not."""
    return any(line.is_changed for line in figure if line.industry != TOTAL)


def read_figure(warehouse: Warehouse, regime: str, round_key: str, division_code: str) -> list[dict[str, Any]]:
    """The lines of the rollup of a city or of the whole area, its total first; none where nothing was built or nothing exited."""
    return warehouse.query(_FIGURE, [regime, round_key, division_code]) if warehouse.exists else []


def confirmation_of(in_force: Iterable[Decision], regime: str, round_key: str, city_code: str) -> Decision | None:
    """The confirmation of a city that is in force; None where there is none."""
    wanted = ("confirm", regime, round_key, city_code)
    return next((one for one in in_force if (one.kind, one.regime, one.round, one.city_code) == wanted), None)


def compare_figures(
    today: Iterable[Mapping[str, Any]], confirmed: Iterable[Mapping[str, Any]] = ()
) -> list[FigureLine]:
    """Every line of both figures, in the order of today's; what only was confirmed comes last."""
    now, then = _by_line(today), _by_line(confirmed)
    return [FigureLine(*line, now.get(line), then.get(line)) for line in (now | then)]


def _by_line(figure: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str | None], Amounts]:
    return {(line["industry"], line["capacity_unit"]): _amounts(line) for line in figure}


def _amounts(line: Mapping[str, Any]) -> Amounts:
    capacity = line["capacity"]
    return Amounts(None if capacity is None else Decimal(capacity), line["exits"], line["enterprises"])
