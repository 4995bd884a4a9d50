"""How long each plan gives an enterprise; what a plan does not state stays empty."""

import pytest

from rulebook import CATEGORIES

NO_MONTHS = (None, None)
ENERGY_ONLY = {"能耗": (6, 3), "环保": NO_MONTHS, "质量": NO_MONTHS, "安全": NO_MONTHS, "技术": NO_MONTHS}
ENERGY_AND_QUALITY = ENERGY_ONLY | {"质量": (6, None)}

MONTHS = {
    "weihai-2022": ENERGY_AND_QUALITY,
    "liaocheng-2025": ENERGY_AND_QUALITY,
    "shandong-2017": ENERGY_AND_QUALITY,
    "shenzhen-2019": ENERGY_ONLY,
    "ankang-2024": ENERGY_AND_QUALITY,
    "shaanxi-2018": dict.fromkeys(CATEGORIES, NO_MONTHS),
}
"""Months to rectify and months of extension: domain, clocks."""


@pytest.mark.parametrize("key", MONTHS)
def test_months_to_rectify_and_to_extend_are_the_plans(regimes, key):
    clocks = regimes[key].clocks
    assert tuple(clocks) == CATEGORIES
    assert {name: (clock.rectify_months, clock.extension_months) for name, clock in clocks.items()} == MONTHS[key]


def test_only_unsafe_production_stops_at_once_and_not_in_weihai(regimes):
    stopping = {
        (key, name) for key, regime in regimes.items() for name, clock in regime.clocks.items() if clock.stop_at_once
    }
    assert stopping == {
        ("liaocheng-2025", "安全"),
        ("shandong-2017", "安全"),
        ("shenzhen-2019", "安全"),
        ("ankang-2024", "安全"),
    }


def test_only_clauses_a_plan_lacks_have_no_outcome(regimes):
    without_outcome = {
        (key, name) for key, regime in regimes.items() for name, clock in regime.clocks.items() if clock.then is None
    }
    assert without_outcome == {("weihai-2022", "安全"), *(("shaanxi-2018", category) for category in CATEGORIES)}


@pytest.mark.parametrize(
    ("key", "category", "outcome"),
    [
        ("weihai-2022", "质量", "报经有批准权的人民政府依法关停退出"),
        ("shenzhen-2019", "质量", "吊销相关证照"),
        ("shenzhen-2019", "安全", "提请政府予以关闭"),
        ("ankang-2024", "安全", "提请地方人民政府予以关闭"),
        ("shandong-2017", "安全", "予以关闭"),
        ("ankang-2024", "环保", "报经有批准权的人民政府批准，责令停业、关闭"),
        ("liaocheng-2025", "技术", "限时拆除"),
    ],
)
def test_what_follows_when_the_standard_is_still_not_met(regimes, key, category, outcome):
    assert outcome in regimes[key].clocks[category].then


def test_where_sealed_equipment_is_made_public(regimes):
    assert {key: regime.technology_published_on for key, regime in regimes.items()} == {
        "weihai-2022": "省级人民政府或省级主管部门网站",
        "liaocheng-2025": "市级以上人民政府或市级主管部门网站",
        "shandong-2017": "省级人民政府或省级主管部门网站",
        "shenzhen-2019": None,
        "ankang-2024": "省级人民政府或省级主管部门网站",
        "shaanxi-2018": None,
    }
