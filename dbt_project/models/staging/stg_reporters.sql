select
    cast(regime as string) as regime,
    cast(reporter_code as string) as reporter_code,
    cast(reporter as string) as reporter,
    cast(kind as string) as kind,
    cast(home_code as string) as home_code
from {{ source('rulebook', 'reporters') }}
