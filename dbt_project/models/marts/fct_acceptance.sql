with submissions as (

    select * from {{ ref('int_submission_status') }}
    where form = 'acceptance' and status = 'counting'

),

record_rows as (

    select * from {{ ref('stg_acceptance') }}

),

reporters as (

    select * from {{ ref('stg_reporters') }}

),

mentions as (

    select * from {{ ref('int_mention') }}
    where told_in = 'acceptance'

),

enterprises as (

    select * from {{ ref('int_enterprise') }}

),

today as (

    select distinct as_of from {{ ref('stg_clocks') }}

),

enterprises_of_exits as (

    select distinct
        regime,
        enterprise_id
    from {{ ref('int_exit') }}

),

-- placed as a claim is: a zone's under the zone, a county's that names no county under itself
placed as (

    select
        record_rows.*,
        submissions.receipt_no,
        reporters.kind,
        today.as_of,
        {{ place_spoken_of('record_rows') }} as place_code,
        {{ is_dismantled('record_rows.dismantled_on', 'record_rows.method', 'today.as_of') }} as is_dismantled
    from record_rows
    cross join today
    inner join submissions
        on record_rows.submission_id = submissions.submission_id
    inner join reporters
        on
            submissions.regime = reporters.regime
            and submissions.reporter_code = reporters.reporter_code

),

identified as (

    select
        placed.*,
        enterprises.written_id,
        enterprises.enterprise_id,
        enterprises_of_exits.enterprise_id is not null as is_of_exit
    from placed
    inner join mentions
        on placed.row_id = mentions.row_id
    inner join enterprises
        on mentions.written_id = enterprises.written_id
    left join enterprises_of_exits
        on
            placed.regime = enterprises_of_exits.regime
            and enterprises.enterprise_id = enterprises_of_exits.enterprise_id

),

-- one record of an enterprise stands: a county's before a department's, of one reporter's the last
ranked as (

    select
        *,
        first_value(submission_id) over (
            partition by regime, round, enterprise_id
            order by
                case when kind = 'department' then 1 else 0 end,
                receipt_no desc, length(submission_id) desc, submission_id desc
        ) as standing_submission_id
    from identified

),

-- several rows of a record are several machines: a date or method is the enterprise's where all of them agree
records as (

    select
        regime,
        round,
        enterprise_id,
        min(submission_id) as submission_id,
        min(reporter_code) as reporter_code,
        min_by(sheet, row) as sheet,
        min(row) as row,
        min_by(enterprise_cell, row) as enterprise_cell,
        min_by(enterprise, row) as enterprise,
        min_by(written_id, row) as written_id,
        min_by(industry, row) as industry,
        count(*) as row_count,
        -- of a blank first cell no other row's machines are told in its place
        min_by(coalesce(equipment_text, ''), row) as equipment_text,
        min_by(coalesce(capacity_text, ''), row) as capacity_text,
        min(place_code) as county_code,
        min(is_of_exit) as is_of_exit,
        {% for agreed in ['method', 'is_dismantled'] -%}
        case when count({{ agreed }}) = count(*) and min({{ agreed }}) = max({{ agreed }}) then min({{ agreed }}) end as {{ agreed }},
        {% endfor -%}
        {% for day in ['shut_on', 'dismantled_on'] -%}
        case
            when count({{ day }}) = count(*) and min({{ day }}) = max({{ day }}) and max({{ day }}) <= min(as_of) then min({{ day }})
        end as {{ day }},
        {% endfor -%}
        {% for level in ['county', 'city'] -%}
        min_by({{ level }}_opinion, row) filter (where {{ level }}_opinion is not null) as {{ level }}_opinion,
        min_by({{ level }}_inspectors, row) filter (where {{ level }}_inspectors is not null) as {{ level }}_inspectors,
        max({{ level }}_accepted_on) as {{ level }}_accepted_on,
        min(coalesce({{ level }}_opinion_says = 'agrees' and coalesce({{ level }}_accepted_on, accepted_on, as_of) <= as_of, false))
            as is_accepted_by_{{ level }},
        coalesce(max({{ level }}_opinion_says = 'unclear'), false) as is_{{ level }}_opinion_unclear,
        {% endfor -%}
        max(accepted_on) as stated_accepted_on,
        {% for stage in ['before', 'during', 'after'] -%}
        sum(photos_{{ stage }}) as photos_{{ stage }}_printed,
        {% endfor -%}
        min(pledge) as pledge
    from ranked
    where submission_id = standing_submission_id
    group by regime, round, enterprise_id

),

photos as (

    select
        regime,
        enterprise_id,
        {% for stage in ['before', 'during', 'after'] -%}
        sum(case when stage = '{{ stage }}' then 1 else 0 end) as photos_{{ stage }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('fct_photo') }}
    where is_counted
    group by regime, enterprise_id

)

select
    {{ stable_id(['records.regime', 'records.round', 'records.enterprise_id']) }} as acceptance_id,
    records.regime,
    records.round,
    records.enterprise_id,
    records.is_of_exit,
    records.submission_id,
    records.reporter_code,
    records.sheet,
    records.row,
    records.enterprise_cell,
    records.enterprise,
    records.written_id,
    records.industry,
    records.county_code,
    cast(records.row_count as integer) as row_count,
    nullif(records.equipment_text, '') as equipment_text,
    nullif(records.capacity_text, '') as capacity_text,
    records.method,
    records.shut_on,
    records.dismantled_on,
    records.is_dismantled,
    {%- for level in ['county', 'city'] %}
    records.{{ level }}_opinion,
    records.{{ level }}_inspectors,
    records.{{ level }}_accepted_on,
    records.is_accepted_by_{{ level }},
    records.is_{{ level }}_opinion_unclear,
    {%- endfor %}
    records.is_accepted_by_county and records.is_accepted_by_city as is_accepted,
    case
        when records.is_accepted_by_county and records.is_accepted_by_city
            then coalesce(greatest(records.county_accepted_on, records.city_accepted_on), records.stated_accepted_on)
    end as accepted_on,
    {%- for stage in ['before', 'during', 'after'] %}
    cast(records.photos_{{ stage }}_printed as integer) as photos_{{ stage }}_printed,
    cast(coalesce(photos.photos_{{ stage }}, 0) as integer) as photos_{{ stage }}_received,
    {%- endfor %}
    records.pledge
from records
left join photos
    on
        records.regime = photos.regime
        and records.enterprise_id = photos.enterprise_id
