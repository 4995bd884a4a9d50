select
    cast(finding_id as string) as finding_id,
    cast(submission_id as string) as submission_id,
    cast(row_id as string) as row_id,
    cast(rule as string) as rule,
    cast(severity as string) as severity,
    cast(sheet as string) as sheet,
    cast(cell as string) as cell,
    cast(value as string) as value,
    cast(message as string) as message,
    cast(message_en as string) as message_en,
    cast(remedy as string) as remedy,
    cast(remedy_en as string) as remedy_en
from {{ source('batches', 'findings') }}
