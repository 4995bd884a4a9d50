select
    regime,
    round,
    form,
    reporter_code
from {{ ref('fct_submission') }}
where status = 'counting' and form not in ('document', 'acceptance')
group by regime, round, form, reporter_code
having count(*) > 1
