select
    industry,
    industry_code,
    industry_name,
    industry_path,
    cast(
        row_number() over (order by case when industry_code is null then 1 else 0 end, industry_code, industry)
        as integer
    ) as industry_position
from {{ ref('stg_industries') }}
