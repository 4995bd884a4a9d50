select
    cast(division_code as string) as division_code,
    cast(division as string) as division,
    cast(level as string) as level,
    cast(parent_code as string) as parent_code,
    cast(city_code as string) as city_code,
    cast(province_code as string) as province_code,
    cast(host_code as string) as host_code
from {{ source('rulebook', 'divisions') }}
