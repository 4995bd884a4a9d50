"""Enterprises: names that are hardly any, one key for the spellings of a name, and the unified social credit code."""

import re
from functools import lru_cache

from ingestion.understanding.text import half_width
from rulebook import Reference
from rulebook.folding import fold

_SHORTEST_NAME = 4
_LEGAL_FORM = r"(?:企业|(?:股份)?(?:有限)?(?:责任)?公司|单位|工?厂|个体户?|个体工商户)"
_UNDECIDED = r"(?:待(?:定|核实|确认|补充|填)|暂?不详|不明|未知|暂无|没有|未命名|无名|同上|同前)"
_PLACEHOLDER = re.compile(
    rf"[\W\d_x×]+|某?{_LEGAL_FORM}|(?:名称?|企业|具体)?{_UNDECIDED}(?:{_LEGAL_FORM}|名称)?"
    rf"|(?:测试|示例|样例|例子|范例)(?:数据|名称|{_LEGAL_FORM})?|(?:{_LEGAL_FORM}|煤矿)?(?:名称|全称)"
    r"|详?见(?:附件|附表|附后|备注).*|test|none|null|demo|true|false"
)
_MARKUP = re.compile(r"</?[a-z!?][^<>]*>", re.I)
_IN_CHINESE = re.compile(r"[\u3400-\u9fff]")
_BLANKED_OUT = re.compile(r"某某|[×*]{2}|(?<![a-z])xx+(?![a-z])")
_AROUND_A_NAME = "()[]<>《》【】“”\"'"
_ENTERPRISE_WORD = re.compile(r"[厂矿社站店部场所坊窑炉组号]|公司|集团|中心|企业|作坊|车间")
_PLACE_BY_ITS_WORD = re.compile(r"(?:[省市县旗盟州镇乡村]|(?<!小)区|街道|街道办事处|居委会|管委会)$")
_NOT_IN_A_KEY = re.compile(r"[\W_]+")
_LEVEL = re.compile(r"(?:特别行政区|自治区|自治州|自治县|地区|省|市|县|区|旗|盟)$")
_SHORTEST_REST = 4  # below that 水泥厂 would be all that tells one enterprise from another

_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODE = re.compile(f"[{_CODE_ALPHABET}]{{18}}")
_CODE_VALUES = {character: value for value, character in enumerate(_CODE_ALPHABET)}
_CODE_WEIGHTS = tuple(pow(3, position, 31) for position in range(17))


def name_problem(name: str, reference: Reference) -> str | None:
    """`unlikely_name` where a name is too short, a placeholder or only a place to be an enterprise's (rule F14).

    So is one without a Chinese character, as enterprises are registered under Chinese names, and one with markup (ours).
    """
    if _MARKUP.search(name) or not _IN_CHINESE.search(name):
        return "unlikely_name"
    name = fold(name).strip(_AROUND_A_NAME).casefold()
    if len(name) < _SHORTEST_NAME or _BLANKED_OUT.search(name) or _PLACEHOLDER.fullmatch(name):
        return "unlikely_name"
    sounds_like_works, sounds_like_place = _ENTERPRISE_WORD.search(name), _PLACE_BY_ITS_WORD.search(name)
    if sounds_like_works and not sounds_like_place:
        return None
    if sounds_like_place and not sounds_like_works:
        return "unlikely_name"
    # 井陉矿区 and 大厂回族自治县 sound like both.
    return "unlikely_name" if reference.find_division(name) else None


@lru_cache(maxsize=1_024)
def _leading_places(place_names: tuple[str, ...]) -> re.Pattern[str] | None:
    spellings = {fold(name) for name in place_names}
    spellings |= {short for name in spellings if len(short := _LEVEL.sub("", name)) > 1}
    longest_first = sorted(filter(None, spellings), key=lambda spelling: (-len(spelling), spelling))
    return re.compile(f"(?:{'|'.join(map(re.escape, longest_first))})+") if longest_first else None


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
    # A spreadsheet's mark for "this is text" stays when cells are copied: '91…
    code = fold(text).replace("-", "").lstrip("'").upper()
    if not code:
        return None, None
    if not _CODE.fullmatch(code):
        return None, "bad_code"
    weighted = sum(_CODE_VALUES[character] * weight for character, weight in zip(code, _CODE_WEIGHTS, strict=False))
    check = _CODE_ALPHABET[-weighted % 31]
    return (code, None) if code[17] == check else (None, "bad_code")
