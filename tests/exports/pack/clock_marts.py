"""Lines of the marts that the lists of orders are written of: two orders to rectify and one closure, by hand."""

from __future__ import annotations

from datetime import date

_OF_EVERY_ORDER = """regime text, order_regime text, order_year int, rectification_id text, submission_id text,
    reporter_code text, reporter text, sheet text, row int, order_cell text, city_code text, city text, county_code text,
    county text, industry text, enterprise text, credit_code text, category text, standard text, order_no text,
    ordered_on date, legal_basis text, consequence text, as_of date"""

TABLES = {
    "rpt_yellow_list": f"""{_OF_EVERY_ORDER}, due date, due_by text, extension text, extension_months int,
        stops_at_once boolean, state text, days_left int, days_overdue int, is_ahead boolean""",
    "rpt_red_list": f"""{_OF_EVERY_ORDER}, card text, closed_on date, licence_cancelled_on date, state text,
        is_among_exits boolean""",
    "rpt_overdue": f"{_OF_EVERY_ORDER}, due date, days_overdue int",
}

_ORDER = {
    "regime": "ankang-2024",
    "order_year": 2024,
    "reporter": "安康市工业和信息化局",
    "county": "汉阴县",
    "industry": "水泥",
    "category": "能耗",
    "standard": "GB 16780",
    "as_of": date(2025, 3, 3),
}
_OVERDUE = _ORDER | {
    "rectification_id": "000007:1:5",
    "enterprise": "=汉阴县城关水泥厂",
    "credit_code": "91610921MA70ABCD1X",
    "order_no": "-1号",
    "ordered_on": date(2024, 8, 31),
    "due": date(2025, 2, 28),
    "days_overdue": 3,
    "legal_basis": "《方案》：“应在6个月内整改，逾期的依法关停退出”",
    "consequence": "依法关停退出",
}

LINES = {
    "rpt_yellow_list": [
        _OVERDUE
        | {"state": "overdue", "extension": "too_long", "extension_months": 4, "due_by": "clock"}
        | {"is_ahead": True},
        _ORDER
        | {"rectification_id": "000007:1:6", "enterprise": "汉阴县化工厂", "category": "安全", "state": "open"}
        | {"stops_at_once": True, "extension": "none"},
    ],
    "rpt_red_list": [
        _ORDER
        | {"rectification_id": "000007:1:7", "enterprise": "汉阴县涧池砖厂", "card": "红牌", "state": "closed"}
        | {"closed_on": date(2024, 11, 1), "is_among_exits": False},
        _ORDER
        | {"rectification_id": "000007:1:8", "enterprise": "汉阴县蒲溪砖厂", "card": "红牌", "state": "closed"}
        | {"is_among_exits": True},
    ],
    "rpt_overdue": [_OVERDUE],
}
