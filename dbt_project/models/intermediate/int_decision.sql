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
        case
            when decisions.kind in ('grant', 'revoke') then 'right'
            when decisions.kind in ('merge', 'distinct') then 'identity'
            when decisions.kind in ('prepare', 'refuse') then 'preparation'
            else decisions.kind
        end as matter,
        case
            when decisions.kind in ('return', 'withdraw', 'identify') then decisions.submission_id
            when decisions.kind in ('explain', 'waive')
                then {{ stable_id(['decisions.submission_id', 'decisions.finding_id']) }}
            when decisions.kind in ('add_to_plan', 'remove_from_plan') then decisions.row_id
            when decisions.kind in ('demand', 'extend', 'excuse')
                then {{ stable_id(['decisions.regime', 'decisions.round', 'decisions.reporter_code']) }}
            when decisions.kind = 'confirm'
                then {{ stable_id(['decisions.regime', 'decisions.round', 'decisions.city_code']) }}
            when decisions.kind in ('merge', 'distinct')
                then {{ stable_id(['decisions.identity_id', 'decisions.other_identity_id']) }}
            when decisions.kind = 'choose'
                then {{ stable_id(['decisions.regime', 'decisions.round', 'decisions.claims_id']) }}
            when decisions.kind = 'object' then cast(decisions.sequence as string)
            when decisions.kind = 'answer_objection' then cast(decisions.objection as string)
            when decisions.kind = 'announce'
                then {{ stable_id(['decisions.regime', 'decisions.round', 'decisions.place_code']) }}
            when decisions.kind in ('seal', 'prepare', 'refuse', 'consent', 'open_notice')
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

),

-- what was sealed must not change when a waiver's last day passes; the seal of the annual round closes its plan too
seals as (

    select
        regime,
        round,
        min({{ shanghai_date('decided_at') }}) as sealed_on
    from (
        {% for closed in ['round', "'plan'"] -%}
        select
            regime,
            {{ closed }} as round,
            decided_at
        from ranked
        where kind = 'seal' and stands and place_from_last = 1{{ '' if closed == 'round' else " and round = 'annual'" }}
        {{ 'union all' if not loop.last }}
        {% endfor %}
    ) as closing
    group by regime, round

)

select
    ranked.sequence,
    ranked.kind,
    ranked.decided_at,
    ranked.actor,
    ranked.actor_name,
    ranked.role,
    ranked.unit,
    ranked.reason,
    ranked.regime,
    ranked.round,
    ranked.reporter_code,
    ranked.submission_id,
    ranked.finding_id,
    ranked.rule,
    ranked.expires_on,
    ranked.due,
    ranked.new_reporter_code,
    ranked.city_code,
    ranked.figure,
    ranked.identity_id,
    ranked.other_identity_id,
    ranked.claims_id,
    ranked.place_code,
    ranked.industry,
    ranked.chosen_reporter_code,
    ranked.document_no,
    ranked.document_date,
    ranked.document_sha256,
    ranked.explanation,
    ranked.undoes,
    ranked.user_id,
    ranked.granted_role,
    ranked.granted_unit,
    ranked.evidence_sha256,
    ranked.row_id,
    ranked.document_issuer,
    ranked.objection,
    ranked.outcome,
    ranked.undone_by,
    ranked.stands and ranked.place_from_last = 1 as is_in_force,
    coalesce(ranked.expires_on < coalesce(seals.sealed_on, ranked.as_of), false) as is_expired
from ranked
left join seals
    on
        ranked.regime = seals.regime
        and ranked.round = seals.round
