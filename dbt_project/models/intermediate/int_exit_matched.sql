with claims as (

    select
        *,
        coalesce(capacity_unit, '') as unit_key,
        -- a condition on one side alone would turn the join below into a nested loop
        case when role = 'department' and county_code is null then city_code end as city_code_without_county
    from {{ ref('int_exit_counted') }}

),

sole_counties as (

    select
        regime,
        round,
        city_code,
        industry,
        enterprise_key,
        min(county_code) as county_code
    from claims
    where role = 'county' and county_code is not null
    group by regime, round, city_code, industry, enterprise_key
    having count(distinct county_code) = 1

),

-- a department that names no county means the only county of its city that reports the same enterprise
placed as (

    select
        claims.*,
        coalesce(claims.county_code, sole_counties.county_code, claims.city_code) as place_code
    from claims
    left join sole_counties
        on
            claims.regime = sole_counties.regime
            and claims.round = sole_counties.round
            and claims.city_code_without_county = sole_counties.city_code
            and claims.industry = sole_counties.industry
            and claims.enterprise_key = sole_counties.enterprise_key

),

keyed as (

    select
        placed.*,
        case
            when enterprise_key is null then row_id
            else {{ stable_id(['regime', 'round', 'place_code', 'industry', 'enterprise_key']) }}
        end as match_key
    from placed

),

county_units as (

    select
        match_key,
        unit_key,
        row_number() over (partition by match_key order by min(claim_no)) as unit_no
    from keyed
    where role = 'county'
    group by match_key, unit_key

),

-- amounts of different units are never compared: each unit of a key is matched by itself,
-- and a department's claim in a unit the county does not use goes with the county's first
assigned as (

    select
        keyed.*,
        coalesce(same_units.unit_key, first_units.unit_key, keyed.unit_key) as exit_unit_key
    from keyed
    left join county_units as same_units
        on
            keyed.match_key = same_units.match_key
            and keyed.unit_key = same_units.unit_key
    left join county_units as first_units
        on
            keyed.match_key = first_units.match_key
            and first_units.unit_no = 1

),

department_sums as (

    select
        match_key,
        exit_unit_key,
        reporter_code,
        sum(capacity) as capacity,
        min(claim_no) as first_claim_no,
        sum(case when unit_key = exit_unit_key then 0 else 1 end) as claims_in_other_units
    from assigned
    where role = 'department'
    group by match_key, exit_unit_key, reporter_code

),

county_sums as (

    select
        match_key,
        exit_unit_key,
        sum(capacity) as capacity
    from assigned
    where role = 'county'
    group by match_key, exit_unit_key

),

-- without a county the smallest figure is taken: the documented failure of this field is inflation
ranked_departments as (

    select
        match_key,
        exit_unit_key,
        reporter_code,
        row_number() over (
            partition by match_key, exit_unit_key
            order by case when capacity is null then 1 else 0 end, capacity, first_claim_no
        ) as department_rank
    from department_sums

),

departments_heard as (

    select
        department_sums.match_key,
        department_sums.exit_unit_key,
        count(*) as departments,
        sum(
            case
                when department_sums.claims_in_other_units > 0 then 1
                when department_sums.capacity = county_sums.capacity then 0
                when department_sums.capacity is null and county_sums.capacity is null then 0
                else 1
            end
        ) as departments_that_differ
    from department_sums
    left join county_sums
        on
            department_sums.match_key = county_sums.match_key
            and department_sums.exit_unit_key = county_sums.exit_unit_key
    group by department_sums.match_key, department_sums.exit_unit_key

),

compared as (

    select
        assigned.*,
        ranked_departments.department_rank,
        county_sums.match_key is not null as has_county,
        coalesce(departments_heard.departments, 0) as departments,
        coalesce(departments_heard.departments_that_differ, 0) as departments_that_differ,
        first_value(assigned.row_id) over (
            partition by assigned.match_key, assigned.exit_unit_key
            order by assigned.claim_no
        ) as first_row_id
    from assigned
    left join county_sums
        on
            assigned.match_key = county_sums.match_key
            and assigned.exit_unit_key = county_sums.exit_unit_key
    left join departments_heard
        on
            assigned.match_key = departments_heard.match_key
            and assigned.exit_unit_key = departments_heard.exit_unit_key
    left join ranked_departments
        on
            assigned.match_key = ranked_departments.match_key
            and assigned.exit_unit_key = ranked_departments.exit_unit_key
            and assigned.reporter_code = ranked_departments.reporter_code

),

settled as (

    select
        compared.*,
        case
            when has_county and departments > 0 then first_row_id
            when not has_county and departments > 1 then first_row_id
            else row_id
        end as named_after_row_id,
        case
            when has_county then role = 'county'
            else department_rank = 1
        end as is_chosen,
        case
            when has_county and departments = 0 then 'county_only'
            when not has_county then 'department_only'
            when departments_that_differ = 0 then 'both'
            else 'figures_differ'
        end as reconciliation
    from compared

)

select
    {{ stable_id(['regime', 'round', 'match_key', 'named_after_row_id']) }} as exit_id,
    named_after_row_id,
    row_id,
    claim_no,
    regime,
    round,
    place_code,
    role,
    is_chosen,
    reconciliation
from settled
