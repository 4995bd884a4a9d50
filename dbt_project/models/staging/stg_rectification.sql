select
    {{ row_of_a_list() }},
    cast(card as string) as card,
    cast(category as string) as category,
    cast(standard_text as string) as standard,
    cast(order_no_text as string) as order_no,
    cast(ordered_on as date) as ordered_on,
    cast(months_given as integer) as months_given,
    cast(term_until as date) as term_until,
    cast(extension_months as integer) as extension_months,
    -- a stroke names no document
    cast(case when extension_document_problem is null then extension_document_text end as string)
        as extension_document,
    cast(extended_on as date) as extended_on,
    cast(result as string) as result,
    cast(result_on as date) as result_on,
    cast(closed_on as date) as closed_on,
    cast(licence_cancelled_on as date) as licence_cancelled_on,
    cast(order_no_cell as string) as order_cell
from {{ source('batches', 'rectification_rows') }}
