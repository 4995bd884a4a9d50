select
    {{ row_of_a_list() }},
    cast(card as string) as card,
    cast(category as string) as category,
    -- a stroke is no standard, and orders without a number are not one order
    cast(case when standard_problem is null then standard_text end as string) as standard,
    cast(case when order_no_problem is null then order_no_text end as string) as order_no,
    cast(ordered_on as date) as ordered_on,
    cast(months_given as integer) as months_given,
    cast(term_until as date) as term_until,
    cast(extension_months as integer) as extension_months,
    cast(extension_document as string) as extension_document,
    cast(extended_on as date) as extended_on,
    cast(result as string) as result,
    cast(result_on as date) as result_on,
    cast(closed_on as date) as closed_on,
    cast(licence_cancelled_on as date) as licence_cancelled_on,
    cast(order_no_cell as string) as order_cell
from {{ source('batches', 'rectification_rows') }}
