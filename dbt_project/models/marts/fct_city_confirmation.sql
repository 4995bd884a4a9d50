with confirmations as (

    select * from {{ ref('int_decision') }}
    where kind = 'confirm' and is_in_force

),

rollup_lines as (

    select * from {{ ref('rpt_rollup') }}
    where category = '合计'

),

figure_lines as (

    {{ unnested('confirmations', ['sequence'], 'figure', 'line', 'line_no') }}

),

both_figures as (

    select
        sequence,
        cast(line.industry as string) as industry,
        cast(line.capacity as decimal(28, 8)) as capacity,
        cast(line.capacity_unit as string) as capacity_unit,
        cast(line.exits as integer) as exits,
        cast(line.enterprises as integer) as enterprises,
        1 as side
    from figure_lines
    union all
    select
        confirmations.sequence,
        rollup_lines.industry,
        rollup_lines.capacity,
        rollup_lines.capacity_unit,
        rollup_lines.exits,
        rollup_lines.enterprises,
        -1 as side
    from confirmations
    inner join rollup_lines
        on
            confirmations.regime = rollup_lines.regime
            and confirmations.round = rollup_lines.round
            and confirmations.city_code = rollup_lines.division_code

),

-- a line that only one of the two has, or has with another number
differences as (

    select
        sequence,
        industry,
        capacity,
        capacity_unit,
        exits,
        enterprises
    from both_figures
    where industry != '合计'
    group by sequence, industry, capacity, capacity_unit, exits, enterprises
    having sum(side) != 0

),

changed as (

    select distinct sequence from differences

)

select
    confirmations.regime,
    confirmations.round,
    confirmations.city_code,
    confirmations.sequence,
    confirmations.decided_at,
    confirmations.actor_name,
    confirmations.document_no,
    confirmations.document_date,
    confirmations.document_sha256,
    changed.sequence is null as is_current
from confirmations
left join changed
    on confirmations.sequence = changed.sequence
