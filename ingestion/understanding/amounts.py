"""Amounts of capacity: a number and its unit, turned into the industry's own unit by a fixed factor."""

import re
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache
from typing import NamedTuple

from ingestion.understanding.text import (
    CHINESE_NUMERAL,
    chinese_decimal,
    decimal_of,
    half_width,
    in_plain_digits,
    plain,
)
from rulebook import Reference


class Amount(NamedTuple):
    """An amount in the canonical unit and the factor that led there, or the problem; a blank cell has neither."""

    value: Decimal | None
    unit: str | None
    factor: Decimal | None
    problem: str | None


class _Quantity(NamedTuple):
    """A number as written with the unit written beside it; the unit is empty where there is none."""

    number: Decimal
    unit: str


# The store keeps amounts as decimal128(28, 8).
_STEP = Decimal("1e-8")
_BOUND = Decimal("1e20")
_EXACT = Context(prec=64, rounding=ROUND_HALF_EVEN)
_MULTIPLIERS = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}

_SPACE_BESIDE_A_NUMBER = re.compile(r"(?<!\d)\s+|\s+(?!\d)")
_NEGATIVE_IN_BRACKETS = re.compile(r"^\(([\d,.]+)\)(?!\d)")
_ALL_IN_BRACKETS = re.compile(r"^\((\d[^()]*[^\d().,][^()]*)\)$")
_NUMBER = (
    r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d{1,2})?|\.\d+"
    rf"|(?:(?![百佰千仟万亿])|(?=[百佰千仟][万亿]))[{CHINESE_NUMERAL}]{{1,24}}(?![瓦伏])(?:点[{CHINESE_NUMERAL}]{{1,12}})?"
)
# Named beside its amount, a product says nothing more than the industry does; 砖 in 标砖 is part of the unit.
_PRODUCT = r"(?:水泥|熟料|平板玻璃|玻璃|机制纸|纸|焦炭|生铁|粗钢|铁合金|电石|原煤|煤炭|原铝|电解铝|石灰|印染布|布|轮胎|(?<!标)砖)"
_AMOUNT = re.compile(
    r"(?:大?约|大概|近|共计?|合计|总计|为|:|已|淘汰|退出|关停|关闭|拆除|压减|化解|取缔|落后|涉及|设计|核定|公告|(?P<daily>日产量?|每[日天])|每年|年产|生产|能力|产能|总?装机|容量|年"
    rf"|{_PRODUCT})*"
    rf"(?P<sign>[-−–+]|负)?(?P<number>{_NUMBER})(?P<unit>(?:[^\d()+~±≥≤<>-]|(?<=[mM])[23])*)"
    r"(?:\((?P<bracket>[^\d()]*|[^\d()]*m[23][^\d()]*)\))?"
)
_BESIDE_A_UNIT = re.compile(rf"^[余多来]|(?<=[万亿千])[余多来]|(?:[余多来]|左右|上下|整)$|{_PRODUCT}(?=/|$)")
_PER_YEAR = re.compile(r"(?:/|每|·)(?:年|[aA])$")
_NO_UNIT_BUT_A_MULTIPLE = {"万", "亿", "千"}
_NOT_ONE_NUMBER = re.compile(r"^[.几]|[至到~—、,;以]")
_MYRIAD = Decimal("0.0001")


# 1 and TRUE are equal, but not the same text
@lru_cache(maxsize=65_536, typed=True)
def read_amount(
    text: str | int | float | Decimal | None,
    heading_unit: str | None,
    unit_text: str | None,
    industry_name: str | None,
    reference: Reference,
) -> Amount:
    """The amount in the unit of its industry (rulebook, capacity units), or what is wrong with it.

    A unit in the cell counts before the unit column, that before the heading; of several units of a heading (万吨、万米) it
    is the industry's. `/年` adds nothing; 吨/日 stays as it is.
    Without an industry the spelling is made canonical, and multiples of ten thousand are formed where that unit exists
    (吨 → 万吨). A range or a sum is no number. More than eight decimals are rounded, as the store keeps eight.
    """
    if text is None:
        return _BLANK
    quantity = _quantity(text if isinstance(text, str) else _digits(text))
    if isinstance(quantity, str):
        return Amount(None, None, None, quantity)
    if quantity is None:
        return _BLANK
    if quantity.number <= 0:
        return Amount(None, None, None, "not_positive")
    if heading_unit and "、" in heading_unit:
        heading_unit = _unit_of_industry(heading_unit, industry_name, reference)
    written = _unit_in_force(quantity.unit, unit_text, heading_unit)
    if not written:
        return Amount(None, None, None, "no_unit")
    unit, factor = _canonical(written, industry_name, reference)
    if factor is None:
        return Amount(None, None, None, unit)
    value = _EXACT.quantize(_EXACT.multiply(quantity.number, factor), _STEP) if quantity.number < _BOUND else _BOUND
    if value >= _BOUND:
        return Amount(None, None, None, "not_number")
    if not value:
        return Amount(None, None, None, "not_positive")
    return Amount(plain(value), unit, factor, None)


_BLANK = Amount(None, None, None, None)


def _digits(number: float | Decimal) -> str:
    # Fifteen digits are what a spreadsheet keeps; further ones are binary noise (45.209999999999994).
    return format(number, ".15g") if isinstance(number, float) else str(number)


@lru_cache(maxsize=65_536)
def _quantity(text: str) -> _Quantity | str | None:
    """Number and unit of a cell, the problem `not_number`, or None where the cell is blank."""
    text = _SPACE_BESIDE_A_NUMBER.sub("", half_width(text).strip().rstrip("。;,、."))
    if not text:
        return None
    match = _match(text) or _match(in_plain_digits(text))
    if match is None:
        return "not_number"
    digits, unit = match["number"], _BESIDE_A_UNIT.sub("", match["unit"])
    if digits[0] in CHINESE_NUMERAL:
        digits, unit = _without_myriad(digits, unit)
        number = chinese_decimal(digits)
    else:
        number = decimal_of(digits)
    if number is None or _NOT_ONE_NUMBER.search(unit):
        return "not_number"
    if match["daily"] and not unit.endswith(("/日", "/天", "/d")):
        unit += "/日"
    elif not unit and match["bracket"]:
        unit = match["bracket"]
    return _Quantity(-number if match["sign"] not in (None, "+") else number, unit)


def _match(text: str) -> re.Match[str] | None:
    return _AMOUNT.fullmatch(_NEGATIVE_IN_BRACKETS.sub(r"-\1", _ALL_IN_BRACKETS.sub(r"\1", text)))


def _without_myriad(numeral: str, unit: str) -> tuple[str, str]:
    """三十万 + 吨 read as 三十 + 万吨: the unit keeps its multiple, so that the factor shown is the expected one."""
    bare = numeral.rstrip("万亿")
    # 一亿二千万 is not 一亿二千 times ten thousand
    return (bare, numeral[len(bare) :] + unit) if bare and "亿" not in bare else (numeral, unit)


def _unit_in_force(in_cell: str, unit_text: str | None, heading_unit: str | None) -> str:
    beside = next((unit for unit in map(_folded, (unit_text, heading_unit)) if unit), "")
    bare = _PER_YEAR.sub("", in_cell)
    if not bare:
        return beside
    if bare in _NO_UNIT_BUT_A_MULTIPLE and (beside or bare == in_cell):
        # 30万 under a heading 万吨 means 30万吨; under 吨 it means 30 × 万 of them.
        return beside if beside.startswith(bare) else bare + beside if beside else ""
    return in_cell


@lru_cache(maxsize=1_024)
def _unit_of_industry(units: str, industry_name: str | None, reference: Reference) -> str | None:
    """The one of several units in which the industry is counted, else the only one its amounts may have; else None."""
    if industry_name is None:
        return None
    factors = {unit: _canonical(unit, industry_name, reference)[1] for unit in units.split("、")}
    accepted = [unit for unit, factor in factors.items() if factor is not None]
    own = [unit for unit in accepted if factors[unit] == 1] or accepted
    return own[0] if len(own) == 1 else None


@lru_cache(maxsize=1_024)
def _folded(unit: str | None) -> str:
    return re.sub(r"\s+|^\(|\)$", "", half_width(unit)) if unit else ""


@lru_cache(maxsize=4_096)
def _canonical(written: str, industry_name: str | None, reference: Reference) -> tuple[str, Decimal | None]:
    """The canonical unit and its factor, or the problem and None."""
    written = written.replace("·h", "h")
    spellings = tuple(dict.fromkeys((written, _PER_YEAR.sub("", written))))
    known = [(spelling, reference.unit(spelling)) for spelling in spellings]
    if industry_name is None:
        unit = next((unit for _, unit in known if unit), None)
        return _in_ten_thousands(unit, reference) if unit else ("unknown_unit", None)
    units = reference.capacity_units(industry_name)
    for spelling, unit in known:
        for candidate in (spelling, unit):
            if candidate in units:
                return units[candidate]
    # 块 and kVAh are known by their multiple alone: 万块, 万kVAh.
    if multiple := units.get(reference.unit("万" + spellings[-1])):
        unit, factor = multiple
        return unit, factor * _MYRIAD
    for spelling in spellings:
        multiplier, rest = _MULTIPLIERS.get(spelling[:1]), spelling[1:]
        base = rest if rest in units else reference.unit(rest)
        if multiplier and base in units:
            unit, factor = units[base]
            return unit, factor * multiplier
    return ("unit_not_of_industry" if any(unit for _, unit in known) else "unknown_unit"), None


def _in_ten_thousands(unit: str, reference: Reference) -> tuple[str, Decimal]:
    """The unit as a multiple of ten thousand where that unit is known (吨, 千吨, 亿吨 → 万吨), else as it is."""
    for multiple, factor in (("", _MYRIAD), ("千", Decimal("0.1")), ("亿", Decimal(10_000))):
        myriad = "万" + unit.removeprefix(multiple)
        if unit.startswith(multiple) and not unit.startswith("万") and reference.unit(myriad) == myriad:
            return myriad, factor
    return unit, Decimal(1)
