"""Settles facts: rows and findings become claims, exits and reports in ``warehouse.duckdb`` (dbt on DuckDB)."""

from dbt_project.build import WarehouseError, build

__all__ = ["WarehouseError", "build"]
