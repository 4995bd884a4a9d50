"""Amounts of capacity: a number and its unit, turned into the industry's own unit by a fixed factor."""

import re
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache
from typing import NamedTuple

from ingestion.understanding.text import CHINESE_NUMERAL, chinese_number, decimal_of, half_width, plain
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

_GROUPING_SPACE = re.compile(r"(?<=\d)\s(?=\d{3}(?!\d))")
_SPACE_BESIDE_A_NUMBER = re.compile(r"(?<!\d)\s+|\s+(?!\d)")
_NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d{{1,2}})?|\.\d+|[{CHINESE_NUMERAL}]{{1,24}}"
_AMOUNT = re.compile(
    r"(?:大?约|大概|近|共计?|合计|总计|为|:|设计|核定|公告|(?P<daily>日产)|年产|生产|能力|产能|年)*"
    rf"(?P<sign>[-−–]|负)?(?P<number>{_NUMBER})(?P<unit>(?:[^\d()+~±≥≤<>-]|(?<=[mM])[23])*)"
    r"(?:\((?P<bracket>[^\d()]*|[^\d()]*m[23][^\d()]*)\))?"
)
_APPROXIMATELY = re.compile(r"^[余多]|(?<=[万亿千])[余多]|左右$|上下$")
_PER_YEAR = re.compile(r"(?:/|每|·)(?:年|a)$")
_NO_UNIT_BUT_A_MULTIPLE = {"万", "亿", "千"}
_NOT_ONE_NUMBER = re.compile(r"[至到~—、,;以]")


def read_amount(
    text: str | int | float | Decimal | None,
    heading_unit: str | None,
    unit_text: str | None,
    industry_name: str | None,
    reference: Reference,
) -> Amount:
    """The amount in the unit of its industry (rulebook, capacity units), or what is wrong with it.

    A unit in the cell counts before the unit column, that before the heading. `/年` adds nothing; 吨/日 stays as it is.
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
    text = _SPACE_BESIDE_A_NUMBER.sub("", _GROUPING_SPACE.sub("", half_width(text).strip().rstrip("。;,、.")))
    if not text:
        return None
    match = _AMOUNT.fullmatch(text)
    if match is None:
        return "not_number"
    digits, unit = match["number"], _APPROXIMATELY.sub("", match["unit"])
    if digits[0] in CHINESE_NUMERAL:
        digits, unit = _without_myriad(digits, unit)
        number = chinese_number(digits)
    else:
        number = decimal_of(digits)
    if number is None or _NOT_ONE_NUMBER.search(unit):
        return "not_number"
    if match["daily"] and not unit.endswith(("/日", "/天", "/d")):
        unit += "/日"
    elif not unit and match["bracket"]:
        unit = match["bracket"]
    value = Decimal(number)
    return _Quantity(-value if match["sign"] else value, unit)


def _without_myriad(numeral: str, unit: str) -> tuple[str, str]:
    """三十万 + 吨 read as 三十 + 万吨: the unit keeps its multiple, so that the factor shown is the expected one."""
    bare = numeral.rstrip("万亿")
    return (bare, numeral[len(bare) :] + unit) if bare else (numeral, unit)


def _unit_in_force(in_cell: str, unit_text: str | None, heading_unit: str | None) -> str:
    beside = next((unit for unit in map(_folded, (unit_text, heading_unit)) if unit), "")
    if not in_cell:
        return beside
    if in_cell in _NO_UNIT_BUT_A_MULTIPLE:
        # 30万 under a heading 万吨 means 30万吨; under 吨 it means 30 × 万 of them.
        return beside if beside.startswith(in_cell) else in_cell + beside if beside else ""
    return in_cell


@lru_cache(maxsize=1_024)
def _folded(unit: str | None) -> str:
    return re.sub(r"\s+|^\(|\)$", "", half_width(unit)) if unit else ""


@lru_cache(maxsize=4_096)
def _canonical(written: str, industry_name: str | None, reference: Reference) -> tuple[str, Decimal | None]:
    """The canonical unit and its factor, or the problem and None."""
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
    for spelling in spellings:
        multiplier, rest = _MULTIPLIERS.get(spelling[:1]), spelling[1:]
        base = rest if rest in units else reference.unit(rest)
        if multiplier and base in units:
            unit, factor = units[base]
            return unit, factor * multiplier
    return ("unit_not_of_industry" if any(unit for _, unit in known) else "unknown_unit"), None


def _in_ten_thousands(unit: str, reference: Reference) -> tuple[str, Decimal]:
    """The unit as a multiple of ten thousand where that unit is known (吨, 千吨, 亿吨 → 万吨), else as it is."""
    for multiple, factor in (("", Decimal("0.0001")), ("千", Decimal("0.1")), ("亿", Decimal(10_000))):
        myriad = "万" + unit.removeprefix(multiple)
        if unit.startswith(multiple) and not unit.startswith("万") and reference.unit(myriad) == myriad:
            return myriad, factor
    return unit, Decimal(1)
