with photos as (

    select * from {{ ref('stg_photos') }}

),

submissions as (

    select * from {{ ref('int_submission_status') }}

),

reporters as (

    select * from {{ ref('stg_reporters') }}

),

names as (

    {{ names_of_exits() }}

),

sent as (

    select
        photos.submission_id,
        photos.stage,
        photos.name_no,
        photos.enterprise,
        photos.enterprise_key,
        submissions.receipt_no,
        submissions.regime,
        submissions.round,
        submissions.reporter_code,
        submissions.file,
        submissions.sha256,
        submissions.status,
        case when reporters.kind in ('county', 'zone') then reporters.home_code end as county_code
    from photos
    inner join submissions
        on photos.submission_id = submissions.submission_id
    left join reporters
        on
            submissions.regime = reporters.regime
            and submissions.reporter_code = reporters.reporter_code

),

-- a county speaks of its own enterprises; a name from elsewhere must be that of one county alone
known as (

    select
        sent.submission_id,
        sent.name_no,
        min(names.enterprise_id) as enterprise_id
    from sent
    inner join names
        on
            sent.regime = names.regime
            and sent.enterprise_key = names.name
    where sent.county_code is null or sent.county_code = names.county_code
    group by sent.submission_id, sent.name_no
    having count(distinct names.county_code) <= 1

),

-- of the names a path may tell, the innermost that an enterprise goes by; where there is none, the innermost
ranked as (

    select
        sent.*,
        known.enterprise_id,
        row_number() over (
            partition by sent.submission_id
            order by case when known.enterprise_id is null then 1 else 0 end, sent.name_no
        ) as name_rank
    from sent
    left join known
        on
            sent.submission_id = known.submission_id
            and sent.name_no = known.name_no

),

told as (

    select
        *,
        status = 'counting' and stage is not null and enterprise_id is not null as is_told
    from ranked
    where name_rank = 1

),

used as (

    select
        *,
        case when is_told then {{ stable_id(['enterprise_id', 'stage']) }} end as used_for,
        row_number() over (
            partition by regime, sha256
            order by case when is_told then 0 else 1 end, receipt_no, length(submission_id), submission_id
        ) as use_no
    from told

)

select
    submission_id,
    regime,
    round,
    reporter_code,
    file,
    sha256,
    status,
    stage,
    enterprise,
    enterprise_id,
    is_told and use_no = 1 as is_counted,
    coalesce(
        is_told
        and min(used_for) over (partition by regime, sha256) != max(used_for) over (partition by regime, sha256),
        false
    ) as is_shared
from used
