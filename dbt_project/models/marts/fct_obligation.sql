with obligations as (

    select * from {{ ref('stg_obligations') }}

),

submissions as (

    select * from {{ ref('fct_submission') }}

),

counting as (

    select * from submissions
    where status = 'counting'

),

attempts as (

    select
        regime,
        round,
        form,
        reporter_code,
        count(*) as submission_count,
        sum(case when status = 'rejected' then 1 else 0 end) as rejected_count
    from submissions
    group by regime, round, form, reporter_code

)

select
    {{ stable_id(['obligations.regime', 'obligations.reporter_code', 'obligations.what', 'obligations.round']) }}
        as obligation_id,
    obligations.regime,
    obligations.round,
    obligations.reporter_code,
    obligations.what,
    obligations.due,
    case
        when obligations.what != 'exit_statistics' then null
        when counting.submission_id is not null and counting.is_nil then 'nil'
        when counting.submission_id is not null and counting.is_on_time then 'received'
        when counting.submission_id is not null then 'late'
        when attempts.submission_count is not null then 'rejected'
        else 'missing'
    end as state,
    counting.submission_id,
    counting.received_at,
    counting.is_on_time,
    counting.days_late,
    case
        when obligations.what = 'exit_statistics' then cast(coalesce(attempts.submission_count, 0) as integer)
    end as submission_count,
    case
        when obligations.what = 'exit_statistics' then cast(coalesce(attempts.rejected_count, 0) as integer)
    end as rejected_count
from obligations
left join counting
    on
        obligations.what = counting.form
        and obligations.regime = counting.regime
        and obligations.round = counting.round
        and obligations.reporter_code = counting.reporter_code
left join attempts
    on
        obligations.what = attempts.form
        and obligations.regime = attempts.regime
        and obligations.round = attempts.round
        and obligations.reporter_code = attempts.reporter_code
