"""批准文件: whether a cell names the document of a consent, or only says that there will be one.

No plan says how a document is to be named; ours. A number, a title or the kind of document names it. 待补, 申请中, 已批准
or the day alone name none: the consent could not be looked up.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rulebook.folding import fold

_STILL_TO_COME = re.compile(
    r"待|申请中|审[批核]中|办理中|研究中|正在|报批|(?:已|拟)(?:提出)?申请|尚|未|口头|拟(?!定)|补[办报交发]"
)
_NAMES_ONE = re.compile(r"\d|[〔\[《]|号|批复|复函|通知|决定|纪要|会议|[函书文]$|意见$")
_A_DAY_OR_A_TERM = re.compile(r"(?:\d{4}[-./年])?\d{1,2}(?:[-./月]\d{1,2}日?|个?月|日)?|\d{4}年?")


@lru_cache(maxsize=4_096)
def read_document(text: str) -> tuple[str | None, None]:
    """The text where it names a document, and no problem: whoever needs the document says what lacks (R10)."""
    plain = fold(text)
    if _STILL_TO_COME.search(plain) or _A_DAY_OR_A_TERM.fullmatch(plain) or not _NAMES_ONE.search(plain):
        return None, None
    return text, None
