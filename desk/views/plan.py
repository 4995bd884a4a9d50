"""The plan of a cycle as its report tells it: what the forms show to whoever prepares or signs that report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from desk.views.warehouse import Warehouse
from exports.amounts import write_exactly
from exports.facts import PLAN_ACTUAL, PLAN_CHANGES
from exports.papers.plan_in_words import Rate, has_plan, rates_of, tell_plan
from exports.wording import NO_RATE, TOTAL
from rulebook import Regime

_FIGURES = (
    *("industry", "capacity_unit", "planned_exits", "planned_capacity", "done_exits", "done_capacity"),
    *("unplanned_exits", "unplanned_capacity"),
)


@dataclass(frozen=True, slots=True)
class PlanTold:
    """What the report of a cycle says of the plan it is held against."""

    sentence: str
    """计划情况 of ``report.docx``, word by word."""
    lines: tuple[Mapping[str, Any], ...]
    """目标任务完成情况表 of all categories, all industries first: figures by name, amounts as text, ``rates`` of exits and
    capacity in Chinese and English; none where no plan is in force."""


def read_plan(warehouse: Warehouse, regime: Regime, round_key: str) -> PlanTold:
    """The plan that the report of a cycle is held against, by the last build."""
    cycle = {"regime": regime.key, "round": round_key, "area": regime.area}
    lines, changes = (
        [SimpleNamespace(**line) for line in warehouse.query(question, cycle)]
        for question in (PLAN_ACTUAL, PLAN_CHANGES)
    )
    return PlanTold(tell_plan(lines, changes, regime.year), tuple(_lines(lines) if has_plan(lines) else ()))


def _lines(lines: list[Any]) -> Iterator[Mapping[str, Any]]:
    for line in lines:
        if line.category == TOTAL:
            figures = {name: _plain(getattr(line, name)) for name in _FIGURES}
            yield figures | {"rates": tuple(map(_rate_in_words, rates_of(line)))}


def _plain(value: Any) -> Any:
    return write_exactly(value) if isinstance(value, Decimal) else value


def _rate_in_words(rate: Rate) -> tuple[str, str]:
    if rate is None:
        return "", ""
    return (NO_RATE, "n/a") if rate == NO_RATE else (f"{write_exactly(rate)}%",) * 2
