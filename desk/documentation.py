"""The documentation of a store: Great Expectations' Data Docs of a cycle, dbt docs of the warehouse.

It is built by a step of its own (DAG ``publish_documentation``, ``huizong docs``), never by a build of the warehouse:
nobody who waits for a figure waits for it.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from rulebook import Rulebook
from store import Store

JUDGING = "documentation/judging"
WAREHOUSE = "documentation/warehouse"
FIRST_PAGE = "index.html"


def judging_folder(regime_key: str, round_key: str) -> str:
    """The key below which the Data Docs of a cycle lie."""
    return f"{JUDGING}/{regime_key}/{round_key}"


def document_judging(
    store_root: str | os.PathLike[str], regime_key: str, round_key: str, rulebook: Rulebook
) -> str | None:
    """Build the Data Docs of a cycle; the key of their first page, None where nothing of it is judged yet."""
    import expectations

    folder = judging_folder(regime_key, round_key)
    return expectations.build_data_docs(Store(store_root), regime_key, round_key, folder, rulebook)


def document_warehouse(store_root: str | os.PathLike[str], progress: Callable[[str], None] | None = None) -> str | None:
    """Build dbt's documentation of the warehouse; the key of its page, None where no warehouse was built yet."""
    import dbt_project

    if not Store(store_root).exists("warehouse.duckdb"):
        return None
    return dbt_project.build_docs(store_root, WAREHOUSE, progress)
