with reporters as (

    select * from {{ ref('stg_reporters') }}

),

reporter_categories as (

    select * from {{ ref('stg_reporter_categories') }}

),

category_counts as (

    select
        regime,
        reporter_code,
        count(*) as category_count
    from reporter_categories
    group by regime, reporter_code

)

select
    {{ stable_id(['reporters.regime', 'reporters.reporter_code']) }} as reporter_id,
    reporters.regime,
    reporters.reporter_code,
    reporters.reporter,
    reporters.kind,
    reporters.home_code,
    cast(coalesce(category_counts.category_count, 0) as integer) as category_count
from reporters
left join category_counts
    on
        reporters.regime = category_counts.regime
        and reporters.reporter_code = category_counts.reporter_code
