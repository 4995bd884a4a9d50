with decisions as (

    select * from {{ ref('int_decision') }}
    where kind in ('add_to_plan', 'remove_from_plan') and is_in_force

),

mentions as (

    select * from {{ ref('int_mention') }}
    where told_in = 'plan_change'

),

enterprises as (

    select * from {{ ref('int_enterprise') }}

),

coded as (

    select
        credit_code,
        min(enterprise_id) as enterprise_id
    from enterprises
    where credit_code is not null
    group by credit_code

),

named as (

    {{ enterprises_by_name() }}

),

exits as (

    select * from {{ ref('int_exit') }}

),

matched as (

    select * from {{ ref('int_exit_matched') }}

),

-- the row may be of a version that counts no more, so that nobody else writes what it writes
decided as (

    select
        decisions.sequence,
        decisions.kind,
        mentions.regime,
        coalesce(coded.enterprise_id, named.enterprise_id) as enterprise_id
    from decisions
    left join mentions
        on decisions.row_id = mentions.row_id
    left join coded
        on mentions.credit_code = coded.credit_code
    left join named
        on mentions.name_id = named.name_id

),

-- a decision that names nothing any more is told too: it has no effect
changed as (

    select
        decided.sequence as decided_by,
        case decided.kind when 'add_to_plan' then 'added' else 'removed' end as plan_change,
        exits.exit_id
    from decided
    left join exits
        on
            decided.regime = exits.regime
            and decided.enterprise_id = exits.enterprise_id
            and case decided.kind when 'remove_from_plan' then exits.round = 'plan' else exits.round != 'plan' end

)

select
    matched.row_id,
    changed.exit_id,
    changed.plan_change,
    changed.decided_by
from changed
left join matched
    on changed.exit_id = matched.exit_id
