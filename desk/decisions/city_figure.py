"""A city's figure as it stands beside the one that was confirmed: whether, and where, it has changed since."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from desk.decisions.log import Decision
from desk.views.warehouse import Warehouse
from exports.amounts import write_exactly
from exports.wording import TOTAL

_FIGURE = """
select line.industry, line.capacity, line.capacity_unit, line.exits, line.enterprises, listed.exits_sha256
from {schema}.rpt_rollup as line
left join {schema}.rpt_list_digest as listed
    on
        line.regime = listed.regime and line.round = listed.round and line.division_code = listed.division_code
        and line.industry = listed.industry and line.capacity_unit is not distinct from listed.capacity_unit
where line.regime = ? and line.round = ? and line.division_code = ? and line.category = '合计'
order by line.industry_position, line.industry, line.capacity_unit
"""

Ask = Callable[[str, Sequence[Any]], Iterable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Amounts:
    """What one industry of a city has in one unit."""

    capacity: Decimal | None
    exits: int
    enterprises: int
    exits_sha256: str | None = None
    """Tells which exits these are; None of a total, and in what was confirmed before lists were kept."""

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
        """Whether it differs from what was confirmed, as far as that was kept."""
        return self._is_otherwise_added_up or self.is_another_list

    @property
    def is_another_list(self) -> bool:
        """Whether the same sums are added up of other exits, or of exits that are told otherwise."""
        return (
            not self._is_otherwise_added_up
            and self.confirmed is not None
            and self.confirmed.exits_sha256 is not None
            and self.today != self.confirmed
        )

    @property
    def _is_otherwise_added_up(self) -> bool:
        sums = [side and replace(side, exits_sha256=None) for side in (self.today, self.confirmed)]
        return sums[0] != sums[1]


def is_changed(figure: Iterable[FigureLine]) -> bool:
    """Whether a figure is not what was confirmed; its total is not asked, as `fct_city_confirmation` does not."""
    return any(line.is_changed for line in figure if line.industry != TOTAL)


def read_figure(warehouse: Warehouse, regime: str, round_key: str, division_code: str) -> list[dict[str, Any]]:
    """The lines of the rollup of a city or of the whole area, its total first; none where nothing was built or nothing exited."""
    return list(ask_for_figure(warehouse.query, regime, round_key, division_code)) if warehouse.exists else []


def ask_for_figure(
    ask: Ask, regime: str, round_key: str, division_code: str, schema: str = "marts"
) -> Iterable[Mapping[str, Any]]:
    """The same of the marts in ``schema``; ``ask`` answers a question about them."""
    return ask(_FIGURE.format(schema=schema), [regime, round_key, division_code])


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
    amount = None if capacity is None else Decimal(capacity)
    return Amounts(amount, line["exits"], line["enterprises"], line.get("exits_sha256"))
