select
    category,
    category_position
from {{ ref('stg_categories') }}
