with counting_submissions as (

    select *
    from {{ ref('int_submission_status') }}
    where status = 'counting' and not is_nil

),

rows_as_understood as (

    select * from {{ ref('stg_rows') }}

),

reporters as (

    select * from {{ ref('stg_reporters') }}

),

divisions as (

    select * from {{ ref('stg_divisions') }}

),

spoken_for as (

    select
        rows_as_understood.*,
        counting_submissions.receipt_no,
        reporters.home_code,
        case when reporters.kind = 'department' then 'department' else 'county' end as role,
        -- a zone is counted under itself, also where its rows name the county it lies in
        case
            when reporters.kind = 'zone' then reporters.reporter_code
            when reporters.kind = 'county' then coalesce(rows_as_understood.county_code, reporters.home_code)
            else rows_as_understood.county_code
        end as place_code
    from rows_as_understood
    inner join counting_submissions
        on rows_as_understood.submission_id = counting_submissions.submission_id
    inner join reporters
        on
            counting_submissions.regime = reporters.regime
            and counting_submissions.reporter_code = reporters.reporter_code

),

placed as (

    select
        spoken_for.*,
        coalesce(places.city_code, spoken_for.city_code, homes.city_code) as exit_city_code,
        case when places.level in ('county', 'zone') then places.division_code end as exit_county_code
    from spoken_for
    left join divisions as places
        on spoken_for.place_code = places.division_code
    left join divisions as homes
        on spoken_for.home_code = homes.division_code

)

select
    row_id,
    submission_id,
    regime,
    round,
    reporter_code,
    role,
    sheet,
    row,
    claim_cell,
    row_number() over (
        partition by regime, round
        order by receipt_no, length(submission_id), submission_id, row, row_id
    ) as claim_no,
    exit_city_code as city_code,
    exit_county_code as county_code,
    industry,
    industry_code,
    enterprise,
    enterprise_cell,
    enterprise_key,
    enterprise_full_key,
    {{ stable_id(['coalesce(exit_county_code, exit_city_code)', 'enterprise_key']) }} as enterprise_id,
    capacity_text,
    capacity_cell,
    capacity,
    capacity_unit,
    equipment_text,
    equipment,
    equipment_count,
    category_text,
    categories,
    method,
    shut_on,
    dismantled_on,
    accepted_on
from placed
