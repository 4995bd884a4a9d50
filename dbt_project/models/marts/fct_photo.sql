with photos as (

    select * from {{ ref('stg_photos') }}

),

submissions as (

    select * from {{ ref('int_submission_status') }}

),

mentions as (

    select * from {{ ref('int_mention') }}
    where told_in = 'photo'

),

named as (

    {{ enterprises_by_name() }}

),

enterprises_of_exits as (

    select distinct
        regime,
        enterprise_id
    from {{ ref('int_exit') }}

),

sent as (

    select
        photos.submission_id,
        photos.stage,
        photos.name_no,
        photos.enterprise,
        submissions.receipt_no,
        submissions.regime,
        submissions.round,
        submissions.reporter_code,
        submissions.file,
        submissions.sha256,
        submissions.status,
        enterprises_of_exits.enterprise_id
    from photos
    inner join submissions
        on photos.submission_id = submissions.submission_id
    left join mentions
        on
            photos.submission_id = mentions.submission_id
            and concat(photos.submission_id, '|', cast(photos.name_no as string)) = mentions.row_id
    left join named
        on mentions.name_id = named.name_id
    left join enterprises_of_exits
        on
            submissions.regime = enterprises_of_exits.regime
            and named.enterprise_id = enterprises_of_exits.enterprise_id

),

-- of the names a path may tell, the innermost that an enterprise goes by; where there is none, the innermost
ranked as (

    select
        *,
        row_number() over (
            partition by submission_id
            order by case when enterprise_id is null then 1 else 0 end, name_no
        ) as name_rank
    from sent

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
