"""Since when the items of a list were known: a notice shows no exit before its table came, or its amount was settled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from desk.views.records import Records
from rulebook import EXIT_TABLE, LOCAL_TIME

# a table that was let pass by a waiver was no part of the list before it
_SINCE = """
with waivers as (
    select submission_id, max(decided_at) as decided_at
    from marts.fct_decision
    where
        kind = 'waive' and is_in_force
        and finding_id in (select finding_id from marts.fct_finding where severity = 'reject')
    group by submission_id
)

select
    enterprise.enterprise, claim.row_id, claim.submission_id, claim.reporter_code, submission.received_at,
    greatest(choice.decided_at, waivers.decided_at) as settled_at
from marts.fct_exit as told
inner join marts.fct_exit_claim as link on told.exit_id = link.exit_id and link.is_chosen
inner join marts.fct_claim as claim on link.row_id = claim.row_id
inner join marts.fct_submission as submission on claim.submission_id = submission.submission_id
left join marts.fct_decision as choice on link.chosen_by_decision = choice.sequence
left join waivers on claim.submission_id = waivers.submission_id
left join marts.dim_enterprise as enterprise on told.enterprise_id = enterprise.enterprise_id
where told.regime = ? and told.round = ?
order by enterprise.enterprise, claim.row_id
"""

_SAME_ITEM = (
    *("county_code", "industry", "enterprise", "equipment_text", "capacity", "capacity_unit", "equipment_count"),
    *("category_text", "method"),
)
"""What of a row a list prints: sent again like this it was known before."""

_WERE_IN_THE_LIST = ("superseded", "returned")


@dataclass(frozen=True, slots=True)
class LateItem:
    """An exit that was not known, or not so, on the day in question."""

    enterprise: str
    since: date
    """In Asia/Shanghai."""


def items_known_after(records: Records, regime: str, round_key: str, day: date) -> list[LateItem]:
    """The items of today's list that nobody could show on ``day``; none where nothing was built."""
    if not records.warehouse.exists:
        return []
    lines = records.warehouse.query(_SINCE, [regime, round_key])
    came_later = [line for line in lines if _day_of(line["received_at"]) > day]
    as_sent = _rows_as_told(records, {line["submission_id"] for line in came_later})
    sent_before = _sent_by(records, (regime, round_key), {line["reporter_code"] for line in came_later}, day)
    found = []
    for line in lines:
        since = _day_of(line["received_at"])
        if since > day and as_sent.get(line["row_id"]) in sent_before.get(line["reporter_code"], ()):
            since = day
        if line["settled_at"] is not None:
            since = max(since, _day_of(line["settled_at"]))
        if since > day:
            found.append(LateItem(line["enterprise"] or "（没有名称）", since))
    return found


def _sent_by(
    records: Records, cycle: tuple[str, str], reporters: Iterable[str], day: date
) -> dict[str, set[tuple[Any, ...]]]:
    """The rows, as lists print them, of the tables of each reporter that had come by ``day`` and were in the list."""
    versions = records.versions_of([(*cycle, reporter, EXIT_TABLE) for reporter in reporters])
    return {
        reporter: set(
            _rows_as_told(
                records,
                {
                    one.submission_id
                    for one in sent
                    if one.status in _WERE_IN_THE_LIST and _day_of(one.received_at) <= day
                },
            ).values()
        )
        for (_, _, reporter, _), sent in versions.items()
    }


def _rows_as_told(records: Records, submission_ids: Iterable[str]) -> dict[str, tuple[Any, ...]]:
    """What a list prints of each row of these tables, by the id of the row."""
    tables = (record for one in submission_ids if (record := records.submission(one)) is not None)
    return {row["row_id"]: tuple(row[name] for name in _SAME_ITEM) for record in tables for row in records.rows(record)}


def _day_of(moment: datetime) -> date:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(LOCAL_TIME).date()
