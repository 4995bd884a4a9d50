"""A steward who knows the truth merges by decision what is one enterprise under several names."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import duckdb

from desk.acts import Actor, Draft
from desk.decisions import Decisions
from rulebook import Rulebook
from store import Store
from tests.proof.measure import names_of_enterprises, read_claims
from tests.proof.province import ROUND, Province
from tests.proof.three_years import YEARS, regime_of

STEWARD = Actor("wang", "王某", "steward", "370000")


def merge_by_truth(store: Store, rulebook: Rulebook, province: Province) -> int:
    """Merge whatever the build takes for several and the truth knows to be one; return the number of decisions."""
    warehouse = Path(store.location("warehouse.duckdb"))
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        lines = connection.execute(
            "select enterprise_id, min(identity_id) from marts.dim_enterprise_name group by enterprise_id"
        ).fetchall()
    identity_of = dict(lines)
    decisions = Decisions(store, rulebook)
    merges = 0
    for taken_for in names_of_enterprises(read_claims(warehouse, province)):
        for one, other in pairwise(sorted(taken_for)):
            draft = Draft(
                kind="merge",
                reason="同一家企业，名称写法不同",
                regime=regime_of(YEARS[-1]),
                round=ROUND,
                identity_id=identity_of[one],
                other_identity_id=identity_of[other],
            )
            decisions.record(draft, STEWARD, None)
            merges += 1
    return merges
