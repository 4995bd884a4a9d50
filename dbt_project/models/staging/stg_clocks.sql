select
    cast(regime as string) as regime,
    cast(category as string) as category,
    cast(rectify_months as integer) as rectify_months,
    cast(extension_months as integer) as most_extension_months,
    cast(stops_at_once as boolean) as stops_at_once,
    cast(consequence as string) as consequence,
    cast(legal_basis as string) as legal_basis
from {{ source('rulebook', 'clocks') }}
