"""Dates as counties write them: 2024年12月30日, 二〇二四年…, 2024.12.30, 20241230, an Excel serial."""

import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from ingestion.understanding.text import CHINESE_NUMERAL, chinese_number
from rulebook.folding import fold

# Excel counts days from here; the two days' difference to 1 January 1900 is its well-known leap year error.
_EXCEL_EPOCH = date(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = (date(1950, 1, 1) - _EXCEL_EPOCH).days, (date(2100, 12, 31) - _EXCEL_EPOCH).days


class Days(NamedTuple):
    """The days of which a text may speak: all of a month (2024年5月), any up to a last one (…前)."""

    first: date | None
    """None where it is open to the past."""
    last: date


_BAD = (None, "bad_date")

_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
# 二O二四 and 二0二四 are typed where 〇 is not to be found on the keyboard.
_ROUND_ZERO = re.compile(r"(?<=[一二三四五六七八九〇○零])[oO0](?=[一二三四五六七八九〇○零oO0年])")
_CHINESE_PART = re.compile(f"[{CHINESE_NUMERAL}]{{1,4}}(?=[年月日号])")
_MARKS = str.maketrans("–—−·、", "---..")
_DONE = "关停|停产|停业|关闭|取缔|拆除|封存|淘汰|退出|验收|完成|完毕|到位"
_BESIDE = re.compile(rf"^已?[于在]|(?:\([^()\d]*\)|(?:星期|周)[一二三四五六日天]|{_DONE}|[。.;])+$")
_LIMIT = r"(?:日|号)?(?P<before>之?前|以前|止)?"
_TIME = r"(?:T?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?|(?:上午|下午|晚上?)?\d{1,2}[时点](?:\d{1,2}分?)?)?"
# Two digits are a year only before 年 or a full stop: 12/11/10 is what a spreadsheet set to English makes of a day.
_YEAR_MONTH_DAY = re.compile(
    r"(?P<year>\d{4}|\d{2}(?=[年.]))(?:年|(?P<mark>[-./]))(?P<month>\d{1,2})(?:月|(?P=mark))(?P<day>\d{1,2})"
    rf"{_LIMIT}{_TIME}"
)
_EIGHT_DIGITS = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})")
# 2024.1 may be a 2024.10 that a spreadsheet has shortened; of 2024-1 and 2024.6 there is nothing it could have been.
_YEAR_MONTH = re.compile(
    r"(?P<year>\d{4}|\d{2}(?=年))"
    rf"(?:年(?P<month>\d{{1,2}})月(?:份|(?P<third>[上中下]旬|[初底末]))?|[-./]?(?P<digits>\d{{2}}|(?<=[-/])[1-9]|(?<=\.)[2-9])){_LIMIT}"
)
_YEAR_END = re.compile(rf"(?P<year>\d{{4}})年?(?:年?底|年?末){_LIMIT}")
_DAYS_OF_THIRD = {
    **dict.fromkeys(("上旬", "初"), (1, 10)),
    "中旬": (11, 20),
    **dict.fromkeys(("下旬", "底", "末"), (21, None)),
}
"""The first and the last day of a part of a month; 月初 is its first third and 月底 its last (ours)."""


def read_date(value: object) -> tuple[date | None, str | None]:
    """The day and None, or None and `bad_date`; a blank has neither.

    A month without a day means its last day, 上旬 its tenth, and 年底 the last day of the year (ours: a deadline is met
    until its end).
    """
    days, problem = read_days(value)
    return days and days.last, problem


# 1 and TRUE are equal, but not the same value
@lru_cache(maxsize=16_384, typed=True)
def read_days(value: object) -> tuple[Days | None, str | None]:
    """The first and the last day it can have been and None, or None and `bad_date`; a blank has neither.

    年底 is any day of December (ours).
    """
    if isinstance(value, datetime):
        return _one(value.date()), None
    if isinstance(value, date):
        return _one(value), None
    if value is None:
        return None, None
    if isinstance(value, str):
        return _read_text(value)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        # fifteen digits are what a spreadsheet keeps: 2017.6 is not 2017.600000
        return _read_text(f"{value:.15g}" if isinstance(value, float) else str(value))
    return None, "bad_date"


def _read_text(text: str) -> tuple[Days | None, str | None]:
    plain = fold(text)
    if not plain:
        return None, None
    if _SERIAL.fullmatch(plain):
        serial = int(plain[:5])
        return (_one(_EXCEL_EPOCH + timedelta(days=serial)), None) if _FIRST_SERIAL <= serial <= _LAST_SERIAL else _BAD
    plain = _CHINESE_PART.sub(lambda part: str(chinese_number(part[0])), _ROUND_ZERO.sub("〇", plain))
    plain = _BESIDE.sub("", plain).translate(_MARKS)
    if match := _YEAR_MONTH_DAY.fullmatch(plain):
        day = int(match["day"])
        return _days(_year(match["year"]), int(match["month"]), day, day, match["before"])
    if match := _EIGHT_DIGITS.fullmatch(plain):
        day = int(match["day"])
        return _days(int(match["year"]), int(match["month"]), day, day, None)
    if match := _YEAR_MONTH.fullmatch(plain):
        month = int(match["month"] or match["digits"])
        return _days(_year(match["year"]), month, *_DAYS_OF_THIRD.get(match["third"], (1, None)), match["before"])
    if match := _YEAR_END.fullmatch(plain):
        return _days(int(match["year"]), 12, 1, None, match["before"])
    return _BAD


def _one(day: date) -> Days:
    return Days(day, day)


def _year(digits: str) -> int:
    """Two digits mean 1970 to 2069, as in POSIX."""
    year = int(digits)
    return year if len(digits) > 2 else year + (2000 if year < 70 else 1900)


def _days(year: int, month: int, first: int, last: int | None, before: str | None) -> tuple[Days | None, str | None]:
    """The days from ``first`` to ``last`` of a month, to its end where that is None; open to the past where ``before``."""
    if not (1950 <= year <= 2100 and 1 <= month <= 12):
        return _BAD
    try:
        last_day = date(year, month, last or monthrange(year, month)[1])
    except ValueError:
        return _BAD
    return Days(None if before else last_day.replace(day=first), last_day), None
