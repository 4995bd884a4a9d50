"""dbt's documentation of a warehouse: one page, whole by itself, made of a copy."""

import re

import duckdb
import pytest

import dbt_project
from dbt_project.documentation import without_outside

FOLDER = "documentation/warehouse"


@pytest.fixture(scope="module")
def page(ankang) -> str:
    with duckdb.connect(ankang.store.location("warehouse.duckdb"), read_only=True):
        key = dbt_project.build_docs(ankang.store.root, FOLDER)
    return ankang.store.read_bytes(key).decode()


def test_the_page_has_the_models_with_the_columns_of_the_warehouse(page):
    # a type in capitals comes from the database, not from the project
    assert re.search(r'"capacity_unit": \{"type": "VARCHAR", "index": \d+, "name": "capacity_unit"', page)
    assert "model.huizong.fct_exit" in page


def test_the_page_reaches_nothing_outside(page):
    assert "cloudfront" not in page
    assert not re.search(r'<(?:script|img|link|iframe)[^>]+(?:src|href)="(?:https?:)?//', page)
    assert page.index("default-src 'none'") < page.index("<script")


def test_the_page_does_not_tell_where_the_store_lies(page, ankang):
    assert str(ankang.store.root) not in page


def test_placeholders_of_addresses_are_not_fetched():
    assert without_outside('<use xlink:href="{{ icon }}">') == '<use ng-attr-xlink:href="{{ icon }}">'


def test_documenting_reads_beside_a_reader_and_leaves_the_warehouse_as_it_was(ankang):
    before = ankang.store.read_bytes("warehouse.duckdb")
    with duckdb.connect(ankang.store.location("warehouse.duckdb"), read_only=True):
        dbt_project.build_docs(ankang.store.root, FOLDER)
    assert ankang.store.read_bytes("warehouse.duckdb") == before
    assert ankang.store.keys(".documenting") == []


def test_without_a_warehouse_it_says_so(collection):
    with pytest.raises(dbt_project.WarehouseError, match="数据仓库还没有建立"):
        dbt_project.build_docs(collection.store.root, FOLDER)
