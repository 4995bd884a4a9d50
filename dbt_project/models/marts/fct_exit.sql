select
    exit_id,
    regime,
    round,
    year,
    city_code,
    county_code,
    industry,
    industry_code,
    enterprise_id,
    cast(capacity as decimal(28, 8)) as capacity,
    capacity_unit,
    cast(equipment_count as integer) as equipment_count,
    method,
    shut_on,
    dismantled_on,
    is_dismantled,
    reconciliation
from {{ ref('int_exit') }}
where round in ('midyear', 'annual')
