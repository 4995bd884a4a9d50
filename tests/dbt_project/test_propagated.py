"""Links of enterprises are followed as far as the macro says, and where that is not far enough it is told."""

from pathlib import Path

import duckdb
import jinja2
import pytest

import dbt_project

MACRO = Path(dbt_project.__file__).parent / "macros" / "propagated.sql"
DOUBLINGS = 4
"""As in int_enterprise: sixteen links are followed."""


def follow(pairs: list[tuple[int, int]]) -> dict[int, tuple[int, bool]]:
    """Of each node of ``pairs`` the label it is given, and whether the last step left it as it was."""
    both_ways = {(one, other) for pair in pairs for one in pair for other in pair}
    values = ", ".join(map(str, sorted(both_ways)))
    ctes = jinja2.Environment().from_string(MACRO.read_text() + "{{ propagated('links', doublings) }}")
    query = f"with links(node, neighbour) as (values {values}), {ctes.render(doublings=DOUBLINGS)} "
    lines = duckdb.sql(query + "select node, label, label = label_before from propagated").fetchall()
    return {node: (label, is_settled) for node, label, is_settled in lines}


def test_a_chain_of_sixteen_links_is_one_and_two_chains_are_two():
    chain = [(node, node + 1) for node in range(16)]
    apart = [(node + 100, node + 101) for node in range(16)]

    found = follow(chain + apart)

    assert all(found[node] == (0, True) for node in range(17))
    assert all(found[node + 100] == (100, True) for node in range(17))


@pytest.mark.parametrize("links", [17, 40])
def test_a_longer_chain_is_told(links):
    found = follow([(node, node + 1) for node in range(links)])

    assert not all(is_settled for _, is_settled in found.values())
