{% set whose = 'regime, round, enterprise_id' %}
-- exits whose machine a planned line has stay with its lines, then the others go to what is left of the plan; either way
-- first those of one word, then what exited under a finer word than the planned, then under a broader one
{% set of_steps = {
    'like': 'coalesce(like_machine, side)',
    'rest': "case when side = 'exit' then like_machine end",
} %}
{% set of_words = {
    'own': 'industry',
    'finer': "case when side = 'plan' then industry else {step}_word_around end",
    'broader': "case when side = 'exit' then industry else {step}_word_around end",
} %}
{% set passes = [] %}
{% for step, machine in of_steps.items() -%}
    {% for word, key in of_words.items() -%}
        {% do passes.append({'name': step ~ '_' ~ word, 'machine': machine, 'word': key | replace('{step}', step)}) %}
    {%- endfor %}
{%- endfor %}

with planned as (

    select * from {{ ref('int_exit') }}
    where round = 'plan'

),

exits as (

    select * from {{ ref('fct_exit') }}

),

plan_changes as (

    select distinct
        exit_id,
        plan_change
    from {{ ref('int_plan_change') }}
    where exit_id is not null

),

cycles as (

    select * from {{ ref('dim_cycle') }}

),

industries as (

    select * from {{ ref('dim_industry') }}

),

exit_machines as (

    select * from {{ ref('fct_exit_equipment') }}

),

exit_claims as (

    select * from {{ ref('fct_exit_claim') }}
    where is_chosen

),

claims as (

    select * from {{ ref('fct_claim') }}

),

-- mid-year figures are cumulative since January: each round is held against the whole plan in force
lines as (

    select
        'plan' as side,
        planned.exit_id,
        planned.regime,
        cycles.round,
        planned.enterprise_id,
        coalesce(planned.industry, '') as industry,
        planned.capacity,
        planned.capacity_unit
    from planned
    inner join cycles
        on planned.regime = cycles.regime
    left join plan_changes
        on
            planned.exit_id = plan_changes.exit_id
            and plan_changes.plan_change = 'removed'
    where plan_changes.exit_id is null and cycles.round != 'plan'
    union all
    select
        'exit' as side,
        exit_id,
        regime,
        round,
        enterprise_id,
        coalesce(industry, '') as industry,
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

    select
        lines.*,
        industries.industry_path
    from lines
    inner join on_both_sides
        on
            lines.regime = on_both_sides.regime
            and lines.round = on_both_sides.round
            and lines.enterprise_id = on_both_sides.enterprise_id
    left join industries
        on lines.industry = industries.industry

),

-- a size says more than a name, unless one side gives it to machines of two names
machines as (

    select
        compared.regime,
        compared.round,
        compared.enterprise_id,
        compared.side,
        compared.exit_id,
        coalesce(exit_machines.machine, '') as name,
        case
            when exit_machines.spec_value is not null
                then concat(cast(exit_machines.spec_value as string), coalesce(exit_machines.spec_unit, ''))
        end as machine_size
    from compared
    inner join exit_machines
        on compared.exit_id = exit_machines.exit_id

),

names_of_sizes as (

    select
        *,
        case
            when min(name) over (partition by {{ whose }}, side, machine_size)
                != max(name) over (partition by {{ whose }}, side, machine_size)
                then 1
            else 0
        end as is_of_several_names
    from machines

),

marked as (

    select
        round,
        side,
        exit_id,
        case
            when machine_size is null then name
            when max(is_of_several_names) over (partition by {{ whose }}, machine_size) = 1 then concat(machine_size, name)
            else machine_size
        end as mark
    from names_of_sizes

),

distinct_marks as (

    select distinct * from marked

),

marks as (

    select
        round,
        side,
        exit_id,
        {{ dbt.listagg('mark', "','", 'order by mark') }} as marks
    from distinct_marks
    group by round, side, exit_id

),

texts as (

    select
        exit_claims.exit_id,
        {{ dbt.listagg("coalesce(claims.equipment_text, '')", "' '", 'order by claims.row_id') }} as equipment_text
    from exit_claims
    inner join claims
        on exit_claims.row_id = claims.row_id
    where exit_claims.exit_id in (select exit_id from compared)
    group by exit_claims.exit_id

),

described as (

    select
        compared.*,
        case
            when marks.marks is not null or trim(coalesce(texts.equipment_text, '')) != ''
                then concat(
                    coalesce(marks.marks, {{ arabic_numerals("replace(texts.equipment_text, ' ', '')") }}), '|',
                    {{ numbers_of_lines('texts.equipment_text') }}
                )
        end as machine
    from compared
    left join texts
        on compared.exit_id = texts.exit_id
    left join marks
        on
            compared.round = marks.round
            and compared.side = marks.side
            and compared.exit_id = marks.exit_id

),

-- lines that say nothing of their machines are told apart by none, nor are any where all that was planned has exited in
-- sum: then one row speaks of several
named as (

    select
        *,
        case
            when max(case when machine is null then 1 else 0 end) over (partition by {{ whose }}) = 1 then null
            when
                sum(case when side = 'plan' then capacity end) over (partition by {{ whose }}, capacity_unit)
                = sum(case when side = 'exit' then capacity end) over (partition by {{ whose }}, capacity_unit)
                then null
            else machine
        end as telling_machine
    from described

),

-- words nest: an exit of 电石 is one of 化工, and the other way round
pairs as (

    select
        plan_lines.round,
        plan_lines.exit_id as plan_id,
        exit_lines.exit_id,
        plan_lines.industry as plan_industry,
        exit_lines.industry as exit_industry,
        length(plan_lines.industry_path) as plan_depth,
        length(exit_lines.industry_path) as exit_depth,
        -- an amount merged over several lines stands in the first; those below it have its unit alone
        case when plan_lines.capacity is null and plan_lines.capacity_unit is null then 1 else 0 end as is_without_amount,
        case when plan_lines.capacity_unit = exit_lines.capacity_unit and plan_lines.capacity > 0 then 1 else 0 end
            as is_in_one_unit,
        case when plan_lines.machine = exit_lines.machine then 1 else 0 end as is_alike,
        case when plan_lines.telling_machine = exit_lines.telling_machine then 1 else 0 end as is_told_alike
    from named as plan_lines
    inner join named as exit_lines
        on
            plan_lines.regime = exit_lines.regime
            and plan_lines.round = exit_lines.round
            and plan_lines.enterprise_id = exit_lines.enterprise_id
            and {{ industries_nest('plan_lines', 'exit_lines') }}
    where plan_lines.side = 'plan' and exit_lines.side = 'exit'

),

likes as (

    select
        *,
        max(is_told_alike) over (partition by round, exit_id) as exit_has_like
    from pairs

),

-- of every line the nearest word around its own on the other side, and whether the plan bounds its amount
held as (

    {% for side, id, own, other in [('plan', 'plan_id', 'plan', 'exit'), ('exit', 'exit_id', 'exit', 'plan')] -%}
    select
        '{{ side }}' as side,
        round,
        {{ id }} as exit_id,
        max(is_alike) as is_alike,
        max(is_told_alike) as is_told_alike,
        {% for step, has_like in [('like', 1), ('rest', 0)] -%}
        max_by({{ other }}_industry, {{ other }}_depth)
            filter (where {{ other }}_depth < {{ own }}_depth and exit_has_like = {{ has_like }}) as {{ step }}_word_around,
        {% endfor -%}
        max(is_in_one_unit) * (1 - max(is_without_amount)) as is_bounded
    from likes
    where is_told_alike = exit_has_like
    group by round, {{ id }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

ready as (

    select
        named.side,
        named.exit_id,
        named.regime,
        named.round,
        named.enterprise_id,
        named.industry,
        named.capacity,
        named.capacity_unit,
        held.like_word_around,
        held.rest_word_around,
        held.is_bounded,
        case when held.is_told_alike = 1 then named.telling_machine end as like_machine,
        case when held.is_alike = 1 then concat('0', named.machine) else '1' end as machine_order
    from named
    inner join held
        on
            named.side = held.side
            and named.round = held.round
            and named.exit_id = held.exit_id

),

{% set alike_amounts = whose ~ ', coalesce(rest_word_around, like_word_around, industry), capacity_unit, capacity, like_machine' -%}
placed as (

    select
        *,
        row_number() over (
            partition by {{ alike_amounts }}, side
            order by machine_order, industry, exit_id
        ) as place
    from ready

),

-- one exit of 30 covers one line of 30
paired as (

    select
        *,
        case
            when min(side) over (partition by {{ alike_amounts }}, place) = max(side) over (partition by {{ alike_amounts }}, place)
                then 1
            else 0
        end as pair_order
    from placed

),

-- lines are held against lines, amounts against amounts of their unit
measured as (

    select
        *,
        'lines' as measure,
        concat(regime, '|', round, '|', enterprise_id, '|lines') as account,
        cast(1 as decimal(28, 8)) as remaining
    from paired
    union all
    select
        *,
        'capacity' as measure,
        concat(regime, '|', round, '|', enterprise_id, '|', coalesce(capacity_unit, '')) as account,
        cast(capacity as decimal(28, 8)) as remaining
    from paired
    where capacity is not null

),

{% set columns = [
    'side', 'exit_id', 'round', 'industry', 'capacity', 'capacity_unit', 'like_word_around', 'rest_word_around',
    'is_bounded', 'like_machine', 'machine_order', 'pair_order', 'place', 'measure', 'account'
] | join(', ') -%}
{% for pass in passes -%}
{% set together = ['account', pass.machine, pass.word] | join(', ') -%}
{{ pass.name }}_queued as (

    select
        *,
        sum(remaining) over (
            partition by {{ together }}, side
            order by machine_order, pair_order, capacity desc, capacity_unit, place, industry, exit_id
            rows between unbounded preceding and current row
        ) as remaining_so_far,
        sum(case when side = 'plan' then remaining else 0 end) over (partition by {{ together }}) as planned,
        sum(case when side = 'exit' then remaining else 0 end) over (partition by {{ together }}) as exited
    from {{ 'measured' if loop.first else loop.previtem.name }}

),

{{ pass.name }} as (

    select
        {{ columns }},
        least(remaining, greatest(0, remaining_so_far - least(planned, exited))) as remaining
    from {{ pass.name }}_queued

),

{% endfor -%}
-- what of an exit is left when the plan as sent has taken its part
left_over as (

    select
        exit_id,
        min(case when measure = 'lines' then remaining end) as left_lines,
        min(case when measure != 'lines' then remaining end) as left_capacity,
        max(is_bounded) as is_bounded
    from {{ passes[-1].name }}
    where side = 'exit'
    group by exit_id

),

-- what a decision adds (动态新增) is what its enterprise exits beyond the plan: all, where it planned nothing
beyond as (

    select
        exits.exit_id,
        exits.regime,
        exits.round,
        exits.enterprise_id,
        exits.capacity_unit,
        max(case when exits.round = 'annual' then 1 else 0 end) over (
            partition by exits.regime, exits.enterprise_id
        ) as is_in_annual,
        case when left_over.left_lines = 0 or left_over.left_capacity < exits.capacity then 0 else 1 end as line_count,
        case
            when left_over.left_lines = 0 and left_over.is_bounded = 0 then 0
            else coalesce(left_over.left_capacity, exits.capacity)
        end as capacity
    from exits
    inner join plan_changes
        on
            exits.exit_id = plan_changes.exit_id
            and plan_changes.plan_change = 'added'
    left join left_over
        on exits.exit_id = left_over.exit_id

),

-- the annual table has the last word on what is added; mid-year's exits are held against that
added as (

    select
        'plan' as side,
        beyond.exit_id,
        beyond.regime,
        cycles.round,
        beyond.enterprise_id,
        beyond.capacity_unit,
        beyond.line_count,
        beyond.capacity
    from beyond
    inner join cycles
        on beyond.regime = cycles.regime
    where (beyond.round = 'annual' or beyond.is_in_annual = 0) and cycles.round != 'plan'
    union all
    select
        'exit' as side,
        exit_id,
        regime,
        round,
        enterprise_id,
        capacity_unit,
        line_count,
        capacity
    from beyond

),

added_measured as (

    select
        *,
        'lines' as measure,
        concat(regime, '|', round, '|', enterprise_id, '|lines') as account,
        cast(line_count as decimal(28, 8)) as remaining
    from added
    union all
    select
        *,
        'capacity' as measure,
        concat(regime, '|', round, '|', enterprise_id, '|', coalesce(capacity_unit, '')) as account,
        cast(capacity as decimal(28, 8)) as remaining
    from added

),

added_queued as (

    select
        *,
        sum(remaining) over (
            partition by account, side
            order by exit_id
            rows between unbounded preceding and current row
        ) as remaining_so_far
    from added_measured
    where remaining > 0

),

-- lines and exits of one queue lie side by side, and what lies beside one another has met
spans as (

    {% for pass in passes -%}
    select
        side,
        exit_id,
        round,
        measure,
        concat('{{ pass.name }}|', account, '|', coalesce({{ pass.machine }}, '~'), '|', coalesce({{ pass.word }}, '~'))
            as queue,
        remaining_so_far - remaining as begins_at,
        remaining_so_far as ends_at,
        is_bounded
    from {{ pass.name }}_queued
    where remaining > 0 and planned > 0 and exited > 0
    union all
    {% endfor -%}
    select
        side,
        exit_id,
        round,
        measure,
        concat('added|', account) as queue,
        remaining_so_far - remaining as begins_at,
        remaining_so_far as ends_at,
        1 as is_bounded
    from added_queued

),

paired_spans as (

    select
        plan_spans.round,
        plan_spans.exit_id as plan_id,
        exit_spans.exit_id,
        plan_spans.measure,
        exit_spans.is_bounded,
        least(plan_spans.ends_at, exit_spans.ends_at) - greatest(plan_spans.begins_at, exit_spans.begins_at) as met
    from spans as plan_spans
    inner join spans as exit_spans
        on
            plan_spans.queue = exit_spans.queue
            and plan_spans.begins_at < exit_spans.ends_at
            and exit_spans.begins_at < plan_spans.ends_at
    where plan_spans.side = 'plan' and exit_spans.side = 'exit'

)

select
    exits.regime,
    paired_spans.round,
    paired_spans.plan_id,
    paired_spans.exit_id,
    cast(coalesce(sum(case when paired_spans.measure = 'lines' then paired_spans.met end), 0) as integer) as met_lines,
    cast(sum(case when paired_spans.measure != 'lines' then paired_spans.met end) as decimal(28, 8)) as met_capacity,
    min(paired_spans.is_bounded) = 1 as is_bounded
from paired_spans
inner join exits
    on paired_spans.exit_id = exits.exit_id
group by exits.regime, paired_spans.round, paired_spans.plan_id, paired_spans.exit_id
