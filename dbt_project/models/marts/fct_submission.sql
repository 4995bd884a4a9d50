with submissions as (

    select * from {{ ref('int_submission_status') }}

),

exit_table_obligations as (

    select * from {{ ref('stg_obligations') }}
    where what = 'exit_statistics'

),

dated as (

    select
        submissions.*,
        {{ shanghai_date('submissions.received_at') }} as received_on,
        exit_table_obligations.due
    from submissions
    left join exit_table_obligations
        on
            submissions.regime = exit_table_obligations.regime
            and submissions.round = exit_table_obligations.round
            and submissions.reporter_code = exit_table_obligations.reporter_code

)

select
    submission_id,
    receipt_no,
    batch,
    regime,
    round,
    form,
    reporter_code,
    file,
    sha256,
    received_at,
    due,
    received_on <= due as is_on_time,
    cast(
        case
            when received_on <= due then 0
            when received_on > due then {{ dbt.datediff('due', 'received_on', 'day') }}
        end as integer
    ) as days_late,
    is_nil,
    row_count,
    cast(version as integer) as version,
    status
from dated
