"""Two versions of a table, cell by cell: what disappeared, what changed, what is new.

A row is the same one where county, industry and enterprise are, as in rule S18: what that rule names as missing is told
here to have disappeared, even where another enterprise now stands in its place. What could not be read on one side may
be any row that the rest of it fits: the one of the same number in the sheet, else the one of the same enterprise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

from desk.views.understanding import Row, understood_as
from rulebook import Form

_IDENTITY = ("county_code", "industry", "enterprise_key")
"""What makes a row the same one (expectations/versions.py)."""

_NUMBERING = "sequence"
"""序号 says where a row stands, nothing about it: it changes with every row put in above."""


@dataclass(frozen=True, slots=True)
class ChangedCell:
    """One field of a row that says something else, or is understood to."""

    field: str
    cell_before: str | None
    cell_after: str | None
    before: str | None
    """As sent, like ``after``; None where it is blank."""
    after: str | None
    understood_before: str | None
    """In words; None where nothing was understood, or the text is kept as it is."""
    understood_after: str | None

    @property
    def is_understood_otherwise(self) -> bool:
        """Whether the change is one of meaning too, and not of spelling alone."""
        return self.understood_before != self.understood_after


@dataclass(frozen=True, slots=True)
class DisappearedRow:
    """A row that the later version leaves out, and the new one that stands at its number now, if any."""

    row: Row
    in_its_place: Row | None


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row of both versions, and the cells that differ."""

    before: Row
    after: Row
    cells: tuple[ChangedCell, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All the differences, each kind in the order of its sheet."""

    disappeared: tuple[DisappearedRow, ...]
    changed: tuple[ChangedRow, ...]
    new: tuple[Row, ...]
    unchanged: int


def compare(before: Iterable[Row], after: Iterable[Row], form: Form) -> Comparison:
    """The difference between the rows of two versions of ``form``; their 序号 is not compared."""
    fields = [name for name in form.fields if name != _NUMBERING]
    pairing = _Pairing(before, after)
    pairing.pair_by(lambda row: (*_identity(row), *(row[f"{field}_text"] for field in fields)))
    pairing.pair_by(_identity)
    pairing.pair_by(lambda row: row["row"], _may_be_the_same)
    pairing.pair_by(lambda row: row["enterprise"], _may_be_the_same)
    changed = []
    for one, other in sorted(pairing.pairs, key=lambda pair: pair[1]["row"]):
        cells = tuple(_changed_cells(one, other, fields, form))
        if cells:
            changed.append(ChangedRow(one, other, cells))
    new_at = {row["row"]: row for row in pairing.after}
    return Comparison(
        disappeared=tuple(DisappearedRow(row, new_at.get(row["row"])) for row in pairing.before),
        changed=tuple(changed),
        new=tuple(pairing.after),
        unchanged=len(pairing.pairs) - len(changed),
    )


class _Pairing:
    """Rows of two versions that belong together, and those left on either side."""

    def __init__(self, before: Iterable[Row], after: Iterable[Row]) -> None:
        self.before: Sequence[Row] = list(before)
        self.after: Sequence[Row] = list(after)
        self.pairs: list[tuple[Row, Row]] = []

    def pair_by(
        self, key: Callable[[Row], Hashable], fits: Callable[[Row, Row], bool] = lambda one, other: True
    ) -> None:
        """Rows left on both sides with the same ``key`` are pairs where they fit, in order; None is no key."""
        waiting: dict[Hashable, list[Row]] = defaultdict(list)
        for row in self.after:
            waiting[key(row)].append(row)
        left = []
        for row in self.before:
            candidates = waiting.get(wanted, []) if (wanted := key(row)) is not None else []
            place = next((place for place, other in enumerate(candidates) if fits(row, other)), None)
            if place is None:
                left.append(row)
            else:
                self.pairs.append((row, candidates.pop(place)))
        paired = {id(other) for _, other in self.pairs}
        self.before, self.after = left, [row for row in self.after if id(row) not in paired]


def _identity(row: Row) -> tuple[str | None, ...]:
    return tuple(row[name] for name in _IDENTITY)


def _may_be_the_same(one: Row, other: Row) -> bool:
    """Whether a part of one of the two could not be read, and all that was read of both agrees.

    The key of an enterprise is without the name of its county, where that could be read: so the name may agree instead.
    """
    parts = list(zip(_identity(one), _identity(other), strict=True))
    *places, enterprise = parts
    return (
        any(None in part for part in parts)
        and all(None in part or part[0] == part[1] for part in places)
        and (None in enterprise or enterprise[0] == enterprise[1] or one["enterprise"] == other["enterprise"])
    )


def _changed_cells(before: Row, after: Row, fields: Iterable[str], form: Form) -> Iterable[ChangedCell]:
    for field in fields:
        changed = ChangedCell(
            field,
            before[f"{field}_cell"],
            after[f"{field}_cell"],
            before[f"{field}_text"],
            after[f"{field}_text"],
            understood_as(before, form.fields[field]),
            understood_as(after, form.fields[field]),
        )
        if changed.before != changed.after or changed.is_understood_otherwise:
            yield changed
