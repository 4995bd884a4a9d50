"""Who owes, who is in, who is late, who was returned or must send again – read from the warehouse."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime
from pathlib import Path

from exports.papers.reporting import standings_of
from rulebook import LOCAL_TIME

STATUS_QUERY = """
select
    obligation.reporter_code,
    reporter.reporter,
    obligation.due,
    obligation.due_in_plan,
    obligation.state,
    obligation.is_on_time,
    obligation.is_demanded,
    obligation.received_at,
    obligation.days_late,
    obligation.submission_id,
    obligation.missing_parts,
    obligation.replaced_parts
from marts.fct_obligation as obligation
inner join marts.dim_reporter as reporter
    on obligation.regime = reporter.regime and obligation.reporter_code = reporter.reporter_code
where obligation.regime = ? and obligation.round = ? and obligation.what = 'exit_statistics'
order by obligation.reporter_code
"""


def read_status(
    warehouse: Path, regime: str, round_key: str, day: date | None = None, excused: Collection[str] = ()
) -> list[dict]:
    """One line for every reporter that owes the exit table of the cycle, ordered by code; times are in UTC.

    ``state`` is fct_obligation's, ``standings`` what the board says of it on ``day`` (None: today in Asia/Shanghai),
    with the reporters ``excused``; ``due`` is later than ``due_in_plan`` where the day was extended.
    """
    import duckdb

    with duckdb.connect(str(warehouse), read_only=True) as connection:
        answer = connection.execute(STATUS_QUERY, [regime, round_key])
        names = [column[0] for column in answer.description]
        reporters = [dict(zip(names, line, strict=True)) for line in answer.fetchall()]
    day = day or datetime.now(LOCAL_TIME).date()
    for reporter in reporters:
        answer = (reporter[name] for name in ("state", "due", "is_on_time", "is_demanded"))
        parts = (reporter["missing_parts"], reporter["replaced_parts"])
        reporter["standings"] = standings_of(*answer, day, *parts, reporter["reporter_code"] in excused)
        if reporter["received_at"] is not None:
            reporter["received_at"] = reporter["received_at"].replace(tzinfo=UTC)
    return reporters
