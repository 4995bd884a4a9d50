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
    inner join mentions
        on decisions.row_id = mentions.row_id
    left join coded
        on mentions.credit_code = coded.credit_code
    left join named
        on mentions.name_id = named.name_id

),

changed as (

    select
        exits.exit_id,
        case decided.kind when 'add_to_plan' then 'added' else 'removed' end as plan_change,
        max(decided.sequence) as decided_by
    from decided
    inner join exits
        on
            decided.regime = exits.regime
            and decided.enterprise_id = exits.enterprise_id
    where case decided.kind when 'remove_from_plan' then exits.round = 'plan' else exits.round != 'plan' end
    group by exits.exit_id, decided.kind

)

select
    matched.row_id,
    changed.exit_id,
    changed.plan_change,
    changed.decided_by
from changed
inner join matched
    on changed.exit_id = matched.exit_id
