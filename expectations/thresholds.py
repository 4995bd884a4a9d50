"""Which sizes of equipment a plan calls outdated, and which machines of a row lie outside them (rule R02)."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from rulebook import Regime, Rulebook, Threshold

_COMPARISONS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}

_MODEL = re.compile(r"^[0-9A-Za-z#＃、,，.\-－Φφ×*号]+型?")
"""What stands before a machine's kind in its name: 1#, 2号, ZGM-95型."""

_LISTED = re.compile(r"[、;；]")


class Miss(NamedTuple):
    """A machine that lies outside: its size, and the threshold by its place in the rulebook's table."""

    threshold: int
    size: Decimal


class Thresholds:
    """The thresholds that hold under one regime: of its documents, for its place, in its year."""

    def __init__(self, regime: Regime, rulebook: Rulebook) -> None:
        self._reference = rulebook.reference
        places = rulebook.reference.lineage(regime.area)
        self._by_name: dict[str, list[tuple[int, Threshold]]] = {}
        for place, threshold in enumerate(rulebook.reference.thresholds):
            if (
                threshold.document in regime.threshold_documents
                and (threshold.region is None or threshold.region in places)
                and _is_in_force(threshold, date(regime.year, 1, 1), date(regime.year, 12, 31))
            ):
                for name in threshold.names:
                    self._by_name.setdefault(name, []).append((place, threshold))

    def miss(
        self,
        machines: Iterable[Mapping[str, Any]],
        text: str,
        industry: str,
        shut_on: date | None,
    ) -> Miss | None:
        """The size of these machines and the threshold it lies outside; None wherever that is not certain.

        Certain is it where every machine that has a threshold was read with its size in the threshold's unit, all are
        of one size, and that size is outside each: what a threshold asks beside it (domain, section 4: a condition must
        also hold) brings nothing inside. An exception is spared; ``text`` is the cell, where it is told.
        """
        misses: list[Miss] = []
        for machine in machines:
            held = [
                (place, threshold)
                for place, threshold in self._by_name.get(_kind(machine["name"]), ())
                if self._is_within(threshold.industry, industry)
                and (shut_on is None or _is_in_force(threshold, shut_on, shut_on))
            ]
            for place, threshold in held:
                size = machine["spec_value"]
                if (
                    threshold.value is None
                    or size is None
                    or machine["spec_unit"] != threshold.unit
                    or _may_be_spared(threshold.exception, text)
                    or _COMPARISONS[threshold.comparison](size, threshold.value)
                ):
                    return None
                misses.append(Miss(place, size))
        return misses[0] if len({miss.size for miss in misses}) == 1 else None

    def _is_within(self, narrow: str, reported: str) -> bool:
        """Whether one of the two industries is the other or a part of it: 炼铁 (C3110) is a part of 钢铁 (C31)."""
        codes = [self._reference.industries[name].code for name in (narrow, reported)]
        return narrow == reported or (all(codes) and (codes[0].startswith(codes[1]) or codes[1].startswith(codes[0])))


def _is_in_force(threshold: Threshold, first: date, last: date) -> bool:
    """Whether the threshold holds on some day from ``first`` to ``last``."""
    return (threshold.valid_from is None or threshold.valid_from <= last) and (
        threshold.valid_to is None or threshold.valid_to >= first
    )


def _may_be_spared(exception: str | None, text: str) -> bool:
    """Whether the cell names what is spared: 符合《…》的铸造高炉 spares every 铸造高炉, as far as we can tell."""
    return exception is not None and any(
        words.rpartition("的")[2].removesuffix("等") in text for words in _LISTED.split(exception)
    )


@lru_cache(maxsize=16_384)
def _kind(name: str | None) -> str:
    """The kind of machine without the number or model before it."""
    return _MODEL.sub("", name or "")
