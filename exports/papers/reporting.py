"""Who owed the exit table of a cycle and what came of it: a line for each reporter, and their tallies.

The one place where 应报, 实报, 迟报, 零报告, 未报 and 退回 are counted; the reporting table (通报) prints them, the desk's
board shows them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from exports.wording import STANDINGS
from rulebook import LOCAL_TIME

REPORTING = """
with owed as (
    select * from marts.fct_obligation
    where regime = $regime and round = $round and what = $form
),

documents as (
    select
        reporter_code,
        count(*) as documents_owed,
        count(*) filter (where state in ('received', 'late')) as documents_in
    from marts.fct_obligation
    where regime = $regime and round = $round and what <> $form
    group by reporter_code
),

-- any county or zone may send the table in any round, whether or not it owes it
unasked as (
    select
        reporter_code,
        case
            when bool_or(status = 'counting' and is_nil) then 'nil'
            when bool_or(status = 'counting') then 'received'
            when bool_or(status = 'returned') then 'returned'
            else 'rejected'
        end as state,
        bool_or(status = 'counting' and is_demanded) as is_demanded,
        max(submission_id) filter (where status = 'counting') as submission_id,
        max(received_at) filter (where status = 'counting') as received_at,
        cast(count(*) as integer) as submission_count,
        cast(count(*) filter (where status = 'rejected') as integer) as rejected_count,
        cast(count(*) filter (where status = 'returned') as integer) as returned_count
    from marts.fct_submission
    where
        regime = $regime and round = $round and form = $form and status <> 'withdrawn'
        and reporter_code not in (select reporter_code from owed)
    group by reporter_code
),

lines as (
    select
        reporter_code, due, due_in_plan, extended_by, state, is_demanded, submission_id, received_at, is_on_time,
        days_late, submission_count, rejected_count, returned_count, missing_parts, replaced_parts
    from owed
    union all by name
    select * from unasked
)

select
    lines.*,
    reporter.reporter,
    reporter.kind,
    coalesce(division.city_code, reporter.home_code) as city_code,
    city.division as city,
    coalesce(documents.documents_owed, 0) as documents_owed,
    coalesce(documents.documents_in, 0) as documents_in
from lines
inner join marts.dim_reporter as reporter
    on reporter.regime = $regime and lines.reporter_code = reporter.reporter_code
left join marts.dim_division as division on reporter.home_code = division.division_code
left join marts.dim_division as city on coalesce(division.city_code, reporter.home_code) = city.division_code
left join documents on lines.reporter_code = documents.reporter_code
order by city_code, array_position(['county', 'zone', 'department'], reporter.kind), lines.reporter_code
"""
"""Asked with ``regime``, ``round`` and ``form`` (the exit table); the order is that of every list."""

FIRST_ACCEPTED = """
select min(received_at) as received_at
from marts.fct_submission
where regime = $regime and round = $round and form = $form and status in ('counting', 'superseded', 'returned')
"""
"""When the first accepted table of a cycle came, UTC: before it there was no list. What was withdrawn is as never sent."""

ANSWERED = ("received", "nil", "late")
"""States of an obligation whose table counts."""


def first_accepted_on(ask: Callable[[str], Iterable[Any]]) -> date | None:
    """The day in Asia/Shanghai on which the first accepted table came of the cycle that ``ask`` is about; None: none did."""
    (line,) = ask(FIRST_ACCEPTED)
    return line.received_at and line.received_at.replace(tzinfo=UTC).astimezone(LOCAL_TIME).date()


def standings_of(
    state: str,
    due: date | None,
    is_on_time: bool | None,
    is_demanded: bool | None,
    day: date,
    missing_parts: str | None = None,
    replaced_parts: str | None = None,
    is_excused: bool = False,
) -> tuple[str, ...]:
    """Where an obligation stands on ``day``: keys of ``exports.wording.STANDINGS``; a map shows the last.

    ``unasked``: sent without being owed; ``missing``: overdue; ``open``: not due yet; ``demanded``: to be sent again,
    beside what else is true of it; ``excused``: what is not there need not come. A nil return is in time or late as well.
    ``partial`` and ``replaced``: of a reporter that was several counties in the regime's year one is missing, or one's own
    table gave way to that of the whole.
    """
    if due is None:
        told = ["unasked", *([] if state in ("received", "late") else [state])]
    elif state == "nil":
        told = ["late" if is_on_time is False else "received", "nil"]
    elif state == "missing" and is_excused:
        told = ["excused"]
    elif state == "missing" and day <= due:
        told = ["open"]
    else:
        told = [state]
    beside = {"demanded": is_demanded, "partial": missing_parts, "replaced": replaced_parts}
    if is_excused and told != ["excused"] and (state not in ANSWERED or is_demanded or missing_parts):
        beside["excused"] = True
    return (*told, *(standing for standing, holds in beside.items() if holds))


def standings_in_words(standings: Iterable[str], between: str = " · ") -> str:
    """The same as sheets and letters say it: 迟报 · 重报中; a sentence parts them by a comma."""
    return between.join(STANDINGS[standing][0] for standing in standings)


@dataclass(frozen=True, slots=True)
class ReportingLine:
    """What one reporter owed in a cycle and what came; a line without ``due`` sent the table without owing it."""

    reporter_code: str
    reporter: str
    kind: str
    city_code: str
    city: str | None
    due: date | None
    state: str
    due_in_plan: date | None = None
    extended_by: int | None = None
    is_demanded: bool | None = False
    submission_id: str | None = None
    received_at: datetime | None = None
    is_on_time: bool | None = None
    days_late: int | None = None
    submission_count: int = 0
    rejected_count: int = 0
    returned_count: int = 0
    documents_owed: int = 0
    documents_in: int = 0
    missing_parts: str | None = None
    """Counties of the regime's year whose table is missing while another's counts, joined by 、."""
    replaced_parts: str | None = None
    """Those whose own table gave way to that of the whole."""
    is_excused: bool = False
    """It need not send what it has not sent (准予免报)."""

    def standings(self, day: date) -> tuple[str, ...]:
        """Where the reporter stands on ``day`` (``standings_of``)."""
        return standings_of(
            self.state, self.due, self.is_on_time, self.is_demanded, day, self.missing_parts, self.replaced_parts,
            self.is_excused,
        )  # fmt: skip

    def is_counted_as(self, standing: str, day: date) -> bool:
        """Whether ``tally`` counts the reporter there: who owes nothing is ``unasked`` and in no other figure."""
        return standing in self.standings(day) and (self.due is not None or standing == "unasked")

    def is_open(self, day: date) -> bool:
        """Whether the table may still come in time."""
        return "open" in self.standings(day)

    def must_act(self, day: date) -> bool:
        """Whether something is overdue (待办): not in after its due day, sent back, or demanded again.

        Of who was excused only what is demanded again.
        """
        is_part_overdue = bool(self.missing_parts) and self.due is not None and day > self.due
        if self.is_excused and not self.is_demanded:
            return False
        return is_part_overdue or bool(self.is_demanded) or not (self.state in ANSWERED or self.is_open(day))

    def may_be_reminded(self, day: date) -> bool:
        """Whether something is expected of the reporter, be it overdue or not due yet."""
        return self.must_act(day) or self.is_open(day)

    def days_overdue(self, day: date) -> int:
        """How many days after the due date nothing counts yet; 0 where something does, nothing is owed or it is excused."""
        if self.state in ANSWERED or self.due is None or self.is_excused:
            return 0
        return max(0, (day - self.due).days)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many reporters owed the table, and how they stand."""

    owed: int
    received: int
    """实报: a table counts, in time or late, with rows or nil."""
    on_time: int
    late: int
    nil: int
    rejected: int
    returned: int
    missing: int
    not_due: int
    """Of those missing: the due date has not passed."""
    excused: int
    """Of those missing: it need not come."""
    demanded: int
    partial: int
    """Of those in: one of the counties it was in the regime's year is missing."""
    replaced: int
    """Of those in: the table of one of these counties gave way to that of the whole."""
    unasked: int
    """Sent the table without owing it; in none of the other figures."""
    times_rejected: int
    times_returned: int

    @property
    def overdue(self) -> int:
        """逾期未报: missing after the due date, and not excused."""
        return self.missing - self.not_due - self.excused

    @property
    def received_percent(self) -> Decimal | None:
        """报送率; None where nobody owes anything."""
        return percent(self.received, self.owed)

    @property
    def on_time_percent(self) -> Decimal | None:
        """按时率; None where nobody owes anything."""
        return percent(self.on_time, self.owed)


@dataclass(frozen=True, slots=True)
class CityTally:
    """The reporters of one city; of a province's own departments, under the province's code."""

    city_code: str
    city: str
    tally: Tally


def percent(part: int, whole: int) -> Decimal | None:
    """``part`` of ``whole`` in per cent, to one decimal; 100.0 is said of all of them only, 0.0 of none."""
    if not whole:
        return None
    exact = Decimal(100 * part) / whole
    rounded = exact.quantize(Decimal("0.1"), ROUND_HALF_UP)
    if rounded == 100 and part < whole:
        return Decimal("99.9")
    return Decimal("0.1") if rounded == 0 and part else rounded


def tally(lines: Iterable[ReportingLine], day: date) -> Tally:
    """Count ``lines`` as they stand on ``day``."""
    lines = list(lines)
    owing = [line for line in lines if line.due is not None]
    states = [line.state for line in owing]
    return Tally(
        owed=len(owing),
        received=sum(state in ANSWERED for state in states),
        on_time=sum(line.is_on_time is True for line in owing),
        late=sum(line.is_on_time is False for line in owing),
        nil=states.count("nil"),
        rejected=states.count("rejected"),
        returned=states.count("returned"),
        missing=states.count("missing"),
        not_due=sum(line.is_open(day) for line in owing),
        excused=sum(line.is_excused and line.state == "missing" for line in owing),
        demanded=sum(bool(line.is_demanded) for line in owing),
        partial=sum(bool(line.missing_parts) for line in owing),
        replaced=sum(bool(line.replaced_parts) for line in owing),
        unasked=len(lines) - len(owing),
        times_rejected=sum(line.rejected_count for line in owing),
        times_returned=sum(line.returned_count for line in owing),
    )


def tally_cities(lines: Iterable[ReportingLine], day: date) -> list[CityTally]:
    """The tally of each city, in the order of ``lines``."""
    cities: dict[str, list[ReportingLine]] = {}
    for line in lines:
        cities.setdefault(line.city_code, []).append(line)
    return [CityTally(code, own[0].city or code, tally(own, day)) for code, own in cities.items()]


def rank(cities: Iterable[CityTally]) -> list[tuple[int, CityTally]]:
    """Cities with their places: by what came in time, then by what came at all, then by how little was sent back.

    Equal cities share a place, and the next one is as many places further down. Cities that owe nothing have none.
    """
    ranked: list[tuple[int, CityTally]] = []
    owing = [city for city in cities if city.tally.owed]
    for number, city in enumerate(sorted(owing, key=_merit, reverse=True), start=1):
        is_equal = bool(ranked) and _merit(ranked[-1][1]) == _merit(city)
        ranked.append((ranked[-1][0] if is_equal else number, city))
    return ranked


def rank_reporters(lines: Iterable[ReportingLine], day: date) -> dict[str, int]:
    """Places of the reporters by code: by days late, of those that are not in by days overdue, then by times sent back.

    Equal ones share a place, as cities do. Who owes nothing, or may still come in time, has none.
    """
    slowness = {
        line.reporter_code: (
            line.days_overdue(day) if line.state not in ANSWERED else line.days_late or 0,
            line.rejected_count + line.returned_count,
        )
        for line in lines
        if line.due is not None and (line.state in ANSWERED or line.days_overdue(day))
    }
    in_order = sorted(slowness.values())
    return {code: in_order.index(own) + 1 for code, own in slowness.items()}


def _merit(city: CityTally) -> tuple[Decimal, Decimal, Decimal]:
    own = city.tally
    sent_back = own.times_rejected + own.times_returned
    return (
        Decimal(own.on_time) / own.owed,
        Decimal(own.received) / own.owed,
        -Decimal(sent_back) / own.owed,
    )
