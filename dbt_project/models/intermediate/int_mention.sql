with statuses as (

    select * from {{ ref('int_submission_status') }}

),

decisions as (

    select distinct row_id from {{ ref('int_decision') }}
    where kind in ('add_to_plan', 'remove_from_plan') and is_in_force

),

reporters as (

    select * from {{ ref('stg_reporters') }}

),

divisions as (

    select * from {{ ref('stg_divisions') }}

),

claims as (

    select distinct
        registry_code,
        part_code,
        city_code,
        county_code,
        enterprise_key,
        enterprise_full_key
    from {{ ref('int_claim') }}
    where enterprise_key is not null

),

said as (

    {% for form in ['rectification', 'acceptance'] -%}
    select
        '{{ form }}' as told_in,
        listed.row_id,
        listed.submission_id,
        listed.county_code,
        listed.city_code,
        listed.enterprise,
        listed.enterprise_key,
        coalesce(listed.enterprise_full_key, listed.enterprise_key) as enterprise_full_key,
        listed.credit_code
    from {{ ref('stg_' ~ form) }} as listed
    inner join statuses
        on listed.submission_id = statuses.submission_id
    where statuses.status = 'counting'
    union all
    {% endfor -%}
    select
        'photo' as told_in,
        concat(photos.submission_id, '|', cast(photos.name_no as string)) as row_id,
        photos.submission_id,
        cast(null as string) as county_code,
        cast(null as string) as city_code,
        photos.enterprise,
        photos.enterprise_key,
        coalesce(photos.enterprise_full_key, photos.enterprise_key) as enterprise_full_key,
        cast(null as string) as credit_code
    from {{ ref('stg_photos') }} as photos
    union all
    -- also of a table that was sent again since: what was decided holds for the enterprise, not for one version
    select
        'plan_change' as told_in,
        rows_as_understood.row_id,
        rows_as_understood.submission_id,
        rows_as_understood.county_code,
        rows_as_understood.city_code,
        rows_as_understood.enterprise,
        rows_as_understood.enterprise_key,
        rows_as_understood.enterprise_full_key,
        rows_as_understood.credit_code
    from {{ ref('stg_rows') }} as rows_as_understood
    inner join decisions
        on rows_as_understood.row_id = decisions.row_id

),

placed as (

    select
        said.*,
        statuses.regime,
        statuses.round,
        statuses.reporter_code,
        statuses.reported_as,
        reporters.home_code,
        {{ place_spoken_of('said') }} as place_code
    from said
    inner join statuses
        on said.submission_id = statuses.submission_id
    left join reporters
        on
            statuses.regime = reporters.regime
            and statuses.reporter_code = reporters.reporter_code

),

names_of_parts as (

    select distinct
        part_code,
        enterprise_key
    from claims
    where part_code is not null

),

-- as int_claim places what is claimed: a zone and the county it lies in are one place to a name
registered as (

    select
        placed.*,
        coalesce(places.city_code, placed.city_code, homes.city_code) as own_city_code,
        coalesce(places.level in ('county', 'zone'), false) as is_placed,
        case
            when names_of_parts.part_code is not null then names_of_parts.part_code
            when places.level in ('county', 'zone') then coalesce(places.host_code, places.division_code)
            else coalesce(places.city_code, placed.city_code, homes.city_code)
        end as own_registry_code
    from placed
    left join names_of_parts
        on
            placed.reported_as = names_of_parts.part_code
            and placed.enterprise_key = names_of_parts.enterprise_key
    left join divisions as places
        on placed.place_code = places.division_code
    left join divisions as homes
        on placed.home_code = homes.division_code

),

-- an enterprise of a claim is called by its name alone, with the place before it, and with the name of its county
known_names as (

    select registry_code, city_code, enterprise_key, enterprise_key as name from claims
    union
    select registry_code, city_code, enterprise_key, enterprise_full_key as name from claims
    union
    select
        claims.registry_code,
        claims.city_code,
        claims.enterprise_key,
        concat({{ without_level('divisions.division') }}, claims.enterprise_key) as name
    from claims
    inner join divisions
        on claims.county_code = divisions.division_code

),

asked_names as (

    select row_id, own_registry_code, own_city_code, is_placed, enterprise_key, enterprise_key as name from registered
    union
    select row_id, own_registry_code, own_city_code, is_placed, enterprise_key, enterprise_full_key as name
    from registered

),

-- in its own county the name as it is, then with or without the place, then one that a department claimed without a county;
-- without a county anywhere in the city
answers as (

    select
        asked_names.row_id,
        known_names.registry_code,
        known_names.enterprise_key,
        case
            when not asked_names.is_placed then 0
            when known_names.registry_code != asked_names.own_registry_code then 2
            when known_names.enterprise_key = asked_names.enterprise_key then 0
            else 1
        end as distance
    from asked_names
    inner join known_names
        on asked_names.name = known_names.name
    where
        coalesce(asked_names.own_city_code = known_names.city_code, true)
        and (
            not asked_names.is_placed
            or known_names.registry_code in (asked_names.own_registry_code, asked_names.own_city_code)
        )

),

nearest as (

    select
        answers.*,
        min(distance) over (partition by row_id) as least_distance
    from answers

),

sole_answers as (

    select
        row_id,
        min(registry_code) as registry_code,
        min(enterprise_key) as enterprise_key
    from nearest
    where distance = least_distance
    group by row_id
    having min(registry_code) = max(registry_code) and min(enterprise_key) = max(enterprise_key)

),

named as (

    select
        registered.*,
        coalesce(sole_answers.registry_code, registered.own_registry_code) as registry_code,
        coalesce(sole_answers.enterprise_key, registered.enterprise_key) as matched_key
    from registered
    left join sole_answers
        on registered.row_id = sole_answers.row_id

)

select
    told_in,
    row_id,
    submission_id,
    regime,
    round,
    reporter_code,
    own_city_code as city_code,
    registry_code,
    enterprise,
    matched_key as enterprise_key,
    credit_code,
    {{ stable_id(['registry_code', 'matched_key']) }} as name_id,
    case
        when credit_code is null then {{ stable_id(['registry_code', 'matched_key']) }}
        else {{ stable_id(['registry_code', 'matched_key', 'credit_code']) }}
    end as written_id
from named
where coalesce(matched_key, credit_code) is not null
