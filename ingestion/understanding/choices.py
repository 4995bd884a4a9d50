"""One word of a few, and whole numbers: what the lists beside the exit table ask for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ingestion.understanding.text import CHINESE_NUMERAL, chinese_number
from rulebook.folding import fold

_WHOLE_NUMBER = re.compile(
    rf"(?:共|约)?(?:(?P<digits>\d{{1,9}})(?:\.0+)?|(?P<numeral>[{CHINESE_NUMERAL}]{{1,6}}))(?:个?月|[张幅份天日])?"
)
"""A number, and what the column counts: 6个月, 3张, 六个月."""

_AROUND = "。.;,、()"


def read_choice(spellings: Mapping[str, Any], text: str) -> tuple[Any, str | None]:
    """What the text means by ``spellings`` (folded) and None, or None and `unknown_word`; a blank has neither."""
    plain = fold(text).strip(_AROUND)
    if not plain:
        return None, None
    if plain not in spellings:
        return None, "unknown_word"
    return spellings[plain], None


@lru_cache(maxsize=4_096)
def read_whole_number(text: str) -> tuple[int | None, str | None]:
    """The number and None, or None and `not_whole_number`; a blank has neither."""
    plain = fold(text)
    if not plain:
        return None, None
    found = _WHOLE_NUMBER.fullmatch(plain)
    number = found and (int(found["digits"]) if found["digits"] else chinese_number(found["numeral"]))
    return (None, "not_whole_number") if number is None else (number, None)
