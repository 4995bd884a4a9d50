"""Enterprises: names that are hardly any, one key for the spellings of a name, and the unified social credit code."""

import re
from collections.abc import Mapping
from functools import lru_cache
from operator import mul
from types import MappingProxyType

from stdnum.cn import uscc

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
_BLANKED_OUT = re.compile(r"某(?!山)|[×*]{2}|(?<![a-z])xx+(?![a-z])")
_AROUND_A_NAME = "()[]<>《》【】“”\"'"
_ENTERPRISE_WORD = re.compile(r"[厂矿社站店部场所坊窑炉组号]|公司|集团|中心|企业|作坊|车间")
_BETWEEN_NAMES = re.compile(r"[、,，;；\n]+")
_WHOLE_NAME = re.compile(r"[^()（）]{3,}(?:公司|[厂矿社站场坊窑])(?:[(（][^()（）]*[)）])?")
_PLACE_BY_ITS_WORD = re.compile(r"(?:[省市县旗盟州镇乡村]|(?<!小)区|街道|街道办事处|居委会|管委会)$")
_NOT_IN_A_KEY = re.compile(r"[\W_]+")
_BRACKETS_AND_BLANKS = re.compile(r"[\s()\[\]{}<>《》〈〉「」『』【】〔〕〖〗“”‘’\"']+")
_DIGITS = "一二三四五六七八九"
_SMALL_NUMBER = re.compile(r"(?<!^)(?<![0-9A-Z+.#/&,、~:=-])[1-9][0-9]?(?![0-9A-Z+.#/&,、~:=-])")
_NO_SIGN_OF_ITS_OWN = re.compile(r"[^+.#/&,、~:=]+")
_LEVEL = re.compile(r"(?:特别行政区|自治区|自治州|自治县|地区|省|市|县|区|旗|盟)$")
_SHORTEST_REST = 4  # below that 水泥厂 would be all that tells one enterprise from another
# 分公司 is another enterprise than the company it belongs to, 股份公司 another than a limited company of its name
_COMPANY = re.compile(r"(?:有限)?(?:责任)?公司")
# One sign of the form is missing or doubled, as in 费县金源酒业有限司 of a published list; none of these ends a whole name,
# as 万有公司, 富有有限公司 and 太公公司 do.
_MISWRITTEN_COMPANY = re.compile(
    r"(?:有限(?:公|司|限公司|公公司|公司司)|(?<![无有])限公司"
    r"|有限(?:责公司|任公司|责任公|责任司|限责任公司|责责任公司|责任任公司|责任公公司|责任公司司)|(?<!有)限责任公司)$"
)


# GB 32100-2015, tables 3 and 5: what the signs of a credit code are worth, and the weights of their places
_WELL_FORMED_CODE = re.compile(r"[0-9]{8}[0-9A-HJ-NPQRTUWXY]{10}")
_WORTH = {sign: worth for worth, sign in enumerate("0123456789ABCDEFGHJKLMNPQRTUWXY")}
_WEIGHTS = (*(pow(3, place, 31) for place in range(17)), 1)


class PlaceNames:
    """What enterprises of one place may have before their name: the names, old ones too, of it and what it lies in."""

    def __init__(self, names: Mapping[str, str], kept: Mapping[str, str] = MappingProxyType({})) -> None:
        """``names``: every name of today or before, and the name of today of the same place.

        ``kept``: the same of places that are never taken off, as they tell where in a city an enterprise is.
        """
        self._short: dict[str, str] = {}
        self._kept = {_without_level(fold(today)) for today in kept.values()}
        for name, today in (*names.items(), *kept.items()):
            for spelling in (fold(name), _without_level(fold(name))):
                # where a place is called as another was before, it is the one named first
                self._short.setdefault(spelling, _without_level(fold(today)))
        self._short.pop("", None)
        longest_first = sorted(self._short, key=lambda spelling: (-len(spelling), spelling))
        self._leading = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def split(self, name: str) -> tuple[str, str]:
        """The last of the places ``name`` begins with, in today's name without its level, and what stands behind them."""
        last, position = "", 0
        while self._leading and (found := self._leading.match(name, position)):
            last, position = self._short[found[0]], found.end()
        return last, name[position:]

    def is_kept(self, place: str) -> bool:
        """Whether ``place``, as ``split`` gives it, stays before the name."""
        return place in self._kept


def _without_level(name: str) -> str:
    """紫阳县 as 紫阳; a name of two characters keeps its level, as 陕县 does."""
    short = _LEVEL.sub("", name)
    return short if len(short) > 1 else name


NOWHERE = PlaceNames({})


def name_problem(name: str, reference: Reference) -> str | None:
    """`unlikely_name` where a name is too short, a placeholder or only a place to be an enterprise's (rule F14).

    So is one without a Chinese character, as enterprises are registered under Chinese names, and one with markup (ours).
    A list of names, each whole by itself, is `several_names`.
    """
    if _MARKUP.search(name) or not _IN_CHINESE.search(name):
        return "unlikely_name"
    listed = [part.strip() for part in _BETWEEN_NAMES.split(name.strip())]
    if len(listed) > 1 and all(map(_WHOLE_NAME.fullmatch, listed)):
        return "several_names"
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


def enterprise_key(name: str, places: PlaceNames = NOWHERE) -> str:
    """The name by which one enterprise is matched: no spaces or brackets, one form of 公司, no leading place (ours).

    Signs go as well, as in 中·外, but for those between two digits: 水泥1-1厂, 水泥1.1厂 and 水泥11厂 are three enterprises.
    There all dashes are one, and so is every other sign but ``+.#/&,、~:=``. Where only digits would be left, as of +1 and
    -1, the name stays as it is written. Within a name a number below a hundred is written 十一, as most names have it: 第1
    and 第一, 11厂 and 十一厂 are one. Beside a letter, a digit or a sign it stays, and so it does at the beginning.

    有限责任公司, 有限公司 and 公司 are one: 企业名称登记管理规定 (国务院令第734号) 第十七条 lets no two names of one registry
    differ in that alone. So is one of them with one sign missing or doubled. Leading places go while at least four
    characters remain; else the last of them stays, as it is called today and without its level: 神木县水泥厂 and
    神木市水泥厂 are one, 水泥厂 is not. So does a county where only the city is known.
    """
    key = _NOT_IN_A_KEY.sub(_between_digits, half_width(name)).upper()
    if key.isdecimal():
        return fold(name)
    key = _SMALL_NUMBER.sub(_in_words, _COMPANY.sub("公司", _MISWRITTEN_COMPANY.sub("公司", key)))
    place, rest = places.split(key)
    return rest if len(rest) >= _SHORTEST_REST and not places.is_kept(place) else f"{place}{rest}"


def _between_digits(found: re.Match[str]) -> str:
    """What a key keeps of signs: those between two digits."""
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    if not (before.isdecimal() and after.isdecimal()):
        return ""
    return _NO_SIGN_OF_ITS_OWN.sub("-", _BRACKETS_AND_BLANKS.sub("", found[0]))


def _in_words(found: re.Match[str]) -> str:
    """A number below a hundred as it is said: 十, 十一, 二十."""
    tens, ones = divmod(int(found[0]), 10)
    return (_DIGITS[tens - 1] if tens > 1 else "") + ("十" if tens else "") + (_DIGITS[ones - 1] if ones else "")


@lru_cache(maxsize=65_536)
def read_credit_code(text: str) -> tuple[str | None, str | None]:
    """The unified social credit code and None, or None and `bad_code`.

    GB 32100-2015: eighteen characters, an alphabet without I, O, S, V and Z, the last one a check character. The first
    eight are digits, as python-stdnum wants them: those of enterprises are.
    """
    # what nearly all cells hold; python-stdnum takes ten times as long, and judges all others
    if _WELL_FORMED_CODE.fullmatch(text) and _checks(text):
        return text, None
    # A spreadsheet's mark for "this is text" stays when cells are copied: '91…
    code = uscc.compact(fold(text)).lstrip("'")
    if not code:
        return None, None
    return (code, None) if uscc.is_valid(code) else (None, "bad_code")


def _checks(code: str) -> bool:
    return not sum(map(mul, map(_WORTH.__getitem__, code), _WEIGHTS)) % 31
