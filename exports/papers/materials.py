"""What a cycle asks of its reporters beside the exit table: summaries, evidence, lists, the state of publication.

Who owed which, by when, and what came; the report, the reporting table and the transmittal tell it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from exports.facts import CycleFacts
from exports.papers.reporting import ANSWERED, standings_of
from exports.wording import DELIVERABLES

MATERIALS = """
select
    owed.reporter_code, reporter.reporter, owed.what, owed.due, owed.state, owed.received_at, owed.is_on_time,
    owed.days_late
from marts.fct_obligation as owed
inner join memory.reporters as reporter on owed.reporter_code = reporter.reporter_code
-- what no arrival tells has no state
where owed.regime = $regime and owed.round = $round and owed.what <> $form and owed.state is not null
order by reporter.position, owed.due, owed.what
"""


@dataclass(frozen=True, slots=True)
class Material:
    """One thing a reporter owes beside the table, and what came of it."""

    reporter_code: str
    reporter: str
    what: str
    """A key of ``DELIVERABLES``."""
    due: date
    state: str
    received_at: datetime | None
    is_on_time: bool | None
    days_late: int | None
    is_excused: bool
    """Its reporter need not send what it has not sent (准予免报)."""

    @property
    def name(self) -> str:
        """What it is called."""
        return DELIVERABLES[self.what][0]

    @property
    def is_in(self) -> bool:
        """Whether it came and counts."""
        return self.state in ANSWERED

    def standings(self, day: date) -> tuple[str, ...]:
        """Where it stands on ``day`` (``standings_of``)."""
        return standings_of(self.state, self.due, self.is_on_time, False, day, is_excused=self.is_excused)

    def days_overdue(self, day: date) -> int:
        """How many days after the due date nothing counts yet; 0 where it does or its reporter is excused."""
        return 0 if self.is_in or self.is_excused else max(0, (day - self.due).days)


def read_materials(facts: CycleFacts, excused: Iterable[str]) -> list[Material]:
    """What is owed in the cycle, reporter by reporter; ``excused`` are codes of those that need not send it."""
    codes = frozenset(excused)
    return [Material(**line._asdict(), is_excused=line.reporter_code in codes) for line in facts.ask(MATERIALS)]


def count_kinds(materials: Iterable[Material]) -> str:
    """How many there are of each kind: 总结材料11份、企业名单5份."""
    return "、".join(f"{name}{len(own)}份" for name, own in _by_name(materials))


def name_reporters(materials: Iterable[Material]) -> str:
    """The same with whose they are: 总结材料 2 份：环翠区、文登区；企业名单 1 份：商务局."""
    return "；".join(
        f"{name} {len(own)} 份：{'、'.join(one.reporter for one in own)}" for name, own in _by_name(materials)
    )


def _by_name(materials: Iterable[Material]) -> Iterable[tuple[str, list[Material]]]:
    in_order = sorted(materials, key=lambda one: one.name)
    return [(name, list(own)) for name, own in groupby(in_order, key=lambda one: one.name)]
