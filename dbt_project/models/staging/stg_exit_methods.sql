select
    cast(regime as string) as regime,
    cast(industry as string) as industry,
    cast(method as string) as method,
    cast(is_exit as boolean) as is_exit
from {{ source('rulebook', 'exit_methods') }}
