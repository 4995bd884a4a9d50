select
    {{ stable_id(['regime', 'round']) }} as cycle_id,
    regime,
    round,
    year,
    title,
    area_code
from {{ ref('stg_cycles') }}
