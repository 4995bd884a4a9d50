"""Who may do what on the desk: roles, the units they hold for, and the rights that follow.

Airflow's auth manager says who somebody is; which role and unit he or she has is decided on the desk, by an
administrator, and kept like every decision: as acts ``grant`` and ``revoke``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rulebook import Reference, Regime

if TYPE_CHECKING:
    from desk.decisions.acts import Terms


_LIKE_CHINESE = "〇々"
"""Signs of Chinese names that Unicode does not count among the characters."""


def is_same_person(one: Iterable[str | None], other: Iterable[str | None]) -> bool:
    """Whether a name of ``one`` – login names and names of people alike – is one of ``other``: who signs by command gives either.

    Only letters, characters and digits tell people apart: width, case, blanks, points and accents are typed now so, now so.
    Letters that only look alike are no question here: ``strange_signs`` finds them.
    """
    first, second = ({_as_told_apart(name or "") for name in names} for names in (one, other))
    return not first.isdisjoint(second - {""})


def strange_signs(name: str) -> str:
    """The letters and digits of ``name`` by which people cannot tell who it is: neither Chinese nor of the Latin alphabet.

    A Cyrillic а is read as a Latin one, and there is no end of such pairs: what is not read at sight names nobody.
    """
    return "".join(sign for sign in name if not all(map(_is_known, _as_told_apart(sign))))


def names_nobody(name: str) -> bool:
    """Whether there is no letter, character or digit in ``name``."""
    return not _as_told_apart(name)


def _as_told_apart(name: str) -> str:
    """``name`` in its plain letters, characters and digits."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", name).casefold() if sign.isalnum())


def _is_known(sign: str) -> bool:
    return sign.isascii() or sign in _LIKE_CHINESE or unicodedata.name(sign, "").startswith("CJK UNIFIED IDEOGRAPH")


def named_in(user: str, decided: Iterable[Terms]) -> str | None:
    """The name that the last grant among ``decided`` gives the person of that login name; None where none does."""
    told = [one.person_name for one in decided if one.user == user and one.person_name]
    return told[-1] if told else None


class Role(StrEnum):
    """What somebody is on the desk."""

    REPORTER = "reporter"
    STEWARD = "steward"
    SIGNER = "signer"
    VIEWER = "viewer"


ROLE_NAMES = {
    Role.REPORTER: ("填报人", "reporter"),
    Role.STEWARD: ("审核员", "steward"),
    Role.SIGNER: ("签发人", "signer"),
    Role.VIEWER: ("查阅人", "viewer"),
}


class Right(StrEnum):
    """What can be done on the desk."""

    VIEW = "view"
    UPLOAD = "upload"
    WITHDRAW = "withdraw"
    RETURN = "return"
    DEMAND = "demand"
    EXPLAIN = "explain"
    WAIVE = "waive"
    EXTEND = "extend"
    IDENTIFY = "identify"
    CONFIRM = "confirm"
    REMIND = "remind"
    CHANGE_PLAN = "change_plan"
    MERGE = "merge"
    CHOOSE = "choose"
    UNDO = "undo"
    PREPARE = "prepare"
    ANNOUNCE = "announce"
    SEAL = "seal"
    ADMINISTER = "administer"


_OF_REPORTER = frozenset({Right.VIEW, Right.UPLOAD, Right.WITHDRAW})
_OF_STEWARD = frozenset(Right) - {Right.SEAL, Right.ADMINISTER}
_OF_CITY_STEWARD = frozenset(
    {
        *(Right.VIEW, Right.RETURN, Right.DEMAND, Right.EXPLAIN, Right.REMIND, Right.CONFIRM, Right.MERGE),
        Right.ANNOUNCE,
    }
)
"""What a city's steward may do in a province's regime: she knows the city's enterprises; what can let a figure in that
the rules keep out is not hers."""

_OF_VIEWER = frozenset({Right.VIEW})
_WHERE_THE_REGIME_IS_ONES_OWN = {
    Role.STEWARD: _OF_STEWARD,
    Role.SIGNER: frozenset({Right.VIEW, Right.SEAL}),
    Role.VIEWER: _OF_VIEWER,
}


@dataclass(frozen=True, slots=True)
class Post:
    """A role for a unit: a reporter's code (role reporter), else the code of a city or province."""

    role: Role
    unit: str


@dataclass(frozen=True, slots=True)
class Access:
    """What one person may do, by posts; an administrator sees everything and maps people to posts."""

    posts: tuple[Post, ...]
    is_administrator: bool
    reference: Reference

    def may(self, right: Right, regime: Regime | None, unit: str | None = None) -> bool:
        """Whether ``right`` is given for ``unit`` – a reporter or city of ``regime`` – or, without one, for the whole.

        Without a regime only ``ADMINISTER`` can be asked for.
        """
        if self.is_administrator and right in (Right.VIEW, Right.ADMINISTER):
            return True
        return regime is not None and any(right in self._rights(post, regime, unit) for post in self.posts)

    @property
    def is_of_an_office(self) -> bool:
        """Whether this person is more than a reporter, wherever."""
        return self.is_administrator or any(post.role is not Role.REPORTER for post in self.posts)

    def may_see_others(self, regime: Regime) -> bool:
        """Whether more of ``regime`` than single reporters is open: its board, or that of a city."""
        return self.cities(regime) != ()

    def reporters(self, regime: Regime) -> tuple[str, ...]:
        """The reporters of ``regime`` this person reports for."""
        return tuple(post.unit for post in self.posts if post.role is Role.REPORTER and post.unit in regime.reporters)

    def cities(self, regime: Regime) -> tuple[str, ...] | None:
        """The cities of ``regime`` that are open; None: all of it."""
        units = [post.unit for post in self.posts if post.role is not Role.REPORTER]
        if self.is_administrator or {*units} & {regime.area, self.reference.province_of(regime.area)}:
            return None
        return tuple(sorted({unit for unit in units if self._is_city_of(regime, unit)}))

    def city_of(self, regime: Regime, unit: str) -> str | None:
        """The city a reporter or division of ``regime`` belongs to; None for a province, its departments, and strangers."""
        reporter = regime.reporters.get(unit)
        code = reporter.home if reporter else unit
        return self.reference.city_of(code) if code in regime.divisions else None

    def _rights(self, post: Post, regime: Regime, unit: str | None) -> frozenset[Right]:
        if post.role is Role.REPORTER:
            return _OF_REPORTER if unit == post.unit and unit in regime.reporters else frozenset()
        if post.unit == regime.area:
            return _WHERE_THE_REGIME_IS_ONES_OWN[post.role]
        if post.unit == self.reference.province_of(regime.area):
            # a province reads what is sent to its city, and decides nothing there
            return _OF_VIEWER
        if unit is None or not self._is_city_of(regime, post.unit) or self.city_of(regime, unit) != post.unit:
            return frozenset()
        return _OF_CITY_STEWARD if post.role is Role.STEWARD else _OF_VIEWER

    def _is_city_of(self, regime: Regime, unit: str) -> bool:
        return unit in regime.divisions and self.reference.divisions[unit].level == "city"


def posts_of(user: str, granted: Iterable[tuple[str, str, str]]) -> tuple[Post, ...]:
    """The posts of ``user`` among the ``(user, role, unit)`` that are granted."""
    return tuple(dict.fromkeys(Post(Role(role), unit) for name, role, unit in granted if name == user))
