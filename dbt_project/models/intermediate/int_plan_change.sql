with decisions as (

    select * from {{ ref('int_decision') }}
    where kind in ('add_to_plan', 'remove_from_plan') and is_in_force

),

-- also of a table that was sent again since: what was decided holds for the enterprise, not for one version
rows_as_understood as (

    select * from {{ ref('stg_rows') }}

),

claims as (

    select * from {{ ref('int_claim') }}

),

matched as (

    select * from {{ ref('int_exit_matched') }}

),

decided as (

    select
        decisions.sequence,
        decisions.kind,
        rows_as_understood.regime,
        rows_as_understood.reporter_code,
        rows_as_understood.county_code,
        rows_as_understood.enterprise_key,
        rows_as_understood.enterprise_full_key
    from decisions
    inner join rows_as_understood
        on decisions.row_id = rows_as_understood.row_id

),

exits as (

    select
        matched.exit_id,
        case decided.kind when 'add_to_plan' then 'added' else 'removed' end as plan_change,
        max(decided.sequence) as decided_by
    from decided
    inner join claims
        on
            decided.regime = claims.regime
            and decided.reporter_code = claims.reporter_code
            and decided.enterprise_key = claims.enterprise_key
            and decided.enterprise_full_key = claims.enterprise_full_key
    inner join matched
        on claims.row_id = matched.row_id
    where
        (claims.role = 'county' or coalesce(claims.county_code = decided.county_code, true))
        and case decided.kind when 'remove_from_plan' then claims.round = 'plan' else claims.round != 'plan' end
    group by matched.exit_id, decided.kind

)

-- the other side speaks of the same exit
select
    matched.row_id,
    exits.exit_id,
    exits.plan_change,
    exits.decided_by
from exits
inner join matched
    on exits.exit_id = matched.exit_id
