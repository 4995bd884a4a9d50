select
    {{ row_of_a_list() }},
    cast(severity as string) as severity,
    cast(what_text as string) as what,
    cast(occurred_on as date) as occurred_on,
    cast(measure_text as string) as measure
from {{ source('batches', 'exceedance_rows') }}
