"""When a table is due for one reporter, and how what came stands to that day: a day ends at midnight in Asia/Shanghai.

Judged as the warehouse will (`fct_obligation`): what was accepted in time stays in time when it is corrected later; what
was withdrawn never came, and after a return the first table accepted since is the one that is judged.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from desk.decisions.fates import RETURNED, Fates
from exports.answers.deadline import Deadline
from rulebook import DOCUMENT, EXIT_TABLE, LOCAL_TIME, Regime, Rulebook

if TYPE_CHECKING:
    from desk.decisions.log import Decision, Decisions
    from desk.views.records import Records, SubmissionRecord, Version

Extensions = Mapping[tuple[str, str, str], dt.date]
"""The last day by regime, round and reporter, where a decision put it off."""


def extensions_of(in_force: Iterable[Decision]) -> Extensions:
    """The days that decisions in force put off."""
    return {
        (decision.regime, decision.round, decision.reporter_code): decision.due
        for decision in in_force
        if decision.kind == "extend"
    }


def due_on(
    regime: Regime, round_key: str, reporter_code: str | None, extensions: Extensions, form: str = EXIT_TABLE
) -> dt.date | None:
    """The last day for a form: the plan's, unless the exit table was put off; None: this reporter owes none."""
    if reporter_code not in regime.reporters:
        return None
    extended = extensions.get((regime.key, round_key, reporter_code)) if form == EXIT_TABLE else None
    return extended or regime.owed(reporter_code, round_key, form)


def deadlines_of(batch: str, records: Records, decisions: Decisions, rulebook: Rulebook) -> dict[str, Deadline]:
    """What holds for every submission of a batch that was judged, documents apart, by its id."""
    tables = [one for one in records.of_batch(batch) if one.form != DOCUMENT and one.round]
    extensions = extensions_of(decisions.in_force())
    demands = {(one.regime, one.round, one.reporter_code): one for one in decisions.in_force() if one.kind == "demand"}
    due = {
        one.submission_id: due_on(rulebook.regimes[one.regime], one.round, one.reporter_code, extensions, one.table)
        for one in tables
    }
    late = [one for one in tables if (day := due[one.submission_id]) and local_day(one.received_at) > day]
    before = records.versions_of({one.obligation for one in late})
    late_ids = {one.submission_id for one in late}
    deadlines = {}
    for one in tables:
        demand = demands.get((one.regime, one.round, one.reporter_code))
        # it is the exit table that is demanded again
        is_answer = one.table == EXIT_TABLE and demand is not None and demand.at < one.received_at
        is_late = one.submission_id in late_ids
        accepted_on = _accepted_on(before[one.obligation], one, decisions.fates()) if is_late else None
        deadlines[one.submission_id] = Deadline(due[one.submission_id], accepted_on, demand.due if is_answer else None)
    return deadlines


def local_day(moment: dt.datetime) -> dt.date:
    """The day in Asia/Shanghai of ``moment``, which has a zone."""
    return moment.astimezone(LOCAL_TIME).date()


def _accepted_on(versions: Sequence[Version], sent: SubmissionRecord, fates: Fates) -> dt.date | None:
    """The day on which the first of the tables was received that were accepted before ``sent`` and still hold."""
    ids = [version.submission_id for version in versions]
    earlier = versions[: ids.index(sent.submission_id)] if sent.submission_id in ids else ()
    fate = {version.submission_id: fates.of(version, sent.reporter_code) for version in earlier}
    accepted = [one for one in earlier if "rejected" not in (one.status, one.verdict)]
    returned = [place for place, one in enumerate(accepted) if fate[one.submission_id] == RETURNED]
    since = accepted[returned[-1] + 1 :] if returned else accepted
    held = [one.received_at for one in since if fate[one.submission_id] is None]
    return local_day(min(held)) if held else None
