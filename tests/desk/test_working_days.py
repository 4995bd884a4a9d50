"""A public notice runs for working days of the Chinese calendar, its holidays and make-up workdays known."""

from datetime import date

import pytest

from desk.january.working_days import UnknownYear, last_day_of_notice


@pytest.mark.parametrize(
    ("opened_on", "closes_on"),
    [
        pytest.param(date(2025, 1, 6), date(2025, 1, 13), id="a weekend does not count, nor does the first day"),
        # 2025: 1月28日至2月4日放假，1月26日（周日）、2月8日（周六）上班
        pytest.param(date(2025, 1, 24), date(2025, 2, 7), id="a Sunday made up for the Spring Festival counts"),
        pytest.param(date(2025, 2, 3), date(2025, 2, 10), id="a Saturday made up after it counts"),
        pytest.param(date(2024, 12, 27), date(2025, 1, 6), id="from one year into the next"),
    ],
)
def test_five_working_days_after_the_first_day(opened_on, closes_on):
    assert last_day_of_notice(opened_on, 5) == closes_on


def test_a_year_without_known_holidays_is_not_guessed():
    with pytest.raises(UnknownYear) as unknown:
        last_day_of_notice(date(2098, 12, 30), 5)
    assert unknown.value.year == 2098
