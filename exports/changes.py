"""What changed between two packs of one cycle, figure by figure, and what changed it: for a supplement (补充更正报告).

Both sides are marts as a sealed pack keeps them. Of a line of ``rollup.csv`` that differs the exits behind it are looked
at: those that only one side has, or that the sides tell otherwise, lead to the submissions and decisions since.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exports.amounts import write_exactly
from exports.sealed_marts import sealed_marts
from exports.wording import PLAN, TOTAL, UNPLACED, printed_rate
from rulebook import EXIT_TABLE, Regime

if TYPE_CHECKING:
    import duckdb

ROLLUP_LINES = """
select division_code, division, industry, category, capacity_unit, enterprises, exits, equipment, equipment_unknown, capacity
from {marts}.rpt_rollup
where regime = ? and round = ?
order by
    division_position, industry = '合计', industry_position, industry, capacity_unit nulls first, category_position
"""
"""The lines of the rollup of one cycle (regime, round) in the schema ``{marts}``, in the order of ``rollup.csv``."""

_PLAN_LINES = f"""
with unplaced as (
    select
        planned.industry, planned.capacity_unit, 1 as planned, planned.capacity as planned_capacity,
        fulfilment.met_exits as done, fulfilment.met_capacity as done_capacity,
        0 as actual, cast(null as decimal(28, 8)) as actual_capacity,
        0 as outside, cast(null as decimal(28, 8)) as outside_capacity
    from {{marts}}.fct_plan as planned
    inner join {{marts}}.fct_plan_fulfilment as fulfilment
        on planned.exit_id = fulfilment.exit_id and fulfilment.side = 'plan' and fulfilment.round = $round
    where
        planned.regime = $regime and planned.plan_change <> 'removed'
        and planned.county_code is null and (planned.city_code is null or planned.city_code = $area)
    union all
    select
        exits.industry, exits.capacity_unit, 0, null, 0, null, 1, exits.capacity,
        fulfilment.unmet_exits, nullif(fulfilment.unmet_capacity, 0)
    from {{marts}}.fct_exit as exits
    inner join {{marts}}.fct_plan_fulfilment as fulfilment
        on exits.exit_id = fulfilment.exit_id and fulfilment.side = 'exit' and fulfilment.round = $round
    where
        exits.regime = $regime and exits.round = $round
        and exits.county_code is null and (exits.city_code is null or exits.city_code = $area)
),

lines as (
    select
        division_code, division, industry, category, capacity_unit, planned_exits, planned_capacity, done_exits, done_capacity,
        {printed_rate("exits_completion_percent")} as exits_percent, {printed_rate("completion_percent")} as capacity_percent,
        actual_exits, actual_capacity, unplanned_exits, unplanned_capacity,
        division_position, industry_position, category_position
    from {{marts}}.rpt_plan_actual
    where regime = $regime and round = $round
    union all
    select
        division_code, division, '合计', category, null, sum(planned_exits), null, sum(done_exits), null,
        {printed_rate("100 * sum(done_exits) / nullif(sum(planned_exits), 0)")}, null,
        sum(actual_exits), null, sum(unplanned_exits), null,
        division_position, null, category_position
    from {{marts}}.rpt_plan_actual
    where regime = $regime and round = $round and division_code = $area and category <> '合计'
    group by division_code, division, category, division_position, category_position
    union all
    select
        null, $unplaced, coalesce(industry, '合计'), '合计', capacity_unit,
        sum(planned), case when grouping(industry) = 0 then sum(planned_capacity) end,
        sum(done), case when grouping(industry) = 0 then sum(done_capacity) end,
        {printed_rate("100 * sum(done) / nullif(sum(planned), 0)")},
        case when grouping(industry) = 0 then
            {printed_rate("100 * coalesce(sum(done_capacity), 0) / nullif(sum(planned_capacity), 0)")}
        end,
        sum(actual), case when grouping(industry) = 0 then sum(actual_capacity) end,
        sum(outside), case when grouping(industry) = 0 then sum(outside_capacity) end,
        null, null, null
    from unplaced
    group by grouping sets ((industry, capacity_unit), ())
    having count(*) > 0
)

select * exclude (division_position, industry_position, category_position)
from lines
where
    -- without a plan papers print no figure of one
    exists (select 1 from lines as planned where planned.planned_exits > 0)
order by
    division_position nulls last, industry = '合计', industry_position nulls last, industry, capacity_unit nulls first,
    category_position
"""
"""The plan in force held against the cycle as 目标任务完成情况表 prints it, what names no place last and without a code;
nothing where none is in force."""

# what is told of an exit, with everything that its lines add up; a list is sorted, so that it can be compared
_EXITS = """
with exits as (
    select * from {marts}.fct_exit where regime = $regime and round = $round
    union all by name
    select * from {marts}.fct_plan where regime = $regime and round = $round and plan_change <> $left_out
),

claims as (
    select
        link.exit_id,
        list_sort(list_distinct(list(claim.submission_id))) as submissions,
        list_sort(list_distinct(list(link.claims_id))) as claims_ids,
        list_sort(list_distinct(list(link.chosen_by_decision))) as chosen_by
    from {marts}.fct_exit_claim as link
    inner join {marts}.fct_claim as claim on link.row_id = claim.row_id
    group by link.exit_id
),

categories as (
    select exit_id, list_sort(list(category)) as categories
    from {marts}.fct_exit_category
    group by exit_id
),

identities as (
    select enterprise_id, list_sort(list_distinct(list(identity_id))) as identities
    from {marts}.dim_enterprise_name
    group by enterprise_id
)

select
    exits.exit_id, exits.city_code, exits.county_code, place.division as place, exits.industry, enterprise.enterprise,
    exits.enterprise_id, exits.capacity, exits.capacity_unit, exits.equipment_count,
    exits.method, exits.shut_on, exits.dismantled_on, exits.is_dismantled,
    coalesce(categories.categories, []) as categories, coalesce(claims.submissions, []) as submissions,
    coalesce(claims.claims_ids, []) as claims_ids, coalesce(claims.chosen_by, []) as chosen_by,
    coalesce(identities.identities, []) as identities
from exits
left join claims on exits.exit_id = claims.exit_id
left join categories on exits.exit_id = categories.exit_id
left join identities on exits.enterprise_id = identities.enterprise_id
left join {marts}.dim_enterprise as enterprise on exits.enterprise_id = enterprise.enterprise_id
left join {marts}.dim_division as place on coalesce(exits.county_code, exits.city_code) = place.division_code
order by exits.city_code nulls last, exits.county_code nulls last, exits.industry, enterprise.enterprise, exits.exit_id
"""

_SUBMISSIONS = """
select submission.submission_id, submission.status, submission.file, reporter.reporter
from {marts}.fct_submission as submission
left join {marts}.dim_reporter as reporter
    on submission.regime = reporter.regime and submission.reporter_code = reporter.reporter_code
where submission.regime = ?
"""

_CHANGES_A_FIGURE = frozenset(
    [
        "return",
        "withdraw",
        "identify",
        "waive",
        "merge",
        "distinct",
        "choose",
        "add_to_plan",
        "remove_from_plan",
        "object",
        "answer_objection",
        "undo",
    ]
)

_COUNTED = (
    *("city_code", "county_code", "industry", "enterprise_id", "capacity", "capacity_unit", "equipment_count"),
    "categories",
)
"""What the lines of the rollup add up of an exit: the same sent again changes nothing."""

_TOLD = (*_COUNTED, "method", "shut_on", "dismantled_on", "is_dismantled")
"""The same, and what else papers say of an exit."""

DISMANTLING, RECONCILIATION, REPORTING = "dismantling", "reconciliation", "reporting"
YELLOW, RED, OVERDUE = "yellow", "red", "overdue"

_OF_CYCLE = "regime = $regime and round = $round"
_PRINTED = {
    DISMANTLING: (
        "fct_exit",
        "select case when is_dismantled then 'dismantled' when is_dismantled is null then 'unknown' else 'standing' end,"
        f" count(*) from {{marts}}.fct_exit where {_OF_CYCLE} group by 1",
    ),
    RECONCILIATION: (
        "fct_exit",
        f"select reconciliation, count(*) from {{marts}}.fct_exit where {_OF_CYCLE} group by 1",
    ),
    REPORTING: (
        "fct_obligation",
        f"select state, count(*) from {{marts}}.fct_obligation where {_OF_CYCLE} and what = '{EXIT_TABLE}'"
        " and state is not null group by 1",
    ),
    **{
        part: (f"rpt_{name}", f"select '{part}', count(*) from {{marts}}.rpt_{name} where regime = $regime")
        for part, name in ((YELLOW, "yellow_list"), (RED, "red_list"), (OVERDUE, "overdue"))
    },
}
"""What the report counts beside rollup and plan: the mart and the question, which answers with names and numbers."""

_CHANGES_REPORTING = ("extend", "demand")

Exit = Mapping[str, Any]
"""A line of ``_EXITS``."""

LineKey = tuple[str | None, str, str, str | None]
"""division_code, industry, category, capacity_unit; no code: what names no place (未写明地区)."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one line of the rollup says."""

    enterprises: int
    exits: int
    equipment: int
    equipment_unknown: int
    capacity: Decimal | None

    @property
    def capacity_text(self) -> str:
        """The capacity in plain digits; blank where none is known."""
        return "" if self.capacity is None else write_exactly(self.capacity)


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the rollup that is not what it was; None where a side has no such line."""

    division_code: str
    division: str
    industry: str
    category: str
    capacity_unit: str | None
    before: Figures | None
    after: Figures | None
    causes: Causes | None = None
    """None where nobody asked."""

    @property
    def key(self) -> LineKey:
        """What names the line."""
        return (self.division_code, self.industry, self.category, self.capacity_unit)


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """What one line of 目标任务完成情况表 says; rates in per cent, as printed."""

    planned_exits: int
    planned_capacity: Decimal | None
    done_exits: int
    done_capacity: Decimal | None
    exits_percent: Decimal | None
    capacity_percent: Decimal | None
    actual_exits: int
    actual_capacity: Decimal | None
    unplanned_exits: int
    unplanned_capacity: Decimal | None


@dataclass(frozen=True, slots=True)
class PlanChange:
    """One line of plan and actual that is not what it was; None where a side has none, or no plan."""

    division_code: str | None
    """None: what names no place."""
    division: str
    industry: str
    category: str
    capacity_unit: str | None
    before: PlanFigures | None
    after: PlanFigures | None
    causes: Causes | None = None
    """None where nobody asked."""

    @property
    def key(self) -> LineKey:
        """What names the line."""
        return (self.division_code, self.industry, self.category, self.capacity_unit)


@dataclass(frozen=True, slots=True)
class PrintedChange:
    """A number that the report says beside rollup and plan, and that is not what it was."""

    part: str
    """A key of ``_PRINTED``."""
    name: str
    """What is counted: whether dismantled, how reconciled, where a reporter stands; of a list the part again."""
    before: int
    after: int
    causes: Causes


@dataclass(frozen=True, slots=True)
class Source:
    """A submission that counts now and did not, or did and does not."""

    submission_id: str
    reporter: str | None
    file: str | None
    status: str | None
    """As it stands now; None where it is not known any more."""


@dataclass(frozen=True, slots=True)
class Made:
    """A decision made since that is about what changed."""

    sequence: int
    label: str
    """What people call its kind."""
    reason: str


@dataclass(frozen=True, slots=True)
class Causes:
    """What changed the exits behind a figure."""

    added: tuple[Source, ...] = ()
    """Submissions that speak of these exits now and did not."""
    gone: tuple[Source, ...] = ()
    decisions: tuple[Made, ...] = ()
    has_other_enterprises: bool = False
    """An exit is now another enterprise's, or its enterprise goes by other names."""


@dataclass(frozen=True, slots=True)
class ExitChange:
    """An exit that only one side has, or that both tell otherwise."""

    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None

    @property
    def sides(self) -> tuple[Mapping[str, Any], ...]:
        """The exit as each side that has it tells it."""
        return tuple(side for side in (self.before, self.after) if side)


@dataclass(frozen=True, slots=True)
class Changes:
    """All that changed between two packs of one cycle."""

    lines: tuple[Change, ...] = ()
    exits: tuple[ExitChange, ...] = ()
    plan: tuple[PlanChange, ...] = ()
    printed: tuple[PrintedChange, ...] = ()


def compare_lines(before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]) -> tuple[Change, ...]:
    """The lines of two rollups that differ, in the order of ``after``; what only was there ``before`` comes last."""
    then, now = {_key_of(line): line for line in before}, {_key_of(line): line for line in after}
    return tuple(
        Change(
            key[0], (now.get(key) or then[key])["division"], *key[1:], _figures(then.get(key)), _figures(now.get(key))
        )
        for key in now | then
        if _figures(then.get(key)) != _figures(now.get(key))
    )


def read_lines(connection: duckdb.DuckDBPyConnection, marts: str, regime: str, round: str) -> list[dict[str, Any]]:
    """The lines of the rollup of one cycle in the schema ``marts``, in the order of ``rollup.csv``."""
    return _ask(connection, ROLLUP_LINES.format(marts=marts), [regime, round])


def read_plan_lines(
    connection: duckdb.DuckDBPyConnection, marts: str, regime: Regime, round: str
) -> list[dict[str, Any]]:
    """The lines of 目标任务完成情况表 of one cycle in the schema ``marts``, of every place; none where no plan is in force."""
    asked = {"regime": regime.key, "round": round, "area": regime.area, "unplaced": UNPLACED}
    return _ask(connection, _PLAN_LINES.format(marts=marts), asked)


def find_changes(
    before: Path, after: Path, regime: Regime, round: str, decided: Iterable[Mapping[str, Any]]
) -> Changes:
    """What changed of the cycle between two folders of sealed marts, and what changed it.

    ``decided``: what was decided in between, by the names of a decision's fields, and ``label``; an undo names the subject
    of what it undoes.
    """
    with sealed_marts(before=before, after=after) as connection:
        lines = compare_lines(*(read_lines(connection, side, regime.key, round) for side in ("before", "after")))
        cycle = {"regime": regime.key, "round": round}
        plan = _compare_plans(*(read_plan_lines(connection, side, regime, round) for side in ("before", "after")))
        exits = _exits_that_differ(connection, cycle | {"left_out": "added"})
        # the plan in force, with what decisions added to it and without what they took out
        planned = _exits_that_differ(connection, cycle | {"round": PLAN, "left_out": "removed"}) if plan else ()
        by_line = _by_line(filter(_is_counted_otherwise, exits), regime.area)
        by_line_of_plan = _by_line(filter(_is_counted_otherwise, (*exits, *planned)), regime.area)
        sent = [
            {line["submission_id"]: line for line in _ask(connection, _SUBMISSIONS.format(marts=side), [regime.key])}
            for side in ("before", "after")
        ]
        counts = _printed_that_differ(connection, cycle)
    known = sent[0] | sent[1]
    made = [one for one in decided if one["kind"] in _CHANGES_A_FIGURE]
    of_exits = _causes(list(exits), known, made)
    of_files = _causes_of_files(*sent, [one for one in decided if one["regime"] == regime.key])
    return Changes(
        tuple(replace(line, causes=_causes(by_line[line.key], known, made)) for line in lines),
        exits,
        tuple(
            replace(
                line,
                # what is done of a line may have exited under another industry's: then all of the place explains it
                causes=_causes(
                    by_line_of_plan[line.key] or by_line_of_plan[line.division_code, TOTAL, TOTAL, None], known, made
                ),
            )
            for line in plan
        ),
        tuple(
            PrintedChange(*count, of_exits if count[0] in (DISMANTLING, RECONCILIATION) else of_files)
            for count in counts
        ),
    )


def _printed_that_differ(
    connection: duckdb.DuckDBPyConnection, cycle: Mapping[str, str]
) -> Iterable[tuple[str, str, int, int]]:
    """Part, name, the number before and after; of a mart that a copy sealed earlier did not have nothing is said."""
    found = []
    tables = (
        "select count(*) from information_schema.tables where table_name = ? and table_schema in ('before', 'after')"
    )
    for part, (mart, question) in _PRINTED.items():
        if connection.execute(tables, [mart]).fetchall() != [(2,)]:
            continue
        values = {name: value for name, value in cycle.items() if f"${name}" in question}
        then, now = (
            dict(connection.execute(question.format(marts=side), values).fetchall()) for side in ("before", "after")
        )
        found += [
            (part, name, then.get(name, 0), now.get(name, 0))
            for name in sorted(then.keys() | now.keys())
            if then.get(name, 0) != now.get(name, 0)
        ]
    return found


def _causes_of_files(then: Mapping[str, Any], now: Mapping[str, Any], decided: Iterable[Mapping[str, Any]]) -> Causes:
    """What counts now and did not, or did and does not, of all that reporters sent, and what was decided about them since."""
    counted, counts = ({key for key, one in side.items() if one["status"] == "counting"} for side in (then, now))
    known = {**then, **now}
    return Causes(
        tuple(_source(one, known) for one in sorted(counts - counted)),
        tuple(_source(one, known) for one in sorted(counted - counts)),
        tuple(
            Made(one["sequence"], one["label"], one["reason"])
            for one in decided
            if one["reporter_code"] and one["kind"] in (*_CHANGES_A_FIGURE, *_CHANGES_REPORTING)
        ),
    )


def _compare_plans(before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]) -> tuple[PlanChange, ...]:
    """The lines that differ, in the order of ``after``; what only was there ``before`` comes last."""
    then, now = ({_key_of(line): line for line in side} for side in (before, after))
    changes = []
    for key in now | then:
        sides = [_plan_figures(side.get(key)) for side in (then, now)]
        if sides[0] != sides[1]:
            changes.append(PlanChange(key[0], (now.get(key) or then[key])["division"], *key[1:], *sides))
    return tuple(changes)


def _plan_figures(line: Mapping[str, Any] | None) -> PlanFigures | None:
    if line is None:
        return None
    return PlanFigures(*(line[one.name] for one in fields(PlanFigures)))


def _exits_that_differ(connection: duckdb.DuckDBPyConnection, asked: Mapping[str, str]) -> tuple[ExitChange, ...]:
    """The exits of ``_EXITS`` that the marts ``before`` and ``after`` do not tell alike."""
    then, now = (
        {one["exit_id"]: one for one in _ask(connection, _EXITS.format(marts=side), dict(asked))}
        for side in ("before", "after")
    )
    return tuple(_pair(then, now))


def _is_counted_otherwise(one: ExitChange) -> bool:
    return not (one.before and one.after) or _values(one.before, _COUNTED) != _values(one.after, _COUNTED)


def _by_line(exits: Iterable[ExitChange], area: str) -> Mapping[LineKey, list[ExitChange]]:
    """The exits behind each line that adds them up."""
    found: dict[LineKey, list[ExitChange]] = defaultdict(list)
    for one in exits:
        for key in {key for side in one.sides for key in _lines_of(side, area)}:
            found[key].append(one)
    return found


def _causes(exits: list[ExitChange], known: Mapping[str, Any], made: list[Mapping[str, Any]]) -> Causes:
    def all_of(side: str, name: str) -> set[Any]:
        return {value for one in exits for value in (getattr(one, side) or {}).get(name, ()) if value is not None}

    then, now = all_of("before", "submissions"), all_of("after", "submissions")
    touched = {
        name: all_of("before", name) | all_of("after", name)
        for name in ("submissions", "claims_ids", "identities", "chosen_by")
    }
    return Causes(
        tuple(_source(one, known) for one in sorted(now - then)),
        tuple(_source(one, known) for one in sorted(then - now)),
        tuple(
            Made(one["sequence"], one["label"], one["reason"])
            for one in made
            if one["sequence"] in touched["chosen_by"]
            or one["submission_id"] in touched["submissions"]
            or one["claims_id"] in touched["claims_ids"]
            or {one["identity_id"], one["other_identity_id"]} & touched["identities"]
        ),
        any(one.before and one.after and one.before["enterprise_id"] != one.after["enterprise_id"] for one in exits),
    )


def _pair(then: dict[str, Exit], now: dict[str, Exit]) -> Iterable[ExitChange]:
    """The exits that differ, each with what it was: a table sent again makes its exits anew, under other ids.

    Of those left after the ids the same amount is the same exit; then go what is one enterprise's in one place and
    industry, and what is called alike there.
    """
    pairs = [(then.pop(exit_id), now.pop(exit_id)) for exit_id in [one for one in now if one in then]]
    for alike in (
        _TOLD,
        _COUNTED,
        ("county_code", "industry", "enterprise_id"),
        ("county_code", "industry", "enterprise"),
    ):
        waiting: dict[tuple[Any, ...], list[str]] = defaultdict(list)
        for exit_id, one in then.items():
            waiting[_values(one, alike)].append(exit_id)
        for exit_id, one in list(now.items()):
            if same := waiting[_values(one, alike)]:
                pairs.append((then.pop(same.pop(0)), now.pop(exit_id)))
    yield from (ExitChange(*pair) for pair in pairs if _values(pair[0], _TOLD) != _values(pair[1], _TOLD))
    yield from (ExitChange(one, None) for one in then.values())
    yield from (ExitChange(None, one) for one in now.values())


def _values(one: Exit, names: Iterable[str]) -> tuple[Any, ...]:
    return tuple(tuple(value) if isinstance(value := one[name], list) else value for name in names)


def _source(submission_id: str, known: Mapping[str, Any]) -> Source:
    told = known.get(submission_id, {})
    return Source(submission_id, told.get("reporter"), told.get("file"), told.get("status"))


def _lines_of(one: Mapping[str, Any], area: str) -> set[LineKey]:
    """The lines that an exit is added up in, as ``rpt_rollup`` and 目标任务完成情况表 do."""
    city, county = one["city_code"], one["county_code"]
    places = {area, city, county} - {None}
    if county is None and city in (None, area):
        places.add(None)
    industry, unit = one["industry"], one["capacity_unit"]
    categories = (TOTAL, *one["categories"])
    of_place = [
        (name, category, measure) for name, measure in ((TOTAL, None), (industry, unit)) for category in categories
    ]
    return {(place, *line) for place in places for line in of_place}


def _key_of(line: Mapping[str, Any]) -> LineKey:
    return (line["division_code"], line["industry"], line["category"], line["capacity_unit"])


def _figures(line: Mapping[str, Any] | None) -> Figures | None:
    if line is None:
        return None
    return Figures(*(line[name] for name in ("enterprises", "exits", "equipment", "equipment_unknown", "capacity")))


def _ask(connection: duckdb.DuckDBPyConnection, question: str, values: list | dict) -> list[dict[str, Any]]:
    answer = connection.execute(question, values)
    names = [column[0] for column in answer.description]
    return [dict(zip(names, line, strict=True)) for line in answer.fetchall()]
