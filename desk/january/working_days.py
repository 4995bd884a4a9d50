"""Working days of the Chinese calendar: public holidays and make-up workdays (调休) are known, not guessed."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar


class UnknownYear(Exception):
    """The holidays of ``year`` are not known; the State Council publishes them late in the year before."""

    def __init__(self, year: int) -> None:
        super().__init__(f"the holidays of {year} are not known")
        self.year = year


def last_day_of_notice(opened_on: date, working_days: int) -> date:
    """The last day of a public notice: the ``working_days``-th working day after ``opened_on``.

    The first day is not counted: 民法典第二百零一条; that it holds for a public notice, as for other periods, is ours.
    Raises ``UnknownYear`` where the calendar does not know the holidays of a year it would have to count through.
    """
    day, left = opened_on, working_days
    while left:
        day += timedelta(1)
        try:
            left -= chinese_calendar.is_workday(day)
        except NotImplementedError:
            raise UnknownYear(day.year) from None
    return day
