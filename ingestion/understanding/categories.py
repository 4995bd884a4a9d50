"""淘汰类别: which of the five standards is not met."""

import re
from functools import lru_cache
from typing import NamedTuple

from ingestion.understanding.text import half_width
from rulebook import CATEGORIES
from rulebook.folding import fold

_SEPARATORS = re.compile(r"[、,/;\s]+")
"""What parts two categories (domain, section 4: 、 , ， / ； or a space)."""

_NUMBERING = re.compile(r"\(?\d{1,2}[.、)]?")
_WORD = "|".join(CATEGORIES)
_ENTRY = re.compile(
    r"[(\[“\"'‘]?"
    rf"(?:因?(?P<failed>{_WORD})(?:标准)?[均都]?(?:不达标|未达标|不符合|不合格|超标|超限额)?|"
    rf"(?:不符合|未达到?|达不到|不满足)(?P<standard>{_WORD})标准)"
    r"[)\]”\"'’]?"
)
"""能耗不达标 and 不符合能耗标准 mean 能耗, as they say no more than that the standard is not met; brackets and quotation
marks around it say nothing, and numbers before it neither. 能耗类, 能耗和环保, 能耗能耗 are none of the five (domain,
section 4: no other word)."""


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
    for entry in filter(None, _SEPARATORS.split(_NUMBERING.sub(" ", text).rstrip("。."))):
        match = _ENTRY.fullmatch(entry)
        if match:
            words.add(match["failed"] or match["standard"])
        else:
            unknown.append(entry)
    if not (words or unknown or text.isspace()):
        unknown = [text] if text else []
    return Categories(tuple(word for word in CATEGORIES if word in words), tuple(unknown))
