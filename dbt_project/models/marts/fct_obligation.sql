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

parts as (

    select * from {{ ref('stg_reporter_parts') }}

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
        -- of several counties that became one, versions of the same number are told apart by their codes
        max_by(status, concat(lpad(cast(version as string), 6, '0'), coalesce(reported_as, ''))) filter (
            where status in ('rejected', 'returned')
        ) as last_refusal
    from submissions
    group by regime, round, deliverable, reporter_code

),

last_returned as (

    select
        regime,
        round,
        deliverable,
        reporter_code,
        coalesce(reported_as, '') as part_code,
        max(version) as version
    from submissions
    where status = 'returned' and form != 'document'
    group by regime, round, deliverable, reporter_code, coalesce(reported_as, '')

),

-- what was accepted in time stays so when it is corrected later; after a return the reporter begins anew
first_accepted as (

    select
        submissions.regime,
        submissions.round,
        submissions.deliverable,
        submissions.reporter_code,
        coalesce(submissions.reported_as, '') as part_code,
        {{ shanghai_date('min(submissions.received_at)') }} as accepted_on
    from submissions
    left join last_returned
        on
            submissions.deliverable = last_returned.deliverable
            and submissions.regime = last_returned.regime
            and submissions.round = last_returned.round
            and submissions.reporter_code = last_returned.reporter_code
            and coalesce(submissions.reported_as, '') = last_returned.part_code
    where
        submissions.status in ('counting', 'superseded')
        and submissions.version > coalesce(last_returned.version, 0)
    group by
        submissions.regime, submissions.round, submissions.deliverable, submissions.reporter_code,
        coalesce(submissions.reported_as, '')

),

-- of several documents the first tells that one came; of the tables of several counties the one accepted last, as all
-- are owed
counting as (

    select
        submissions.*,
        first_accepted.accepted_on,
        min(case when submissions.is_nil then 1 else 0 end) over (
            partition by submissions.regime, submissions.round, submissions.deliverable, submissions.reporter_code
        ) = 1 as are_all_nil,
        max(case when submissions.is_demanded then 1 else 0 end) over (
            partition by submissions.regime, submissions.round, submissions.deliverable, submissions.reporter_code
        ) = 1 as is_any_demanded,
        row_number() over (
            partition by submissions.regime, submissions.round, submissions.deliverable, submissions.reporter_code
            order by
                case when submissions.form != 'document' then first_accepted.accepted_on end desc,
                submissions.received_at, submissions.receipt_no, submissions.submission_id
        ) as place
    from submissions
    left join first_accepted
        on
            submissions.deliverable = first_accepted.deliverable
            and submissions.regime = first_accepted.regime
            and submissions.round = first_accepted.round
            and submissions.reporter_code = first_accepted.reporter_code
            and coalesce(submissions.reported_as, '') = first_accepted.part_code
    where submissions.status = 'counting'

),

-- whether each of the counties that became one has a table that counts, or one that the whole's replaced
parts_in as (

    select
        attempts.regime,
        attempts.round,
        attempts.deliverable,
        attempts.reporter_code,
        parts.part_code,
        parts.part,
        max(case when submissions.status = 'counting' then 1 else 0 end) as has_counting,
        max(case when submissions.status = 'superseded' then 1 else 0 end) as has_replaced
    from attempts
    inner join parts
        on
            attempts.regime = parts.regime
            and attempts.reporter_code = parts.reporter_code
    left join submissions
        on
            attempts.regime = submissions.regime
            and attempts.round = submissions.round
            and attempts.deliverable = submissions.deliverable
            and parts.reporter_code = submissions.reporter_code
            and parts.part_code = submissions.reported_as
    where attempts.deliverable = 'exit_statistics'
    group by
        attempts.regime, attempts.round, attempts.deliverable, attempts.reporter_code, parts.part_code, parts.part

),

parts_told as (

    select
        regime,
        round,
        deliverable,
        reporter_code,
        {{ dbt.listagg('case when has_counting = 0 then part end', "'、'", 'order by part_code') }} as not_counting,
        {{ dbt.listagg('case when has_counting = 0 and has_replaced = 1 then part end', "'、'", 'order by part_code') }}
            as replaced
    from parts_in
    group by regime, round, deliverable, reporter_code

),

answered as (

    select
        obligations.*,
        counting.submission_id,
        counting.received_at,
        counting.accepted_on,
        counting.are_all_nil,
        case when counting.reported_as is not null then parts_told.not_counting end as missing_parts,
        case when counting.submission_id is not null and counting.reported_as is null then parts_told.replaced end
            as replaced_parts,
        attempts.submission_count,
        attempts.rejected_count,
        attempts.returned_count,
        attempts.last_refusal,
        -- nothing is sent again where nothing was sent
        demands.sequence is not null
        and coalesce(counting.is_any_demanded, attempts.submission_count is not null) as is_demanded
    from obligations
    left join counting
        on
            obligations.deliverable = counting.deliverable
            and obligations.regime = counting.regime
            and obligations.round = counting.round
            and obligations.reporter_code = counting.reporter_code
            and counting.place = 1
    left join parts_told
        on
            obligations.deliverable = parts_told.deliverable
            and obligations.regime = parts_told.regime
            and obligations.round = parts_told.round
            and obligations.reporter_code = parts_told.reporter_code
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
        when are_all_nil then 'nil'
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
    case when form is not null then cast(coalesce(returned_count, 0) as integer) end as returned_count,
    missing_parts,
    replaced_parts
from answered
