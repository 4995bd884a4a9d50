with exits as (

    select * from {{ ref('fct_exit') }}

),

exit_claims as (

    select * from {{ ref('fct_exit_claim') }}

),

claims as (

    select * from {{ ref('fct_claim') }}

),

enterprises as (

    select * from {{ ref('dim_enterprise') }}

),

reporters as (

    select * from {{ ref('dim_reporter') }}

),

enterprise_names as (

    select * from {{ ref('dim_enterprise_name') }}

),

choices as (

    select * from {{ ref('fct_decision') }}
    where kind = 'choose' and is_in_force

),

-- a choice that no exit has the figures of any more is told with the exits it was made for
lapsed_choices as (

    select
        choices.regime,
        choices.round,
        choices.industry,
        enterprise_names.enterprise_id,
        max(choices.sequence) as sequence
    from choices
    inner join (select distinct identity_id, enterprise_id from enterprise_names) as enterprise_names
        on choices.identity_id = enterprise_names.identity_id
    left join exit_claims
        on choices.sequence = exit_claims.chosen_by_decision
    where exit_claims.exit_id is null
    group by choices.regime, choices.round, choices.industry, enterprise_names.enterprise_id

),

-- where a side's words of industry are not the one the exit is counted under
other_words as (

    select
        exit_claims.exit_id,
        claims.reporter_code,
        claims.industry
    from exit_claims
    inner join claims
        on exit_claims.row_id = claims.row_id
    inner join exits
        on exit_claims.exit_id = exits.exit_id
    where claims.industry != exits.industry
    group by exit_claims.exit_id, claims.reporter_code, claims.industry

),

words_of_sides as (

    select
        exit_id,
        reporter_code,
        {{ dbt.listagg('industry', "'、'", 'order by industry') }} as industries
    from other_words
    group by exit_id, reporter_code

),

sums as (

    select
        exit_claims.exit_id,
        claims.reporter_code,
        exit_claims.role,
        exit_claims.is_chosen,
        exit_claims.chosen_by,
        exit_claims.chosen_by_decision,
        claims.capacity_unit,
        count(*) as claims,
        sum(coalesce(exit_claims.part_capacity, claims.capacity)) as capacity
    from exit_claims
    inner join claims
        on exit_claims.row_id = claims.row_id
    group by
        exit_claims.exit_id,
        claims.reporter_code,
        exit_claims.role,
        exit_claims.is_chosen,
        exit_claims.chosen_by,
        exit_claims.chosen_by_decision,
        claims.capacity_unit

)

select
    exits.exit_id,
    exits.regime,
    exits.round,
    exits.city_code,
    exits.county_code,
    exits.industry,
    enterprises.enterprise,
    exits.reconciliation,
    sums.reporter_code,
    reporters.reporter,
    sums.role,
    sums.is_chosen,
    sums.chosen_by,
    sums.chosen_by_decision,
    lapsed_choices.sequence as lapsed_choice,
    cast(sums.claims as integer) as claims,
    cast(sums.capacity as decimal(28, 8)) as claimed_capacity,
    sums.capacity_unit as claimed_unit,
    words_of_sides.industries as claimed_industries,
    exits.capacity as counted_capacity,
    exits.capacity_unit as counted_unit
from exits
inner join sums
    on exits.exit_id = sums.exit_id
inner join enterprises
    on exits.enterprise_id = enterprises.enterprise_id
left join words_of_sides
    on
        sums.exit_id = words_of_sides.exit_id
        and sums.reporter_code = words_of_sides.reporter_code
left join reporters
    on
        exits.regime = reporters.regime
        and sums.reporter_code = reporters.reporter_code
left join lapsed_choices
    on
        exits.regime = lapsed_choices.regime
        and exits.round = lapsed_choices.round
        and exits.industry = lapsed_choices.industry
        and exits.enterprise_id = lapsed_choices.enterprise_id
