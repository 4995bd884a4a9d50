select
    cast(submission_id as string) as submission_id,
    cast(stage as string) as stage,
    cast(name_no as integer) as name_no,
    cast(enterprise as string) as enterprise,
    cast(enterprise_key as string) as enterprise_key,
    cast(enterprise_full_key as string) as enterprise_full_key
from {{ source('batches', 'photos') }}
