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

parts as (

    select * from {{ ref('stg_reporter_parts') }}

),

industries as (

    select * from {{ ref('stg_industries') }}

),

spoken_for as (

    select
        rows_as_understood.*,
        counting_submissions.receipt_no,
        counting_submissions.reported_as,
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
        industries.industry_path,
        coalesce(places.city_code, spoken_for.city_code, homes.city_code) as exit_city_code,
        case when places.level in ('county', 'zone') then places.division_code end as exit_county_code,
        case when places.level in ('county', 'zone') then coalesce(places.host_code, places.division_code) end
            as host_code
    from spoken_for
    left join divisions as places
        on spoken_for.place_code = places.division_code
    left join divisions as homes
        on spoken_for.home_code = homes.division_code
    left join industries
        on spoken_for.industry = industries.industry

),

short_names as (

    select
        division_code,
        {{ without_level('division') }} as division
    from divisions

),

-- by what a department may mean an enterprise that a county or zone reports too: code, name, name with its county
asked as (

    select
        row_id,
        regime,
        round,
        industry,
        industry_path,
        exit_city_code,
        host_code,
        enterprise_key,
        credit_code
    from placed
    where role = 'department'

),

heard as (

    select
        placed.regime,
        placed.round,
        placed.industry,
        placed.industry_path,
        placed.exit_city_code,
        placed.host_code,
        placed.exit_county_code,
        placed.enterprise_key,
        placed.credit_code,
        concat(short_names.division, placed.enterprise_key) as placed_key
    from placed
    inner join short_names
        on placed.exit_county_code = short_names.division_code
    where placed.role = 'county'

),

answers as (

    {% for own, other in [
        ('credit_code', 'credit_code'), ('enterprise_key', 'enterprise_key'), ('enterprise_key', 'placed_key')
    ] -%}
    select
        asked.row_id,
        heard.exit_county_code,
        {{ 'heard' if other == 'placed_key' else 'asked' }}.enterprise_key
    from asked
    inner join heard
        on
            asked.regime = heard.regime
            and asked.round = heard.round
            and asked.{{ own }} = heard.{{ other }}
    where
        {{ industries_nest('asked', 'heard') }}
        and coalesce(asked.host_code = heard.host_code, asked.exit_city_code = heard.exit_city_code, true)
        {%- if other == 'placed_key' %}
        and asked.host_code is null
        {%- endif %}
    {% if not loop.last %}union all
    {% endif %}
    {%- endfor %}
),

sole_answers as (

    select
        row_id,
        min(exit_county_code) as county_code,
        -- in its county the enterprise is called without it
        min(enterprise_key) as enterprise_key
    from answers
    group by row_id
    having count(distinct exit_county_code) = 1

),

-- a department that names no county, or the county a zone lies in, means the only county or zone there that reports the
-- same enterprise; which side names it how must neither lose an exit nor count it twice
located as (

    select
        placed.*,
        coalesce(sole_answers.county_code, placed.exit_county_code, placed.exit_city_code) as matched_place_code,
        coalesce(sole_answers.enterprise_key, placed.enterprise_key) as matched_key
    from placed
    left join sole_answers
        on placed.row_id = sole_answers.row_id

),

-- counties that merged since may each have had an enterprise of one name
names_of_several_parts as (

    select
        regime,
        matched_place_code,
        matched_key
    from located
    where reported_as is not null and matched_key is not null
    group by regime, matched_place_code, matched_key
    having count(distinct reported_as) > 1

),

-- whoever is no part says by the county as it was, or by the enterprise's name with it, which of them is meant
parted as (

    select
        located.row_id,
        coalesce(
            min(located.reported_as),
            case when min(parts.part_code) = max(parts.part_code) then min(parts.part_code) end
        ) as part_code
    from located
    inner join names_of_several_parts as names
        on
            located.regime = names.regime
            and located.matched_place_code = names.matched_place_code
            and located.matched_key = names.matched_key
    left join parts
        on
            names.regime = parts.regime
            and names.matched_place_code = parts.reporter_code
            and (
                located.county_text = {{ without_level('parts.part') }}
                or located.county_text like concat('%', parts.part)
                or located.enterprise_full_key like concat({{ without_level('parts.part') }}, '%')
            )
    group by located.row_id

),

-- 龙岗区兴业水泥厂 and 大鹏新区兴业水泥厂, each with the place before its name, are two, though the zone lies in the county;
-- what one year tells so is so in all, lest an enterprise be another one every year
names_of_several_zones as (

    select distinct
        located.host_code,
        located.matched_key
    from located
    inner join divisions
        on located.matched_place_code = divisions.division_code
    where
        located.role = 'county'
        and located.enterprise_full_key like concat('%', {{ without_level('divisions.division') }}, '%', located.matched_key)
    group by located.regime, located.host_code, located.matched_key
    having count(distinct located.matched_place_code) > 1

),

-- but for these, a zone and the county it lies in are one place to an enterprise
named as (

    select
        located.*,
        parted.part_code,
        coalesce(
            parted.part_code,
            case when names_of_several_zones.matched_key is null then divisions.host_code end,
            located.matched_place_code
        ) as registry_code
    from located
    left join names_of_several_zones
        on
            located.host_code = names_of_several_zones.host_code
            and located.matched_key = names_of_several_zones.matched_key
    left join divisions
        on located.matched_place_code = divisions.division_code
    left join parted
        on located.row_id = parted.row_id

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
    matched_place_code as place_code,
    registry_code,
    part_code,
    industry,
    industry_code,
    industry_path,
    enterprise,
    enterprise_cell,
    matched_key as enterprise_key,
    enterprise_full_key,
    credit_code,
    {{ stable_id(['registry_code', 'matched_key']) }} as name_id,
    case
        when credit_code is null then {{ stable_id(['registry_code', 'matched_key']) }}
        else {{ stable_id(['registry_code', 'matched_key', 'credit_code']) }}
    end as written_id,
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
from named
