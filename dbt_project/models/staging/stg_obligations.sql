select
    cast(regime as string) as regime,
    cast(who as string) as who,
    cast(reporter_code as string) as reporter_code,
    cast(what as string) as what,
    cast(form as string) as form,
    cast(round as string) as round,
    cast(due as date) as due
from {{ source('rulebook', 'obligations') }}
