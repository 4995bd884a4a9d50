with received_files as (

    select * from {{ ref('stg_submissions') }}

),

-- of a file that cannot be read nobody knows the form: it is taken for the table its cycle asks for
submissions as (

    select
        submission_id,
        receipt_no,
        batch,
        regime,
        round,
        coalesce(form, 'exit_statistics') as form,
        reporter_code,
        file,
        sha256,
        received_at,
        is_nil,
        row_count
    from received_files

),

reporters as (

    select * from {{ ref('stg_reporters') }}

),

rejecting_findings as (

    select distinct submission_id
    from {{ ref('stg_findings') }}
    where severity = 'reject'

),

judged as (

    select
        submissions.*,
        -- the number an archive's member ends with grows in digits: 000123-2 comes before 000123-10
        row_number() over (
            partition by submissions.regime, submissions.round, submissions.form, submissions.reporter_code
            order by submissions.receipt_no, length(submissions.submission_id), submissions.submission_id
        ) as version,
        -- what nobody of this regime sent cannot count, whatever was found in it
        rejecting_findings.submission_id is null
        and reporters.reporter_code is not null
        and submissions.round is not null as is_acceptable
    from submissions
    left join rejecting_findings
        on submissions.submission_id = rejecting_findings.submission_id
    left join reporters
        on
            submissions.regime = reporters.regime
            and submissions.reporter_code = reporters.reporter_code

),

acceptable as (

    select
        regime,
        round,
        form,
        reporter_code,
        version,
        sha256,
        lag(sha256) over (partition by regime, round, form, reporter_code order by version) as sha256_before
    from judged
    where is_acceptable

),

-- the same bytes once more replace nothing: the version that came first keeps counting, and its day of receipt
latest_acceptable as (

    select
        regime,
        round,
        form,
        reporter_code,
        max(version) as version
    from acceptable
    where sha256_before is null or sha256_before <> sha256
    group by regime, round, form, reporter_code

)

select
    judged.submission_id,
    judged.receipt_no,
    judged.batch,
    judged.regime,
    judged.round,
    judged.form,
    judged.reporter_code,
    judged.file,
    judged.sha256,
    judged.received_at,
    judged.is_nil,
    judged.row_count,
    judged.version,
    case
        when not judged.is_acceptable then 'rejected'
        -- a summary or a photo replaces no other: each is kept
        when judged.form = 'document' then 'counting'
        when judged.version = latest_acceptable.version then 'counting'
        else 'superseded'
    end as status
from judged
left join latest_acceptable
    on
        judged.regime = latest_acceptable.regime
        and judged.round = latest_acceptable.round
        and judged.form = latest_acceptable.form
        and judged.reporter_code = latest_acceptable.reporter_code
