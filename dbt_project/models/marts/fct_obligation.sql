with obligations as (

    select
        *,
        -- what a file must be to meet it: of tables the form, of documents what is owed
        case when form = 'document' then what else form end as deliverable
    from {{ ref('int_obligation') }}

),

-- what was withdrawn is as though it had never been sent
received_files as (

    select * from {{ ref('fct_submission') }}
    where status != 'withdrawn'

),

-- a document whose name does not tell which it is answers one obligation: the first that no other document answers
unanswered as (

    select
        obligations.regime,
        obligations.round,
        obligations.reporter_code,
        obligations.what,
        row_number() over (
            partition by obligations.regime, obligations.round, obligations.reporter_code
            order by obligations.due, obligations.what desc
        ) as place
    from obligations
    left join received_files
        on
            obligations.regime = received_files.regime
            and obligations.round = received_files.round
            and obligations.reporter_code = received_files.reporter_code
            and obligations.what = received_files.document_kind
            and received_files.status = 'counting'
    where obligations.form = 'document' and received_files.submission_id is null

),

untold as (

    select
        *,
        row_number() over (
            partition by regime, round, reporter_code
            order by case when status = 'counting' then 0 else 1 end, received_at, receipt_no, submission_id
        ) as place
    from received_files
    where form = 'document' and document_kind is null

),

submissions as (

    select
        received_files.*,
        case
            when received_files.form = 'document'
                then coalesce(received_files.document_kind, unanswered.what)
            else received_files.form
        end as deliverable
    from received_files
    left join untold
        on received_files.submission_id = untold.submission_id
    left join unanswered
        on
            untold.regime = unanswered.regime
            and untold.round = unanswered.round
            and untold.reporter_code = unanswered.reporter_code
            and untold.place = unanswered.place

),

demands as (

    select * from {{ ref('int_decision') }}
    where kind = 'demand' and is_in_force

),

-- of several documents the first tells that one came
counting as (

    select
        submissions.*,
        row_number() over (
            partition by regime, round, deliverable, reporter_code
            order by received_at, receipt_no, submission_id
        ) as place
    from submissions
    where status = 'counting'

),

attempts as (

    select
        regime,
        round,
        deliverable,
        reporter_code,
        count(*) as submission_count,
        sum(case when status = 'rejected' then 1 else 0 end) as rejected_count,
        sum(case when status = 'returned' then 1 else 0 end) as returned_count,
        max_by(status, version) filter (where status in ('rejected', 'returned')) as last_refusal,
        max(version) filter (where status = 'returned' and form != 'document') as last_returned_version
    from submissions
    group by regime, round, deliverable, reporter_code

),

-- what was accepted in time stays so when it is corrected later; after a return the reporter begins anew
first_accepted as (

    select
        submissions.regime,
        submissions.round,
        submissions.deliverable,
        submissions.reporter_code,
        {{ shanghai_date('min(submissions.received_at)') }} as accepted_on
    from submissions
    inner join attempts
        on
            submissions.deliverable = attempts.deliverable
            and submissions.regime = attempts.regime
            and submissions.round = attempts.round
            and submissions.reporter_code = attempts.reporter_code
    where
        submissions.status in ('counting', 'superseded')
        and submissions.version > coalesce(attempts.last_returned_version, 0)
    group by submissions.regime, submissions.round, submissions.deliverable, submissions.reporter_code

),

answered as (

    select
        obligations.*,
        counting.submission_id,
        counting.received_at,
        case when counting.submission_id is not null then first_accepted.accepted_on end as accepted_on,
        counting.is_nil,
        attempts.submission_count,
        attempts.rejected_count,
        attempts.returned_count,
        attempts.last_refusal,
        -- nothing is sent again where nothing was sent
        demands.sequence is not null
        and coalesce(counting.is_demanded, attempts.submission_count is not null) as is_demanded
    from obligations
    left join counting
        on
            obligations.deliverable = counting.deliverable
            and obligations.regime = counting.regime
            and obligations.round = counting.round
            and obligations.reporter_code = counting.reporter_code
            and counting.place = 1
    left join first_accepted
        on
            obligations.deliverable = first_accepted.deliverable
            and obligations.regime = first_accepted.regime
            and obligations.round = first_accepted.round
            and obligations.reporter_code = first_accepted.reporter_code
    left join attempts
        on
            obligations.deliverable = attempts.deliverable
            and obligations.regime = attempts.regime
            and obligations.round = attempts.round
            and obligations.reporter_code = attempts.reporter_code
    left join demands
        on
            obligations.form = 'exit_statistics'
            and obligations.regime = demands.regime
            and obligations.round = demands.round
            and obligations.reporter_code = demands.reporter_code

)

select
    {{ stable_id(['regime', 'reporter_code', 'what', 'round']) }} as obligation_id,
    regime,
    round,
    reporter_code,
    what,
    due,
    due_in_plan,
    extended_by,
    case
        when form is null then null
        when submission_id is null then coalesce(last_refusal, 'missing')
        when is_nil then 'nil'
        when accepted_on <= due then 'received'
        else 'late'
    end as state,
    submission_id,
    received_at,
    accepted_on <= due as is_on_time,
    {{ days_late('accepted_on', 'due') }} as days_late,
    is_demanded,
    case when form is not null then cast(coalesce(submission_count, 0) as integer) end as submission_count,
    case when form is not null then cast(coalesce(rejected_count, 0) as integer) end as rejected_count,
    case when form is not null then cast(coalesce(returned_count, 0) as integer) end as returned_count
from answered
