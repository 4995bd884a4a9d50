"""Total rows against the rows they cover: per unit, to half the last printed digit, and numbers of enterprises (S13).

A total whose amount is an error or a formula without a stored value is none (F13)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter

from ingestion.cells import Observation, address
from ingestion.table import LABEL_FIELDS, SUBTOTAL, Row, Table
from ingestion.understanding import Amount, read_amount
from ingestion.understanding.text import CHINESE_NUMERAL, chinese_number, half_width, in_plain_digits
from rulebook import Reference

_AMOUNT = re.compile(r"(?P<number>\d[\d,]*(?:\.\d+)?)\s*(?P<unit>[^\d,;、，；+\s()]*)")
_ENTERPRISES = re.compile(r"(\d+)\s*[家户](?!\d)")
_CAPACITY_IN_WORDS = re.compile(
    r"(?:^|企业|[,;:。、，；：家户共])(?:退出|淘汰|涉及|关停|压减|化解|落后|年|总|合计|共计|共)*"
    r"(?:产能|生产能力)(?:合计|共计|总计|总量|为|约|共|:)*(\d[\d,]*(?:\.\d+)?\s*[^\d,;。、，；()以]++(?!以))"
)
"""An amount in a sentence: 合计：共2家企业，退出产能60万吨; that of a class (产能30万吨以下) or of one industry
(水泥产能12万吨) is none."""
_TOTAL_WORD = re.compile(r"(?:行业)?(?:小计|合计|总计|共计)[:：]?$|^\(?[一二三四五六七八九十]{1,3}[)、.]")
_NUMERAL = re.compile(f"[{CHINESE_NUMERAL}]+")
_ENTERPRISE_UNIT = "家"


@dataclass(frozen=True, slots=True)
class Counted:
    """What one data row adds to a total."""

    row: int
    value: Decimal | None
    unit: str | None
    factor: Decimal | None
    """By which the number as written became ``value``."""
    industry: str | None
    county_code: str | None
    enterprise_key: str | None
    is_understood: bool
    """Whether its amount is known, or known to be part of another row's."""


def check_totals(table: Table, counted: Sequence[Counted], reference: Reference) -> Iterator[Observation]:
    """``total_differs`` for each printed total that is not the sum of the rows it covers, ``formula_error`` for a broken one.

    Where the layout leaves open which rows a total covers, it is in order if it fits any of the readings.
    """
    amount_column = table.columns["capacity"].index if "capacity" in table.columns else None
    for total in table.totals:
        if broken := table.sheet.errors.get((total.index, amount_column)):
            cell = address(total.index, amount_column)
            yield Observation("formula_error", table.sheet.name, cell, broken)
        coverings = [covered for covered in _coverings(table.totals, total, counted) if covered]
        if named := _industries_named(table, total, reference):
            of_industry = [[one for one in covered if one.industry in named] for covered in (*coverings, list(counted))]
            coverings = [covered for covered in of_industry if covered] or coverings
        if coverings:
            yield from _check_amounts(table, total, coverings, reference)
            yield from _check_enterprises(table, total, coverings)


def _coverings(totals: Sequence[Row], total: Row, counted: Sequence[Counted]) -> Iterator[list[Counted]]:
    """The rows a total may cover, the likeliest first: those above it up to the total before, all, those below."""
    peers = [other.index for other in totals if total.kind == SUBTOTAL or other.kind != SUBTOTAL]
    before = max((index for index in peers if index < total.index), default=-1)
    after = min((index for index in peers if index > total.index), default=None)
    above = [one for one in counted if one.row < total.index]
    below = [one for one in counted if one.row > total.index and (after is None or one.row < after)]
    since_last_total = [one for one in above if one.row > before]
    if total.kind == SUBTOTAL:
        yield from (since_last_total, below, above)
    else:
        yield from (since_last_total, list(counted), below)


def _industries_named(table: Table, total: Row, reference: Reference) -> frozenset[str]:
    """The industry a total names (水泥小计, or 小计 beside 水泥), with what lies in it: it covers the rows of these only."""
    columns = (column for name, column in table.columns.items() if name in LABEL_FIELDS)
    words = (_TOTAL_WORD.sub("", text) for column in columns if (text := total.texts[column.index]))
    industry = next((found for word in words if word and (found := reference.industry(word))), None)
    if industry is None:
        return frozenset()
    parts = (part.name for part in reference.industries.values() if part.is_part_of(industry))
    return frozenset((industry.name, *parts))


def _check_amounts(
    table: Table, total: Row, coverings: list[list[Counted]], reference: Reference
) -> Iterator[Observation]:
    column = table.columns.get("capacity")
    if column is None:
        return
    text = total.texts[column.index]
    told = (column.index, text) if text else _capacity_in_words(table, total)
    if told is None or (total.index, told[0]) in table.sheet.errors:
        return
    place, text = told
    if not all(one.is_understood for one in coverings[0]):
        return
    unit_column = table.columns.get("unit")
    unit_text = total.texts[unit_column.index] if unit_column else None
    heading_unit = column.heading.unit or table.preamble.unit
    if heading_unit and "、" in heading_unit:
        # of several units a total that says none may be in any
        heading_unit = None
    cell = table.cell(total.index, place)
    for match in _AMOUNT.finditer(in_plain_digits(_in_digits(text))):
        if not (match["unit"] or unit_text or heading_unit):
            if params := _differs_without_unit(match["number"], coverings):
                yield Observation("total_differs", table.sheet.name, cell, total.texts[place], params)
            continue
        printed = _printed_amount(match, heading_unit, unit_text, coverings[0], reference)
        if printed is None:
            continue
        half_last_digit = Decimal(5).scaleb(_exponent(match["number"]) - 1) * printed.factor
        sums = [_sum_of(covered, printed.unit) for covered in coverings]
        if not any(abs(printed.value - computed) <= half_last_digit for computed in sums):
            params = _params(printed.value, sums[0], printed.unit)
            yield Observation("total_differs", table.sheet.name, cell, total.texts[place], params)


def _capacity_in_words(table: Table, total: Row) -> tuple[int, str] | None:
    """The column and the amount of a total that tells it in the sentence that says that it is one."""
    labels = (column.index for name, column in table.columns.items() if name in LABEL_FIELDS)
    texts = ((place, half_width(text)) for place in labels if (text := total.texts[place]))
    return next(((place, told[1]) for place, text in texts if (told := _CAPACITY_IN_WORDS.search(text))), None)


def _differs_without_unit(digits: str, coverings: list[list[Counted]]) -> dict[str, str] | None:
    """What differs where a total says no unit and is what its rows add up to in no unit they are written in or counted in.

    It may also be the sum of their bare numbers.
    """
    number, half_last_digit = Decimal(digits.replace(",", "")), Decimal(5).scaleb(_exponent(digits) - 1)
    written = list(dict.fromkeys((one.unit, one.factor) for one in coverings[0] if one.value is not None))
    for covered in coverings:
        sums = [_sum_of(covered, unit) / divisor for unit, factor in written for divisor in (factor, 1)]
        bare = sum((one.value / one.factor for one in covered if one.value is not None), Decimal(0))
        if any(abs(number - computed) <= half_last_digit for computed in (*sums, bare)):
            return None
    units = list(dict.fromkeys(unit for unit, _ in written))
    if len(units) == 1:
        return _params(number * written[0][1], _sum_of(coverings[0], units[0]), units[0])
    sums_in_words = "、".join(f"{_plain(_sum_of(coverings[0], unit))}{unit}" for unit in units)
    return {"what": "without_unit", "printed": _plain(number), "computed": sums_in_words} if units else None


def _in_digits(text: str) -> str:
    """The text in half width; where it has no digit at all, its numerals in digits: 五十万吨 as 50万吨."""
    text = half_width(text)
    return text if any(map(str.isdecimal, text)) else _NUMERAL.sub(_numeral_in_digits, text)


def _numeral_in_digits(numeral: re.Match[str]) -> str:
    # 万 goes with the unit, as in digits: how exact a total is, is told by the last digit before it
    myriads = numeral[0][len(numeral[0].rstrip("万亿")) :]
    number = chinese_number(numeral[0].removesuffix(myriads))
    return numeral[0] if number is None else f"{number}{myriads}"


def _printed_amount(
    match: re.Match[str], heading_unit: str | None, unit_text: str | None, covered: list[Counted], reference: Reference
) -> Amount | None:
    """A printed total as an amount, by the units of the industries it covers."""
    units = sorted({one.unit for one in covered if one.unit})
    if units and not Decimal(match["number"].replace(",", "")):
        return Amount(Decimal(0), units[0], Decimal(1), None)
    amounts = (
        read_amount(match[0], unit_text or heading_unit, None, industry, reference)
        for industry in dict.fromkeys(one.industry for one in covered)
    )
    return next((amount for amount in amounts if amount.value is not None and amount.unit in units), None)


def _sum_of(covered: Sequence[Counted], unit: str) -> Decimal:
    """The sum of the amounts that are in ``unit``."""
    return sum((one.value for one in covered if one.unit == unit and one.value is not None), Decimal(0))


def _exponent(digits: str) -> int:
    return int(Decimal(digits.replace(",", "")).as_tuple().exponent)


def _params(printed: Decimal, computed: Decimal, unit: str) -> dict[str, str]:
    numbers = {"printed": printed, "computed": computed, "difference": abs(printed - computed)}
    return {name: _plain(number) for name, number in numbers.items()} | {"unit": unit}


def _plain(number: Decimal) -> str:
    """The number in plain digits, without trailing zeros."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _check_enterprises(table: Table, total: Row, coverings: list[list[Counted]]) -> Iterator[Observation]:
    for name in sorted(LABEL_FIELDS & table.columns.keys()):
        column = table.columns[name].index
        text = total.texts[column] or ""
        if match := _ENTERPRISES.search(_in_digits(text)):
            printed = int(match[1])
        elif name == "enterprise" and text.isdecimal():
            printed = int(text)
        else:
            continue
        # 红旗砖厂 of two counties is two; where a row names no county, it may be either
        counts = [
            len({(county_of(one), one.enterprise_key) for one in covered if one.enterprise_key})
            for covered in coverings
            for county_of in (attrgetter("county_code"), lambda _: None)
        ]
        if printed not in counts:
            params = {"what": "enterprises", **_params(Decimal(printed), Decimal(counts[0]), _ENTERPRISE_UNIT)}
            yield Observation("total_differs", table.sheet.name, table.cell(total.index, column), text, params)
