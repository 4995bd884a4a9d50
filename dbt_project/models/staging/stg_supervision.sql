select
    {{ row_of_a_list() }},
    cast(category as string) as category,
    cast(standard_text as string) as standard,
    cast(inspect_by as date) as inspect_by,
    cast(result_text as string) as result,
    cast(inspected_on as date) as inspected_on
from {{ source('batches', 'supervision_rows') }}
