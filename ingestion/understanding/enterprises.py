"""Enterprises: one key for the spellings of a name, and the unified social credit code."""

import re
from functools import lru_cache

from ingestion.understanding.text import half_width
from rulebook.folding import fold

_NOT_IN_A_KEY = re.compile(r"[\W_]+")
_LEVEL = re.compile(r"(?:特别行政区|自治区|自治州|自治县|地区|省|市|县|区|旗|盟)$")
_SHORTEST_REST = 4  # below that 水泥厂 would be all that tells one enterprise from another

_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODE = re.compile(f"[{_CODE_ALPHABET}]{{18}}")
_CODE_VALUES = {character: value for value, character in enumerate(_CODE_ALPHABET)}
_CODE_WEIGHTS = tuple(pow(3, position, 31) for position in range(17))


@lru_cache(maxsize=1_024)
def _leading_places(place_names: tuple[str, ...]) -> re.Pattern[str] | None:
    spellings = {fold(name) for name in place_names}
    spellings |= {short for name in spellings if len(short := _LEVEL.sub("", name)) > 1}
    longest_first = sorted(filter(None, spellings), key=lambda spelling: (-len(spelling), spelling))
    return re.compile(f"(?:{'|'.join(map(re.escape, longest_first))})+") if longest_first else None


@lru_cache(maxsize=131_072)
def enterprise_key(name: str, place_names: tuple[str, ...] = ()) -> str:
    """The name by which one enterprise is matched: no spaces or brackets, one legal form, no leading place (ours).

    A leading place is removed with or without its level (陕西省, 陕西) while at least four characters remain.
    """
    key = _NOT_IN_A_KEY.sub("", half_width(name)).upper().replace("有限责任公司", "有限公司")
    places = _leading_places(tuple(place_names))
    leading = places.match(key) if places else None
    return key[leading.end() :] if leading and len(key) - leading.end() >= _SHORTEST_REST else key


@lru_cache(maxsize=65_536)
def read_credit_code(text: str) -> tuple[str | None, str | None]:
    """The unified social credit code and None, or None and `bad_code`.

    GB 32100-2015: eighteen characters, an alphabet without I, O, S, V and Z, the last one a check character.
    """
    code = fold(text).replace("-", "").upper()
    if not code:
        return None, None
    if not _CODE.fullmatch(code):
        return None, "bad_code"
    weighted = sum(_CODE_VALUES[character] * weight for character, weight in zip(code, _CODE_WEIGHTS, strict=False))
    check = _CODE_ALPHABET[-weighted % 31]
    return (code, None) if code[17] == check else (None, "bad_code")
