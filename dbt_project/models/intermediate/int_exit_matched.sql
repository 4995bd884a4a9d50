{% set whose = ['regime', 'round', 'matched_place_code', 'enterprise_id'] %}
{% set whole = whose + ['reporter_code', 'industry', 'unit_key'] %}
{% set of_side = 'partition by ' ~ (whole + ['telling_code']) | join(', ') %}
{% set of_part = 'partition by ' ~ (whole + ['part']) | join(', ') %}

with counted as (

    select * from {{ ref('int_exit_counted') }}

),

choices as (

    select * from {{ ref('int_decision') }}
    where is_in_force and kind = 'choose'

),

-- int_claim places what a department writes as a county does; here is placed what is one enterprise under two names
sole_places as (

    select
        asked.row_id,
        min(heard.place_code) as place_code
    from counted as asked
    inner join counted as heard
        on
            asked.regime = heard.regime
            and asked.round = heard.round
            and asked.enterprise_id = heard.enterprise_id
    where
        {{ industries_nest('asked', 'heard') }}
        and asked.role = 'department'
        and asked.is_named
        and heard.role = 'county'
        and heard.county_code is not null
        and case
            when asked.county_code is null then coalesce(asked.city_code = heard.city_code, true)
            else asked.registry_code = heard.registry_code
        end
    group by asked.row_id
    having count(distinct heard.place_code) = 1

),

located as (

    select
        counted.*,
        coalesce(sole_places.place_code, counted.place_code) as matched_place_code
    from counted
    left join sole_places
        on counted.row_id = sole_places.row_id

),

-- words of industries nest: 锌冶炼 of one side is 有色 of the other
words as (

    select
        {{ whose | join(', ') }},
        industry,
        min(industry_path) as industry_path,
        max(case when role = 'county' then 1 else 0 end) as is_countys
    from located
    where is_named and industry is not null
    group by {{ whose | join(', ') }}, industry

),

-- what a department calls otherwise is counted under the county's word where one of the county's nests with it, without
-- a county under the finer of the departments' words
other_words as (

    select
        {% for column in whose -%}
        own.{{ column }},
        {% endfor -%}
        own.industry,
        case
            when sum(other.is_countys) = 1 then min(case when other.is_countys = 1 then other.industry end)
            when sum(other.is_countys) > 1 then own.industry
            when count(distinct case when other.industry != own.industry then other.industry end) > 1 then own.industry
            else coalesce(min(case when other.industry != own.industry then other.industry end), own.industry)
        end as counted_industry
    from words as own
    inner join words as other
        on
            {% for column in whose -%}
            own.{{ column }} = other.{{ column }}
            and {% endfor -%}
            {{ industries_nest('own', 'other') }}
    where
        own.is_countys = 0
        and (other.is_countys = 1 or other.industry = own.industry or other.industry_path like concat(own.industry_path, '_%'))
    group by {% for column in whose %}own.{{ column }}, {% endfor %}own.industry

),

said_of_words as (

    select
        {{ whose | join(', ') }},
        reporter_code,
        role,
        industry,
        coalesce(capacity_unit, '') as unit_key,
        min(industry_path) as industry_path,
        sum(capacity) as capacity,
        count(*) as claims
    from located
    where is_named and industry is not null
    group by {{ whose | join(', ') }}, reporter_code, role, industry, coalesce(capacity_unit, '')

),

-- what a department calls by one word around several of another side (化工 beside 电石 and 铜冶炼), each of the words with
-- its amount; of a word that the department writes too it speaks apart
words_around as (

    select
        {% for column in whole -%}
        whole.{{ column }},
        {% endfor -%}
        whole.capacity,
        whole.claims,
        part.reporter_code as telling_code,
        part.role as telling_role,
        part.industry as part,
        part.capacity as part_amount,
        told.industry is not null as is_told_apart
    from said_of_words as whole
    inner join said_of_words as part
        on
            {% for column in whose + ['unit_key'] -%}
            whole.{{ column }} = part.{{ column }}
            and {% endfor -%}
            whole.reporter_code != part.reporter_code
            and (part.industry = whole.industry or part.industry_path like concat(whole.industry_path, '_%'))
    left join said_of_words as told
        on
            {% for column in whose + ['reporter_code', 'unit_key'] -%}
            whole.{{ column }} = told.{{ column }}
            and {% endfor -%}
            part.industry = told.industry
            and whole.industry != told.industry
    where whole.role = 'department'

),

sides_of_words as (

    select
        words_around.*,
        count(*) over ({{ of_side }}) as words,
        coalesce(sum(case when is_told_apart then null else part_amount end) over ({{ of_side }}) = capacity, false) as adds_up,
        max(case when part = industry then 1 else 0 end) over ({{ of_side }}) as has_same_word
    from words_around

),

-- one side tells the parts: the county, else whose sum agrees, else who tells most words. Where it has the department's word
-- too, that is meant unless the sum agrees
telling as (

    select
        sides_of_words.*,
        words > 1 and (has_same_word = 0 or adds_up) as tells_parts,
        dense_rank() over (
            partition by {{ whole | join(', ') }}
            order by
                case when telling_role = 'county' then 0 else 1 end,
                case when words > 1 and adds_up then 0 when has_same_word = 0 then 1 else 2 end,
                words desc,
                telling_code
        ) as side_place
    from sides_of_words

),

candidates as (

    select
        located.row_id,
        located.claim_no,
        located.capacity as amount,
        located.equipment_text,
        telling.*
    from telling
    inner join located
        on
            {% for column in whose + ['reporter_code', 'industry'] -%}
            telling.{{ column }} = located.{{ column }}
            and {% endfor -%}
            telling.unit_key = coalesce(located.capacity_unit, '')
    where telling.side_place = 1 and telling.tells_parts and not telling.is_told_apart

),

rows_of_parts as (

    select
        candidates.row_id,
        candidates.part,
        nullif(replace(candidates.equipment_text, ' ', ''), '') as equipment_written,
        located.row_id as part_row_id,
        nullif(replace(located.equipment_text, ' ', ''), '') as part_equipment_written
    from candidates
    inner join located
        on
            {% for column in whose -%}
            candidates.{{ column }} = located.{{ column }}
            and {% endfor -%}
            candidates.telling_code = located.reporter_code
            and candidates.part = located.industry
            and candidates.unit_key = coalesce(located.capacity_unit, '')

),

equipped as (

    select
        row_id,
        equipment
    from located
    where row_id in (select row_id from rows_of_parts) or row_id in (select part_row_id from rows_of_parts)

),

machines_of_words as (

    {{ unnested('equipped', ['row_id'], 'equipment', 'machine', 'machine_no') }}

),

-- how much each machine of a row is one of a part: a size says more than a name; sizes that differ speak against it
likeness as (

    select
        rows_of_parts.row_id,
        rows_of_parts.part,
        own.machine_no,
        max(
            case
                when rows_of_parts.equipment_written = rows_of_parts.part_equipment_written then 4
                when own.machine.spec_value = other.machine.spec_value and own.machine.spec_unit = other.machine.spec_unit
                    then case when own.machine.name = other.machine.name then 3 else 2 end
                when own.machine.spec_value is not null and other.machine.spec_value is not null then -1
                when own.machine.name = other.machine.name then 1
                else 0
            end
        ) as score
    from rows_of_parts
    left join machines_of_words as own
        on rows_of_parts.row_id = own.row_id
    left join machines_of_words as other
        on rows_of_parts.part_row_id = other.row_id
    group by rows_of_parts.row_id, rows_of_parts.part, own.machine_no

),

machines_ranked as (

    select
        likeness.*,
        max(score) over (partition by row_id) as best_score,
        score > 0
        and score = max(score) over (partition by row_id, machine_no)
        and count(*) over (partition by row_id, machine_no, score) = 1 as is_best
    from likeness

),

-- all machines of a row are of this part
placed_by_machine as (

    select
        candidates.*,
        ranked.score,
        ranked.best_score,
        candidates.adds_up and candidates.claims = 1 as is_sum,
        -- one row of the sum speaks of all parts, whatever machines it names
        ranked.is_best and not (candidates.adds_up and candidates.claims = 1) as is_of_machine
    from candidates
    inner join (
        select
            row_id,
            part,
            max(score) as score,
            max(best_score) as best_score,
            min(case when is_best then 1 else 0 end) = 1 as is_best
        from machines_ranked
        group by row_id, part
    ) as ranked
        on
            candidates.row_id = ranked.row_id
            and candidates.part = ranked.part

),

told_by_machine as (

    select
        placed_by_machine.*,
        max(case when is_of_machine then 1 else 0 end) over (partition by row_id) as is_row_placed,
        max(case when is_of_machine then 1 else 0 end) over ({{ of_part }}) as is_part_placed
    from placed_by_machine

),

free_of_machines as (

    select * from told_by_machine
    where is_row_placed = 0 and is_part_placed = 0

),

equal_amounts as (

    select
        {{ whole | join(', ') }},
        row_id,
        part,
        dense_rank() over (partition by {{ whole | join(', ') }}, amount order by claim_no) as row_place,
        dense_rank() over (partition by {{ whole | join(', ') }}, amount order by part) as part_place
    from free_of_machines
    where amount = part_amount and score >= 0

),

-- of equal amounts the first row goes with the first part, where no sizes speak against it
by_amount as (

    select * from equal_amounts
    where row_place = part_place

),

-- what is left is laid over the parts that are left, the smallest first; what is too much goes to the largest
laid_out as (

    select
        left_over.row_id,
        left_over.part,
        left_over.amount,
        left_over.part_amount,
        sum(left_over.amount) over (
            partition by {% for column in whole + ['part'] %}left_over.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
            order by left_over.claim_no
        ) as row_end,
        sum(left_over.part_amount) over (
            partition by left_over.row_id
            order by left_over.part_amount, left_over.part
        ) as part_end,
        row_number() over (
            partition by left_over.row_id
            order by left_over.part_amount desc, left_over.part desc
        ) = 1 as is_last
    from free_of_machines as left_over
    left join by_amount as same_rows
        on left_over.row_id = same_rows.row_id
    left join by_amount as same_parts
        on
            {% for column in whole + ['part'] -%}
            left_over.{{ column }} = same_parts.{{ column }}{{ ' and ' if not loop.last }}
            {% endfor -%}
    where
        same_rows.row_id is null
        and same_parts.row_id is null
        and left_over.amount is not null
        and left_over.part_amount is not null
        and (left_over.is_sum or left_over.best_score >= 0)

),

shares as (

    select
        row_id,
        part,
        amount,
        case when is_last then row_end else least(row_end, part_end) end
        - greatest(row_end - amount, part_end - part_amount) as share
    from laid_out

),

-- each row with the part it speaks of, or the share of its amount that it says of one of several
parts_told as (

    select
        row_id,
        part as industry,
        cast(null as decimal(28, 8)) as share
    from told_by_machine
    where is_of_machine
    union all
    select
        row_id,
        part as industry,
        cast(null as decimal(28, 8)) as share
    from by_amount
    union all
    select
        row_id,
        part as industry,
        case when share != amount then share end as share
    from shares
    where share > 0

),

keyed as (

    select
        located.row_id,
        located.claim_no,
        located.regime,
        located.round,
        located.reporter_code,
        located.role,
        located.matched_place_code as place_code,
        located.written_id,
        coalesce(parts_told.share, located.capacity) as capacity,
        parts_told.share as part_capacity,
        coalesce(located.capacity_unit, '') as unit_key,
        coalesce(parts_told.industry, other_words.counted_industry, located.industry) as industry,
        case
            when located.is_named
                then {{ stable_id([
                    'located.regime', 'located.round', 'located.matched_place_code',
                    'coalesce(parts_told.industry, other_words.counted_industry, located.industry)', 'located.enterprise_id'
                ]) }}
            else located.row_id
        end as match_key
    from located
    left join other_words
        on
            {% for column in whose + ['industry'] -%}
            located.{{ column }} = other_words.{{ column }}{{ ' and ' if not loop.last }}
            {% endfor -%}
    left join parts_told
        on located.row_id = parts_told.row_id

),

-- several rows of one side that only this side reports are exits of their own
reported_by_several as (

    select match_key
    from keyed
    group by match_key
    having min(reporter_code) != max(reporter_code)

),

shared as (

    select keyed.*
    from keyed
    inner join reported_by_several
        on keyed.match_key = reported_by_several.match_key

),

county_units as (

    select
        match_key,
        unit_key,
        row_number() over (partition by match_key order by min(claim_no)) as unit_no
    from shared
    where role = 'county'
    group by match_key, unit_key

),

-- amounts of different units are never compared: each unit of a key is matched by itself,
-- and a department's claim in a unit the county does not use goes with the county's first
assigned as (

    select
        shared.*,
        concat(
            shared.match_key, '|', coalesce(same_units.unit_key, first_units.unit_key, shared.unit_key)
        ) as unit_group
    from shared
    left join county_units as same_units
        on
            shared.match_key = same_units.match_key
            and shared.unit_key = same_units.unit_key
    left join county_units as first_units
        on
            shared.match_key = first_units.match_key
            and first_units.unit_no = 1

),

-- where two reporters speak of an enterprise, and one of them in several rows, its lines are told apart by equipment
of_several_rows as (

    select unit_group
    from assigned
    group by unit_group
    having count(distinct reporter_code) > 1 and count(*) > count(distinct reporter_code)

),

to_tell_apart as (

    select
        assigned.row_id,
        assigned.claim_no,
        assigned.unit_group,
        assigned.reporter_code,
        assigned.role,
        assigned.capacity,
        -- an amount merged over several rows stands in the first; those below it have its unit alone
        assigned.capacity is null and assigned.unit_key != '' as is_joint,
        -- one row about several exits names the machines of all of them
        case when assigned.part_capacity is null then counted.equipment end as equipment,
        case when assigned.part_capacity is null then counted.equipment_text end as equipment_text
    from assigned
    inner join of_several_rows
        on assigned.unit_group = of_several_rows.unit_group
    inner join counted
        on assigned.row_id = counted.row_id

),

machines as (

    {{ unnested('to_tell_apart', ['row_id'], 'equipment', 'machine', 'machine_no') }}

),

sized_machines as (

    select
        machines.row_id,
        to_tell_apart.unit_group,
        to_tell_apart.reporter_code,
        coalesce(machine.name, '') as name,
        case
            when machine.spec_value is not null
                then concat(cast(machine.spec_value as string), coalesce(machine.spec_unit, ''))
        end as machine_size
    from machines
    inner join to_tell_apart
        on machines.row_id = to_tell_apart.row_id

),

-- 30吨转炉 beside 30吨电炉
sizes_of_several as (

    select distinct
        unit_group,
        machine_size
    from sized_machines
    where machine_size is not null
    group by unit_group, reporter_code, machine_size
    having min(name) != max(name)

),

-- a size says more than a name, which two offices seldom write alike, unless one office gives it to machines of two names
machine_marks as (

    select distinct
        sized_machines.row_id,
        case
            when sized_machines.machine_size is null then sized_machines.name
            when sizes_of_several.unit_group is null then sized_machines.machine_size
            else concat(sized_machines.machine_size, sized_machines.name)
        end as mark
    from sized_machines
    left join sizes_of_several
        on
            sized_machines.unit_group = sizes_of_several.unit_group
            and sized_machines.machine_size = sizes_of_several.machine_size

),

marks as (

    select
        row_id,
        {{ dbt.listagg('mark', "','", 'order by mark') }} as marks
    from machine_marks
    group by row_id

),

-- one row that names two machines is no single line, also where both are alike (1760型造纸生产线 of two 期)
kinds as (

    select
        row_id,
        cast(count(*) as string) as kinds
    from sized_machines
    group by row_id

),

written as (

    select
        to_tell_apart.*,
        case
            when marks.row_id is not null or trim(coalesce(to_tell_apart.equipment_text, '')) != ''
                then concat(
                    coalesce(marks.marks, {{ arabic_numerals("replace(to_tell_apart.equipment_text, ' ', '')") }}), '|',
                    -- numbers of lines and machines (2号线, 1#, 二期) tell apart what is alike in name and size
                    {{ numbers_of_lines('to_tell_apart.equipment_text') }},
                    '|', coalesce(kinds.kinds, '')
                )
        end as line
    from to_tell_apart
    left join marks
        on to_tell_apart.row_id = marks.row_id
    left join kinds
        on to_tell_apart.row_id = kinds.row_id

),

amounts_written as (

    select
        *,
        sum(case when is_joint then 0 else 1 end) over (
            partition by unit_group, reporter_code
            order by claim_no
            rows between unbounded preceding and current row
        ) as amount_no
    from written

),

first_lines as (

    select
        unit_group,
        line,
        min(line) over (partition by unit_group, reporter_code, amount_no) as joint_line
    from amounts_written

),

-- lines that one amount is said of are one line, whoever speaks of them
lines_together as (

    select
        unit_group,
        line,
        min(joint_line) as joint_line
    from first_lines
    where line != joint_line
    group by unit_group, line

),

described as (

    select
        written.row_id,
        written.claim_no,
        written.unit_group,
        written.reporter_code,
        written.role,
        written.capacity,
        coalesce(lines_together.joint_line, written.line) as line
    from written
    left join lines_together
        on
            written.unit_group = lines_together.unit_group
            and written.line = lines_together.line

),

most_exact as (

    select
        unit_group,
        reporter_code,
        row_number() over (
            partition by unit_group
            order by
                case when role = 'county' then 0 else 1 end,
                count(distinct line) desc,
                min(claim_no)
        ) as place
    from described
    group by unit_group, reporter_code, role

),

-- the side the others are held against: the county, else the department that tells most lines apart
sided as (

    select
        described.*,
        most_exact.place = 1 as is_first_side
    from described
    inner join most_exact
        on
            described.unit_group = most_exact.unit_group
            and described.reporter_code = most_exact.reporter_code

),

named_lines as (

    select
        unit_group,
        line,
        max(case when is_first_side then 1 else 0 end) as in_first_side,
        max(case when is_first_side then 0 else 1 end) as in_others
    from sided
    group by unit_group, line

),

lines_named as (

    select
        unit_group,
        max(case when line is null then 1 else 0 end) as has_unnamed,
        max(in_first_side * (1 - in_others)) as has_first_side_alone,
        max(in_others * (1 - in_first_side)) as has_others_alone
    from named_lines
    group by unit_group

),

first_side_sums as (

    select
        unit_group,
        sum(capacity) as capacity
    from sided
    where is_first_side
    group by unit_group

),

held_against_first_side as (

    select
        sided.unit_group,
        sided.reporter_code,
        sided.line,
        sided.capacity,
        first_side_sums.capacity as first_side_capacity,
        named_lines.in_first_side,
        max(named_lines.in_first_side) over (partition by sided.unit_group, sided.reporter_code) as shares_lines
    from sided
    inner join named_lines
        on
            sided.unit_group = named_lines.unit_group
            and sided.line = named_lines.line
    inner join first_side_sums
        on sided.unit_group = first_side_sums.unit_group
    where not sided.is_first_side

),

confirmed as (

    select
        *,
        max(shares_lines) over (partition by unit_group, line) as is_confirmed
    from held_against_first_side

),

-- what another names beside all that the first side names is part of that, or comes on top: whichever amount is nearer.
-- Who names nothing of the first side's confirms what another names beside it, else it may tell the same by other machines
added_up as (

    select
        unit_group,
        reporter_code,
        min(shares_lines) as shares_lines,
        min(is_confirmed) as is_confirmed,
        abs(min(first_side_capacity) - sum(capacity)) as from_all,
        abs(min(first_side_capacity) - sum(case when in_first_side = 1 then capacity else 0 end)) as from_shared
    from confirmed
    group by unit_group, reporter_code
    having min(in_first_side) = 0

),

parts_of_one as (

    select distinct unit_group
    from added_up
    where case when shares_lines = 1 then coalesce(from_all <= from_shared, true) else is_confirmed = 0 end

),

-- a side whose sum is the first side's, though it names other lines and of those that both name the amounts differ, tells
-- the whole under one of its lines
sides_of_groups as (

    select
        unit_group,
        reporter_code,
        is_first_side,
        line,
        sum(capacity) as line_capacity,
        sum(sum(capacity)) over (partition by unit_group, reporter_code) as capacity,
        count(*) over (partition by unit_group, reporter_code) as lines
    from sided
    group by unit_group, reporter_code, is_first_side, line

),

sums_under_one_line as (

    select distinct other.unit_group
    from sides_of_groups as other
    inner join sides_of_groups as first_side
        on
            other.unit_group = first_side.unit_group
            and other.line = first_side.line
            and other.capacity = first_side.capacity
    where
        not other.is_first_side
        and first_side.is_first_side
        and other.lines != first_side.lines
        and other.line_capacity != first_side.line_capacity

),

told_apart as (

    select
        sided.row_id,
        sided.unit_group,
        case
            when lines_named.has_unnamed = 1 then ''
            when sums_under_one_line.unit_group is not null then ''
            when lines_named.has_others_alone = 0 then sided.line
            when lines_named.has_first_side_alone = 0 and parts_of_one.unit_group is null then sided.line
            when
                lines_named.has_first_side_alone = 1
                and named_lines.in_first_side = 1
                and named_lines.in_others = 1
                then sided.line
            else ''
        end as line
    from sided
    inner join lines_named
        on sided.unit_group = lines_named.unit_group
    left join named_lines
        on
            sided.unit_group = named_lines.unit_group
            and sided.line = named_lines.line
    left join parts_of_one
        on sided.unit_group = parts_of_one.unit_group
    left join sums_under_one_line
        on sided.unit_group = sums_under_one_line.unit_group

),

grouped as (

    select
        assigned.*,
        concat(assigned.unit_group, '|', coalesce(told_apart.line, '')) as exit_group
    from assigned
    left join told_apart
        on
            assigned.row_id = told_apart.row_id
            and assigned.unit_group = told_apart.unit_group

),

-- only where several speak of an exit is there anything to choose
claimed_by_several as (

    select
        exit_group,
        min(regime) as regime,
        min(round) as round,
        {{ dbt.hash(
            dbt.listagg(
                "concat(reporter_code, '|', written_id, '|', coalesce(cast(capacity as string), ''), '|', unit_key)",
                "','",
                "order by concat(reporter_code, '|', written_id, '|', coalesce(cast(capacity as string), ''), '|', unit_key)"
            )
        ) }} as claims_id
    from grouped
    group by exit_group
    having count(distinct reporter_code) > 1

),

reporter_sums as (

    select
        exit_group,
        reporter_code,
        role,
        sum(capacity) as capacity,
        min(claim_no) as first_claim_no,
        min(unit_key) as first_unit_key,
        max(unit_key) as last_unit_key
    from grouped
    group by exit_group, reporter_code, role

),

-- a choice holds for the figures it was made of; amounts of several units would not add up
chosen as (

    select
        claimed_by_several.exit_group,
        reporter_sums.reporter_code,
        choices.sequence
    from claimed_by_several
    inner join choices
        on
            claimed_by_several.regime = choices.regime
            and claimed_by_several.round = choices.round
            and claimed_by_several.claims_id = choices.claims_id
    inner join reporter_sums
        on
            claimed_by_several.exit_group = reporter_sums.exit_group
            and choices.chosen_reporter_code = reporter_sums.reporter_code
            and reporter_sums.first_unit_key = reporter_sums.last_unit_key

),

county_sums as (

    select
        exit_group,
        sum(capacity) as capacity,
        min(first_unit_key) as unit_key
    from reporter_sums
    where role = 'county'
    group by exit_group

),

-- without a county the smallest figure is taken: the documented failure of this field is inflation
ranked_departments as (

    select
        exit_group,
        reporter_code,
        row_number() over (
            partition by exit_group
            order by case when capacity is null then 1 else 0 end, capacity, first_claim_no
        ) as department_rank
    from reporter_sums
    where role = 'department'

),

departments_heard as (

    select
        departments.exit_group,
        count(*) as departments,
        count(distinct concat(
            coalesce(cast(departments.capacity as string), ''), '|',
            departments.first_unit_key, '|', departments.last_unit_key
        )) as figures_of_departments,
        sum(
            case
                when county_sums.exit_group is null then 1
                when departments.first_unit_key != county_sums.unit_key then 1
                when departments.last_unit_key != county_sums.unit_key then 1
                when departments.capacity = county_sums.capacity then 0
                when departments.capacity is null and county_sums.capacity is null then 0
                else 1
            end
        ) as departments_that_differ
    from reporter_sums as departments
    left join county_sums
        on departments.exit_group = county_sums.exit_group
    where departments.role = 'department'
    group by departments.exit_group

),

compared as (

    select
        grouped.*,
        ranked_departments.department_rank,
        county_sums.exit_group is not null as has_county,
        coalesce(departments_heard.departments, 0) as departments,
        departments_heard.figures_of_departments,
        departments_heard.departments_that_differ,
        claimed_by_several.claims_id,
        chosen.reporter_code as chosen_reporter_code,
        chosen.sequence as chosen_by_decision,
        first_value(grouped.row_id) over (
            partition by grouped.exit_group
            order by grouped.claim_no
        ) as first_row_id
    from grouped
    left join ranked_departments
        on
            grouped.exit_group = ranked_departments.exit_group
            and grouped.reporter_code = ranked_departments.reporter_code
    left join county_sums
        on grouped.exit_group = county_sums.exit_group
    left join departments_heard
        on grouped.exit_group = departments_heard.exit_group
    left join claimed_by_several
        on grouped.exit_group = claimed_by_several.exit_group
    left join chosen
        on grouped.exit_group = chosen.exit_group

),

settled as (

    select
        compared.*,
        case
            when has_county and departments = 0 then row_id
            when not has_county and departments = 1 then row_id
            else first_row_id
        end as named_after_row_id,
        case
            when chosen_reporter_code is not null then reporter_code = chosen_reporter_code
            when has_county then role = 'county'
            else department_rank = 1
        end as is_chosen,
        case
            when chosen_reporter_code is not null then 'decision'
            when claims_id is null then 'only_side'
            when has_county then 'county'
            else 'smallest'
        end as chosen_by,
        case
            when has_county and departments = 0 then 'county_only'
            when not has_county and figures_of_departments > 1 then 'figures_differ'
            when not has_county then 'department_only'
            when departments_that_differ = 0 then 'both'
            else 'figures_differ'
        end as reconciliation
    from compared

),

every_one as (

    select
        named_after_row_id,
        row_id,
        claim_no,
        regime,
        round,
        place_code,
        industry,
        role,
        is_chosen,
        chosen_by,
        chosen_by_decision,
        claims_id,
        reconciliation,
        match_key,
        part_capacity
    from settled
    union all
    select
        keyed.row_id as named_after_row_id,
        keyed.row_id,
        keyed.claim_no,
        keyed.regime,
        keyed.round,
        keyed.place_code,
        keyed.industry,
        keyed.role,
        true as is_chosen,
        'only_side' as chosen_by,
        cast(null as integer) as chosen_by_decision,
        cast(null as string) as claims_id,
        case when keyed.role = 'county' then 'county_only' else 'department_only' end as reconciliation,
        keyed.match_key,
        keyed.part_capacity
    from keyed
    left join reported_by_several
        on keyed.match_key = reported_by_several.match_key
    where reported_by_several.match_key is null

)

select
    {{ stable_id(['regime', 'round', 'match_key', 'named_after_row_id']) }} as exit_id,
    named_after_row_id,
    row_id,
    claim_no,
    regime,
    round,
    place_code,
    industry,
    role,
    is_chosen,
    chosen_by,
    chosen_by_decision,
    claims_id,
    reconciliation,
    part_capacity
from every_one
