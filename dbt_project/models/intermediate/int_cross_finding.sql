{% set amount = "regexp_replace(cast(%s as string), '[.]?0+$', '') || ' ' || %s" %}
{% set others_values = {
    'other_submission': 'submissions.submission_id',
    'other_reporter': 'reporters.reporter',
    'other_file': 'submissions.file',
    'other_year': 'cycles.year',
    'other_sheet': 'claims.sheet',
    'other_row': 'claims.row',
    'other_enterprise': 'claims.enterprise',
    'other_code': "coalesce(claims.credit_code, '—')",
    'code': "coalesce(held_against.credit_code, '—')",
    'other_equipment': "coalesce(claims.equipment_text, '—')",
    'other_industry': "coalesce(claims.industry, '—')",
    'other_place': "coalesce(places.division, '—')",
    'other_capacity': "coalesce(claims.capacity_text, '—')",
    'other_amount': 'coalesce(' ~ amount | format('claims.capacity', 'claims.capacity_unit') ~ ", '—')",
    'parts': 'held_against.parts',
    'parts_en': 'held_against.parts_en',
} %}
{% set values = {'row': 'row', 'cell': 'cell', 'value': 'value'} %}

with claims as (

    select * from {{ ref('int_claim') }}

),

machines as (

    select * from {{ ref('int_claim_machine') }}

),

enterprises as (

    select * from {{ ref('int_enterprise') }}

),

-- by other names or codes than one: for all others the name says as much
of_several_names as (

    select enterprise_id
    from enterprises
    group by enterprise_id
    having count(*) > 1

),

linked as (

    select
        enterprises.written_id,
        enterprises.enterprise_id
    from enterprises
    inner join of_several_names
        on enterprises.enterprise_id = of_several_names.enterprise_id

),

matched as (

    select * from {{ ref('int_exit_matched') }}

),

submissions as (

    select * from {{ ref('int_submission_status') }}
    where status = 'counting' and form = 'exit_statistics'

),

cycles as (

    select * from {{ ref('stg_cycles') }}

),

reporters as (

    select * from {{ ref('stg_reporters') }}

),

divisions as (

    select * from {{ ref('stg_divisions') }}

),

rules as (

    select * from {{ ref('stg_rules') }}

),

plan_changes as (

    select * from {{ ref('int_plan_change') }}

),

-- a row that speaks of several exits is asked about with the first of them
placed_exits as (

    select
        row_id,
        min_by(exit_id, exit_id) as exit_id,
        min_by(place_code, exit_id) as place_code,
        min_by(industry, exit_id) as industry
    from matched
    group by row_id

),

submissions_of_places as (

    select distinct
        submissions.regime,
        submissions.round,
        reporters.home_code
    from submissions
    inner join reporters
        on
            submissions.regime = reporters.regime
            and submissions.reporter_code = reporters.reporter_code
    where reporters.kind != 'department'

),

-- equipment is the same where a machine of one name and size is, or, where none was understood, the text
marks as (

    select distinct
        row_id,
        concat(coalesce(machine, ''), '|', coalesce(cast(spec_value as string), ''), '|', coalesce(spec_unit, ''))
            as mark,
        false as is_amount
    from machines
    union all
    select
        claims.row_id,
        {{ arabic_numerals("coalesce(claims.equipment_text, '')") }} as mark,
        false as is_amount
    from claims
    left join machines
        on claims.row_id = machines.row_id
    where machines.row_id is null
    union all
    select
        row_id,
        concat(cast(capacity as string), '|', capacity_unit) as mark,
        true as is_amount
    from claims
    where capacity is not null and capacity_unit is not null

),

-- where an exit of a row has another reporter's word on it, that reporter's other rows of nesting words are other exits; of
-- several lines that are one exit, those whose machine or whose whole amount that word tells
heard_of as (

    select
        own.row_id,
        claims.reporter_code,
        max(case when own.reconciliation = 'both' or told.row_id is not null then 1 else 0 end) = 1 as is_of_line
    from matched as own
    inner join matched as other
        on own.exit_id = other.exit_id
    inner join claims
        on other.row_id = claims.row_id
    left join marks as lines
        on
            own.row_id = lines.row_id
            and not lines.is_amount
    left join marks as told
        on
            other.row_id = told.row_id
            and not told.is_amount
            and lines.mark = told.mark
    where own.row_id != other.row_id
    group by own.row_id, claims.reporter_code

),

exits_of_counties as (
    select
        exit_id,
        max(case when role = 'county' then 1 else 0 end) = 1 as has_county
    from matched
    group by exit_id

),

placed as (

    select
        claims.row_id,
        claims.submission_id,
        claims.regime,
        claims.round,
        cycles.year,
        claims.reporter_code,
        submissions.reported_as,
        claims.role,
        claims.claim_no,
        claims.enterprise,
        claims.enterprise_key,
        claims.enterprise_full_key,
        linked.enterprise_id,
        claims.name_id,
        claims.credit_code,
        enterprises.enterprise_id as known_as,
        claims.industry,
        claims.industry_path,
        claims.part_code,
        claims.capacity,
        claims.capacity_unit,
        placed_exits.row_id is not null as is_exit,
        placed_exits.exit_id,
        placed_exits.industry as counted_industry,
        coalesce(claims.role = 'county' or not exits_of_counties.has_county, false) as may_double,
        coalesce(claims.city_code, '') as city_code,
        coalesce(nullif(placed_exits.place_code, claims.city_code), claims.county_code) as county_code,
        -- numbers of lines and machines (2号线, 1#, 二期) tell apart what is alike in name and size
        {{ listed_numbers_of_lines('claims.equipment_text') }} as line_numbers
    from claims
    left join submissions
        on claims.submission_id = submissions.submission_id
    left join placed_exits
        on claims.row_id = placed_exits.row_id
    left join exits_of_counties
        on placed_exits.exit_id = exits_of_counties.exit_id
    left join linked
        on claims.written_id = linked.written_id
    left join enterprises
        on claims.written_id = enterprises.written_id
    left join cycles
        on
            claims.regime = cycles.regime
            and claims.round = cycles.round
    where claims.enterprise_key is not null

),

-- a zone reports apart from the county it lies in, and reported with it before: across time they are one place
hosted as (

    select
        placed.*,
        divisions.division,
        coalesce(divisions.host_code, placed.county_code) as host_code
    from placed
    left join divisions
        on placed.county_code = divisions.division_code

),

-- an enterprise is known by its name with the place before it and without; two that agree without it alone are two
-- enterprises in two counties (汉阴县红旗砖厂, 石泉县红旗砖厂), and one in one county. Names of one code, abbreviations
-- and what was merged are one enterprise
named as (

    select
        hosted.*,
        enterprise_full_key as name,
        true as is_full_name
    from hosted
    union all
    select
        hosted.*,
        enterprise_key as name,
        false as is_full_name
    from hosted
    where enterprise_key != enterprise_full_key
    union all
    select
        hosted.*,
        enterprise_id as name,
        true as is_full_name
    from hosted
    where enterprise_id is not null

),

equipped as (

    select
        named.*,
        marks.mark,
        marks.is_amount
    from named
    inner join marks
        on named.row_id = marks.row_id
    where named.is_exit

),

-- a county by its machines; a department, which words them otherwise, by its amount too, and in one county under the word
-- of another industry. What a county reports as well is that county's, so its departments are not asked again
doubled as (

    select
        here.row_id,
        elsewhere.row_id as other_row_id
    from equipped as here
    inner join equipped as elsewhere
        on
            here.regime = elsewhere.regime
            and here.round = elsewhere.round
            and here.name = elsewhere.name
            and here.mark = elsewhere.mark
            and here.is_amount = elsewhere.is_amount
    left join heard_of as heard
        on
            here.row_id = heard.row_id
            and elsewhere.reporter_code = heard.reporter_code
    left join heard_of as heard_back
        on
            elsewhere.row_id = heard_back.row_id
            and here.reporter_code = heard_back.reporter_code
    where
        here.may_double
        and elsewhere.may_double
        and (
            here.reporter_code != elsewhere.reporter_code
            -- counties that merged since are one reporter today
            or (here.role = 'county' and here.part_code != elsewhere.part_code)
        )
        and here.exit_id != elsewhere.exit_id
        and (here.is_amount or here.line_numbers = elsewhere.line_numbers)
        and case
            when coalesce(here.part_code, here.county_code, '') = coalesce(elsewhere.part_code, elsewhere.county_code, '')
                then
                    here.industry != elsewhere.industry
                    and (here.role = 'department' or elsewhere.role = 'department')
                    and not (
                        coalesce(heard.row_id, heard_back.row_id) is not null
                        and {{ industries_nest('here', 'elsewhere') }}
                        -- machine and amount alike are one line that no other row of the reporter tells
                        and not (
                            not here.is_amount
                            and coalesce(here.capacity = elsewhere.capacity, false)
                            and coalesce(here.capacity_unit = elsewhere.capacity_unit, false)
                            and not coalesce(heard.is_of_line, false)
                            and not coalesce(heard_back.is_of_line, false)
                        )
                    )
            when not (here.is_full_name or elsewhere.is_full_name) then false
            when here.role = 'county' and elsewhere.role = 'county' then not here.is_amount
            else not here.is_amount or {{ industries_nest('here', 'elsewhere') }}
        end

),

-- what another writes with the name of the county before it, as a reporter outside that county may
called_after_place as (

    {% for place in ['division', without_level('division')] -%}
    select
        hosted.*,
        concat({{ place }}, enterprise_key) as name
    from hosted
    where may_double
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

named_for_others as (

    select distinct
        own.row_id,
        elsewhere.row_id as other_row_id,
        own.role,
        elsewhere.role as other_role,
        own.line_numbers = elsewhere.line_numbers as is_of_same_lines,
        {{ industries_nest('own', 'elsewhere') }} as has_nesting_words
    from hosted as own
    inner join called_after_place as elsewhere
        on
            own.regime = elsewhere.regime
            and own.round = elsewhere.round
            and own.enterprise_full_key = elsewhere.name
    where
        own.may_double
        and own.reporter_code != elsewhere.reporter_code
        and own.exit_id != elsewhere.exit_id
        and coalesce(own.county_code, '') != elsewhere.county_code

),

-- a department puts under another county what bears the name of its own (茌平区宏达水泥厂 under 阳谷县); a county that does
-- is held against the other as where the names are equal
misplaced as (

    select
        row_id,
        other_row_id
    from named_for_others
    where role = 'department' and has_nesting_words
    union
    select
        named_for_others.row_id,
        named_for_others.other_row_id
    from named_for_others
    inner join marks as own
        on named_for_others.row_id = own.row_id
    inner join marks as elsewhere
        on
            named_for_others.other_row_id = elsewhere.row_id
            and own.mark = elsewhere.mark
            and own.is_amount = elsewhere.is_amount
    where
        named_for_others.role = 'county'
        and case
            when not own.is_amount then named_for_others.is_of_same_lines
            else named_for_others.other_role = 'department' and named_for_others.has_nesting_words
        end

),

-- a department's word lies around several of another's, and nothing tells which of them it means (int_exit_matched)
around_several as (

    select distinct
        department.row_id,
        county.row_id as other_row_id
    from named as department
    inner join named as county
        on
            department.regime = county.regime
            and department.round = county.round
            and department.name = county.name
            and department.county_code = county.county_code
    left join heard_of as heard
        on
            department.row_id = heard.row_id
            and county.reporter_code = heard.reporter_code
    left join heard_of as heard_back
        on
            county.row_id = heard_back.row_id
            and department.reporter_code = heard_back.reporter_code
    where
        department.role = 'department'
        and department.may_double
        and county.may_double
        and department.reporter_code != county.reporter_code
        and department.counted_industry != county.counted_industry
        and coalesce(heard.row_id, heard_back.row_id) is null
        and {{ industries_nest('department', 'county') }}

),

-- of one name two codes make two enterprises (int_enterprise); one of the codes may be wrong
of_other_codes as (

    select
        here.row_id,
        elsewhere.row_id as other_row_id
    from hosted as here
    inner join hosted as elsewhere
        on
            here.regime = elsewhere.regime
            and here.round = elsewhere.round
            and here.name_id = elsewhere.name_id
            and here.credit_code != elsewhere.credit_code
    where
        here.may_double
        and elsewhere.may_double
        and here.reporter_code != elsewhere.reporter_code
        and here.exit_id != elsewhere.exit_id
        and {{ industries_nest('here', 'elsewhere') }}

),

reported_elsewhere as (

    select row_id, other_row_id from doubled
    union
    select row_id, other_row_id from of_other_codes
    union
    select row_id, other_row_id from around_several
    union
    select other_row_id as row_id, row_id as other_row_id from around_several
    union
    select row_id, other_row_id from misplaced
    union
    select other_row_id as row_id, row_id as other_row_id from misplaced

),

-- whose county has no table that counts cannot be held against it: the name alone says that the place may be wrong
named_after_others as (

    select
        department.row_id,
        min(places.division_code) as other_place_code
    from hosted as department
    inner join divisions as places
        on
            department.city_code = places.city_code
            and department.county_code != places.division_code
            and places.level in ('county', 'zone')
            and department.enterprise_full_key like concat(places.division, '%')
    left join submissions_of_places
        on
            department.regime = submissions_of_places.regime
            and department.round = submissions_of_places.round
            and places.division_code = submissions_of_places.home_code
    where
        department.role = 'department'
        and department.may_double
        and department.county_code != coalesce(places.host_code, '')
        and submissions_of_places.home_code is null
        and department.row_id not in (select row_id from reported_elsewhere)
    group by department.row_id

),

counted_before as (

    select distinct
        today.row_id,
        earlier.row_id as other_row_id
    from equipped as today
    inner join equipped as earlier
        on
            today.city_code = earlier.city_code
            and today.name = earlier.name
            and today.mark = earlier.mark
            and today.is_amount = earlier.is_amount
    where
        not today.is_amount
        and today.round in ('midyear', 'annual')
        and earlier.round = 'annual'
        and earlier.year < today.year
        -- one row may speak of 一期 and 二期 where another year has one for each
        and (
            today.line_numbers = earlier.line_numbers
            or {{ share_an_item('today.line_numbers', 'earlier.line_numbers') }}
        )
        and (
            today.host_code = earlier.host_code
            or (
                (today.host_code is null or earlier.host_code is null)
                and (today.is_full_name or earlier.is_full_name)
            )
        )

),

planned as (

    select distinct actual.row_id
    from named as actual
    inner join named as plan
        on
            actual.regime = plan.regime
            and actual.city_code = plan.city_code
            and actual.name = plan.name
    left join plan_changes
        on plan.row_id = plan_changes.row_id
    where
        plan_changes.row_id is null
        and actual.is_exit
        and actual.round in ('midyear', 'annual')
        and plan.round = 'plan'
        and coalesce(actual.host_code = plan.host_code, true)
        -- of counties that merged since, each is held against its own plan
        and coalesce(actual.reported_as = plan.reported_as, true)
        and coalesce(actual.credit_code = plan.credit_code, true)
        and not coalesce(actual.name_id = plan.name_id and actual.known_as != plan.known_as, false)

),

-- what would be added to the plan under one code while it stands there under another
planned_under_another_code as (

    select
        actual.row_id,
        plan.row_id as other_row_id
    from hosted as actual
    inner join hosted as plan
        on
            actual.regime = plan.regime
            and actual.name_id = plan.name_id
            and actual.credit_code != plan.credit_code
    left join planned
        on actual.row_id = planned.row_id
    left join plan_changes
        on actual.row_id = plan_changes.row_id
    left join plan_changes as changes_of_plan
        on plan.row_id = changes_of_plan.row_id
    where
        actual.is_exit
        and actual.may_double
        and actual.round in ('midyear', 'annual')
        and plan.round = 'plan'
        and planned.row_id is null
        and plan_changes.row_id is null
        and changes_of_plan.row_id is null
        and {{ industries_nest('actual', 'plan') }}

),

plans as (

    select * from submissions
    where round = 'plan'

),

added_later as (

    select
        hosted.row_id,
        plans.submission_id as other_submission_id
    from hosted
    inner join plans
        on
            hosted.regime = plans.regime
            and hosted.reporter_code = plans.reporter_code
            -- of counties that merged since, each is held against its own tables
            and coalesce(hosted.reported_as = plans.reported_as, true)
    left join planned
        on hosted.row_id = planned.row_id
    left join plan_changes
        on hosted.row_id = plan_changes.row_id
    where
        hosted.is_exit
        and hosted.round in ('midyear', 'annual')
        and planned.row_id is null
        and plan_changes.row_id is null

),

differing as (

    select
        matched.exit_id,
        matched.row_id,
        matched.role,
        claims.reporter_code,
        claims.claim_no,
        coalesce(matched.part_capacity, claims.capacity) as capacity,
        {{ amount | format('cast(matched.part_capacity as decimal(28, 8))', 'claims.capacity_unit') }} as part,
        coalesce(claims.capacity_unit, '') as unit_key
    from matched
    inner join claims
        on matched.row_id = claims.row_id
    where matched.reconciliation = 'figures_differ'

),

-- the sums int_exit_matched compares; a side is told of its first row
sides as (

    select
        exit_id,
        reporter_code,
        role,
        min_by(row_id, claim_no) as row_id,
        concat(coalesce(cast(sum(capacity) as string), ''), '|', min(unit_key), '|', max(unit_key)) as figure,
        max(max(case when role = 'county' then 1 else 0 end)) over (partition by exit_id) as has_county
    from differing
    group by exit_id, reporter_code, role

),

-- each department against the county; where no county reports the exit, the departments against one another
disagreeing as (

    select
        own.row_id,
        other.exit_id,
        other.reporter_code
    from sides as own
    inner join sides as other
        on
            own.exit_id = other.exit_id
            and own.reporter_code != other.reporter_code
            and own.figure != other.figure
    where own.role != other.role or own.has_county = 0

),

figures_differ as (

    select
        disagreeing.row_id,
        differing.row_id as other_row_id,
        concat(
            coalesce('，其中计入这一项的 ' || differing.part, ''), coalesce('，您这一行计入这一项的是 ' || own.part, '')
        ) as parts,
        concat(
            coalesce(', of which this exit has ' || differing.part, ''), coalesce(', and of your row ' || own.part, '')
        ) as parts_en
    from disagreeing
    inner join differing
        on
            disagreeing.exit_id = differing.exit_id
            and disagreeing.reporter_code = differing.reporter_code
    inner join differing as own
        on
            disagreeing.exit_id = own.exit_id
            and disagreeing.row_id = own.row_id

),

annual_tables as (

    select * from submissions
    where round = 'annual'

),

kept_until_annual as (

    select distinct midyear.row_id
    from named as midyear
    inner join named as annual
        on
            midyear.regime = annual.regime
            and midyear.name = annual.name
    where
        midyear.round = 'midyear'
        and annual.round = 'annual'
        and coalesce(midyear.reported_as = annual.reported_as, true)
        -- whoever reports it now: an exit that a department told at mid-year may be in the county's table
        and case
            when midyear.host_code = annual.host_code or midyear.reporter_code = annual.reporter_code
                then coalesce(midyear.host_code = annual.host_code, true)
            else
                (midyear.host_code is null or annual.host_code is null)
                and coalesce(midyear.city_code = annual.city_code, true)
                and (midyear.is_full_name or annual.is_full_name)
        end

),

left_out as (

    select
        annual_tables.submission_id,
        hosted.row_id as other_row_id,
        hosted.enterprise_full_key as apart,
        first_value(hosted.enterprise) over (
            partition by annual_tables.submission_id, hosted.enterprise_full_key
            order by hosted.claim_no
        ) as value
    from hosted
    inner join annual_tables
        on
            hosted.regime = annual_tables.regime
            and hosted.reporter_code = annual_tables.reporter_code
            and coalesce(hosted.reported_as = annual_tables.reported_as, true)
    left join kept_until_annual
        on hosted.row_id = kept_until_annual.row_id
    where
        hosted.is_exit
        and hosted.round = 'midyear'
        and kept_until_annual.row_id is null

),

held_against_rows as (

    select
        'X01' as rule,
        row_id,
        other_row_id,
        cast(null as string) as other_submission_id,
        cast(null as string) as other_place_code,
        cast(null as string) as parts,
        cast(null as string) as parts_en
    from (
        select row_id, other_row_id from reported_elsewhere
        union all
        select row_id, other_row_id from planned_under_another_code
    ) as reported_twice
    union all
    select
        'X02' as rule,
        row_id,
        other_row_id,
        cast(null as string) as other_submission_id,
        cast(null as string) as other_place_code,
        cast(null as string) as parts,
        cast(null as string) as parts_en
    from counted_before
    union all
    select
        'X03' as rule,
        row_id,
        cast(null as string) as other_row_id,
        other_submission_id,
        cast(null as string) as other_place_code,
        cast(null as string) as parts,
        cast(null as string) as parts_en
    from added_later
    union all
    select
        'X04' as rule,
        row_id,
        other_row_id,
        cast(null as string) as other_submission_id,
        cast(null as string) as other_place_code,
        parts,
        parts_en
    from figures_differ
    union all
    select
        'X09' as rule,
        row_id,
        cast(null as string) as other_row_id,
        cast(null as string) as other_submission_id,
        other_place_code,
        cast(null as string) as parts,
        cast(null as string) as parts_en
    from named_after_others

),

held_against as (

    select
        pairs.rule,
        claims.submission_id,
        claims.row_id,
        claims.row,
        claims.sheet,
        case
            when pairs.rule = 'X04' then coalesce(claims.capacity_cell, claims.enterprise_cell)
            else claims.enterprise_cell
        end as cell,
        case when pairs.rule = 'X04' then claims.capacity_text else claims.enterprise end as value,
        '' as apart,
        claims.credit_code,
        pairs.other_row_id,
        pairs.other_submission_id,
        pairs.other_place_code,
        pairs.parts,
        pairs.parts_en
    from held_against_rows as pairs
    inner join claims
        on pairs.row_id = claims.row_id
    union all
    select
        'X05' as rule,
        submission_id,
        cast(null as string) as row_id,
        cast(null as integer) as row,
        cast(null as string) as sheet,
        cast(null as string) as cell,
        value,
        apart,
        cast(null as string) as credit_code,
        other_row_id,
        cast(null as string) as other_submission_id,
        cast(null as string) as other_place_code,
        cast(null as string) as parts,
        cast(null as string) as parts_en
    from left_out

),

evidenced as (

    select
        held_against.rule,
        held_against.submission_id,
        held_against.row_id,
        held_against.row,
        held_against.sheet,
        held_against.cell,
        held_against.value,
        held_against.apart,
        {{ filled('rules.evidence', others_values) }} as evidence,
        {{ filled('rules.evidence_en', others_values) }} as evidence_en,
        row_number() over (
            partition by held_against.rule, held_against.submission_id, held_against.row_id, held_against.apart
            order by cycles.year desc, submissions.receipt_no, submissions.submission_id, claims.row
        ) as place
    from held_against
    inner join rules
        on held_against.rule = rules.rule
    left join claims
        on held_against.other_row_id = claims.row_id
    left join divisions as places
        on coalesce(held_against.other_place_code, claims.county_code) = places.division_code
    left join submissions
        on coalesce(claims.submission_id, held_against.other_submission_id) = submissions.submission_id
    left join cycles
        on
            submissions.regime = cycles.regime
            and submissions.round = cycles.round
    left join reporters
        on
            submissions.regime = reporters.regime
            and submissions.reporter_code = reporters.reporter_code

),

settlements as (

    select
        row_id,
        max(chosen_by_decision) as chosen_by_decision
    from matched
    group by row_id

),

gathered as (

    select
        rule,
        submission_id,
        row_id,
        apart,
        min(row) as row,
        min(sheet) as sheet,
        min(cell) as cell,
        min(value) as value,
        {{ evidence_of_others() }}
    from evidenced
    group by rule, submission_id, row_id, apart

)

select
    {{ stable_finding_id(
        'submissions.sha256', 'submissions.reporter_code', 'gathered.rule', 'gathered.sheet', 'gathered.cell',
        'gathered.apart'
    ) }} as finding_id,
    gathered.submission_id,
    gathered.row_id,
    gathered.rule,
    rules.severity,
    gathered.sheet,
    gathered.cell,
    gathered.value,
    {{ texts_of_rule(values) }},
    gathered.evidence,
    gathered.evidence_en,
    -- a steward who chose a side has answered whose figure is right, for as long as these are the figures
    case when gathered.rule = 'X04' then settlements.chosen_by_decision end as settled_by
from gathered
left join settlements
    on gathered.row_id = settlements.row_id
inner join rules
    on gathered.rule = rules.rule
inner join submissions
    on gathered.submission_id = submissions.submission_id
