select
    cast(regime as string) as regime,
    cast(round as string) as round,
    cast(year as integer) as year,
    cast(area_code as string) as area_code,
    cast(title as string) as title,
    cast(photo_stages as string) as photo_stages,
    cast(objection_effect as string) as objection_effect
from {{ source('rulebook', 'cycles') }}
