{{ config(materialized='view') }}

with claims as (

    select * from {{ ref('int_claim') }}

),

named as (

    {{ unnested('claims', ['row_id'], 'categories', 'category', 'category_no') }}

)

select distinct
    row_id,
    cast(category as string) as category
from named
