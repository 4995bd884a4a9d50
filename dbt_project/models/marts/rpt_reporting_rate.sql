with obligations as (

    select * from {{ ref('fct_obligation') }}
    where what = 'exit_statistics'

),

reporters as (

    select * from {{ ref('dim_reporter') }}

),

counted as (

    select
        obligations.regime,
        obligations.round,
        reporters.kind,
        count(*) as owed,
        sum(case when obligations.submission_id is not null then 1 else 0 end) as answered,
        sum(case when obligations.is_on_time then 1 else 0 end) as on_time,
        sum(case when obligations.state = 'nil' then 1 else 0 end) as nil_returns,
        sum(case when obligations.state = 'rejected' then 1 else 0 end) as rejected,
        sum(case when obligations.state = 'returned' then 1 else 0 end) as returned,
        sum(case when obligations.state = 'missing' then 1 else 0 end) as missing
    from obligations
    inner join reporters
        on
            obligations.regime = reporters.regime
            and obligations.reporter_code = reporters.reporter_code
    group by obligations.regime, obligations.round, reporters.kind

)

select
    regime,
    round,
    kind,
    cast(owed as integer) as owed,
    cast(answered as integer) as answered,
    cast(on_time as integer) as on_time,
    cast(answered - on_time as integer) as late,
    cast(nil_returns as integer) as nil_returns,
    cast(rejected as integer) as rejected,
    cast(returned as integer) as returned,
    cast(missing as integer) as missing,
    cast(cast(100 * answered as decimal(18, 4)) / owed as decimal(18, 4)) as answered_percent,
    cast(cast(100 * on_time as decimal(18, 4)) / owed as decimal(18, 4)) as on_time_percent
from counted
