{% set stages = {
    'before': ['拆除前照片', 'photos before'], 'during': ['拆除中照片', 'photos during'], 'after': ['拆除后照片', 'photos after']
} %}

with exits as (

    select * from {{ ref('fct_exit') }}

),

cycles as (

    select * from {{ ref('stg_cycles') }}
    where photo_stages is not null

),

acceptances as (

    select * from {{ ref('fct_acceptance') }}

),

photos as (

    select
        regime,
        enterprise_id,
        {% for stage in stages -%}
        sum(case when stage = '{{ stage }}' then 1 else 0 end) as photos_{{ stage }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('fct_photo') }}
    where is_counted
    group by regime, enterprise_id

),

-- who is asked, and where: the first row of the side that was chosen
asked_rows as (

    select
        matched.exit_id,
        min_by(matched.row_id, matched.claim_no) as row_id
    from {{ ref('int_exit_matched') }} as matched
    where matched.is_chosen
    group by matched.exit_id

),

claims as (

    select * from {{ ref('int_claim') }}

),

submissions as (

    select * from {{ ref('int_submission_status') }}

),

rules as (

    select * from {{ ref('stg_rules') }}
    where rule = 'X07'

),

proved as (

    select
        exits.exit_id,
        acceptances.submission_id as record_submission_id,
        {% for stage in stages -%}
        coalesce(photos.photos_{{ stage }}, 0) as photos_{{ stage }},
        {% endfor -%}
        {% for separator in ['、', ', '] -%}
        {% set english = loop.index0 -%}
        concat_ws(
            '{{ separator }}',
            case when acceptances.acceptance_id is null then '{{ ['验收意见表', 'acceptance record'][english] }}' end,
            case
                when acceptances.is_county_opinion_unclear
                    then '{{ ['意思明确的县级验收意见', "clear opinion of the county"][english] }}'
                when not acceptances.is_accepted_by_county
                    then '{{ ['同意的县级验收意见', "agreeing opinion of the county"][english] }}'
            end,
            case
                when acceptances.is_city_opinion_unclear
                    then '{{ ['意思明确的市级验收意见', "clear opinion of the city"][english] }}'
                when not acceptances.is_accepted_by_city
                    then '{{ ['同意的市级验收意见', "agreeing opinion of the city"][english] }}'
            end,
            -- what still stood when it was accepted was not seen dismantled
            case
                when acceptances.accepted_on < acceptances.dismantled_on
                    then '{{ ['拆除以后的验收（验收日期早于拆除日期）', 'acceptance after dismantling (it is dated before)'][english] }}'
            end,
            {%- for stage, words in stages.items() %}
            case
                when cycles.photo_stages like '%{{ stage }}%' and coalesce(photos.photos_{{ stage }}, 0) = 0
                    then '{{ words[english] }}'
            end{{ ',' if not loop.last }}
            {%- endfor %}
        ) as lacking{{ '_en' if english }}{{ ',' if not loop.last }}
        {% endfor %}
    from exits
    inner join cycles
        on
            exits.regime = cycles.regime
            and exits.round = cycles.round
    left join acceptances
        on exits.acceptance_id = acceptances.acceptance_id
    left join photos
        on
            exits.regime = photos.regime
            and exits.enterprise_id = photos.enterprise_id

),

lacking as (

    select
        proved.*,
        claims.row_id,
        claims.submission_id,
        claims.sheet,
        claims.row,
        claims.enterprise_cell as cell,
        claims.enterprise as value
    from proved
    inner join asked_rows
        on proved.exit_id = asked_rows.exit_id
    inner join claims
        on asked_rows.row_id = claims.row_id
    where proved.lacking != ''

)

select
    {{ stable_finding_id(
        'submissions.sha256', 'submissions.reporter_code', 'rules.rule', 'lacking.sheet', 'lacking.cell', "''"
    ) }} as finding_id,
    lacking.submission_id,
    lacking.row_id,
    rules.rule,
    rules.severity,
    lacking.sheet,
    lacking.cell,
    lacking.value,
    {{ texts_of_rule({'row': 'lacking.row', 'value': 'lacking.value'}) }},
    {%- for language in ['', '_en'] %}
    {{ filled('rules.evidence' ~ language, {
        'lacking': 'lacking.lacking' ~ language,
        'other_submission': "coalesce(lacking.record_submission_id, '—')",
        'photos_before': 'lacking.photos_before',
        'photos_during': 'lacking.photos_during',
        'photos_after': 'lacking.photos_after',
    }) }} as evidence{{ language }}{{ ',' if not loop.last }}
    {%- endfor %}
from lacking
cross join rules
inner join submissions
    on lacking.submission_id = submissions.submission_id
