select
    cast(regime as string) as regime,
    cast(division_code as string) as division_code,
    cast(position as integer) as division_position
from {{ source('rulebook', 'regime_divisions') }}
