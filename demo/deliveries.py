"""Who sends which file, when, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from demo import mistakes, quirks
from demo.claims import Claim, profile_of, spell_amount
from demo.mistakes import FILE_MISTAKES, PAGE_MISTAKES
from rulebook import LOCAL_TIME, Regime, Reporter


@dataclass(frozen=True)
class Delivery:
    """One file a reporter sends."""

    reporter: Reporter
    version: int
    received_at: datetime
    claims: tuple[Claim, ...]
    mistake: str | None = None
    quirks: frozenset[str] = frozenset()


def plan_deliveries(
    regime: Regime, round: str, fate_of: dict[str, str], claims_of: dict[str, list[Claim]], random: Random
) -> list[Delivery]:
    """What each reporter sends and when; each kind of mistake is made once before any is made twice."""
    deck = _MistakeDeck(regime, random)
    deliveries = []
    for code, reporter in regime.reporters.items():
        versions = _write_versions(fate_of[code], tuple(claims_of[code]), random)
        due = regime.owed(code, round) or date(regime.year, 12, 31)
        days_off = random.randint(1, 5) if fate_of[code] == "late" else -random.randint(2, 9)
        received_at = _at_work(due + timedelta(days=days_off), random)
        for number, (claims, is_right) in enumerate(versions, start=1):
            mistake = None if is_right else deck.draw(reporter)
            deliveries.append(Delivery(reporter, number, received_at, claims, mistake))
            received_at = _at_work(received_at.date() + timedelta(days=random.randint(1, 4)), random)
    return deliveries


def _write_versions(fate: str, claims: tuple[Claim, ...], random: Random) -> list[tuple[tuple[Claim, ...], bool]]:
    """The tables a reporter of this fate sends, one after the other, and whether each is right."""
    if fate == "missing":
        return []
    if fate == "rejected":
        return [(claims, False)]
    if fate == "resubmitted":
        return [(claims, False), (claims, True)]
    if fate == "worsened":
        return [(claims, True), (_revise(claims, random), False)]
    if fate == "corrected":
        return [(claims, True), (_revise(claims, random), True)]
    return [(claims, True)]


class _MistakeDeck:
    """Kinds of mistakes in random order, shuffled anew when all have been drawn."""

    def __init__(self, regime: Regime, random: Random) -> None:
        self.regime = regime
        self.random = random
        self.waiting: list[str] = []

    def draw(self, reporter: Reporter) -> str:
        """The next kind of mistake this reporter can make."""
        able = self._list_able(reporter)
        if not able:
            names = [*PAGE_MISTAKES, *FILE_MISTAKES]
            self.waiting = self.random.sample(names, len(names))
            able = self._list_able(reporter)
        self.waiting.remove(able[0])
        return able[0]

    def _list_able(self, reporter: Reporter) -> list[str]:
        return [name for name in self.waiting if mistakes.can_make(name, reporter, self.regime)]


def _at_work(day: date, random: Random) -> datetime:
    return datetime.combine(day, time(random.randint(8, 17), random.randint(0, 59)), LOCAL_TIME)


def _revise(claims: tuple[Claim, ...], random: Random) -> tuple[Claim, ...]:
    """The same table with another figure in its first row."""
    first, *others = claims
    return spell_amount(first, first.capacity + profile_of(first).step, random), *others


def deal_quirks(deliveries: Sequence[Delivery], random: Random) -> list[Delivery]:
    """The deliveries with the habits of real files spread over those that are right and not nil."""
    right = [number for number, delivery in enumerate(deliveries) if delivery.claims and delivery.mistake is None]
    hands = dict(zip(right, quirks.deal([deliveries[number].claims for number in right], random), strict=True))
    return [replace(delivery, quirks=hands.get(number, frozenset())) for number, delivery in enumerate(deliveries)]
