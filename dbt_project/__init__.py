"""Settles facts: rows and findings become claims, exits and reports in ``warehouse.duckdb`` (dbt on DuckDB)."""

from dbt_project.build import WarehouseError, build
from dbt_project.documentation import build_docs

__all__ = ["WarehouseError", "build", "build_docs"]
