select
    cast(regime as string) as regime,
    cast(reporter_code as string) as reporter_code,
    cast(part_code as string) as part_code,
    cast(part as string) as part
from {{ source('rulebook', 'reporter_parts') }}
