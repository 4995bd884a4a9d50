{#
  Connected components without recursion, which not every engine has: CTEs that give every node of `links` (columns
  `node` and `neighbour`; each link both ways, each node linked to itself) the least `label` of all it is linked with.
  Each of the `doublings` joins what is within reach with itself, so that reach doubles: four follow sixteen links. A step
  for every link would read no more rows, but an engine plans a query of many steps far longer than it runs it. The last
  CTE is `propagated`, with `label`, carried one link further still, and the `label_before` it had without that: where they
  differ, the doublings were too few.
#}
{% macro propagated(links, doublings) -%}
    {% for doubling in range(doublings) -%}
    {%- set nearer = 'within_' ~ 2 ** doubling if doubling else links -%}
    within_{{ 2 ** (doubling + 1) }} as (

        select distinct
            near.node,
            far.neighbour
        from {{ nearer }} as near
        inner join {{ nearer }} as far
            on near.neighbour = far.node

    ),

    {% endfor -%}
    least_within_reach as (

        select
            node,
            min(neighbour) as label
        from within_{{ 2 ** doublings }}
        group by node

    ),

    propagated as (

        select
            {{ links }}.node,
            min(reached.label) as label,
            min(case when {{ links }}.node = {{ links }}.neighbour then reached.label end) as label_before
        from {{ links }}
        inner join least_within_reach as reached
            on {{ links }}.neighbour = reached.node
        group by {{ links }}.node

    )
{%- endmacro %}
