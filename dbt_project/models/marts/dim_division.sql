select
    division_code,
    division,
    level,
    parent_code,
    city_code,
    province_code,
    host_code
from {{ ref('stg_divisions') }}
