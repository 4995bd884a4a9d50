select
    cast(regime as string) as regime,
    cast(reporter_code as string) as reporter_code,
    cast(category as string) as category
from {{ source('rulebook', 'reporter_categories') }}
