select
    cast(industry as string) as industry,
    cast(industry_code as string) as industry_code,
    cast(industry_code_name as string) as industry_name,
    cast(industry_path as string) as industry_path
from {{ source('rulebook', 'industries') }}
