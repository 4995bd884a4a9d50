select
    cast(category as string) as category,
    cast(position as integer) as category_position
from {{ source('rulebook', 'categories') }}
