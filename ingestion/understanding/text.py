"""Cell text in one spelling: full width becomes half width, Chinese numerals become numbers."""

import re
import unicodedata
from decimal import Decimal

CHINESE_NUMERAL = "零〇○一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟廿卅"

_SPELLINGS_BY_DIGIT = ("零〇○", "一壹", "二两贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
_DIGITS = {spelling: digit for digit, spellings in enumerate(_SPELLINGS_BY_DIGIT) for spelling in spellings}
_PLACES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1_000, "仟": 1_000}
_MYRIADS = {"万": 10_000, "亿": 100_000_000}
_CUT_SHORT = re.compile(r"[百佰千仟万亿][一二两三四五六七八九壹贰叁肆伍陆柒捌玖]$")
_ESTIMATE = re.compile(r"[一二两三四五六七八九]{2}")
_GROUPING = re.compile(r"(?<=\d)[\s'’](?=\d{3}(?!\d))")
# 12万5 is cut short, and the 千 of 12万5千瓦 may be its unit's.
_MIXED = re.compile(
    r"(?<![\d.,])(?P<higher>\d{1,8})(?:亿(?P<lower>\d[百千]|\d{1,4})万|万(?P<rest>\d[百千](?![瓦伏])|\d{2,4}(?![\d.百千])))"
)


def half_width(text: str) -> str:
    """The text with full-width and compatibility characters in their plain form (NFKC)."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def in_plain_digits(text: str) -> str:
    """The text with 1'200'000 and 1 200 000 as 1200000, 1亿2000万 and 1亿2千万 as 12000万, 12万5千 as 125000."""
    return _MIXED.sub(_unmixed, _GROUPING.sub("", text))


def _unmixed(found: re.Match[str]) -> str:
    lower = found["lower"] or found["rest"]
    place = _PLACES.get(lower[-1])
    units = int(lower[:-1]) * place if place else int(lower)
    return f"{int(found['higher']) * 10_000 + units}{'万' if found['lower'] else ''}"


def chinese_number(numeral: str) -> int | None:
    """The value of a Chinese numeral (三十五, 壹佰, 二〇二四, 一亿二千万), None where it is none or an estimate (三四十)."""
    if not numeral:
        return None
    if all(character in _DIGITS for character in numeral):
        return int("".join(str(_DIGITS[character]) for character in numeral))
    total = section = digit = 0
    for character in numeral.replace("廿", "二十").replace("卅", "三十"):
        if character in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[character]
        elif character in _PLACES:
            section += (digit or 1) * _PLACES[character]
            digit = 0
        elif character in _MYRIADS:
            myriads = section + digit
            if character == "亿" or not myriads:
                total = (total + myriads) * _MYRIADS[character]
            else:
                total += myriads * _MYRIADS[character]
            section = digit = 0
        else:
            return None
    return total + section + digit


def chinese_decimal(numeral: str) -> Decimal | None:
    """The value of a Chinese numeral that may have decimals (一点二五), None where it is none.

    三万二 is none either: one writes it for 32,000, another for 30,002. 三四 is three or four.
    """
    whole, _, decimals = numeral.partition("点")
    number = None if _CUT_SHORT.search(whole) or _ESTIMATE.fullmatch(whole) else chinese_number(whole)
    if number is None or not all(digit in _DIGITS for digit in decimals):
        return None
    return Decimal(f"{number}." + "".join(str(_DIGITS[digit]) for digit in decimals))


def decimal_of(digits: str) -> Decimal:
    """The exact value of Arabic digits; thousands separators are dropped."""
    return Decimal(digits.replace(",", ""))


def plain(value: Decimal) -> Decimal:
    """The value without trailing zeros and without an exponent."""
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize()
