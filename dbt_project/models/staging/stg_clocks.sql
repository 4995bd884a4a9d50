select
    cast(clocks.regime as string) as regime,
    cast(clocks.category as string) as category,
    cast(clocks.rectify_months as integer) as rectify_months,
    cast(clocks.extension_months as integer) as most_extension_months,
    cast(clocks.stops_at_once as boolean) as stops_at_once,
    cast(clocks.consequence as string) as consequence,
    cast(clocks.legal_basis as string) as legal_basis,
    cast(days.as_of as date) as as_of
from {{ source('rulebook', 'clocks') }} as clocks
-- one line: to read it here saves every build a model
cross join {{ source('decided', 'day') }} as days
