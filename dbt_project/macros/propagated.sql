{#
  Connected components without recursion, which not every engine has: CTEs that give every node of `links` (columns
  `node` and `neighbour`; each link both ways, each node linked to itself) the least `label` of all it is linked with.
  Each step reads the one before once, and carries a label one link further; the last CTE is `propagated`, with
  `label` and the `label_before` it had one step earlier: where they differ, the steps were too few.
#}
{% macro propagated(links, steps) -%}
    label_0 as (

        select
            node,
            min(neighbour) as label
        from {{ links }}
        group by node

    ),

    {% for step in range(1, steps) -%}
    label_{{ step }} as (

        select
            {{ links }}.node,
            min(reached.label) as label
        from {{ links }}
        inner join label_{{ step - 1 }} as reached
            on {{ links }}.neighbour = reached.node
        group by {{ links }}.node

    ),

    {% endfor -%}
    propagated as (

        select
            {{ links }}.node,
            min(reached.label) as label,
            min(case when {{ links }}.node = {{ links }}.neighbour then reached.label end) as label_before
        from {{ links }}
        inner join label_{{ steps - 1 }} as reached
            on {{ links }}.neighbour = reached.node
        group by {{ links }}.node

    )
{%- endmacro %}
