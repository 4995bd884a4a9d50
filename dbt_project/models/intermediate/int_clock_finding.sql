{% set others_values = {
    'other_submission': 'held_against.other_submission_id',
    'other_reporter': 'reporters.reporter',
    'other_file': 'submissions.file',
    'other_sheet': 'held_against.other_sheet',
    'other_row': 'held_against.other_row',
    'other_enterprise': 'held_against.other_enterprise',
    'other_standard': 'held_against.standard',
    'other_order': "coalesce(held_against.order_no, '—')",
    'other_ordered_on': "coalesce(cast(held_against.ordered_on as string), '—')",
    'other_basis': "coalesce(held_against.legal_basis, '—')",
} %}
{% set values = {'value': 'gathered.value', 'due': 'gathered.due'} %}

with orders as (

    select
        int_rectification.*,
        coalesce(nullif(concat(category, case when standard is null then '' else concat('：', standard) end), ''), '—')
            as failed
    from {{ ref('int_rectification') }} as int_rectification

),

exits as (

    select distinct
        regime,
        enterprise_id
    from {{ ref('int_exit') }}
    where round = 'annual'

),

claimed as (

    select claims.*
    from {{ ref('int_claim') }} as claims
    inner join {{ ref('int_exit_matched') }} as matched
        on claims.row_id = matched.row_id
    where claims.round = 'annual'

),

held as (

    {{ enterprises_held() }}

),

-- what an objection holds was reported: where it stays is asked by the objection
reported as (

    select
        regime,
        enterprise_id
    from exits
    union all
    select
        regime,
        enterprise_id
    from held
    where round = 'annual'

),

submissions as (

    select * from {{ ref('int_submission_status') }}
    where status = 'counting'

),

reporters as (

    select * from {{ ref('stg_reporters') }}

),

rules as (

    select * from {{ ref('stg_rules') }}

),

red_listed as (

    select * from orders
    where card = '红牌' or state = 'closed'

),

-- the county where the enterprise lies is asked; where the list names none, the department whose list it is
annual_tables as (

    select
        submissions.submission_id,
        submissions.regime,
        submissions.reporter_code,
        case when reporters.kind != 'department' then reporters.home_code end as home_code
    from submissions
    inner join reporters
        on
            submissions.regime = reporters.regime
            and submissions.reporter_code = reporters.reporter_code
    where submissions.form = 'exit_statistics' and submissions.round = 'annual'

),

-- who has sent no annual table yet cannot be asked: once it is overdue, whoever reported the list is
unreported as (

    select
        obligations.regime,
        reporters.home_code,
        min(obligations.due) as due
    from {{ ref('int_obligation') }} as obligations
    inner join reporters
        on
            obligations.regime = reporters.regime
            and obligations.reporter_code = reporters.reporter_code
    left join annual_tables
        on
            reporters.regime = annual_tables.regime
            and reporters.home_code = annual_tables.home_code
    where
        obligations.what = 'exit_statistics'
        and obligations.round = 'annual'
        and reporters.kind != 'department'
        and annual_tables.submission_id is null
    group by obligations.regime, reporters.home_code

),

asked as (

    select
        annual_tables.submission_id as asked_submission_id,
        red_listed.*
    from red_listed
    inner join annual_tables
        on
            red_listed.regime = annual_tables.regime
            and (
                red_listed.county_code = annual_tables.home_code
                or (red_listed.county_code is null and red_listed.reporter_code = annual_tables.reporter_code)
            )
    union all
    select
        red_listed.submission_id as asked_submission_id,
        red_listed.*
    from red_listed
    inner join unreported
        on
            red_listed.regime = unreported.regime
            and red_listed.county_code = unreported.home_code
    where unreported.due < red_listed.as_of

),

not_among_the_exits as (

    select
        asked.*,
        -- an enterprise is asked about once, and by a name that no code or decision changes: what was explained stays so
        min(asked.enterprise_full_key) over (
            partition by asked.asked_submission_id, coalesce(asked.enterprise_id, asked.rectification_id)
        ) as apart
    from asked
    -- whoever reported the exit, and by which name: the enterprise is among the exits of the year
    left join reported
        on
            asked.regime = reported.regime
            and asked.enterprise_id = reported.enterprise_id
    where reported.enterprise_id is null

),

-- an exit of that name in another county is named: whoever put it there may mean the one on the red list
of_that_name_elsewhere as (

    select distinct
        asked.asked_submission_id,
        asked.enterprise,
        asked.apart,
        claimed.regime,
        claimed.reporter_code,
        claimed.submission_id,
        claimed.sheet,
        claimed.row,
        claimed.enterprise as claimed_enterprise,
        claimed.capacity_text
    from not_among_the_exits as asked
    inner join claimed
        on
            asked.regime = claimed.regime
            and asked.enterprise_full_key in (claimed.enterprise_full_key, claimed.enterprise_key)
    where coalesce(asked.county_code, '') != coalesce(claimed.county_code, '')

),

held_against as (

    select
        'X06' as rule,
        asked_submission_id as submission_id,
        cast(null as string) as row_id,
        cast(null as string) as sheet,
        cast(null as string) as cell,
        enterprise as value,
        cast(null as date) as due,
        apart,
        regime,
        reporter_code,
        submission_id as other_submission_id,
        sheet as other_sheet,
        row as other_row,
        enterprise as other_enterprise,
        0 as is_other_exit,
        failed as standard,
        order_no,
        ordered_on,
        legal_basis
    from not_among_the_exits
    union all
    select
        'X06' as rule,
        asked_submission_id as submission_id,
        cast(null as string) as row_id,
        cast(null as string) as sheet,
        cast(null as string) as cell,
        enterprise as value,
        cast(null as date) as due,
        apart,
        regime,
        reporter_code,
        submission_id as other_submission_id,
        sheet as other_sheet,
        row as other_row,
        claimed_enterprise as other_enterprise,
        1 as is_other_exit,
        coalesce(capacity_text, '—') as standard,
        cast(null as string) as order_no,
        cast(null as date) as ordered_on,
        cast(null as string) as legal_basis
    from of_that_name_elsewhere
    union all
    select
        'X08' as rule,
        submission_id,
        rectification_id as row_id,
        sheet,
        order_cell as cell,
        enterprise as value,
        due,
        -- one order may fill the cells of several rows
        concat(cast(row as string), '|', category) as apart,
        regime,
        reporter_code,
        submission_id as other_submission_id,
        sheet as other_sheet,
        row as other_row,
        enterprise as other_enterprise,
        0 as is_other_exit,
        failed as standard,
        order_no,
        ordered_on,
        legal_basis
    from orders
    where state = 'overdue'

),

evidenced as (

    select
        held_against.*,
        {{ filled('rules.evidence', others_values) }} as evidence,
        {{ filled('rules.evidence_en', others_values) }} as evidence_en,
        row_number() over (
            partition by held_against.rule, held_against.submission_id, held_against.apart
            order by held_against.is_other_exit, held_against.other_submission_id, held_against.other_row
        ) as place
    from held_against
    inner join rules
        on held_against.rule = rules.rule
    left join submissions
        on held_against.other_submission_id = submissions.submission_id
    left join reporters
        on
            held_against.regime = reporters.regime
            and held_against.reporter_code = reporters.reporter_code

),

gathered as (

    select
        rule,
        submission_id,
        apart,
        min(row_id) as row_id,
        min(sheet) as sheet,
        min(cell) as cell,
        min(value) as value,
        min(due) as due,
        {{ evidence_of_others() }}
    from evidenced
    group by rule, submission_id, apart

)

select
    {{ stable_finding_id(
        'submissions.sha256', 'submissions.reporter_code', 'gathered.rule', 'gathered.sheet', 'gathered.cell',
        'gathered.apart'
    ) }} as finding_id,
    gathered.submission_id,
    gathered.row_id,
    gathered.rule,
    rules.severity,
    gathered.sheet,
    gathered.cell,
    gathered.value,
    {{ texts_of_rule(values) }},
    gathered.evidence,
    gathered.evidence_en
from gathered
inner join rules
    on gathered.rule = rules.rule
inner join submissions
    on gathered.submission_id = submissions.submission_id
