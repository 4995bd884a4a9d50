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


def half_width(text: str) -> str:
    """The text with full-width and compatibility characters in their plain form (NFKC)."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def chinese_number(numeral: str) -> int | None:
    """The value of a Chinese numeral (三十五, 壹佰, 二〇二四), None where it is none."""
    if not numeral:
        return None
    if all(character in _DIGITS for character in numeral):
        return int("".join(str(_DIGITS[character]) for character in numeral))
    total = section = digit = 0
    for character in numeral.replace("廿", "二十").replace("卅", "三十"):
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _PLACES:
            section += (digit or 1) * _PLACES[character]
            digit = 0
        elif character in _MYRIADS:
            total = (total + section + digit) * _MYRIADS[character]
            section = digit = 0
        else:
            return None
    return total + section + digit


def chinese_decimal(numeral: str) -> Decimal | None:
    """The value of a Chinese numeral that may have decimals (一点二五), None where it is none.

    三万二 is none either: one writes it for 32,000, another for 30,002.
    """
    whole, _, decimals = numeral.partition("点")
    number = None if _CUT_SHORT.search(whole) else chinese_number(whole)
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
