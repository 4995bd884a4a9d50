"""Who owes what by when, as the five plans state it; what is ours is marked so."""

from datetime import date

import pytest

CALENDAR = {
    "ankang-2024": {
        ("county", "exit_statistics", "plan", "2024-07-19"),
        ("zone", "exit_statistics", "plan", "2024-07-19"),
        ("county", "plan_report", "plan", "2024-07-19"),
        ("zone", "plan_report", "plan", "2024-07-19"),
        ("county", "work_plan", "plan", "2024-07-19"),
        ("department", "exit_statistics", "midyear", "2024-07-19"),
        ("department", "exit_statistics", "annual", "2024-12-31"),
        ("county", "exit_statistics", "annual", "2024-12-30"),
        ("zone", "exit_statistics", "annual", "2024-12-30"),
        ("county", "summary", "annual", "2024-12-30"),
        ("zone", "summary", "annual", "2024-12-30"),
        ("department", "summary", "annual", "2024-12-30"),
        ("county", "evidence", "annual", "2024-12-30"),
        ("zone", "evidence", "annual", "2024-12-30"),
        ("department", "evidence", "annual", "2024-12-30"),
        ("city", "city_report", "annual", "2025-01-31"),
    },
    "liaocheng-2025": {
        ("county", "exit_statistics", "midyear", "2025-07-15"),
        ("zone", "exit_statistics", "midyear", "2025-07-15"),
        ("department", "exit_statistics", "midyear", "2025-07-15"),
        ("county", "summary", "midyear", "2025-07-15"),
        ("zone", "summary", "midyear", "2025-07-15"),
        ("department", "summary", "midyear", "2025-07-15"),
        ("county", "exit_statistics", "annual", "2025-12-31"),
        ("zone", "exit_statistics", "annual", "2025-12-31"),
        ("department", "exit_statistics", "annual", "2025-12-31"),
        ("county", "summary", "annual", "2025-12-31"),
        ("zone", "summary", "annual", "2025-12-31"),
        ("department", "summary", "annual", "2025-12-31"),
        ("city", "public_notice", "annual", "2026-01-31"),
        ("city", "city_report", "annual", "2026-01-31"),
    },
    "weihai-2022": {
        ("county", "exit_statistics", "annual", "2022-12-20"),
        ("zone", "exit_statistics", "annual", "2022-12-20"),
        ("department", "exit_statistics", "annual", "2022-12-20"),
        ("county", "summary", "annual", "2022-12-20"),
        ("zone", "summary", "annual", "2022-12-20"),
        ("department", "summary", "annual", "2022-12-20"),
    },
    "shenzhen-2019": {
        ("department", "enterprise_list", "midyear", "2019-06-30"),
        ("department", "enterprise_list", "annual", "2020-01-31"),
        ("county", "exit_statistics", "annual", "2019-12-31"),
        ("zone", "exit_statistics", "annual", "2019-12-31"),
        ("department", "exit_statistics", "annual", "2019-12-31"),
        ("county", "summary", "annual", "2019-12-31"),
        ("zone", "summary", "annual", "2019-12-31"),
        ("department", "summary", "annual", "2019-12-31"),
        ("county", "publication_state", "annual", "2019-12-31"),
        ("zone", "publication_state", "annual", "2019-12-31"),
        ("department", "publication_state", "annual", "2019-12-31"),
        ("city", "city_report", "annual", "2020-01-15"),
    },
    "shandong-2017": {
        ("province", "work_plan", "plan", "2017-03-31"),
        ("county", "exit_statistics", "annual", "2017-12-31"),
        ("department", "exit_statistics", "annual", "2017-12-31"),
        ("province", "province_report", "annual", "2018-01-31"),
    },
    "shaanxi-2018": {
        ("county", "exit_statistics", "annual", "2018-12-31"),
    },
}


@pytest.mark.parametrize("key", CALENDAR)
def test_the_calendar_is_the_plans(regimes, key):
    obligations = regimes[key].obligations
    stated = {(duty.who, duty.what, duty.round, duty.due.isoformat()) for duty in obligations}
    assert stated == CALENDAR[key]
    assert len(obligations) == len(stated)


def test_what_no_plan_states_is_ours_and_nothing_else(regimes):
    ours = {(key, duty.who, duty.what) for key, regime in regimes.items() for duty in regime.obligations if duty.ours}
    assert ours == {
        ("ankang-2024", "county", "exit_statistics"),
        ("ankang-2024", "zone", "exit_statistics"),
        ("shandong-2017", "county", "exit_statistics"),
        ("shaanxi-2018", "county", "exit_statistics"),
    }


def test_what_must_be_had_before_reporting_upwards(regimes):
    conditions = {
        (key, duty.what): duty.requires
        for key, regime in regimes.items()
        for duty in regime.obligations
        if duty.requires
    }
    assert conditions == {
        ("ankang-2024", "city_report"): ("consent",),
        ("liaocheng-2025", "city_report"): ("public_notice",),
        ("shandong-2017", "work_plan"): ("consent",),
        ("shandong-2017", "province_report"): ("consent",),
    }


@pytest.mark.parametrize(
    ("key", "reporter", "round", "due"),
    [
        ("ankang-2024", "610924", "plan", date(2024, 7, 19)),
        ("ankang-2024", "610924", "midyear", None),
        ("ankang-2024", "610924", "annual", date(2024, 12, 30)),
        ("ankang-2024", "610900-q01", "annual", date(2024, 12, 30)),
        ("ankang-2024", "610900-fgw", "plan", None),
        ("ankang-2024", "610900-fgw", "midyear", date(2024, 7, 19)),
        ("ankang-2024", "610900-fgw", "annual", date(2024, 12, 31)),
        ("liaocheng-2025", "371500-q03", "midyear", date(2025, 7, 15)),
        ("weihai-2022", "371000-sthj", "annual", date(2022, 12, 20)),
        ("weihai-2022", "371082", "midyear", None),
        ("shenzhen-2019", "440300-sthj", "midyear", None),
        ("shenzhen-2019", "440300-swj", "annual", date(2019, 12, 31)),
        ("shandong-2017", "370000-yjgl", "annual", date(2017, 12, 31)),
        ("shandong-2017", "370000-gxj", "annual", None),
        ("shaanxi-2018", "610300-fgw", "annual", None),
    ],
)
def test_a_reporter_owes_the_exit_table_by_its_own_day(regimes, key, reporter, round, due):
    assert regimes[key].owed(reporter, round) == due
