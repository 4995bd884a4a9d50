"""A store with one list of orders, in which every state of the clocks is met on ``DAY``; built as of that day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import dbt_project
from rulebook import load
from tests.dbt_project.collection import Collection

DAY = date(2025, 3, 3)
OFFICE, ZIYANG, HANYIN = "610900-fgw", "610924", "610921"

ORDERS = (
    {"enterprise": "逾期水泥厂", "county_code": ZIYANG, "category": "能耗", "ordered_on": date(2024, 8, 31)}
    | {"standard": "GB 16780", "order_no": "安发改责改〔2024〕1号", "credit_code": "91610924MA70ABCD1X"},
    {"enterprise": "三天水泥厂", "county_code": ZIYANG, "category": "能耗", "ordered_on": date(2024, 9, 6)},
    {"enterprise": "延期水泥厂", "county_code": HANYIN, "category": "能耗", "ordered_on": date(2024, 6, 30)}
    | {"extension_months": 3, "extension_document": "安发改函〔2024〕5号"},
    {"enterprise": "超期水泥厂", "county_code": HANYIN, "category": "能耗", "ordered_on": date(2024, 9, 30)}
    | {"extension_months": 6, "extension_document": "安发改函〔2024〕6号"},
    {"enterprise": "无期化工厂", "county_code": HANYIN, "category": "安全", "ordered_on": date(2024, 1, 1)},
    {"enterprise": "达标水泥厂", "category": "能耗", "ordered_on": date(2024, 1, 1), "result": "已达标"},
    {
        "enterprise": "红牌砖厂",
        "county_code": ZIYANG,
        "card": "红牌",
        "category": "环保",
        "closed_on": date(2024, 11, 1),
    },
    {
        "enterprise": "已报砖厂",
        "county_code": ZIYANG,
        "card": "红牌",
        "category": "环保",
        "closed_on": date(2024, 11, 2),
    },
)
"""Rows 5 to 12 of the list."""


def lay_clock_store(root: Path) -> Collection:
    """The store at ``root``: 000001 is the annual table of 紫阳县, 000002 the list of ``ORDERS``."""
    collection = Collection(root)
    collection.collect(
        ZIYANG, {"county_code": ZIYANG, "enterprise": "已报砖厂", "enterprise_full_key": "已报砖厂", "amount": "3"}
    )
    collection.list_orders(OFFICE, *ORDERS)
    dbt_project.build(collection.store.root, load(), as_of=DAY)
    return collection
