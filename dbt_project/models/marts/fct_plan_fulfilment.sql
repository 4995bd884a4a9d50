{% set whose = 'regime, round, enterprise_id' %}
{% set of_family = whose ~ ', family, measure' %}

with plans as (

    select * from {{ ref('fct_plan') }}

),

exits as (

    select * from {{ ref('fct_exit') }}

),

cycles as (

    select * from {{ ref('dim_cycle') }}

),

-- mid-year figures are cumulative since January: each round is held against the whole plan in force
lines as (

    select
        'plan' as side,
        plans.exit_id,
        plans.regime,
        cycles.round,
        plans.enterprise_id,
        coalesce(plans.industry, '') as industry,
        plans.industry_code,
        plans.capacity,
        plans.capacity_unit
    from plans
    inner join cycles
        on plans.regime = cycles.regime
    where plans.plan_change != 'removed' and cycles.round != 'plan'
    union all
    select
        'exit' as side,
        exit_id,
        regime,
        round,
        enterprise_id,
        coalesce(industry, '') as industry,
        industry_code,
        capacity,
        capacity_unit
    from exits

),

on_both_sides as (

    select {{ whose }}
    from lines
    group by {{ whose }}
    having count(distinct side) = 2

),

compared as (

    select lines.*
    from lines
    inner join on_both_sides
        on
            lines.regime = on_both_sides.regime
            and lines.round = on_both_sides.round
            and lines.enterprise_id = on_both_sides.enterprise_id

),

words as (

    select distinct
        {{ whose }},
        industry,
        industry_code
    from compared

),

-- the broadest of its enterprise's words that a word lies in: of codes that begin alike the shortest is the least; one that
-- no code covers (轻工) takes in every other
families as (

    select
        own.regime,
        own.round,
        own.enterprise_id,
        own.industry,
        coalesce(min(case when broad.industry_code is null then broad.industry end), min(broad.industry_code)) as family
    from words as own
    inner join words as broad
        on
            own.regime = broad.regime
            and own.round = broad.round
            and own.enterprise_id = broad.enterprise_id
            and (broad.industry_code is null or own.industry_code like broad.industry_code || '%')
    group by own.regime, own.round, own.enterprise_id, own.industry

),

-- of several lines those go first that the other side has with the same amount
ranked as (

    select
        compared.*,
        families.family,
        max(case when compared.side = 'plan' and compared.capacity is null then 1 else 0 end) over (
            partition by compared.regime, compared.round, compared.enterprise_id, families.family
        ) as has_plan_without_amount,
        case
            when
                min(compared.side) over (
                    partition by
                        compared.regime, compared.round, compared.enterprise_id, families.family,
                        compared.capacity_unit, compared.capacity
                )
                != max(compared.side) over (
                    partition by
                        compared.regime, compared.round, compared.enterprise_id, families.family,
                        compared.capacity_unit, compared.capacity
                )
                then 0
            else 1
        end as alike_rank
    from compared
    inner join families
        on
            compared.regime = families.regime
            and compared.round = families.round
            and compared.enterprise_id = families.enterprise_id
            and compared.industry = families.industry

),

-- lines are held against lines, amounts against amounts of their unit
measured as (

    select
        *,
        'lines' as measure,
        cast(1 as decimal(28, 8)) as quantity
    from ranked
    union all
    select
        *,
        concat('capacity|', coalesce(capacity_unit, '')) as measure,
        cast(capacity as decimal(28, 8)) as quantity
    from ranked
    where capacity is not null

),

queued as (

    select
        *,
        sum(quantity) over (
            partition by {{ of_family }}, industry, side
            order by alike_rank, case when capacity is null then 1 else 0 end, capacity desc, exit_id
            rows between unbounded preceding and current row
        ) - quantity as quantity_before
    from measured

),

of_words as (

    select
        {{ of_family }},
        industry,
        max(industry_code) as industry_code,
        sum(case when side = 'plan' then quantity else 0 end) as planned,
        sum(case when side = 'exit' then quantity else 0 end) as exited
    from measured
    group by {{ of_family }}, industry

),

-- what is over of one word goes to the words it nests with, the finer first
left_over as (

    select
        *,
        least(planned, exited) as met_in_word,
        planned - least(planned, exited) as plan_left,
        exited - least(planned, exited) as exit_left,
        {% for side in ['planned', 'exited'] -%}
        sum({{ side }} - least(planned, exited)) over (
            partition by {{ of_family }}
            order by case when industry_code is null then 1 else 0 end, industry_code desc, industry
            rows between unbounded preceding and current row
        ) - ({{ side }} - least(planned, exited)) as {{ side }}_before,
        sum({{ side }} - least(planned, exited)) over (partition by {{ of_family }}) as {{ side }}_over,
        {% endfor -%}
        sum(planned) over (partition by {{ of_family }}) as family_planned
    from of_words

),

met_words as (

    select
        {{ of_family }},
        industry,
        family_planned,
        met_in_word + greatest(0, least(plan_left, least(planned_over, exited_over) - planned_before)) as plan_met,
        met_in_word + greatest(0, least(exit_left, least(planned_over, exited_over) - exited_before)) as exit_met
    from left_over

),

met as (

    select
        queued.side,
        queued.exit_id,
        queued.round,
        {% for measured, is_meant in [('met_lines', "= 'lines'"), ('met_capacity', "!= 'lines'")] -%}
        max(case when queued.measure {{ is_meant }} then greatest(0, least(
            queued.quantity,
            case when queued.side = 'plan' then met_words.plan_met else met_words.exit_met end - queued.quantity_before
        )) end) as {{ measured }},
        {% endfor -%}
        max(case
            when queued.measure != 'lines' and met_words.family_planned > 0 then 1 - queued.has_plan_without_amount else 0
        end) as is_bounded
    from queued
    inner join met_words
        on
            queued.regime = met_words.regime
            and queued.round = met_words.round
            and queued.enterprise_id = met_words.enterprise_id
            and queued.family = met_words.family
            and queued.measure = met_words.measure
            and queued.industry = met_words.industry
    group by queued.side, queued.exit_id, queued.round

),

-- what was planned in two lines and exited in one is no line short, and the other way round none over; where a plan line
-- states no amount, or none is planned in the unit, there is none to exceed
settled as (

    select
        lines.side,
        lines.exit_id,
        lines.regime,
        lines.round,
        lines.capacity,
        case
            when met.met_lines > 0 then 1
            when lines.side = 'exit' and met.met_capacity > 0 then 1
            when lines.side = 'plan' and lines.capacity > 0 and met.met_capacity = lines.capacity then 1
            else 0
        end as met_exits,
        case
            when lines.side = 'exit' and met.met_lines > 0 and met.is_bounded = 0 then lines.capacity
            when lines.capacity is not null then coalesce(met.met_capacity, 0)
        end as met_capacity
    from lines
    left join met
        on
            lines.side = met.side
            and lines.exit_id = met.exit_id
            and lines.round = met.round

)

select
    regime,
    round,
    side,
    exit_id,
    cast(met_exits as integer) as met_exits,
    cast(1 - met_exits as integer) as unmet_exits,
    cast(met_capacity as decimal(28, 8)) as met_capacity,
    cast(capacity - met_capacity as decimal(28, 8)) as unmet_capacity
from settled
