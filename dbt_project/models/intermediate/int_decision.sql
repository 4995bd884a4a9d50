with decisions as (

    select * from {{ ref('stg_decisions') }}

),

-- there is no undo of an undo: what is undone stays so
undoings as (

    select
        undoes,
        min(sequence) as undone_by
    from decisions
    where kind = 'undo'
    group by undoes

),

-- a later decision takes the place of an earlier one in the same matter; to give a right and to take it back are one
matters as (

    select
        decisions.*,
        undoings.undone_by,
        decisions.kind != 'undo' and undoings.undone_by is null as stands,
        case when decisions.kind in ('grant', 'revoke') then 'right' else decisions.kind end as matter,
        case
            when decisions.kind in ('return', 'withdraw', 'identify') then decisions.submission_id
            when decisions.kind in ('explain', 'waive')
                then {{ stable_id(['decisions.submission_id', 'decisions.finding_id']) }}
            when decisions.kind in ('demand', 'extend')
                then {{ stable_id(['decisions.regime', 'decisions.round', 'decisions.reporter_code']) }}
            when decisions.kind = 'confirm'
                then {{ stable_id(['decisions.regime', 'decisions.round', 'decisions.city_code']) }}
            when decisions.kind = 'seal'
                then {{ stable_id(['decisions.regime', 'decisions.round']) }}
            when decisions.kind in ('grant', 'revoke')
                then {{ stable_id(['decisions.user_id', 'decisions.granted_role', 'decisions.granted_unit']) }}
        end as subject
    from decisions
    left join undoings
        on decisions.sequence = undoings.undoes

),

ranked as (

    select
        matters.*,
        row_number() over (partition by stands, matter, subject order by sequence desc) as place_from_last
    from matters

)

select
    sequence,
    kind,
    decided_at,
    actor,
    actor_name,
    role,
    unit,
    reason,
    regime,
    round,
    reporter_code,
    submission_id,
    finding_id,
    rule,
    expires_on,
    due,
    new_reporter_code,
    city_code,
    figure,
    document_no,
    document_date,
    document_sha256,
    explanation,
    undoes,
    user_id,
    granted_role,
    granted_unit,
    evidence_sha256,
    undone_by,
    stands and place_from_last = 1 as is_in_force,
    coalesce(expires_on < as_of, false) as is_expired
from ranked
