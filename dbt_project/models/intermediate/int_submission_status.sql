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
        document_kind,
        reporter_code,
        file,
        sha256,
        received_at,
        is_nil,
        row_count,
        corrects,
        reported_as
    from received_files

),

reporters as (

    select * from {{ ref('stg_reporters') }}

),

decisions as (

    select * from {{ ref('int_decision') }}
    where is_in_force and not is_expired

),

waivers as (

    select * from decisions
    where kind = 'waive'

),

identifications as (

    select * from decisions
    where kind = 'identify'

),

withdrawals as (

    select * from decisions
    where kind = 'withdraw'

),

returns as (

    select * from decisions
    where kind = 'return'

),

findings as (

    select * from {{ ref('stg_findings') }}

),

rejecting_findings as (

    select distinct findings.submission_id
    from findings
    left join waivers
        on
            findings.submission_id = waivers.submission_id
            and findings.finding_id = waivers.finding_id
    where findings.severity = 'reject' and waivers.sequence is null

),

-- what corrects another stands only with the decision that says so, and in the place of what it corrects; what was
-- identified as another reporter's is withdrawn, its bytes came in again under the right name. Nobody withdraws what
-- was returned: the version before it would count again
placed as (

    select
        submissions.*,
        coalesce(corrected.receipt_no, submissions.receipt_no) as place_receipt_no,
        coalesce(corrected.submission_id, submissions.submission_id) as place_submission_id,
        moves.sequence is not null
        or (submissions.corrects is not null and identifications.sequence is null)
        or (withdrawals.sequence is not null and returns.sequence is null) as is_withdrawn,
        returns.sequence is not null as is_returned
    from submissions
    left join submissions as corrected
        on submissions.corrects = corrected.submission_id
    left join identifications
        on
            submissions.corrects = identifications.submission_id
            and submissions.reporter_code = identifications.new_reporter_code
    left join identifications as moves
        on submissions.submission_id = moves.submission_id
    left join withdrawals
        on submissions.submission_id = withdrawals.submission_id
    left join returns
        on submissions.submission_id = returns.submission_id

),

judged as (

    select
        placed.*,
        -- the number an archive's member ends with grows in digits: 000123-2 comes before 000123-10
        row_number() over (
            partition by placed.regime, placed.round, placed.form, placed.reporter_code, placed.reported_as
            order by
                placed.place_receipt_no, length(placed.place_submission_id), placed.place_submission_id,
                placed.receipt_no, length(placed.submission_id), placed.submission_id
        ) as version,
        row_number() over (
            partition by placed.regime, placed.round, placed.form, placed.reporter_code
            order by
                placed.place_receipt_no, length(placed.place_submission_id), placed.place_submission_id,
                placed.receipt_no, length(placed.submission_id), placed.submission_id
        ) as place,
        -- what nobody of this regime sent cannot count, whatever was found in it
        rejecting_findings.submission_id is null
        and reporters.reporter_code is not null
        and placed.round is not null
        and not placed.is_withdrawn as is_acceptable
    from placed
    left join rejecting_findings
        on placed.submission_id = rejecting_findings.submission_id
    left join reporters
        on
            placed.regime = reporters.regime
            and placed.reporter_code = reporters.reporter_code

),

acceptable as (

    select
        regime,
        round,
        form,
        reporter_code,
        reported_as,
        version,
        place,
        is_returned,
        sha256,
        lag(sha256) over (
            partition by regime, round, form, reporter_code, reported_as
            order by version
        ) as sha256_before
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
        reported_as,
        max(version) as version,
        max(place) as place,
        max_by(is_returned, version) as is_returned
    from acceptable
    where sha256_before is null or sha256_before <> sha256
    group by regime, round, form, reporter_code, reported_as

),

-- the table of the whole county stands instead of those of the counties it was: beside them it would count twice
wholes as (

    select * from latest_acceptable
    where reported_as is null

)

select
    judged.submission_id,
    judged.receipt_no,
    judged.batch,
    judged.regime,
    judged.round,
    judged.form,
    judged.document_kind,
    judged.reporter_code,
    judged.file,
    judged.sha256,
    judged.received_at,
    judged.is_nil,
    judged.row_count,
    judged.version,
    judged.corrects,
    judged.reported_as,
    case
        when judged.is_withdrawn then 'withdrawn'
        when not judged.is_acceptable then 'rejected'
        when judged.is_returned then 'returned'
        -- a summary or a photo replaces no other, and an acceptance record is one enterprise's: each is kept
        when judged.form in ('document', 'acceptance') then 'counting'
        when
            judged.reported_as is not null and wholes.version is not null
            and (not wholes.is_returned or judged.place < wholes.place)
            then 'superseded'
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
        and coalesce(judged.reported_as, '') = coalesce(latest_acceptable.reported_as, '')
left join wholes
    on
        judged.regime = wholes.regime
        and judged.round = wholes.round
        and judged.form = wholes.form
        and judged.reporter_code = wholes.reporter_code
