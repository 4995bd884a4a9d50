{{ config(materialized='ephemeral') }}

with obligations as (

    select * from {{ ref('stg_obligations') }}

),

extensions as (

    select * from {{ ref('int_decision') }}
    where kind = 'extend' and is_in_force

)

select
    obligations.regime,
    obligations.round,
    obligations.reporter_code,
    obligations.what,
    -- whose arrival tells what came of it; a city and the province send nothing here
    obligations.form,
    coalesce(extensions.due, obligations.due) as due,
    obligations.due as due_in_plan,
    extensions.sequence as extended_by
from obligations
left join extensions
    on
        obligations.what = 'exit_statistics'
        and obligations.regime = extensions.regime
        and obligations.round = extensions.round
        and obligations.reporter_code = extensions.reporter_code
