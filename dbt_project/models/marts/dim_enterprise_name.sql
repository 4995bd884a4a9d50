{{ config(materialized='view') }}

select
    written_id,
    enterprise_id,
    identity_id,
    name_id,
    registry_code,
    enterprise_key,
    credit_code,
    match_rule,
    merged_by
from {{ ref('int_enterprise') }}
