"""Tokens of an equipment text: sizes, counts, running numbers, brackets, separators, and the words between them.

What says nothing about the kind, size or number of machines – years, capacities, speeds, weights of products – gives no
token (domain, "Equipment text"). Sizes that only delimit a class (460立方米及以下) stay words of the name.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from enum import Enum
from functools import cache, lru_cache
from typing import NamedTuple

from ingestion.understanding.text import chinese_decimal, chinese_number, decimal_of, half_width, plain


class Kind(Enum):
    """What a token is."""

    WORD = "word"
    SIZE = "size"
    COUNT = "count"
    COUNT_OF_EACH = "count of each"
    RUNNING = "running numbers"
    PHASE = "phase of a works"
    BRACKET = "bracket"
    LIST = "list"
    BREAK = "break"


class Token(NamedTuple):
    """A piece of the text; `value` and `unit` of a size or count, the `parameter` a size names (幅宽).

    The value of running numbers is how many there are; that of a count is NaN where nobody knows it (三四台, 若干).
    """

    kind: Kind
    text: str
    value: Decimal | int | None = None
    unit: str | None = None
    parameter: str = ""


_NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_CHINESE_COUNT = r"(?<!第)[一二两三四五六七八九十百壹贰叁肆伍陆柒捌玖拾佰][一二两三四五六七八九十百千零〇壹贰叁肆伍陆柒捌玖拾佰仟]{0,8}"
_CHINESE_DIGITS = "一二三四五六七八九十"
_COUNT_WORD = (
    r"(?:台\(套\)|台/套|台套|套\(台\)|台(?![时车面阶班])|座|条(?![件形纹带])|组(?![份合])|套(?![筒管色印])|个(?!体)|只|口(?!径)|眼"
    r"|部(?![分件])|架|根|支(?![架撑路])|辆|间(?![歇隙距接])|处(?!理)|把|具|副|张(?![力紧拉])|面(?![板积漆])|件|列(?!管)|对(?![辊称开夹])|块|片(?![碱材]))"
)
_UNITS = (
    # pattern, spelling that is kept, factor: the longer pattern stands before the one it begins with
    (r"万(?:立方米|m[³3])", "立方米", Decimal(10_000)),
    (rf"立方米?|米³|[mM](?:³|3(?!{_COUNT_WORD}))", "立方米", Decimal(1)),
    (rf"平方米|平米|米²|[mM](?:²|2(?!{_COUNT_WORD}))", "平方米", Decimal(1)),
    (r"万(?:千伏安|(?i:kva))(?!时|[hH])", "千伏安", Decimal(10_000)),
    (r"兆伏安|(?i:mva)(?![hH])", "千伏安", Decimal(1_000)),
    (r"千伏安|(?i:kva)(?![hH])", "千伏安", Decimal(1)),
    (r"万安培?", "千安", Decimal(10)),
    (r"千安培?|(?i:ka)(?![a-zA-Z])", "千安", Decimal(1)),
    (r"万千瓦|万(?i:kw)(?![hH])", "万千瓦", Decimal(1)),
    (r"兆瓦|(?i:mw)(?![hH])", "万千瓦", Decimal("0.1")),
    (r"千瓦(?!时)|(?i:kw)(?![hH])", "千瓦", Decimal(1)),
    (r"(?:吨|[tT])/(?:日|天|d|D)", "吨/日", Decimal(1)),
    # A boiler of 4 t/h is called one of 4 吨.
    (r"蒸吨(?:/(?:小时|时|h))?|(?:吨|[tT])/(?:小时|时|h|H)", "吨", Decimal(1)),
    (r"吨|[tT](?![a-zA-Z])", "吨", Decimal(1)),
    (r"毫米|(?i:mm)(?![a-zA-Z])", "毫米", Decimal(1)),
    (r"厘米|(?i:cm)(?![a-zA-Z])", "毫米", Decimal(10)),
    (rf"米(?![²³])|[mM](?![a-zA-Z²³]|[23](?!\d*{_COUNT_WORD}))", "米", Decimal(1)),
    (r"公斤|千克|(?i:kg)(?![a-zA-Z])", "千克", Decimal(1)),
    (r"升(?!降)|[lL](?![a-zA-Z])", "升", Decimal(1)),
    (r"门(?!式)", "门", Decimal(1)),
)
_UNIT_PATTERNS = tuple((re.compile(pattern), spelling, factor) for pattern, spelling, factor in _UNITS)
_ANY_UNIT = f"(?:{'|'.join(pattern for pattern, _, _ in _UNITS)})"
_LENGTH = f"(?:{'|'.join(pattern for pattern, spelling, _ in _UNITS if spelling in ('米', '毫米'))})"
_RATING = f"(?:{'|'.join(pattern for pattern, spelling, _ in _UNITS if spelling not in ('米', '毫米'))})"
# 10吨/年 is a capacity, 10米/分 a speed, whereas 10吨/15吨 are two sizes.
_NOT_A_RATE = r"(?!/[^\d#])级?"
_PARAMETER = (
    r"(?:净纸|抄造|设计)?(?:幅宽|门幅|宽幅|抄宽)|断面(?=[\d:为是达约])"
    r"|(?:公称|额定|有效|设计|总|单机|装机|炉膛|烧结|单台|单炉|最大|炉床|炉缸|炭化室|碳化室|熔化池|池窑|断面){0,4}"
    r"(?:直径|内径|外径|炉容|容积|容量|装机|电流强度|电流|功率|面积|长度|宽度|高度|吨位|规格|长|宽|高)"
)
_LINKED = r"[:为是达约]{0,2}"
# Without a parameter a : stands behind what the size belongs to, or behind a heading of it (粉磨站:Φ3.2×13m球磨机1台).
_OF_A_SIZE = rf"(?:{_PARAMETER}{_LINKED}|[为是达约]{{0,2}})"
_PRODUCT = (
    r"(?:重量?箱|标?准?张(?:牛皮)?|块?标砖|平方米|立方米|千伏安时|(?i:kvah)|(?i:kg)|m[²2³3]|吨|[tT]|米|m"
    r"|件|条|套|块|只|支|双|台|辆)"
)
_YEARLY = r"(?:/(?:年|a)|每年)"
_TAKEN_INTO_USE = r"(?:建成|投产|投运|投入使用|投入运行|建设|购置|购买|购入|制造|安装|出厂|生产|改造|建)"
_YEAR = r"(?:(?:19|20)\d{2}|[一二][〇零○一二三四五六七八九]{3})"
_LESS_OR_MORE = r"(?:低于|小于|不足|大于|高于|超过|不大于|不超过|不小于|[≤≥<>])"
_AND_LESS = r"(?:\(不?含\))?(?:及其?)?(?:以下|以上|以内)"
_TOGETHER = r"(?:总?共计?有?|合计|总计|(?<!设)计)"
_SAID_OF_ALL = "[已均拟全现予被的]"
_ONE_NUMBER = r"(?:#\d{1,3}|\d{1,3}[#号])"

_RULES = {
    "bracket": r"\((?:[^()]|\([^()]*\))*\)",
    "class_of_capacities": "|".join(
        (
            rf"{_LESS_OR_MORE}{_NUMBER}[万亿千]?{_PRODUCT}{_YEARLY}",
            rf"{_NUMBER}[万亿千]?{_PRODUCT}(?:牛皮)?{_YEARLY}?级?{_AND_LESS}",
        )
    ),
    "nothing": "|".join(
        (
            rf"[于自]?{_YEAR}年代?(?:\d{{1,2}}月份?)?(?:\d{{1,2}}日)?[底初]?正?式?{_TAKEN_INTO_USE}*的?",
            rf"{_TAKEN_INTO_USE}(?:日期|时间|年份|年月){_LINKED}(?:{_YEAR}?[\d./年月日-]*)",
            rf"{_YEAR}[./-]\d{{1,2}}{_TAKEN_INTO_USE}+",
            r"已?(?:使用|服役)(?:年限|时间|寿命)?已?(?:达|超过|为|约)?\d+[多余]?年(?:以上|左右)?的?",
            rf"(?:设计|核定|单线|单条|单炉|单台|单机)*(?:年产能?量?|年?生产能力|年?产能|年?产量|台时产量|小时产量|时产)"
            rf"{_LINKED}{_NUMBER}[万亿千]?{_PRODUCT}?(?:/(?:年|a|h|小时|时))?级?",
            rf"{_NUMBER}[万亿](?!立方米(?!/)|m[³3](?!/)){_PRODUCT}{_YEARLY}?级?",
            rf"{_NUMBER}\s?{_PRODUCT}{_YEARLY}级?",
            rf"(?:设计|工作|运行|最高)*(?:车速|速度|转速|线速){_LINKED}{_NUMBER}\s?(?:[米mM]/(?:分钟?|min)|转/分钟?|r/min)?",
            rf"{_NUMBER}\s?(?:[米mM]/(?:分钟?|min|秒|s)|转/分钟?|r/min)",
            rf"(?:产品)?(?:定量|克重){_LINKED}{_NUMBER}\s?(?:(?:克|g)(?:/(?:平方米|平米|m[²2]))?)?",
            rf"{_NUMBER}\s?(?:克|g)/(?:平方米|平米|m[²2])",
            rf"[×](?={_NUMBER}{_COUNT_WORD})|(?<=[台座条组套])×|(?<=×)\d{{1,4}}[孔罐锭]",
            # The chambers of an oven and the positions of a spinning machine; a 60孔焦炉 is called so.
            rf"(?<=[一-鿿)])\d{{1,4}}[孔锭位](?=[、,;。()]|$|\d|{_CHINESE_COUNT})",
        )
    ),
    "phase": rf"[第\d{_CHINESE_DIGITS}][{_CHINESE_DIGITS}]{{0,2}}期(?:工程|项目)?",
    # The 线 of 1#线水泥磨 and of 1#线、2#线水泥磨 only names the machines too, whereas 1#线2条 are two lines.
    "running": rf"(?:{_ONE_NUMBER}线[、,/和及与]){{1,50}}{_ONE_NUMBER}线(?=[Φ(\d一-鿿])(?![各共总合约均已拆关停等的计])"
    rf"(?!(?:\d+|{_CHINESE_COUNT}){_COUNT_WORD})"
    # of 1#线、2#线共2条 it is what is counted, the lines together
    rf"|(?:{_ONE_NUMBER}线[、,/和及与]){{1,50}}{_ONE_NUMBER}"
    rf"(?:(?=线{_TOGETHER}(?:\d+|{_CHINESE_COUNT}){_COUNT_WORD}(?!(?!{_SAID_OF_ALL})[一-鿿]))"
    rf"|线(?={_TOGETHER}(?:\d+|{_CHINESE_COUNT}){_COUNT_WORD}))"
    rf"|(?:(?:#\d{{1,3}}|\d{{1,3}}[#号]?)[、,/~至到和及与-]|{_ONE_NUMBER}(?={_ONE_NUMBER})){{0,50}}{_ONE_NUMBER}"
    rf"(?:线(?=[Φ(\d一-鿿])(?!(?:\d+|{_CHINESE_COUNT}){_COUNT_WORD}))?",
    "class_of_sizes": "|".join(
        (
            rf"(?:{_PARAMETER})?{_LESS_OR_MORE}Φ?{_NUMBER}\s?{_ANY_UNIT}?(?:以下|以上)?",
            rf"(?:{_PARAMETER})?Φ?{_NUMBER}(?:×{_NUMBER})?\s?(?:{_ANY_UNIT})?级?{_AND_LESS}",
            rf"(?:{_PARAMETER})?Φ?{_NUMBER}\s?(?:{_ANY_UNIT})?[-~至到]Φ?{_NUMBER}\s?{_ANY_UNIT}",
            r"\d+:\d+(?:以上|以下)?",
        )
    ),
    "multiple": rf"(?:{_PARAMETER}{_LINKED})?(?P<multiple_value>\d{{1,3}})×(?=Φ|{_NUMBER}\s?(?:{_RATING}|孔))",
    "diameter": (
        rf"{_OF_A_SIZE}Φ\s?(?P<diameter_value>{_NUMBER})(?:/{_NUMBER})?\s?(?P<diameter_own_unit>{_LENGTH})?"
        # Φ65×4台 are four, and Φ550×2 are two of 550 mm, for nothing so wide is so short.
        rf"(?:(?!×\d{{1,3}}{_COUNT_WORD}|(?<=Φ\d{{3}})×\d{{1,2}}(?:[、,;)。和]|$))"
        rf"×Φ?{_NUMBER}\s?(?P<diameter_last_unit>{_LENGTH})?)*"
    ),
    "extent": (
        rf"{_OF_A_SIZE}(?P<extent_value>{_NUMBER})\s?(?P<extent_own_unit>{_LENGTH})?"
        rf"(?:×{_NUMBER}\s?{_LENGTH}?)*×{_NUMBER}\s?(?P<extent_last_unit>{_LENGTH}){_NOT_A_RATE}"
    ),
    "per_day": rf"日(?:产|熔化?量?|处理){_LINKED}(?P<per_day_value>{_NUMBER})\s?(?:吨|[tT])(?:/(?:日|天|d))?级?",
    "size": (
        rf"(?:(?P<parameter>{_PARAMETER}){_LINKED}|[为是达约]{{0,2}})"
        rf"(?P<size_value>{_NUMBER}|{_CHINESE_COUNT}(?=[吨门]|千伏安|千安|千瓦))\s?"
        rf"(?P<size_unit>{_ANY_UNIT}){_NOT_A_RATE}"
    ),
    "count": (
        rf"(?P<each>各(?:有|为)?|均为)?(?:(?:[\d一二两三四五六七八九十]+家(?:企业)?)?{_TOGETHER})?[约近]?"
        rf"(?:(?P<count_value>{_NUMBER}|{_CHINESE_COUNT})(?:[余多]|(?P<estimate>[几来]|(?<!\d{{4}})[-–—~至到]\d{{1,3}}))?"
        rf"|若干|[数几][十百千]{{0,2}}|多)(?P<count_word>{_COUNT_WORD})"
        rf"|各?(?:若干|一批(?!次)|一宗)"
    ),
    "times": rf"×(?P<times_value>\d{{1,3}})(?![\d.×]|\s?{_ANY_UNIT})",
    "model": (
        rf"[A-Za-z][0-9A-Za-z]*(?:[-./×][0-9A-Za-z]+)*(?!\d*{_COUNT_WORD})型?|{_NUMBER}(?:[-/×]{_NUMBER})*[A-Za-z]?型"
        rf"|{_NUMBER}(?:×{_NUMBER})+"
    ),
    "list": r"、|(?<![饱中调混缓温共总])和(?![膏面灰])|以及|及(?!其)|及其(?=配套|附属|辅助|相关)|与|\+|/",
    "break": r"[,;。:()\n]|\.{2,}|…+",
    "number": _NUMBER,
}
_RARE = frozenset({"class_of_capacities", "class_of_sizes", "phase"})
"""Few texts name a class or a phase, and looking for one at every character takes a third of the time."""
_MAY_HOLD_RARE = re.compile(rf"以[下上内]|{_LESS_OR_MORE}|[-~至到:]|(?<!日)期")

_BETWEEN_PIECES = re.compile(r"(?<!/)([;。]|(?<![\d#号])(?<![\d#号]线)[,、]|[,、](?![\d#]))")
"""A list or break no other token reaches over: only numbers go on behind a comma (1#、2#, 1#线、2#线, 1,200), a bracket
holds all, and what stands behind a / decides whether a size before it is a rate."""

_UNKNOWN = Decimal("NaN")
_COUNT_WORD_SPELLINGS = {"台(套)": "台套", "台/套": "台套", "套(台)": "台套"}
# No machine is sixty metres wide, whereas screws are of 65 or 90 mm: a bare Φ90 or Φ1830 is in millimetres.
_LONGEST_DIAMETER_M = 60

_SPELLING_OF_SIGN = (
    dict.fromkeys("φфФøØ⌀∅∮¢￠ΦϕФ", "Φ") | dict.fromkeys("①②③④⑤⑥⑦⑧⑨⑩", ";") | {"㎡": "m²", "㎥": "m³", "㎜": "mm"}
)
_SIGN = re.compile(f"[{''.join(_SPELLING_OF_SIGN)}]")
_SUPERSCRIPT = re.compile("([²³])")
_TIMES_SIGN = re.compile(r"\s*[*✕╳×]\s*|(?<=[\dm米座台])\s*[xX]\s*(?=[\dΦ])")
_X_BEFORE_A_COUNT = re.compile(rf"(?<=[一-鿿)])[xX](?=\d{{1,2}}(?:$|[、,;.()]|{_COUNT_WORD}))")
_NUMERAL_RUNNING = re.compile(
    rf"(?<![第{_CHINESE_DIGITS}])(?:[{_CHINESE_DIGITS}]{{1,3}}号?[、及和与至到~-]){{0,20}}[{_CHINESE_DIGITS}]{{1,3}}号"
)
_NUMERAL = re.compile(f"[{_CHINESE_DIGITS}]+")
_MACHINE_ENDING = "机炉窑槽线泵塔罐锅床器釜磨"
_SPACE_BETWEEN_NAMES = re.compile(rf"(?<=[一-鿿][{_MACHINE_ENDING}])[^\S\n]+(?=[一-鿿]{{2}})")
_ANY_SPACE = re.compile(r"[^\S\n]")
_SPACE = re.compile(r"(?<![0-9A-Za-z²³])[^\S\n]+|[^\S\n]+(?![0-9A-Za-z])")
_ENUMERATOR = re.compile(
    r"(?:^|(?<=[;,。\s]))\(?(?:\d{1,2}(?:[)]|[.、](?=\D))|[一二三四五六七八九十]{1,2}[)、](?![一二三四五六七八九十]))"
)
_RUNNING_NUMBER = re.compile(r"(\d+)[#号]?(?:[-~至到]#?(\d+))?")
_OF_WHICH = re.compile(r"[,、;]?其中:?([^;。()\n]+)")


def equipment_tokens(text: str) -> list[Token]:
    """The tokens of an equipment text, in order."""
    return list(_tokens(_in_one_spelling(text)))


def bracket_tokens(token: Token) -> list[Token]:
    """The tokens inside a bracket."""
    return list(_tokens(token.text[1:-1]))


def _tokens(text: str) -> Iterator[Token]:
    """The tokens of a text in one spelling, piece by piece: the machines of an industry are told in the same few words."""
    pieces = [text] if "(" in text else _BETWEEN_PIECES.split(text)
    yield from _tokens_of_piece(pieces[0])
    for separator, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        yield Token(Kind.LIST if separator == "、" else Kind.BREAK, separator)
        yield from _tokens_of_piece(piece)


@lru_cache(maxsize=16_384)
def _tokens_of_piece(piece: str) -> tuple[Token, ...]:
    return tuple(_find_tokens(piece))


def _in_one_spelling(text: str) -> str:
    text = _SIGN.sub(lambda sign: _SPELLING_OF_SIGN[sign[0]], text)
    # NFKC would turn m³ into m3, which cannot be told from "m, 3台".
    pieces = _SUPERSCRIPT.split(text)
    text = "".join(piece if piece in ("²", "³") else half_width(piece) for piece in pieces)
    text = _ENUMERATOR.sub(";", text.strip())
    if _ANY_SPACE.search(text):
        text = _SPACE_BETWEEN_NAMES.sub("、", text)
        text = _SPACE.sub("", text)
    text = _TIMES_SIGN.sub("×", text)
    if "x" in text or "X" in text:
        text = _X_BEFORE_A_COUNT.sub("×", text)
    if "号" in text:
        text = _NUMERAL_RUNNING.sub(_in_digits, text)
    return _OF_WHICH.sub(r"(\1)", text)


def _in_digits(running: re.Match[str]) -> str:
    """一、二号 as 1、2号; what is no numeral (三四十) stays."""
    return _NUMERAL.sub(lambda numeral: str(chinese_number(numeral[0]) or numeral[0]), running[0])


def _find_tokens(text: str) -> Iterator[Token]:
    end_of_last = 0
    left_out = frozenset() if _MAY_HOLD_RARE.search(text) else _RARE
    for found in _any_rule(left_out).finditer(text):
        if found.start() > end_of_last:
            yield Token(Kind.WORD, text[end_of_last : found.start()])
        end_of_last = found.end()
        if token := _token(found):
            yield token
    if end_of_last < len(text):
        yield Token(Kind.WORD, text[end_of_last:])


# A tenth of a second, for which a process that has others read does not wait.
@cache
def _any_rule(left_out: frozenset[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{name}>{_RULES[name]})" for name in _RULES if name not in left_out))


def _token(found: re.Match[str]) -> Token | None:
    rule, text = found.lastgroup, found[0]
    match rule:
        case "nothing":
            return None
        case "bracket" | "list" | "break":
            return Token(Kind(rule), text)
        case "phase":
            return Token(Kind.PHASE, text)
        case "running":
            return Token(Kind.RUNNING, text, _how_many(text))
        case "count":
            kind = Kind.COUNT_OF_EACH if found["each"] else Kind.COUNT
            word = found["count_word"]
            value = _number(found["count_value"]) if found["count_value"] and not found["estimate"] else _UNKNOWN
            return Token(kind, text, value, _COUNT_WORD_SPELLINGS.get(word, word))
        case "multiple" | "times":
            return Token(Kind.COUNT, text, Decimal(found[f"{rule}_value"]))
        case "per_day":
            return Token(Kind.SIZE, text, _number(found["per_day_value"]), "吨/日")
        case "size":
            parameter = found["parameter"] or ""
            value, unit = _rating(found["size_value"], found["size_unit"])
            if value.is_nan():
                return None
            if parameter.endswith("径"):
                value, unit = _in_metres(value, unit)
            return Token(Kind.SIZE, text, value, unit, parameter)
        case "extent":
            unit = found["extent_own_unit"] or found["extent_last_unit"]
            return Token(Kind.SIZE, text, *_rating(found["extent_value"], unit))
        case "diameter":
            return Token(Kind.SIZE, text, *_diameter(found))
    return Token(Kind.WORD, text)


def _number(text: str) -> Decimal:
    if text[0].isdecimal():
        return decimal_of(text)
    number = chinese_decimal(text)
    return _UNKNOWN if number is None else number


def _rating(digits: str, written_unit: str) -> tuple[Decimal, str]:
    unit, factor = _unit(written_unit)
    return plain(_number(digits) * factor), unit


@lru_cache(maxsize=256)
def _unit(written: str) -> tuple[str, Decimal]:
    return next((spelling, factor) for pattern, spelling, factor in _UNIT_PATTERNS if pattern.fullmatch(written))


def _in_metres(value: Decimal, unit: str) -> tuple[Decimal, str]:
    """A diameter is always given in 米 (domain, "Equipment text")."""
    return (plain(value / 1_000), "米") if unit == "毫米" else (value, unit)


def _diameter(found: re.Match[str]) -> tuple[Decimal, str]:
    value = decimal_of(found["diameter_value"])
    written = found["diameter_own_unit"]
    if written is None and value < _LONGEST_DIAMETER_M:
        written = found["diameter_last_unit"]
    unit = _unit(written)[0] if written else "米" if value < _LONGEST_DIAMETER_M else "毫米"
    return _in_metres(value, unit)


def _how_many(running_numbers: str) -> int:
    """The number of machines in 1#、2# (two) or 1#-3# (three)."""
    total = 0
    for first, last in _RUNNING_NUMBER.findall(running_numbers):
        total += max(int(last) - int(first), 0) + 1 if last else 1
    return total
