"""淘汰类别: which of the five standards is not met."""

import re
from functools import lru_cache
from typing import NamedTuple

from ingestion.understanding.text import half_width
from rulebook import CATEGORIES
from rulebook.folding import fold

_HEADING = re.compile(r"^\s*淘汰类别")
_SEPARATORS = re.compile(r"(?:以及|\d{1,2}[.、)]?|[、,/;:\s|+。.和与及\\&·()\[\]“”\"'‘’-])+")
_WORDS = re.compile("|".join(CATEGORIES))
# 能耗不达标, 能耗标准不达标, 不符合能耗标准, 能耗方面: the words around the five say only that the standard is not met.
_ENTRY = re.compile(
    r"(?:因|属于?|为)?(?:不符合|未达到?|达不到|不满足|不达)?"
    rf"(?P<words>(?:{_WORDS.pattern})+)"
    r"(?:等|类别?|方面|标准|指标|限额)*[均都]?(?:不达标|未达标|不符合|不合格|超标|超限额)?(?:类别?|要求)?"
)


class Categories(NamedTuple):
    """The categories understood, in the order of the five words, and the words that are none of them."""

    words: tuple[str, ...]
    unknown: tuple[str, ...]


@lru_cache(maxsize=16_384)
def read_categories(text: str) -> Categories:
    """The categories a text names; only the five words count, 环境 and 节能 are unknown (note under the exit table)."""
    found = _named(half_width(text))
    if found.unknown:
        # 能 耗 is one word; white space that parts two has been tried.
        closed_up = _named(fold(text))
        return found if closed_up.unknown else closed_up
    return found


def _named(text: str) -> Categories:
    words: set[str] = set()
    unknown: list[str] = []
    for entry in filter(None, _SEPARATORS.split(_HEADING.sub("", text))):
        match = _ENTRY.fullmatch(entry)
        if match:
            words.update(_WORDS.findall(match["words"]))
        else:
            unknown.append(entry)
    if not (words or unknown or text.isspace()):
        unknown = [text] if text else []
    return Categories(tuple(word for word in CATEGORIES if word in words), tuple(unknown))
