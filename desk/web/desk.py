"""What every page of the desk works with: the store, the rulebook, and the doors to what is in them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from fastapi import Request

from desk.decisions.log import Decision, Decisions
from desk.decisions.people import Access
from desk.decisions.posts import access_of, granted_posts
from desk.delivery.intake import Intake
from desk.january.sealed_packs import SealedFigures, compare_with_sealed
from desk.messages.mail import MailServer
from desk.views.records import Records
from desk.views.warehouse import Warehouse
from rulebook import Regime, Rulebook
from store import Store


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who is signed in."""

    id: str
    name: str


@dataclass(frozen=True)
class Desk:
    """One store and what is done with it."""

    store_root: Path
    rulebook: Rulebook
    identify: Callable[[Request], Awaitable[User | None]]
    """Who sent a request; None: nobody is signed in."""
    login_address: Callable[[str], str]
    """Where one signs in to come back to the address given."""
    start_build: Callable[[str, str], None]
    """Sets off a build of the warehouse for a regime and round; one that waits already is enough."""
    secret: str
    """Signs the forms of the desk; the same on every machine that serves its pages."""
    administrators: frozenset[str] = frozenset({"admin"})
    mail_server: MailServer | None = None
    usual_cycle: tuple[str, str] | None = None
    """Regime and round the desk opens with."""
    store: Store = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "store", Store(self.store_root))

    @cached_property
    def decisions(self) -> Decisions:
        """What was decided."""
        return Decisions(self.store, self.rulebook, self.records)

    @cached_property
    def records(self) -> Records:
        """What was received, as it was read and judged."""
        return Records(self.store, self.rulebook, self.warehouse)

    @cached_property
    def warehouse(self) -> Warehouse:
        """The figures as they were last built."""
        return Warehouse(Path(self.store.location("warehouse.duckdb")))

    def sealed_figures(self, regime: Regime, round_key: str, cities: Collection[str] | None) -> SealedFigures | None:
        """The sealed figures of a cycle beside those of the last build, of these cities (None: all); None where it is open."""
        told = compare_with_sealed(self.store, self.decisions, self.warehouse, regime.key, round_key)
        if told is None or cities is None:
            return told
        city_of = self.rulebook.reference.city_of
        return told.within({code for code in regime.divisions if code in cities or city_of(code) in cities})

    @cached_property
    def intake(self) -> Intake:
        """The way in for files that come by the desk."""
        return Intake(self.store, self.rulebook, decisions=self.decisions, records=self.records)

    def granted(self) -> dict[tuple[str, str, str], Decision]:
        """The posts ``(user, role, unit)`` that are granted and not revoked, each with the act that granted it."""
        return granted_posts(self.decisions.in_force())

    def access_of(self, user: User) -> Access:
        """What ``user`` may do."""
        return access_of(user.id, self.decisions.in_force(), self.rulebook, self.administrators)

    def units(self) -> dict[str, str]:
        """Code and name of everything a post can be for: areas, cities and reporters of all regimes."""
        divisions = self.rulebook.reference.divisions
        areas = {
            code: divisions[code].name
            for regime in self.rulebook.regimes.values()
            for code in regime.divisions
            if divisions[code].level in ("province", "city")
        }
        reporters = {
            reporter.code: reporter.name
            for regime in self.rulebook.regimes.values()
            for reporter in regime.reporters.values()
        }
        return dict(sorted((areas | reporters).items()))
