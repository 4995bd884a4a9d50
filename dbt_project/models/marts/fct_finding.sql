with findings as (

    select * from {{ ref('stg_findings') }}

),

submissions as (

    select * from {{ ref('int_submission_status') }}

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
    'open' as resolution
from findings
inner join submissions
    on findings.submission_id = submissions.submission_id
