with confirmations as (

    select * from {{ ref('int_decision') }}
    where kind = 'confirm' and is_in_force

),

rollup_lines as (

    select
        lines.*,
        digests.exits_sha256
    from {{ ref('rpt_rollup') }} as lines
    left join {{ ref('rpt_list_digest') }} as digests
        on
            lines.regime = digests.regime
            and lines.round = digests.round
            and lines.division_code = digests.division_code
            and lines.industry = digests.industry
            and coalesce(lines.capacity_unit, '') = coalesce(digests.capacity_unit, '')
    where lines.category = '合计'

),

figure_lines as (

    {{ unnested('confirmations', ['sequence'], 'figure', 'line', 'line_no') }}

),

-- what was confirmed before lists were kept is asked for its sums alone
with_lists as (

    select distinct sequence from figure_lines
    where line.exits_sha256 is not null

),

both_figures as (

    select
        sequence,
        cast(line.industry as string) as industry,
        cast(line.capacity as decimal(28, 8)) as capacity,
        cast(line.capacity_unit as string) as capacity_unit,
        cast(line.exits as integer) as exits,
        cast(line.enterprises as integer) as enterprises,
        cast(line.exits_sha256 as string) as exits_sha256,
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
        case when with_lists.sequence is not null then rollup_lines.exits_sha256 end as exits_sha256,
        -1 as side
    from confirmations
    inner join rollup_lines
        on
            confirmations.regime = rollup_lines.regime
            and confirmations.round = rollup_lines.round
            and confirmations.city_code = rollup_lines.division_code
    left join with_lists
        on confirmations.sequence = with_lists.sequence

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
    group by sequence, industry, capacity, capacity_unit, exits, enterprises, exits_sha256
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
