-- of a reporter that was several counties in the regime's year: one of each, or one of the whole
select
    regime,
    round,
    form,
    reporter_code
from {{ ref('fct_submission') }}
where status = 'counting' and form not in ('document', 'acceptance')
group by regime, round, form, reporter_code
having
    count(*) > count(distinct coalesce(reported_as, ''))
    or (count(*) > 1 and count(reported_as) < count(*))
