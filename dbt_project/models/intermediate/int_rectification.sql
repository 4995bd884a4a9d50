with listed as (

    select * from {{ ref('stg_rectification') }}

),

submissions as (

    select * from {{ ref('int_submission_status') }}
    where form = 'rectification' and status = 'counting'

),

reporters as (

    select * from {{ ref('stg_reporters') }}

),

mentions as (

    select * from {{ ref('int_mention') }}
    where told_in = 'rectification'

),

enterprises as (

    select * from {{ ref('int_enterprise') }}

),

divisions as (

    select * from {{ ref('stg_divisions') }}

),

cycles as (

    select distinct
        regime,
        year,
        area_code
    from {{ ref('stg_cycles') }}

),

clocks as (

    select * from {{ ref('stg_clocks') }}

),

exits as (

    select * from {{ ref('int_exit') }}
    where round != 'plan'

),

exit_categories as (

    select * from {{ ref('fct_exit_category') }}

),

today as (

    select distinct as_of from clocks

),

-- the list runs on through the year: the last that came of a reporter is the whole list, whatever its round
running_lists as (

    select
        submission_id,
        row_number() over (
            partition by regime, reporter_code, reported_as
            order by receipt_no desc, length(submission_id) desc, submission_id desc
        ) as place_from_last
    from submissions

),

placed as (

    select
        listed.*,
        enterprises.written_id,
        enterprises.enterprise_id,
        reporters.home_code,
        {{ place_spoken_of('listed') }} as place_code
    from listed
    inner join running_lists
        on
            listed.submission_id = running_lists.submission_id
            and running_lists.place_from_last = 1
    inner join reporters
        on
            listed.regime = reporters.regime
            and listed.reporter_code = reporters.reporter_code
    left join mentions
        on listed.row_id = mentions.row_id
    left join enterprises
        on mentions.written_id = enterprises.written_id

),

-- what a plan does not state is null, and never borrowed from another
ordered as (

    select
        placed.*,
        cycles.year,
        cycles.area_code,
        coalesce(places.city_code, placed.city_code, homes.city_code) as place_city_code,
        today.as_of,
        clocks.rectify_months,
        coalesce(clocks.stops_at_once, false) as stops_at_once,
        clocks.consequence,
        clocks.legal_basis,
        {{ months_after('placed.ordered_on', 'clocks.rectify_months') }} as due_by_clock,
        clocks.most_extension_months,
        coalesce(placed.term_until, {{ months_after('placed.ordered_on', 'placed.months_given') }}) as due_by_order
    from placed
    inner join cycles
        on placed.regime = cycles.regime
    cross join today
    left join clocks
        on
            placed.regime = clocks.regime
            and placed.category = clocks.category
    left join divisions as places
        on placed.place_code = places.division_code
    left join divisions as homes
        on placed.home_code = homes.division_code

),

-- an order may give less time than the plan, not more
termed as (

    select
        ordered.*,
        case
            when card = '红牌' then null
            when due_by_clock <= coalesce(due_by_order, due_by_clock) then 'clock'
            when due_by_order is not null then 'order'
        end as due_by
    from ordered

),

-- what has run out is not put off any more, and what is decided tomorrow not yet
extended as (

    select
        termed.*,
        case due_by when 'clock' then due_by_clock when 'order' then due_by_order end as due_before_extension,
        case
            when coalesce(extension_months, 0) <= 0 then 'none'
            when most_extension_months is null then 'not_allowed'
            when extension_months > most_extension_months then 'too_long'
            when extension_document is null then 'undocumented'
            when extended_on > as_of then 'ahead'
            when extended_on < ordered_on then 'before_order'
            when extended_on > case due_by when 'clock' then due_by_clock else due_by_order end then 'after_term'
            else 'applied'
        end as extension
    from termed

),

-- months are counted from the day of the order, extension included: no day is lost at the end of a short month
due as (

    select
        extended.*,
        case
            when due_by = 'clock' and extension = 'applied'
                then {{ months_after('ordered_on', 'rectify_months + extension_months') }}
            when due_by = 'clock' then due_by_clock
            when due_by = 'order' and extension = 'applied' and term_until is null
                then {{ months_after('ordered_on', 'months_given + extension_months') }}
            when due_by = 'order' and extension = 'applied'
                then {{ months_after('term_until', 'extension_months') }}
            when due_by = 'order' then due_by_order
        end as due,
        -- what is dated after the day of the build has not happened yet
        coalesce(
            case when result = '已关闭' then coalesce(closed_on, result_on) else coalesce(result_on, closed_on) end > as_of,
            false
        ) as is_ahead
    from extended

),

-- 关停, 停业, 关闭, 取缔 are of a whole enterprise (鲁经信产〔2017〕481号 二(六)), any other exit is of what failed its standards
exited as (

    select distinct due.row_id
    from due
    inner join exits
        on
            due.enterprise_id = exits.enterprise_id
            and coalesce(exits.shut_on, exits.dismantled_on)
            between due.ordered_on and least(coalesce(due.due, due.as_of), due.as_of)
    inner join exit_categories
        on exits.exit_id = exit_categories.exit_id
    where exits.method in ('关停', '停业', '关闭', '取缔') or exit_categories.category = due.category

),

ended as (

    select
        due.*,
        exited.row_id is not null as is_exited,
        closed_on <= as_of or (result = '已关闭' and not is_ahead) as is_closed
    from due
    left join exited
        on due.row_id = exited.row_id

),

-- a closure is of the enterprise, whichever list and standard it stands under
stated as (

    select
        ended.*,
        case
            when is_closed then 'closed'
            when result = '已达标' and not is_ahead then 'passed'
            when
                is_exited
                or (
                    enterprise_id is not null
                    and max(case when is_closed then coalesce(closed_on, result_on, as_of) end) over (
                        partition by area_code, enterprise_id
                    ) >= coalesce(ordered_on, as_of)
                )
                then 'exited'
            when card = '红牌' then 'closing'
            when due < as_of then 'overdue'
            else 'open'
        end as state,
        max(year) over (
            partition by area_code, reporter_code, card, category, enterprise_id, coalesce(order_no, row_id)
        ) as latest_year
    from ended

)

select
    row_id as rectification_id,
    row_id,
    submission_id,
    regime,
    round,
    year,
    reporter_code,
    sheet,
    row,
    coalesce(order_cell, enterprise_cell) as order_cell,
    place_city_code as city_code,
    place_code as county_code,
    county,
    industry,
    industry_code,
    enterprise,
    enterprise_full_key,
    written_id,
    enterprise_id,
    credit_code,
    card,
    category,
    standard,
    order_no,
    ordered_on,
    months_given,
    term_until,
    rectify_months,
    due_by,
    due_before_extension,
    extension,
    extension_months,
    extension_document,
    extended_on,
    due,
    result,
    result_on,
    closed_on,
    licence_cancelled_on,
    stops_at_once,
    consequence,
    legal_basis,
    state,
    cast(case when state = 'open' then {{ dbt.datediff('as_of', 'due', 'day') }} end as integer) as days_left,
    case when state = 'overdue' then {{ days_late('as_of', 'due') }} end as days_overdue,
    is_ahead,
    year = latest_year as is_latest,
    as_of
from stated
