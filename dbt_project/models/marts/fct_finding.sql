with findings_of_one_file as (

    select * from {{ ref('stg_findings') }}

),

cross_findings as (

    select * from {{ ref('int_cross_finding') }}

),

clock_findings as (

    select * from {{ ref('int_clock_finding') }}

),

acceptance_findings as (

    select * from {{ ref('int_acceptance_finding') }}

),

findings as (

    {% for findings in ['findings_of_one_file', 'cross_findings', 'clock_findings', 'acceptance_findings'] -%}
    select
        finding_id,
        submission_id,
        row_id,
        rule,
        severity,
        sheet,
        cell,
        value,
        message,
        message_en,
        remedy,
        remedy_en,
        {% for evidence in ['evidence', 'evidence_en'] -%}
        {{ evidence if findings != 'findings_of_one_file' else 'cast(null as string)' }} as {{ evidence }},
        {% endfor -%}
        {{ 'settled_by' if findings == 'cross_findings' else 'cast(null as integer)' }} as settled_by
    from {{ findings }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

submissions as (

    select * from {{ ref('int_submission_status') }}

),

resolutions as (

    select
        submission_id,
        finding_id,
        max_by(kind, sequence) as kind,
        max(sequence) as resolved_by
    from {{ ref('int_decision') }}
    where kind in ('explain', 'waive') and is_in_force and not is_expired
    group by submission_id, finding_id

)

select
    {{ stable_id(['findings.submission_id', 'findings.finding_id', 'findings.row_id']) }} as finding_line_id,
    findings.finding_id,
    findings.submission_id,
    submissions.regime,
    submissions.round,
    submissions.reporter_code,
    findings.row_id,
    findings.rule,
    findings.severity,
    findings.sheet,
    findings.cell,
    findings.value,
    findings.message,
    findings.message_en,
    findings.remedy,
    findings.remedy_en,
    findings.evidence,
    findings.evidence_en,
    case
        when resolutions.kind = 'explain' then 'explained'
        when resolutions.kind = 'waive' then 'waived'
        when findings.settled_by is not null then 'chosen'
        else 'open'
    end as resolution,
    coalesce(resolutions.resolved_by, findings.settled_by) as resolved_by
from findings
inner join submissions
    on findings.submission_id = submissions.submission_id
left join resolutions
    on
        findings.submission_id = resolutions.submission_id
        and findings.finding_id = resolutions.finding_id
