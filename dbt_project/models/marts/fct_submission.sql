with submissions as (

    select * from {{ ref('int_submission_status') }}

),

obligations as (

    select * from {{ ref('int_obligation') }}
    where what = 'exit_statistics'

),

demands as (

    select * from {{ ref('int_decision') }}
    where kind = 'demand' and is_in_force

),

dated as (

    select
        submissions.*,
        {{ shanghai_date('submissions.received_at') }} as received_on,
        obligations.due,
        demands.decided_at as demanded_at
    from submissions
    left join obligations
        on
            submissions.form = obligations.what
            and submissions.regime = obligations.regime
            and submissions.round = obligations.round
            and submissions.reporter_code = obligations.reporter_code
    left join demands
        on
            submissions.form = 'exit_statistics'
            and submissions.regime = demands.regime
            and submissions.round = demands.round
            and submissions.reporter_code = demands.reporter_code

)

select
    submission_id,
    receipt_no,
    batch,
    regime,
    round,
    form,
    document_kind,
    reporter_code,
    corrects,
    reported_as,
    file,
    sha256,
    received_at,
    due,
    received_on <= due as is_on_time,
    {{ days_late('received_on', 'due') }} as days_late,
    is_nil,
    row_count,
    cast(version as integer) as version,
    status,
    status = 'counting' and coalesce(received_at <= demanded_at, false) as is_demanded
from dated
