{% set doublings = 4 %}
{# What tells one works from another of the same name: numbers with the signs between their digits, sides, ages and sizes, letters. #}
{% set telling_apart = '[^-|0-9A-Z+.#/&,、~:=一二三四五六七八九十百两东西南北中上下前后左右新老旧大小甲乙丙丁总分]' %}

with claims as (

    select * from {{ ref('int_claim') }}

),

-- what counts makes an enterprise known: a part of a photo's path does not, nor a row that was decided about
mentions as (

    select * from {{ ref('int_mention') }}
    where told_in in ('rectification', 'acceptance')

),

decisions as (

    select * from {{ ref('int_decision') }}
    where is_in_force and kind in ('merge', 'distinct')

),

written as (

    select
        written_id,
        any_value(name_id) as name_id,
        any_value(registry_code) as registry_code,
        any_value(enterprise_key) as enterprise_key,
        any_value(credit_code) as credit_code,
        max(is_claimed) as is_claimed
    from (
        {% for relation in ['claims', 'mentions'] -%}
        select
            written_id,
            name_id,
            registry_code,
            enterprise_key,
            credit_code,
            {{ 1 if relation == 'claims' else 0 }} as is_claimed
        from {{ relation }}
        {{ 'union all' if not loop.last }}
        {% endfor %}
    ) as said
    group by written_id

),

-- a code on a list tells of a name what claims leave open; what claims say it does not call in question
sole_codes as (

    select
        name_id,
        coalesce(min(case when is_claimed = 1 then credit_code end), min(credit_code)) as credit_code
    from written
    where credit_code is not null
    group by name_id
    having sum(is_claimed) = 1 or (sum(is_claimed) = 0 and count(*) = 1)

),

-- exact means: the code; without one, the only code that comes with the same name in the same county; else the name
identified as (

    select
        written.*,
        coalesce(written.credit_code, sole_codes.credit_code) as known_code,
        case
            when written.credit_code is not null then {{ stable_id(['written.credit_code']) }}
            when sole_codes.credit_code is not null then {{ stable_id(['sole_codes.credit_code']) }}
            else written.name_id
        end as identity_id
    from written
    left join sole_codes
        on written.name_id = sole_codes.name_id

),

-- a legal form may be left out, and is never taken for another
spelled as (

    select
        identified.identity_id,
        identified.known_code,
        identified.registry_code,
        claims.industry,
        identified.enterprise_key,
        {% set forms = ['股份公司', '集团公司', '公司'] -%}
        {% for column, found in [('legal_form', "'{0}'"), ('core', 'substr(identified.enterprise_key, 1, length(identified.enterprise_key) - {1})')] -%}
        case
            {%- for form in forms %}
            when identified.enterprise_key like '%{{ form }}' then {{ found.format(form, form | length) }}
            {%- endfor %}
            else {{ "''" if column == 'legal_form' else 'identified.enterprise_key' }}
        end as {{ column }},
        {% endfor -%}
        substr(identified.enterprise_key, 1, 2) as brand
    from claims
    inner join identified
        on claims.written_id = identified.written_id
    where identified.enterprise_key is not null and claims.industry is not null

),

-- decisions speak of identities; where a code came to a name since, they hold for what the name is now
identities as (

    select distinct
        identity_id as told_id,
        identity_id
    from identified
    union all
    select distinct
        name_id as told_id,
        identity_id
    from identified
    where credit_code is null and known_code is not null

),

decided as (

    select
        decisions.sequence,
        decisions.kind,
        one.identity_id,
        other.identity_id as other_identity_id
    from decisions
    inner join identities as one
        on decisions.identity_id = one.told_id
    inner join identities as other
        on decisions.other_identity_id = other.told_id

),

held_apart as (

    select
        identity_id,
        other_identity_id
    from decided
    where kind = 'distinct'
    union all
    select
        other_identity_id as identity_id,
        identity_id as other_identity_id
    from decided
    where kind = 'distinct'

),

-- a shorter name and every longer one of the county and industry that it can be short for
shortened as (

    select
        short_name.identity_id as short_id,
        long_name.identity_id as long_id,
        short_name.industry,
        short_name.core = long_name.core
        or long_name.enterprise_key = concat(short_name.enterprise_key, '厂') as is_form_alone,
        -- both in one text, lest an engine should look at every name there is to join by them
        {{ without_all("concat(short_name.enterprise_key, '|', long_name.enterprise_key)", telling_apart) }} as marks
    from spelled as short_name
    inner join spelled as long_name
        on
            short_name.registry_code = long_name.registry_code
            and short_name.industry = long_name.industry
            and short_name.brand = long_name.brand
    left join held_apart
        on
            short_name.identity_id = held_apart.identity_id
            and long_name.identity_id = held_apart.other_identity_id
    where
        short_name.identity_id != long_name.identity_id
        and length(short_name.enterprise_key) < length(long_name.enterprise_key)
        and length(short_name.core) >= 2
        and short_name.legal_form in ('', long_name.legal_form)
        and coalesce(short_name.known_code = long_name.known_code, true)
        and (
            long_name.core like {{ in_order_pattern('short_name.core') }}
            -- works that became a company: two of one name and trade no registry lets stand, unless one owns the other
            or (long_name.legal_form = '公司' and short_name.core = concat(long_name.core, '厂'))
        )
        and held_apart.identity_id is null

),

candidates as (

    select distinct
        short_id,
        long_id,
        industry,
        is_form_alone
    from shortened
    where split_part(marks, '|', 1) = split_part(marks, '|', 2)

),

named_in_candidates as (

    select
        written_id,
        identity_id
    from identified
    where identity_id in (select short_id from candidates union all select long_id from candidates)

),

of_candidates as (

    select
        named_in_candidates.identity_id,
        claims.row_id,
        claims.submission_id,
        claims.industry,
        claims.equipment,
        claims.equipment_text
    from claims
    inner join named_in_candidates
        on claims.written_id = named_in_candidates.written_id

),

machines as (

    {{ unnested('of_candidates', ['row_id'], 'equipment', 'machine', 'machine_no') }}

),

equipped as (

    select distinct
        of_candidates.identity_id,
        of_candidates.industry,
        case
            when machines.row_id is not null
                then concat(
                    coalesce(machines.machine.name, ''), '|',
                    coalesce(cast(machines.machine.spec_value as string), ''), '|',
                    coalesce(machines.machine.spec_unit, '')
                )
            else of_candidates.equipment_text
        end as mark
    from of_candidates
    left join machines
        on of_candidates.row_id = machines.row_id

),

of_same_equipment as (

    select distinct
        candidates.short_id,
        candidates.long_id
    from candidates
    inner join equipped as short_name
        on
            candidates.short_id = short_name.identity_id
            and candidates.industry = short_name.industry
    inner join equipped as long_name
        on
            candidates.long_id = long_name.identity_id
            and candidates.industry = long_name.industry
            and short_name.mark = long_name.mark

),

-- who writes both names in one table speaks of two
of_one_table as (

    select distinct
        candidates.short_id,
        candidates.long_id
    from candidates
    inner join of_candidates as short_name
        on candidates.short_id = short_name.identity_id
    inner join of_candidates as long_name
        on
            candidates.long_id = long_name.identity_id
            and short_name.submission_id = long_name.submission_id

),

-- that only the legal form is left out is enough; what leaves out more, or writes 厂 for 公司, must have the same equipment
evidenced as (

    select
        candidates.short_id,
        candidates.long_id
    from candidates
    left join of_same_equipment
        on
            candidates.short_id = of_same_equipment.short_id
            and candidates.long_id = of_same_equipment.long_id
    left join of_one_table
        on
            candidates.short_id = of_one_table.short_id
            and candidates.long_id = of_one_table.long_id
    where
        (candidates.is_form_alone or of_same_equipment.short_id is not null)
        and of_one_table.short_id is null
    group by candidates.short_id, candidates.long_id

),

numbered as (

    select
        short_id,
        count(distinct long_id) as longer_names
    from candidates
    group by short_id

),

sure as (

    select
        evidenced.short_id,
        evidenced.long_id
    from evidenced
    inner join numbered
        on evidenced.short_id = numbered.short_id
    where numbered.longer_names = 1

),

-- 宏源 may be short for 宏源水泥 and 宏源水泥公司, where these two are one
repeated as (

    select distinct
        middle.short_id,
        middle.long_id
    from candidates as middle
    inner join sure
        on middle.long_id = sure.short_id
    inner join candidates as longest
        on
            middle.short_id = longest.short_id
            and sure.long_id = longest.long_id

),

still_numbered as (

    select
        candidates.short_id,
        min(candidates.long_id) as long_id
    from candidates
    left join repeated
        on
            candidates.short_id = repeated.short_id
            and candidates.long_id = repeated.long_id
    where repeated.short_id is null
    group by candidates.short_id
    having count(distinct candidates.long_id) = 1

),

abbreviated as (

    select
        evidenced.short_id,
        evidenced.long_id
    from evidenced
    inner join still_numbered
        on
            evidenced.short_id = still_numbered.short_id
            and evidenced.long_id = still_numbered.long_id

),

links_found as (

    select
        short_id as node,
        long_id as neighbour,
        cast(null as integer) as sequence
    from abbreviated
    union all
    select
        identity_id as node,
        other_identity_id as neighbour,
        sequence
    from decided
    where kind = 'merge' and identity_id != other_identity_id

),

links as (

    select node, neighbour from links_found
    union
    select neighbour as node, node as neighbour from links_found
    union
    select node, node as neighbour from links_found
    union
    select neighbour as node, neighbour from links_found

),

{{ propagated('links', doublings) }},

of_merges as (

    select
        node,
        max(sequence) as sequence
    from (
        select node, sequence from links_found
        union all
        select neighbour as node, sequence from links_found
    ) as ends
    where sequence is not null
    group by node

),

-- two codes are two enterprises, whatever links them: then none of the links holds
components as (

    select
        propagated.label,
        count(distinct identified.known_code) as codes,
        min(case when identified.known_code is not null then identified.identity_id end) as coded_id
    from propagated
    inner join identified
        on propagated.node = identified.identity_id
    group by propagated.label

)

select
    identified.written_id,
    identified.name_id,
    identified.identity_id,
    case
        when components.codes <= 1 then coalesce(components.coded_id, components.label)
        else identified.identity_id
    end as enterprise_id,
    identified.registry_code,
    identified.enterprise_key,
    identified.credit_code,
    case
        when components.codes > 1 then 'codes_differ'
        when components.label is not null and of_merges.sequence is not null then 'decision'
        when components.label is not null and coalesce(components.coded_id, components.label) != identified.identity_id
            then 'abbreviation'
        when identified.known_code is not null then 'credit_code'
        else 'name'
    end as match_rule,
    case when components.codes <= 1 then of_merges.sequence end as merged_by,
    coalesce(propagated.label = propagated.label_before, true) as is_settled
from identified
left join propagated
    on identified.identity_id = propagated.node
left join components
    on propagated.label = components.label
left join of_merges
    on identified.identity_id = of_merges.node
