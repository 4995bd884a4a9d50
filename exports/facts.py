"""What the warehouse says about one cycle: the questions a pack asks the marts, and nothing else.

The models behind them are described in ``dbt_project/models/marts``. Exits of the plan round lie in ``fct_plan``
(those that were added later by decision are left out: the round is told as it was sent), all others in ``fct_exit``; here
both are ``exits``.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property
from pathlib import Path
from string import Template
from typing import Any

import duckdb

from exports.sign_off import SignOff
from exports.wording import PLAN, UNPLACED, printed_rate, with_city
from rulebook import EXIT_TABLE, LOCAL_TIME, Regime
from store import sql_literal

FETCHED_AT_ONCE = 10_000
RULES_SHOWN = 3
"""Of a submission that was rejected or must be explained: the rules met most often."""

NUMERAL = "[0-9０-９一二两三四五六七八九十百千双壹贰叁肆伍陆柒捌玖拾佰仟]"
NUMBERED = rf"{NUMERAL}\s*[#＃号]|{NUMERAL}[)）\s]*\z"
"""A text of 设备型号及数量 that tells how many machines without a unit: it numbers each, or ends in their number."""

UNIT_MARK = "\x1f"
COUNTED = rf"{NUMERAL}\s*[(（]?{UNIT_MARK}"
"""A text that tells how many machines, ``UNIT_MARK`` in place of their unit: to make a pattern of each row's unit takes
as long as all the rest of the list."""

EXITS_OF_CYCLE = """
with exits as (
    select * from marts.fct_exit where regime = $regime and round = $round
    union all by name
    select * from marts.fct_plan where regime = $regime and round = $round and plan_change <> $left_out
)
"""

ROLLUP = """
select
    division_code, division, industry_code, industry, category,
    enterprises, exits, equipment, equipment_unknown, capacity, capacity_unit
from marts.rpt_rollup
where regime = $regime and round = $round
order by
    division_position, industry = '合计', industry_position, industry, capacity_unit nulls first, category_position
"""

# A place is what lies directly below the area: a province's cities (and counties that lie in none), a city's counties
# and zones. What a department reports without saying where lies in no place.
PLACES = f"""
{EXITS_OF_CYCLE}
select
    division.division as place, line.industry = '合计' as is_total, line.industry, line.capacity_unit,
    line.exits, line.enterprises, line.capacity, line.division_position, line.industry_position
from marts.rpt_rollup as line
inner join memory.divisions as division on line.division_code = division.division_code
where
    line.regime = $regime and line.round = $round and line.category = '合计' and division.parent_code = $area
union all
select
    $unplaced, grouping(exits.industry) = 1, exits.industry, exits.capacity_unit,
    count(*), count(distinct exits.enterprise_id), sum(exits.capacity), null, min(industries.industry_position)
from exits
left join marts.dim_industry as industries on exits.industry = industries.industry
where exits.county_code is null and (exits.city_code is null or exits.city_code = $area)
group by grouping sets ((exits.industry, exits.capacity_unit), ())
having count(*) > 0
order by division_position nulls last, is_total, industry_position, industry, capacity_unit
"""

CATEGORIES = f"""
{EXITS_OF_CYCLE}
select
    linked.category,
    count(*) as exits,
    count(distinct exits.enterprise_id) as enterprises,
    count(*) filter (linked.is_sole) as sole_exits
from exits
inner join marts.fct_exit_category as linked on exits.exit_id = linked.exit_id
left join marts.dim_category as words on linked.category = words.category
group by linked.category
order by min(words.category_position) nulls last
"""

DISMANTLING = f"""
{EXITS_OF_CYCLE}
select
    count(*) as exits,
    count(*) filter (is_dismantled) as dismantled,
    count(*) filter (not is_dismantled) as standing,
    count(*) filter (is_dismantled is null) as unknown
from exits
"""

# The list of exits in its order, numbered: what lies directly below the area (as in PLACES), industry and unit first, so
# that these are found together; then what is dismantled, what stands, what is not known; then alike categories.
# Several questions are about it, so it is made once. The issued form asks for the count of machines in a column of its own:
# it is put behind the text, unless the text tells it.
LIST_EXITS = f"""
create table memory.$list as
{EXITS_OF_CYCLE},

-- the one kind of machine of a claim; of several kinds each has its count in the text or none
machines as (
    select exit_id, row_id, min(quantity) as quantity, coalesce(min(quantity_unit), '') as quantity_unit
    from marts.fct_exit_equipment
    group by exit_id, row_id
    having count(*) = 1 and count(quantity) = 1
),

-- a claim of several kinds that its text does not count, all of them counted in the form's own column
counted_together as (
    select exit_id, row_id, coalesce(min(quantity_unit), '') as quantity_unit
    from marts.fct_exit_equipment
    group by exit_id, row_id
    having count(*) > 1 and count(quantity) < count(*)
),

chosen as (
    select
        exits.exit_id, claim.submission_id, claim.enterprise, claim.sheet, claim.row, claim.claim_cell, submission.file,
        claim.equipment_text || case
            when
                counted_together.row_id is not null and exits.equipment_count is not null
                and count(*) over (partition by exits.exit_id) = 1
                then '，共' || exits.equipment_count || counted_together.quantity_unit
            when machines.quantity is null or regexp_matches(claim.equipment_text, {sql_literal(NUMBERED)}) then ''
            when machines.quantity_unit = '' and regexp_matches(
                claim.equipment_text, '(^|[^0-9.])' || machines.quantity || '\\s*[×xX*]'
            ) then ''
            when machines.quantity_unit = '' then '×' || machines.quantity
            when regexp_matches(
                replace(claim.equipment_text, left(machines.quantity_unit, 1), {sql_literal(UNIT_MARK)}),
                {sql_literal(COUNTED)}
            ) then ''
            else machines.quantity || machines.quantity_unit
        end as equipment
    from exits
    inner join marts.fct_exit_claim as link on exits.exit_id = link.exit_id and link.is_chosen
    inner join marts.fct_claim as claim on link.row_id = claim.row_id
    inner join marts.fct_submission as submission on claim.submission_id = submission.submission_id
    left join machines on link.exit_id = machines.exit_id and link.row_id = machines.row_id
    left join counted_together
        on link.exit_id = counted_together.exit_id and link.row_id = counted_together.row_id
),

origins as (
    select
        exit_id,
        first(enterprise order by submission_id, row) as enterprise,
        string_agg(equipment, '；' order by submission_id, row) as equipment,
        array_to_string(list_sort(list_distinct(list(submission_id))), '；') as receipts,
        array_to_string(list_sort(list_distinct(list(file))), '；') as files,
        string_agg(sheet || '!' || coalesce(claim_cell, cast(row as text)), '；' order by submission_id, row) as cells
    from chosen
    group by exit_id
),

categories as (
    select
        linked.exit_id,
        string_agg(linked.category, '、' order by words.category_position) as categories,
        string_agg(cast(words.category_position as text), '' order by words.category_position) as category_order
    from exits
    inner join marts.fct_exit_category as linked on exits.exit_id = linked.exit_id
    left join marts.dim_category as words on linked.category = words.category
    group by linked.exit_id
),

claim_counts as (
    select exit_id, count(*) as claims
    from marts.fct_exit_claim
    group by exit_id
),

placed as (
    select
        divisions.division_code, divisions.division as place, min(line.division_position) as place_position
    from memory.divisions as divisions
    inner join marts.rpt_rollup as line
        on divisions.division_code = line.division_code and line.regime = $regime and line.round = $round
    where divisions.parent_code = $area
    group by divisions.division_code, divisions.division
),

ordered as (
    select
        exits.exit_id, exits.enterprise_id, coalesce(county_places.place, city_places.place, $unplaced) as place,
        cities.division as city, exits.county_code, counties.division as county, exits.industry, origins.enterprise,
        coalesce(enterprise.credit_code, substr(exits.enterprise_id, 1, 12)) as enterprise_no, origins.equipment,
        exits.equipment_count, exits.capacity, exits.capacity_unit, categories.categories, exits.method,
        cast(exits.shut_on as text) as shut_on, exits.is_dismantled, exits.reconciliation,
        origins.receipts, origins.files, origins.cells, claim_counts.claims
    from exits
    left join origins on exits.exit_id = origins.exit_id
    left join categories on exits.exit_id = categories.exit_id
    left join claim_counts on exits.exit_id = claim_counts.exit_id
    left join placed as county_places on exits.county_code = county_places.division_code
    left join placed as city_places on exits.city_code = city_places.division_code
    left join memory.divisions as cities on exits.city_code = cities.division_code
    left join memory.divisions as counties on exits.county_code = counties.division_code
    left join marts.dim_industry as industries on exits.industry = industries.industry
    left join marts.dim_enterprise as enterprise on exits.enterprise_id = enterprise.enterprise_id
    order by
        coalesce(county_places.place_position, city_places.place_position) nulls last,
        industries.industry_position, exits.industry, exits.capacity_unit nulls first,
        exits.is_dismantled desc nulls last, categories.category_order,
        exits.city_code nulls last, exits.county_code nulls last, origins.enterprise, exits.exit_id
)

select row_number() over () as number, * from ordered
"""

EXITS = """
select
    number, city, county, industry, enterprise, equipment, equipment_count, capacity, capacity_unit, categories,
    method, shut_on, is_dismantled, reconciliation, receipts, files, cells, claims, enterprise_no
from memory.$list
"""

# Exits that are alike follow one another, so that their numbers are a range.
LIKE_EXITS = """
select
    place, county_code, county, industry, capacity_unit, is_dismantled, categories, min(number) as first,
    max(number) as last, sum(capacity) as capacity
from memory.$list
group by place, county_code, county, industry, capacity_unit, is_dismantled, categories
order by first
"""

# Of an exit that several rows speak of; of any other the list says all there is to say.
CLAIMS = """
select
    listed.number, listed.exit_id, listed.reconciliation, link.role, link.is_chosen, link.chosen_by,
    link.chosen_by_decision, reporter.reporter,
    claim.submission_id, submission.file, claim.sheet || '!' || coalesce(claim.claim_cell, cast(claim.row as text)) as cell,
    claim.enterprise, claim.capacity_text, coalesce(link.part_capacity, claim.capacity) as capacity, claim.capacity_unit,
    claim.category_text
from memory.exit_list as listed
inner join marts.fct_exit_claim as link on listed.exit_id = link.exit_id
inner join marts.fct_claim as claim on link.row_id = claim.row_id
inner join marts.fct_submission as submission on claim.submission_id = submission.submission_id
left join memory.reporters as reporter on submission.reporter_code = reporter.reporter_code
where listed.claims > 1
order by listed.number, link.is_chosen desc, claim.submission_id, claim.row
"""

SOURCES = """
select
    submission.submission_id, reporter.reporter, submission.file, submission.received_at, submission.sha256
from marts.fct_submission as submission
left join memory.reporters as reporter on submission.reporter_code = reporter.reporter_code
where
    submission.regime = $regime
    and (
        submission.round in ($round, 'plan')
        and submission.submission_id in (select submission_id from marts.fct_claim)
        -- what was added to the plan may stand in a table of the round this one is not about
        or $round <> 'plan' and submission.submission_id in (
            select claim.submission_id
            from marts.fct_plan as planned
            inner join marts.fct_exit_claim as link on planned.exit_id = link.exit_id and link.is_chosen
            inner join marts.fct_claim as claim on link.row_id = claim.row_id
            where planned.plan_change = 'added'
        )
    )
order by submission.submission_id
"""


# The plan against what has exited, in the area: of all categories and of each, all industries first, then each and its
# unit. All industries of a category are added up by exits: each has one industry.
PLAN_ACTUAL = f"""
with lines as (
    select * from marts.rpt_plan_actual
    where regime = $regime and round = $round and division_code = $area
)

select
    category, industry, capacity_unit, planned_exits, planned_capacity, done_exits, done_capacity,
    {printed_rate("exits_completion_percent")} as exits_percent, {printed_rate("completion_percent")} as capacity_percent,
    actual_exits, actual_capacity, unplanned_exits, unplanned_capacity,
    industry = '合计' as is_total, category_position, industry_position
from lines
union all
select
    category, '合计', null, sum(planned_exits), null, sum(done_exits), null,
    {printed_rate("100 * sum(done_exits) / nullif(sum(planned_exits), 0)")}, null,
    sum(actual_exits), null, sum(unplanned_exits), null,
    true, category_position, null
from lines
where category != '合计'
group by category, category_position
order by category_position, is_total desc, industry_position, industry, capacity_unit nulls first
"""

# What decisions changed of the plan, in the whole area.
PLAN_CHANGES = """
select
    industry, capacity_unit, added_exits, added_capacity, removed_exits, removed_capacity
from marts.rpt_plan_actual
where
    regime = $regime and round = $round and division_code = $area and category = '合计' and industry <> '合计'
    and (added_exits > 0 or removed_exits > 0)
order by industry_position, industry, capacity_unit nulls first
"""

# The same for what lies directly below the area, as in PLACES; what says no place is counted in the lists.
PLAN_ACTUAL_OF_PLACES = f"""
select
    division.division as place, line.industry = '合计' as is_total, line.industry, line.capacity_unit,
    line.planned_exits, line.planned_capacity, line.done_exits, line.done_capacity,
    {printed_rate("line.exits_completion_percent")} as exits_percent,
    {printed_rate("line.completion_percent")} as capacity_percent,
    line.actual_exits, line.actual_capacity, line.unplanned_exits, line.unplanned_capacity,
    line.division_position, line.industry_position
from marts.rpt_plan_actual as line
inner join memory.divisions as division on line.division_code = division.division_code
where
    line.regime = $regime and line.round = $round and line.category = '合计' and division.parent_code = $area
union all
select
    $unplaced, grouping(industry) = 1, industry, capacity_unit,
    count(planned), case when grouping(industry) = 0 then sum(planned_capacity) end,
    coalesce(sum(done), 0), case when grouping(industry) = 0 then sum(done_capacity) end,
    {printed_rate("100 * coalesce(sum(done), 0) / nullif(count(planned), 0)")},
    case when grouping(industry) = 0 then
        {printed_rate("100 * coalesce(sum(done_capacity), 0) / nullif(sum(planned_capacity), 0)")}
    end,
    count(actual), case when grouping(industry) = 0 then sum(actual_capacity) end,
    coalesce(sum(outside), 0), case when grouping(industry) = 0 then sum(outside_capacity) end,
    null, null
from (
    select
        listed.industry, listed.capacity_unit, listed.number as planned, listed.capacity as planned_capacity,
        fulfilment.met_exits as done, fulfilment.met_capacity as done_capacity,
        cast(null as bigint) as actual, cast(null as decimal(28, 8)) as actual_capacity,
        cast(null as int) as outside, cast(null as decimal(28, 8)) as outside_capacity
    from memory.plan_list as listed
    inner join marts.fct_plan_fulfilment as fulfilment
        on listed.exit_id = fulfilment.exit_id and fulfilment.side = 'plan' and fulfilment.round = $round
    where listed.place = $unplaced
    union all
    select
        listed.industry, listed.capacity_unit, null, null, null, null, listed.number, listed.capacity,
        fulfilment.unmet_exits, nullif(fulfilment.unmet_capacity, 0)
    from memory.exit_list as listed
    inner join marts.fct_plan_fulfilment as fulfilment
        on listed.exit_id = fulfilment.exit_id and fulfilment.side = 'exit' and fulfilment.round = $round
    where listed.place = $unplaced
)
group by grouping sets ((industry, capacity_unit), ())
having count(*) > 0
order by division_position nulls last, place, is_total desc, industry_position, industry, capacity_unit nulls first
"""

# The plan in force, what of each line has been done, and by which exits of the list; where these stand under other words or
# in other units than the line, which.
PLANNED = """
with done_by as (
    select
        held.plan_id,
        string_agg(cast(exits.number as text), '、' order by exits.number) as exit_numbers,
        string_agg(distinct exits.industry, '、' order by exits.industry) filter (
            where exits.industry is distinct from listed.industry
        ) as exited_under,
        string_agg(distinct exits.capacity_unit, '、' order by exits.capacity_unit) filter (
            where exits.capacity_unit is distinct from listed.capacity_unit
        ) as exited_in
    from marts.fct_plan_match as held
    inner join memory.plan_list as listed on held.plan_id = listed.exit_id
    inner join memory.exit_list as exits on held.exit_id = exits.exit_id
    where held.round = $round
    group by held.plan_id
)

select
    listed.*, fulfilment.met_exits, fulfilment.met_capacity, planned.plan_change, done_by.exit_numbers,
    done_by.exited_under, done_by.exited_in
from memory.plan_list as listed
inner join marts.fct_plan as planned on listed.exit_id = planned.exit_id
inner join marts.fct_plan_fulfilment as fulfilment
    on listed.exit_id = fulfilment.exit_id and fulfilment.side = 'plan' and fulfilment.round = $round
left join done_by on listed.exit_id = done_by.plan_id
order by listed.number
"""

# What exited outside the plan, in the order of the list of exits: a line, or the amount over what was planned. Nothing where
# there is no plan: all would be outside.
LIST_OUTSIDE = """
create table memory.$list as
select
    row_number() over (order by listed.number) as number, listed.number as number_of_exit, listed.exit_id, listed.place,
    listed.city, listed.county_code, listed.county, listed.industry, listed.enterprise, listed.is_dismantled,
    listed.categories, listed.capacity_unit,
    listed.capacity as exited_capacity, fulfilment.unmet_exits, nullif(fulfilment.unmet_capacity, 0) as capacity
from memory.exit_list as listed
inner join marts.fct_plan_fulfilment as fulfilment
    on listed.exit_id = fulfilment.exit_id and fulfilment.side = 'exit' and fulfilment.round = $round
where
    (fulfilment.unmet_exits > 0 or fulfilment.unmet_capacity > 0)
    and exists (select 1 from memory.plan_list)
"""

# With the planned lines that the rest of an exit does, where the plan lists it.
OUTSIDE = """
with does as (
    select held.exit_id, string_agg(cast(planned.number as text), '、' order by planned.number) as plan_numbers
    from marts.fct_plan_match as held
    inner join memory.plan_list as planned on held.plan_id = planned.exit_id
    where held.round = $round
    group by held.exit_id
)

select
    listed.number, listed.city, listed.county, listed.industry, listed.enterprise, listed.exited_capacity,
    listed.unmet_exits, listed.capacity, listed.capacity_unit, listed.categories, listed.number_of_exit, does.plan_numbers
from memory.outside_list as listed
left join does on listed.exit_id = does.exit_id
order by listed.number
"""

NOT_DISMANTLED = """
select
    listed.number, listed.city, listed.county, listed.industry, listed.enterprise, listed.equipment,
    listed.equipment_count, listed.capacity, listed.capacity_unit, listed.method, listed.shut_on,
    line.standing, line.told_by, line.is_accepted, listed.receipts, listed.files, listed.cells
from memory.exit_list as listed
inner join marts.rpt_not_dismantled as line on listed.exit_id = line.exit_id
order by listed.number
"""

OBLIGATIONS = """
select
    obligation.reporter_code, reporter.reporter, obligation.due, obligation.state, obligation.received_at,
    obligation.is_on_time, obligation.days_late, obligation.is_demanded, obligation.submission_id, submission.file,
    obligation.missing_parts, obligation.replaced_parts
from marts.fct_obligation as obligation
inner join memory.reporters as reporter on obligation.reporter_code = reporter.reporter_code
left join marts.fct_submission as submission on obligation.submission_id = submission.submission_id
where obligation.regime = $regime and obligation.round = $round and obligation.what = $form
order by reporter.position
"""

SUBMISSIONS = """
select submission_id, reporter_code, file, sha256, received_at, status
from marts.fct_submission
where regime = $regime and round = $round
order by submission_id
"""

# Of every reporter the last submission if it was rejected, and the one that counts if something has to be explained; of
# the plan the latter too, where the round is the annual one, whose seal closes both.
# Rules across submissions are listed all: no receipt tells them, so here nothing may crowd them out.
UNSETTLED = """
with submissions as (
    select
        *,
        row_number() over (partition by round, coalesce(reporter_code, submission_id) order by version desc) = 1 as is_last
    from marts.fct_submission
    where regime = $regime and round in ($round, $closed) and status <> 'withdrawn'
),

rules as (
    select
        submissions.submission_id, submissions.reporter_code, submissions.file, submissions.form, submissions.round,
        finding.severity, finding.rule, count(*) as places,
        first(finding.sheet order by finding.sheet, length(finding.cell), finding.cell) as sheet,
        first(finding.cell order by finding.sheet, length(finding.cell), finding.cell) as cell,
        first(finding.evidence order by finding.sheet, length(finding.cell), finding.cell) as evidence
    from submissions
    inner join marts.fct_finding as finding on submissions.submission_id = finding.submission_id
    where
        finding.resolution = 'open'
        and (
            (
                submissions.round = $round and submissions.status = 'rejected' and submissions.is_last
                and finding.severity = 'reject'
            )
            or (submissions.status = 'counting' and finding.severity = 'explain')
        )
    group by all
)

select rules.*, coalesce(reporter.reporter, '单位不明') as reporter
from rules
left join memory.reporters as reporter on rules.reporter_code = reporter.reporter_code
qualify
    rules.rule like 'X%'
    or row_number() over (
        partition by rules.submission_id, rules.rule like 'X%' order by rules.places desc, rules.rule
    ) <= $rules_shown
order by
    rules.severity <> 'reject', rules.round <> $round, rules.reporter_code nulls last, rules.submission_id, rules.places desc, rules.rule
"""

# Tables a steward returned and nothing has replaced yet, and why.
RETURNED = """
select reporter.reporter, submission.file, submission.form, decision.reason
from marts.fct_submission as submission
inner join marts.fct_decision as decision
    on submission.submission_id = decision.submission_id and decision.kind = 'return' and decision.is_in_force
inner join memory.reporters as reporter on submission.reporter_code = reporter.reporter_code
where
    submission.regime = $regime and submission.round = $round and submission.status = 'returned'
    and not exists (
        select 1 from marts.fct_submission as later
        where
            later.regime = submission.regime and later.round = submission.round and later.form = submission.form
            and later.reporter_code = submission.reporter_code
            and (later.status = 'counting' or (later.status = 'returned' and later.version > submission.version))
    )
order by submission.reporter_code, submission.submission_id
"""

RECONCILIATION_COUNTS = f"""
{EXITS_OF_CYCLE}
select reconciliation, count(*) as exits
from exits
group by reconciliation
order by reconciliation
"""

DIFFERENCES = """
select
    city.division as city, county.division as county, line.industry, listed.enterprise, line.reconciliation,
    line.role, coalesce(reporter.reporter, line.reporter) as reporter, line.claims, line.claimed_capacity,
    line.claimed_unit, line.is_chosen,
    line.counted_capacity, line.counted_unit, line.exit_id, listed.number, line.lapsed_choice, line.claimed_industries
from marts.rpt_reconciliation as line
inner join memory.exit_list as listed on line.exit_id = listed.exit_id
left join memory.divisions as city on line.city_code = city.division_code
left join memory.divisions as county on line.county_code = county.division_code
left join memory.reporters as reporter on line.reporter_code = reporter.reporter_code
where
    line.regime = $regime and line.round = $round
    and (line.reconciliation in ('figures_differ', 'department_only') or line.lapsed_choice is not null)
order by
    line.reconciliation desc, line.city_code nulls last, line.county_code nulls last, line.industry, line.enterprise,
    line.exit_id, line.role, line.reporter_code
"""


# A city as a city, anything below it as a county.
DIVISION = """
select
    city.division as city, case when named.division_code <> city.division_code then named.division end as county
from memory.divisions as named
left join memory.divisions as city on coalesce(named.city_code, named.division_code) = city.division_code
where named.division_code = $division
"""


class CycleFacts:
    """The marts of one warehouse file, opened read-only, narrowed to one cycle."""

    def __init__(
        self,
        warehouse: Path | str,
        regime: Regime,
        round: str,
        sign_off: SignOff = SignOff(),  # noqa: B008 – frozen
    ) -> None:
        self.regime = regime
        self.round = round
        self.sign_off = sign_off
        """What people decided about the report of the cycle."""
        # what is made for several questions (LIST_EXITS) is kept beside the file, in memory
        self._connection = duckdb.connect(":memory:")
        # the views of a warehouse name it by the stem of its file
        self._name = Path(warehouse).stem
        self._connection.execute(f'attach {sql_literal(str(warehouse))} as "{self._name}" (read_only)')
        self._name_divisions(regime)
        self._name_reporters(regime)
        self.built_on = datetime.fromtimestamp(Path(warehouse).stat().st_mtime, LOCAL_TIME).date()
        """The day in Asia/Shanghai on which the warehouse was built: what was not due then was not overdue."""
        self._values = {
            "regime": sql_literal(regime.key),
            "round": sql_literal(round),
            "area": sql_literal(regime.area),
            "unplaced": sql_literal(UNPLACED),
            # a seal of the annual round closes the plan it is held against, too
            "closed": sql_literal(PLAN if round == "annual" else round),
            "form": sql_literal(EXIT_TABLE),
            "rules_shown": RULES_SHOWN,
            "list": "exit_list",
            # a cycle of the plan is what was sent; held against what exits, the plan is what decisions made of it
            "left_out": sql_literal("added"),
        }
        self._of_plan = {
            "round": sql_literal("plan"),
            "list": "plan_list",
            "left_out": sql_literal("removed"),
        }
        self._outside = {"list": "outside_list"}

    def _name_divisions(self, regime: Regime) -> None:
        """``memory.divisions`` is dim_division as a report of the regime's year names places: the name of then beside."""
        then = {code: one.printed_name for code, one in regime.reporters.items() if one.names_then}
        named = " ".join(f"when {sql_literal(code)} then {sql_literal(name)}" for code, name in then.items())
        name = f"case division_code {named} else division end" if named else "division"
        self._connection.execute(
            f'create table memory.divisions as select * replace ({name} as division) from "{self._name}".marts.dim_division'
        )

    def _name_reporters(self, regime: Regime) -> None:
        """``memory.reporters`` is what papers call the regime's reporters, with the city where they are of several, and in which order."""
        self._connection.execute("create table memory.reporters (reporter_code text, reporter text, position int)")
        named = ", ".join(
            f"({sql_literal(code)}, {sql_literal(with_city(name, city, self.area))}, {position})"
            for code, name, city, position in self._connection.execute(f"""
                select
                    reporter.reporter_code, reporter.reporter, city.division,
                    row_number() over (
                        order by
                            coalesce(home.city_code, reporter.home_code),
                            array_position(['county', 'zone', 'department'], reporter.kind), reporter.reporter_code
                    )
                from "{self._name}".marts.dim_reporter as reporter
                left join memory.divisions as home on reporter.home_code = home.division_code
                left join memory.divisions as city on home.city_code = city.division_code
                where reporter.regime = {sql_literal(regime.key)}
                """).fetchall()
        )
        if named:
            self._connection.execute(f"insert into memory.reporters values {named}")

    @cached_property
    def area(self) -> str | None:
        """What the area of the regime is called."""
        question = f"select division from memory.divisions where division_code = {sql_literal(self.regime.area)}"
        return next((name for (name,) in self._connection.execute(question).fetchall()), None)

    @cached_property
    def reporters(self) -> dict[str, str]:
        """What papers call each reporter, by its code."""
        return dict(self._connection.execute("select reporter_code, reporter from memory.reporters").fetchall())

    def name_place(self, city: str | None, county: str | None) -> str:
        """What papers call a place: the county with its city, unless all lies in one; else the city."""
        return with_city(county, city, self.area) if county else city or UNPLACED

    def name_division(self, code: str) -> str:
        """What papers call a division; one that nobody knows by its code."""
        told = self._stream(DIVISION, self._values | {"division": sql_literal(code)})
        return next((self.name_place(line.city, line.county) for line in told), code)

    def __enter__(self) -> CycleFacts:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def list_exits(self) -> None:
        """The exits of the cycle are numbered in the order of 企业名单, which other questions refer to."""
        self.ask(LIST_EXITS)

    def list_plan(self) -> None:
        """The exits of the regime's plan in force are numbered likewise, in the order of 计划名单."""
        list(self.stream_of_plan(LIST_EXITS))

    def list_outside(self) -> None:
        """The exits outside the plan are numbered in the order of 计划外名单; both lists are made before."""
        list(self.stream_outside(LIST_OUTSIDE))

    def ask(self, question: str) -> list[Any]:
        """Every line of the answer to ``question``, as named tuples."""
        return list(self.stream(question))

    def stream(self, question: str) -> Iterator[Any]:
        """The answer to ``question`` line by line: a province's list of exits need not fit in memory."""
        return self._stream(question, self._values)

    def stream_of_plan(self, question: str) -> Iterator[Any]:
        """The answer to a question about the list of exits, asked of that of the plan."""
        return self._stream(question, self._values | self._of_plan)

    def stream_outside(self, question: str) -> Iterator[Any]:
        """The answer to a question about the list of exits, asked of what of them is outside the plan."""
        return self._stream(question, self._values | self._outside)

    def ask_announced(self, question: str, held: Iterable[int]) -> list[Any]:
        """The answer to a question about the list of exits without those whose numbers are ``held``."""
        numbers = ", ".join(str(number) for number in sorted(held)) or "0"
        return list(self._stream(question, self._values | {"held": numbers}))

    @property
    def place_heading(self) -> tuple[str, str]:
        """What lies directly below the area is called."""
        return ("市", "City") if self.regime.level == "province" else ("县（市、区）", "County")

    @cached_property
    def data_as_of(self) -> datetime:
        """The moment (UTC) the newest submission of the cycle came; the first day of its year where none did."""
        received = [line.received_at for line in self.ask(SUBMISSIONS)]
        return max(received, default=datetime(self.regime.year, 1, 1)).replace(microsecond=0)

    def _stream(self, question: str, values: dict[str, Any]) -> Iterator[Any]:
        cursor = self._connection.cursor()
        cursor.execute(f'use "{self._name}"')
        # values handed over from Python would load pandas, for longer than all answers take
        answer = cursor.execute(Template(question).substitute(values))
        Line = namedtuple("Line", [column[0] for column in answer.description])
        while lines := answer.fetchmany(FETCHED_AT_ONCE):
            yield from map(Line._make, lines)
