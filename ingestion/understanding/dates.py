"""Dates as counties write them: 2024年12月30日, 二〇二四年…, 2024.12.30, 20241230, an Excel serial."""

import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from ingestion.understanding.text import CHINESE_NUMERAL, chinese_number
from rulebook.folding import fold

# Excel counts days from here; the two days' difference to 1 January 1900 is its well-known leap year error.
_EXCEL_EPOCH = date(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = (date(1950, 1, 1) - _EXCEL_EPOCH).days, (date(2100, 12, 31) - _EXCEL_EPOCH).days

_BAD = (None, "bad_date")

_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
# 二O二四 and 二0二四 are typed where 〇 is not to be found on the keyboard.
_ROUND_ZERO = re.compile(r"(?<=[一二三四五六七八九〇○零])[oO0](?=[一二三四五六七八九〇○零oO0年])")
_CHINESE_PART = re.compile(f"[{CHINESE_NUMERAL}]{{1,4}}(?=[年月日号])")
_MARKS = str.maketrans("–—−·、", "---..")
_DONE = "关停|停产|停业|关闭|取缔|拆除|封存|淘汰|退出|验收|完成|完毕|到位"
_BESIDE = re.compile(rf"^已?[于在]|(?:\([^()\d]*\)|(?:星期|周)[一二三四五六日天]|{_DONE}|[。.;])+$")
_LIMIT = r"(?:日|号)?(?:之?前|以前|止)?"
_TIME = r"(?:T?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?|(?:上午|下午|晚上?)?\d{1,2}[时点](?:\d{1,2}分?)?)?"
# Two digits are a year only before 年 or a full stop: 12/11/10 is what a spreadsheet set to English makes of a day.
_YEAR_MONTH_DAY = re.compile(
    r"(?P<year>\d{4}|\d{2}(?=[年.]))(?:年|(?P<mark>[-./]))(?P<month>\d{1,2})(?:月|(?P=mark))(?P<day>\d{1,2})"
    rf"{_LIMIT}{_TIME}"
)
_EIGHT_DIGITS = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})")
# 2024.1 may be a 2024.10 that a spreadsheet has shortened: without 年 the month needs both digits.
_YEAR_MONTH = re.compile(
    r"(?P<year>\d{4}|\d{2}(?=年))"
    rf"(?:年(?P<month>\d{{1,2}})月(?:份|底|末|(?P<third>[上中下])旬)?|[-./]?(?P<digits>\d{{2}})){_LIMIT}"
)
_YEAR_END = re.compile(rf"(?P<year>\d{{4}})年?(?:年?底|年?末){_LIMIT}")
_LAST_DAY_OF_THIRD = {"上": 10, "中": 20}


def read_date(value: object) -> tuple[date | None, str | None]:
    """The day and None, or None and `bad_date`; a blank has neither.

    A month without a day means its last day, 上旬 its tenth, and 年底 the last day of the year (ours: a deadline is met
    until its end).
    """
    if isinstance(value, datetime):
        return value.date(), None
    if isinstance(value, date):
        return value, None
    if value is None:
        return None, None
    if isinstance(value, str):
        return _read_text(value)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _read_text(str(value) if isinstance(value, int) else format(value, "f"))
    return None, "bad_date"


@lru_cache(maxsize=16_384)
def _read_text(text: str) -> tuple[date | None, str | None]:
    plain = fold(text)
    if not plain:
        return None, None
    if _SERIAL.fullmatch(plain):
        serial = int(plain[:5])
        return (_EXCEL_EPOCH + timedelta(days=serial), None) if _FIRST_SERIAL <= serial <= _LAST_SERIAL else _BAD
    plain = _CHINESE_PART.sub(lambda part: str(chinese_number(part[0])), _ROUND_ZERO.sub("〇", plain))
    plain = _BESIDE.sub("", plain).translate(_MARKS)
    if match := _YEAR_MONTH_DAY.fullmatch(plain) or _EIGHT_DIGITS.fullmatch(plain):
        return _day(_year(match["year"]), int(match["month"]), int(match["day"]))
    if match := _YEAR_MONTH.fullmatch(plain):
        year, month = _year(match["year"]), int(match["month"] or match["digits"])
        if day := _LAST_DAY_OF_THIRD.get(match["third"]):
            return _day(year, month, day)
        return _last_day(year, month)
    if match := _YEAR_END.fullmatch(plain):
        return _last_day(int(match["year"]), 12)
    return _BAD


def _year(digits: str) -> int:
    """Two digits mean 1970 to 2069, as in POSIX."""
    year = int(digits)
    return year if len(digits) > 2 else year + (2000 if year < 70 else 1900)


def _day(year: int, month: int, day: int) -> tuple[date | None, str | None]:
    if not 1950 <= year <= 2100:
        return _BAD
    try:
        return date(year, month, day), None
    except ValueError:
        return _BAD


def _last_day(year: int, month: int) -> tuple[date | None, str | None]:
    return _day(year, month, monthrange(year, month)[1]) if 1 <= month <= 12 and year else _BAD
